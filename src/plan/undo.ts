/**
 * The way back: what makes a client as it was before a change.
 *
 * Terms: *before* and *after* are the two sides of the change, *fresh* is the client as it is now.
 * Premise: only what the change did is taken back. A value that is still as the change left it goes back to what it was;
 * one that somebody changed since stays and is told. So it does not matter whether all of the change was really sent.
 *
 * ```
 * change  │ way back                                       │ not taken back where
 * ────────┼────────────────────────────────────────────────┼──────────────────────────────────────────────
 * create  │ archive                                        │ somebody worked on the client since
 * update  │ update: values, contacts                       │ a value was changed since; the client is deleted
 * restore │ update, then archive or delete, as it was      │ as for an update; it has another balance since
 * archive │ restore                                        │ it is deleted since
 * delete  │ restore, then archive where it was archived    │ it is archived since
 * upload  │                                                │ always: the clients API cannot remove documents
 * ```
 */

import { CLIENT_FIELDS } from '../mapping/fields.js';
import type { Change, ChangeKind, FieldChange, Outcome } from './change.js';
import type { Client, ClientState, HeldDocument } from './client.js';
import type { DraftChange } from './diff.js';
import { heldValue, fillFlag } from './held-value.js';
import { undoContacts } from './undo-contacts.js';
import { describeSince, storedInstead } from './undo-words.js';
import { findWork } from './undo-create.js';

export interface Undoing {
  /** In this order; none when nothing is left of the change. */
  readonly changes: readonly DraftChange[];
  /** What cannot or must not be undone, one sentence each: a person changed it since, a document cannot be removed. */
  readonly left: readonly string[];
}

const NOTHING: Undoing = { changes: [], left: [] };

/**
 * @param change one that was sent, with the client as it was before
 * @param fresh the client as it is now; `null`: it is gone
 */
export function planUndo(change: Change, outcome: Outcome, fresh: Client | null): Undoing {
  if (!mayHaveActed(change, outcome)) return NOTHING;
  if (fresh === null)
    return { changes: [], left: ['The client is gone from Invoice Ninja: nothing of it can be undone.'] };
  if (change.kind === 'create') return undoCreate(change, outcome, fresh);
  if (change.kind === 'archive' || change.kind === 'delete') return undoEnd(change, fresh);
  const undoings = [undoValues(change, outcome, fresh), undoRestore(change, fresh), undoDocuments(change, fresh)];
  return { changes: undoings.flatMap(({ changes }) => changes), left: undoings.flatMap(({ left }) => left) };
}

/** A refused request stored nothing, but a restore consists of two: the client may be back and its update refused. */
function mayHaveActed(change: Change, { kind, clientId }: Outcome): boolean {
  if (kind === 'skipped' || kind === 'unchanged') return false;
  if (kind === 'rejected') return change.kind === 'restore';
  return change.kind !== 'create' || clientId !== null;
}

function undoCreate(change: Change, outcome: Outcome, fresh: Client): Undoing {
  if (fresh.state !== 'active') return NOTHING;
  const work = findWork(change, outcome, fresh);
  if (work.length > 0) return { changes: [], left: [`The client is not archived: ${work.join(', ')}.`] };
  return { changes: [wayBack('archive', change, fresh, 'The run created it.')], left: [] };
}

function undoValues(change: Change, outcome: Outcome, fresh: Client): Undoing {
  const back = undoFields(change.fields, outcome, fresh);
  const contacts = undoContacts(change, outcome, fresh);
  const left = [...back.left, ...contacts.left];
  if (back.fields.length + contacts.contacts.length === 0) return { changes: [], left };
  // The server refuses every update of a deleted client (FACTS.md [328]).
  if (fresh.state === 'deleted')
    return { changes: [], left: ['Somebody deleted the client since: what the run changed of it stays.'] };
  const update = wayBack('update', change, fresh, 'The run changed it.');
  return { changes: [{ ...update, fields: back.fields, contacts: contacts.contacts }], left };
}

function undoFields(
  planned: readonly FieldChange[],
  outcome: Outcome,
  fresh: Client,
): { readonly fields: readonly FieldChange[]; readonly left: readonly string[] } {
  const fields: FieldChange[] = [];
  const left: string[] = [];
  for (const { field, before: earlier, after } of planned) {
    const [held, before] = [heldValue(fresh, field), fillFlag(field, earlier)];
    if (held === before) continue;
    if (held !== after && held !== storedInstead(outcome, field, null))
      left.push(describeSince(field, field, { held, before, after }));
    else if (before === '' && !CLIENT_FIELDS[field].clearable)
      left.push(`${field} cannot be made empty in Invoice Ninja: it stays "${held}".`);
    else fields.push({ field, before: fresh.fields[field] ?? '', after: before });
  }
  return { fields, left };
}

function undoRestore(change: Change, fresh: Client): Undoing {
  const state = change.before?.state ?? 'active';
  if (change.kind !== 'restore' || state === 'active' || fresh.state === state) return NOTHING;
  const again = state === 'deleted' ? 'deleted again' : 'archived again';
  if (fresh.state !== 'active') return stays(fresh.state, again);
  if (fresh.balance !== change.before?.balance)
    return {
      changes: [],
      left: [`The client is not ${again}: it has a balance of ${fresh.balance.toFixed(2)} since.`],
    };
  const kind = state === 'deleted' ? 'delete' : 'archive';
  return { changes: [wayBack(kind, change, fresh, 'The run restored it.')], left: [] };
}

function undoEnd(change: Change, fresh: Client): Undoing {
  const before = change.before?.state ?? 'active';
  if (fresh.state === before) return NOTHING;
  const ours: ClientState = change.kind === 'archive' ? 'archived' : 'deleted';
  if (fresh.state !== ours) return stays(fresh.state, before === 'active' ? 'restored' : 'archived again');
  const restore = wayBack('restore', change, fresh, `The run ${ours} it.`);
  if (before === 'active') return { changes: [restore], left: [] };
  return { changes: [restore, wayBack('archive', change, fresh, 'It was archived before the run.')], left: [] };
}

function undoDocuments(change: Change, fresh: Client): Undoing {
  const isIn = (documents: readonly HeldDocument[] | undefined, one: HeldDocument): boolean =>
    documents?.some(({ name, bytes }) => name === one.name && bytes === one.bytes) ?? false;
  const ours = (change.documents ?? []).filter(
    (one) => isIn(fresh.documents, one) && !isIn(change.before?.documents, one),
  );
  const left = ours.map(
    ({ name }) =>
      `The document ${name} stays: the clients API of Invoice Ninja cannot remove it. Remove it there by hand.`,
  );
  return { changes: [], left };
}

function stays(state: ClientState, instead: string): Undoing {
  const did = state === 'active' ? 'restored' : state;
  return { changes: [], left: [`The client is not ${instead}: somebody ${did} it since.`] };
}

function wayBack(kind: ChangeKind, change: Change, fresh: Client, reason: string): DraftChange {
  return {
    kind,
    clientId: fresh.id,
    label: change.label,
    rows: [],
    reason,
    fields: [],
    contacts: [],
    before: fresh,
  };
}
