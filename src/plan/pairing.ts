/**
 * Which held contact each wanted one is, found in passes from the surest to the least sure.
 *
 * Terms: *held* contacts are the target's, with ids; *wanted* ones are the record's, without.
 * Premise: an address names one person; a full name nearly always; everything else only as much as it says.
 * Algorithm: each wanted contact takes the held one with its e-mail address; without one, a held one that already is
 * as wanted; else the one with its full name, or for somebody without a name with the phone number; else a held one that
 * is blank (the server makes one for a client without contacts), else it is new.
 */

import type { ContactField } from '../mapping/fields.js';
import type { ContactValues } from '../mapping/record.js';
import { contactLabel } from './change.js';
import type { Contact } from './client.js';
import { foldKey } from './fold.js';

/** Two held contacts fit one wanted one equally well: nobody may choose. */
export interface AmbiguousContact {
  readonly ambiguous: string;
  readonly candidates: readonly string[];
}

/**
 * For each wanted contact the held one that it is, or `null` when it is new.
 *
 * @param removes whether held ones that nobody takes are removed: then none is taken that another one could be as well
 */
export function pairContacts(
  held: readonly Contact[],
  wanted: readonly ContactValues[],
  removes: boolean,
): readonly (Contact | null)[] | AmbiguousContact {
  const pairing = new Pairing(held, wanted);
  return (
    pairing.byEmail() ??
    pairing.bySameness('named', removes) ??
    pairing.byName() ??
    pairing.bySameness('nameless', removes) ??
    pairing.byBlank() ??
    pairing.pairs
  );
}

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
      const all = this.#find((contact) => nameOf(contact) === name && nameOf({ ...contact, ...values }) === name);
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

/** First and last name as one, folded; `''` when there is none. */
export function nameOf(contact: Pick<ContactValues, 'first_name' | 'last_name'>): string {
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

export function isBlank(contact: Contact): boolean {
  return `${contact.first_name}${contact.last_name}${contact.email}${contact.phone}`.trim() === '';
}
