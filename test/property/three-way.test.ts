/** Whatever a job pushed, the file says and somebody made of it in Invoice Ninja: each value ends with whom the job names. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClientField, ContactField } from '../../src/mapping/fields.js';
import type { ContactValues, SyncRecord } from '../../src/mapping/record.js';
import { baselineOf } from '../../src/plan/baseline.js';
import type { Client, Contact } from '../../src/plan/client.js';
import { mergeContacts } from '../../src/plan/contacts.js';
import type { MergedContacts } from '../../src/plan/contacts.js';
import { planRecord } from '../../src/plan/diff.js';
import type { DraftChange, Policy, Verdict } from '../../src/plan/diff.js';
import { foldKey } from '../../src/plan/fold.js';
import { aClient, aRecord } from '../support/clients.js';
import { heldContacts, storeContacts, wantedContacts } from '../support/contact-lists.js';
import { PROPERTY_RUNS, PROPERTY_SEED as seed } from '../support/property.js';

const RUNS = PROPERTY_RUNS * 50;

const FIELDS = ['name', 'phone', 'city', 'is_tax_exempt', 'settings.currency_code'] as const satisfies ClientField[];
type Field = (typeof FIELDS)[number];
type Values = Readonly<Partial<Record<Field, string>>>;

const valueOf = (field: Field): fc.Arbitrary<string> =>
  field === 'is_tax_exempt' ? fc.constantFrom('true', 'false') : fc.constantFrom('', 'a', 'b', 'c');
const valuesArbitrary: fc.Arbitrary<Values> = fc.record(
  Object.fromEntries(FIELDS.map((field) => [field, valueOf(field)])) as Record<Field, fc.Arbitrary<string>>,
  { requiredKeys: [] },
);

const POLICY: Policy = {
  create: true,
  update: true,
  restore: false,
  missing: { then: 'keep', after: 1 },
  contacts: 'merge',
  winner: { default: 'source', fields: {} },
};
const policyFor = (winner: 'source' | 'target' | 'reject', more: Partial<Policy> = {}): Policy => ({
  ...POLICY,
  ...more,
  winner: { default: winner, fields: {} },
});

/** As the target holds it: blank fields are absent, and so is a flag that is off. */
function hold(values: Values): Client {
  const filled = Object.entries(values).filter(([, value]) => value !== '' && value !== 'false');
  return aClient({ fields: Object.fromEntries(filled) });
}

const heldValue = (client: Client, field: Field): string =>
  client.fields[field] ?? (field === 'is_tax_exempt' ? 'false' : '');

function apply(client: Client, verdict: Verdict): Client {
  if (verdict.kind !== 'change') return client;
  const { fields, contacts } = verdict.change;
  const changed: Partial<Record<ClientField, string>> = { ...client.fields };
  for (const { field, after } of fields) {
    if (after === '' || after === 'false') delete changed[field];
    else changed[field] = after;
  }
  return {
    ...client,
    fields: changed,
    contacts: contacts.length === 0 ? client.contacts : applyLines(client, contacts),
  };
}

/** The list that the lines of a plan describe, as the server stores it. */
function applyLines(client: Client, lines: DraftChange['contacts']): readonly Contact[] {
  const sent = lines
    .filter(({ kind }) => kind !== 'remove')
    .map(({ id, fields }) => ({
      ...(client.contacts.find((contact) => contact.id === id) ?? { ...NEW, id: null }),
      ...Object.fromEntries(fields.map(({ field, after }) => [field, isFlag(field) ? after === 'true' : after])),
    }));
  return storeContacts(sent);
}

