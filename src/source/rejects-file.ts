/**
 * The rejected rows as a file that a person mends and feeds in again.
 *
 * Each row stands there byte by byte as in its source (encoding, quotes, line ends), with the reasons in columns behind
 * the last one. Only where a cell could become a formula in a spreadsheet it is written anew, with an apostrophe in
 * front; our columns mark the file, and by them reading knows to take exactly that apostrophe away again. Invariant: the
 * file can be read again by `profileFile` and `readRows`, and each cell is then what it was in the source. Memory holds
 * one row at a time.
 */

import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { encode } from 'iconv-lite';
import { guardCell, unguardCell } from '../csv-cell.js';
import { assert, SyncError } from '../errors.js';
import { ADDED_COLUMNS } from './added-columns.js';
import { alignToUnit, BLOCK_BYTES, decodeToUtf8, findLineEnd, readBlocks } from './bytes.js';
import type { FileProfile } from './profile.js';
import { markShape } from './judge-rows.js';
import { readHeader } from './read.js';
import { parseRecords } from './records.js';

/** What no spreadsheet stumbles over, where the file had no line ends of its own. */
const CRLF = Buffer.from('\r\n');

export interface RejectedRow {
  readonly line: number;
  readonly endLine: number;
  readonly reasons: readonly { column: string | null; code: string; value: string; hint: string }[];
}

/**
 * Writes header and rejected rows in the order of the source, which must be the profiled file. The preamble is left out.
 * `outPath` appears only when it is complete. Throws `file-unreadable` when it cannot be written.
 */
export async function writeRejectsFile(
  profile: FileProfile,
  rejected: readonly RejectedRow[],
  outPath: string,
): Promise<void> {
  const partPath = `${outPath}.part`;
  try {
    await pipeline(Readable.from(composeLines(profile, mergeRows(rejected))), createWriteStream(partPath));
    await rename(partPath, outPath);
  } catch (cause) {
    await rm(partPath, { force: true });
    if (cause instanceof SyncError || !(cause instanceof Error && 'syscall' in cause)) throw cause;
    const hint = 'Check that the folder is there and may be written to.';
    throw new SyncError('file-unreadable', `${outPath}: the rejects cannot be written (${cause.message})`, {
      cause,
      hint,
    });
  }
}

/** In the order of the file; the reasons of one row together. */
function mergeRows(rejected: readonly RejectedRow[]): readonly RejectedRow[] {
  const merged = new Map<number, RejectedRow>();
  for (const row of rejected) {
    const known = merged.get(row.line);
    merged.set(row.line, known === undefined ? row : { ...row, reasons: [...known.reasons, ...row.reasons] });
  }
  return [...merged.values()].sort((a, b) => a.line - b.line);
}

async function* composeLines(profile: FileProfile, rejected: readonly RejectedRow[]): AsyncGenerator<Buffer> {
  const header = await readHeader({ ...profile, footerLines: 0 });
  assert(header !== undefined, `${profile.name} still has its header`);
  const width = header.cells.length;
  const ranges = [{ line: header.line, endLine: header.endLine }, ...rejected];
  let index = 0;
  for await (const raw of readLineRanges(profile, ranges)) {
    const row = rejected[index - 1];
    const cells = row === undefined ? ADDED_COLUMNS : describeRow(row);
    yield Buffer.concat(row === undefined ? headParts(profile, raw, cells) : rowParts(profile, raw, cells, width));
    index++;
  }
}

function headParts(profile: FileProfile, raw: Buffer, cells: readonly string[]): Buffer[] {
  const bom = profile.bom ? encodeText('\ufeff', profile) : Buffer.alloc(0);
  const bare = raw.subarray(0, bom.length).equals(bom) ? raw.subarray(bom.length) : raw;
  const { body, lineEnd } = splitLineEnd(profile, bare);
  const { row } = guardRow(profile, body);
  return [bom, row, addedCells(profile, cells), lineEnd];
}

/** The row as it stands but for guards, filled up or cut to `width` cells, then our cells and the line end. */
function rowParts(profile: FileProfile, raw: Buffer, cells: readonly string[], width: number): Buffer[] {
  const { body, lineEnd } = splitLineEnd(profile, raw);
  const delimiter = encodeText(profile.delimiter, profile);
  const guarded = guardRow(profile, body);
  const count = guarded.count ?? width;
  let { row } = guarded;
  // Blank cells behind the last column would push ours out of their columns; reading drops them as well. In some
  // encodings the byte of a delimiter is a part of letters too, so the text says whether it is one.
  let text = count > width ? decodeToUtf8(row, profile.encoding).toString('utf8') : '';
  for (let extra = count - width; extra > 0 && text.endsWith(profile.delimiter); extra--) {
    text = text.slice(0, -profile.delimiter.length);
    row = row.subarray(0, -delimiter.length);
  }
  const missing = Array.from({ length: Math.max(0, width - count) }, () => delimiter);
  return [row, ...missing, addedCells(profile, cells), lineEnd];
}

function addedCells(profile: FileProfile, cells: readonly string[]): Buffer {
  return encodeText(cells.map((cell) => profile.delimiter + ownCell(cell, profile)).join(''), profile);
}

interface GuardedRow {
  readonly row: Buffer;
  /** Cells of the record; undefined when its quotes are broken. */
  readonly count: number | undefined;
}

