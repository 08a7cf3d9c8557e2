/**
 * The rows of one client put together. Pure: the same rows in any order give the same record.
 *
 * Terms: the *company* rows (role `clients`) say what the client is; *contact* rows that point to one add contacts only.
 * Rows of the same role may repeat each other; where they disagree about a field nobody can know which one is right, so
 * they are rejected together unless the job says `conflicts: first`. A rejected row makes no change, but it keeps its
 * client from counting as missing and its list of contacts from counting as complete.
 */

import { foldKey } from '../plan/fold.js';
import { CLIENT_FIELD_NAMES } from './fields.js';
import type { ClientField, ContactField } from './fields.js';
import type { Fragment } from './fragment.js';
import type {
  ClientValues,
  ContactValues,
  DocumentReference,
  Lifecycle,
  Reject,
  SyncRecord,
  Warning,
} from './record.js';

export interface AssembledRecord {
  /** `null` when nothing usable is left. */
  readonly record: SyncRecord | null;
  /** What each rejected row of the group says: whichever clients those are, they are not missing from the file. */
  readonly shadows: readonly Shadow[];
  readonly rejects: readonly Reject[];
  readonly warnings: readonly Warning[];
}

interface Shadow {
  readonly client: ClientValues;
  readonly contacts: readonly ContactValues[];
}

export function assembleRecord(fragments: readonly Fragment[], conflicts: 'reject' | 'first'): AssembledRecord {
  const unspoiled = fragments.filter((fragment) => !fragment.rejected);
  const rejects: Reject[] = rejectDuplicateEmails(unspoiled);
  const refused = new Set(rejects.map((reject) => reject.row));
  const usable = unspoiled.filter((fragment) => !refused.has(fragment.row));
  const refuseAll = (): AssembledRecord => ({ record: null, shadows: fragments, rejects, warnings: [] });
  if (usable.length === 0) return refuseAll();

  const companies = usable.filter((fragment) => fragment.links === null);
  if (companies.length === 0 && fragments.some((fragment) => fragment.links === null)) {
    for (const fragment of usable) {
      rejects.push(
        rejectRow(fragment, 'orphan-contact', '', 'The row of its company was rejected: mend that one first.'),
      );
    }
    return refuseAll();
  }
  const sayers = companies.length > 0 ? companies : usable;
  const { client, disagreement } = mergeClients(sayers);
  const [lifecycle = null, otherLifecycle] = mergeLifecycles(sayers);
  const conflict =
    otherLifecycle !== undefined && lifecycle !== null
      ? { field: 'the state', one: lifecycle, other: otherLifecycle }
      : conflicts === 'reject'
        ? disagreement
        : null;
  if (conflict !== null) {
    const lines = usable.map((fragment) => fragment.row.line).join(', ');
    const hint = `Lines ${lines} are the same client but say "${conflict.one}" and "${conflict.other}" for ${conflict.field}: make them agree, or set \`conflicts: first\` in the job.`;
    for (const fragment of usable)
      rejects.push(rejectRow(fragment, 'conflicting-values', `${conflict.one} / ${conflict.other}`, hint));
    return refuseAll();
  }
  const { contacts, warnings } = mergeContacts(usable);
  const documents = mergeDocuments(usable);
  const complete = usable.length === fragments.length;
  return {
    record: {
      rows: usable.map((fragment) => fragment.row),
      client,
      contacts,
      lifecycle: lifecycle ?? 'active',
      lifecycleStated: lifecycle !== null,
      contactsComplete: complete,
      ...(documents.length === 0 ? undefined : { documents }),
    },
    // Where the first one wins, the others may still name other clients.
    shadows: disagreement !== null ? fragments : fragments.filter((fragment) => !usable.includes(fragment)),
    rejects,
    warnings,
  };
}

interface Disagreement {
  readonly field: ClientField;
  readonly one: string;
  readonly other: string;
}

function mergeClients(fragments: readonly Fragment[]): { client: ClientValues; disagreement: Disagreement | null } {
  const [first] = fragments;
  if (fragments.length === 1 && first !== undefined) return { client: first.client, disagreement: null };
  const client: Partial<Record<ClientField, string>> = {};
  let disagreement: Disagreement | null = null;
  for (const fragment of fragments) {
    for (const [name, value] of Object.entries(fragment.client)) {
      const field = name as ClientField;
      const known = client[field] ?? '';
      if (known === '') client[field] = value;
      else if (value !== '' && value !== known) disagreement ??= { field, one: known, other: value };
    }
  }
  // In the order of one row, whichever row said it first.
  const ordered = CLIENT_FIELD_NAMES.flatMap((field) => (field in client ? [[field, client[field]]] : []));
  return { client: Object.fromEntries(ordered) as ClientValues, disagreement };
}

/** What the rows say about the client's life; a blank says nothing. */
function mergeLifecycles(fragments: readonly Fragment[]): readonly Lifecycle[] {
  return [...new Set(fragments.map((fragment) => fragment.lifecycle).filter((state) => state !== null))];
}

/**
 * The server refuses one address twice in a client (FACTS.md [051]). Rows with one address are the same person when
 * nothing that they say differs; otherwise all of them are rejected, whichever of them comes first.
 */
