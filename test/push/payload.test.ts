import { describe, expect, it } from 'vitest';
import { buildCodeTable } from '../../src/ninja/codes.js';
import { mergeContacts } from '../../src/plan/contacts.js';
import { planRecord } from '../../src/plan/diff.js';
import type { Policy } from '../../src/plan/diff.js';
import { completeCreate, rebaseChange } from '../../src/plan/rebase.js';
import type { Change } from '../../src/plan/change.js';
import type { Client } from '../../src/plan/client.js';
import type { SyncRecord } from '../../src/mapping/record.js';
import { codeId, createBody, updateOf } from '../../src/push/payload.js';
import { aClient, aContact, aRecord, wants } from '../support/clients.js';

const codes = buildCodeTable({
  countries: [
    { id: '276', iso_3166_2: 'DE', name: 'Germany' },
    { id: '840', iso_3166_2: 'US', name: 'United States' },
  ],
  currencies: [
    { id: '1', code: 'USD', name: 'US Dollar' },
    { id: '3', code: 'EUR', name: 'Euro' },
  ],
  languages: [{ id: '3', name: 'German', locale: 'de' }],
  industries: [],
  sizes: [],
});

const POLICY: Policy = {
  create: true,
  update: true,
  restore: true,
  missing: { then: 'keep', after: 1 },
  contacts: 'merge',
  winner: { default: 'source', fields: {} },
};

function changeOf(record: Partial<SyncRecord>, client: Client | null, policy: Partial<Policy> = {}): Change {
  const verdict = planRecord(aRecord(record), client, { ...POLICY, ...policy }, null);
  if (verdict.kind !== 'change') throw new Error(`a change was expected, not ${verdict.kind}`);
  return { seq: 1, ...verdict.change };
}

describe('codes become the ids of the target', () => {
  it.each([
    ['country_code', 'DE', '276'],
    ['shipping_country_code', 'US', '840'],
    ['settings.currency_code', 'EUR', '3'],
    ['settings.language_code', 'de', '3'],
    ['settings.language_code', '', ''],
    ['country_code', '#999', '999'],
    ['country_code', 'FR', undefined],
    ['city', 'DE', 'DE'],
  ] as const)('%s %j', (field, value, id) => {
    expect(codeId(field, value, codes)).toBe(id);
  });
});

describe('the body of a create', () => {
  it('has the fields under their names at the target, the settings, and contacts without ids', () => {
    const change = changeOf(
      {
        client: {
          'name': 'Acme',
          'country_code': 'DE',
          'is_tax_exempt': 'true',
          'settings.currency_code': 'EUR',
          'settings.payment_terms': '14',
        },
        contacts: [wants('Ada Byron <ada@a.de>'), wants('<bob@a.de>', { send_email: 'false' })],
      },
      null,
    );
    expect(createBody(change, codes)).toEqual({
      name: 'Acme',
      country_id: '276',
      is_tax_exempt: true,
      settings: { currency_id: '3', payment_terms: '14' },
      contacts: [
        { first_name: 'Ada', last_name: 'Byron', email: 'ada@a.de', is_primary: true, send_email: true },
        { email: 'bob@a.de', is_primary: false, send_email: false },
      ],
    });
  });
});

