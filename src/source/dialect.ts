/**
 * Delimiter, quote, escape and line ends of a text, decided over all records of a sample.
 *
 * The first line alone says little: a title has no delimiters, and a semicolon file has commas in its addresses. So each
 * candidate reads the whole sample with quotes respected. The one wins that cuts most records into the same number of
 * cells (the pattern), weighed by how sane those cells look (the type), whether the first record has that pattern, too,
 * and whether the header holds names that contact exports have. The idea is van den Burg, Nazábal and Sutton's
 * ("Wrangling messy CSV files by detecting row and type patterns", 2019); the weights are ours.
 *
 * What is not in the sample is not known: a row that does not fit what was found is rejected, never bent.
 */

import { countFilled, countProse, isBlank, isKnownName, isProse, isValue } from './cell-kinds.js';
import type { Delimiter } from './profile.js';
import { parseRecords } from './records.js';
import type { Marks, RecordBlock } from './records.js';
import type { Row } from './row.js';

/** In the order of preference when two do equally well. */
const CANDIDATES: readonly Delimiter[] = [',', ';', '\t', '|'];
/** Below this no candidate gives the text a structure: it is one column. */
const SCORE_MIN = 0.1;
/** One candidate is better than another by more than rounding. */
const SCORE_STEP = 1e-9;
/** A table seldom begins with a record that is none of it, so what explains the first record, too, is more likely. */
const FIRST_MISFIT = 0.6;
/** Where a header is looked for. */
const HEADER_LINES_MAX = 30;
/** A cell in apostrophes that needs them as quotes: there are more in it, doubled or escaped, or a line ends in it. */
const QUOTED = /^'(?:[^']|''|\\')*(?:''|\\'|[\r\n])(?:[^']|''|\\')*'$/;
const SEP_LINE_MAX = 64;
const WRAPPED_MIN = 3;
const APOSTROPHE_GAIN = 1.2;
/** Without their apostrophes cells may look a little less sane: ` Bonn `. */
const APOSTROPHE_LOSS_MAX = 0.6;
/** A blank between a delimiter and a quote. */
const PADDED = /[,;\t|] +"/;
/** A cell that begins and ends with an apostrophe. */
const APOSTROPHES = /(?:^|[,;\t|\r\n])'(?:[^']|''|\\')*'(?=[,;\t|\r\n]|$)/;

export type DelimitedMarks = Marks & { readonly delimiter: Delimiter };

export interface Dialect {
  readonly marks: DelimitedMarks;
  readonly score: number;
  /** How many it makes of the sample. */
  readonly records: number;
}

export interface Sample {
  /** UTF-8. */
  readonly bytes: Buffer;
  /** It is all of the file; otherwise its last record is cut off and does not count. */
  readonly whole: boolean;
}

/** `sep=;`, which Excel understands and never shows; undefined when the text does not begin with such a line. */
export function readSepLine(text: string): string | undefined {
  return /^\s*"?sep=(.)"?[ \t]*(?:\r|\n|$)/i.exec(text)?.[1];
}

/** The offset behind that line; 0 without one. */
export function sepLineEnd(bytes: Buffer): number {
  return /^\s*"?sep=.[^\r\n]{0,8}(?:\r\n|\r|\n|$)/i.exec(bytes.toString('latin1', 0, SEP_LINE_MAX))?.[0].length ?? 0;
}

export function isDelimiter(mark: string | undefined): mark is Delimiter {
  return CANDIDATES.some((candidate) => candidate === mark);
}

/**
 * The dialect that explains a sample best.
 *
 * @param stated the delimiter, where somebody or the file itself says it
 */
export function detectDialect(sample: Sample, crOnly: boolean, stated: Delimiter | undefined): Dialect {
  const text = sample.bytes.toString('utf8');
  const delimiters = stated === undefined ? CANDIDATES : [stated];
  let best: Dialect = { marks: { delimiter: stated ?? ',', quote: '"', crOnly }, score: SCORE_MIN, records: 0 };
  let bestRows: readonly Row[] = [];
  for (const marks of listMarks(text, delimiters, crOnly)) {
    const block = parseRecords(sample.bytes, marks, 1, sample.whole);
    const { rows } = block;
    const score = scoreRecords(rows, block.broken.length);
    const isBetter =
      marks.quote === best.marks.quote
        ? score > best.score + SCORE_STEP
        : wantsApostrophe(sample, marks, block, Math.max(score, SCORE_MIN) / best.score);
    if (isBetter) best = { ...best, marks, score };
    if (isBetter || bestRows.length === 0) bestRows = rows;
  }
  best = { ...best, records: bestRows.length };
  if (stated !== undefined || !isOneColumn(bestRows)) return best;
  const unused = CANDIDATES.find((candidate) => !text.includes(candidate));
  return unused === undefined ? best : { ...best, marks: { ...best.marks, delimiter: unused } };
}

