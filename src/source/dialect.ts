/**
 * Delimiter and quote of a text, decided over all records of a sample.
 *
 * The first line alone says little: a title has no delimiters, and a semicolon file has commas in its addresses. So each
 * candidate reads the whole sample with quotes respected, and the one that cuts most records into the same number of
 * cells wins, weighed by how sane those cells look.
 */

import { countFilled, isBlank, isValue } from './cell-kinds.js';
import type { Delimiter } from './profile.js';
import { parseRecords } from './records.js';
import type { Marks } from './records.js';

/** In the order of preference when two do equally well. */
const CANDIDATES: readonly Delimiter[] = [',', ';', '\t', '|'];
/** Below this no candidate gives the text a structure: it is one column. */
const SCORE_MIN = 0.2;

/** `sep=;`, which Excel understands and never shows; undefined when the text does not begin with such a line. */
export function readSepLine(text: string): Delimiter | undefined {
  const mark = /^\s*"?sep=(.)"?[ \t]*(?:\r|\n|$)/i.exec(text)?.[1];
  return CANDIDATES.find((candidate) => candidate === mark);
}

/** The apostrophe only when every line is wrapped in it and no quotation mark occurs: it is a letter in many names. */
export function detectQuote(text: string): Marks['quote'] {
  if (text.includes('"')) return '"';
  const lines = text
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const wrapped =
    lines.length > 0 && lines.every((line) => line.length > 1 && line.startsWith("'") && line.endsWith("'"));
  return wrapped ? "'" : '"';
}

/** `whole`: the sample is all of the file; otherwise its last record is cut off and does not count. */
export function detectDelimiter(sample: Buffer, quote: Marks['quote'], crOnly: boolean, whole: boolean): Delimiter {
  let best: { readonly delimiter: Delimiter; readonly score: number } = { delimiter: ',', score: SCORE_MIN };
  for (const delimiter of CANDIDATES) {
    const score = scoreDelimiter(sample, { delimiter, quote, crOnly }, whole);
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}

/** Share of the records that have the most common number of cells, times the mean sanity of those cells: 0 to 1. */
function scoreDelimiter(sample: Buffer, marks: Marks, whole: boolean): number {
  const block = parseRecords(sample, marks, 1, whole);
  const records = block.rows.map((row) => row.cells).filter((cells) => countFilled(cells) > 0 || cells.length > 1);
  const width = findModalWidth(records.filter((cells) => cells.length > 1));
  if (width < 2) return 0;
  const fitting = records.filter((cells) => cells.length === width);
  let sanity = 0;
  for (const cells of fitting) for (const cell of cells) sanity += rateCell(cell);
  const share = fitting.length / (records.length + block.broken.length);
  return share * (sanity / (fitting.length * width));
}

/** A delimiter of another candidate inside a cell is a sign that the cell was cut wrongly; a comma is just punctuation. */
function rateCell(cell: string): number {
  if (isBlank(cell) || isValue(cell)) return 1;
  if (/[;\t|]/.test(cell)) return 0.1;
  return cell.includes(',') ? 0.9 : 1;
}

/** The number of cells that most records have, the earlier one of two; 0 without records. */
export function findModalWidth(records: readonly (readonly string[])[]): number {
  const counts = new Map<number, number>();
  for (const cells of records) counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1);
  let modal = 0;
  for (const [width, count] of counts) if (count > (counts.get(modal) ?? 0)) modal = width;
  return modal;
}
