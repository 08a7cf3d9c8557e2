/**
 * Texts that the reader of rows does not take as they stand: they are written out once as a table (see `containers/`), so
 * that all that follows is the same for every file and line numbers stay those of the file.
 *
 * - Quotes are escaped with a backslash, or stand behind a blank: `1, "Bonn, am Rhein"`.
 * - A spreadsheet that did not know the delimiter took each line for one cell, and saved it so: `"Name,""Müller, H"",Bonn"`.
 *   What stands in a quoted cell alone on its line is a row, if it has as many cells as the others.
 * - Lines end with CR CR LF, as a text has them that was made a Windows text twice.
 * - Some lines end with CR alone and others with LF. The kind that most lines have ends a record. What holds the other
 *   kind and is no row as it stands is cut there, if each piece has as many cells as the others.
 *
 * Whatever does not fit the other rows is written as it stands, and reading rejects it.
 */

import { SyncError } from '../errors.js';
import { createUtf8Decoder, readBlocks } from './bytes.js';
import { isBlank, trimTrailingBlanks } from './cell-kinds.js';
import type { ContainerFacts, ContainerInput, TableSink, TableSource } from './containers/container.js';
import type { FileNote } from './profile.js';
import { parseRecords, RECORD_BYTES_MAX } from './records.js';
import type { Marks, RecordBlock } from './records.js';
import type { Row } from './row.js';
import { holdsRows } from './swallowed-rows.js';

const LF = 10;
const CR = 13;

/** How a text that must be written anew is to be read. */
export interface Reading {
  readonly marks: Marks;
  /** Cells of a row. */
  readonly width: number;
  /** What is known of the repairs before they are made. */
  readonly notes: readonly FileNote[];
}

export function rewriteAs(reading: Reading): TableSource {
  return {
    format: 'csv',
    unit: 'line',
    header: 'row',
    convert: async (input, sink) => await rewrite(reading, input, sink),
  };
}

async function rewrite(reading: Reading, input: ContainerInput, sink: TableSink): Promise<ContainerFacts> {
  const decode = createUtf8Decoder(input.encoding);
  const unify = createUnifier(reading.marks);
  const repairs = new Repairs(reading);
  let window: Buffer = Buffer.alloc(0);
  let line = 1;
  let bytesRead = 0;
  for await (const raw of readBlocks(input.path, input.bytes)) {
    bytesRead += raw.length;
    const atEnd = bytesRead >= input.bytes;
    window = Buffer.concat([window, unify(decode(raw, atEnd), atEnd)]);
    const block = parseRecords(window, reading.marks, 1, atEnd);
    for (const { row, start, end } of listRecords(block)) {
      const text = window.subarray(start, end);
      for (const { offset, cells } of repairs.read(text, row, line)) await sink.writeRow(line + offset, cells);
      line += countLineEnds(text);
    }
    window = window.subarray(block.consumed);
    if (window.length > RECORD_BYTES_MAX) throw refuseLongLine(input.path, line);
  }
  return { notes: repairs.notes() };
}

/** Makes each CRLF (and CR CR LF) the line end that the marks want, over blocks that are cut anywhere. */
export function createUnifier({ crOnly }: Pick<Marks, 'crOnly'>): (utf8: Buffer, atEnd: boolean) => Buffer {
  let held = '';
  return (utf8, atEnd) => {
    const all = held + utf8.toString('latin1');
    const text = atEnd ? all : all.replace(/\r+$/, '');
    held = all.slice(text.length);
    return Buffer.from(text.replaceAll(/\r+\n/g, crOnly ? '\r' : '\n'), 'latin1');
  };
}

interface RawRecord {
  /** Undefined: its quotes are broken. */
  readonly row: Row | undefined;
  readonly start: number;
  readonly end: number;
}

/** Records and broken lines in the order of the text. */
function listRecords(block: RecordBlock): readonly RawRecord[] {
  const all: { row: Row | undefined; start: number }[] = [];
  for (const [index, row] of block.rows.entries()) all.push({ row, start: block.starts[index]! });
  for (const start of block.brokenStarts) all.push({ row: undefined, start });
  all.sort((a, b) => a.start - b.start);
  return all.map(({ row, start }, index) => ({ row, start, end: all[index + 1]?.start ?? block.consumed }));
}

interface Piece {
  /** Lines behind the one on which the record begins. */
  readonly offset: number;
  readonly cells: readonly string[];
}

