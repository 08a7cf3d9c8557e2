/**
 * The rejected rows as a file that a person mends and feeds in again.
 *
 * Each row stands there byte by byte as in its source (encoding, quotes, line ends), with the reasons in columns behind
 * the last one. Invariant: the file can be read again by `profileFile` and `readRows`, and no cell of ours becomes a
 * formula in a spreadsheet. Memory holds one row at a time.
 */

import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { encode } from 'iconv-lite';
import { assert, SyncError } from '../errors.js';
import { ADDED_COLUMNS } from './added-columns.js';
import { decodeToUtf8, findLineEnd, readBlocks } from './bytes.js';
import type { FileProfile } from './profile.js';
import { markShape, readHeader } from './read.js';
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
  return [bom, body, addedCells(profile, cells), lineEnd];
}

/** The row as it stands, filled up or cut to `width` cells, then our cells and the line end. */
function rowParts(profile: FileProfile, raw: Buffer, cells: readonly string[], width: number): Buffer[] {
  const { body, lineEnd } = splitLineEnd(profile, raw);
  const delimiter = encodeText(profile.delimiter, profile);
  const count = countCells(profile, body) ?? width;
  let row = body;
  // Blank cells behind the last column would push ours out of their columns; reading drops them as well.
  for (let extra = count - width; extra > 0 && row.subarray(-delimiter.length).equals(delimiter); extra--) {
    row = row.subarray(0, -delimiter.length);
  }
  const missing = Array.from({ length: Math.max(0, width - count) }, () => delimiter);
  return [row, ...missing, addedCells(profile, cells), lineEnd];
}

function addedCells(profile: FileProfile, cells: readonly string[]): Buffer {
  return encodeText(cells.map((cell) => profile.delimiter + quoteCell(cell, profile)).join(''), profile);
}

/** Cells of a raw record; undefined when its quotes are broken. */
function countCells(profile: FileProfile, body: Buffer): number | undefined {
  if (body.length === 0) return 1;
  const { rows, broken } = parseRecords(decodeToUtf8(body, profile.encoding), markShape(profile), 1, true);
  return broken.length === 0 ? rows[0]?.cells.length : undefined;
}

/** The last row of a file may have no line end: it gets the one that the file uses. */
function splitLineEnd(profile: FileProfile, raw: Buffer): { readonly body: Buffer; readonly lineEnd: Buffer } {
  for (const text of profile.lineEnd === 'cr' ? ['\r'] : ['\r\n', '\n']) {
    const lineEnd = encodeText(text, profile);
    if (!raw.subarray(-lineEnd.length).equals(lineEnd)) continue;
    return { body: raw.subarray(0, -lineEnd.length), lineEnd: profile.format === 'csv' ? lineEnd : CRLF };
  }
  const ends = { lf: '\n', crlf: '\r\n', cr: '\r', mixed: '\n' } as const;
  return { body: raw, lineEnd: profile.format === 'csv' ? encodeText(ends[profile.lineEnd], profile) : CRLF };
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

/** One physical line, never a formula, quoted when it has to be. */
function quoteCell(cell: string, profile: FileProfile): string {
  const guarded = (/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell).replace(/\r\n|\r|\n/g, ' ');
  if (profile.quote === "'") {
    // Such a file is only recognised when each line is wrapped in apostrophes and no quotation mark is in it.
    return `'${guarded.replaceAll('"', '`').replaceAll("'", "''")}'`;
  }
  const plain = !guarded.includes('"') && !guarded.includes(profile.delimiter) && guarded.trim() === guarded;
  return plain ? guarded : `"${guarded.replaceAll('"', '""')}"`;
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
  for await (const block of readBlocks(profile.tablePath, profile.tableBytes)) {
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
