/**
 * One change as lines for a terminal: what it does, field by field and contact by contact.
 *
 * A value that somebody changed in Invoice Ninja since the job last pushed it is shown with all three sides:
 * `what was pushed → what the file says | what Invoice Ninja holds`.
 */

import type {
  Change,
  ChangeKind,
  ContactChange,
  ContactFieldChange,
  Difference,
  FieldChange,
  KeptEdit,
  Outcome,
} from '../plan/change.js';
import { nameValue } from '../plan/value-name.js';
import type { RunFile, StoredChange } from '../run/store.js';
import type { Io } from './io.js';
import { describeRows, paint, quoteText, showBytes, showText } from './text.js';

export const SIGNS: Readonly<Record<ChangeKind, string>> = {
  create: '+',
  update: '~',
  restore: '^',
  upload: '@',
  archive: '-',
  delete: 'x',
};
const CONFLICT_SIGN = '!';
const NAME_WIDTH = 24;

export function describeChange(
  io: Io,
  { change, outcome }: Pick<StoredChange, 'change' | 'outcome'>,
  files: readonly RunFile[],
): readonly string[] {
  const sign = SIGNS[change.kind];
  const where = change.rows.length === 0 ? '' : ` (${describeRows(change.rows, files)})`;
  const { kind, fields, contacts, reason } = change;
  return [
    paint(io, sign, `${sign} ${kind} ${quoteText(change.label)}${where}${describeOutcome(outcome)}`),
    ...(kind === 'create' || kind === 'update' ? [] : [`    ${reason}`]),
    ...fields.map((field) => describeField(io, field, kind)),
    ...contacts.flatMap((contact) => describeContact(io, contact)),
    ...(change.kept ?? []).map((edit) => describeKept(io, edit)),
    ...describeDocuments(change),
    ...(outcome?.differences ?? []).map((difference) => describeDifference(io, difference)),
  ];
}

/** Words that say nothing more than their kind are left out. */
function describeOutcome(outcome: Outcome | null): string {
  if (outcome === null) return '';
  const saysWhy = ['failed', 'rejected', 'skipped', 'unchanged'].includes(outcome.kind) && outcome.reason !== '';
  return `: ${outcome.kind}${saysWhy ? `: ${outcome.reason}` : ''}`;
}

function describeField(io: Io, field: FieldChange, kind: ChangeKind): string {
  const line = `    ${field.field.padEnd(NAME_WIDTH)} ${describeEdit(field, kind === 'create')}`;
  return field.then === undefined ? line : paint(io, CONFLICT_SIGN, line);
}

function describeContact(io: Io, contact: ContactChange): readonly string[] {
  const name = showText(contact.label);
  if (contact.kind === 'keep') return [`    contact kept             ${name}`];
  if (contact.kind === 'remove') return [paint(io, 'x', `    contact removed          ${name}`)];
  const sign = contact.kind === 'add' ? '+' : '~';
  const title = contact.kind === 'add' ? 'contact new    ' : 'contact changed';
  const details = contact.fields
    .filter(({ field }) => contact.kind === 'change' || (field !== 'is_primary' && field !== 'send_email'))
    .map((field) => `${field.field}: ${describeEdit(field, contact.kind === 'add')}`);
  return [paint(io, sign, `    ${title}          ${name}${details.length === 0 ? '' : `   ${details.join(', ')}`}`)];
}

function describeEdit({ field, before, after, then }: FieldChange | ContactFieldChange, isNew: boolean): string {
  const show = (value: string): string => showText(nameValue(field, value));
  if (isNew) return show(after);
  if (then === undefined) return `${show(before)} → ${show(after)}`;
  return `${show(then)} → ${show(after)} | ${show(before)} (changed in Invoice Ninja; the file wins)`;
}

function describeKept(io: Io, { field, contact, then, source, target }: KeptEdit): string {
  const [pushed, now, held] = [then, source, target].map((value) => showText(nameValue(field, value)));
  const sides = `${pushed} → ${now} | ${held} (changed in Invoice Ninja; stays)`;
  const line =
    contact === null
      ? `    ${field.padEnd(NAME_WIDTH)} ${sides}`
      : `    contact left alone       ${showText(contact)}   ${field}: ${sides}`;
  return paint(io, CONFLICT_SIGN, line);
}

function describeDocuments({ documents = [] }: Change): readonly string[] {
  return documents.map(({ name, bytes }) => `    document                 ${showText(name)} (${showBytes(bytes)})`);
}

function describeDifference(io: Io, { field, contact, wanted, stored }: Difference): string {
  const whose = contact === null ? '' : ` of ${showText(contact)}`;
  return paint(
    io,
    CONFLICT_SIGN,
    `    stored otherwise         ${field}${whose}: sent ${quoteText(wanted)}, Invoice Ninja holds ${quoteText(stored)}`,
  );
}
