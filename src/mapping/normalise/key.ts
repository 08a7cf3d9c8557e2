/**
 * Ids and numbers, never read as numbers: `007` stays. What a program added around a key is taken off where that is
 * certain; a key that lost something is refused, since a wrong key finds the wrong client.
 *
 * Invariant: gives back its own output unchanged.
 */

import { hasLostCharacter, isDate, isLost, isScientific } from './damage.js';
import { cleanValue } from './free-text.js';
import { countCharacters } from './length.js';
import { rejectCell, warnCell } from './problem.js';
import type { Normalised } from './problem.js';
import { isPlaceholder, isTidy, tidyText } from './text.js';

/** Marks that nobody sees and that mean nothing inside a key: joiners, directions of writing, forms of emoji. */
const MARKS = /[\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f]|\u034f|[\ufe00-\ufe0f]/gu;
/** `'007` keeps a spreadsheet from making a number of it. A second apostrophe makes it something else. */
const APOSTROPHE = /^['‘’`´](?=[+\d])(?!.*['‘’`´])/su;
const DECIMAL = /^(\d+)[.,]0{1,2}$/u;
const COMMA_GROUPS = /^\d{1,3}(?:,\d{3})+$/u;
const BLANK_GROUPS = /^\s*\d{1,3}(?:[\u00a0\u2007\u2009\u202f]\d{3})+\s*$/u;
const DOT_GROUPS = /^\d{1,3}(?:\.\d{3}){2,}$/u;
/** Nearly every key; what is in it needs no further look. */
const PLAIN = /^(?:\d+|[A-Za-z]{1,2}[-_]\d+|[A-Za-z][A-Za-z\d]*)$/;

const AS_TEXT = 'Export the column as text.';

/**
 * A value without blanks, marks and guards around it, for what is compared and not read. `NA`, which is Namibia and a
 * name elsewhere, is blank here: as a key it would make one client of all that have none.
 */
export function cleanCode(raw: string): string {
  const bare = isTidy(raw) ? raw : raw.replace(MARKS, '');
  const text = cleanValue(bare);
  const code = APOSTROPHE.test(text) ? cleanValue(text.slice(1)) : text;
  return isMissing(code) ? '' : code;
}

function isMissing(code: string): boolean {
  return code.length === 2 && code.toUpperCase() === 'NA';
}

/**
 * Rejects: `damaged-key` for scientific notation, a date, the error of a formula and a lost character; `key-too-long`.
 * Warnings: `number-guard-removed` for `123.0` and `1,234,567`, where only the type was lost; `number-format` for
 * `1.234.567`, which may be meant so.
 */
export function normaliseKey(raw: string, lengthMax: number): Normalised {
  if (raw.length <= lengthMax && PLAIN.test(raw)) return isPlaceholder(raw) || isMissing(raw) ? '' : raw;
  const key = cleanCode(raw);
  if (key === '') return isLost(tidyText(raw)) ? refuse('A program wrote an error instead of the key') : '';
  if (isScientific(key)) return refuse('The last digits are lost');
  if (isDate(key)) return refuse('A spreadsheet made a date of it');
  if (hasLostCharacter(key)) return refuse('A character is lost');
  if (key.length > lengthMax && countCharacters(key) > lengthMax) {
    return rejectCell(
      'key-too-long',
      `The key has ${countCharacters(key)} characters and Invoice Ninja keeps ${lengthMax}; use a shorter one.`,
    );
  }
  return readNumber(raw, key);
}

function readNumber(raw: string, key: string): Normalised {
  const whole = DECIMAL.exec(key)?.[1];
  if (whole !== undefined)
    return repair(whole, 'A program has made a decimal number of the key; its end is taken off.');
  if (COMMA_GROUPS.test(key)) return repair(key.replaceAll(',', ''), 'The commas between its thousands are taken out.');
  if (BLANK_GROUPS.test(raw))
    return repair(key.replaceAll(/\s/gu, ''), 'The blanks between its thousands are taken out.');
  if (!DOT_GROUPS.test(key)) return key;
  const hint =
    'The dots may stand between thousands; they are kept. If they are none of the key, take them out with `remove` in the job.';
  return warnCell('number-format', key, hint);
}

function refuse(what: string): Normalised {
  return rejectCell(
    'damaged-key',
    `${what}; open the original export, not one saved by Excel, or export the column as text.`,
  );
}

function repair(value: string, what: string): Normalised {
  return warnCell('number-guard-removed', value, `${what} ${AS_TEXT}`);
}
