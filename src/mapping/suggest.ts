/**
 * What the columns of an unknown file probably are: by their names, held against a few of their values.
 *
 * Only what is sure (`SURE_SCORE` and above) is used without asking; the rest is shown to a person.
 */

import {
  CLIENT_SYNONYMS,
  CONTACT_SYNONYMS,
  DOCUMENT_SYNONYMS,
  OPEN_NAME_SYNONYMS,
  PERSON_NAME_SYNONYMS,
} from './data/dictionary.js';
import { CLIENT_FIELDS, CONTACT_FIELDS } from './fields.js';
import type { ClientField, ContactField } from './fields.js';
import { foldHeader } from './header.js';
import type { Expression } from './expression.js';
import { normaliserFor } from './normalise/cell.js';
import type { MappingSpec } from './spec.js';

export const SURE_SCORE = 0.9;
/** Files are sent only when a person says so. */
const DOCUMENTS_SCORE = 0.8;

export interface ColumnSuggestion {
  /** Position in the header, from 0. */
  readonly position: number;
  readonly header: string;
  /** How an expression names this column: with `#n` when the header has the name several times. */
  readonly reference: string;
  /** `documents`: files of the client, which are no field of it. Never sure. */
  readonly field: ClientField | 'documents' | null;
  readonly contactField: ContactField | 'full_name' | null;
  /** 0 to 1. */
  readonly score: number;
}

type Meaning =
  | { readonly kind: 'client'; readonly field: ClientField }
  | { readonly kind: 'contact'; readonly field: ContactField }
  | { readonly kind: 'documents' }
  | { readonly kind: 'person' }
  | { readonly kind: 'open' };

const MEANINGS: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ...Object.entries(CLIENT_SYNONYMS).flatMap(([field, names]) =>
    [field, ...names].map((name): [string, Meaning] => [
      foldWords(name),
      { kind: 'client', field: field as ClientField },
    ]),
  ),
  ...Object.entries(CONTACT_SYNONYMS).flatMap(([field, names]) =>
    names.map((name): [string, Meaning] => [foldWords(name), { kind: 'contact', field: field as ContactField }]),
  ),
  ...DOCUMENT_SYNONYMS.map((name): [string, Meaning] => [foldWords(name), { kind: 'documents' }]),
  ...PERSON_NAME_SYNONYMS.map((name): [string, Meaning] => [foldWords(name), { kind: 'person' }]),
  ...OPEN_NAME_SYNONYMS.map((name): [string, Meaning] => [foldWords(name), { kind: 'open' }]),
]);

