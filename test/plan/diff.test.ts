import { describe, expect, it } from 'vitest';
import type { Lifecycle, SyncRecord } from '../../src/mapping/record.js';
import type { ClientState } from '../../src/plan/client.js';
import { labelOf, planMissing, planRecord } from '../../src/plan/diff.js';
import type { DraftChange, Policy, Verdict } from '../../src/plan/diff.js';
import { aBlankContact, aClient, aContact, aRecord, wants } from '../support/clients.js';

const POLICY: Policy = { create: true, update: true, restore: false, missing: 'keep', contacts: 'merge' };
const changeOf = (verdict: Verdict): DraftChange => {
  if (verdict.kind !== 'change') throw new Error(`not a change: ${verdict.kind}`);
  return verdict.change;
};
/** `update`, `unchanged`, `leave` or `reject`. */
const short = (verdict: Verdict): string => (verdict.kind === 'change' ? verdict.change.kind : verdict.kind);

describe('what becomes of a record, cell by cell', () => {
  const cases: readonly (readonly [Lifecycle, ClientState | 'none', Partial<Policy>, boolean, string])[] = [
    // the record says, the client is, policy, the file has a column for it, outcome
    ['active', 'none', {}, false, 'create'],
    ['active', 'none', { create: false }, false, 'leave'],
    ['active', 'active', {}, false, 'update'],
    ['active', 'active', { update: false }, false, 'leave'],
    ['active', 'archived', {}, false, 'leave'],
    ['active', 'archived', { restore: true }, false, 'restore'],
    ['active', 'archived', {}, true, 'restore'],
    ['active', 'archived', { restore: true, update: false }, false, 'restore'],
    ['active', 'deleted', {}, false, 'leave'],
    ['active', 'deleted', { restore: true }, false, 'restore'],
    ['active', 'deleted', {}, true, 'restore'],
    ['inactive', 'none', {}, true, 'leave'],
    ['inactive', 'active', {}, true, 'archive'],
    ['inactive', 'archived', {}, true, 'unchanged'],
    ['inactive', 'deleted', {}, true, 'unchanged'],
    ['deleted', 'none', {}, true, 'leave'],
    ['deleted', 'active', {}, true, 'delete'],
    ['deleted', 'archived', {}, true, 'delete'],
    ['deleted', 'deleted', {}, true, 'unchanged'],
  ];
  it.each(cases)(
    '%s, the client is %s, policy %j, stated %s: %s',
    (lifecycle, state, policy, lifecycleStated, outcome) => {
      const record = aRecord({ lifecycle, lifecycleStated, client: { name: 'New name', id_number: 'C-1' } });
      const client = state === 'none' ? null : aClient({ state });
      const verdict = planRecord(record, client, { ...POLICY, ...policy });
      expect(short(verdict)).toBe(outcome);
      if (verdict.kind !== 'change') return;
      expect(verdict.change.before).toBe(client);
      expect(verdict.change.rows).toBe(record.rows);
      const writes = ['create', 'update'].includes(outcome) || (outcome === 'restore' && policy.update !== false);
      expect(verdict.change.fields.length > 0).toBe(writes);
    },
  );

  it('is unchanged when it says what the client has', () => {
    expect(planRecord(aRecord(), aClient(), POLICY)).toEqual({ kind: 'unchanged' });
    expect(planRecord(aRecord({ contacts: [wants('<a@a.de>')] }), aClient(), POLICY).kind).toBe('change');
  });
});

describe('the fields of a change', () => {
  const fieldsOf = (client: SyncRecord['client'], held = aClient()): readonly string[] =>
    changeOf(planRecord(aRecord({ client }), held, POLICY)).fields.map(
      ({ field, before, after }) => `${field}: ${before} → ${after}`,
    );

  it('are those that differ', () => {
    expect(fieldsOf({ name: 'New', id_number: 'C-1', city: 'Ulm' })).toEqual(['name: Acme → New', 'city:  → Ulm']);
  });

  it('are cleared where the record says so', () => {
    expect(fieldsOf({ name: '' })).toEqual(['name: Acme → ']);
    expect(planRecord(aRecord({ client: { id_number: 'C-1', city: '' } }), aClient(), POLICY).kind).toBe('unchanged');
  });

  it('take a flag that is off for one that was never set', () => {
    const exempt = aClient({ fields: { is_tax_exempt: 'true' } });
    expect(planRecord(aRecord({ client: { is_tax_exempt: 'false' } }), aClient(), POLICY).kind).toBe('unchanged');
    expect(fieldsOf({ is_tax_exempt: 'false' }, exempt)).toEqual(['is_tax_exempt: true → false']);
    expect(fieldsOf({ is_tax_exempt: 'true' })).toEqual(['is_tax_exempt:  → true']);
  });

  it('count in the reason, with the contacts', () => {
    const change = changeOf(
      planRecord(aRecord({ client: { city: 'Ulm' }, contacts: [wants('Cy')] }), aClient(), POLICY),
    );
    expect(change.reason).toBe('The file differs in 1 field and the contacts.');
    expect(change.contacts.map(({ kind }) => kind)).toEqual(['change']);
  });

  it('come without contacts where those do not change', () => {
    expect(changeOf(planRecord(aRecord({ client: { city: 'Ulm' } }), aClient(), POLICY)).contacts).toEqual([]);
  });
});

describe('a record that cannot be carried out', () => {
  it('has neither name nor contact for a new client', () => {
    const verdict = planRecord(aRecord({ client: { id_number: 'C-1' } }), null, POLICY);
    expect(verdict).toMatchObject({ kind: 'reject', code: 'no-identity' });
    expect(planRecord(aRecord({ client: {}, contacts: [wants('<a@a.de>')] }), null, POLICY).kind).toBe('change');
  });

  it('has a contact that two held ones could be', () => {
    const twins = [aContact('1', { first_name: 'Ada', phone: '1' }), aContact('2', { first_name: 'Ada', phone: '2' })];
    const verdict = planRecord(aRecord({ contacts: [wants('ADA')] }), aClient({ contacts: twins }), POLICY);
    expect(verdict).toMatchObject({ kind: 'reject', code: 'ambiguous-match', value: 'ADA' });
  });
});

describe('a client that is missing', () => {
  it('is archived or deleted without rows, and an open balance is told', () => {
    expect(planMissing(aClient(), 'archive')).toMatchObject({
      kind: 'archive',
      clientId: 'client1',
      rows: [],
      fields: [],
    });
    expect(planMissing(aClient(), 'delete').reason).not.toContain('balance');
    expect(planMissing(aClient({ balance: 12.5 }), 'delete').reason).toContain('open balance of 12.50');
  });
});

describe('a label', () => {
  it.each([
    ["the record's name", aRecord(), aClient({ fields: { name: 'Old' } }), 'Acme'],
    ["the client's name", aRecord({ client: {} }), aClient({ fields: { name: 'Old' } }), 'Old'],
    ['its contact', null, aClient({ fields: {}, contacts: [aContact('a', { email: 'a@a.de' })] }), 'a@a.de'],
    ["the record's contact", aRecord({ client: {}, contacts: [wants('Ada <a@a.de>')] }), null, 'Ada'],
    ['for a client without anything', null, aClient({ fields: {}, contacts: [] }), 'client1'],
    ['for a blank contact', null, aClient({ fields: {}, contacts: [aBlankContact()] }), '(blank contact)'],
  ])('is %s', (_, record, client, label) => {
    expect(labelOf(record, client)).toBe(label);
  });
});
