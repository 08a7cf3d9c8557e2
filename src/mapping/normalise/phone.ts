/**
 * Phone numbers are texts: as somebody wrote them, so they stay. Only what a program added or broke is looked at.
 *
 * Invariant: gives back its own output unchanged.
 */

import { DATE_HINT, isDate, isScientific } from './damage.js';
import { cutValue } from './free-text.js';
import { cleanCode } from './key.js';
import { warnCell } from './problem.js';
import type { Normalised } from './problem.js';

const DECIMAL = /^(\+?\d{5,})[.,]0$/u;
const CODE_BLANK = 0x20;
const CODE_PLUS = 0x2b;
const CODE_HYPHEN = 0x2d;
const CODE_SLASH = 0x2f;
const CODE_ZERO = 0x30;
const CODE_NINE = 0x39;
const SCHEME = /^tel:\s*/iu;

/**
 * Warnings: `number-guard-removed` for `4930123456.0`, and for scientific notation, which has lost the number and leaves
 * the field alone, as does a date (`date-in-cell`); `text-cut`, `lost-character`.
 */
export function normalisePhone(raw: string, lengthMax: number): Normalised {
  if (isPlain(raw) && raw.length <= lengthMax) return raw;
  const phone = cleanPhone(raw);
  if (isScientific(phone)) {
    return warnCell(
      'number-guard-removed',
      '',
      'The digits are lost, so the phone number is left alone; open the original export, not one saved by Excel.',
    );
  }
  if (isDate(phone)) return warnCell('date-in-cell', '', DATE_HINT);
  const whole = DECIMAL.exec(phone)?.[1];
  if (whole === undefined) return cutValue(phone, lengthMax, cleanPhone);
  return warnCell(
    'number-guard-removed',
    whole,
    'A program has made a decimal number of the phone number; its end is taken off. Export the column as text.',
  );
}

/** Nearly every number: digits with the usual marks, and too long or too short for a date. */
function isPlain(raw: string): boolean {
  const { length } = raw;
  if (length < 6 || (length > 7 && length < 11)) return false;
  const first = raw.charCodeAt(0);
  if (first !== CODE_PLUS && first !== CODE_ZERO) return false;
  for (let at = 1; at < length; at += 1) {
    const code = raw.charCodeAt(at);
    const isDigit = code >= CODE_ZERO && code <= CODE_NINE;
    if (!isDigit && (at === length - 1 || (code !== CODE_BLANK && code !== CODE_HYPHEN && code !== CODE_SLASH)))
      return false;
  }
  return true;
}

function cleanPhone(raw: string): string {
  const phone = cleanCode(raw);
  return SCHEME.test(phone) ? cleanCode(phone.replace(SCHEME, '')) : phone;
}
