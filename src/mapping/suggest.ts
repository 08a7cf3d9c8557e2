/**
 * What the columns of an unknown file probably are: by their names, held against a few of their values.
 *
 * Only what is sure (`SURE_SCORE` and above) is used without asking; the rest is shown to a person. Terms: the *name*
 * says what a column is meant to be, the *values* say what they look like. A known name is sure unless the values
 * contradict it; a name that is only like a known one needs a person; values alone never reach `SURE_SCORE`.
 */

import { foldName, readName } from './column-kinds.js';
import type { Meaning, NameSays } from './column-kinds.js';
import { OPEN_NAME_SYNONYMS } from './data/dictionary.js';
import { CLIENT_FIELDS, CONTACT_FIELDS } from './fields.js';
import type { ClientField, ContactField } from './fields.js';
import { foldHeader } from './header.js';
import type { Expression } from './expression.js';
import { normaliserFor } from './normalise/cell.js';
import { normaliseEmail, splitEmails } from './normalise/email.js';
import type { MappingSpec } from './spec.js';
import { agrees, contradicts, meaningOf } from './value-evidence-meanings.js';
import { KIND_NAMES, weighValues } from './value-evidence.js';
import type { Evidence, ValueKind } from './value-evidence.js';

export const SURE_SCORE = 0.9;
/** Files are sent only when a person says so. */
const DOCUMENTS_SCORE = 0.8;

/** How far a name goes, without and with values that look like it. */
const NAME_SCORES: Readonly<Record<NameSays['by'], readonly [alone: number, agreed: number]>> = {
  known: [1, 1],
  part: [0.6, 0.8],
  near: [0.5, 0.75],
};
/** For values that cannot be what the name says, and for a field that an earlier column fills. */
const DOUBT = 0.5;

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
  /** For people, half a sentence: what speaks for it and against it. No value of the file is in it. Blank: nothing does. */
  readonly why: string;
  /** The name says nothing: the field is guessed from the values. */
  readonly isGuess: boolean;
  /** What most values look like, whatever the name says. */
  readonly looksLike: ValueKind | null;
}

interface Weighed {
  readonly name: NameSays | null;
  readonly evidence: Evidence;
  readonly values: readonly string[];
}

/**
 * @param columns header texts
 * @param samples the first rows: cells in the order of `columns`
 */
export function suggestColumns(
  columns: readonly string[],
  samples: readonly (readonly string[])[],
): readonly ColumnSuggestion[] {
  const weighed = columns.map((column, position): Weighed => {
    const values = samples.map((cells) => cells[position] ?? '').filter((cell) => cell.trim() !== '');
    return { name: readName(column), evidence: weighValues(values), values };
  });
  const refine = refiner(weighed);
  const references = nameReferences(columns);
  const byName = weighed.map((column) => judgeName(column, refine));
  const taken = new Set<string>();
  const settled = byName.map((verdict) => {
    if (verdict === null) return null;
    const slot = slotOf(verdict.meaning);
    if (taken.has(slot)) return { ...verdict, score: verdict.score * DOUBT, why: `${verdict.why}; ${TAKEN}` };
    if (verdict.score >= SURE_SCORE) taken.add(slot);
    return verdict;
  });
  return columns.map((header, position) => {
    const named = settled[position] ?? null;
    const { evidence = NO_EVIDENCE } = weighed[position] ?? {};
    const { meaning, score, why } = named ?? judgeValues(evidence, refine, taken);
    return {
      position,
      header,
      reference: references[position] ?? header,
      field: meaning === null ? null : clientFieldOf(meaning),
      contactField: meaning === null ? null : contactFieldOf(meaning),
      score: Math.round(score * 100) / 100,
      why,
      isGuess: named === null && meaning !== null,
      looksLike: evidence.kind,
    };
  });
}

/** A house number beside a street; a number of the client where there is none. */
const BARE_NUMBERS: ReadonlySet<string> = new Set(['nr', 'no', 'number', 'nummer', 'numero', 'num']);
const BARE_NUMBER_SCORE = 0.6;

const NO_EVIDENCE: Evidence = { kind: null, count: 0, filled: 0 };
const TAKEN = 'another column before it fills that field';

