/**
 * What the name of a column says that it is: by the dictionary, and by what known products call their columns in the
 * languages of their users. A text that means two things anywhere means nothing here.
 */

import {
  CLIENT_SYNONYMS,
  CONTACT_SYNONYMS,
  DOCUMENT_SYNONYMS,
  OPEN_NAME_SYNONYMS,
  PERSON_NAME_SYNONYMS,
} from './data/dictionary.js';
import type { ClientField, ContactField } from './fields.js';
import { foldHeader } from './header.js';
import { INVOICENINJA_LANGUAGES } from './layouts/data/invoiceninja-languages.js';

export type Meaning =
  | { readonly kind: 'client'; readonly field: ClientField }
  | { readonly kind: 'contact'; readonly field: ContactField }
  | { readonly kind: 'documents' }
  /** The whole name of a person. */
  | { readonly kind: 'person' }
  /** A name, of a company or of a person. */
  | { readonly kind: 'open' };

export interface NameSays {
  readonly meaning: Meaning;
  /** The name is known; it has a known one in it; or it is nearly a known one. */
  readonly by: 'known' | 'part' | 'near';
  /** The known name, folded. */
  readonly word: string;
}

/** Shorter words stand in too many others, and have too many neighbours. */
const PART_LENGTH_MIN = 4;
const NEAR_LENGTH_MIN = 4;

const DICTIONARY: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ...Object.entries(CLIENT_SYNONYMS).flatMap(([field, names]) =>
    [field, ...names].map((name): [string, Meaning] => [
      foldName(name),
      { kind: 'client', field: field as ClientField },
    ]),
  ),
  ...Object.entries(CONTACT_SYNONYMS).flatMap(([field, names]) =>
    names.map((name): [string, Meaning] => [foldName(name), { kind: 'contact', field: field as ContactField }]),
  ),
  ...DOCUMENT_SYNONYMS.map((name): [string, Meaning] => [foldName(name), { kind: 'documents' }]),
  ...PERSON_NAME_SYNONYMS.map((name): [string, Meaning] => [foldName(name), { kind: 'person' }]),
  ...OPEN_NAME_SYNONYMS.map((name): [string, Meaning] => [foldName(name), { kind: 'open' }]),
]);

/** Columns of Invoice Ninja's own export that every address list has: their names in its languages are common words. */
const COMMON_COLUMNS: Readonly<Record<string, Meaning>> = {
  'Street': { kind: 'client', field: 'address1' },
  'Apt/Suite': { kind: 'client', field: 'address2' },
  'City': { kind: 'client', field: 'city' },
  'State/Province': { kind: 'client', field: 'state' },
  'Postal Code': { kind: 'client', field: 'postal_code' },
  'Country': { kind: 'client', field: 'country_code' },
  'Shipping Street': { kind: 'client', field: 'shipping_address1' },
  'Shipping City': { kind: 'client', field: 'shipping_city' },
  'Shipping Postal Code': { kind: 'client', field: 'shipping_postal_code' },
  'Shipping Country': { kind: 'client', field: 'shipping_country_code' },
  'VAT Number': { kind: 'client', field: 'vat_number' },
  'Website': { kind: 'client', field: 'website' },
  'Client Phone': { kind: 'client', field: 'phone' },
  'Private Notes': { kind: 'client', field: 'private_notes' },
  'Public Notes': { kind: 'client', field: 'public_notes' },
  'First Name': { kind: 'contact', field: 'first_name' },
  'Last Name': { kind: 'contact', field: 'last_name' },
  'Email': { kind: 'contact', field: 'email' },
  'Contact Phone': { kind: 'contact', field: 'phone' },
};

const MEANINGS: ReadonlyMap<string, Meaning> = new Map([...learnNames(), ...DICTIONARY]);

/** Names of which all languages that use them mean the same column. */
function learnNames(): ReadonlyMap<string, Meaning> {
  const columnsOf = new Map<string, Set<string>>();
  for (const names of Object.values(INVOICENINJA_LANGUAGES)) {
    for (const [column, called] of Object.entries(names)) {
      for (const name of [called].flat()) {
        const folded = foldName(name.replace(/#\d+$/, ''));
        columnsOf.set(folded, (columnsOf.get(folded) ?? new Set()).add(column));
      }
    }
  }
  const learnt = new Map<string, Meaning>();
  for (const [name, [column = '', ...others]] of columnsOf) {
    const meaning = COMMON_COLUMNS[column];
    if (meaning !== undefined && others.length === 0 && name !== '') learnt.set(name, meaning);
  }
  return learnt;
}

/** Lower case, no accents, punctuation as blanks: `E-Mail-Adresse` → `e mail adresse`. */
export function foldName(name: string): string {
  return foldHeader(name)
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll('ß', 'ss')
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** `null`: the name says nothing. */
export function readName(column: string): NameSays | null {
  const words = foldName(column);
  if (words === '') return null;
  const known = MEANINGS.get(words);
  if (known !== undefined) return { meaning: known, by: 'known', word: words };
  let part: NameSays | null = null;
  for (const [word, meaning] of MEANINGS) {
    // A word among others says little of files: `Document no`.
    if (meaning.kind === 'documents' || word.length < PART_LENGTH_MIN || word.length <= (part?.word.length ?? 0))
      continue;
    if (` ${words} `.includes(` ${word} `)) part = { meaning, by: 'part', word };
  }
  return part ?? readNearly(words);
}

function readNearly(words: string): NameSays | null {
  if (words.length < NEAR_LENGTH_MIN) return null;
  for (const [word, meaning] of MEANINGS)
    if (meaning.kind !== 'documents' && word.length >= NEAR_LENGTH_MIN && isOneSlip(words, word))
      return { meaning, by: 'near', word };
  return null;
}

/** One letter too many, too few or another one, or two neighbours swapped. */
function isOneSlip(one: string, other: string): boolean {
  if (Math.abs(one.length - other.length) > 1) return false;
  let start = 0;
  while (start < one.length && one[start] === other[start]) start += 1;
  let end = 0;
  const shorter = Math.min(one.length, other.length) - start;
  while (end < shorter && one.at(-1 - end) === other.at(-1 - end)) end += 1;
  const [left, right] = [one.slice(start, one.length - end), other.slice(start, other.length - end)];
  if (left.length <= 1 && right.length <= 1) return true;
  return left.length === 2 && left === Array.from(right).toReversed().join('');
}
