/**
 * A quote that is never closed, and one that is never opened some rows below it, make one record of all rows in between:
 *
 *     Meier;Bonn;"19 Zoll
 *     Braun;Ulm;Rack 19"
 *
 * By the rules of CSV that is one row with a long note. It is taken for what it most likely is when it has no other quotes
 * and each of its lines has exactly the cells of a row if quotes are read as text. Prose is told from rows by the blanks
 * behind its commas, and two columns with commas are too few to tell. Pure.
 */

import { countFilled, isProse } from './cell-kinds.js';
import type { Marks } from './records.js';
import type { BrokenRow, Row } from './row.js';

const QUOTES_OF_ONE_CELL = 2;

type RowMarks = Pick<Marks, 'delimiter' | 'quote' | 'crOnly'>;

/** @param text of one record over several lines, as it stands */
export function holdsRows(text: string, marks: RowMarks, width: number): boolean {
  const bare = text.replaceAll(marks.quote, '');
  return text.length - bare.length === QUOTES_OF_ONE_CELL && looksLikeRows(bare, marks, width);
}

/** The same of the cells of a record, where what stands in the file holds other cells, too. */
export function cellsHoldRows(cells: readonly string[], marks: RowMarks): boolean {
  const bare = cells.join(marks.delimiter);
  return !bare.includes(marks.quote) && looksLikeRows(bare, marks, cells.length);
}

function looksLikeRows(text: string, { delimiter, crOnly }: RowMarks, width: number): boolean {
  if (width < (delimiter === ',' ? 3 : 2)) return false;
  const lines = text.replace(/[\r\n]+$/, '').split(crOnly ? '\r' : '\n');
  const rows = lines.map((line) => line.split(delimiter));
  return rows.length > 1 && rows.every((cells) => cells.length === width && countFilled(cells) > 1 && !isProse(cells));
}

export function breakAtSwallowed(row: Row, value: string, quote: Marks['quote']): BrokenRow {
  const { line, endLine } = row;
  const count = endLine - line + 1;
  const hint =
    `lines ${line} to ${endLine} are one row by their quotes, but look like ${count} rows: take the stray ${quote} away; ` +
    'or, if it is one row, write a blank behind each delimiter inside of the quoted cell';
  return { line, endLine, code: 'broken-quote', value, hint };
}
