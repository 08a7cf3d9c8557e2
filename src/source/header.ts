/**
 * Which line is the header: the first line with text, unless it is a title and a better one follows.
 *
 * Premise: a title above the table fills at most half of the columns that the table has, and a header fills at least half
 * of them with short, mostly different texts that are no numbers, dates or addresses. The search stops at the first line
 * that is neither, since behind it only rows can come: a row must never be taken for a header. A line of names that
 * contact exports have is the header wherever it stands, if all above it are titles and notes.
 */

import { countFilled, countProse, isBlank, isKnownName, isProse, isValue, trimTrailingBlanks } from './cell-kinds.js';
import { findModalWidth } from './dialect.js';
import type { Row } from './row.js';

const SEARCH_LINES_MAX = 30;
const NAME_LENGTH_MAX = 80;
/** What reports say of themselves above their table. */
const SETTING =
  /^(?:stand|datum|mandant|ersteller|erstellt(?: von| am)?|benutzer|zeitraum|filter|bericht|report(?: name)?|date|created(?: by| on)?|generated(?: by| on)?|exported(?: by| on)?|user|période|date d'export|utilisateur|fecha|usuario|data|utente)$/iu;

/** Physical line of the header among the records of a sample; blank lines are among them as one empty cell. */
export function findHeaderLine(records: readonly Row[]): number {
  const below = records.slice(countProse(records.map((record) => record.cells)));
  const filled = below.filter((record) => countFilled(record.cells) > 0 && !isSettingsLine(record));
  const known = filled.findIndex((record) => record.line <= SEARCH_LINES_MAX && isKnownHeader(record.cells));
  if (known !== -1 && isPreamble(filled.slice(0, known), filled[known]!.cells.length)) return filled[known]!.line;
  const modalWidth = findTableWidth(filled.map((record) => record.cells));
  for (const record of filled) {
    if (record.line > SEARCH_LINES_MAX) break;
    if (!isTitle(record.cells, modalWidth) || isHeader(record.cells, modalWidth)) return record.line;
  }
  return (filled[0] ?? records[0])?.line ?? 1;
}

/** Names that contact exports have: a row never consists of such. */
function isKnownHeader(cells: readonly string[]): boolean {
  const names = cells.filter((cell) => !isBlank(cell));
  const known = names.filter(isKnownName).length;
  return known >= 2 && known * 2 >= names.length && !names.some(isValue);
}

/**
 * Lines that stand above a known header and are no rows, each for itself: one text, prose with commas, or at most half as
 * many cells as the table has. One more may have any number of texts.
 */
function isPreamble(records: readonly Row[], width: number): boolean {
  const others = records.filter(({ cells }) => {
    const isNarrow = countFilled(cells) <= 1 || (countFilled(cells) <= width / 2 && !cells.some(isKnownName));
    return !isNarrow && !isProse(cells) && !isSetting(cells, width);
  });
  return others.length <= 1 && others.every(({ cells }) => !cells.some((cell) => isValue(cell) || isKnownName(cell)));
}

/** `Stand;01.02.2024;`: a word and its value at the beginning of the line, and nothing else, where a row has more. */
function isSetting(cells: readonly string[], width: number): boolean {
  const [name = '', value = '', ...others] = trimTrailingBlanks(cells);
  if (width < 3 || others.length > 0 || isBlank(name) || isBlank(value) || isValue(name)) return false;
  return name.trim().endsWith(':') || SETTING.test(name.trim()) || (isValue(value) && !value.includes('@'));
}

/** Width of most records; a table of several columns counts already when it fills half of what follows its first line. */
function findTableWidth(records: readonly (readonly string[])[]): number {
  const width = findModalWidth(records.filter((cells) => cells.length > 1));
  const table = records.slice(records.findIndex((cells) => cells.length === width));
  const fitting = table.filter((cells) => cells.length === width).length;
  return width > 1 && fitting * 2 >= table.length ? width : findModalWidth(records);
}

/** Lines for programs, not people: `sep=;`, and the first line of a DATEV file, `"EXTF";700;16;…`. */
function isSettingsLine(record: Row): boolean {
  const first = record.cells[0]!.trim();
  return /^sep=.?$/i.test(first) || (/^(?:EXTF|DTVF)$/.test(first) && isValue(record.cells[1] ?? ''));
}

function isTitle(cells: readonly string[], modalWidth: number): boolean {
  return modalWidth > 1 && countFilled(cells) <= modalWidth / 2 && !cells.some(isKnownName);
}

function isHeader(cells: readonly string[], modalWidth: number): boolean {
  const names = cells.filter((cell) => !isBlank(cell)).map((cell) => cell.trim());
  const fits = cells.length === modalWidth || trimTrailingBlanks(cells).length === modalWidth;
  if (!fits || names.length < modalWidth / 2) return false;
  const short = names.filter((name) => name.length <= NAME_LENGTH_MAX).length;
  return !names.some(isValue) && short >= names.length * 0.9 && new Set(names).size >= names.length * 0.5;
}
