/** What a normaliser gives back: the clean value itself, or a problem that says what became of the cell. */

import type { RejectCode, WarningCode } from '../record.js';

export interface CellProblem {
  readonly severity: 'reject' | 'warning';
  readonly code: RejectCode | WarningCode;
  /** After a warning: the clean value to go on with, `''` when nothing can be used. After a reject: `''`. */
  readonly value: string;
  /** What to do, one sentence. */
  readonly hint: string;
}

/** Clean value (`''` is blank), or a problem. The usual cell costs no allocation: it is given back as it came. */
export type Normalised = string | CellProblem;

export function rejectCell(code: RejectCode, hint: string): CellProblem {
  return { severity: 'reject', code, value: '', hint };
}

export function warnCell(code: WarningCode, value: string, hint: string): CellProblem {
  return { severity: 'warning', code, value, hint };
}
