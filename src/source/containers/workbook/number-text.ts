/**
 * Numbers of a workbook as text.
 *
 * Premise: what a person sees in the sheet is what they mean, but a sheet also shows less than it holds (`4.93E+09`,
 * rounded amounts, `###`). So a number is shown plainly, with all its digits, without separators or exponent, and as
 * displayed only where the display adds something: zeros in front (`00123`), or signs between and around the digits
 * (`KD-0123`, `(030) 123-456`, `€12.50`).
 */

import { dateFromSerial } from 'numfmt';

/** Spreadsheets calculate with so many digits: of a longer number the rest was lost. */
export const DIGITS_KEPT = 15;
const EXPONENT_MAX = 40;
const SECONDS_PER_DAY = 86_400;
const DAYS_1904 = 1462;
/** 9999-12-31. */
const SERIAL_MAX = 2_958_465;

/** As the formats write numbers. */
export const NUMBER = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i;

/** `4.93E+09` → `4930000000`, `19.989999999999998` → `19.99`; a text that is no number comes back as it is. */
export function plainNumber(raw: string): string {
  const text = raw.trim();
  const match = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text);
  if (match === null || (match[2] === '' && match[3] === '')) return text;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const shift = Number(exponent);
  if (Math.abs(shift) > EXPONENT_MAX) return Number.isFinite(Number(text)) ? String(Number(text)) : text;
  const digits = whole + fraction;
  const point = whole.length + shift;
  const rest = point < digits.length ? digits.slice(Math.max(point, 0)) : '';
  if (/[1-9]/.test(rest)) return roundToKept(Number(text));
  const integer =
    digits
      .slice(0, Math.max(point, 0))
      .padEnd(point, '0')
      .replace(/^0+(?=\d)/, '') || '0';
  return sign === '-' && integer !== '0' ? `-${integer}` : integer;
}

/** As a spreadsheet shows it: 15 digits, which hides the noise of binary fractions. */
function roundToKept(value: number): string {
  const rounded = Number(value.toPrecision(DIGITS_KEPT));
  const text = String(rounded);
  return text.includes('e') ? rounded.toFixed(20).replace(/\.?0+$/, '') : text;
}

/** Is it a whole number of more digits than a spreadsheet keeps? Zeros in front are of its format. */
export function hasLostDigits(text: string): boolean {
  return text.length > DIGITS_KEPT && /^-?[1-9]\d{15,}$/.test(text);
}

/** The plain number, or the display where it adds zeros in front, or signs. */
export function chooseText(plain: string, display: string): string {
  const shown = display.trim();
  if (!/\d/.test(shown) || /^-?\d(?:[.,]\d+)?E[-+]\d+$/i.test(shown)) return plain;
  if (!/^[-−+(]?\d[\d.,'’\s]*\)?$/.test(shown)) return shown;
  return isPadded(plain, shown) ? shown : plain;
}

/** `00123` of 123, and `49123` of 123 where the format begins with "49". */
function isPadded(plain: string, shown: string): boolean {
  if (!/^\d+$/.test(plain)) return false;
  const digits = shown.replaceAll(/\D/g, '');
  return digits.length > plain.length && digits.endsWith(plain) && (plain !== '0' || digits === shown);
}

export function percentText(raw: string): string {
  const value = Number(raw);
  return Number.isFinite(value) ? `${plainNumber(roundToKept(value * 100))}%` : raw;
}

export type DateKind = 'date' | 'datetime' | 'time' | 'elapsed';

/**
 * A day number of a spreadsheet as ISO: `2024-03-05`, `2024-03-05 10:20:30`, `10:20:30`; null when it is no date.
 *
 * @param system 1904: day 0 is 1904-01-01, as in workbooks of old Macs
 */
export function dateText(serial: number, kind: DateKind, system: 1900 | 1904): string | null {
  if (!Number.isFinite(serial) || serial < 0 || serial > SERIAL_MAX) return null;
  let days = Math.floor(serial);
  let seconds = Math.round((serial - days) * SECONDS_PER_DAY);
  if (seconds === SECONDS_PER_DAY) {
    days += 1;
    seconds = 0;
  }
  const time = clock(Math.floor(seconds / 3600) + (kind === 'elapsed' ? days * 24 : 0), seconds);
  if (kind === 'time' || kind === 'elapsed') return time;
  const [year, month, day] = dateFromSerial(days + (system === 1904 ? DAYS_1904 : 0));
  const date = `${pad(year, 4)}-${pad(month)}-${pad(day)}`;
  return kind === 'date' ? date : `${date} ${time}`;
}

/** The same of an ISO text, as ODF and strict OOXML have it: `2024-03-05T10:20:30.000`. */
export function isoText(raw: string, withTime: boolean): string {
  const match = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d)?))?/.exec(raw.trim());
  if (match === null) return raw.trim();
  const time = match[2] ?? '00:00:00';
  return withTime || !/^00:00(?::00)?$/.test(time) ? `${match[1]} ${time.padEnd(8, ':00')}` : match[1]!;
}

/** `PT10H20M30S` → `10:20:30`. */
export function durationText(raw: string): string {
  const match = /^-?PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,]\d+)?S)?$/.exec(raw.trim());
  if (match === null) return raw.trim();
  const [hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return clock(hours, minutes * 60 + seconds);
}

function clock(hours: number, seconds: number): string {
  return `${pad(hours)}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`;
}

function pad(value: number, length = 2): string {
  return String(value).padStart(length, '0');
}

/** What is neither yes nor no comes back as it is. */
export function booleanText(raw: string): string {
  if (raw === '1' || raw === 'true') return 'TRUE';
  return raw === '0' || raw === 'false' ? 'FALSE' : raw;
}
