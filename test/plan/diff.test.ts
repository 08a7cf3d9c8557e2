import { describe, expect, it } from 'vitest';
import type { Lifecycle, SyncRecord } from '../../src/mapping/record.js';
import type { ClientState } from '../../src/plan/client.js';
import type { Baseline } from '../../src/plan/baseline.js';
import { labelOf, planMissing, planRecord } from '../../src/plan/diff.js';
import type { DraftChange, Policy, Verdict, Winners } from '../../src/plan/diff.js';
import { aBlankContact, aClient, aContact, aRecord, wants } from '../support/clients.js';

const POLICY: Policy = {
  create: true,
  update: true,
  restore: false,
  missing: { then: 'keep', after: 1 },
  contacts: 'merge',
  winner: { default: 'source', fields: {} },
};
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
      const verdict = planRecord(record, client, { ...POLICY, ...policy }, null);
      expect(short(verdict)).toBe(outcome);
      if (verdict.kind !== 'change') return;
      expect(verdict.change.before).toBe(client);
      expect(verdict.change.rows).toBe(record.rows);
      const writes = ['create', 'update'].includes(outcome) || (outcome === 'restore' && policy.update !== false);
      expect(verdict.change.fields.length > 0).toBe(writes);
    },
  );

  it('is unchanged when it says what the client has', () => {
    expect(planRecord(aRecord(), aClient(), POLICY, null)).toEqual({ kind: 'unchanged' });
    expect(planRecord(aRecord({ contacts: [wants('<a@a.de>')] }), aClient(), POLICY, null).kind).toBe('change');
  });
});

describe('the fields of a change', () => {
  const fieldsOf = (client: SyncRecord['client'], held = aClient()): readonly string[] =>
    changeOf(planRecord(aRecord({ client }), held, POLICY, null)).fields.map(
      ({ field, before, after }) => `${field}: ${before} → ${after}`,
    );

  it('are those that differ', () => {
    expect(fieldsOf({ name: 'New', id_number: 'C-1', city: 'Ulm' })).toEqual(['name: Acme → New', 'city:  → Ulm']);
  });

  it('are cleared where the record says so', () => {
    expect(fieldsOf({ name: '' })).toEqual(['name: Acme → ']);
    expect(planRecord(aRecord({ client: { id_number: 'C-1', city: '' } }), aClient(), POLICY, null).kind).toBe(
      'unchanged',
    );
  });

  it('take a flag that is off for one that was never set', () => {
    const exempt = aClient({ fields: { is_tax_exempt: 'true' } });
    expect(planRecord(aRecord({ client: { is_tax_exempt: 'false' } }), aClient(), POLICY, null).kind).toBe('unchanged');
    expect(fieldsOf({ is_tax_exempt: 'false' }, exempt)).toEqual(['is_tax_exempt: true → false']);
    expect(fieldsOf({ is_tax_exempt: 'true' })).toEqual(['is_tax_exempt:  → true']);
  });

  it('count in the reason, with the contacts', () => {
    const change = changeOf(
      planRecord(aRecord({ client: { city: 'Ulm' }, contacts: [wants('Cy')] }), aClient(), POLICY, null),
    );
    expect(change.reason).toBe('The file differs in 1 field and the contacts.');
    expect(change.contacts.map(({ kind }) => kind)).toEqual(['change']);
  });

  it('come without contacts where those do not change', () => {
    expect(changeOf(planRecord(aRecord({ client: { city: 'Ulm' } }), aClient(), POLICY, null)).contacts).toEqual([]);
  });
});

