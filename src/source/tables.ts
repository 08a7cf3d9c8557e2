/**
 * What must never be read as a client although it has the form of a row: the header of a second table in the same file,
 * and a second line of the header (units, types, explanations). Such a file is refused with the line: which lines belong
 * to what only a person knows, and with a stated header line nothing is asked.
 *
 * A header repeated as it stands is no second table: mapping skips it.
 */

import { SyncError } from '../errors.js';
import { countFilled, isBlank, isKnownName, isValue, trimTrailingBlanks } from './cell-kinds.js';
import type { FileProfile } from './profile.js';
import type { Row } from './row.js';

const NAME_LENGTH_MAX = 80;
/** Rows below a line from which the kinds of its columns are known. */
const ROWS_MIN = 2;
const NAMES_SHOWN = 3;
/** So many names of columns in one row, and nothing else in it, are no client. */
const SURE_NAMES_MIN = 3;
/** A column whose other cells are values holds such a text in a row, too. */
const PLACEHOLDER = /^(?:n\/?a|none|null|nil|nan|-+|\?+|unknown|unbekannt|tbd|undefined|#n\/a|#ref!)$/i;
const UNIT =
  /^(?:text|string|(?:var)?char(?:\(\d+\))?|int(?:eger)?|number|numeric|decimal|float|date|datetime|bool(?:ean)?|required|optional|mandatory|pflicht|eur|usd|gbp|chf|€|\$|£|kg|km|pcs|%|y{4}[-./]m{2}[-./]d{2}|d{2}[-./]m{2}[-./]y{4}|[([][^()[\]]{1,16}[)\]])$/i;

/**
 * Throws `file-not-csv` for a second header line below the first, and for a second table.
 *
 * @param records of a sample, in its order, blank lines among them
 */
export function refuseTables(
  path: string,
  records: readonly Row[],
  headerLine: number,
  unit: FileProfile['unit'] = 'line',
): void {
  const at = records.findIndex((record) => record.line === headerLine);
  const header = records[at];
  if (header === undefined) return;
  const below = records.slice(at + 1);
  const columns = trimTrailingBlanks(header.cells);
  const first = below.find((record) => countFilled(record.cells) > 0);
  if (first !== undefined && isSecondLine(first, below, header.cells.length)) {
    const names = showNames(first.cells);
    throw new SyncError(
      'file-not-csv',
      `${path}: ${unit} ${first.line} (${names}) belongs to the header, it is no row`,
      {
        hint: `Remove it, so that one ${unit} holds the names; or name the ${unit} with the names: ${first.line} if it is that one.`,
      },
    );
  }
  for (const [index, record] of below.entries()) {
    const isApart = index > 0 && isGap(below[index - 1]!, columns.length);
    if (isApart && isOtherHeader(record, below.slice(index + 1), columns)) throw refuseSecondTable(path, record, unit);
  }
}

export function refuseSecondTable(path: string, header: Row, unit: FileProfile['unit'] = 'line'): SyncError {
  const names = showNames(header.cells);
  return new SyncError('file-not-csv', `${path}: a second table begins on ${unit} ${header.line} (${names})`, {
    hint: 'Put each table into a file of its own.',
  });
}

/** A line of names that a contact export has, but not those of this file. */
export function isForeignHeader(cells: readonly string[], columns: readonly string[]): boolean {
  const filled = cells.filter((cell) => !isBlank(cell));
  const known = filled.filter(isKnownName).length;
  return known >= 2 && known * 2 >= filled.length && !filled.some(isValue) && !isSameHeader(cells, columns);
}

/** A line that can be nothing else, among rows too: the names of this file in another order, or names in three columns and more. */
export function isSurelyHeader(cells: readonly string[], columns: readonly string[]): boolean {
  // Cheap, and enough for nearly all rows: ids begin with a digit, and most names are longer.
  const first = cells.find((cell) => !isBlank(cell)) ?? '';
  if (/^\s*\d/.test(first)) return false;
  if (!columns.includes(first.trim()) && !isKnownName(first)) return false;
  if (isSameHeader(cells, columns)) return false;
  // A list of one column, and below it the name of another one.
  if (columns.length === 1 && isKnownName(columns[0]!)) return isKnownName(first);
  const sort = (all: readonly string[]): string => all.map(foldName).sort().join('\n');
  if (new Set(columns.map(foldName)).size > 1 && sort(cells) === sort(columns)) return true;
  const filled = cells.filter((cell) => !isBlank(cell));
  return filled.length >= SURE_NAMES_MIN && filled.every(isKnownName);
}

/** The names of the file's own header once more. */
export function isSameHeader(cells: readonly string[], columns: readonly string[]): boolean {
  const fold = (all: readonly string[]): string => trimTrailingBlanks(all).map(foldName).join('\n');
  return fold(cells) === fold(columns);
}

function foldName(name: string): string {
  return name
    .replaceAll(/[\s\u00a0\ufeff]+/g, ' ')
    .trim()
    .toLowerCase();
}

/** In every column that holds only values it has a text, or it consists of units. */
function isSecondLine(first: Row, below: readonly Row[], width: number): boolean {
  const cells = trimTrailingBlanks(first.cells);
  const filled = cells.filter((cell) => !isBlank(cell));
  if (cells.length > width || filled.some(isValue)) return false;
  const units = filled.filter((cell) => UNIT.test(cell.trim())).length;
  if (units >= 2 && units * 2 >= filled.length) return true;
  const rows = below.filter((record) => record.line > first.line && record.cells.length >= width);
  // An id is no name, and what stands in another row as well is a value.
  if (filled.some((cell) => /\d/.test(cell) && !isKnownName(cell))) return false;
  if (cells.some((cell, column) => !isBlank(cell) && rows.some((row) => row.cells[column] === cell))) return false;
  const valueColumns = findValueColumns(rows, width).filter((column) => !isBlank(cells[column] ?? ''));
  return valueColumns.length >= 2 && valueColumns.every((column) => isText(cells[column]!));
}

/** Columns whose filled cells are all numbers, dates or addresses. */
function findValueColumns(rows: readonly Row[], width: number): readonly number[] {
  const columns: number[] = [];
  for (let column = 0; column < width; column++) {
    const filled = rows.map((row) => row.cells[column]!).filter((cell) => !isBlank(cell));
    if (filled.length >= ROWS_MIN && filled.every(isValue)) columns.push(column);
  }
  return columns;
}

function isText(cell: string): boolean {
  return /\p{L}/u.test(cell) && !/\d/.test(cell) && !isValue(cell) && !PLACEHOLDER.test(cell.trim());
}

/** A blank line, or a title: one text that leaves all other columns out. */
function isGap({ cells }: Row, width: number): boolean {
  const filled = countFilled(cells);
  return filled === 0 || (filled === 1 && width > 2 && cells.length < width);
}

/** Names of other columns, with at least one row of that width below. */
function isOtherHeader({ cells }: Row, below: readonly Row[], columns: readonly string[]): boolean {
  if (isForeignHeader(cells, columns)) return true;
  const names = trimTrailingBlanks(cells);
  const isNames =
    names.length > 1 &&
    names.every((name) => !isBlank(name) && !isValue(name) && name.length <= NAME_LENGTH_MAX) &&
    new Set(names.map(foldName)).size === names.length;
  if (!isNames || names.length === columns.length) return false;
  const rows = below.filter((record) => countFilled(record.cells) > 0).slice(0, ROWS_MIN);
  const isTable =
    rows.length === ROWS_MIN && rows.every((row) => trimTrailingBlanks(row.cells).length === names.length);
  return isTable && rows.every((row) => row.cells.some(isValue));
}

function showNames(cells: readonly string[]): string {
  const names = cells.filter((cell) => !isBlank(cell)).map((cell) => `"${cell.trim().slice(0, NAME_LENGTH_MAX)}"`);
  return names.slice(0, NAMES_SHOWN).join(', ') + (names.length > NAMES_SHOWN ? ', …' : '');
}
