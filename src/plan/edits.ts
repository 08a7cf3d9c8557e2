/**
 * Edits: what somebody changed in Invoice Ninja since this job last pushed it, where the file says something else.
 *
 * Terms: *then* is what the job pushed, *source* what the file says now, *target* what Invoice Ninja holds now.
 * Premise: while the target still holds what was pushed, a difference is the file's news. Where it holds something else,
 * a person was there, and the job says who wins.
 *
 * ```
 * then    │ source │ target │ what it is
 * ────────┼────────┼────────┼───────────────────────────────────────────────
 * any     │ x      │ x      │ no difference
 * unknown │ x      │ y      │ a change: nothing is known about y
 * y       │ x      │ y      │ a change: the file is newer
 * x       │ x      │ y      │ an edit: only the target is newer
 * z       │ x      │ y      │ an edit: both are newer
 * ```
 */

import type { ClientField, ContactField } from '../mapping/fields.js';
import type { Reject } from '../mapping/record.js';
import type { KeptEdit } from './change.js';
import { foldKey } from './fold.js';
import { isSameValue } from './same-value.js';
import { nameValue } from './value-name.js';

/** Who wins where somebody changed a value in Invoice Ninja since the job last pushed it. */
export type Winner = 'source' | 'target' | 'reject';

/**
 * Whether the target holds something else than was pushed; `undefined`: what was pushed is not known.
 *
 * @param country ISO alpha-2 of the client; `''`: not known
 */
export function isEdited(
  field: ClientField | ContactField,
  then: string | undefined,
  target: string,
  country = '',
): then is string {
  // What was only spelled otherwise was never pushed, so the target still has its own spelling.
  if (then === undefined || then === target || isSameValue(field, then, target, country)) return false;
  // The case of an address is the target's own business: the server compares without it.
  return field === 'email' ? foldKey(then) !== foldKey(target) : then !== target;
}

const EDITS_SHOWN_MAX = 5;
const TEXT_SHOWN_MAX = 60;

/** `phone, city, email of Ada Byron and 2 more`. */
export function listEdits(edits: readonly KeptEdit[]): string {
  const shown = edits.slice(0, EDITS_SHOWN_MAX).map(nameEdit);
  return edits.length > shown.length ? `${shown.join(', ')} and ${edits.length - shown.length} more` : shown.join(', ');
}

export function rejectEdits(edits: readonly KeptEdit[]): Pick<Reject, 'value' | 'hint'> & { code: 'edited-in-target' } {
  const shown = edits.slice(0, EDITS_SHOWN_MAX).map(describeEdit);
  const more = edits.length > shown.length ? `; and ${edits.length - shown.length} more` : '';
  const settings = new Set(edits.map(({ field, contact }) => (contact === null ? `fields.${field}` : 'contacts')));
  const [setting, ...others] = settings;
  const where = others.length === 0 ? `policy.winner.${setting}` : 'policy.winner';
  return {
    code: 'edited-in-target',
    value: edits.map(({ target }) => cut(target)).join(', '),
    hint: `Somebody changed in Invoice Ninja what this job had pushed. ${shown.join('; ')}${more}. Make the file and Invoice Ninja equal, or set ${where} in the job to source or target.`,
  };
}

function nameEdit({ field, contact }: KeptEdit): string {
  return contact === null ? field : `${field} of ${cut(contact)}`;
}

function describeEdit(edit: KeptEdit): string {
  const show = (text: string): string => (text === '' ? 'nothing' : `"${cut(nameValue(edit.field, text))}"`);
  return `${nameEdit(edit)}: pushed was ${show(edit.then)}, the file says ${show(edit.source)}, Invoice Ninja has ${show(edit.target)}`;
}

function cut(text: string): string {
  return text.length > TEXT_SHOWN_MAX ? `${text.slice(0, TEXT_SHOWN_MAX - 1)}…` : text;
}
