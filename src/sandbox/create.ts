/** POST of a client. FACTS.md "POST create": nothing is required, much is cut or replaced in silence, the answer echoes the request. */

import { COUNTRIES } from '../mapping/data/countries.js';
import { CURRENCIES } from '../mapping/data/currencies.js';
import { INDUSTRIES } from '../mapping/data/industries.js';
import { LANGUAGES } from '../mapping/data/languages.js';
import { SIZES } from '../mapping/data/sizes.js';
import type { ClientText } from './columns.js';
import { CLIENT_TEXTS, cutText } from './columns.js';
import { addAutomaticContact, saveContacts } from './contacts.js';
import { ID_OF_ZERO } from './ids.js';
import { breakDown } from './refusal.js';
import type { Echo } from './render.js';
import type { Company, Store, StoredClient } from './store.js';
import { takeNumber } from './store.js';
import type { Input } from './value.js';
import { disarmNotes, isObject, stripTags, toFlag, toText } from './value.js';
import { validateClient } from './validate.js';

const COUNTRY_BY_CODE = new Map(
  COUNTRIES.flatMap(
    ([id, alpha2, alpha3]) =>
      [
        [alpha2, id],
        [alpha3, id],
      ] as const,
  ),
);
const CURRENCY_BY_CODE = new Map(CURRENCIES.map(([id, code]) => [code, id]));
const LANGUAGE_BY_LOCALE = new Map(LANGUAGES.map(([id, locale]) => [locale, id]));
const INDUSTRY_IDS: ReadonlySet<string> = new Set(INDUSTRIES.map(([id]) => id));
const SIZE_IDS: ReadonlySet<string> = new Set(SIZES.map(([id]) => id));

export interface Created {
  readonly client: StoredClient;
  readonly echo: Echo;
}

/** `input` is cleaned (`cleanInput`). A 500 while contacts are saved leaves the client behind without any [423-425]. */
export function createClient(store: Store, company: Company, input: Input, now: number): Created {
  validateClient(input, company);
  const texts = readTexts(input);
  texts.country_id ||= company.countryId;
  const echo: Record<string, unknown> = {};
  for (const column of CLIENT_TEXTS) {
    if (isEchoed(column) && input[column] !== undefined)
      echo[column] = typeof input[column] === 'string' || column === 'name' ? texts[column] : input[column];
  }
  if (texts.number === undefined || texts.number === '') texts.number = takeNumber(company);
  for (const column of CLIENT_TEXTS) {
    const text = texts[column];
    if (text !== undefined) texts[column] = cutText(column, text);
  }
  if (company.numbers.find(texts.number).length > 0) throw breakDown();

  const client = store.addClient(company, texts, now);
  store.setSettings(client, readNewSettings(input, company));
  client.isTaxExempt = toFlag(input['is_tax_exempt']);
  client.hasValidVatNumber = toFlag(input['has_valid_vat_number']);
  for (const flag of ['is_tax_exempt', 'has_valid_vat_number']) {
    if (flag in input) echo[flag] = input[flag];
  }
  for (const [field, property] of REFERENCES) {
    if (input[field] === undefined || input[field] === null) continue;
    client[property] = readReference(store, input[field]);
    echo[field] = client[property] === ID_OF_ZERO ? '' : client[property];
  }
  if ('contacts' in input) saveContacts(store, client, input['contacts'], now);
  else addAutomaticContact(store, client, now);
  return { client, echo };
}

export const REFERENCES = [
  ['assigned_user_id', 'assignedUserId'],
  ['group_settings_id', 'groupSettingsId'],
] as const;

/** A reference that is no id is stored as 0, which reads back as an id [433, 443-446]. */
export function readReference(store: Store, value: unknown): string {
  const id = toText(value);
  return store.isReference(id) ? id : ID_OF_ZERO;
}

/** Ids, numbers and the like are answered as stored texts, everything else as it was sent [346]. */
function isEchoed(column: ClientText): boolean {
  return !column.endsWith('_id') && column !== 'number' && column !== 'classification';
}

/**
 * The text columns that a request names, uncut: without tags in the name, with codes of countries turned into ids. Throws 'broken' for lists,
 * objects and unknown industries or sizes [060, 061, 066, 350].
 */
export function readTexts(input: Input): Partial<Record<ClientText, string>> {
  const texts: Partial<Record<ClientText, string>> = {};
  for (const column of CLIENT_TEXTS) {
    if (input[column] !== undefined) texts[column] = toText(input[column]);
  }
  if (texts.name !== undefined) texts.name = stripTags(texts.name);
  if (texts.public_notes !== undefined) texts.public_notes = disarmNotes(texts.public_notes);
  if (texts.private_notes !== undefined) texts.private_notes = disarmNotes(texts.private_notes);
  if (isObject(input['country_code']) || isObject(input['shipping_country_code'])) throw breakDown();
  if (typeof input['country_code'] === 'string') texts.country_id = COUNTRY_BY_CODE.get(input['country_code']) ?? '';
  if (typeof input['shipping_country_code'] === 'string') {
    texts.shipping_country_id = COUNTRY_BY_CODE.get(input['shipping_country_code']) ?? '';
  }
  checkReference(texts.industry_id, INDUSTRY_IDS);
  checkReference(texts.size_id, SIZE_IDS);
  return texts;
}

/** The database's foreign keys. */
function checkReference(id: string | undefined, ids: ReadonlySet<string>): void {
  if (id !== undefined && id !== '' && !ids.has(id)) throw breakDown();
}

/** Given settings come first, then the defaults [019, 026, 027, 029]. */
function readNewSettings(input: Input, company: Company): object {
  const settings: Record<string, unknown> = isObject(input['settings']) ? readSettings(input['settings']) : {};
  const given = { ...settings };
  settings['entity'] ??= String.raw`App\Models\Client`;
  settings['industry_id'] ??= '';
  settings['size_id'] ??= '';
  if (typeof input['currency_code'] === 'string')
    settings['currency_id'] = CURRENCY_BY_CODE.get(input['currency_code']) ?? '';
  else settings['currency_id'] = given['currency_id'] ?? company.currencyId;
  const language =
    typeof input['language_code'] === 'string' ? LANGUAGE_BY_LOCALE.get(input['language_code']) : undefined;
  if (language !== undefined) settings['language_id'] = language;
  return settings;
}

/** Settings as they are kept: without blank ones, ids as texts. */
export function readSettings(settings: Input): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(settings)) {
    if (value === null) continue;
    kept[key] = typeof value === 'number' && (key.endsWith('_id') || key === 'payment_terms') ? String(value) : value;
  }
  return kept;
}
