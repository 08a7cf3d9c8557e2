/**
 * The contacts of one client, merged. The most dangerous part of the product: a contact that is not sent back is deleted
 * by the server, and the link in every invoice that was mailed to it is dead (FACTS.md [104, 110]).
 *
 * Terms: *held* contacts are the target's, with ids; *wanted* ones are the record's, without; *pushed* ones are what this
 * job last pushed.
 * Premise: the server replaces the whole list, keeps what has its id, and forces one primary contact and one that
 * receives e-mail (FACTS.md "POST create" [026, 431, 441]).
 * Algorithm: each wanted contact is a held one or new (`pairing.ts`). Held ones that nobody wants stay, unless the policy
 * is `mirror` and the record is known to be complete. The result is put into the order and the flags that the server will
 * give it, so that the next plan is empty. Where it differs from what somebody made of the pushed contacts since (a field,
 * another primary contact, one that he removed or added), the winner decides: `source` marks the difference, `reject`
 * refuses the record, and for `target` the merge is done again without what differs, until nothing of that kind is left.
 */

import type { ContactField } from '../mapping/fields.js';
import type { ContactValues } from '../mapping/record.js';
import { contactLabel } from './change.js';
import type { ContactChange, ContactFieldChange, KeptEdit } from './change.js';
import type { Contact } from './client.js';
import { findPushed, movedPrimary, pushedValue } from './contact-baseline.js';
import { askedPrimary, compareSlot, labelSlot, listContacts } from './contact-list.js';
import type { ContactList, Draft, ListedContact, Slot, Wanted } from './contact-list.js';
import { isEdited } from './edits.js';
import type { Winner } from './edits.js';
import { isBlank, pairContacts } from './pairing.js';
import type { AmbiguousContact } from './pairing.js';
import { isSameValue } from './same-value.js';

export interface MergedContacts {
  /** What an update sends: every contact of the client, in the server's order. */
  readonly after: readonly ListedContact[];
  /** One entry for each contact before or after. */
  readonly changes: readonly ContactChange[];
  /** What somebody changed and the target's winning leaves as it is. */
  readonly kept: readonly KeptEdit[];
}

export interface ContactPolicy {
  readonly contacts: 'merge' | 'mirror';
  /** False: the file's list may lack somebody, so nobody is removed. */
  readonly complete: boolean;
  /** ISO alpha-2 of the client, for phone numbers without a country code. */
  readonly country?: string;
}

/** What this job last pushed, and who wins where somebody changed it since. */
export interface PushedContacts {
  readonly contacts: readonly ContactValues[];
  readonly winner: Winner;
}

/** Somebody changed contacts in Invoice Ninja, and the job wants a person to settle that. */
export interface EditedContacts {
  readonly edited: readonly KeptEdit[];
}

/** @param pushed `null`: nothing, or it is not known; then every difference is a plain change */
export function mergeContacts(
  held: readonly Contact[],
  wanted: readonly ContactValues[],
  policy: ContactPolicy,
  pushed: PushedContacts | null = null,
): MergedContacts | AmbiguousContact | EditedContacts {
  const removes = policy.contacts === 'mirror' && policy.complete && wanted.length > 0;
  const partners = pairContacts(held, wanted, removes);
  if ('ambiguous' in partners) return partners;
  const pairs = wanted.map((values, index) => {
    const partner = partners[index] ?? null;
    return { values: keepSpelling(values, partner, policy.country ?? ''), partner };
  });
  const others = held.filter((contact) => !partners.includes(contact));
  const draft: Draft = {
    held,
    wanted: pairs.map((pair) => ({ ...pair, was: null })),
    removed: removes ? others : [],
  };
  const plain = describeList(listContacts(draft), []);
  if (pushed === null || plain.changes.every(({ kind }) => kind === 'keep')) return { ...plain, kept: [] };
  const found = findPushed(pushed.contacts, pairs, others);
  const known = { ...draft, wanted: pairs.map((pair) => ({ ...pair, was: found.get(pair) ?? null })) };
  return settleEdits(known, pushed.winner, {
    primaryMoved: movedPrimary(pushed.contacts, found),
    // A blank contact is the server's own (FACTS.md [021-024]).
    strangers: new Set(others.filter((contact) => !found.has(contact) && !isBlank(contact))),
  });
}

/** A phone number that is only written otherwise stays as it is held. */
function keepSpelling(values: ContactValues, partner: Contact | null, country: string): ContactValues {
  const { phone } = values;
  if (partner === null || phone === undefined || phone === partner.phone) return values;
  return isSameValue('phone', phone, partner.phone, country) ? { ...values, phone: partner.phone } : values;
}

interface Past {
  /** Somebody made another contact primary than the one that was pushed as primary. */
  readonly primaryMoved: boolean;
  /** Held contacts that neither the file nor this job knows: somebody added them. */
  readonly strangers: ReadonlySet<Contact>;
}

/** A difference from an edit, and whose it is. */
interface ContactEdit {
  readonly of: Wanted | Contact;
  readonly field: ContactField;
  readonly kept: KeptEdit;
}

