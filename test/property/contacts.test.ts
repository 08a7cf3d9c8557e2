/** Whatever contacts a client has and a record wants: merging twice changes nothing more, and nobody is lost. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ContactValues } from '../../src/mapping/record.js';
import type { Contact } from '../../src/plan/client.js';
import { mergeContacts } from '../../src/plan/contacts.js';
import type { ContactPolicy } from '../../src/plan/contacts.js';
import { aBlankContact, aContact } from '../support/clients.js';
import { aFragment } from '../support/mapping.js';
import { assembleRecord } from '../../src/mapping/assemble.js';

const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 60) * 50;

const mail = fc.constantFrom('', '', 'ada@a.de', 'ADA@a.de', 'bob@b.de', 'béb@b.de', 'x@y');
const name = fc.constantFrom('', '', 'Ada', 'ada', 'Bob', 'Ádà', 'Bob Ada');
const phone = fc.constantFrom('', '', '', '5', '6');

/** As a server holds them: one primary in front, one at least that receives mail, each spelling of an address once. */
const heldArbitrary: fc.Arbitrary<readonly Contact[]> = fc
  .uniqueArray(fc.record({ first_name: name, last_name: name, email: mail, phone, send_email: fc.boolean() }), {
    maxLength: 4,
    selector: (contact) => contact.email || contact,
  })
  .map((contacts) =>
    serve(contacts.map((contact, index) => aContact(`held-${index}`, { ...contact, is_primary: index === 0 }))),
  );

const wantedArbitrary: fc.Arbitrary<readonly ContactValues[]> = fc
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
function serve(contacts: readonly (Omit<Contact, 'id'> & { readonly id: string | null })[]): readonly Contact[] {
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

const policyArbitrary: fc.Arbitrary<ContactPolicy> = fc.record({
  contacts: fc.constantFrom('merge', 'mirror'),
  complete: fc.boolean(),
});

describe('merged contacts', { timeout: 600_000 }, () => {
  it('stay as they are when they are merged again', () => {
    fc.assert(
      fc.property(heldArbitrary, wantedArbitrary, policyArbitrary, (held, wanted, policy) => {
        const merged = mergeContacts(held, wanted, policy);
        if ('ambiguous' in merged) return;
        const again = mergeContacts(serve(merged.after), wanted, policy);
        if ('ambiguous' in again) throw new Error(`the second time nobody knows who is "${again.ambiguous}"`);
        expect(again.changes.filter((change) => change.kind !== 'keep')).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  it('are what the server will hold, flag by flag and in its order', () => {
    fc.assert(
      fc.property(heldArbitrary, wantedArbitrary, policyArbitrary, (held, wanted, policy) => {
        const merged = mergeContacts(held, wanted, policy);
        if ('ambiguous' in merged || merged.changes.every((change) => change.kind === 'keep')) return;
        const named = (contacts: readonly { readonly id: string | null }[]): unknown =>
          contacts.map((contact) => ({ ...contact, id: contact.id?.startsWith('held') === true ? contact.id : null }));
        expect(named(merged.after)).toEqual(named(serve(merged.after)));
      }),
      { numRuns: RUNS },
    );
  });

  it('hold everybody that the client had, unless a mirror of a complete list says otherwise and shows it', () => {
    fc.assert(
      fc.property(heldArbitrary, wantedArbitrary, policyArbitrary, (held, wanted, policy) => {
        const merged = mergeContacts(held, wanted, policy);
        if ('ambiguous' in merged) return;
        const after = new Set(merged.after.map((contact) => contact.id));
        const removed = new Set(merged.changes.filter(({ kind }) => kind === 'remove').map(({ id }) => id));
        for (const { id } of held) expect(after.has(id)).toBe(!removed.has(id));
        const may = policy.contacts === 'mirror' && policy.complete && wanted.length > 0;
        if (!may) expect(removed.size).toBe(0);
        // Every contact that the file speaks of is there.
        expect(merged.after.length).toBeGreaterThanOrEqual(wanted.length);
        expect(after.size - (after.has(null) ? 1 : 0)).toBe(merged.after.filter(({ id }) => id !== null).length);
      }),
      { numRuns: RUNS },
    );
  });
});
