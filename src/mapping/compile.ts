/**
 * A mapping compiled for one header: from a row to its fragment, its rejects and its warnings. Pure, and the hot path:
 * everything that can be decided once for a file is decided here, so that a row costs a few microseconds.
 */

import { unguardCell } from '../csv-cell.js';
import { foldKey } from '../plan/fold.js';
import { ColumnWatch } from './column-watch.js';
import type { WatchedColumn } from './column-watch.js';
import type { ColumnFindings } from './column-watch.js';
import { mapContacts } from './contacts.js';
import type { CompiledContact } from './contacts.js';
import { SAMPLE_EMAILS, SAMPLE_NAMES } from './data/sample-records.js';
import { readDocuments } from './documents.js';
import { compileExpression, namedColumns } from './evaluate.js';
import type { Evaluator } from './evaluate.js';
import type { Expression } from './expression.js';
import { CLIENT_FIELDS, CLIENT_FIELD_NAMES, CONTACT_FIELDS, CONTACT_FIELD_NAMES } from './fields.js';
import type { ClientField, ContactField } from './fields.js';
import type { Fragment, MappedRow } from './fragment.js';
import type { Header } from './header.js';
import { compileLifecycle } from './lifecycle.js';
import { checkLinks, compileSeveral, foldLink, warnOfSeveral } from './links.js';
import { cleanText, normaliserFor, stripApostrophe } from './normalise/cell.js';
import { settlePostalCode } from './normalise/postal.js';
import { addReject, addWarning, readField, settleProblem } from './read-field.js';
import type { CompiledField, RowRemarks } from './read-field.js';
import type { RowRef } from './record.js';
import { compileSkips } from './skips.js';
import { compileUnclear } from './unclear.js';
import type { ClientColumns, ContactColumns, MappingSpec } from './spec.js';

export interface BlankRule {
  readonly default: 'keep' | 'clear';
  readonly fields: Readonly<Partial<Record<ClientField, 'keep' | 'clear'>>>;
  readonly clearToken: string;
}

export interface MappingInput {
  readonly spec: MappingSpec;
  readonly role: 'clients' | 'contacts';
  /** Role `clients`: the names by which contacts in another file may point here. */
  readonly keys: readonly Expression[];
  /** Role `contacts`: what points to the client, in the same order. */
  readonly links: readonly Expression[];
  /** Role `contacts`: the client's columns when nothing points to a company. */
  readonly person: ClientColumns;
  readonly header: Header;
  /** Index of the file in the run. */
  readonly file: number;
  readonly blank: BlankRule;
  /** Fields that are not taken although they are mapped. */
  readonly ignore: readonly ClientField[];
}

export interface CompiledMapping {
  map(line: number, cells: readonly string[]): MappedRow;
  /** Role `clients`: the names by which contacts may point to the row's company, also when the row is left out. */
  namesOf(cells: readonly string[]): readonly string[];
  /** Role `contacts`: what points to the company, as it is written. */
  linksAsWritten(cells: readonly string[]): readonly string[];
  /** A blank cell empties a field. */
  readonly clearsBlanks: boolean;
  /** What the rows that were mapped so far show together. */
  findings(): ColumnFindings;
}

const NOTHING: readonly never[] = [];

