/**
 * A profiled file to rows, in batches of one block, with memory that does not depend on the file's size.
 *
 * Invariant: every physical line behind the header is in exactly one row or broken row, or is left out as the line of a
 * report, or is blank, or belongs to the footer. A row has exactly as many cells as the header has columns; none is ever
 * shifted or merged with the next, and one that is filled up at its end says so.
 */

import { stat } from 'node:fs/promises';
import { unguardCell } from '../csv-cell.js';
import { assert, SyncError } from '../errors.js';
import { withoutAdded } from './added-columns.js';
import { BLOCK_BYTES, createUtf8Decoder, readBlocks } from './bytes.js';
import { isBlank } from './cell-kinds.js';
import { repairRows } from './double-encoding-columns.js';
import { findFooterStart } from './footer.js';
import { cutStrayQuotes, isShifted, padRow } from './mend-rows.js';
import type { FileProfile } from './profile.js';
import { parseRecords, readValue, RECORD_BYTES_MAX } from './records.js';
import type { Marks, RecordBlock } from './records.js';
import type { BrokenRow, Row, RowBatch } from './row.js';
import { RowSorter } from './row-sorter.js';
import type { Sorted } from './row-sorter.js';
import { breakAtSwallowed, cellsHoldRows, holdsRows } from './swallowed-rows.js';
import { isForeignHeader, isSurelyHeader, refuseSecondTable } from './tables.js';

/** The part of a profile that says how to read, known before the header's columns are. */
export type FileShape = Pick<
  FileProfile,
  | 'path'
  | 'name'
  | 'tablePath'
  | 'tableBytes'
  | 'firstLine'
  | 'encoding'
  | 'delimiter'
  | 'quote'
  | 'lineEnd'
  | 'headerLine'
  | 'footerLines'
>;

export function markShape(shape: Pick<FileShape, 'delimiter' | 'quote' | 'lineEnd'>): Marks {
  return { delimiter: shape.delimiter, quote: shape.quote, crOnly: shape.lineEnd === 'cr' };
}

/**
 * Yields the rows of a file in batches; a batch with nothing in it is not yielded. Throws `file-changed` when
 * the file no longer has the size that was profiled, and `file-not-csv` for a line longer than `RECORD_BYTES_MAX` and
 * for the header of a second table.
 */
export async function* readRows(profile: FileProfile, blockBytes = BLOCK_BYTES): AsyncGenerator<RowBatch> {
  const sorter = new RowSorter(profile);
  let headerSeen = false;
  let bytesRead = 0;
  for await (const read of readRecordBlocks(profile, blockBytes)) {
    const { block } = read;
    bytesRead = read.bytesRead;
    let first = 0;
    if (!headerSeen && block.rows.length > 0) {
      assert(
        block.rows[0]!.line === profile.headerLine,
        `the header of ${profile.name} is on line ${profile.headerLine}`,
      );
      headerSeen = true;
      first = 1;
    }
    sortRows(profile, read, first, sorter);
    const sorted = sorter.flush(read.atEnd);
    const batch = toBatch(profile, sorted, sortMisquoted(profile, read), bytesRead);
    if (batch !== null) yield batch;
  }
  const rest = toBatch(profile, sorter.flush(true), NONE_MISQUOTED, bytesRead);
  if (rest !== null) yield rest;
}

/** Lines whose quotes are not where they should be. */
interface Misquoted {
  readonly kept: readonly Row[];
  readonly broken: readonly BrokenRow[];
}

const NONE_MISQUOTED: Misquoted = { kept: [], broken: [] };

