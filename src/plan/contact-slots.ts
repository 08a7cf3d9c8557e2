/** A client's list of contacts while a planned change is put onto it or taken back: what rebase and undo share. */

import { CONTACT_FIELD_NAMES } from '../mapping/fields.js';
import type { ContactField } from '../mapping/fields.js';
import type { ContactChange, ContactFieldChange } from './change.js';
import type { Contact } from './client.js';
import { compareSlot, labelSlot, settleFlags } from './contact-list.js';
import type { ListedContact, Slot, Wanted } from './contact-list.js';
import { foldKey } from './fold.js';
import { nameOf } from './pairing.js';

/** Who is primary is a matter of the whole list and is settled for it. */
export const OWN_FIELDS = CONTACT_FIELD_NAMES.filter((field) => field !== 'is_primary');

/** The contact with one field set. */
export function withField<One extends ListedContact>(contact: One, field: ContactField, value: string): One {
  return { ...contact, [field]: field === 'is_primary' || field === 'send_email' ? value === 'true' : value };
}

/** The contact as the fields want it, or with `before` as it was without them. */
export function withFields<One extends ListedContact>(
  contact: One,
  fields: readonly ContactFieldChange[],
  side: 'after' | 'before' = 'after',
): One {
  return fields.reduce((one, change) => withField(one, change.field, change[side]), contact);
}

/** Which contact each person is: who is the same in everything first, then by e-mail address or name. Each is one person. */
export function pairSame<Line>(
  contacts: readonly Contact[],
  persons: ReadonlyMap<Line, ListedContact>,
): ReadonlyMap<Line, Contact> {
  const free = new Set(contacts);
  const pairs = new Map<Line, Contact>();
  for (const fits of [isAlike, isNamesake]) {
    for (const [line, person] of persons) {
      const found = pairs.has(line) ? undefined : [...free].find((contact) => fits(contact, person));
      if (found === undefined) continue;
      pairs.set(line, found);
      free.delete(found);
    }
  }
  return pairs;
}

/** The same in everything but who is primary. */
export function isAlike(contact: Contact, person: ListedContact): boolean {
  return OWN_FIELDS.every((field) => contact[field] === person[field]);
}

/** By e-mail address, without one by full name. */
function isNamesake(contact: Contact, person: ListedContact): boolean {
  const [email, name] = [foldKey(person.email), nameOf(person)];
  return email === '' ? name !== '' && nameOf(contact) === name : foldKey(contact.email) === email;
}

export function isSame(contact: ListedContact, other: ListedContact): boolean {
  return CONTACT_FIELD_NAMES.every((field) => contact[field] === other[field]);
}

export function primaryOf(contacts: readonly Contact[]): Contact | undefined {
  return contacts.find((contact) => contact.is_primary);
}

/** Contacts that came to a list after it was read. */
export function findNewer(contacts: readonly Contact[], earlier: readonly Contact[]): readonly Contact[] {
  const known = new Set(earlier.map((contact) => contact.id));
  return contacts.filter((contact) => !known.has(contact.id));
}

export interface ListedEdit {
  readonly held: readonly Contact[];
  /** What stays of `held`, by id, as it shall be. */
  readonly staying: ReadonlyMap<string, ListedContact>;
  readonly added: readonly ListedContact[];
  /** One of the two above. */
  readonly primary: ListedContact | undefined;
  /** Conflicts that the lines of the plan were marked with. */
  readonly planned?: readonly ContactChange[];
}

const ASKED_PRIMARY: Wanted = { values: { is_primary: 'true' }, partner: null, was: null };

/** One line for each contact before and after, in the server's order and with its flags; none when nothing changes. */
export function lineContacts({ held, staying, added, primary, planned = [] }: ListedEdit): readonly ContactChange[] {
  const asked: Wanted | null = primary === undefined ? null : ASKED_PRIMARY;
  const slotOf = (old: Contact | null, contact: ListedContact): Slot => {
    return { old, want: contact === primary ? asked : null, contact };
  };
  const slots = [
    ...held.flatMap((old) => {
      const contact = staying.get(old.id);
      return contact === undefined ? [] : [slotOf(old, contact)];
    }),
    ...added.map((contact) => slotOf(null, contact)),
  ];
  const removed = held.filter((contact) => !staying.has(contact.id));
  const changes = slots.some((slot) => slot.old === null || compareSlot(slot).length > 0);
  if (!changes && removed.length === 0 && primary === undefined) return [];
  const marks = new Map(planned.map((line) => [line.id, line.fields]));
  const lines = settleFlags(slots, asked).map((slot) => lineOf(slot, marks.get(slot.contact.id) ?? []));
  const gone = removed.map((old): ContactChange => {
    return { kind: 'remove', id: old.id, label: labelSlot({ old, want: null, contact: old }), fields: [] };
  });
  // The server's flags may be all that was left to change.
  return [...lines, ...gone].some(({ kind }) => kind !== 'keep') ? [...lines, ...gone] : [];
}

function lineOf(slot: Slot, marks: readonly ContactFieldChange[]): ContactChange {
  const fields = compareSlot(slot).map((change) => {
    const then = marks.find(({ field }) => field === change.field)?.then;
    return then === undefined ? change : { ...change, then };
  });
  const kind = slot.old === null ? 'add' : fields.length === 0 ? 'keep' : 'change';
  return { kind, id: slot.contact.id, label: labelSlot(slot), fields };
}
