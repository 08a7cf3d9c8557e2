/**
 * The contacts of one client, merged. The most dangerous part of the product: a contact that is not sent back is deleted
 * by the server, and the link in every invoice that was mailed to it is dead (FACTS.md [104, 110]).
 *
 * Terms: *held* contacts are the target's, with ids; *wanted* ones are the record's, without.
 * Premise: the server replaces the whole list, keeps what has its id, and forces one primary contact and one that
 * receives e-mail (FACTS.md "POST create" [026, 431, 441]).
 * Algorithm: each wanted contact takes the held one with its e-mail address, else with its full name, else a held one
 * that is blank (the server makes one for a client without contacts), else it is new. Held ones that nobody took stay,
 * unless the policy is `mirror` and the record is known to be complete. The result is put into the order and the flags
 * that the server will give it, so that the next plan is empty.
 */

import { CONTACT_FIELD_NAMES } from '../mapping/fields.js';
import type { ContactValues } from '../mapping/record.js';
import { contactLabel } from './change.js';
import type { ContactChange, ContactFieldChange } from './change.js';
import type { Contact } from './client.js';
import { foldKey } from './fold.js';

/** A contact as it shall be: with the target's id, or new. */
export type WantedContact = Omit<Contact, 'id'> & { readonly id: string | null };

export interface MergedContacts {
  /** What an update sends: every contact of the client, in the server's order. */
  readonly after: readonly WantedContact[];
  /** One entry for each contact before or after. */
  readonly changes: readonly ContactChange[];
}

export interface ContactPolicy {
  readonly contacts: 'merge' | 'mirror';
  /** False: the file's list may lack somebody, so nobody is removed. */
  readonly complete: boolean;
}

/** Two held contacts fit one wanted one equally well: nobody may choose. */
export interface AmbiguousContact {
  readonly ambiguous: string;
  readonly candidates: readonly string[];
}

const BLANK: WantedContact = {
  id: null,
  first_name: '',
  last_name: '',
  email: '',
  phone: '',
  custom_value1: '',
  custom_value2: '',
  custom_value3: '',
  custom_value4: '',
  is_primary: false,
  send_email: false,
};

export function mergeContacts(
  held: readonly Contact[],
  wanted: readonly ContactValues[],
  policy: ContactPolicy,
): MergedContacts | AmbiguousContact {
  const pairs = pairContacts(held, wanted);
  if (!Array.isArray(pairs)) return pairs;
  const taken = new Map<Contact, ContactValues>();
  const added: WantedContact[] = [];
  for (const [index, values] of wanted.entries()) {
    const partner = pairs[index];
    if (partner === undefined || partner === null) added.push(applyValues(BLANK, values));
    else taken.set(partner, values);
  }
  const removes = policy.contacts === 'mirror' && policy.complete && wanted.length > 0;
  const kept: WantedContact[] = [];
  const removed: Contact[] = [];
  for (const contact of held) {
    const values = taken.get(contact);
    if (values === undefined && removes) removed.push(contact);
    else kept.push(values === undefined ? contact : applyValues(contact, values));
  }
  const merged = [...kept, ...added];
  const untouched =
    removed.length === 0 &&
    added.length === 0 &&
    describeContacts(held, merged, removed).every((change) => change.kind === 'keep');
  // A list that nobody changes keeps its flags, whatever they are.
  const after = untouched
    ? merged
    : settleFlags(
        merged,
        wanted.find((values) => values.is_primary === 'true'),
      );
  return { after, changes: describeContacts(held, after, removed) };
}

