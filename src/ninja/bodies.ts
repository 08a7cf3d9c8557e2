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
  | 'contacts'
  | 'documents';
type FieldsBody = Partial<Omit<WireClient, NotWritten>>;

/** A new client's contacts are new: with an id, the contact of another client would be taken (FACTS.md [116]). */
export type NewContactBody = Partial<Omit<WireContact, 'id'>> & { readonly id?: never };

export interface CreateBody extends FieldsBody {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly contacts?: readonly NewContactBody[];
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

/** The columns that `bulk_update` may set (FACTS.md [017, 305, 306]); others are 422. */
const BULK_COLUMNS = [
  'public_notes',
  'industry_id',
  'size_id',
  'country_id',
  'custom_value1',
  'custom_value2',
  'custom_value3',
  'custom_value4',
] as const;
type BulkColumn = (typeof BULK_COLUMNS)[number];

export type BulkAction =
  | 'archive'
  | 'restore'
  | 'delete'
  | { readonly action: 'assign_group'; readonly groupSettingsId: string }
  | { readonly action: 'bulk_update'; readonly column: BulkColumn; readonly value: string };

/** A bulk call as it is sent. The answer has pages too, of 20 unless it is told otherwise (FACTS.md [286-289]). */
export interface BulkCall {
  readonly query: { readonly per_page: string };
  readonly body: Readonly<Record<string, unknown>> & { readonly action: string; readonly ids: readonly string[] };
}

/** More in one call run into PHP's time limit with half of them done (FACTS.md [417]). */
const BULK_IDS_MAX = 100;

export function bulkCall(action: BulkAction, ids: readonly string[]): BulkCall {
  const call = { query: { per_page: String(BULK_IDS_MAX) }, body: { ...bulkWords(action), ids } };
  assertBulk(call);
  return call;
}

function bulkWords(action: BulkAction): { readonly action: string; readonly [key: string]: unknown } {
  if (typeof action === 'string') return { action };
  assert(action.action === 'assign_group' || action.action === 'bulk_update', 'the server has the action');
  if (action.action === 'assign_group') return { action: action.action, group_settings_id: action.groupSettingsId };
  return { action: action.action, column: action.column, new_value: action.value };
}

export function assertBulk({ query, body }: BulkCall): void {
  const { action, ids } = body;
  assert(
    new Set(ids).size === ids.length && ids.length > 0 && ids.length <= BULK_IDS_MAX,
    `1 to ${BULK_IDS_MAX} different ids`,
  );
  const perPage: unknown = query.per_page;
  assert(Number(perPage) >= ids.length, `the answer to ${action} has room for ${ids.length} clients`);
  // An id that cannot be decoded is stored as that of another group (FACTS.md [443-446]).
  if (action === 'assign_group') assert(/^\w+$/.test(String(body['group_settings_id'])), 'a group has an id');
  if (action !== 'bulk_update') return;
  const column = String(body['column']);
  assert((BULK_COLUMNS as readonly string[]).includes(column), `bulk_update can set ${column}`);
  // The server puts its own country for a blank one (FACTS.md [137]).
  assert(column !== 'country_id' || body['new_value'] !== '', 'a country cannot be emptied');
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
