/**
 * Takes out of a text what does not belong in logs: e-mail addresses and telephone numbers, of which just enough stays to
 * tell two of them apart. Pure.
 */

/** What may stand in an address, as far as it has to be recognised; bounded, so that the cost grows with the text only. */
const EMAIL = /([^\s@<>"'`(),;:[\]{}/=]{1,64})@([^\s@<>"'`(),;:[\]{}/=]{1,255})/gu;
/** Digits with what people write between them. */
const DIGIT_GROUPS = /(?<![\w.:-])\+?\(?\d[\d ()/.-]{4,40}\d(?![\w:])/gu;
/** Dates, times and addresses of machines are made of digits as well. */
const IS_DATE = /^\d{4}-\d{2}-\d{2}\b|^\d{1,2}[./]\d{1,2}[./]\d{4}$/;
const IS_IP_ADDRESS = /^\d{1,3}(\.\d{1,3}){3}$/;

export function maskText(text: string): string {
  return text.replaceAll(EMAIL, maskEmail).replaceAll(DIGIT_GROUPS, maskPhone);
}

function maskEmail(_whole: string, name: string, domain: string): string {
  return `${Array.from(name)[0] ?? ''}***@${domain}`;
}

function maskPhone(text: string): string {
  return isPhone(text) ? `***${text.slice(-2)}` : text;
}

/** Plain digits are a count, unless they are too many or begin as telephone numbers do. */
function isPhone(text: string): boolean {
  if (IS_DATE.test(text) || IS_IP_ADDRESS.test(text)) return false;
  const digits = text.replaceAll(/\D/g, '').length;
  if (text.startsWith('+')) return digits >= 6;
  if (/^\d+$/.test(text) && !text.startsWith('0')) return digits >= 9;
  return digits >= 7;
}
