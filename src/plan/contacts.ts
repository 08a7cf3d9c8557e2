/**
 * The contacts of one client, merged. The most dangerous part of the product: a contact that is not sent back is deleted
 * by the server, and the link in every invoice that was mailed to it is dead (FACTS.md [104, 110]).
 *
 * Terms: *held* contacts are the target's, with ids; *wanted* ones are the record's, without.
 * Premise: the server replaces the whole list, keeps what has its id, and forces one primary contact and one that
 * receives e-mail (FACTS.md "POST create" [026, 431, 441]).
 * Algorithm: each wanted contact takes the held one with its e-mail address; without one, a held one that already is
 * as wanted; else the one with its full name, or for somebody without a name with the phone number; else a held one that
 * is blank (the server makes one for a client without contacts), else it is new. Held ones that nobody took stay, unless
 * the policy is `mirror` and the record is known to be complete. The result is put into the order and the flags that the
 * server will give it, so that the next plan is empty.
 */

import { CONTACT_FIELD_NAMES } from '../mapping/fields.js';
import type { ContactField } from '../mapping/fields.js';
import type { ContactValues } from '../mapping/record.js';
import { contactLabel } from './change.js';
import type { ContactChange, ContactFieldChange } from './change.js';
import type { Contact } from './client.js';
import { foldKey } from './fold.js';

/** A contact as it shall be: with the target's id, or new. */
type WantedContact = Omit<Contact, 'id'> & { readonly id: string | null };

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
  const removes = policy.contacts === 'mirror' && policy.complete && wanted.length > 0;
  const pairing = new Pairing(held, wanted);
  const ambiguous =
    pairing.byEmail() ??
    pairing.bySameness('named', removes) ??
    pairing.byName() ??
    pairing.bySameness('nameless', removes) ??
    pairing.byBlank();
  if (ambiguous !== null) return ambiguous;
  const taken = new Map<Contact, ContactValues>();
  const added: WantedContact[] = [];
  const results = new Map<ContactValues, WantedContact>();
  for (const [index, values] of wanted.entries()) {
    const partner = pairing.pairs[index] ?? null;
    const result = applyValues(partner ?? BLANK, values);
    results.set(values, result);
    if (partner === null) added.push(result);
    else taken.set(partner, values);
  }
  const kept: WantedContact[] = [];
  const removed: Contact[] = [];
  for (const contact of held) {
    const values = taken.get(contact);
    if (values === undefined && removes) removed.push(contact);
    else kept.push(values === undefined ? contact : (results.get(values) ?? contact));
  }
  const merged = [...kept, ...added];
  const changes = describeContacts(held, merged, removed);
  // A list that nobody changes keeps its flags, whatever they are.
  if (changes.every((change) => change.kind === 'keep')) return { after: merged, changes };
  const asked = wanted.find((values) => values.is_primary === 'true');
  const after = settleFlags(merged, asked === undefined ? undefined : results.get(asked));
  return { after, changes: describeContacts(held, after, removed) };
}

/** For each wanted contact the held one that it is, found in passes from the surest to the least sure. */
class Pairing {
  readonly pairs: (Contact | null)[];
  readonly #held: readonly Contact[];
  readonly #wanted: readonly ContactValues[];
  readonly #free: Set<Contact>;

  constructor(held: readonly Contact[], wanted: readonly ContactValues[]) {
    this.pairs = wanted.map(() => null);
    this.#held = held;
    this.#wanted = wanted;
    this.#free = new Set(held);
  }

  /** The server may hold one address in two spellings: then the spelling or the name has to tell them apart. */
  byEmail(): AmbiguousContact | null {
    for (const [index, values] of this.#open()) {
      const email = foldKey(values.email ?? '');
      if (email === '') continue;
      const matches = this.#find((contact) => foldKey(contact.email) === email);
      const name = nameOf(values);
      const match =
        matches.length < 2
          ? matches[0]
          : (matches.find((contact) => contact.email === values.email) ??
            matches.find((contact) => nameOf(contact) === name));
      if (match !== undefined) this.#take(index, match);
      else if (matches.length > 1) return { ambiguous: values.email ?? '', candidates: matches.map(contactLabel) };
    }
    return null;
  }

