/**
 * UTF-8 bytes to records: where records begin and end, on which physical lines, and which of them cannot be read.
 *
 * Our scanner finds the boundaries. A record in which no cell begins with a quote is cut at its delimiters, which is exact
 * and ten times as fast; csv-parse cuts the others. The scanner is needed because a parser that meets a quote
 * which is never closed takes all lines up to the next quote into one cell: rows would vanish without a word. Here such a
 * record costs exactly the line on which it begins; reading goes on with the next line. Both must agree on the number of
 * quoted records, which is asserted for every block.
 *
 *     cell start ──quote──► quoted ──quote──► quote inside quoted ──quote──► quoted
 *         │                                            ├─ delimiter, line end, end of file: the cell is closed
 *         └──other──► unquoted (quotes are text)       └─ anything else: broken
 */

import { contentEnd, cutMarked, QuotedRecords, splitLine } from './cut-cells.js';
import type { BrokenRow, Row } from './row.js';

/** The bytes that carry meaning. `crOnly`: CR ends the lines; otherwise LF does, and CR alone is text. */
export interface Marks {
  /** One character of ASCII. */
  readonly delimiter: string;
  readonly quote: '"' | "'";
  readonly crOnly: boolean;
  /** In a quoted cell it stands before a quote or itself, which are then text; a doubled quote is still one quote. */
  readonly escape?: '\\';
  /** Blanks around a quoted cell are no text: `1, "Bonn, am Rhein"`. */
  readonly padded?: true;
}

export interface RecordBlock {
  /** Every well-formed record; an empty line is one with one empty cell. */
  readonly rows: readonly Row[];
  /** Offset in the window at which `rows[i]` begins. */
  readonly starts: readonly number[];
  readonly broken: readonly BrokenRow[];
  /** Offset in the window at which `broken[i]` begins. */
  readonly brokenStarts: readonly number[];
  /** Bytes of the window used: the rest is the beginning of a record that is not complete yet. */
  readonly consumed: number;
  readonly nextLine: number;
}

/**
 * A quoted cell longer than this counts as never closed. It bounds how far one stray quote makes us look ahead (memory,
 * and time, since each line after it is looked at again); no field of a client holds nearly as much.
 */
export const CELL_BYTES_MAX = 1024 * 1024;
/** A record of many long cells. Past it the record is broken too, so that the window cannot grow without end. */
export const RECORD_BYTES_MAX = 8 * CELL_BYTES_MAX;
/** Characters of a line which a report shows. */
const VALUE_LENGTH_MAX = 200;

const LF = 10;
const CR = 13;
const BACKSLASH = 92;
const BLANK = 32;
const MARK = '\ufeff';
/** The first byte of a byte order mark in UTF-8. */
const MARK_LEAD = 0xef;
const OPEN = -1;
const BROKEN = -2;
const NEVER_CLOSED = -3;

interface Codes {
  readonly delimiter: number;
  readonly quote: number;
  readonly lineEnd: number;
  readonly escapes: boolean;
  readonly padded: boolean;
}

interface Cursor {
  pos: number;
  line: number;
  /** A cell of the record begins with a quote. */
  quoted: boolean;
}

/**
 * Reads all complete records of `window`, which begins at the start of a record on physical line `firstLine`. With
 * `atEnd` the window ends where the file ends, so that the last record needs no line end.
 */
export function parseRecords(window: Buffer, marks: Marks, firstLine: number, atEnd: boolean): RecordBlock {
  // Without a quote character every line is a record, and cutting at delimiters is exact: about ten times as fast.
  if (!window.includes(marks.quote)) return splitLines(window, marks, firstLine, atEnd);
  return scanRecords(window, marks, firstLine, atEnd);
}

function splitLines(window: Buffer, marks: Marks, firstLine: number, atEnd: boolean): RecordBlock {
  const lineEnd = marks.crOnly ? CR : LF;
  const rows: Row[] = [];
  const starts: number[] = [];
  let line = firstLine;
  let pos = 0;
  while (pos < window.length) {
    let end = window.indexOf(lineEnd, pos);
    if (end === -1) {
      if (!atEnd) break;
      end = window.length;
    }
    // Decoded line by line: a cell that somebody keeps then holds on to its own line, not to the whole block.
    const text = withoutMark(window.toString('utf8', pos, contentEnd(window, pos, end)));
    rows.push({ line, endLine: line, cells: text.split(marks.delimiter) });
    starts.push(pos);
    line++;
    pos = end + 1;
  }
  return { rows, starts, broken: [], brokenStarts: [], consumed: Math.min(pos, window.length), nextLine: line };
}

/** A byte order mark at the beginning of a line: files were put one behind the other. */
function withoutMark(line: string): string {
  return line.startsWith(MARK) ? line.replace(/^\ufeff+/, '') : line;
}