interface Verdict {
  readonly meaning: Meaning;
  readonly score: number;
  readonly why: string;
}

function judgeName({ name, evidence, values }: Weighed, refine: Refine): Verdict | null {
  if (name === null) return null;
  const meaning = refine(name.meaning, name.word);
  if (isBareNumber(name) && slotOf(meaning) === 'client:id_number') {
    const why = 'its name is that of a house number, but there is no street; it may be the number of the client';
    return { meaning, score: BARE_NUMBER_SCORE, why };
  }
  if (meaning.kind === 'documents') {
    if (!nameFiles(values)) return null;
    return { meaning, score: DOCUMENTS_SCORE, why: `its name is known, and its values name files` };
  }
  const says = {
    known: 'its name is known',
    part: `its name has "${name.word}" in it`,
    near: `its name is nearly "${name.word}"`,
  };
  const isOther = contradicts(meaning, evidence);
  const unfit = countUnfit(meaning, values);
  const isUnfit = unfit * 2 > values.length;
  // A name that is only like a known one says less than the values.
  if ((isOther || isUnfit) && name.by !== 'known') return null;
  const [alone, agreed] = NAME_SCORES[name.by];
  const likeness = evidence.kind === null ? null : describe(evidence);
  if (isOther) return { meaning, score: alone * DOUBT, why: `${says[name.by]}, but ${likeness}` };
  if (isUnfit)
    return {
      meaning,
      score: alone * DOUBT,
      why: `${says[name.by]}, but ${unfit} of ${values.length} values cannot be that`,
    };
  if (agrees(meaning, evidence)) return { meaning, score: agreed, why: `${says[name.by]}, and ${likeness}` };
  return { meaning, score: alone, why: says[name.by] };
}

/** Where the name says nothing. A field that is filled already needs no guess. */
function judgeValues(
  evidence: Evidence,
  refine: Refine,
  taken: ReadonlySet<string>,
): { readonly meaning: Meaning | null; readonly score: number; readonly why: string } {
  if (evidence.kind === null) return { meaning: null, score: 0, why: '' };
  const why = `its name says nothing, but ${describe(evidence)}`;
  const guess = meaningOf(evidence.kind);
  const meaning = guess === null ? null : refine(guess.meaning);
  if (guess === null || meaning === null || taken.has(slotOf(meaning))) return { meaning: null, score: 0, why };
  return { meaning, score: guess.score * (evidence.kind === 'company' ? 1 : evidence.count / evidence.filled), why };
}

function describe({ kind, count, filled }: Evidence): string {
  return kind === null ? '' : `${count} of ${filled} values look like ${KIND_NAMES[kind]}`;
}

/** `Nr`, which is called so as the second line of an address. */
function isBareNumber({ meaning, word }: NameSays): boolean {
  return slotOf(meaning) === 'client:address2' && BARE_NUMBERS.has(word);
}

type Refine = (meaning: Meaning, word?: string) => Meaning;

/** What a name means beside the other columns. */
function refiner(weighed: readonly Weighed[]): Refine {
  const meanings = weighed.flatMap(({ name }) => (name === null ? [] : [name.meaning]));
  const hasContact = (field: ContactField): boolean =>
    meanings.some((meaning) => meaning.kind === 'contact' && meaning.field === field);
  const knowsContact = (field: ContactField): boolean =>
    weighed.some(({ name }) => name?.by === 'known' && name.meaning.kind === 'contact' && name.meaning.field === field);
  const nomIsSurname = knowsContact('first_name') && !hasContact('last_name');
  const nomeIsFirstName = !hasContact('first_name') && isBesideSurname(weighed);
  const hasStreet = meanings.some((meaning) => slotOf(meaning) === 'client:address1');
  const kinds = new Set(weighed.flatMap(({ name }) => (name?.by === 'known' ? [name.meaning.kind] : [])));
  const hasCompany = meanings.some((meaning) => meaning.kind === 'client' && meaning.field === 'name');
  // Beside a company and its person, the one phone is the person's.
  const phoneIsPersons =
    hasCompany && !hasContact('phone') && (kinds.has('contact') || kinds.has('person') || kinds.has('open'));
  return (meaning, word = '') => {
    // `Nom`, but not `Display name`.
    if (meaning.kind === 'open' && nomIsSurname && !word.includes(' ')) return { kind: 'contact', field: 'last_name' };
    if (meaning.kind === 'open' && nomeIsFirstName && !word.includes(' '))
      return { kind: 'contact', field: 'first_name' };
    if (slotOf(meaning) === 'client:address2' && !hasStreet && BARE_NUMBERS.has(word))
      return { kind: 'client', field: 'id_number' };
    if (meaning.kind === 'client' && meaning.field === 'phone' && phoneIsPersons)
      return { kind: 'contact', field: 'phone' };
    return meaning;
  };
}