  /**
   * Somebody without an address who is there already, with everything that the file says. Several of them are all the
   * same to a merge, which changes none; a mirror would remove the others, so it takes one only where as many are wanted.
   */
  bySameness(who: 'named' | 'nameless', removes: boolean): null {
    const open = this.#open().filter(
      ([, values]) => (values.email ?? '') === '' && (nameOf(values) === '') === (who === 'nameless'),
    );
    for (const [index, values] of open) {
      const name = nameOf(values);
      if (name === '' && (values.phone ?? '') === '') continue;
      const matches = this.#find(
        (contact) => (name === '' || nameOf(contact) === name) && saysTheSame(contact, values),
      );
      const [match, second] = matches.toSorted((a, b) => strangeness(a, values) - strangeness(b, values));
      if (match === undefined) continue;
      const namesakes = open.filter(([other, wanted]) => this.pairs[other] === null && nameOf(wanted) === name).length;
      const isAlone = second === undefined || strangeness(second, values) - strangeness(match, values) >= STRANGE_TEXT;
      if (!removes || isAlone || matches.length <= namesakes) this.#take(index, match);
    }
    return null;
  }

  byName(): AmbiguousContact | null {
    for (const [index, values] of this.#open()) {
      const name = nameOf(values);
      if (name === '') continue;
      // `Bob` as a last name is not `Bob` as a first name: together they would be a third name.
      const all = this.#find((contact) => nameOf(contact) === name && nameOf(applyValues(contact, values)) === name);
      const samePhone = all.filter((contact) => contact.phone !== '' && contact.phone === values.phone);
      const matches = all.length > 1 && samePhone.length === 1 ? samePhone : all;
      // Somebody who is not named by an address of this file: two of them cannot be told apart.
      if (matches.length > 1) {
        const ambiguous = `${values.first_name ?? ''} ${values.last_name ?? ''}`.trim();
        return { ambiguous, candidates: matches.map(contactLabel) };
      }
      const [match] = matches;
      if (match !== undefined) this.#take(index, match);
    }
    return null;
  }

  byBlank(): null {
    for (const [index] of this.#open()) {
      const [blank] = this.#find(isBlank);
      if (blank !== undefined) this.#take(index, blank);
    }
    return null;
  }

  /** Those without a partner; whoever says most chooses first. */
  #open(): [number, ContactValues][] {
    const open = [...this.#wanted.entries()].filter(([index]) => this.pairs[index] === null);
    return open.sort((one, other) => countFilled(other[1]) - countFilled(one[1]));
  }

  #find(fits: (contact: Contact) => boolean): readonly Contact[] {
    return this.#held.filter((contact) => this.#free.has(contact) && fits(contact));
  }

  #take(index: number, contact: Contact): void {
    this.pairs[index] = contact;
    this.#free.delete(contact);
  }
}

function nameOf(contact: Pick<ContactValues, 'first_name' | 'last_name'>): string {
  return foldKey(`${contact.first_name ?? ''} ${contact.last_name ?? ''}`.trim());
}

function countFilled(values: ContactValues): number {
  return textsOf(values).filter(([, value]) => value !== '').length;
}

function textsOf(values: ContactValues): readonly (readonly [ContactField, string])[] {
  return (Object.entries(values) as [ContactField, string][]).filter(
    ([field]) => field !== 'is_primary' && field !== 'send_email',
  );
}

/** More than all flags together. */
const STRANGE_TEXT = 10;

/** How much a contact has that the file does not say, and how many of its flags differ: the least strange one is meant. */
function strangeness(contact: Contact, values: ContactValues): number {
  const { first_name, last_name, email, phone } = contact;
  const texts = [
    nameOf(values) === '' ? `${first_name}${last_name}` : '',
    values.email ? '' : email,
    values.phone ? '' : phone,
  ];
  const flags = (['is_primary', 'send_email'] as const).filter(
    (flag) => values[flag] !== undefined && values[flag] !== String(contact[flag]),
  );
  return STRANGE_TEXT * texts.filter((text) => text !== '').length + flags.length;
}

function saysTheSame(contact: Contact, values: ContactValues): boolean {
  return textsOf(values).every(([field, value]) => contact[field] === value);
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
function settleFlags(contacts: readonly WantedContact[], asked: WantedContact | undefined): readonly WantedContact[] {
  if (contacts.length === 0) return contacts;
  const primary = asked ?? contacts.find((contact) => contact.is_primary) ?? contacts[0];
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
