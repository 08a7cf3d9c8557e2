/** Which field values of a kind can be, and which fields they cannot be. */

import type { Meaning } from './column-kinds.js';
import type { ClientField, ContactField } from './fields.js';
import type { Evidence, ValueKind } from './value-evidence.js';

/** What a column of such values may be when its name says nothing. Always below what is sure. */
const GUESSES: Readonly<Record<ValueKind, { readonly meaning: Meaning; readonly score: number } | null>> = {
  email: { meaning: { kind: 'contact', field: 'email' }, score: 0.6 },
  phone: { meaning: { kind: 'client', field: 'phone' }, score: 0.6 },
  vat: { meaning: { kind: 'client', field: 'vat_number' }, score: 0.6 },
  country: { meaning: { kind: 'client', field: 'country_code' }, score: 0.6 },
  currency: { meaning: { kind: 'client', field: 'settings.currency_code' }, score: 0.5 },
  url: { meaning: { kind: 'client', field: 'website' }, score: 0.5 },
  company: { meaning: { kind: 'client', field: 'name' }, score: 0.5 },
  id: { meaning: { kind: 'client', field: 'id_number' }, score: 0.4 },
  uuid: { meaning: { kind: 'client', field: 'id_number' }, score: 0.4 },
  postal: { meaning: { kind: 'client', field: 'postal_code' }, score: 0.4 },
  person: { meaning: { kind: 'person' }, score: 0.4 },
  date: null,
  boolean: null,
  amount: null,
};

export function meaningOf(kind: ValueKind): (typeof GUESSES)[ValueKind] {
  return GUESSES[kind];
}

type Named = ClientField | ContactField | 'person' | 'open';

/** Kinds that a field is made for. */
const EXPECTED: Readonly<Partial<Record<Named, readonly ValueKind[]>>> = {
  'email': ['email'],
  'phone': ['phone'],
  'website': ['url'],
  'vat_number': ['vat'],
  'postal_code': ['postal'],
  'shipping_postal_code': ['postal'],
  'country_code': ['country'],
  'shipping_country_code': ['country'],
  'settings.currency_code': ['currency'],
  'is_tax_exempt': ['boolean'],
  'is_primary': ['boolean'],
  'send_email': ['boolean'],
  'id_number': ['id', 'uuid'],
  'number': ['id', 'uuid'],
  'name': ['company', 'person'],
  'open': ['company', 'person'],
  'person': ['person'],
};

/** Kinds that nothing else looks like, so a column of them is nothing else. */
const UNMISTAKABLE: readonly ValueKind[] = ['email', 'vat', 'url', 'date', 'boolean', 'amount', 'uuid'];
const WORDS: readonly ValueKind[] = [...UNMISTAKABLE, 'phone'];

/** Kinds that a field cannot be, beside what its own rules refuse. Notes and custom fields may hold anything. */
const IMPOSSIBLE: Readonly<Partial<Record<Named, readonly ValueKind[]>>> = {
  name: WORDS,
  open: WORDS,
  person: [...WORDS, 'company'],
  first_name: [...WORDS, 'company', 'id'],
  last_name: [...WORDS, 'company', 'id'],
  city: WORDS,
  state: WORDS,
  address1: WORDS,
  shipping_address1: WORDS,
  shipping_city: WORDS,
  postal_code: [...UNMISTAKABLE, 'company', 'person', 'country'],
  shipping_postal_code: [...UNMISTAKABLE, 'company', 'person', 'country'],
  phone: [...UNMISTAKABLE, 'company', 'person', 'country', 'currency'],
  website: ['uuid', 'email', 'vat', 'date', 'boolean', 'amount', 'phone', 'company', 'person', 'country', 'currency'],
  vat_number: ['uuid', 'email', 'url', 'date', 'boolean', 'amount', 'company', 'person', 'country'],
  // A key may be a word, a code or a name: only what changes from export to export is none.
  id_number: ['url', 'date', 'amount'],
  number: ['url', 'date', 'amount'],
};

const nameOf = (meaning: Meaning): Named | null =>
  'field' in meaning ? meaning.field : meaning.kind === 'documents' ? null : meaning.kind;

export function agrees(meaning: Meaning, { kind }: Evidence): boolean {
  const name = nameOf(meaning);
  return name !== null && kind !== null && EXPECTED[name]?.includes(kind) === true;
}

export function contradicts(meaning: Meaning, { kind }: Evidence): boolean {
  const name = nameOf(meaning);
  return name !== null && kind !== null && IMPOSSIBLE[name]?.includes(kind) === true;
}
