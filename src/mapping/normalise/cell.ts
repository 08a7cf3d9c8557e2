/**
 * One clean value for one raw cell, by the kind of its field: what the target would store, decided before it is asked.
 *
 * Invariant: every normaliser gives back its own output unchanged (`size` with `sizeIds`, see there). The returned
 * functions are called once for every cell of the file; a cell that needs nothing costs one pass over its characters.
 */

import { CLIENT_FIELDS } from '../fields.js';
import type { FieldRule } from '../fields.js';
import type { WarningCode } from '../record.js';
import { parseBoolean } from './boolean.js';
import { classificationOf } from './classification.js';
import { countryCode, nearestCountries } from './country.js';
import { currencyCode, nearestCurrencies } from './currency.js';
import { normaliseEmail } from './email.js';
import { cleanValue, normaliseUrl, notesNormaliser, textNormaliser } from './free-text.js';
import { industryId } from './industry.js';
import { normaliseKey } from './key.js';
import { languageCode } from './language.js';
import { paymentDays } from './payment-terms.js';
import { normalisePhone } from './phone.js';
import { normalisePostalCode } from './postal.js';
import { rejectCell, warnCell } from './problem.js';
import type { Normalised } from './problem.js';
import { sizeId } from './size.js';
import { vatNormaliser } from './vat.js';

export type { CellProblem, Normalised } from './problem.js';
export { cleanText, isPlaceholder, stripApostrophe, stripGuard } from './text.js';

export type Normaliser = (raw: string) => Normalised;

export interface NormaliserOptions {
  /** HTML tags are taken out, as the server does with a client's `name`; for notes where a product exports HTML. */
  readonly stripTags?: boolean;
  /** Kind `size`: a bare `1` to `6` is an id of the target (its own export), not a number of employees. */
  readonly sizeIds?: boolean;
}

/** The normaliser for a client or contact field, by the kind of its rule. */
export function normaliserFor(rule: FieldRule, options: NormaliserOptions = {}): Normaliser {
  return NORMALISERS[rule.kind](rule.lengthMax, options);
}

const NORMALISERS: Readonly<Record<FieldRule['kind'], (lengthMax: number, options: NormaliserOptions) => Normaliser>> =
  {
    text: (lengthMax, options) => textNormaliser(lengthMax, options.stripTags === true),
    notes: (lengthMax, options) => notesNormaliser(lengthMax, options.stripTags === true),
    key: (lengthMax) => (raw) => normaliseKey(raw, lengthMax),
    phone: (lengthMax) => (raw) => normalisePhone(raw, lengthMax),
    postal: (lengthMax) => (raw) => normalisePostalCode(raw, lengthMax),
    vat: vatNormaliser,
    url: (lengthMax) => (raw) => normaliseUrl(raw, lengthMax),
    email: () => normaliseEmail,
    country: () => lookUp(countryCode, rejectCountry),
    currency: () => lookUp(currencyCode, rejectCurrency),
    language: () => lookUp(languageCode, warnOf('unknown-language', LANGUAGE_HINT)),
    days: () => lookUp(paymentDays, warnOf('invalid-payment-terms', DAYS_HINT)),
    boolean: () => lookUp(readBoolean, () => rejectCell('invalid-boolean', 'Write yes or no, true or false, 1 or 0.')),
    industry: () => lookUp(industryId, warnOf('unknown-industry', INDUSTRY_HINT)),
    size: (_, options) =>
      lookUp((text) => sizeId(text, { idsAllowed: options.sizeIds === true }), warnOf('unknown-size', SIZE_HINT)),
    classification: () => lookUp(classificationOf, warnOf('unknown-classification', CLASSIFICATION_HINT)),
  };

const LANGUAGE_HINT = 'The language is left alone; write it as a locale such as de or en_GB.';
const DAYS_HINT = 'The payment terms are left alone; only a number of days can be stored.';
const INDUSTRY_HINT = 'The industry is left alone; map the value to a name in the list of Invoice Ninja.';
const SIZE_HINT =
  'The size is left alone; write a number of employees, or a range within 1-3, 4-10, 11-50, 51-100, 101-500 or 500+.';
const CLASSIFICATION_HINT =
  'The classification is left alone; write individual, business, company, partnership, trust, charity, government or other.';

/** Blank after cleaning and placeholders; else a code, or the problem. */
function lookUp(find: (text: string) => string | undefined, miss: (text: string) => Normalised): Normaliser {
  return (raw) => {
    if (raw === '') return '';
    const text = cleanValue(raw);
    return text === '' ? '' : (find(text) ?? miss(text));
  };
}

/** A field that only describes the client is left alone when its value is unknown: the row is still good. */
function warnOf(code: WarningCode, hint: string): (text: string) => Normalised {
  return () => warnCell(code, '', hint);
}

/** Not a warning: without a country the server would store the company's own (FACTS.md [028]). */
function rejectCountry(text: string): Normalised {
  return rejectCell(
    'unknown-country',
    `Write the country as ISO code or by its name${suggest(nearestCountries(text))}.`,
  );
}

/** Not a warning: invoices in the wrong currency are worse than a row that waits for its correction. */
function rejectCurrency(text: string): Normalised {
  return rejectCell(
    'unknown-currency',
    `Write the currency as ISO code such as EUR${suggest(nearestCurrencies(text))}.`,
  );
}

function suggest(candidates: readonly string[]): string {
  return candidates.length === 0 ? '' : `; candidates: ${candidates.join(', ')}`;
}

function readBoolean(text: string): string | undefined {
  return parseBoolean(text)?.toString();
}

/** A client's name: text without the HTML tags that the server would take out of it in silence (FACTS.md [043]). */
export const normaliseName: Normaliser = textNormaliser(CLIENT_FIELDS.name.lengthMax, true);