/** A raw record as it stands, unless one of its cells could become a formula. */
function guardRow(profile: FileProfile, body: Buffer): GuardedRow {
  if (body.length === 0) return { row: body, count: 1 };
  const utf8 = decodeToUtf8(body, profile.encoding);
  const { rows, broken } = parseRecords(utf8, markShape(profile), 1, true);
  const cells = broken.length === 0 ? rows[0]?.cells : undefined;
  if (cells === undefined) {
    const text = utf8.toString('utf8');
    const guarded = guardBroken(text, profile);
    return { row: guarded === text ? body : encodeText(guarded, profile), count: undefined };
  }
  // Of a file of rejects that is rejected again, the guards are there already.
  const guarded = cells.map((cell) => guardCell(profile.partial ? unguardCell(cell) : cell));
  if (guarded.every((cell, index) => cell === cells[index])) return { row: body, count: cells.length };
  const text = guarded.map((cell) => quoteCell(cell, profile)).join(profile.delimiter);
  return { row: encodeText(text, profile), count: cells.length };
}

/**
 * Where quotes are broken nobody can tell where a cell begins: whatever a spreadsheet could take for the beginning of
 * one gets the apostrophe, inside of the quote if there is one. The row stays as broken as it was.
 */
function guardBroken(text: string, { delimiter, quote, partial }: FileProfile): string {
  return text
    .split(new RegExp(`([\\r\\n${delimiter}])`))
    .map((piece, index) => {
      const isSeparator = index % 2 === 1;
      if (isSeparator) return piece;
      const opening = piece.trimStart().startsWith(quote) ? piece.indexOf(quote) + 1 : 0;
      const cell = piece.slice(opening);
      const bare = partial ? unguardCell(cell) : cell;
      if (guardCell(bare) === bare) return piece;
      return piece.slice(0, opening) + (opening > 0 && quote === "'" ? "''" : "'") + bare;
    })
    .join('');
}

/** The last row of a file may have no line end: it gets the one that the file uses. */
function splitLineEnd(profile: FileProfile, raw: Buffer): { readonly body: Buffer; readonly lineEnd: Buffer } {
  for (const text of profile.lineEnd === 'cr' ? ['\r'] : ['\r\n', '\n']) {
    const lineEnd = encodeText(text, profile);
    if (!raw.subarray(-lineEnd.length).equals(lineEnd)) continue;
    return { body: raw.subarray(0, -lineEnd.length), lineEnd: profile.tablePath === profile.path ? lineEnd : CRLF };
  }
  const ends = { lf: '\n', crlf: '\r\n', cr: '\r', mixed: '\n' } as const;
  return { body: raw, lineEnd: profile.tablePath === profile.path ? encodeText(ends[profile.lineEnd], profile) : CRLF };
}

function describeRow(row: RejectedRow): readonly string[] {
  const join = (pick: (reason: RejectedRow['reasons'][number]) => string): string => row.reasons.map(pick).join(' | ');
  return [
    String(row.line),
    join((reason) => reason.column ?? ''),
    join((reason) => reason.code),
    join((reason) => reason.value),
    join((reason) => reason.hint),
  ];
}

/** One of ours: on one physical line, never a formula. */
function ownCell(cell: string, profile: FileProfile): string {
  const line = guardCell(cell.replace(/\r\n|\r|\n/g, ' '));
  // A file with that quote is only recognised when no quotation mark is in it.
  return quoteCell(profile.quote === "'" ? line.replaceAll('"', '`') : line, profile);
}

/** Quoted when it has to be; where the apostrophe is the quote, each line is wrapped in them. */
function quoteCell(cell: string, { quote, delimiter }: FileProfile): string {
  const isPlain = quote === '"' && !/["\r\n]/.test(cell) && !cell.includes(delimiter) && cell.trim() === cell;
  return isPlain ? cell : `${quote}${cell.replaceAll(quote, quote + quote)}${quote}`;
}

/** Characters that the encoding lacks become `?`. */
function encodeText(text: string, profile: FileProfile): Buffer {
  return profile.encoding === 'utf-8' ? Buffer.from(text, 'utf8') : encode(text, profile.encoding);
}

/** Yields the raw bytes of each range of physical lines; ranges are sorted and do not overlap. */
async function* readLineRanges(
  profile: FileProfile,
  ranges: readonly { readonly line: number; readonly endLine: number }[],
): AsyncGenerator<Buffer> {
  let line: number = profile.firstLine;
  let index = 0;
  let parts: Buffer[] = [];
  const { tablePath, tableBytes } = profile;
  const start = alignToUnit(0, profile.encoding, tableBytes);
  for await (const block of readBlocks(tablePath, tableBytes, BLOCK_BYTES, start)) {
    for (let pos = 0; pos < block.length;) {
      const range = ranges[index];
      if (range === undefined) return;
      const end = findLineEnd(block, pos, profile.encoding, profile.lineEnd === 'cr');
      if (line >= range.line) parts.push(block.subarray(pos, end === -1 ? block.length : end));
      if (end === -1) break;
      pos = end;
      if (line === range.endLine) {
        yield Buffer.concat(parts);
        parts = [];
        index++;
      }
      line++;
    }
  }
  if (parts.length > 0) {
    yield Buffer.concat(parts);
    index++;
  }
  assert(index === ranges.length, `line ${ranges[index]?.line} is in ${profile.name}`);
}
