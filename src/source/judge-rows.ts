/** The records of one block held against the header: what each line is by itself, before its neighbours are looked at. */

import { withoutAdded } from './added-columns.js';
import { isBlank } from './cell-kinds.js';
import { cutStrayQuotes, isShifted, padRow } from './mend-rows.js';
import type { FileProfile } from './profile.js';
import { readValue } from './records.js';
import type { Marks, RecordBlock } from './records.js';
import type { BrokenRow, Row } from './row.js';
import type { RowSorter } from './row-sorter.js';
import { breakAtSwallowed, cellsHoldRows, holdsRows } from './swallowed-rows.js';
import { isForeignHeader, isSurelyHeader, refuseSecondTable } from './tables.js';

export interface ReadBlock {
  readonly block: RecordBlock;
  readonly window: Buffer;
  readonly bytesRead: number;
  /** No block follows. */
  readonly atEnd: boolean;
}

export function markShape(shape: Pick<FileProfile, 'delimiter' | 'quote' | 'lineEnd'>): Marks {
  return { delimiter: shape.delimiter, quote: shape.quote, crOnly: shape.lineEnd === 'cr' };
}

/** Lines whose quotes are not where they should be. */
export interface Misquoted {
  readonly kept: readonly Row[];
  readonly broken: readonly BrokenRow[];
}

export const NONE_MISQUOTED: Misquoted = { kept: [], broken: [] };

export function judgeMisquoted(profile: FileProfile, { block, window }: ReadBlock): Misquoted {
  if (block.broken.length === 0) return NONE_MISQUOTED;
  const kept: Row[] = [];
  const broken: BrokenRow[] = [];
  for (const [index, row] of block.broken.entries()) {
    const mended = profile.partial ? null : keepQuotes(row, profile, window, block.brokenStarts[index]!);
    if (mended === null) broken.push(row);
    else kept.push(mended);
  }
  return { kept, broken };
}

/** Hands records from `first` on to the sorter, which has the header's width; blank lines are nothing. */
export function judgeRows(
  profile: FileProfile,
  { block, window, atEnd }: ReadBlock,
  first: number,
  sorter: RowSorter,
): void {
  const width = profile.columns.length;
  const valueAt = (index: number): string =>
    readValue(window, block.starts[index]!, width > 1 && profile.lineEnd === 'cr');
  for (let index = first; index < block.rows.length; index++) {
    const row = block.rows[index]!;
    const count = row.cells.length;
    const isCutOff = atEnd && index === block.rows.length - 1 && !profile.endsWithLineEnd;
    let broken: BrokenRow | null = null;
    let padded: Row | null = null;
    if (width === 1 && isGlued(row, profile, window, block.starts[index]!)) {
      broken = breakAtWidth(row, profile, valueAt(index));
    } else if (count === width && isSwallowing(row, profile, window, block.starts[index]!)) {
      broken = breakAtSwallowed(row, valueAt(index), profile.quote);
    } else if (count === width) {
      const isHeader = isApart(block.rows, index) ? isForeignHeader : isSurelyHeader;
      if (isHeader(row.cells, profile.columns)) throw refuseSecondTable(profile.path, row, profile.unit);
    } else if (count === 1 && isBlank(row.cells[0]!)) {
      continue;
    } else if (count < width || !hasBlankTail(row.cells, width) || hasStrayDelimiter(row, profile)) {
      broken = breakAtWidth(row, profile, valueAt(index));
      // Of the last line of a file without a line end nobody knows whether it was cut off.
      if (count < width && !isCutOff && profile.cellShapes !== undefined)
        padded = padRow(row, profile.cellShapes, profile.columns);
    }
    sorter.take({ row, broken, padded }, isCutOff);
  }
}

/** More delimiters than the other rows have: they may be at the end, or one of them is text. */
function hasStrayDelimiter({ cells }: Row, { cellShapes, cellCount }: FileProfile): boolean {
  return cellShapes !== undefined && cells.length > (cellCount ?? cells.length) && isShifted(cells, cellShapes);
}

