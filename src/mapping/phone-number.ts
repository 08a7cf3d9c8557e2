/**
 * Phone numbers read, to compare them and (when a job asks for it) to write them: never to change one on the way. `+49 30
 * 1234`, `0049 30 1234`, `+49 (0)30 1234` and, with the country DE, `030 / 1234` are one number.
 */

import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';

/** Numbers with fewer digits are extensions of somebody's own: nothing is read into them. */
const DIGITS_MIN = 6;
/** The end of a number is the same in every way to write it; where it differs nothing has to be read. */
const END_DIGITS = 6;

/** `+493012345`, or `undefined` for a text that is no number of the country. @param country ISO alpha-2 */
export function toE164(text: string, country: string | undefined): string | undefined {
  const number = read(text, country);
  return number === undefined || number.ext !== undefined || !number.isPossible() ? undefined : number.number;
}

/**
 * Whether two texts are one phone number.
 *
 * @param country ISO alpha-2 of the client, for numbers without a country code; `''`: not known
 */
export function isSamePhone(one: string, other: string, country: string): boolean {
  if (one === other) return true;
  const [digits, otherDigits] = [digitsOf(one), digitsOf(other)];
  if (digits.length < DIGITS_MIN || otherDigits.length < DIGITS_MIN) return false;
  if (digits.slice(-END_DIGITS) !== otherDigits.slice(-END_DIGITS)) return false;
  if (isPlainNumber(one) && isPlainNumber(other) && digits === otherDigits) return true;
  const number = read(one, country);
  const otherNumber = read(other, country);
  if (number === undefined || otherNumber === undefined) return false;
  return number.number === otherNumber.number && number.ext === otherNumber.ext;
}

function read(text: string, country: string | undefined): ReturnType<typeof parsePhoneNumberFromString> {
  const international = text.trim().replace(/^00(?=[1-9])/, '+');
  const options = { extract: false } as const;
  return country !== undefined && isSupportedCountry(country)
    ? parsePhoneNumberFromString(international, { ...options, defaultCountry: country })
    : parsePhoneNumberFromString(international, options);
}

/** Digits with the marks between them: no letter, so no extension. */
function isPlainNumber(text: string): boolean {
  return /^[\d\s()+./-]+$/.test(text);
}

function digitsOf(text: string): string {
  return text.replaceAll(/\D/g, '');
}
