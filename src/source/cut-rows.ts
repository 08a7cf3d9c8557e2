/**
 * Rows that a line break inside of a cell without quotes has cut in two or more:
 *
 *     C-17,Brass              C-17,Brass,,,
 *     erie,Nantes,44000       erie,Nantes,44000,,
 *
 * Both pieces on the left are too short, unless the break is in the first or the last column, where one piece has all
 * cells; on the right a spreadsheet has filled up the pieces. What looks like a row is then half a client with another's
 * cells. Terms: the pieces of a row have together one cell too many for each break. Premise: lines are taken for pieces
 * by their count of cells unless a cell is whole by itself, and by what they hold only where they fit the columns better
 * when they are put together. Pure.
 */

import { isBlank, trimTrailingBlanks } from './cell-kinds.js';
import { fitsShape } from './row-shape.js';
import type { RowShape } from './row-shape.js';

type Cells = readonly string[];

/** More lines than this are not looked at together. */
export const PIECES_MAX = 6;

/** Two lines, one of which has too few cells or too many, have together the cells of one row. */
export function isCutByCount(first: Cells, second: Cells, { width, columns }: RowShape): boolean {
  if (first.length + second.length - 1 !== width) return false;
  const end = first[first.length - 1]!;
  const start = second[0]!;
  // What has line breaks in it still stands in quotes, or was written out because nobody could read it.
  if (/[\r\n]/.test(end + start)) return false;
  // A row that leaves its last cell blank does not go on.
  if (first.length === width && isBlank(end)) return false;
  const shape = columns.find(({ index }) => index === first.length - 1)?.shape;
  if (shape === undefined) return true;
  const isWhole = (cell: string, other: string): boolean => fitsShape(cell, shape) && !/[\d@]/.test(other);
  return !isWhole(end, start) && !isWhole(start, end);
}

/** A row that may go on in the next line: what most rows have at their end is blank. */
export function isOpen(cells: Cells, { columns }: RowShape): boolean {
  const last = columns.at(-1);
  return last !== undefined && last.index > 0 && isBlank(cells[last.index] ?? '');
}

/** Lines of full width fit the columns better when they are one row. */
export function isCutByShape(pieces: readonly Cells[], shape: RowShape, columnCount: number): boolean {
  const [first, ...rest] = pieces.map(trimTrailingBlanks);
  if (first === undefined || rest.some((cells) => cells.length === 0)) return false;
  // Nothing leaves its column where the first cell is cut: but no name begins with a small letter below half a row.
  if (pieces.slice(0, -1).every((cells) => trimTrailingBlanks(cells).length === 1))
    return rest.every(([cell = '']) => /^\s*\p{Ll}/u.test(cell));
  const whole = [...first];
  for (const cells of rest) whole.push(`${whole.pop()} ${cells[0]}`, ...cells.slice(1));
  if (whole.length > columnCount) return false;
  const together = countFits(whole, shape);
  if (together.misfits > 0) return false;
  const apart = rest.map((cells) => countFits(cells, shape));
  const fits = apart.reduce((sum, one) => sum + one.fits, 0);
  const misfits = apart.reduce((sum, one) => sum + one.misfits, 0);
  const gained = together.fits - countFits(first, shape).fits - fits;
  return gained >= 2 || (gained >= 1 && misfits >= 1);
}

function countFits(cells: Cells, { columns }: RowShape): { readonly fits: number; readonly misfits: number } {
  let fits = 0;
  let misfits = 0;
  for (const { index, shape } of columns) {
    const cell = cells[index] ?? '';
    if (isBlank(cell)) continue;
    if (fitsShape(cell, shape)) fits++;
    else misfits++;
  }
  return { fits, misfits };
}
