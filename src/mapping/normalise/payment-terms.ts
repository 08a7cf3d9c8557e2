/** Payment terms as a number of days. Discounts and "end of month" cannot be said in one number, so they are not read. */

import { remember } from './memory.js';

const AT_ONCE: ReadonlySet<string> = new Set([
  'due on receipt',
  'due upon receipt',
  'payable on receipt',
  'payable upon receipt',
  'on receipt',
  'upon receipt',
  'due immediately',
  'immediate',
  'immediately',
  'sofort',
  'sofort fällig',
  'sofort zahlbar',
  'zahlbar sofort',
  'sofort nach erhalt',
  'bei erhalt',
  'à réception',
  'a réception',
  'comptant',
  'al contado',
  'vista fattura',
  'per direct',
]);

const BEFORE = '(?:net|netto|n|zahlbar|innerhalb|innerhalb von|binnen|within|due in|payable in|in|à)[ /-]*';
const NUMBER = String.raw`(\d{1,5})(?:[.,]0+)?`;
const DAY =
  '(?:calendar days|days|day|d|kalendertagen|kalendertage|tagen|tage|tag|t|jours|jour|j|giorni|gg|días|dias|día|dia|dagen|dgn|dni|dagar)';
const AFTER = '(?:net|netto|nets|neto|rein netto|ohne abzug|nach rechnungsdatum|ab rechnungsdatum|after invoice date)';
const DAYS = new RegExp(String.raw`^(?:${BEFORE})?${NUMBER}(?: ?${DAY})?(?: ?,? ?${AFTER})?$`, 'u');

/** `30`, `Net 30`, `30 Tage netto`, `Due on receipt` → digits without leading zeros; `undefined` for anything else. */
export const paymentDays: (text: string) => string | undefined = remember((text) => {
  const words = text.toLowerCase().replace(/\s+/gu, ' ').trim().replace(/[.!]$/u, '');
  if (AT_ONCE.has(words)) return '0';
  const digits = DAYS.exec(words)?.[1];
  return digits === undefined ? undefined : String(Number(digits));
});
