/**
 * How a text is to be read, decided by a sample: as it stands, or written anew first.
 *
 * Each repair must explain the sample better than the text as it stands does; when in doubt nothing is repaired, and the
 * rows that do not fit are rejected.
 */

import { countFilled, isKnownName, isKnownNote } from './cell-kinds.js';
import { detectDialect, findModalWidth, sepLineEnd } from './dialect.js';
import type { DelimitedMarks, Dialect, Sample } from './dialect.js';
import { findHeaderLine } from './header.js';
import type { Delimiter, FileNote, FileProfile } from './profile.js';
import { parseRecords } from './records.js';
import type { Marks, RecordBlock } from './records.js';
import { createUnifier, cutRecord, unwrapCell } from './rewrite.js';
import type { Reading } from './rewrite.js';

/** Occurs in no text, so that every line is one cell. */
const NO_DELIMITER = '\u0001';

export interface FoundReading {
  readonly marks: DelimitedMarks;
  /** How to write the text anew; undefined when it is read as it stands. */
  readonly rewrite?: Reading;
}

/**
 * @param sample decoded
 * @param lineEnd of the whole file
 * @param stated the delimiter, where somebody or the file itself says it
 */
export function findReading(
  { bytes, whole }: Sample,
  lineEnd: FileProfile['lineEnd'],
  stated: Delimiter | undefined,
): FoundReading {
  const sample = { bytes: bytes.subarray(sepLineEnd(bytes)), whole };
  const plain = detectDialect(sample, lineEnd === 'cr', stated);
  const odd =
    findMixedEnds(sample, lineEnd, plain, stated) ?? findWrapped(sample, plain, stated) ?? findOddQuotes(sample, plain);
  return odd === null ? { marks: plain.marks } : { marks: odd.marks, rewrite: odd };
}

type Found = Reading & { readonly marks: DelimitedMarks };

function findOddQuotes(sample: Sample, { marks }: Dialect): Found | null {
  if (marks.escape === undefined && marks.padded === undefined) return null;
  return found(sample, marks);
}

function found(sample: Sample, marks: DelimitedMarks, notes: readonly FileNote[] = []): Found {
  const width = widthOf(parseRecords(sample.bytes, marks, 1, sample.whole));
  return { marks, width, notes: [...notes, ...noteQuotes(marks)] };
}

function noteQuotes({ escape, padded }: Marks): readonly FileNote[] {
  if (escape !== undefined) {
    const message = 'Quotes inside of cells are escaped with a backslash, which was taken away.';
    return [{ code: 'backslash-escapes', message }];
  }
  if (padded === undefined) return [];
  return [{ code: 'blanks-around-quotes', message: 'Blanks around quoted cells were taken away.' }];
}

function widthOf(block: RecordBlock): number {
  const records = block.rows.map((row) => row.cells).filter((cells) => countFilled(cells) > 0);
  const tables = records.filter((cells) => cells.length > 1);
  return findModalWidth(tables.length * 2 >= records.length ? tables : records);
}

/** Lines that end with CR alone beside lines that end with LF, where that cannot be the text of a cell. */
function findMixedEnds(
  sample: Sample,
  lineEnd: FileProfile['lineEnd'],
  plain: Dialect,
  stated: Delimiter | undefined,
): Found | null {
  if (lineEnd === 'cr' || !/\r(?!\n|$)/.test(sample.bytes.toString('latin1'))) return null;
  const unified = unify(sample, false);
  if (isDoubled(sample.bytes.toString('latin1'))) {
    const message = 'Lines end with CR CR LF: each such end was taken as one.';
    return found(unified, detectDialect(unified, false, stated).marks, [{ code: 'line-ends-doubled', message }]);
  }
  const old = unify(sample, true);
  const mac = detectDialect(old, true, stated);
  if (mac.score * mac.records > plain.score * plain.records) return found(old, mac.marks);
  const block = parseRecords(unified.bytes, plain.marks, 1, sample.whole);
  const width = widthOf(block);
  const starts = [...block.starts, ...block.brokenStarts, block.consumed].sort((a, b) => a - b);
  const isCut = starts.some((start, index) => {
    const text = unified.bytes.subarray(start, starts[index + 1] ?? start);
    const row = block.rows[block.starts.indexOf(start)];
    if (!text.includes('\r') || (row?.cells.length === width && width > 1)) return false;
    return cutRecord(text, plain.marks, width) !== null;
  });
  return isCut ? found(unified, plain.marks) : null;
}

/** Most lines end with CR CR LF; a few may be in cells. */
function isDoubled(text: string): boolean {
  return 2 * text.split('\r\r\n').length > text.split('\n').length + 1;
}

function unify(sample: Sample, crOnly: boolean): Sample {
  return { ...sample, bytes: createUnifier({ crOnly })(sample.bytes, true) };
}

/** Lines whose cells are all in one quoted cell. Titles, notes and lists in quotes are told from them by their places. */
function findWrapped(sample: Sample, plain: Dialect, stated: Delimiter | undefined): Found | null {
  const { crOnly } = plain.marks;
  const outer: Marks = { delimiter: NO_DELIMITER, quote: '"', crOnly };
  const lines = parseRecords(sample.bytes, outer, 1, sample.whole);
  const wrapped = lines.rows.filter((_, index) => sample.bytes[lines.starts[index]!] === 34);
  if (wrapped.length === 0) return null;
  const inner = detectDialect({ bytes: unwrapLines(sample, lines, crOnly), whole: true }, crOnly, stated);
  if (inner.score <= plain.score) return null;
  const { marks } = inner;
  const unwrapped = parseRecords(unwrapLines(sample, lines, crOnly), marks, 1, true);
  const width = widthOf(unwrapped);
  const headerLine = findHeaderLine(unwrapped.rows);
  const header = unwrapped.rows.find((row) => row.line === headerLine)?.cells ?? [];
  if (header.length !== width || header.some((name) => name.startsWith(' '))) return null;
  if (width < 3 && !header.some(isKnownName)) return null;
  const asItStands = parseRecords(sample.bytes, marks, 1, sample.whole).rows.filter(
    (row) => row.cells.length === width,
  );
  const lastPlain = asItStands.at(-1)?.line ?? Infinity;
  const rows = wrapped.filter((row) => row.line >= headerLine && row.line < lastPlain && !isKnownNote(row.cells[0]!));
  const fitting = rows.filter((row) => unwrapCell(row, QUOTE, marks, width) !== null);
  return fitting.length > 0 && fitting.length >= rows.length * FITTING_MIN
    ? { marks, width, notes: noteQuotes(marks) }
    : null;
}

const QUOTE = Buffer.from('"');
const FITTING_MIN = 0.9;

/** The text with each wrapped line without its wrapping; every other line as it stands. Line numbers stay right. */
function unwrapLines({ bytes }: Sample, lines: RecordBlock, crOnly: boolean): Buffer {
  const end = crOnly ? '\r' : '\n';
  const starts = [...lines.starts, ...lines.brokenStarts].sort((a, b) => a - b);
  const parts = starts.map((start, index) => {
    const text = bytes.toString('utf8', start, starts[index + 1] ?? lines.consumed).replace(/[\r\n]+$/, '');
    const row = bytes[start] === 34 ? lines.rows[lines.starts.indexOf(start)] : undefined;
    return (row?.cells[0] ?? text) + end;
  });
  return Buffer.from(parts.join(''));
}