function rejectDuplicateEmails(fragments: readonly Fragment[]): Reject[] {
  const [only] = fragments;
  if (only === undefined || (fragments.length === 1 && only.contacts.length <= 1)) return [];
  const slots = new Map<string, { united: ContactValues | null; readonly owners: Set<Fragment> }>();
  for (const fragment of fragments) {
    for (const contact of fragment.contacts) {
      const key = contactKey(contact);
      const slot = slots.get(key);
      if (slot === undefined) {
        slots.set(key, { united: contact, owners: new Set([fragment]) });
        continue;
      }
      slot.owners.add(fragment);
      slot.united = slot.united === null ? null : uniteContacts(slot.united, contact);
    }
  }
  const refused = new Map<Fragment, string>();
  for (const [key, { united, owners }] of slots) {
    if (united === null) for (const owner of owners) refused.set(owner, key);
  }
  return fragments
    .filter((fragment) => refused.has(fragment))
    .map((fragment) => {
      const email = fragment.contacts.find((contact) => contactKey(contact) === refused.get(fragment))?.email ?? '';
      const hint =
        'This e-mail address stands twice in one client, with different values beside it: the server accepts it once. Correct or remove one.';
      return rejectRow(fragment, 'duplicate-email', email, hint);
    });
}

interface MergedContacts {
  readonly contacts: readonly ContactValues[];
  readonly warnings: readonly Warning[];
}

/** Everybody once, in an order that does not depend on the order of the rows. */
function mergeContacts(fragments: readonly Fragment[]): MergedContacts {
  const [only] = fragments;
  if (only === undefined || (fragments.length === 1 && only.contacts.length <= 1))
    return { contacts: only?.contacts ?? [], warnings: [] };
  const slots = new Map<string, { contact: ContactValues; readonly owners: Fragment[] }>();
  const warnings: Warning[] = [];
  for (const fragment of fragments) {
    for (const contact of fragment.contacts) {
      const key = contactKey(contact);
      const slot = slots.get(key);
      if (slot === undefined) {
        slots.set(key, { contact, owners: [fragment] });
        continue;
      }
      const same = saysTheSame(slot.contact, contact);
      slot.contact = uniteContacts(slot.contact, contact) ?? slot.contact;
      if (slot.owners.includes(fragment)) continue;
      slot.owners.push(fragment);
      // Rows that repeat each other word for word (an order a row, say) are worth no remark.
      if (same) continue;
      const lines = `${slot.owners
        .slice(0, -1)
        .map((owner) => owner.row.line)
        .join(', ')} and ${fragment.row.line}`;
      const hint = `Lines ${lines} are the same contact; they were merged.`;
      warnings.push({ row: fragment.row, column: null, code: 'contact-merged', value: contact.email ?? '', hint });
    }
  }
  const contacts = [...slots.values()].map((slot) => slot.contact);
  // Inside one row the columns say who comes first; between rows only what they say may.
  if (fragments.length > 1) contacts.sort(compareContacts);
  return { contacts, warnings };
}

/** Who is called primary comes first, then those with an e-mail address; then by what they say. */
function compareContacts(one: ContactValues, other: ContactValues): number {
  const rank = (contact: ContactValues): number => (contact.is_primary === 'true' ? 0 : 2) + (contact.email ? 0 : 1);
  return rank(one) - rank(other) || (contactKey(one) < contactKey(other) ? -1 : 1);
}

/** Same address, or without one the same name, phone and whatever else is said, in any spelling; flags say nothing here. */
function contactKey(contact: ContactValues): string {
  if (contact.email) return `@${foldKey(contact.email)}`;
  const texts = Object.entries(contact).filter(([field, value]) => value !== '' && !FLAGS.has(field));
  return JSON.stringify(
    texts.map(([field, value]) => [field, foldKey(value)]).sort(([a = ''], [b = '']) => (a < b ? -1 : 1)),
  );
}
const FLAGS: ReadonlySet<string> = new Set(['is_primary', 'send_email'] satisfies ContactField[]);

function saysTheSame(one: ContactValues, other: ContactValues): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)] as ContactField[]);
  return [...names].every((name) => (one[name] ?? '') === (other[name] ?? ''));
}

/** Both in one; `null` when they have an address and disagree about the rest. Of two spellings always the same one stays. */
function uniteContacts(one: ContactValues, other: ContactValues): ContactValues | null {
  const united: Partial<Record<ContactField, string>> = { ...one };
  for (const [name, value] of Object.entries(other)) {
    const field = name as ContactField;
    const known = united[field] ?? '';
    if (known === '') united[field] = value;
    else if (value === '' || value === known) continue;
    else if (field === 'email' || !one.email) united[field] = pickOne(field, known, value);
    else return null;
  }
  return united;
}

function pickOne(field: ContactField, one: string, other: string): string {
  if (FLAGS.has(field)) return 'true';
  return one < other ? one : other;
}

const NO_DOCUMENTS: readonly DocumentReference[] = [];

/** Each once, in the order of the rows. The same path beside another file is another document. */
function mergeDocuments(fragments: readonly Fragment[]): readonly DocumentReference[] {
  if (fragments.every((fragment) => fragment.documents === undefined)) return NO_DOCUMENTS;
  const byPlace = new Map<string, DocumentReference>();
  for (const { documents = NO_DOCUMENTS } of fragments) {
    for (const document of documents) {
      const place = `${document.row.file} ${document.reference}`;
      if (!byPlace.has(place)) byPlace.set(place, document);
    }
  }
  return [...byPlace.values()];
}

function rejectRow(fragment: Fragment, code: Reject['code'], value: string, hint: string): Reject {
  return { row: fragment.row, column: null, code, value, hint };
}
