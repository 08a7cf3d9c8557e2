/**
 * The formula's clients as the server writes them: pretty-printed, `\u` for every letter beyond ASCII, slashes escaped
 * (FACTS.md "Formats"), about 3.3 kB each. A page is copied from ready texts in which only digits are put in, so that
 * the server costs a fraction of what its reader costs.
 */

import { cellsOf, countryCodeOf, DIGITS, placeOf, variantOf, VARIANTS } from './formula.js';
import type { Place } from './formula.js';

interface Template {
  readonly bytes: Buffer;
  /** Where the client's number goes. */
  readonly places: readonly number[];
}

/** Stands in the texts where the number goes; no other text holds it. */
const MARK = '#'.repeat(DIGITS);
const PLACES: readonly Place[] = ['equal', 'changed', 'apart'];

/** @param countryIds ids of the target by ISO code */
export function buildTemplates(countryIds: ReadonlyMap<string, string>): ReadonlyMap<Place, readonly Template[]> {
  return new Map(
    PLACES.map((place) => [
      place,
      Array.from({ length: VARIANTS }, (_, variant) => buildTemplate(place, variant, countryIds)),
    ]),
  );
}

function buildTemplate(place: Place, variant: number, countryIds: ReadonlyMap<string, string>): Template {
  const client = describeClient(variant, countryIds, place === 'changed');
  const text = JSON.stringify(client, null, 4)
    .replaceAll('\n', '\n        ')
    .replaceAll('/', '\\/')
    .replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const bytes = Buffer.from(text, 'latin1');
  const places: number[] = [];
  for (let at = bytes.indexOf(MARK); at !== -1; at = bytes.indexOf(MARK, at + DIGITS)) places.push(at);
  return { bytes, places };
}

function describeClient(variant: number, countryIds: ReadonlyMap<string, string>, differs: boolean): object {
  const [idNumber, name, vat, website, phone, street, street2, zip, city, state, , first, last, email, mobile, notes] =
    cellsOf(variant, MARK, false);
  const blanks = (...fields: readonly string[]): object => Object.fromEntries(fields.map((field) => [field, '']));
  const contact = {
    id: `Co${MARK}x`,
    first_name: first,
    last_name: last,
    email,
    created_at: 1_790_000_000,
    updated_at: 1_790_000_000,
    archived_at: 0,
    is_primary: true,
    is_locked: false,
    phone: differs ? '+49 30 999' : mobile,
    ...blanks('custom_value1', 'custom_value2', 'custom_value3', 'custom_value4'),
    contact_key: `iKoz5XyQFrb5eZ17Acbon2yYM${MARK}`,
    send_email: true,
    last_login: 0,
    password: '',
    link: `http://127.0.0.1/client/key_login/iKoz5XyQFrb5eZ17Acbon2yYM${MARK}`,
  };
  const second = { ...contact, id: `Cp${MARK}x`, first_name: 'Rechnungen', last_name: '', is_primary: false };
  return {
    id: `Vo${MARK}x`,
    user_id: 'VolejRejNm',
    assigned_user_id: '',
    name,
    website,
    private_notes: notes,
    balance: 0,
    group_settings_id: '',
    paid_to_date: 0,
    payment_balance: 0,
    credit_balance: 0,
    last_login: 0,
    ...blanks('size_id', 'public_notes'),
    client_hash: `IYnZlXxE0nFouFxc7PzsbwsJBIvizvJvK${MARK}`,
    address1: street,
    address2: street2,
    phone,
    city: differs ? 'Altstadt' : city,
    state,
    postal_code: zip,
    country_id: countryIds.get(countryCodeOf(variant)),
    ...blanks('industry_id', 'custom_value1', 'custom_value2', 'custom_value3', 'custom_value4'),
    ...blanks('shipping_address1', 'shipping_address2', 'shipping_city', 'shipping_state', 'shipping_postal_code'),
    shipping_country_id: '',
    settings: { currency_id: '3', entity: 'App\\Models\\Client', industry_id: '', size_id: '' },
    is_deleted: false,
    vat_number: vat,
    id_number: idNumber,
    updated_at: 1_790_000_000,
    archived_at: 0,
    created_at: 1_790_000_000,
    display_name: name,
    number: MARK,
    has_valid_vat_number: false,
    is_tax_exempt: false,
    routing_id: '',
    tax_info: {},
    classification: '',
    e_invoice: {},
    // Every other client has somebody of its own whom the file does not know.
    contacts: variant % 2 === 0 ? [contact] : [contact, { ...second, email: `office.${MARK}@kunde.example` }],
    documents: [],
    gateway_tokens: [],
  };
}

/** One page of the list, as the server's bytes. */
export function renderPage(
  templates: ReadonlyMap<Place, readonly Template[]>,
  total: number,
  page: number,
  perPage: number,
): Buffer {
  const start = Math.min(total, (page - 1) * perPage);
  const end = Math.min(total, start + perPage);
  const used: Template[] = [];
  let length = 0;
  for (let index = start; index < end; index += 1) {
    const template = templates.get(placeOf(index))?.[variantOf(index)];
    if (template === undefined) throw new Error(`There is no template for client ${index}.`);
    used.push(template);
    length += template.bytes.length;
  }
  const head = Buffer.from('{\n    "data": [\n        ');
  const comma = Buffer.from(',\n        ');
  const tail = Buffer.from(
    `\n    ],\n    "meta": {\n        "pagination": ${JSON.stringify({
      total,
      count: used.length,
      per_page: perPage,
      current_page: page,
      total_pages: Math.max(1, Math.ceil(total / perPage)),
      links: {},
    })}\n    }\n}`,
  );
  const bytes = Buffer.allocUnsafe(head.length + length + comma.length * used.length + tail.length);
  let at = head.copy(bytes);
  for (const [nth, template] of used.entries()) {
    if (nth > 0) at += comma.copy(bytes, at);
    template.bytes.copy(bytes, at);
    for (const place of template.places) putDigits(bytes, at + place, start + nth);
    at += template.bytes.length;
  }
  at += tail.copy(bytes, at);
  return bytes.subarray(0, at);
}

function putDigits(bytes: Buffer, at: number, number: number): void {
  let rest = number;
  for (let place = DIGITS - 1; place >= 0; place -= 1) {
    bytes[at + place] = 48 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
}