class Repairs {
  readonly #reading: Reading;
  readonly #unwrapped = new Tally();
  readonly #cut = new Tally();

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  /** The rows that a record is, none for a blank line. */
  read(text: Buffer, row: Row | undefined, line: number): readonly Piece[] {
    const { width, marks } = this.#reading;
    if (row !== undefined && row.cells.length === 1 && isBlank(row.cells[0]!)) return [];
    const pieces =
      row === undefined || row.cells.length !== width || width === 1 ? cutRecord(text, marks, width) : null;
    if (pieces !== null) {
      this.#cut.add(line);
      return pieces;
    }
    const inner = row === undefined ? null : unwrapCell(row, text, marks, width);
    if (inner !== null) {
      this.#unwrapped.add(line);
      return [{ offset: 0, cells: inner }];
    }
    const isBroken = row === undefined || (row.line < row.endLine && holdsRows(text.toString('utf8'), marks, width));
    return [{ offset: 0, cells: isBroken ? asBroken(text, width) : row.cells }];
  }

  notes(): readonly FileNote[] {
    const notes = [...this.#reading.notes];
    if (this.#unwrapped.count > 0) {
      notes.push({
        code: 'lines-unwrapped',
        message: `${this.#unwrapped.describe()} had all of its cells in one quoted cell, as a spreadsheet saves a file whose delimiter it does not know: it was taken apart.`,
      });
    }
    if (this.#cut.count > 0) {
      const other = this.#reading.marks.crOnly ? 'LF' : 'CR';
      notes.push({
        code: 'line-ends-mixed',
        message: `${this.#cut.describe()} held further rows behind a line end (${other}) that most lines do not have: they were cut there.`,
      });
    }
    return notes;
  }
}

/** Which lines something was done to. */
class Tally {
  count = 0;
  #first = 0;

  add(line: number): void {
    this.count++;
    this.#first ||= line;
  }

  describe(): string {
    return this.count === 1
      ? `Line ${this.#first}`
      : `Each of ${this.count} lines, the first of them line ${this.#first},`;
  }
}

/** The rows of a record that holds line ends of the other kind; null when it has none, or when one piece is no row. */
export function cutRecord(text: Buffer, marks: Marks, width: number): readonly Piece[] | null {
  const [own, other] = marks.crOnly ? [CR, LF] : [LF, CR];
  const body = text.at(-1) === own ? text.subarray(0, -1) : text;
  if (!body.includes(other)) return null;
  const { rows, starts, broken } = parseRecords(body, { ...marks, crOnly: !marks.crOnly }, 1, true);
  const filled = rows.map((row, index) => ({ row, start: starts[index]! })).filter(({ row }) => !isBlankLine(row));
  const isTable = broken.length === 0 && filled.length > 0 && filled.every(({ row }) => fits(row.cells, width));
  if (!isTable) return null;
  return filled.map(({ row, start }) => ({ offset: countLineEnds(body.subarray(0, start)), cells: row.cells }));
}

/** The row inside of the only cell of a line, which is quoted; null when there is none. */
export function unwrapCell(row: Row, text: Buffer, marks: Marks, width: number): readonly string[] | null {
  const [cell, ...others] = row.cells;
  if (cell === undefined || others.length > 0 || width < 2 || text[0] !== marks.quote.charCodeAt(0)) return null;
  const { rows, broken } = parseRecords(Buffer.from(cell), marks, 1, true);
  const inner = rows[0]?.cells;
  return inner !== undefined && rows.length === 1 && broken.length === 0 && fits(inner, width) ? inner : null;
}

function fits(cells: readonly string[], width: number): boolean {
  return cells.length >= width && trimTrailingBlanks(cells).length <= width;
}

function isBlankLine(row: Row): boolean {
  return row.cells.length === 1 && isBlank(row.cells[0]!);
}

/** A line with broken quotes as something that is never a row: its text, in a number of cells that no row has. */
function asBroken(text: Buffer, width: number): readonly string[] {
  const line = text.toString('utf8').replace(/[\r\n]+$/, '');
  return width > 2 ? [line] : [line, '?', '?'];
}

function countLineEnds(text: Buffer): number {
  let count = 0;
  for (const byte of text) if (byte === LF || byte === CR) count++;
  return count;
}

function refuseLongLine(path: string, line: number): SyncError {
  const limit = `${RECORD_BYTES_MAX / 1024 / 1024} MB`;
  return new SyncError('file-not-csv', `${path}: line ${line} is longer than ${limit}: is it a table of rows at all?`, {
    hint: 'Export the file again as CSV, one row a line.',
  });
}
