/**
 * What programs make of a cell that was none of a number, a date or a formula: found by its look, never guessed at
 * further. Whoever asks decides what becomes of it.
 */

/** What a spreadsheet makes of a long number: `4.87688E+18`. A key such as `1E5` or `12E-4` is left alone. */
const SCIENTIFIC = /^[+-]?\d(?:(?:[.,]\d+)?[eE][+-]\d{1,3}|[.,]\d+[eE]\d{1,3})$/u;

export function isScientific(text: string): boolean {
  return text.length >= 4 && SCIENTIFIC.test(text);
}

/** Short names of months as spreadsheets write them in nine languages, without accents and a dot at the end. */
const MONTHS: ReadonlySet<string> = new Set(
  (
    'jan feb mar apr may jun jul aug sep sept oct nov dec mai okt dez mrz marz janv fevr avr juin juil aout ' +
    'ene abr ago dic gen mag giu lug set ott fev out maa mrt mei sty lut kwi maj cze lip sie wrz paz lis gru'
  ).split(' '),
);
const DAY_MONTH = /^(\d{1,2})(?:\. ?|[- /])(\p{L}{3,5})\.?(?:[- /]\d{2,4})?$/u;
const MONTH_YEAR = /^(\p{L}{3,5})\.?[- /](\d{2}|\d{4})$/u;
const NUMBERS =
  /^(?:(\d{1,2})([./])(\d{1,2})\2(?:19|20)\d{2}|(?:19|20)\d{2}-\d{2}-\d{2})(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?$/u;

/**
 * `01.Feb`, `Mär 45`, `2-Jan`, `01.02.2024`, `2024-02-01 00:00:00`. A month in capitals (`MAR-12`) is somebody's own
 * abbreviation: no spreadsheet writes it so.
 */
export function isDate(text: string): boolean {
  const { length } = text;
  if (length < 5 || length > 27) return false;
  const [, , dayMonth] = DAY_MONTH.exec(text) ?? [];
  const month = dayMonth ?? MONTH_YEAR.exec(text)?.[1];
  if (month !== undefined) return month !== month.toUpperCase() && MONTHS.has(foldMonth(month));
  return NUMBERS.test(text);
}

function foldMonth(month: string): string {
  return month
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/[\u0300-\u036f]/gu, '');
}

/** Errors of formulas in the languages of spreadsheets, and what JavaScript makes of an object. */
const LOST: ReadonlySet<string> = new Set([
  '#REF!',
  '#VALUE!',
  '#NAME?',
  '#DIV/0!',
  '#NUM!',
  '#NULL!',
  '#SPILL!',
  '#CALC!',
  '#FIELD!',
  '#BEZUG!',
  '#WERT!',
  '#ZAHL!',
  '#VALEUR!',
  '#NOM?',
  '#NOMBRE!',
  '#VALOR!',
  '#¡REF!',
  '#¡VALOR!',
  '#¿NOMBRE?',
  '[object Object]',
]);
/** A column was too narrow for its number when it was printed as text. */
const HASHES = /^#{3,}$/u;

/** A value stood here and is gone: not the same as nothing. */
export function isLost(text: string): boolean {
  const first = text.charCodeAt(0);
  return (first === 0x23 || first === 0x5b) && (LOST.has(text) || LOST.has(text.toUpperCase()) || HASHES.test(text));
}

/** U+FFFD stands for bytes that some program could not read. */
export function hasLostCharacter(text: string): boolean {
  return text.includes('\ufffd');
}

export const LOST_VALUE_HINT =
  'A program wrote an error instead of the value, so the field is left alone; correct the cell, or export it again.';
export const LOST_CHARACTER_HINT =
  'A program could not read a character here and wrote \ufffd; export the file again in UTF-8, or correct the cell.';
export const DATE_HINT =
  'A spreadsheet made a date of it, so the field is left alone; export the column as text, or open the original export.';
