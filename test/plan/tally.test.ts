import { describe, expect, it } from 'vitest';
import type { ContactChange, FieldChange } from '../../src/plan/change.js';
import type { DraftChange } from '../../src/plan/diff.js';
import { ChangeTally } from '../../src/plan/tally.js';
import { aClient, aContact } from '../support/clients.js';

const CLIENT = aClient({
  contacts: [
    aContact('main', { is_primary: true, email: 'ada@a.example' }),
    aContact('other', { email: 'bob@a.example' }),
  ],
});

function aChange(values: Partial<DraftChange> = {}): DraftChange {
  return {
    kind: 'update',
    clientId: CLIENT.id,
    label: 'Acme',
    rows: [],
    reason: '',
    fields: [],
    contacts: [],
    before: CLIENT,
    ...values,
  };
}

function tallyOf(...changes: readonly DraftChange[]): ChangeTally {
  const tally = new ChangeTally();
  for (const change of changes) tally.add(change);
  return tally;
}

const field = (name: FieldChange['field'], before: string, after: string): FieldChange => ({
  field: name,
  before,
  after,
});
const contact = (id: string, kind: ContactChange['kind'], ...fields: ContactChange['fields']): ContactChange => ({
  kind,
  id,
  label: id,
  fields,
});
const email = { field: 'email', before: 'ada@a.example', after: 'new@a.example' } as const;
const phone = { field: 'phone', before: '1', after: '2' } as const;

describe('a guarded field changes', () => {
  it.each<readonly [string, Partial<DraftChange>, number]>([
    ['with the currency', { fields: [field('settings.currency_code', 'EUR', 'USD')] }, 1],
    ['with the country', { fields: [field('country_code', 'DE', 'FR')] }, 1],
    ['with the VAT number, also to nothing', { fields: [field('vat_number', 'DE1', '')] }, 1],
    ['once, whatever else changes', { fields: [field('vat_number', 'DE1', ''), field('country_code', 'DE', 'FR')] }, 1],
    ['when a restored client gets one', { kind: 'restore', fields: [field('country_code', 'DE', 'FR')] }, 1],
    ["with the primary contact's address", { contacts: [contact('main', 'change', email)] }, 1],
    ['when the primary contact goes', { contacts: [contact('main', 'remove'), contact('other', 'keep')] }, 1],
    ['not when there was none', { fields: [field('country_code', '', 'FR'), field('vat_number', '', 'DE1')] }, 0],
    ['not with another field', { fields: [field('city', 'Ulm', 'Bonn')] }, 0],
    ["not with the primary contact's phone", { contacts: [contact('main', 'change', phone)] }, 0],
    [
      "not with another contact's address",
      { contacts: [contact('main', 'keep'), contact('other', 'change', email)] },
      0,
    ],
    ['not with a new client', { kind: 'create', before: null, fields: [field('country_code', '', 'FR')] }, 0],
  ])('%s', (_, values, guarded) => {
    expect(tallyOf(aChange(values)).guardedFields).toBe(guarded);
  });

  it('not when the primary contact had no address', () => {
    const before = aClient({ contacts: [aContact('main', { is_primary: true })] });
    const contacts = [contact('main', 'change', { field: 'email', before: '', after: 'new@a.example' })];
    expect(tallyOf(aChange({ before, contacts })).guardedFields).toBe(0);
  });
});

describe('a tally', () => {
  it.each(['archive', 'delete'] as const)('counts the balance of a client under %s', (kind) => {
    const owing = aClient({ balance: -0.01 });
    expect(tallyOf(aChange({ kind, before: owing }), aChange({ kind })).balances).toBe(1);
    expect(tallyOf(aChange({ before: owing })).balances).toBe(0);
  });

  it('counts conflicts of the client and of contacts, whoever wins', () => {
    const tally = tallyOf(
      aChange({
        fields: [{ ...field('city', 'Bonn', 'Ulm'), then: 'Köln' }, field('name', 'A', 'B')],
        contacts: [contact('main', 'change', { ...phone, then: '3' })],
        kept: [{ field: 'website', contact: null, then: 'a', source: 'b', target: 'c' }],
      }),
    );
    expect(tally.conflicts).toBe(3);
  });

  it('counts documents, and the changes that bring them', () => {
    const document = { name: 'a.pdf', bytes: 1, reference: 'a.pdf', folder: '/' };
    const tally = tallyOf(
      aChange({ kind: 'upload', documents: [document, { ...document, name: 'b.pdf' }] }),
      aChange({ documents: [document] }),
      aChange(),
    );
    expect([tally.documents, tally.withDocuments]).toEqual([3, 2]);
  });
});