export function compileMapping(input: MappingInput): CompiledMapping {
  const { spec, header, file, role } = input;
  const clear = input.blank.clearToken;
  const clientFields = compileClient(spec.client, input);
  const personFields = role === 'contacts' ? compileClient(input.person, input) : clientFields;
  const contacts = compileContacts(spec.contacts, input);
  const group = spec.group === undefined ? undefined : compileExpression(spec.group, header);
  const parent = spec.parent === undefined ? undefined : compileExpression(spec.parent.name, header);
  const childFields = compileClient(spec.parent?.client ?? {}, input);
  const childContacts = compileContacts(spec.parent?.contacts ?? [], input);
  // A missing name stays in its place: the n-th link meets the n-th key.
  const names = input.keys.map((expression) => compileExpression(expression, header));
  const links = input.links.map((expression) => compileExpression(expression, header));
  const several = compileSeveral(input.links, header);
  const lifecycle = compileLifecycle(spec, header);
  const skip = compileSkips(spec, header);
  const warnIfUnclear = compileUnclear(spec, header);
  const documents = spec.documents === undefined ? undefined : compileExpression(spec.documents, header);
  const strip = guardStripper(spec);
  const keyColumn = [...clientFields, ...personFields].find(({ field }) => field === 'id_number')?.evaluator.column;
  const watch = new ColumnWatch(keyColumn ?? null, phoneColumns(input));

  const namesOf = (cells: readonly string[]): readonly string[] =>
    names.length === 0 ? NOTHING : names.map((name) => foldLink(name, cells));
  const linksAsWritten = (cells: readonly string[]): readonly string[] =>
    links.map((link) => (link === undefined ? '' : cleanText(link.read(cells)))).filter((text) => text !== '');

  const map = (line: number, rawCells: readonly string[]): MappedRow => {
    const row: RowRef = { file, line };
    const skipped = skip(row, rawCells);
    if (skipped !== null) return { fragment: null, rejects: NOTHING, warnings: NOTHING, skip: skipped };

    const cells = strip === null ? rawCells : rawCells.map(strip);
    const remarks: RowRemarks = { row, rejects: null, warnings: null };
    const linkTexts = role === 'contacts' ? links.map((link) => foldLink(link, cells)) : null;
    const isPerson = linkTexts !== null && linkTexts.every((text) => text === '');
    if (linkTexts !== null) {
      checkLinks(links, linkTexts, cells, remarks);
      warnOfSeveral(several, cells, remarks);
    }
    const parentName = foldLink(parent, cells);
    const fields = parentName !== '' ? childFields : isPerson ? personFields : clientFields;
    const client = mapClient(fields, cells, clear, remarks);
    const contactList = mapContacts(parentName === '' ? contacts : childContacts, cells, clear, remarks);
    const references = readDocuments(documents, cells, clear, remarks);
    const state = lifecycle(remarks, cells);
    warnIfUnclear(remarks, cells);
    watch.note(row, client.id_number, cells);
    if (isSample(client, contactList)) {
      const hint = 'The product puts this record into every new account: leave it out if nobody needs it.';
      addWarning(remarks, null, 'sample-record', client.name ?? '', hint);
    }
    const named = hasName(fields, client, contactList);
    if (!named && remarks.rejects === null && linkTexts?.some((text) => text !== '') !== true) {
      addReject(
        remarks,
        null,
        'no-identity',
        '',
        'The row has no name and no e-mail address: fill one of them in, or delete the row.',
      );
    }
    const key =
      parentName === ''
        ? fragmentKey(group, cells, client, contactList, isPerson ? null : linkTexts)
        : `g:${parentName}`;
    const said: Fragment = {
      row,
      key,
      names: namesOf(cells),
      // What its company says of the client comes first; where no row is the company, this one says it.
      links: parentName !== '' ? [parentName] : isPerson ? null : linkTexts,
      client,
      contacts: contactList,
      lifecycle: state,
      rejected: remarks.rejects !== null,
    };
    const fragment = references.length === 0 ? said : { ...said, documents: references };
    return { fragment, rejects: remarks.rejects ?? NOTHING, warnings: remarks.warnings ?? NOTHING, skip: null };
  };

  const clearsBlanks = input.blank.default === 'clear' || Object.values(input.blank.fields).includes('clear');
  return { map, namesOf, linksAsWritten, clearsBlanks, findings: () => watch.findings() };
}

/** Every column that a phone number may come from. */
function phoneColumns({ spec, person, header }: MappingInput): readonly WatchedColumn[] {
  const { client, contacts, parent } = spec;
  const all = [client, person, ...contacts, parent?.client, ...(parent?.contacts ?? [])];
  const names = all.flatMap((columns) => (columns?.phone === undefined ? [] : namedColumns(columns.phone)));
  const positions = new Set(names.flatMap((name) => header.find(name) ?? []));
  return [...positions].map((position) => ({ name: header.columns[position] ?? null, position }));
}

/** What takes the product's own guard off a cell; `null` where it writes none. */
export function guardStripper({ apostropheGuard = false }: MappingSpec): ((raw: string) => string) | null {
  if (apostropheGuard === false) return null;
  return apostropheGuard === 'formulas' ? unguardCell : stripApostrophe;
}

