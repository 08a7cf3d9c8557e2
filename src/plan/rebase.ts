/**
 * A planned change put onto the client as it is now.
 *
 * Terms: *before* is the client as the plan read it, *after* as the change wants it, *fresh* as it is now.
 * Premise: what differs from before is somebody's work, unless it is as the change wants it. The plan did not show that
 * work, so nothing writes over it: the next plan does, as a conflict.
 *
 * ```
 * fresh is │ moved                │ in doubt
 * ─────────┼──────────────────────┼──────────────────────────────────────────────
 * before   │ still to be sent     │ still to be sent: our request did not get there
 * after    │ nothing to do        │ nothing to do: our request did that
 * neither  │ left alone, and told │ left alone, and told
 * ```
 *
 * `rebase-contacts.ts` does the same for contacts.
 */

import { assert } from '../errors.js';
import type { ClientField } from '../mapping/fields.js';
import type { ContactValues } from '../mapping/record.js';
import type { Change, ContactChange, FieldChange } from './change.js';
import type { Client, ClientState } from './client.js';
import { BLANK } from './contact-list.js';
import { mergeContacts } from './contacts.js';
import { foldKey } from './fold.js';
import { fillFlag, heldValue } from './held-value.js';
import { describeLeft, rebaseContacts } from './rebase-contacts.js';
import type { RebaseCause } from './rebase-contacts.js';
import { isSameClient } from './same-client.js';

export type { RebaseCause } from './rebase-contacts.js';

export type Rebased =
  /** Its `before` is the fresh client; `notes` say what was left alone, one sentence each. */
  | { readonly kind: 'send'; readonly change: Change; readonly notes: readonly string[] }
  /** The client is as the change meant it, as far as nobody edited it meanwhile. */
  | { readonly kind: 'done'; readonly notes: readonly string[] }
  /** It must not be sent. */
  | { readonly kind: 'leave'; readonly reason: string };

/** @param fresh the client as it is now; `null`: it is gone */
export function rebaseChange(change: Change, fresh: Client | null, cause: RebaseCause): Rebased {
  if (fresh === null) return leave('The client is gone from Invoice Ninja since the plan was made.');
  const { before } = change;
  assert(before !== null, `change ${change.seq} has the client as it was`);
  if (change.kind === 'archive' || change.kind === 'delete') return rebaseEnd({ ...change, before }, fresh);
  if (isClosed(change, before.state, fresh.state))
    return leave(`Somebody ${fresh.state} the client in Invoice Ninja after the plan was made.`);
  const fields = rebaseFields(change.fields, fresh, cause);
  const contacts = rebaseContacts({ ...change, before }, fresh, cause);
  const rebased = { ...change, before: fresh, fields: fields.fields, contacts: contacts.contacts };
  return settle(rebased, [...fields.notes, ...contacts.notes]);
}

/** A request that makes a client has ended by then: what moved `updated_at` later is somebody's work. */
const MAKING_SECONDS_MAX = 60;

/**
 * A create whose first attempt left a client behind becomes the update that completes it. Its kind stays `create`.
 *
 * The server stores a client before its contacts, without a transaction (FACTS.md [423-425]), so everything that is there
 * is ours, or it is another client. Once somebody has worked on it, what differs is his: a contact that he removed does not
 * come back. Only a list without anybody comes of no hand.
 */