function settleEdits(draft: Draft, winner: Winner, past: Past): MergedContacts | EditedContacts {
  const kept: KeptEdit[] = [];
  // Each turn takes a field or a contact out of the draft, so there are no more turns than those.
  for (let current = draft; ;) {
    const list = listContacts(current);
    const edits = findEdits(list, current, past);
    if (edits.length > 0 && winner === 'reject') return { edited: edits.map((edit) => edit.kept) };
    if (edits.length === 0 || winner === 'source') return { ...describeList(list, edits), kept };
    kept.push(...edits.map((edit) => edit.kept));
    current = withhold(current, edits);
  }
}

/** Where the list would overwrite an edit. */
function findEdits(list: ContactList, { held, wanted }: Draft, past: Past): readonly ContactEdit[] {
  const asked = askedPrimary(wanted);
  const primary = list.slots.find(({ want }) => asked !== null && want === asked);
  return [
    ...list.slots.flatMap((slot) => findSlotEdits(slot, held)),
    ...(primary === undefined || !past.primaryMoved ? [] : findPrimaryEdit(primary)),
    ...list.removed.filter((contact) => past.strangers.has(contact)).map(editOfStranger),
  ];
}

function findSlotEdits(slot: Slot, held: readonly Contact[]): readonly ContactEdit[] {
  const { old, want } = slot;
  if (want === null || want.was === null) return [];
  const { values, was } = want;
  if (old === null) {
    // It was there, and somebody removed it.
    const field = identityOf(values);
    return [editOf(slot, want, field, { then: was[field] ?? '', source: values[field] ?? '', target: '' })];
  }
  return compareSlot(slot).flatMap(({ field, before, after }) => {
    const then = pushedValue(was, field, old, held);
    return values[field] === after && isEdited(field, then, before)
      ? [editOf(slot, want, field, { then, source: after, target: before })]
      : [];
  });
}

function findPrimaryEdit(slot: Slot): readonly ContactEdit[] {
  const { old, want } = slot;
  if (want === null || old?.is_primary === true) return [];
  const then = want.was?.is_primary ?? '';
  return [editOf(slot, want, 'is_primary', { then, source: 'true', target: 'false' })];
}

function editOfStranger(contact: Contact): ContactEdit {
  const field = identityOf(contact);
  const kept = { field, contact: contactLabel(contact), then: '', source: '', target: String(contact[field]) };
  return { of: contact, field, kept };
}

function editOf(
  slot: Slot,
  of: Wanted,
  field: ContactField,
  sides: Pick<KeptEdit, 'then' | 'source' | 'target'>,
): ContactEdit {
  return { of, field, kept: { field, contact: labelSlot(slot), ...sides } };
}

/** The field that stands for a whole contact. */
function identityOf(contact: Pick<ContactValues, 'email' | 'first_name' | 'last_name' | 'phone'>): ContactField {
  return (['email', 'first_name', 'last_name', 'phone'] as const).find((field) => contact[field]) ?? 'email';
}

/** The draft without what would overwrite the edits. */
function withhold(draft: Draft, edits: readonly ContactEdit[]): Draft {
  const withheld = new Map<Wanted | Contact, ReadonlySet<ContactField>>();
  for (const { of, field } of edits) withheld.set(of, new Set(withheld.get(of)).add(field));
  const isRefused = (want: Wanted): boolean =>
    want.partner === null && [...(withheld.get(want) ?? [])].some((field) => field !== 'is_primary');
  // Who is primary is one decision for all of them: without the one that the file asks for it would ask for the next.
  const asked = askedPrimary(draft.wanted);
  const primaryStays = edits.some(({ field }) => field === 'is_primary') || (asked !== null && isRefused(asked));
  return {
    ...draft,
    wanted: draft.wanted
      .filter((want) => !isRefused(want))
      .map((want) => {
        const fields = new Set(withheld.get(want));
        if (primaryStays) fields.add('is_primary');
        return fields.size === 0 ? want : { ...want, values: omit(want.values, fields) };
      }),
    removed: draft.removed.filter((contact) => !withheld.has(contact)),
  };
}

function omit(values: ContactValues, fields: ReadonlySet<ContactField>): ContactValues {
  return Object.fromEntries(Object.entries(values).filter(([field]) => !fields.has(field as ContactField)));
}

/** @param edits what the list overwrites: it is marked */
function describeList({ slots, removed }: ContactList, edits: readonly ContactEdit[]): Omit<MergedContacts, 'kept'> {
  const thenOf = (of: Wanted | Contact | null, field: ContactField): string | undefined =>
    edits.find((edit) => edit.of === of && edit.field === field)?.kept.then;
  const mark = (of: Wanted | null, change: ContactFieldChange): ContactFieldChange => {
    const then = thenOf(of, change.field);
    return then === undefined ? change : { ...change, then };
  };
  const changes = slots.map((slot): ContactChange => {
    const fields = compareSlot(slot).map((change) => mark(slot.want, change));
    const kind = slot.old === null ? 'add' : fields.length === 0 ? 'keep' : 'change';
    return { kind, id: slot.contact.id, label: labelSlot(slot), fields };
  });
  const removals = removed.map((contact): ContactChange => {
    const [edit] = edits.filter(({ of }) => of === contact);
    const fields =
      edit === undefined ? [] : [{ field: edit.field, before: edit.kept.target, after: '', then: edit.kept.then }];
    return { kind: 'remove', id: contact.id, label: contactLabel(contact), fields };
  });
  return { after: slots.map(({ contact }) => contact), changes: [...changes, ...removals] };
}
