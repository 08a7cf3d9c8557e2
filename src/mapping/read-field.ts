/** One field of one row: its cell read, cleaned and checked; what is wrong with it is noted with the row. */

import type { Doubt, Evaluator } from './evaluate.js';
import type { ClientField, ContactField } from './fields.js';
import type { CellProblem, Normalised } from './normalise/cell.js';
import { LOST_VALUE_HINT, isLost } from './normalise/damage.js';
import { findEscape } from './normalise/escapes.js';
import { tidyText } from './normalise/text.js';
import type { Reject, RejectCode, RowRef, Warning, WarningCode } from './record.js';

/** Names and addresses: texts in which every sign stands for itself. */
const PLAIN_FIELDS: ReadonlySet<string> = new Set([
  'name',
  'address1',
  'address2',
  'city',
  'state',
  'shipping_address1',
  'shipping_address2',
  'shipping_city',
  'shipping_state',
  'first_name',
  'last_name',
] satisfies readonly (ClientField | ContactField)[]);

export interface CompiledField<Field extends string> {
  readonly field: Field;
  readonly evaluator: Evaluator;
  readonly normalise: (raw: string) => Normalised;
  readonly onBlank: 'keep' | 'clear';
  readonly clearable: boolean;
}

/** What a row collects on its way; only rows with a remark allocate lists. */
export interface RowRemarks {
  readonly row: RowRef;
  rejects: Reject[] | null;
  warnings: Warning[] | null;
}

export function addReject(
  remarks: RowRemarks,
  column: string | null,
  code: RejectCode,
  value: string,
  hint: string,
): void {
  (remarks.rejects ??= []).push({ row: remarks.row, column, code, value, hint });
}

export function addWarning(
  remarks: RowRemarks,
  column: string | null,
  code: WarningCode,
  value: string,
  hint: string,
): void {
  (remarks.warnings ??= []).push({ row: remarks.row, column, code, value, hint });
}

/** Notes the problem of a cell; returns the value to use, or `undefined` when the field is left alone or the row is rejected. */
export function settleProblem(
  remarks: RowRemarks,
  problem: CellProblem,
  column: string | null,
  raw: string,
): string | undefined {
  if (problem.severity === 'warning') {
    addWarning(remarks, column, problem.code as WarningCode, raw, problem.hint);
    return problem.value === '' ? undefined : problem.value;
  }
  addReject(remarks, column, problem.code as RejectCode, raw, problem.hint);
  return undefined;
}

/** Blanks around the token are no reason to store it as a text. */
export function isClearToken(raw: string, clearToken: string): boolean {
  return (
    raw === clearToken || (raw.length > clearToken.length && raw.includes(clearToken) && raw.trim() === clearToken)
  );
}

export function warnNotClearable<Field extends string>(
  field: CompiledField<Field>,
  raw: string,
  remarks: RowRemarks,
): void {
  const hint = `${field.field} cannot be emptied: the server would put a value of its own. The old value stays.`;
  addWarning(remarks, field.evaluator.column, 'not-clearable', raw, hint);
}

/** A blank that a program made of a value is no wish to empty the field. Tells whether it is one, and notes it. */
export function warnIfLost(remarks: RowRemarks, column: string | null, raw: string): boolean {
  if ((!raw.includes('#') && !raw.includes('[')) || !isLost(tidyText(raw))) return false;
  addWarning(remarks, column, 'lost-value', raw, LOST_VALUE_HINT);
  return true;
}

/** First and last name are in doubt together: it is said once. */
function warnOfName(remarks: RowRemarks, column: string | null, { text, hint }: Doubt): void {
  const isSaid = remarks.warnings?.some(({ code, value }) => code === 'unclear-name' && value === text) === true;
  if (!isSaid) addWarning(remarks, column, 'unclear-name', text, hint);
}

function warnIfEscaped(remarks: RowRemarks, column: string | null, raw: string): void {
  const found = findEscape(raw);
  if (found !== undefined) addWarning(remarks, column, found.code, raw, found.hint);
}

/** The field's clean value; `''` to clear it; `undefined` to leave it alone (or when the cell was rejected). */
export function readField<Field extends string>(
  field: CompiledField<Field>,
  cells: readonly string[],
  clearToken: string,
  remarks: RowRemarks,
): string | undefined {
  const { evaluator } = field;
  const raw = evaluator.position === null ? evaluator.read(cells) : (cells[evaluator.position] ?? '');
  const doubt = evaluator.doubt?.(cells) ?? null;
  if (doubt !== null) {
    warnOfName(remarks, evaluator.column, doubt);
    if (raw === '') return undefined;
  }
  if (raw === '') return field.onBlank === 'clear' ? '' : undefined;
  if (isClearToken(raw, clearToken)) {
    if (field.clearable) return '';
    warnNotClearable(field, raw, remarks);
    return undefined;
  }
  const normalised = field.normalise(raw);
  const value = typeof normalised === 'string' ? normalised : settleProblem(remarks, normalised, evaluator.column, raw);
  if (PLAIN_FIELDS.has(field.field)) warnIfEscaped(remarks, evaluator.column, raw);
  if (value === '' && warnIfLost(remarks, evaluator.column, raw)) return undefined;
  if (value === '') return field.onBlank === 'clear' ? '' : undefined;
  return value;
}
