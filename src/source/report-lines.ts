/**
 * Lines between and below rows that a report has written: sums, counts, page numbers, who made it and when. Pure.
 *
 * Only what can be no client is told here; a company is called Total, Page or Summa, and a list may know no more of it
 * than its name.
 */

import { countFilled, isBlank, isKnownNote, isNumber } from './cell-kinds.js';

const SUM =
  /^(?:(?:grand |report |sub-?)?totals?|gesamt|(?:gesamt|end|zwischen)?summe|total (?:général|geral|general)|totaal|totale|suma|razem|ogółem|celkem|összesen|итого|всего|разом|toplam|summa|sammanlagt|i alt|yhteensä|合計|总计|合计|總計|합계):?$/iu;
/** Those of them that no company is called. */
const SURE_SUM =
  /^(?:(?:grand|report) totals?|sub-?totals?|(?:gesamt|end|zwischen)?summe|total (?:général|geral|general)):?$/iu;
const PAGE =
  /^-?\s*(?:page|seite|página|pagina|side|sida|strona|blatt)\s*\d+\s*(?:of|von|de|di|van|av|af|z|\/)\s*\d+\s*-?$/iu;
const THINGS =
  'datensätze|datensatz|einträge|eintrag|zeilen?|kontakte|kunden|adressen|records?|rows?|entries|entry|contacts?|customers?|clients?|accounts?|lignes?|enregistrements?|registros|filas|righe|rijen';
/** `Anzahl Datensätze: 2`, `Total records 2`, `Records: 2`; the number may stand in a cell of its own. */
const COUNT = new RegExp(
  `^(?:(?:(?:gesamt)?anzahl|number|total|count|nombre|número|numero|aantal)(?: (?:number of|der|of|de|di))? (?:${THINGS})\\s*[:=]?|(?:${THINGS}|(?:gesamt)?anzahl|count)\\s*[:=])\\s*\\d*$`,
  'iu',
);
/** `(12 rows affected)`, `2 Datensätze`. */
const COUNTED = new RegExp(`^\\(?\\d+ (?:${THINGS})(?: (?:affected|selected|exported|exportiert))?\\)?\\.?$`, 'iu');

/** A word for a sum with numbers at most behind it, in half of the columns. */
export function isSum(cells: readonly string[], columnCount: number): boolean {
  if (columnCount < 2 || hasTwoTexts(cells)) return false;
  const filled = findFilled(cells, Math.max(columnCount < 3 ? 1 : 2, columnCount / 2));
  if (filled === null || !SUM.test(filled[0] ?? '')) return false;
  return filled.slice(1).every(isNumber);
}

/** The line can be no client wherever it stands. */
export function isReportLine(cells: readonly string[], columnCount: number): boolean {
  if (columnCount < 2 || (cells.length >= columnCount && hasTwoTexts(cells))) return false;
  const filled = findFilled(cells, Math.max(2, columnCount / 2));
  const [whole, ...rest] = filled ?? [];
  if (whole === undefined) return false;
  // A line that has other delimiters than the table.
  const first = whole.replace(/[\s,;]+$/, '');
  if (SURE_SUM.test(first)) return rest.length > 0 && isSum(cells, columnCount);
  if (cells.length < columnCount && isKnownNote(cells.join(','))) return true;
  if (rest.length === 1) return COUNT.test(first) && !/\d/.test(first) && isNumber(rest[0]!);
  if (rest.length > 0) return false;
  return PAGE.test(first) || COUNTED.test(first) || (COUNT.test(first) && /\d$/.test(first)) || isKnownNote(first);
}

/** A sum that might be a company of that name: `Total;;12`. */
export function isUnsureSum(cells: readonly string[], columnCount: number): boolean {
  return isSum(cells, columnCount) && countFilled(cells) > 1;
}

/** Behind its first filled cell no number comes next: cheap, and so for nearly all rows. */
function hasTwoTexts(cells: readonly string[]): boolean {
  let isSecond = false;
  for (const cell of cells) {
    if (isBlank(cell)) continue;
    if (isSecond) return isAsciiLetter(cell.charCodeAt(0)) || !/^[^\p{L}]/u.test(cell);
    isSecond = true;
  }
  return false;
}

const isAsciiLetter = (code: number): boolean => (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;

/** The cells that are not blank, trimmed; null for more of them than `countMax`. */
function findFilled(cells: readonly string[], countMax: number): readonly string[] | null {
  const filled: string[] = [];
  for (const cell of cells) {
    if (isBlank(cell)) continue;
    if (filled.length >= Math.floor(countMax)) return null;
    filled.push(cell.trim());
  }
  return filled;
}