/** For each wanted contact the held one that it is, or `null`. */
function pairContacts(
  held: readonly Contact[],
  wanted: readonly ContactValues[],
): (Contact | null)[] | AmbiguousContact {
  const pairs: (Contact | null)[] = wanted.map(() => null);
  const free = new Set(held);
  for (const [index, values] of wanted.entries()) {
    const email = foldKey(values.email ?? '');
    if (email === '') continue;
    const match = held.find((contact) => free.has(contact) && foldKey(contact.email) === email);
    if (match === undefined) continue;
    pairs[index] = match;
    free.delete(match);
  }
  for (const [index, values] of wanted.entries()) {
    const name = fullName(values.first_name ?? '', values.last_name ?? '');
    if (pairs[index] !== null || name === '') continue;
    const matches = held.filter(
      (contact) => free.has(contact) && fullName(contact.first_name, contact.last_name) === name,
    );
    // Somebody who is not named by an address of this file: two of them cannot be told apart.
    if (matches.length > 1)
      return {
        ambiguous: `${values.first_name ?? ''} ${values.last_name ?? ''}`.trim(),
        candidates: matches.map(contactLabel),
      };
    const [match] = matches;
    if (match === undefined) continue;
    pairs[index] = match;
    free.delete(match);
  }
  for (const [index] of wanted.entries()) {
    if (pairs[index] !== null) continue;
    const blank = held.find((contact) => free.has(contact) && isBlank(contact));
    if (blank === undefined) break;
    pairs[index] = blank;
    free.delete(blank);
  }
  return pairs;
}

function fullName(first: string, last: string): string {
  return foldKey(`${first} ${last}`.trim());
}

function isBlank(contact: Contact): boolean {
  return `${contact.first_name}${contact.last_name}${contact.email}${contact.phone}`.trim() === '';
}

function applyValues(contact: WantedContact, values: ContactValues): WantedContact {
  const { is_primary, send_email, ...texts } = values;
  return {
    ...contact,
    ...texts,
    // A change of case alone is no new address: the server compares without it.
    email:
      texts.email !== undefined && foldKey(texts.email) === foldKey(contact.email)
        ? contact.email
        : (texts.email ?? contact.email),
    is_primary: is_primary === undefined ? contact.is_primary : is_primary === 'true',
    send_email: send_email === undefined ? contact.send_email || contact.id === null : send_email === 'true',
  };
}

/** One primary contact, in front; one at least that receives e-mail: what the server makes of any list. */
function settleFlags(contacts: readonly WantedContact[], asked: ContactValues | undefined): readonly WantedContact[] {
  if (contacts.length === 0) return contacts;
  const flagged = contacts.filter((contact) => contact.is_primary);
  const wanted =
    asked === undefined ? undefined : flagged.find((contact) => foldKey(contact.email) === foldKey(asked.email ?? ''));
  const primary = wanted ?? flagged[0] ?? contacts[0];
  const ordered = [...contacts].sort((a, b) => Number(b === primary) - Number(a === primary));
  const receives = ordered.some((contact) => contact.send_email);
  return ordered.map((contact, index) => ({
    ...contact,
    is_primary: contact === primary,
    send_email: contact.send_email || (!receives && index === 0),
  }));
}

function describeContacts(
  held: readonly Contact[],
  after: readonly WantedContact[],
  removed: readonly Contact[],
): readonly ContactChange[] {
  const before = new Map(held.map((contact) => [contact.id, contact]));
  const changes: ContactChange[] = [];
  for (const contact of after) {
    const old = contact.id === null ? undefined : before.get(contact.id);
    const fields = compareContact(old ?? BLANK, contact);
    const kind = old === undefined ? 'add' : fields.length === 0 ? 'keep' : 'change';
    changes.push({
      kind,
      id: contact.id,
      label: contactLabel(old !== undefined && !isBlank(old) ? old : contact),
      fields,
    });
  }
  for (const contact of removed)
    changes.push({ kind: 'remove', id: contact.id, label: contactLabel(contact), fields: [] });
  return changes;
}

function compareContact(before: WantedContact, after: WantedContact): readonly ContactFieldChange[] {
  const fields: ContactFieldChange[] = [];
  for (const field of CONTACT_FIELD_NAMES) {
    const [old, now] = [String(before[field]), String(after[field])];
    if (old !== now) fields.push({ field, before: old, after: now });
  }
  return fields;
}