/** Lower case, no accents, punctuation as blanks: `E-Mail-Adresse` → `e mail adresse`. */
function foldWords(name: string): string {
  return foldHeader(name)
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll('ß', 'ss')
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/**
 * @param columns header texts
 * @param samples the first rows: cells in the order of `columns`
 */
export function suggestColumns(
  columns: readonly string[],
  samples: readonly (readonly string[])[],
): readonly ColumnSuggestion[] {
  const meanings = columns.map((column) => findMeaning(column));
  const hasFirstName = meanings.some(
    (found) => found?.meaning.kind === 'contact' && found.meaning.field === 'first_name',
  );
  const hasLastName = meanings.some(
    (found) => found?.meaning.kind === 'contact' && found.meaning.field === 'last_name',
  );
  const kinds = new Set(meanings.map((found) => (found?.score === 1 ? found.meaning.kind : undefined)));
  const hasCompany = meanings.some((found) => found?.meaning.kind === 'client' && found.meaning.field === 'name');
  const hasContactPhone = meanings.some(
    (found) => found?.meaning.kind === 'contact' && found.meaning.field === 'phone',
  );
  // Beside a company and its person, the one phone is the person's.
  const phoneIsPersons =
    hasCompany && !hasContactPhone && (kinds.has('contact') || kinds.has('person') || kinds.has('open'));
  const taken = new Set<string>();
  const occurrences = new Map<string, number>();
  return columns.map((header, position) => {
    const folded = foldHeader(header);
    const nth = (occurrences.get(folded) ?? 0) + 1;
    occurrences.set(folded, nth);
    const reference = nth === 1 ? header : `${header}#${nth}`;
    const nothing: ColumnSuggestion = { position, header, reference, field: null, contactField: null, score: 0 };
    const found = meanings[position];
    if (found === undefined || found === null) return nothing;
    const meaning: Meaning =
      found.meaning.kind === 'open' && hasFirstName && !hasLastName
        ? { kind: 'contact', field: 'last_name' }
        : phoneIsPersons && found.meaning.kind === 'client' && found.meaning.field === 'phone'
          ? { kind: 'contact', field: 'phone' }
          : found.meaning;
    if (meaning.kind === 'documents' && !nameFiles(samples, position)) return nothing;
    const slot = `${meaning.kind}:${'field' in meaning ? meaning.field : ''}`;
    const values = samples.map((cells) => cells[position] ?? '').filter((cell) => cell.trim() !== '');
    const sure = meaning.kind === 'documents' ? DOCUMENTS_SCORE : found.score;
    const score = sure * fitOfValues(meaning, values) * (taken.has(slot) ? 0.5 : 1);
    if (score >= SURE_SCORE) taken.add(slot);
    return {
      ...nothing,
      field: clientFieldOf(meaning),
      contactField: meaning.kind === 'contact' ? meaning.field : meaning.kind === 'person' ? 'full_name' : null,
      score: Math.round(score * 100) / 100,
    };
  });
}

function clientFieldOf(meaning: Meaning): ColumnSuggestion['field'] {
  if (meaning.kind === 'client') return meaning.field;
  if (meaning.kind === 'open') return 'name';
  return meaning.kind === 'documents' ? 'documents' : null;
}

/** Most cells that are filled begin with something that ends like a file. */
function nameFiles(samples: readonly (readonly string[])[], position: number): boolean {
  const filled = samples.map((cells) => cells[position]?.trim() ?? '').filter((cell) => cell !== '');
  const files = filled.filter((cell) => /^[^;|\r\n]*\w\.[a-z]{2,4}[a-z\d]?\s*(?:[;|\r\n]|$)/i.test(cell));
  return files.length > 0 && files.length * 2 >= filled.length;
}

function findMeaning(column: string): { meaning: Meaning; score: number } | null {
  const words = foldWords(column);
  if (words === '') return null;
  const exact = MEANINGS.get(words);
  if (exact !== undefined) return { meaning: exact, score: 1 };
  let best: { meaning: Meaning; length: number } | null = null;
  for (const [name, meaning] of MEANINGS) {
    // A word among others says little of files: `Document no`.
    if (meaning.kind === 'documents' || name.length < 4 || name.length <= (best?.length ?? 0)) continue;
    if (` ${words} `.includes(` ${name} `)) best = { meaning, length: name.length };
  }
  return best === null ? null : { meaning: best.meaning, score: 0.6 };
}

/** 1 when the values can be what the name says; half when most of them cannot. */
function fitOfValues(meaning: Meaning, values: readonly string[]): number {
  if (!('field' in meaning) || values.length === 0) return 1;
  const rule = meaning.kind === 'client' ? CLIENT_FIELDS[meaning.field] : CONTACT_FIELDS[meaning.field];
  const normalise = normaliserFor(rule);
  const fitting = values.filter((value) => typeof normalise(value) === 'string').length;
  return fitting * 2 >= values.length ? 1 : 0.5;
}

/** A mapping from the sure suggestions, or `null` when no column can be a name, a key or an e-mail address. */
export function mappingFromSuggestions(suggestions: readonly ColumnSuggestion[]): MappingSpec | null {
  const sure = suggestions.filter((suggestion) => suggestion.score >= SURE_SCORE);
  const client: Partial<Record<ClientField, Expression>> = {};
  const contact: Partial<Record<ContactField, Expression>> = {};
  let company: string | null = null;
  let openName: string | null = null;
  let fullName: string | null = null;
  for (const { field, contactField, reference, header } of sure) {
    if (contactField === 'full_name') fullName = reference;
    else if (contactField !== null) contact[contactField] = reference;
    else if (field === 'name' && OPEN_NAME_SYNONYMS.includes(foldWords(header))) openName = reference;
    else if (field === 'name') company = reference;
    else if (field !== null && field !== 'documents') client[field] = reference;
  }
  const person = fullName ?? (company === null ? null : openName);
  if (person !== null && contact.first_name === undefined && contact.last_name === undefined) {
    contact.first_name = { split: person, by: ' ', part: 1 };
    contact.last_name = { split: person, by: ' ', part: 2, rest: true };
  }
  const { first_name, last_name } = contact;
  const personName: Expression[] =
    person !== null
      ? [person]
      : first_name !== undefined || last_name !== undefined
        ? [{ join: [first_name, last_name].filter((part) => part !== undefined) }]
        : [];
  const names = [company, openName, ...personName].filter((name): name is Expression => name !== null);
  if (names.length > 0)
    client.name = { 'first-of': [...new Set(names), ...(contact.email === undefined ? [] : [contact.email])] };
  const hasPerson = Object.keys(contact).length > 0;
  const hasKey = client.id_number !== undefined || client.number !== undefined || contact.email !== undefined;
  if (client.name === undefined && !hasKey) return null;
  return {
    client,
    contacts: hasPerson ? [contact] : [],
    ...(company !== null && hasPerson && client.id_number === undefined ? { group: company } : {}),
  };
}
