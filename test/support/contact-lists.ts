/** Lists of contacts as a target holds them and as a file asks for them, for tests of properties. */

import * as fc from 'fast-check';
import { assembleRecord } from '../../src/mapping/assemble.js';
import type { ContactValues } from '../../src/mapping/record.js';
import type { Contact } from '../../src/plan/client.js';
import { aBlankContact, aContact } from './clients.js';
import { aFragment } from './mapping.js';

const mail = fc.constantFrom('', '', 'ada@a.de', 'ADA@a.de', 'bob@b.de', 'béb@b.de', 'x@y');
const name = fc.constantFrom('', '', 'Ada', 'ada', 'Bob', 'Ádà', 'Bob Ada');
const phone = fc.constantFrom('', '', '', '5', '6');

/** As a server holds them: one primary in front, one at least that receives mail, each spelling of an address once. */
export const heldContacts: fc.Arbitrary<readonly Contact[]> = fc
  .uniqueArray(fc.record({ first_name: name, last_name: name, email: mail, phone, send_email: fc.boolean() }), {
    maxLength: 4,
    selector: (contact) => contact.email || contact,
  })
  .map((contacts) =>
    storeContacts(contacts.map((contact, index) => aContact(`held-${index}`, { ...contact, is_primary: index === 0 }))),
  );

export const wantedContacts: fc.Arbitrary<readonly ContactValues[]> = fc
  .array(
    fc.record(
      {
        first_name: name,
        last_name: name,
        email: mail,
        phone,
        is_primary: fc.constantFrom('true', 'false'),
        send_email: fc.constantFrom('true', 'false'),
      },
      { requiredKeys: [] },
    ),
    { maxLength: 4 },
  )
  // What a mapping gives: filled contacts, one for each address.
  .map((contacts) => {
    const filled = contacts.filter(
      (contact) => contact.email || contact.first_name || contact.last_name || contact.phone,
    );
    const plain = filled.map(({ email, ...rest }) => (email ? { email, ...rest } : rest));
    return assembleRecord([aFragment({ contacts: plain })], 'reject').record?.contacts ?? [];
  });

/** What the server makes of a list (FACTS.md [026, 104, 431, 441]). */
export function storeContacts(
  contacts: readonly (Omit<Contact, 'id'> & { readonly id: string | null })[],
): readonly Contact[] {
  if (contacts.length === 0) return [aBlankContact()];
  const primary = contacts.find((contact) => contact.is_primary) ?? contacts[0];
  const ordered = contacts.toSorted((one, other) => Number(other === primary) - Number(one === primary));
  const someoneReceives = contacts.some((contact) => contact.send_email);
  return ordered.map((contact, index) => ({
    ...contact,
    id: contact.id ?? `new-${index}`,
    is_primary: index === 0,
    send_email: contact.send_email || (!someoneReceives && index === 0),
  }));
}