function scanRecords(window: Buffer, marks: Marks, firstLine: number, atEnd: boolean): RecordBlock {
  const codes = {
    delimiter: marks.delimiter.charCodeAt(0),
    quote: marks.quote.charCodeAt(0),
    lineEnd: marks.crOnly ? CR : LF,
    escapes: marks.escape !== undefined,
    padded: marks.padded === true,
  };
  const rows: { line: number; endLine: number; cells: readonly string[] }[] = [];
  const starts: number[] = [];
  const broken: BrokenRow[] = [];
  const brokenStarts: number[] = [];
  const quoted = new QuotedRecords(window);
  const cursor: Cursor = { pos: 0, line: firstLine, quoted: false };
  let pos = 0;
  let line = firstLine;
  while (pos < window.length) {
    const start = window[pos] === MARK_LEAD ? passMark(window, pos) : pos;
    cursor.pos = start;
    cursor.line = line;
    cursor.quoted = false;
    let outcome = passRecord(window, cursor, codes, atEnd);
    if (outcome === OPEN && window.length - pos > RECORD_BYTES_MAX) outcome = BROKEN;
    if (outcome === OPEN) break;
    if (outcome < 0) {
      const end = window.indexOf(codes.lineEnd, pos);
      if (end === -1 && !atEnd) break;
      const lineStop = end === -1 ? window.length : end;
      const row = breakAtQuote(readValue(window, pos, marks.crOnly), line, marks.quote);
      broken.push(outcome === NEVER_CLOSED ? { ...row, neverClosed: true } : row);
      brokenStarts.push(pos);
      pos = Math.min(lineStop + 1, window.length);
      line++;
      continue;
    }
    const byParser = cursor.quoted && !codes.escapes && !codes.padded;
    if (byParser) quoted.add(rows.length, start, cursor.pos);
    const cut = cursor.quoted ? cutMarked : splitLine;
    rows.push({
      line,
      endLine: cursor.line - 1,
      cells: byParser ? NO_CELLS : cut(window, start, cursor.pos, marks),
    });
    starts.push(pos);
    pos = cursor.pos;
    line = cursor.line;
  }
  for (const [index, cells] of quoted.cut(marks)) rows[index]!.cells = cells;
  return { rows, starts, broken, brokenStarts, consumed: pos, nextLine: line };
}

const NO_CELLS: readonly string[] = [];

/** The offset behind the byte order marks that stand at `pos`. */
function passMark(window: Buffer, pos: number): number {
  let start = pos;
  while (window[start] === MARK_LEAD && window[start + 1] === 0xbb && window[start + 2] === 0xbf) start += 3;
  return start;
}

/** Moves the cursor behind the record at which it stands. Returns 0 when the record is complete, else what it is. */
function passRecord(window: Buffer, cursor: Cursor, codes: Codes, atEnd: boolean): number {
  const { delimiter, quote, lineEnd, padded } = codes;
  const end = window.length;
  let pos = cursor.pos;
  for (;;) {
    if (padded) {
      const open = passBlanks(window, pos);
      if (open === end && !atEnd) return OPEN;
      if (window[open] === quote) pos = open;
    }
    if (window[pos] === quote) {
      cursor.quoted = true;
      pos = passQuotedCell(window, pos, cursor, codes, atEnd);
      if (pos < 0) return pos;
      if (padded) pos = passBlanks(window, pos);
      if (lineEnd === LF && window[pos] === CR) {
        if (pos + 1 === end && !atEnd) return OPEN;
        if (window[pos + 1] === LF) pos++;
      }
      if (pos < end && window[pos] !== delimiter && window[pos] !== lineEnd) return BROKEN;
    } else {
      while (pos < end && window[pos] !== delimiter && window[pos] !== lineEnd) pos++;
    }
    if (pos >= end) {
      if (!atEnd) return OPEN;
      cursor.pos = end;
      cursor.line++;
      return 0;
    }
    if (window[pos++] === delimiter) continue;
    cursor.pos = pos;
    cursor.line++;
    return 0;
  }
}

/** Returns the offset behind the closing quote of the cell that opens at `open`, or `OPEN` or `NEVER_CLOSED`. Counts line ends. */
function passQuotedCell(window: Buffer, open: number, cursor: Cursor, codes: Codes, atEnd: boolean): number {
  const { quote, lineEnd, escapes } = codes;
  const limit = Math.min(window.length, open + CELL_BYTES_MAX);
  let line = cursor.line;
  let pos = open + 1;
  for (;;) {
    let byte: number | undefined;
    while (pos < limit && (byte = window[pos]) !== quote) {
      if (byte === lineEnd) line++;
      if (byte === BACKSLASH && escapes && isEscaped(window[pos + 1], quote)) pos++;
      pos++;
    }
    if (pos >= limit) return atEnd || pos < window.length || pos - open >= CELL_BYTES_MAX ? NEVER_CLOSED : OPEN;
    if (pos + 1 === window.length && !atEnd) return OPEN;
    if (window[pos + 1] !== quote) break;
    pos += 2;
  }
  cursor.line = line;
  return pos + 1;
}

function passBlanks(window: Buffer, start: number): number {
  let pos = start;
  while (window[pos] === BLANK) pos++;
  return pos;
}

function isEscaped(byte: number | undefined, quote: number): boolean {
  return byte === quote || byte === BACKSLASH;
}

function breakAtQuote(value: string, line: number, quote: string): BrokenRow {
  return {
    line,
    endLine: line,
    code: 'broken-quote',
    value,
    hint: `line ${line} has a cell that begins with ${quote} but does not end with it: close the quote, or write ${quote}${quote} for a quote inside a cell`,
  };
}

/** The beginning of the physical line that starts at `start`, for people. */
export function readValue(window: Buffer, start: number, crOnly: boolean): string {
  const lineEnd = window.indexOf(crOnly ? CR : LF, start);
  const end = contentEnd(window, start, lineEnd === -1 ? window.length : lineEnd);
  // No character takes more than four bytes; a half one at the cut is behind the characters that are kept.
  const text = window
    .toString('utf8', start, Math.min(end, start + 4 * VALUE_LENGTH_MAX + 4))
    .slice(0, VALUE_LENGTH_MAX);
  return /[\ud800-\udbff]$/.test(text) ? text.slice(0, -1) : text;
}