const isFlag = (field: ContactField): boolean => field === 'is_primary' || field === 'send_email';
const NEW: Omit<Contact, 'id'> = {
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

const world = fc.record({ then: valuesArbitrary, now: valuesArbitrary, target: valuesArbitrary });
const contactWorld = fc.record({
  held: heldContacts,
  then: wantedContacts,
  now: wantedContacts,
  policy: fc.record({ contacts: fc.constantFrom('merge' as const, 'mirror' as const), complete: fc.boolean() }),
});
const winnerArbitrary = fc.constantFrom('source' as const, 'target' as const, 'reject' as const);

const planFields = (all: { then: Values | null; now: Values; target: Client }, policy: Policy): Verdict =>
  planRecord(
    aRecord({ client: all.now }),
    all.target,
    policy,
    all.then === null ? null : { client: all.then, contacts: [] },
  );

describe('a field of the client', { timeout: 600_000 }, () => {
  it('ends as the file says when the source wins, and only edits are marked', () => {
    fc.assert(
      fc.property(world, ({ then, now, target }) => {
        const client = hold(target);
        const verdict = planFields({ then, now, target: client }, POLICY);
        const after = apply(client, verdict);
        for (const field of FIELDS) {
          expect(heldValue(after, field)).toBe(now[field] ?? heldValue(client, field));
          const line = verdict.kind === 'change' ? verdict.change.fields.find((one) => one.field === field) : undefined;
          if (line === undefined) continue;
          const edited = then[field] !== undefined && then[field] !== heldValue(client, field);
          expect(line.then).toBe(edited ? then[field] : undefined);
        }
        expect(planFields({ then: now, now, target: after }, POLICY).kind).toBe('unchanged');
      }),
      { numRuns: RUNS, seed },
    );
  });

  it('ends as somebody made it when the target wins, and as the file says otherwise', () => {
    fc.assert(
      fc.property(world, ({ then, now, target }) => {
        const client = hold(target);
        const policy = policyFor('target');
        const verdict = planFields({ then, now, target: client }, policy);
        const after = apply(client, verdict);
        for (const field of FIELDS) {
          const [held, pushed] = [heldValue(client, field), then[field]];
          const edited = pushed !== undefined && pushed !== held;
          expect(heldValue(after, field)).toBe(edited ? held : (now[field] ?? held));
        }
        expect(planFields({ then: now, now, target: after }, policy).kind).not.toBe('change');
      }),
      { numRuns: RUNS, seed },
    );
  });

  it('is refused exactly where the source would overwrite an edit', () => {
    fc.assert(
      fc.property(world, ({ then, now, target }) => {
        const client = hold(target);
        const marked = planFields({ then, now, target: client }, POLICY);
        const overwrites = marked.kind === 'change' && marked.change.fields.some((field) => field.then !== undefined);
        const verdict = planFields({ then, now, target: client }, policyFor('reject'));
        if (overwrites) expect(verdict).toMatchObject({ kind: 'reject', code: 'edited-in-target' });
        else expect(verdict).toEqual(marked);
      }),
      { numRuns: RUNS, seed },
    );
  });

  it('is compared two ways where nothing is known, whoever wins', () => {
    fc.assert(
      fc.property(world, winnerArbitrary, ({ now, target }, winner) => {
        const client = hold(target);
        const plain = planFields({ then: null, now, target: client }, POLICY);
        expect(planFields({ then: null, now, target: client }, policyFor(winner))).toEqual(plain);
        expect(planFields({ then: {}, now, target: client }, policyFor(winner))).toEqual(plain);
      }),
      { numRuns: RUNS, seed },
    );
  });
});

describe('the contacts of a client', { timeout: 600_000 }, () => {
  const merge = (
    held: readonly Contact[],
    now: readonly ContactValues[],
    policy: { contacts: 'merge' | 'mirror'; complete: boolean },
    then: readonly ContactValues[] | null,
    winner: 'source' | 'target' | 'reject',
  ): MergedContacts | null => {
    const merged = mergeContacts(held, now, policy, then === null ? null : { contacts: then, winner });
    return 'changes' in merged ? merged : null;
  };

  it('are never lost and never invented, whoever wins', () => {
    fc.assert(
      fc.property(contactWorld, winnerArbitrary, ({ held, then, now, policy }, winner) => {
        const merged = merge(held, now, policy, then, winner);
        if (merged === null) return;
        const ids = held.map(({ id }) => id);
        const after = merged.after.flatMap(({ id }) => id ?? []);
        const removed = merged.changes.flatMap(({ kind, id }) => (kind === 'remove' ? [id] : []));
        expect(after.length + removed.length).toBe(ids.length);
        expect(new Set<string | null>([...after, ...removed])).toEqual(new Set(ids));
        if (policy.contacts === 'merge' || !policy.complete) expect(removed).toEqual([]);
        expect(merged.after.filter(({ id }) => id === null).length).toBeLessThanOrEqual(now.length);
        expect(merged.after.length).toBeGreaterThan(0);
      }),
      { numRuns: RUNS, seed },
    );
  });

  it('end as they end two ways when the source wins: the marks are all that is more', () => {
    fc.assert(
      fc.property(contactWorld, ({ held, then, now, policy }) => {
        const [two, three] = [merge(held, now, policy, null, 'source'), merge(held, now, policy, then, 'source')];
        expect(three?.after).toEqual(two?.after);
        expect(three?.changes.map(({ kind, id }) => `${kind} ${id}`)).toEqual(
          two?.changes.map(({ kind, id }) => `${kind} ${id}`),
        );
      }),
      { numRuns: RUNS, seed },
    );
  });

  it('are marked exactly where the target would keep something, and refused there', () => {
    fc.assert(
      fc.property(contactWorld, ({ held, then, now, policy }) => {
        const source = merge(held, now, policy, then, 'source');
        if (source === null) return;
        const marked = source.changes.some(({ fields }) => fields.some((field) => field.then !== undefined));
        const target = merge(held, now, policy, then, 'target');
        expect(target?.kept.length === 0).toBe(!marked);
        expect(merge(held, now, policy, then, 'reject') === null).toBe(marked);
        if (!marked) expect(target).toEqual(source);
      }),
      { numRuns: RUNS, seed },
    );
  });

  it('keep what somebody made of them when the target wins', () => {
    fc.assert(
      fc.property(contactWorld, ({ held, then, now, policy }) => {
        const merged = merge(held, now, policy, then, 'target');
        if (merged === null) return;
        // Contacts whom the job pushed under an address that the file and the target still have.
        for (const was of then.filter(({ email }) => email)) {
          const same = ({ email }: { readonly email?: string | undefined }): boolean =>
            foldKey(email ?? '') === foldKey(was.email ?? '');
          const holders = held.filter(same);
          const [contact] = holders;
          if (contact === undefined || holders.length > 1 || !now.some(same)) continue;
          const after = merged.after.find(({ id }) => id === contact.id);
          for (const field of ['first_name', 'last_name', 'phone'] as const)
            if (was[field] !== undefined && was[field] !== contact[field]) expect(after?.[field]).toBe(contact[field]);
        }
      }),
      { numRuns: RUNS, seed },
    );
  });

  it('ask for nothing when they are planned again', () => {
    fc.assert(
      fc.property(contactWorld, winnerArbitrary, ({ held, then, now, policy }, winner) => {
        const record: SyncRecord = aRecord({ client: {}, contacts: now, contactsComplete: policy.complete });
        const rules = policyFor(winner, { contacts: policy.contacts });
        const client = aClient({ contacts: held });
        const verdict = planRecord(record, client, rules, { client: {}, contacts: then });
        if (verdict.kind === 'reject') return;
        const again = planRecord(record, apply(client, verdict), rules, baselineOf(record));
        // Where an edit stays two contacts may have become alike, so that a person has to tell them apart.
        if (winner === 'target') expect(again.kind).not.toBe('change');
        else expect(again.kind).toBe('unchanged');
      }),
      { numRuns: RUNS, seed },
    );
  });
});