function sortMisquoted(profile: FileProfile, { block, window }: ReadBlock): Misquoted {
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

/** Null when there is nothing in it. */
function toBatch(
  profile: FileProfile,
  { rows, broken, left }: Sorted,
  misquoted: Misquoted,
  bytesRead: number,
): RowBatch | null {
  const all = mergeLines(rows, misquoted.kept);
  const allBroken = mergeLines(broken, misquoted.broken);
  if (all.length + allBroken.length + left.length === 0) return null;
  const width = profile.columns.length;
  const fitted = all.map((row) => {
    if (row.cells.length === width && !profile.partial) return row;
    const cells = row.cells.length === width ? row.cells : row.cells.slice(0, width);
    return { line: row.line, endLine: row.endLine, cells: profile.partial ? cells.map(unguardCell) : cells };
  });
  return {
    rows: profile.repairs === undefined ? fitted : repairRows(fitted, profile.repairs),
    broken: allBroken,
    left,
    bytesRead,
  };
}

function mergeLines<Line extends { readonly line: number }>(
  lines: readonly Line[],
  further: readonly Line[],
): readonly Line[] {
  return further.length === 0 ? lines : [...lines, ...further].sort((a, b) => a.line - b.line);
}

/** The first `countMax` rows that can be read, for a look at a file. */
export async function readFirstRows(profile: FileProfile, countMax: number): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for await (const batch of readRows(profile)) {
    rows.push(...batch.rows.slice(0, countMax - rows.length));
    if (rows.length >= countMax) break;
  }
  return rows;
}

/** The record on the shape's header line, raw; undefined when its quotes are broken or the file ends before it. */
export async function readHeader(shape: FileShape): Promise<Row | undefined> {
  for await (const { block } of readRecordBlocks(shape, BLOCK_BYTES)) {
    const header = block.rows[0];
    if (header?.line === shape.headerLine) return header;
    if (header !== undefined || block.broken.length > 0) return undefined;
  }
  return undefined;
}

interface ReadBlock {
  readonly block: RecordBlock;
  readonly window: Buffer;
  readonly bytesRead: number;
  /** No block follows. */
  readonly atEnd: boolean;
}

/** Yields all records from the header line on, the header first, blank lines among them. */
async function* readRecordBlocks(shape: FileShape, blockBytes: number): AsyncGenerator<ReadBlock> {
  await checkSize(shape);
  const marks = markShape(shape);
  const end = shape.footerLines === 0 ? shape.tableBytes : await findFooterStart(shape);
  const decode = createUtf8Decoder(shape.encoding);
  let window: Buffer = Buffer.alloc(0);
  let line: number = shape.firstLine;
  let bytesRead = 0;
  for await (const raw of readBlocks(shape.tablePath, end, blockBytes)) {
    bytesRead += raw.length;
    const atEnd = bytesRead >= end;
    const decoded = decode(raw, atEnd);
    window = window.length === 0 ? decoded : Buffer.concat([window, decoded]);
    while (line < shape.headerLine) {
      const lineEnd = window.indexOf(marks.crOnly ? '\r' : '\n');
      window = lineEnd === -1 ? window.subarray(window.length) : window.subarray(lineEnd + 1);
      if (lineEnd === -1) break;
      line++;
    }
    if (window.length === 0) continue;
    const block = parseRecords(window, marks, line, atEnd);
    line = block.nextLine;
    yield { block, window, bytesRead, atEnd };
    window = window.subarray(block.consumed);
    if (window.length > RECORD_BYTES_MAX) throw refuseLongLine(shape, line);
  }
  if (bytesRead < end) throw refuseChanged(shape, bytesRead);
}

async function checkSize(shape: FileShape): Promise<void> {
  const { size } = await stat(shape.tablePath).catch((cause: unknown) => {
    throw new SyncError('file-changed', `${shape.path}: is no longer there`, {
      cause,
      hint: 'Start again with the file in place.',
    });
  });
  if (size !== shape.tableBytes) throw refuseChanged(shape, size);
}

function refuseChanged(shape: FileShape, size: number): SyncError {
  return new SyncError(
    'file-changed',
    `${shape.path}: has ${size} bytes now, ${shape.tableBytes} when it was looked at`,
    {
      hint: 'Wait until the file is written completely, then start again.',
    },
  );
}

function refuseLongLine(shape: FileShape, line: number): SyncError {
  const limit = `${RECORD_BYTES_MAX / 1024 / 1024} MB`;
  return new SyncError(
    'file-not-csv',
    `${shape.path}: line ${line} is longer than ${limit}: is it a table of rows at all?`,
    {
      hint: 'Export the file again as CSV, one row a line.',
    },
  );
}

/** Hands records from `first` on to the sorter, which has the header's width; blank lines are nothing. */
function sortRows(profile: FileProfile, { block, window, atEnd }: ReadBlock, first: number, sorter: RowSorter): void {
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
