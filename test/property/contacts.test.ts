/** Whatever contacts a client has and a record wants: merging twice changes nothing more, and nobody is lost. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeContacts } from '../../src/plan/contacts.js';
import type { ContactPolicy } from '../../src/plan/contacts.js';
import { heldContacts, storeContacts, wantedContacts } from '../support/contact-lists.js';
import { PROPERTY_RUNS, PROPERTY_SEED as seed } from '../support/property.js';

const RUNS = PROPERTY_RUNS * 50;

const policyArbitrary: fc.Arbitrary<ContactPolicy> = fc.record({
  contacts: fc.constantFrom('merge', 'mirror'),
  complete: fc.boolean(),
});

describe('merged contacts', { timeout: 600_000 }, () => {
  it('stay as they are when they are merged again', () => {
    fc.assert(
      fc.property(heldContacts, wantedContacts, policyArbitrary, (held, wanted, policy) => {
        const merged = mergeContacts(held, wanted, policy);
        if (!('changes' in merged)) return;
        const again = mergeContacts(storeContacts(merged.after), wanted, policy);
        if ('ambiguous' in again) throw new Error(`the second time nobody knows who is "${again.ambiguous}"`);
        if ('edited' in again) throw new Error('nothing was pushed, so nothing can be edited');
        expect(again.changes.filter((change) => change.kind !== 'keep')).toEqual([]);
      }),
      { numRuns: RUNS, seed },
    );
  });

  it('are what the server will hold, flag by flag and in its order', () => {
    fc.assert(
      fc.property(heldContacts, wantedContacts, policyArbitrary, (held, wanted, policy) => {
        const merged = mergeContacts(held, wanted, policy);
        if (!('changes' in merged) || merged.changes.every((change) => change.kind === 'keep')) return;
        const named = (contacts: readonly { readonly id: string | null }[]): unknown =>
          contacts.map((contact) => ({ ...contact, id: contact.id?.startsWith('held') === true ? contact.id : null }));
        expect(named(merged.after)).toEqual(named(storeContacts(merged.after)));
      }),
      { numRuns: RUNS, seed },
    );
  });

  it('hold everybody that the client had, unless a mirror of a complete list says otherwise and shows it', () => {
    fc.assert(
      fc.property(heldContacts, wantedContacts, policyArbitrary, (held, wanted, policy) => {
        const merged = mergeContacts(held, wanted, policy);
        if (!('changes' in merged)) return;
        const after = new Set(merged.after.map((contact) => contact.id));
        const removed = new Set(merged.changes.filter(({ kind }) => kind === 'remove').map(({ id }) => id));
        for (const { id } of held) expect(after.has(id)).toBe(!removed.has(id));
        const may = policy.contacts === 'mirror' && policy.complete && wanted.length > 0;
        if (!may) expect(removed.size).toBe(0);
        // Every contact that the file speaks of is there.
        expect(merged.after.length).toBeGreaterThanOrEqual(wanted.length);
        expect(after.size - (after.has(null) ? 1 : 0)).toBe(merged.after.filter(({ id }) => id !== null).length);
      }),
      { numRuns: RUNS, seed },
    );
  });
});
