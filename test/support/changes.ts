/** Builders of changes and outcomes that read like the domain. */

import type { ContactValues } from '../../src/mapping/record.js';
import type { Change, ChangeKind, Outcome, OutcomeKind } from '../../src/plan/change.js';
import type { Contact } from '../../src/plan/client.js';
import { mergeContacts } from '../../src/plan/contacts.js';
import type { Rebased } from '../../src/plan/rebase.js';
import type { Undoing } from '../../src/plan/undo.js';

/** The id is that of the client before. */
export function aChange(kind: ChangeKind, values: Partial<Change> = {}): Change {
  const { before = null } = values;
  return {
    seq: 1,
    kind,
    clientId: before?.id ?? null,
    label: 'Acme',
    rows: [{ file: 0, line: 2 }],
    reason: 'The file differs.',
    fields: [],
    contacts: [],
    before,
    ...values,
  };
}

export function anOutcome(kind: OutcomeKind, values: Partial<Outcome> = {}): Outcome {
  return { seq: 1, kind, clientId: 'client1', reason: 'The file differs.', at: '2026-11-20T10:00:00.000Z', ...values };
}

/** The lines of a plan that wants these contacts. */
export function contactsOf(
  held: readonly Contact[],
  wanted: readonly ContactValues[],
  contacts: 'merge' | 'mirror' = 'merge',
): Change['contacts'] {
  const merged = mergeContacts(held, wanted, { contacts, complete: true });
  if (!('changes' in merged)) throw new Error('nothing is ambiguous');
  return merged.changes;
}

/** ` phone=2 | keep ada; change bob email=x`: what a change writes. */
function tellWrite({ fields, contacts }: Pick<Change, 'fields' | 'contacts'>): string {
  const tell = (values: readonly { readonly field: string; readonly after: string }[]): string =>
    values.map(({ field, after }) => ` ${field}=${after}`).join('');
  const lines = contacts.map((line) => `${line.kind} ${line.id ?? 'new'}${tell(line.fields)}`);
  return `${tell(fields)}${lines.length > 0 ? ` | ${lines.join('; ')}` : ''}`;
}

/** `send phone=2 | keep ada` or `done` with the notes behind, or the reason why it is left. */
export function tellRebased(rebased: Rebased): string {
  if (rebased.kind === 'leave') return rebased.reason;
  const write = rebased.kind === 'done' ? '' : tellWrite(rebased.change);
  return [`${rebased.kind}${write}`, ...rebased.notes.map((note) => `(${note})`)].join(' ');
}

/** `update phone=1 archive (what is left)` */
export function tellUndoing({ changes, left }: Undoing): string {
  return [...changes.map((one) => `${one.kind}${tellWrite(one)}`), ...left.map((text) => `(${text})`)].join(' ');
}