export function completeCreate(change: Change, fresh: Client): Rebased {
  const stranger = describeStranger(change, fresh);
  if (stranger !== null) return leave(stranger);
  if (fresh.state !== 'active')
    return leave(`Somebody ${fresh.state} the client in Invoice Ninja after it was created.`);
  const fields = change.fields
    .map(({ field, after }) => ({ field, before: fresh.fields[field] ?? '', after }))
    .filter(({ field, after }) => heldValue(fresh, field) !== after);
  const isWorkedOn = fresh.updatedAt - fresh.createdAt > MAKING_SECONDS_MAX;
  const merged = mergeContacts(fresh.contacts, change.contacts.map(valuesOf), { contacts: 'merge', complete: true });
  if (!('changes' in merged))
    return leave('The client was created, but its contacts cannot be told apart: look at them in Invoice Ninja.');
  const contacts = merged.changes.some((contact) => contact.kind !== 'keep') ? merged.changes : [];
  const known = { ...change, clientId: fresh.id, before: fresh };
  if (!isWorkedOn) return settle({ ...known, fields, contacts }, []);
  const areLeft = contacts.length > 0 && fresh.contacts.length > 0;
  const notes = [
    ...fields.map(({ field }) => describeWorkedOn(field)),
    ...(areLeft ? [describeWorkedOn('The list of contacts')] : []),
  ];
  return settle({ ...known, fields: [], contacts: areLeft ? [] : contacts }, notes);
}

function rebaseEnd(change: Change & { readonly before: Client }, fresh: Client): Rebased {
  const { kind, before } = change;
  const isDone = kind === 'archive' ? fresh.state !== 'active' : fresh.state === 'deleted';
  if (isDone) {
    const isMore = kind === 'archive' && fresh.state === 'deleted';
    return { kind: 'done', notes: isMore ? ['Somebody deleted the client in Invoice Ninja.'] : [] };
  }
  if (!isSameClient(fresh, before)) {
    const done = kind === 'archive' ? 'archived' : 'deleted';
    return leave(`Somebody worked on the client after the plan was made: it is not ${done}.`);
  }
  return { kind: 'send', change: { ...change, before: fresh }, notes: [] };
}

/** Somebody put the client away: a deleted one takes no update (FACTS.md [328]), an archived one is no longer in use. */
function isClosed(change: Change, before: ClientState, fresh: ClientState): boolean {
  if (fresh === 'active') return false;
  if (change.kind === 'restore') return fresh !== before;
  return fresh === 'deleted' || before === 'active';
}

function rebaseFields(
  planned: readonly FieldChange[],
  fresh: Client,
  cause: RebaseCause,
): { readonly fields: readonly FieldChange[]; readonly notes: readonly string[] } {
  const fields: FieldChange[] = [];
  const notes: string[] = [];
  for (const change of planned) {
    const held = heldValue(fresh, change.field);
    if (held === change.after) continue;
    if (held === fillFlag(change.field, change.before)) fields.push(change);
    else notes.push(describeLeft(change.field, cause));
  }
  return { fields, notes };
}

function settle(change: Change, notes: readonly string[]): Rebased {
  const restores = change.kind === 'restore' && change.before?.state !== 'active';
  const carries = change.fields.length + change.contacts.length + (change.documents?.length ?? 0) > 0;
  return restores || carries ? { kind: 'send', change, notes } : { kind: 'done', notes };
}

/** A client has all its fields from its first moment on: one with another name was made by somebody else. */
function describeStranger(change: Change, fresh: Client): string | null {
  for (const field of ['id_number', 'name'] as const satisfies readonly ClientField[]) {
    const wanted = change.fields.find((one) => one.field === field)?.after ?? '';
    const held = heldValue(fresh, field);
    if (foldKey(wanted) === foldKey(held)) continue;
    const key = field === 'name' ? 'id_number' : 'e-mail address';
    return `Another client with this ${key} appeared in Invoice Ninja: its ${field} is "${held}" and not "${wanted}".`;
  }
  return null;
}

/** The contact that a create wants: flags in full, since the server decides those that are left out. */
function valuesOf({ fields }: ContactChange): ContactValues {
  const flags = { is_primary: String(BLANK.is_primary), send_email: String(BLANK.send_email) };
  return { ...flags, ...Object.fromEntries(fields.map(({ field, after }) => [field, after])) };
}

function describeWorkedOn(what: string): string {
  return `${what} was changed in Invoice Ninja after the client was created and is left alone.`;
}

function leave(reason: string): Rebased {
  return { kind: 'leave', reason };
}