/** The apostrophe is a letter in many names: it is a quote where the table is much better so, or where it wraps a column. */
function wantsApostrophe(sample: Sample, marks: Marks, block: RecordBlock, gain: number): boolean {
  if (block.rows.some((row) => row.cells.some((cell) => /^".*"$/s.test(cell)))) return false;
  if (gain > (block.broken.length === 0 ? 1 + SCORE_STEP : APOSTROPHE_GAIN)) return true;
  return gain >= APOSTROPHE_LOSS_MAX && wrapsColumn(sample, marks);
}

/** What is likely first: of two that do equally well the first one is taken. */
function* listMarks(text: string, delimiters: readonly Delimiter[], crOnly: boolean): Generator<DelimitedMarks> {
  const quotes = APOSTROPHES.test(text) ? (['"', "'"] as const) : (['"'] as const);
  for (const quote of quotes) {
    for (const delimiter of delimiters) yield { delimiter, quote, crOnly };
    if (PADDED.test(text)) for (const delimiter of delimiters) yield { delimiter, quote, crOnly, padded: true };
    if (!text.includes(`\\${quote}`)) continue;
    for (const delimiter of delimiters) yield { delimiter, quote, crOnly, escape: '\\' };
  }
}

/** How well records make a table: 0 to 1.5. */
export function scoreRecords(rows: readonly Row[], brokenCount: number): number {
  const all = rows.map((row) => row.cells);
  const isRecord = (cells: readonly string[]): boolean => cells.length > 1 || countFilled(cells) > 0;
  const records = all.filter(isRecord);
  const table = all.slice(countProse(all)).filter(isRecord);
  const width = findModalWidth(table.filter((cells) => cells.length > 1));
  if (width < 2) return 0;
  const fitting = table.filter((cells) => cells.length === width);
  let sanity = 0;
  for (const cells of fitting) for (const cell of cells) sanity += rateCell(cell);
  sanity /= fitting.length * width;
  const prose = fitting.filter(isProse).length;
  const share = (fitting.length - prose / 2) / (records.length + brokenCount);
  const firstFits = records[0]?.length === width ? 1 : FIRST_MISFIT;
  return share * sanity * firstFits * (1 + rateHeader(records) / 2);
}

/**
 * A delimiter of another candidate inside a cell is a sign that the cell was cut wrongly; a comma is just punctuation. A
 * blank at the beginning is a sign that the delimiter before it was punctuation.
 */
function rateCell(cell: string): number {
  if (isBlank(cell) || isValue(cell)) return 1;
  if (/[;\t|]/.test(cell)) return 0.4;
  if (cell.startsWith(' ')) return 0.6;
  return cell.includes(',') ? 0.9 : 1;
}

/** Share of known names in the best header among the first records. */
function rateHeader(records: readonly (readonly string[])[]): number {
  let best = 0;
  for (const cells of records.slice(0, HEADER_LINES_MAX)) {
    if (cells.length < 2) continue;
    best = Math.max(best, cells.filter(isNamed).length / Math.max(1, countFilled(cells)));
  }
  return best;
}

/** `Name`, or several in one: `Name, Vorname`. */
function isNamed(cell: string): boolean {
  return isKnownName(cell) || (cell.includes(', ') && cell.split(', ').every(isKnownName));
}

/**
 * A column whose cells are all in apostrophes, its name among them, or at least some of them where the name is not; or a
 * cell that needs them as quotes.
 */
function wrapsColumn({ bytes, whole }: Sample, marks: Marks): boolean {
  const block = parseRecords(bytes, { ...marks, quote: '"' }, 1, whole);
  const all = block.rows.map((row) => row.cells);
  const records = all.slice(countProse(all)).filter((cells) => countFilled(cells) > 0);
  const width = findModalWidth(records.filter((cells) => cells.length > 1)) || 1;
  const [header, ...rows] = records.filter((cells) => cells.length === width);
  if (header === undefined) return false;
  if (rows.some((cells) => cells.some((cell) => QUOTED.test(cell)))) return true;
  return header.some((name, index) => {
    const filled = rows.map((cells) => cells[index]!.trim()).filter((cell) => cell !== '');
    const wanted = isWrapped(name.trim()) ? 1 : WRAPPED_MIN;
    return filled.length >= wanted && filled.every(isWrapped);
  });
}

function isWrapped(cell: string): boolean {
  return cell.length > 1 && cell.startsWith("'") && cell.endsWith("'");
}

/** A known name alone, and below it texts whose delimiters are punctuation: `Smith, John`. */
function isOneColumn(records: readonly Row[]): boolean {
  const [header, ...rows] = records.map((row) => row.cells).filter((cells) => countFilled(cells) > 0);
  if (header?.length !== 1 || !isKnownName(header[0]!)) return false;
  return rows.every((cells) => cells.every((cell, index) => index === 0 || /^[ \u00a0]+\S/.test(cell)));
}

/** The number of cells that most records have, the earlier one of two; 0 without records. */
export function findModalWidth(records: readonly (readonly string[])[]): number {
  const counts = new Map<number, number>();
  for (const cells of records) counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1);
  let modal = 0;
  for (const [width, count] of counts) if (count > (counts.get(modal) ?? 0)) modal = width;
  return modal;
}
