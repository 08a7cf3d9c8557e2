/**
 * What the values of a column look like, whatever the column is called.
 *
 * Shapes only: a value is never looked up anywhere. They speak for or against a name, and alone they are a question.
 */

import { countryCode } from './normalise/country.js';
import { currencyCode } from './normalise/currency.js';
import { normaliseEmail } from './normalise/email.js';
import { isCompanyName, isPersonName, isPostalCode, isVatNumber } from './value-evidence-shapes.js';

export type ValueKind =
  | 'email'
  | 'url'
  | 'phone'
  | 'vat'
  | 'postal'
  | 'country'
  | 'currency'
  | 'date'
  | 'boolean'
  | 'amount'
  | 'id'
  | 'uuid'
  | 'company'
  | 'person';

/** For people, in the plural: `18 of 20 values look like phone numbers`. */
export const KIND_NAMES: Readonly<Record<ValueKind, string>> = {
  email: 'e-mail addresses',
  url: 'web addresses',
  phone: 'phone numbers',
  vat: 'VAT numbers',
  postal: 'postal codes',
  country: 'countries',
  currency: 'currencies',
  date: 'dates',
  boolean: 'yes or no',
  amount: 'amounts',
  id: 'ids',
  uuid: 'ids made by a program',
  company: 'names of companies',
  person: 'names of people',
};

export interface Evidence {
  /** `null`: nothing that can be told. */
  readonly kind: ValueKind | null;
  /** Values that look like it. */
  readonly count: number;
  /** Values that are not blank. */
  readonly filled: number;
}

/** Share of the values that must look like one kind. */
const SHARE_MIN = 0.8;
/** Few companies write their legal form, and nothing else has one. */
const COMPANY_SHARE_MIN = 0.3;
/** Ids are told by each of them being another: of fewer nothing can be said. */
const IDS_MIN = 3;

const UUID = /^\{?[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\}?$/i;

/** The first that fits counts: what is unmistakable comes before what merely could be. */
const KINDS: readonly (readonly [ValueKind, (value: string) => boolean])[] = [
  ['uuid', (value) => UUID.test(value)],
  ['email', isEmail],
  ['vat', isVatNumber],
  ['url', isUrl],
  ['date', isDate],
  ['boolean', isBoolean],
  ['currency', (value) => /^[A-Z]{3}$/.test(value) && currencyCode(value) !== undefined],
  ['amount', isAmount],
  ['phone', isPhone],
  ['id', isId],
  ['postal', isPostalCode],
  ['company', isCompanyName],
  ['country', (value) => /^\p{L}[\p{L}\s.'’(),-]*$/u.test(value) && countryCode(value) !== undefined],
  ['person', isPersonName],
];

/** @param values cells of one column, not blank */
export function weighValues(values: readonly string[]): Evidence {
  const texts = values.map((value) => value.trim());
  const nothing: Evidence = { kind: null, count: 0, filled: texts.length };
  if (texts.length === 0) return nothing;
  const areDistinct = new Set(texts).size === texts.length && texts.length >= IDS_MIN;
  for (const [kind, isOne] of KINDS) {
    // What stands there twice is no id, and four or five digits that never do are hardly postal codes.
    if (kind === 'id' && !areDistinct) continue;
    const count = texts.filter(isOne).length;
    if (count >= texts.length * (kind === 'company' ? COMPANY_SHARE_MIN : SHARE_MIN))
      return { ...nothing, kind, count };
  }
  return nothing;
}

function isEmail(value: string): boolean {
  const clean = value.includes('@') ? normaliseEmail(value) : '';
  return typeof clean === 'string' && clean !== '';
}

function isUrl(value: string): boolean {
  if (/^(?:https?:\/\/|www\.)\S+$/i.test(value)) return true;
  const isDomain = /^[a-z\d-]+(?:\.[a-z\d-]+)*\.[a-z]{2,}(?:\/\S*)?$/i.test(value);
  return isDomain && !/\.(?:pdf|docx?|xlsx?|pptx?|png|jpe?g|gif|csv|txt|zip|xml)$/i.test(value);
}

function isDate(value: string): boolean {
  return (
    /^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[T ]\d.*)?$/.test(value) ||
    /^\d{1,2}([-/.])\d{1,2}\1(?:\d{2}|\d{4})(?: \d.*)?$/.test(value) ||
    /^(?:\d{1,2}[ -])?\p{L}{3,9}\.?[ -]\d{1,2},?[ -]\d{2,4}$/u.test(value) ||
    /^\d{1,2}\.?[ -]\p{L}{3,9}\.?[ -]\d{2,4}$/u.test(value)
  );
}

function isBoolean(value: string): boolean {
  return /^(?:yes|no|y|n|true|false|ja|nein|oui|non|si|sí|wahr|falsch|vrai|faux|[01])$/i.test(value);
}

/** With a sign of money, decimals, or thousands that are parted: a bare number may be anything. */
function isAmount(value: string): boolean {
  const bare = value.replace(/^[-+(]?\s*(?:[€$£¥]|[A-Z]{3}\b)?\s*/u, '').replace(/\s*(?:[€$£¥%]|\b[A-Z]{3})?\)?$/u, '');
  if (!/^-?\d{1,3}(?:[.,' \u00A0]?\d{3})*(?:[.,]\d{1,3})?$/.test(bare)) return false;
  return bare !== value || /[.,]\d{2}$/.test(bare);
}

/** A bare number of that length may as well be an id: something must say that it is dialled. */
function isPhone(value: string): boolean {
  if (!/^(?:tel\.?:?\s*)?[+(\d][\d\s()./-]*(?:\s*(?:x|ext\.?)\s*\d+)?$/i.test(value)) return false;
  const digits = value.replaceAll(/\D/g, '').length;
  return digits >= 6 && digits <= 20 && /^(?:tel|\+|\(|0)|\d[\s()./-]+\d/i.test(value);
}

function isId(value: string): boolean {
  // `C-0012`, `cus_9s6XKzkNRiz8i3`, `001dN00000v2DEwQAM`, `4876876000000111`.
  return /^(?:\p{L}{1,8}[-_#./ ]?)?\d{2,}$/u.test(value) || /^(?=\S*\d)(?=\S*\p{L})[\p{L}\d_-]{8,40}$/u.test(value);
}