/** A line that has only a quoted word too many, as a row; null where it is more. */
function keepQuotes(row: BrokenRow, profile: FileProfile, window: Buffer, start: number): Row | null {
  if (row.code !== 'broken-quote' || row.neverClosed === true) return null;
  const end = window.indexOf(profile.lineEnd === 'cr' ? '\r' : '\n', start);
  const text = window.toString('utf8', start, end === -1 ? window.length : end).replace(/\r$/, '');
  const cells = cutStrayQuotes(text, markShape(profile));
  const width = profile.columns.length;
  if (cells === null || cells.length < width || !hasBlankTail(cells, width)) return null;
  const at = cells.findIndex((cell) => /^(["']).+\1./u.test(cell));
  const hint = `The cell begins with a word in ${profile.quote} and goes on behind it: it is kept as it stands.`;
  const remark = { code: 'quote-kept', column: profile.columns[at] ?? null, value: cells[at] ?? '', hint } as const;
  return { line: row.line, endLine: row.line, cells: cells.slice(0, width), remark };
}

/** Several rows that a stray quote makes one of. A table that was written out has its own quotes. */
function isSwallowing(row: Row, profile: FileProfile, window: Buffer, start: number): boolean {
  if (row.line === row.endLine || profile.tablePath !== profile.path) return false;
  const marks = markShape(profile);
  const breaks = profile.lineEnd === 'cr' ? '\r' : '\n';
  if (!row.cells.some((cell) => cell.includes(breaks) && cell.includes(marks.delimiter))) return false;
  // Behind the cells of the source are ours.
  if (profile.partial) return cellsHoldRows(row.cells.slice(0, withoutAdded(profile.columns).length), marks);
  let end = start;
  for (let line = row.line; line <= row.endLine && end !== -1; line++) {
    const at = window.indexOf(breaks, end);
    end = at === -1 ? window.length : at + 1;
  }
  return holdsRows(window.toString('utf8', start, end), marks, profile.columns.length);
}

/** Two rows of one column, the first of which ends with CR alone where the others end with LF. */
function isGlued(row: Row, { lineEnd, quote }: FileProfile, window: Buffer, start: number): boolean {
  return lineEnd !== 'cr' && window[start] !== quote.charCodeAt(0) && /\r./.test(row.cells[0]!);
}

/** Behind a blank line, or first in its block, where nobody knows. */
function isApart(rows: readonly Row[], index: number): boolean {
  const before = rows[index - 1]?.cells;
  return before === undefined || (before.length === 1 && isBlank(before[0]!));
}

function hasBlankTail(cells: readonly string[], from: number): boolean {
  for (let index = from; index < cells.length; index++) if (!isBlank(cells[index]!)) return false;
  return true;
}

function breakAtWidth(row: Row, profile: FileProfile, value: string): BrokenRow {
  const width = profile.columns.length;
  const count = row.cells.length;
  const tooFew = count < width;
  const { unit } = profile;
  const where = row.line === row.endLine ? `${unit} ${row.line} has` : `${unit}s ${row.line} to ${row.endLine} have`;
  let guess = 'a delimiter inside a cell without quotes?';
  if (unit === 'row') guess = 'a value below no column name? Name the column, or delete the value';
  else if (!tooFew && profile.lineEnd !== 'cr' && /\r(?!\n|$)/.test(value))
    guess = 'two rows, the first of which ends with CR?';
  else if (tooFew) guess = 'a line break inside a cell without quotes, or a row that was cut off?';
  else if (value.includes(`${profile.delimiter} ${profile.quote}`)) guess = 'a blank between a delimiter and a quote?';
  const hint = `${where} ${count} ${count === 1 ? 'cell' : 'cells'}, the header has ${width}: ${guess}`;
  return { line: row.line, endLine: row.endLine, code: tooFew ? 'too-few-cells' : 'too-many-cells', value, hint };
}
