/**
 * The cells of well-formed records: at their delimiters where no cell has quotes, by csv-parse where some have, and by
 * ourselves where quotes are escaped with a backslash or have blanks around them, which csv-parse would take differently.
 */

import { parse } from 'csv-parse/sync';
import { assert } from '../errors.js';
import type { Marks } from './records.js';

const LF = 10;
const CR = 13;

/** Where the text of a line ends whose LF (or CR, or end of file) is at `end`: the CR of a CRLF is not part of it. */
export function contentEnd(window: Buffer, start: number, end: number): number {
  return end > start && window[end] === LF && window[end - 1] === CR ? end - 1 : end;
}

/** The cells of a record in which none begins with a quote; `end` is behind its line end. */
export function splitLine(window: Buffer, start: number, end: number, marks: Marks): readonly string[] {
  const lineEnd = marks.crOnly ? CR : LF;
  const stop = window[end - 1] === lineEnd ? end - 1 : end;
  return window.toString('utf8', start, contentEnd(window, start, stop)).split(marks.delimiter);
}

/** The cells of a record with quotes, in a text that escapes them with a backslash or has blanks around them. */
export function cutMarked(window: Buffer, start: number, end: number, marks: Marks): readonly string[] {
  const stop = window[end - 1] === (marks.crOnly ? CR : LF) ? end - 1 : end;
  const text = window.toString('utf8', start, contentEnd(window, start, stop));
  const { delimiter, quote } = marks;
  const cells: string[] = [];
  for (let pos = 0; pos <= text.length;) {
    let cell = '';
    const open = marks.padded === true ? passBlanks(text, pos) : pos;
    if (text[open] === quote) {
      for (pos = open + 1; text[pos] !== quote || text[pos + 1] === quote; pos++) {
        const next = text[pos + 1];
        const isEscape = text[pos] === marks.escape && (next === quote || next === marks.escape);
        if (text[pos] === quote || isEscape) pos++;
        cell += text[pos];
      }
      pos = text.indexOf(delimiter, pos + 1);
      if (pos === -1) pos = text.length;
    } else {
      const found = text.indexOf(delimiter, pos);
      cell = text.slice(pos, found === -1 ? text.length : found);
      pos += cell.length;
    }
    cells.push(cell);
    pos++;
  }
  return cells;
}

function passBlanks(text: string, start: number): number {
  let pos = start;
  while (text[pos] === ' ') pos++;
  return pos;
}

/** The records of a window that csv-parse has to cut: it gets all of them as one text, since a call costs as much as ten. */
export class QuotedRecords {
  readonly #window: Buffer;
  readonly #indexes: number[] = [];
  readonly #runs: Buffer[] = [];
  #runStart = 0;
  #runEnd = 0;

  constructor(window: Buffer) {
    this.#window = window;
  }

  /** @param index of its row, given back by `cut`; `end` is behind the record's line end */
  add(index: number, start: number, end: number): void {
    this.#indexes.push(index);
    if (start !== this.#runEnd) {
      this.#closeRun();
      this.#runStart = start;
    }
    this.#runEnd = end;
  }

  *cut(marks: Marks): Generator<readonly [index: number, cells: readonly string[]]> {
    this.#closeRun();
    const [first, ...others] = this.#runs;
    if (first === undefined) return;
    const records = parse(others.length === 0 ? first : Buffer.concat(this.#runs), {
      delimiter: marks.delimiter,
      quote: marks.quote,
      escape: marks.quote,
      record_delimiter: marks.crOnly ? ['\r'] : ['\n', '\r\n'],
      relax_quotes: true,
      relax_column_count: true,
      skip_empty_lines: false,
    });
    assert(
      records.length === this.#indexes.length,
      `scanner and parser agree about the quoted records (${this.#indexes.length}, ${records.length})`,
    );
    for (const [nth, index] of this.#indexes.entries()) yield [index, records[nth]!];
  }

  #closeRun(): void {
    if (this.#runEnd > this.#runStart) this.#runs.push(this.#window.subarray(this.#runStart, this.#runEnd));
  }
}
