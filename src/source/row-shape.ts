/**
 * What the rows of a file look like, as a sample shows it: how many cells they have, and which columns hold nothing but
 * numbers, codes or e-mail addresses. By that a row is told that a line break has cut in two. Pure.
 */

import { isBlank } from './cell-kinds.js';
import { findModalWidth } from './dialect.js';
import type { Row } from './row.js';

type CellShape = 'email' | 'number' | 'code';

export interface RowShape {
  /** Cells of most rows; more than there are columns where each row ends with blank ones. */
  readonly width: number;
  /** Columns, in their order, that most rows fill and all fill alike. */
  readonly columns: readonly { readonly index: number; readonly shape: CellShape }[];
}

const FILLED_MIN = 5;
const FILLED_SHARE_MIN = 0.5;
const ALIKE_SHARE_MIN = 0.9;

const SHAPES: Readonly<Record<CellShape, RegExp>> = {
  email: /^\s*[^@\s,;|]+@[^@\s,;|]+\s*$/,
  number: /^[^\p{L}]*\d[^\p{L}]*$/u,
  code: /^\s*\S*\d\S*\s*$/,
};

export function fitsShape(cell: string, shape: CellShape): boolean {
  return SHAPES[shape].test(cell);
}

/**
 * @param records of a sample; those above and on the header line are left out
 * @param columnCount of the header
 */
export function findRowShape(records: readonly Row[], headerLine: number, columnCount: number): RowShape {
  const rows = records.filter(({ line, cells }) => line > headerLine && (cells.length > 1 || columnCount === 1));
  const width = Math.max(findModalWidth(rows.map(({ cells }) => cells)), columnCount);
  const whole = rows.filter(({ cells }) => cells.length === width);
  const columns: { index: number; shape: CellShape }[] = [];
  for (let index = 0; index < columnCount; index++) {
    const filled = whole.map(({ cells }) => cells[index]!).filter((cell) => !isBlank(cell));
    if (filled.length < Math.max(FILLED_MIN, whole.length * FILLED_SHARE_MIN)) continue;
    const shape = (['email', 'number', 'code'] as const).find(
      (one) => filled.filter((cell) => fitsShape(cell, one)).length >= filled.length * ALIKE_SHARE_MIN,
    );
    if (shape !== undefined) columns.push({ index, shape });
  }
  return { width, columns };
}