/**
 * `Nome` beside `Cognome`, `Name` beside `Surname`: a first name, unless its values are companies or whole names. Not
 * beside `Contact last name`, where a name may be the client's.
 */
function isBesideSurname(weighed: readonly Weighed[]): boolean {
  const named = (isOne: (name: NameSays) => boolean): readonly Weighed[] =>
    weighed.filter(({ name }) => name?.by === 'known' && isOne(name));
  const surnames = named(({ meaning }) => meaning.kind === 'contact' && meaning.field === 'last_name');
  const names = named(({ meaning, word }) => meaning.kind === 'open' && !word.includes(' '));
  const [open] = names;
  if (open === undefined || names.length > 1 || open.evidence.kind === 'company' || open.evidence.kind === 'person')
    return false;
  return surnames.some(({ name }) => name !== null && SURNAMES.has(name.word));
}
/** Where a first name is called so, too: nobody calls it `Name` in German, Dutch or Danish. */
const SURNAMES: ReadonlySet<string> = new Set(['surname', 'cognome', 'apellido', 'apellidos', 'sobrenome']);

function nameReferences(columns: readonly string[]): readonly string[] {
  const occurrences = new Map<string, number>();
  return columns.map((header) => {
    const folded = foldHeader(header);
    const nth = (occurrences.get(folded) ?? 0) + 1;
    occurrences.set(folded, nth);
    return nth === 1 ? header : `${header}#${nth}`;
  });
}

const slotOf = (meaning: Meaning): string => `${meaning.kind}:${'field' in meaning ? meaning.field : ''}`;

function clientFieldOf(meaning: Meaning): ColumnSuggestion['field'] {
  if (meaning.kind === 'client') return meaning.field;
  if (meaning.kind === 'open') return 'name';
  return meaning.kind === 'documents' ? 'documents' : null;
}

function contactFieldOf(meaning: Meaning): ColumnSuggestion['contactField'] {
  if (meaning.kind === 'contact') return meaning.field;
  return meaning.kind === 'person' ? 'full_name' : null;
}

/** Most cells begin with something that ends like a file. */
function nameFiles(values: readonly string[]): boolean {
  const files = values.filter((cell) => /^[^;|\r\n]*\w\.[a-z]{2,4}[a-z\d]?\s*(?:[;|\r\n]|$)/i.test(cell.trim()));
  return files.length > 0 && files.length * 2 >= values.length;
}

/** Values that the field would refuse. */
function countUnfit(meaning: Meaning, values: readonly string[]): number {
  if (!('field' in meaning)) return 0;
  // A cell may hold several addresses.
  if (meaning.kind === 'contact' && meaning.field === 'email')
    return values.filter((value) => !splitEmails(value).every((one) => typeof normaliseEmail(one) === 'string')).length;
  const rule = meaning.kind === 'client' ? CLIENT_FIELDS[meaning.field] : CONTACT_FIELDS[meaning.field];
  const normalise = normaliserFor(rule);
  return values.filter((value) => typeof normalise(value) !== 'string').length;
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
    else if (field === 'name' && OPEN_NAME_SYNONYMS.includes(foldName(header))) openName = reference;
    else if (field === 'name') company = reference;
    else if (field !== null && field !== 'documents') client[field] = reference;
  }
  const person = fullName ?? (company === null ? null : openName);
  if (person !== null && contact.first_name === undefined && contact.last_name === undefined) {
    contact.first_name = { 'first-name': person };
    contact.last_name = { 'last-name': person };
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
