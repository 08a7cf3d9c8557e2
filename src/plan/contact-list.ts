/**
 * A list of contacts as the server will hold it, and how it differs from the one that is held.
 *
 * Premise: the server replaces the whole list, keeps what has its id, and forces one primary contact, in front, and one
 * that receives e-mail (FACTS.md "POST create" [026, 431, 441]). The same is done here, so that the next plan is empty.
 */

import { CONTACT_FIELD_NAMES } from '../mapping/fields.js';
import type { ContactValues } from '../mapping/record.js';
import { contactLabel } from './change.js';
import type { ContactFieldChange } from './change.js';
import type { Contact } from './client.js';
import { foldKey } from './fold.js';
import { isBlank } from './pairing.js';

/** A contact as it shall be: with the target's id, or new. */
export type ListedContact = Omit<Contact, 'id'> & { readonly id: string | null };

/** A contact of the file, with the held one that it is, and what this job last pushed for it. */
export interface Wanted {
  readonly values: ContactValues;
  readonly partner: Contact | null;
  readonly was: ContactValues | null;
}

export interface Draft {
  readonly held: readonly Contact[];
  readonly wanted: readonly Wanted[];
  /** Held ones that nobody wants and that shall go. */
  readonly removed: readonly Contact[];
}

/** A place in the list: what is held, what is wanted, and what comes of it. */
export interface Slot {
  readonly old: Contact | null;
  readonly want: Wanted | null;
  readonly contact: ListedContact;
}

export interface ContactList {
  readonly slots: readonly Slot[];
  readonly removed: readonly Contact[];
}

export const BLANK: ListedContact = {
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

export function listContacts({ held, wanted, ...draft }: Draft): ContactList {
  // Somebody stays: the server would put a blank contact into an empty list (FACTS.md [125]).
  const removed = wanted.length === 0 ? [] : draft.removed;
  const byPartner = new Map(wanted.map((want) => [want.partner, want]));
  const staying = held.filter((contact) => !removed.includes(contact));
  const slots = [
    ...staying.map((old) => slotOf(old, byPartner.get(old) ?? null)),
    ...wanted.filter((want) => want.partner === null).map((want) => slotOf(null, want)),
  ];
  // A list that nobody changes keeps its flags, whatever they are.
  const isSame = removed.length === 0 && slots.every((slot) => slot.old !== null && compareSlot(slot).length === 0);
  return { slots: isSame ? slots : settleFlags(slots, askedPrimary(wanted)), removed };
}

/** The first one that the file calls primary. */
export function askedPrimary(wanted: readonly Wanted[]): Wanted | null {
  return wanted.find(({ values }) => values.is_primary === 'true') ?? null;
}

export function compareSlot({ old, contact }: Slot): readonly ContactFieldChange[] {
  const fields: ContactFieldChange[] = [];
  const held = old ?? BLANK;
  for (const field of CONTACT_FIELD_NAMES) {
    const [before, after] = [held[field], contact[field]];
    if (before !== after) fields.push({ field, before: String(before), after: String(after) });
  }
  return fields;
}

/** Whom a person knows: the contact as it is held, unless nothing is. */
export function labelSlot({ old, contact }: Slot): string {
  return contactLabel(old !== null && !isBlank(old) ? old : contact);
}

function slotOf(old: Contact | null, want: Wanted | null): Slot {
  const base = old ?? BLANK;
  return { old, want, contact: want === null ? base : applyValues(base, want.values) };
}

function applyValues(contact: ListedContact, values: ContactValues): ListedContact {
  const { is_primary, send_email, ...texts } = values;
  return {
    ...contact,
    ...texts,
    // A change of case alone is no new address: the server compares without it.
    email:
      texts.email !== undefined && texts.email !== contact.email && foldKey(texts.email) === foldKey(contact.email)
        ? contact.email
        : (texts.email ?? contact.email),
    is_primary: is_primary === undefined ? contact.is_primary : is_primary === 'true',
    send_email: send_email === undefined ? contact.send_email || contact.id === null : send_email === 'true',
  };
}

/** One primary contact, in front; one at least that receives e-mail: what the server makes of any list. */
export function settleFlags(
  slots: readonly Slot[],
  asked: Wanted | null = askedPrimary(slots.flatMap(({ want }) => want ?? [])),
): readonly Slot[] {
  const named = asked === null ? undefined : slots.find(({ want }) => want === asked);
  const primary = named ?? slots.find(({ contact }) => contact.is_primary) ?? slots[0];
  const ordered = [...slots].sort((a, b) => Number(b === primary) - Number(a === primary));
  const receives = ordered.some(({ contact }) => contact.send_email);
  return ordered.map((slot, index) => ({
    ...slot,
    contact: {
      ...slot.contact,
      is_primary: slot === primary,
      send_email: slot.contact.send_email || (!receives && index === 0),
    },
  }));
}
