/**
 * The rows of one client put together. Pure: the same rows in any order give the same record.
 *
 * Terms: the *company* rows (role `clients`) say what the client is; *contact* rows that point to one add contacts only.
 * Rows of the same role may repeat each other; where they disagree about a field nobody can know which one is right, so
 * they are rejected together unless the job says `conflicts: first`. A rejected row makes no change, but it keeps its
 * client from counting as missing and its list of contacts from counting as complete.
 */

import { foldKey } from '../plan/fold.js';
import type { ClientField, ContactField } from './fields.js';
import type { Fragment } from './fragment.js';
import type { ClientValues, ContactValues, Lifecycle, Reject, SyncRecord, Warning } from './record.js';

export interface AssembledRecord {
  /** `null` when nothing usable is left. */
  readonly record: SyncRecord | null;
  /** What the rejected rows of a group without a record say: whichever client that is, it is not missing from the file. */
  readonly shadow: Shadow | null;
  readonly rejects: readonly Reject[];
  readonly warnings: readonly Warning[];
}

export interface Shadow {
  readonly client: ClientValues;
  readonly contacts: readonly ContactValues[];
}

export function assembleRecord(fragments: readonly Fragment[], conflicts: 'reject' | 'first'): AssembledRecord {
  const rejects: Reject[] = [];
  const warnings: Warning[] = [];
  const usable = fragments.filter((fragment) => !fragment.rejected);
  const refuseAll = (): AssembledRecord => ({ record: null, shadow: shadowOf(fragments), rejects, warnings });
  if (usable.length === 0) return refuseAll();

  const companies = usable.filter((fragment) => fragment.links === null);
  const companyRejected = fragments.some((fragment) => fragment.links === null && fragment.rejected);
  if (companies.length === 0 && companyRejected) {
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
  const merged = mergeContacts(usable);
  rejects.push(...merged.rejects);
  warnings.push(...merged.warnings);
  const rejectedLines = new Set(merged.rejects.map((reject) => reject.row));
  const rows = usable.map((fragment) => fragment.row).filter((row) => !rejectedLines.has(row));
  if (rows.length === 0) return refuseAll();
  return {
    record: {
      rows,
      client,
      contacts: merged.contacts,
      lifecycle: lifecycle ?? 'active',
      lifecycleStated: lifecycle !== null,
      contactsComplete: usable.length === fragments.length && merged.rejects.length === 0,
    },
    shadow: null,
    rejects,
    warnings,
  };
}

function shadowOf(fragments: readonly Fragment[]): Shadow {
  return { client: mergeClients(fragments).client, contacts: fragments.flatMap((fragment) => fragment.contacts) };
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
  return { client, disagreement };
}

/** What the rows say about the client's life; a blank says nothing. */
function mergeLifecycles(fragments: readonly Fragment[]): readonly Lifecycle[] {
  return [...new Set(fragments.map((fragment) => fragment.lifecycle).filter((state) => state !== null))];
}

interface MergedContacts {
  readonly contacts: readonly ContactValues[];
  readonly rejects: readonly Reject[];
  readonly warnings: readonly Warning[];
}

/**
 * The server refuses one address twice in a client (FACTS.md [051]). Two rows with one address are the same person when
 * nothing that they say differs; otherwise both are rejected.
 */
function mergeContacts(fragments: readonly Fragment[]): MergedContacts {
  const [only] = fragments;
  if (fragments.length === 1 && only !== undefined && only.contacts.length <= 1) {
    return { contacts: only.contacts, rejects: [], warnings: [] };
  }
  const slots: { contact: ContactValues; owners: Fragment[] }[] = [];
  const byEmail = new Map<string, number>();
  const refused = new Set<Fragment>();
  const rejects: Reject[] = [];
  const warnings: Warning[] = [];
  for (const fragment of fragments) {
    for (const contact of fragment.contacts) {
      const key = contactKey(contact);
      const slot = slots[byEmail.get(key) ?? -1];
      if (slot === undefined) {
        byEmail.set(key, slots.length);
        slots.push({ contact, owners: [fragment] });
        continue;
      }
      const united = uniteContacts(slot.contact, contact);
      if (united === null) {
        for (const owner of [...slot.owners, fragment]) refused.add(owner);
        slot.owners.push(fragment);
        continue;
      }
      if (!slot.owners.includes(fragment)) {
        const lines = `${slot.owners.map((owner) => owner.row.line).join(', ')} and ${fragment.row.line}`;
        const hint = `Lines ${lines} are the same contact; they were merged.`;
        warnings.push({ row: fragment.row, column: null, code: 'contact-merged', value: contact.email ?? '', hint });
        slot.owners.push(fragment);
      }
      slot.contact = united;
    }
  }
  for (const fragment of refused) {
    const email = fragment.contacts.find((contact) => contact.email)?.email ?? '';
    const hint =
      'This e-mail address stands twice in one client, with different names: the server accepts it once. Correct or remove one.';
    rejects.push(rejectRow(fragment, 'duplicate-email', email, hint));
  }
  const kept = slots.filter((slot) => slot.owners.some((owner) => !refused.has(owner)));
  return { contacts: kept.map((slot) => slot.contact), rejects, warnings };
}

/** Same address, or without one the same everything. */
function contactKey(contact: ContactValues): string {
  return contact.email ? `@${foldKey(contact.email)}` : JSON.stringify(Object.entries(contact).sort());
}

function uniteContacts(one: ContactValues, other: ContactValues): ContactValues | null {
  const united: Partial<Record<ContactField, string>> = { ...one };
  for (const [name, value] of Object.entries(other)) {
    const field = name as ContactField;
    const known = united[field] ?? '';
    if (known === '') united[field] = value;
    else if (value !== '' && value !== known && !(field === 'email' && foldKey(value) === foldKey(known))) return null;
  }
  return united;
}

function rejectRow(fragment: Fragment, code: Reject['code'], value: string, hint: string): Reject {
  return { row: fragment.row, column: null, code, value, hint };
}
