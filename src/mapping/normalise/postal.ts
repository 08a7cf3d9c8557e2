/**
 * Postal codes: the cell alone first, then together with its country, which says how wide a number has to be.
 *
 * Premise: zeros come back only where the country is known, its codes are numbers of one width, and the number is one
 * that is given out there. Everything else is a text that stays.
 */

import { POSTAL_NUMBERS, POSTAL_PREFIXES } from '../data/postal-codes.js';
import { DATE_HINT, isDate } from './damage.js';
import { cutValue } from './free-text.js';
import { cleanCode } from './key.js';
import { warnCell } from './problem.js';
import type { Normalised } from './problem.js';

const DECIMAL = /^(\d{1,9})[.,]0$/u;
const GROUPS = /^\d{1,3}[.,]\d{3}$/u;
const NUMBER = /^\d+$/;
const PLAIN = /^(?:\d+|[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2})$/;
const EXTENDED = /^(\d{1,4})(-\d{4})$/;
const PREFIX = /^([A-Z]{1,3})(?:\s*[-–]\s*|\s+)(?=\d)/;

/** Warnings: `number-guard-removed` for `80331.0`; `date-in-cell`, which leaves the field alone; as for text besides. */
export function normalisePostalCode(raw: string, lengthMax: number): Normalised {
  if (raw.length <= lengthMax && PLAIN.test(raw)) return raw;
  const code = cleanCode(raw);
  if (isDate(code)) return warnCell('date-in-cell', '', DATE_HINT);
  const whole = DECIMAL.exec(code)?.[1];
  if (whole === undefined) return cutValue(code, lengthMax, cleanCode);
  const hint =
    'A program has made a decimal number of the postal code; its end is taken off. Export the column as text.';
  return warnCell('number-guard-removed', whole, hint);
}

/**
 * A clean postal code as its country writes it. Warnings: `postal-code-padded` when zeros (or a thousands separator)
 * were lost and are put right, `postal-code-suspect` for a number that the country cannot have.
 *
 * @param country ISO alpha-2
 */
export function settlePostalCode(code: string, country: string): Normalised {
  const [width, least] = POSTAL_NUMBERS[country] ?? [0, 0];
  if (code.length === width && NUMBER.test(code)) return code;
  const written = PREFIX.exec(code);
  const bare = written !== null && isPrefixOf(written[1] ?? '', country) ? code.slice(written[0].length) : code;
  if (width === 0) return bare;
  const digits = GROUPS.test(bare) ? bare.replace(/[.,]/u, '') : bare;
  const extended = country === 'US' ? EXTENDED.exec(digits) : null;
  if (extended !== null) return settleExtended(extended[1] ?? '', extended[2] ?? '');
  if (!NUMBER.test(digits) || (digits.length === width && digits === bare)) return bare;
  // Nine digits: an American code with its four further ones.
  if (country === 'US' && digits.length === 9) return bare;
  if (digits.length > width || Number(digits) < least || digits.startsWith('0')) {
    const hint = `A postal code in ${country} has ${width} digits; correct the code or the country.`;
    return warnCell('postal-code-suspect', bare, hint);
  }
  const padded = digits.padStart(width, '0');
  const hint = `A postal code in ${country} has ${width} digits: it is read as ${padded}. Export the column as text.`;
  return warnCell('postal-code-padded', padded, hint);
}

/** An American code with its four further digits, of which the first part has fewer than five. */
function settleExtended(first: string, further: string): Normalised {
  const settled = settlePostalCode(first, 'US');
  return typeof settled === 'string' ? settled : { ...settled, value: settled.value + further };
}

function isPrefixOf(letters: string, country: string): boolean {
  return POSTAL_PREFIXES[country]?.includes(letters) === true;
}