describe('what somebody changed in Invoice Ninja since the job pushed it', () => {
  const won = (winner: Partial<Winners>): Policy => ({ ...POLICY, winner: { ...POLICY.winner, ...winner } });
  const pushed = (client: Baseline['client']): Baseline => ({ client, contacts: [] });
  const held = aClient({ fields: { name: 'Acme', phone: '2', city: 'Ulm', industry_id: '3' } });
  /** `phone: 1 → 3 | 2` in the order then, source, target; with `kept` in front where the target wins. */
  const told = (verdict: Verdict): readonly string[] => [
    ...changeOf(verdict).fields.map(
      ({ field, then, after, before }) => `${field}: ${then ?? '?'} → ${after} | ${before}`,
    ),
    ...(changeOf(verdict).kept ?? []).map(
      ({ field, then, source, target }) => `kept ${field}: ${then} → ${source} | ${target}`,
    ),
  ];

  it.each([
    ['nothing is known about it', {}, '3', ['phone: ? → 3 | 2']],
    ['it is as it was pushed', { phone: '2' }, '3', ['phone: ? → 3 | 2']],
    ['it was edited, and the file is as it was', { phone: '1' }, '1', ['phone: 1 → 1 | 2']],
    ['both are newer', { phone: '1' }, '3', ['phone: 1 → 3 | 2']],
    ['it was filled', { phone: '' }, '3', ['phone:  → 3 | 2']],
    ['it was filled, and the file clears it', { phone: '1' }, '', ['phone: 1 →  | 2']],
  ] as const)('is marked where the source wins: %s', (_, then, phone, lines) => {
    expect(told(planRecord(aRecord({ client: { phone } }), held, POLICY, pushed(then)))).toEqual(lines);
  });

  it('is no change when the file says the same, whatever was pushed', () => {
    const record = aRecord({ client: { phone: '2' } });
    for (const winner of ['source', 'target', 'reject'] as const)
      expect(planRecord(record, held, won({ default: winner }), pushed({ phone: '1' })).kind).toBe('unchanged');
  });

  it('counts in the reason', () => {
    const record = aRecord({ client: { phone: '3', city: 'Bonn' }, contacts: [wants('Ada')] });
    const one = changeOf(planRecord({ ...record, contacts: [] }, held, POLICY, pushed({ phone: '1', city: 'Ulm' })));
    expect(one.reason).toBe('The file differs in 2 fields, 1 of them was changed in Invoice Ninja since.');
    const two = changeOf(planRecord(record, held, POLICY, pushed({ phone: '1', city: 'Rom' })));
    expect(two.reason).toBe(
      'The file differs in 2 fields and the contacts, 2 of these values were changed in Invoice Ninja since.',
    );
  });

  it('stays where the target wins, beside what else changes', () => {
    const record = aRecord({ client: { phone: '3', city: 'Bonn' } });
    const then = pushed({ phone: '1', city: 'Ulm' });
    expect(told(planRecord(record, held, won({ default: 'target' }), then))).toEqual([
      'city: ? → Bonn | Ulm',
      'kept phone: 1 → 3 | 2',
    ]);
    expect(told(planRecord(record, held, won({ fields: { city: 'target' } }), then))).toEqual([
      'phone: 1 → 3 | 2',
      'city: ? → Bonn | Ulm',
    ]);
    expect(told(planRecord(record, held, won({ default: 'target', fields: { phone: 'source' } }), then))).toEqual([
      'phone: 1 → 3 | 2',
      'city: ? → Bonn | Ulm',
    ]);
  });

  it('leaves the record alone where that is all', () => {
    const then: Baseline = { client: { phone: '1' }, contacts: [wants('Ada Byron <ada@a.de>', { phone: '5' })] };
    const ada = aContact('a', { first_name: 'Ada', last_name: 'Byron', email: 'ada@a.de', phone: '6' });
    const record = aRecord({ client: { phone: '3' }, contacts: then.contacts });
    expect(planRecord(record, { ...held, contacts: [ada] }, won({ default: 'target' }), then)).toEqual({
      kind: 'leave',
      reason: 'Somebody changed phone, phone of Ada Byron in Invoice Ninja, and the job lets the target win.',
    });
  });

  it('is refused where the job wants that, with all three values and the way out', () => {
    const record = aRecord({ client: { phone: '3', industry_id: '1', city: 'Bonn' } });
    const then = pushed({ phone: '1', industry_id: '2', city: 'Ulm' });
    expect(planRecord(record, held, won({ fields: { phone: 'reject' } }), then)).toEqual({
      kind: 'reject',
      code: 'edited-in-target',
      value: '2',
      hint: 'Somebody changed in Invoice Ninja what this job had pushed. phone: pushed was "1", the file says "3", Invoice Ninja has "2". Make the file and Invoice Ninja equal, or set policy.winner.fields.phone in the job to source or target.',
    });
    const both = planRecord(record, held, won({ default: 'reject' }), then);
    expect(both).toMatchObject({ kind: 'reject', value: '2, 3' });
    expect(both).toHaveProperty(
      'hint',
      expect.stringMatching(/industry_id: .* has "Aerospace"\. .* set policy\.winner in/),
    );
  });

  it('is refused for a contact as well, under the winner for contacts', () => {
    const then: Baseline = { client: {}, contacts: [wants('<ada@a.de>', { phone: '5' })] };
    const client = aClient({ contacts: [aContact('a', { email: 'ada@a.de', phone: '6', is_primary: true })] });
    const record = aRecord({ contacts: then.contacts });
    expect(planRecord(record, client, won({ contacts: 'reject' }), then)).toMatchObject({
      kind: 'reject',
      code: 'edited-in-target',
      value: '6',
      hint: expect.stringContaining('set policy.winner.contacts in the job') as unknown,
    });
    expect(planRecord(record, client, won({ contacts: 'source', default: 'reject' }), then).kind).toBe('change');
  });

  it.each([
    ['source', 'restore'],
    ['target', 'restore'],
    ['reject', 'reject'],
  ] as const)('is settled in a restore too: %s', (winner, outcome) => {
    const record = aRecord({ client: { phone: '3' } });
    const archived: typeof held = { ...held, state: 'archived' };
    const policy = { ...won({ default: winner }), restore: true };
    const verdict = planRecord(record, archived, policy, pushed({ phone: '1' }));
    expect(short(verdict)).toBe(outcome);
    if (verdict.kind === 'change') expect(verdict.change.fields.length).toBe(winner === 'source' ? 1 : 0);
    // A restore that writes no field overwrites nothing.
    expect(short(planRecord(record, archived, { ...policy, update: false }, pushed({ phone: '1' })))).toBe('restore');
  });

  it('is no edit where a flag is off and was pushed as off', () => {
    const record = aRecord({ client: { is_tax_exempt: 'true' } });
    const verdict = planRecord(record, held, won({ default: 'target' }), pushed({ is_tax_exempt: 'false' }));
    expect(told(verdict)).toEqual(['is_tax_exempt: ? → true | ']);
  });

  it('is told shortly, however long and however much it is', () => {
    const long = 'x'.repeat(500);
    const names = ['name', 'phone', 'city', 'state', 'website', 'address1', 'address2'] as const;
    const fill = (text: string) => Object.fromEntries(names.map((name) => [name, text]));
    const client = aClient({ fields: fill(long) });
    const record = aRecord({ client: fill('new') });
    const refused = planRecord(record, client, won({ default: 'reject' }), pushed(fill('old')));
    expect(refused).toHaveProperty('hint', expect.stringMatching(/website: [^;]*; and 2 more\./));
    expect(JSON.stringify(refused).length).toBeLessThan(1500);
    expect(planRecord(record, client, won({ default: 'target' }), pushed(fill('old')))).toHaveProperty(
      'reason',
      'Somebody changed name, phone, city, state, website and 2 more in Invoice Ninja, and the job lets the target win.',
    );
  });
});

describe('a record that cannot be carried out', () => {
  it('has neither name nor contact for a new client', () => {
    const verdict = planRecord(aRecord({ client: { id_number: 'C-1' } }), null, POLICY, null);
    expect(verdict).toMatchObject({ kind: 'reject', code: 'no-identity' });
    expect(planRecord(aRecord({ client: {}, contacts: [wants('<a@a.de>')] }), null, POLICY, null).kind).toBe('change');
  });

  it('has a contact that two held ones could be', () => {
    const twins = [aContact('1', { first_name: 'Ada', phone: '1' }), aContact('2', { first_name: 'Ada', phone: '2' })];
    const verdict = planRecord(aRecord({ contacts: [wants('ADA')] }), aClient({ contacts: twins }), POLICY, null);
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
