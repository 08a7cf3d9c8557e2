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
import { BLOCK_BYTES, createUtf8Decoder, readBlocks } from './bytes.js';
import { repairRows } from './double-encoding-columns.js';
import { findFooterStart } from './footer.js';
import { judgeMisquoted, judgeRows, markShape, NONE_MISQUOTED } from './judge-rows.js';
import type { Misquoted, ReadBlock } from './judge-rows.js';
import type { FileProfile } from './profile.js';
import { parseRecords, RECORD_BYTES_MAX } from './records.js';
import type { Row, RowBatch } from './row.js';
import { RowSorter } from './row-sorter.js';
import type { Sorted } from './row-sorter.js';

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
    judgeRows(profile, read, first, sorter);
    const sorted = sorter.flush(read.atEnd);
    const batch = toBatch(profile, sorted, judgeMisquoted(profile, read), bytesRead);
    if (batch !== null) yield batch;
  }
  const rest = toBatch(profile, sorter.flush(true), NONE_MISQUOTED, bytesRead);
  if (rest !== null) yield rest;
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