describe('the body of an update', () => {
  const contacts = [
    aContact('a', { email: 'ada@a.de', is_primary: true }),
    aContact('b', { email: 'bob@a.de', phone: '5' }),
  ];
  const client = aClient({ contacts, settings: { currency_id: '3', pdf: 'x', nested: { keep: [1] } } });

  it('carries all settings, and leaves contacts alone when none of them changes', () => {
    const { body, before, removed } = updateOf(changeOf({ client: { name: 'New' } }, client), codes);
    expect(body).toEqual({ name: 'New', settings: client.settings });
    expect(before).toBe(client);
    expect(removed).toEqual([]);
  });

  it('changes one setting among the others, and clears one', () => {
    const change = changeOf({ client: { 'settings.payment_terms': '30', 'settings.currency_code': 'USD' } }, client);
    expect(updateOf(change, codes).body.settings).toEqual({
      ...client.settings,
      currency_id: '1',
      payment_terms: '30',
    });
    const held = aClient({ fields: { 'settings.payment_terms': '7' }, settings: { payment_terms: '7', pdf: 'x' } });
    const cleared = changeOf({ client: { 'settings.payment_terms': '' } }, held);
    expect(updateOf(cleared, codes).body.settings).toEqual({ payment_terms: '', pdf: 'x' });
  });

  it('carries every held contact beside a new one', () => {
    const { body, removed } = updateOf(changeOf({ contacts: [wants('Cy <cy@a.de>')] }, client), codes);
    expect(body.contacts?.map((contact) => contact.id)).toEqual(['a', 'b', undefined]);
    expect(body.contacts?.[1]).toEqual(contacts[1]);
    expect(removed).toEqual([]);
  });

  it('leaves a contact out only where the plan removes it', () => {
    const change = changeOf({ contacts: [wants('<bob@a.de>')] }, client, { contacts: 'mirror' });
    const { body, removed } = updateOf(change, codes);
    expect(removed).toEqual(['a']);
    expect(body.contacts).toEqual([{ ...contacts[1], is_primary: true }]);
  });

  it('says nothing about contacts when there are none, so that none is invented', () => {
    const { body } = updateOf(changeOf({ client: { name: 'New' } }, aClient({ contacts: [] })), codes);
    expect(Object.keys(body)).toEqual(['name', 'settings']);
  });

  it("is refused when the plan speaks of a contact that is not the client's", () => {
    const foreign = mergeContacts([aContact('x')], [wants('Eve')], { contacts: 'merge', complete: true });
    if (!('changes' in foreign)) throw new Error('nothing is ambiguous');
    const change = { ...changeOf({ client: { name: 'New' } }, client), contacts: foreign.changes };
    expect(() => updateOf(change, codes)).toThrow(/contact x is one of client/);
  });

  it('says nothing about contacts that all stay as they are', () => {
    const lines = contacts.map(({ id }) => ({ kind: 'keep' as const, id, label: id, fields: [] }));
    const change = { ...changeOf({ client: { name: 'New' } }, client), contacts: lines };
    expect(Object.keys(updateOf(change, codes).body)).toEqual(['name', 'settings']);
  });

  it('is refused when the plan forgets a contact, or leaves none', () => {
    const change = changeOf({ contacts: [wants('Cy <cy@a.de>')] }, client);
    const [first, ...others] = change.contacts;
    expect(first?.id).toBe('a');
    expect(() => updateOf({ ...change, contacts: others }, codes)).toThrow(/what becomes of contact a/);
    const gone = contacts.map(({ id }) => ({ kind: 'remove' as const, id, label: id, fields: [] }));
    expect(() => updateOf({ ...change, contacts: gone }, codes)).toThrow(/leaves a contact/);
  });

  it('is made from the client as it is now, when somebody moved it after the plan', () => {
    const change = changeOf({ client: { name: 'New' }, contacts: [wants('Cy <cy@a.de>')] }, client);
    const eve = aContact('e', { email: 'eve@a.de' });
    const fresh = { ...client, updatedAt: 9, settings: { currency_id: '1' }, contacts: [...contacts, eve] };
    const rebased = rebaseChange(change, fresh, 'moved');
    if (rebased.kind !== 'send') throw new Error(`it is ${rebased.kind}`);
    const { body, before } = updateOf(rebased.change, codes);
    expect(before).toBe(fresh);
    expect(body.settings).toEqual({ currency_id: '1' });
    expect(body.contacts?.map(({ id }) => id)).toEqual(['a', 'b', 'e', undefined]);
  });

  it('completes a create that left a client without contacts, which is no create any more', () => {
    const change = changeOf({ client: { name: 'Acme' }, contacts: [wants('Ada <ada@a.de>')] }, null);
    const half = aClient({ fields: { name: 'Acme', number: '7' }, contacts: [] });
    const completed = completeCreate(change, half);
    if (completed.kind !== 'send') throw new Error(`it is ${completed.kind}`);
    expect(updateOf(completed.change, codes).body).toEqual({
      settings: half.settings,
      contacts: [{ first_name: 'Ada', email: 'ada@a.de', is_primary: true, send_email: true }],
    });
    expect(() => createBody(completed.change, codes)).toThrow(/has no client yet/);
  });
});
