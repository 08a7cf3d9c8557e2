/** Random clients with a change for each, and what people do to them meanwhile, for tests of properties. */

import * as fc from 'fast-check';
import type { ClientField, ContactField } from '../../src/mapping/fields.js';
import type { Change, ContactChange } from '../../src/plan/change.js';
import type { Client, Contact } from '../../src/plan/client.js';
import { mergeContacts } from '../../src/plan/contacts.js';
import { aChange } from './changes.js';
import { aClient, aContact } from './clients.js';
import { heldContacts, storeContacts, wantedContacts } from './contact-lists.js';

const CLEARABLE = ['name', 'phone', 'city', 'private_notes', 'settings.payment_terms'] as const;
const text = fc.constantFrom('', '1', '7', '14');
const texts = fc.record(
  Object.fromEntries(CLEARABLE.map((field) => [field, text])) as Record<ClientField, typeof text>,
  {
    requiredKeys: [],
  },
);
const flag = fc.constantFrom('true', 'false', undefined);

const clientArbitrary: fc.Arbitrary<Client> = fc.record({ texts, flag, contacts: heldContacts }).map((held) => {
  const filled = Object.entries(held.texts).filter(([, value]) => value !== '');
  return aClient({
    fields: { ...Object.fromEntries(filled), ...(held.flag === 'true' ? { is_tax_exempt: 'true' } : {}) },
    settings: { currency_id: '3', pdf: 'x' },
    contacts: held.contacts,
  });
});

/** A change of any client, as a plan makes it; it may be empty. */
export const changeArbitrary: fc.Arbitrary<Change & { readonly before: Client }> = fc
  .record({
    client: clientArbitrary,
    texts,
    flag,
    wanted: wantedContacts,
    policy: fc.constantFrom('merge', 'mirror'),
    state: fc.constantFrom('active', 'active', 'archived', 'deleted'),
  })
  .map(({ client, wanted, policy, state, ...file }) => {
    const asked: Readonly<Partial<Record<ClientField, string>>> = {
      ...file.texts,
      ...(file.flag === undefined ? {} : { is_tax_exempt: file.flag }),
    };
    const fields = (Object.entries(asked) as [ClientField, string][])
      .map(([field, after]) => ({ field, before: client.fields[field] ?? '', after }))
      .filter(({ field, before, after }) => (field === 'is_tax_exempt' ? before || 'false' : before) !== after);
    const merged = mergeContacts(client.contacts, wanted, { contacts: policy, complete: true });
    const lines: readonly ContactChange[] = 'changes' in merged ? merged.changes : [];
    const contacts = lines.some(({ kind }) => kind !== 'keep') ? lines : [];
    const before = { ...client, state };
    return { ...aChange(state === 'active' ? 'update' : 'restore', { before, fields, contacts }), before };
  });

export const isEmpty = ({ kind, fields, contacts }: Change): boolean =>
  kind !== 'restore' && fields.length + contacts.length === 0;

/** What a person does; nothing that a file says begins with `by hand`. */
export type HandEdit =
  | { readonly what: 'field'; readonly field: ClientField }
  | { readonly what: 'contact'; readonly index: number; readonly field: ContactField }
  | { readonly what: 'add'; readonly email: string; readonly name: string }
  | { readonly what: 'remove'; readonly index: number }
  | { readonly what: 'lead'; readonly index: number };

const index = fc.nat({ max: 4 });

export const handEditsArbitrary: fc.Arbitrary<readonly HandEdit[]> = fc.array(
  fc.oneof(
    fc.record({ what: fc.constant('field' as const), field: fc.constantFrom(...CLEARABLE) }),
    fc.record({
      what: fc.constant('contact' as const),
      index,
      field: fc.constantFrom('first_name', 'email', 'phone', 'custom_value1'),
    }),
    fc.record({
      what: fc.constant('add' as const),
      email: fc.constantFrom('', 'by-hand@a.de', 'ADA@a.de', 'bob@b.de'),
      name: fc.constantFrom('', 'Ada', 'by hand'),
    }),
    fc.record({ what: fc.constant('remove' as const), index }),
    fc.record({ what: fc.constant('lead' as const), index }),
  ),
  { maxLength: 4 },
);

export function editByHand(client: Client, edits: readonly HandEdit[]): Client {
  return edits.reduce(editOnce, client);
}

function editOnce(client: Client, edit: HandEdit, turn: number): Client {
  const updatedAt = client.updatedAt + 7;
  const value = `by hand ${turn}`;
  if (edit.what === 'field') return { ...client, updatedAt, fields: { ...client.fields, [edit.field]: value } };
  return { ...client, updatedAt, contacts: storeContacts(editContacts(client.contacts, edit, turn)) };
}

function editContacts(
  contacts: readonly Contact[],
  edit: Exclude<HandEdit, { readonly what: 'field' }>,
  turn: number,
): readonly Contact[] {
  if (edit.what === 'add')
    return [
      ...contacts,
      aContact(`hand-${turn}`, { first_name: edit.name, email: edit.email, phone: `by hand ${turn}` }),
    ];
  const chosen = contacts[edit.index % Math.max(contacts.length, 1)];
  if (edit.what === 'remove') return contacts.length === 1 ? contacts : contacts.filter((one) => one !== chosen);
  if (edit.what === 'lead') return contacts.map((one) => ({ ...one, is_primary: one === chosen }));
  const value = edit.field === 'email' ? `by-hand-${turn}@a.de` : `by hand ${turn}`;
  return contacts.map((one) => (one === chosen ? { ...one, [edit.field]: value } : one));
}