export function compileClient(columns: ClientColumns, input: MappingInput): readonly CompiledField<ClientField>[] {
  const fields: CompiledField<ClientField>[] = [];
  for (const field of CLIENT_FIELD_NAMES) {
    const expression = columns[field];
    const evaluator =
      expression === undefined || input.ignore.includes(field)
        ? undefined
        : compileExpression(expression, input.header);
    if (evaluator === undefined) continue;
    const rule = CLIENT_FIELDS[field];
    const wanted = input.blank.fields[field] ?? input.blank.default;
    fields.push({
      field,
      evaluator,
      normalise: normaliserFor(rule, { stripTags: field === 'name' }),
      onBlank: rule.clearable ? wanted : 'keep',
      clearable: rule.clearable,
    });
  }
  return fields;
}

export function compileContacts(all: readonly ContactColumns[], input: MappingInput): readonly CompiledContact[] {
  return all.map((columns) => compileContact(columns, input)).filter((contact) => contact.length > 0);
}

function compileContact(columns: ContactColumns, input: MappingInput): CompiledContact {
  const fields: CompiledField<ContactField>[] = [];
  for (const field of CONTACT_FIELD_NAMES) {
    const expression = columns[field];
    const evaluator = expression === undefined ? undefined : compileExpression(expression, input.header);
    if (evaluator === undefined) continue;
    const rule = CONTACT_FIELDS[field];
    const clearable = rule.clearable && field !== 'email';
    fields.push({
      field,
      evaluator,
      normalise: normaliserFor(rule),
      onBlank: clearable ? input.blank.default : 'keep',
      clearable,
    });
  }
  return fields;
}

export function mapClient(
  fields: readonly CompiledField<ClientField>[],
  cells: readonly string[],
  clearToken: string,
  remarks: RowRemarks,
): Partial<Record<ClientField, string>> {
  const client: Partial<Record<ClientField, string>> = {};
  for (const field of fields) {
    const value = readField(field, cells, clearToken, remarks);
    if (value !== undefined) client[field.field] = value;
  }
  if (client.postal_code) settlePostal(client, 'postal_code', 'country_code', fields, remarks);
  if (client.shipping_postal_code)
    settlePostal(client, 'shipping_postal_code', 'shipping_country_code', fields, remarks);
  return client;
}

/** Only with its country can a postal code be told from half of one. */
function settlePostal(
  client: Partial<Record<ClientField, string>>,
  codeField: 'postal_code' | 'shipping_postal_code',
  countryField: 'country_code' | 'shipping_country_code',
  fields: readonly CompiledField<ClientField>[],
  remarks: RowRemarks,
): void {
  const code = client[codeField] ?? '';
  const country = client[countryField] ?? '';
  if (country === '') return;
  const settled = settlePostalCode(code, country);
  if (typeof settled === 'string') {
    client[codeField] = settled;
    return;
  }
  const column = fields.find(({ field }) => field === codeField)?.evaluator.column ?? null;
  client[codeField] = settleProblem(remarks, settled, column, code) ?? code;
}

function isSample(
  client: Partial<Record<ClientField, string>>,
  contacts: readonly Readonly<Partial<Record<ContactField, string>>>[],
): boolean {
  if (client.name && SAMPLE_NAMES.has(client.name)) return true;
  for (const { email } of contacts) if (email?.endsWith('@hubspot.com') && SAMPLE_EMAILS.has(email)) return true;
  return false;
}

function fragmentKey(
  group: Evaluator | undefined,
  cells: readonly string[],
  client: Partial<Record<ClientField, string>>,
  contacts: readonly Readonly<Partial<Record<ContactField, string>>>[],
  links: readonly string[] | null,
): string {
  if (links !== null) {
    const nth = links.findIndex((text) => text !== '');
    if (nth >= 0) return `l${nth}:${links[nth]}`;
  }
  const grouped = foldLink(group, cells);
  if (grouped !== '') return `g:${grouped}`;
  const id = client.id_number ?? '';
  if (id !== '') return `i:${foldKey(id)}`;
  // Without an id only rows that say exactly the same are one client.
  return `c:${JSON.stringify([client, contacts])}`;
}

function hasName(
  fields: readonly CompiledField<ClientField>[],
  client: Partial<Record<ClientField, string>>,
  contacts: readonly Readonly<Partial<Record<ContactField, string>>>[],
): boolean {
  if ((client.name ?? '') !== '') return true;
  if (contacts.some((contact) => Boolean(contact.email) || Boolean(contact.first_name) || Boolean(contact.last_name)))
    return true;
  // A file without names can still update clients that it names by key.
  return (
    !fields.some((field) => field.field === 'name') && ((client.id_number ?? '') !== '' || (client.number ?? '') !== '')
  );
}
