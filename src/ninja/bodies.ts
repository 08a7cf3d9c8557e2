/**
 * What is written to a target, and the checks that no write can skip.
 *
 * A `PUT` without `settings` resets all settings (FACTS.md [099, 101, 139-141]); a contact that is left out of `contacts`
 * is removed (FACTS.md [104]); a contact id of another client moves that contact (FACTS.md [116]). So an update travels
 * with the client as it was read and with the contacts that the plan removes. A breach is a bug of this program, never a
 * user's mistake: an assertion, before anything is sent.
 */

import { assert } from '../errors.js';
import type { Client } from '../plan/client.js';
import type { WireClient, WireContact } from './wire.js';

/** A contact without `id` is a new one. Fields that are left out keep their values when there is an id (FACTS.md [106]). */
export type ContactBody = Partial<WireContact>;

type NotWritten =
  | 'id'
  | 'is_deleted'
  | 'archived_at'
  | 'updated_at'
  | 'created_at'
  | 'balance'
  | 'settings'
  | 'contacts';
type FieldsBody = Partial<Omit<WireClient, NotWritten>>;

export interface CreateBody extends FieldsBody {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly contacts?: readonly ContactBody[];
}

export interface UpdateBody extends FieldsBody {
  /** All of them, as read and then changed. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** All of them, or the key is absent. */
  readonly contacts?: readonly ContactBody[];
}

export interface Update {
  readonly body: UpdateBody;
  /** The client as read. */
  readonly before: Client;
  /** Ids of the contacts that the plan removes. */
  readonly removed: readonly string[];
}

/** A create without anything makes a blank client (FACTS.md [021]), one with a contact id takes it from another client. */
export function assertCreate(body: CreateBody): void {
  assert(
    Object.keys(body).some((key) => key !== 'settings'),
    'a create carries fields or contacts',
  );
  for (const contact of body.contacts ?? []) assert(contact.id === undefined, 'a new client has new contacts only');
}

export function assertUpdate(body: UpdateBody, before: Client, removed: readonly string[]): void {
  const settings: unknown = body.settings;
  assert(
    typeof settings === 'object' && settings !== null && !Array.isArray(settings),
    `${before.id}: settings go along`,
  );
  for (const key of Object.keys(before.settings)) {
    assert(Object.hasOwn(body.settings, key), `${before.id}: the setting ${key} is kept`);
  }
  const others = Object.keys(body).some((key) => key !== 'settings');
  assert(others || Object.keys(body.settings).length > 0, `${before.id}: an update carries something`);
  if (body.contacts === undefined) {
    assert(removed.length === 0, `${before.id}: without contacts none is removed`);
    return;
  }
  const known = new Set(before.contacts.map((contact) => contact.id));
  const gone = new Set(removed);
  for (const id of gone) assert(known.has(id), `${before.id}: the removed contact ${id} is its own`);
  const sent = new Set<string>();
  for (const { id } of body.contacts) {
    if (id === undefined) continue;
    assert(known.has(id), `${before.id}: the contact ${id} is its own`);
    assert(!sent.has(id), `${before.id}: the contact ${id} is sent once`);
    assert(!gone.has(id), `${before.id}: the contact ${id} is removed, so it is not sent`);
    sent.add(id);
  }
  for (const id of known) assert(sent.has(id) || gone.has(id), `${before.id}: the contact ${id} goes along`);
}
