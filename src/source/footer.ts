/**
 * Lines behind the last row that are no rows: report names, copyright notes, sums.
 *
 * A wrong guess here would drop a client without a word, so a line must look like a note and stand behind a blank line or
 * a sum, at the very end of the file. What is dropped is counted in the profile, and the lines are there to be shown.
 */

import { assert } from '../errors.js';
import { alignToUnit, decodeToUtf8, findLineEnd, readSlice, SAMPLE_BYTES } from './bytes.js';
import { countFilled, isBlank, isKnownNote } from './cell-kinds.js';
import type { Encoding, FileProfile } from './profile.js';
import { parseRecords } from './records.js';
import type { Marks } from './records.js';
import { isSum } from './report-lines.js';

type LineKind = 'blank' | 'blank-cells' | 'sum' | 'note' | 'known-note' | 'name-only' | 'row';

export interface TailSample {
  /** The last bytes of the file, raw. */
  readonly bytes: Buffer;
  /** Size of the whole file. */
  readonly fileBytes: number;
  readonly encoding: Encoding;
  readonly marks: Marks;
  readonly columnCount: number;
  /** Physical lines of the file, and the one on which the header ends. */
  readonly lines: number;
  readonly headerEndLine: number;
}

export interface Footer {
  /** From its first line (the blank one before included) to the end of the file. */
  readonly lines: number;
  /** The first of its texts. */
  readonly text: string;
}

/** What stands behind the rows; null when that is nothing. */
export function findFooter(tail: TailSample): Footer | null {
  const text = decodeToUtf8(fromFirstWholeLine(tail), tail.encoding);
  const { rows, broken, nextLine } = parseRecords(text, tail.marks, 1, true);
  const lastBroken = broken.at(-1)?.line ?? 0;
  const offset = tail.lines - (nextLine - 1);
  const kinds: LineKind[] = [];
  let index = rows.length - 1;
  for (; index >= 0; index--) {
    const row = rows[index]!;
    if (row.line < lastBroken || row.line + offset <= tail.headerEndLine) break;
    const kind = classifyLine(row.cells, tail.columnCount);
    if (kind === 'row') break;
    kinds.unshift(kind);
  }
  const start = findFooterLine(kinds);
  if (start === -1) return null;
  const left = rows.slice(index + 1 + start);
  const first = left.flatMap((row) => row.cells).find((cell) => !isBlank(cell)) ?? '';
  return { lines: nextLine - left[0]!.line, text: first.trim() };
}

/** The tail may begin in the middle of a line, or of a character: that line is left out. */
function fromFirstWholeLine(tail: TailSample): Buffer {
  if (tail.bytes.length >= tail.fileBytes) return tail.bytes;
  const from = tail.fileBytes - tail.bytes.length;
  const aligned = tail.bytes.subarray(alignToUnit(from, tail.encoding, tail.fileBytes) - from);
  const end = findLineEnd(aligned, 0, tail.encoding, tail.marks.crOnly);
  return end === -1 ? Buffer.alloc(0) : aligned.subarray(end);
}

function classifyLine(cells: readonly string[], columnCount: number): LineKind {
  const filled = countFilled(cells);
  if (filled === 0) return cells.length === 1 ? 'blank' : 'blank-cells';
  const at = cells.findIndex((cell) => !isBlank(cell));
  if (isSum(cells, columnCount)) return 'sum';
  if (columnCount < 3) return 'row';
  if (isKnownNote(cells.slice(at).join(',')) && (filled === 1 || cells.length < columnCount)) return 'known-note';
  if (filled !== 1) return 'row';
  return cells.length < columnCount ? 'note' : 'name-only';
}

/**
 * Index of the first footer line among the last lines of the file, none of which is a plain row; -1 when there is none.
 *
 * A footer begins with a blank line or a sum and has a note or a sum in it. A line of full width with one cell may be a
 * client of whom only the name is known. It is a note only where a spreadsheet filled up all lines to the same width,
 * the blank ones too, and where another line is certainly a note.
 */
function findFooterLine(kinds: readonly LineKind[]): number {
  for (let start = 0; start < kinds.length; start++) {
    const lines = kinds.slice(start);
    const certain = lines.includes('known-note') || lines.includes('sum');
    const filledUp = lines[0] === 'blank-cells' && certain;
    if (lines[0] !== 'blank' && lines[0] !== 'sum' && !filledUp) continue;
    if (lines.includes('name-only') && !filledUp) continue;
    if (certain || lines.includes('note')) return start;
  }
  return -1;
}

/** Offset of the first footer byte of a profiled file. */
export async function findFooterStart(
  shape: Pick<FileProfile, 'path' | 'tablePath' | 'tableBytes' | 'encoding' | 'lineEnd' | 'footerLines'>,
): Promise<number> {
  const from = Math.max(0, shape.tableBytes - SAMPLE_BYTES);
  const start = alignToUnit(from, shape.encoding, shape.tableBytes);
  const tail = await readSlice(shape.tablePath, start, shape.tableBytes);
  const ends: number[] = [];
  for (let at = 0; at < tail.length;) {
    const end = findLineEnd(tail, at, shape.encoding, shape.lineEnd === 'cr');
    at = end === -1 ? tail.length : end;
    ends.push(at);
  }
  const before = ends[ends.length - shape.footerLines - 1];
  assert(before !== undefined, `the footer of ${shape.path} is in its last ${SAMPLE_BYTES} bytes`);
  return start + before;
}
