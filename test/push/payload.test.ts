import { describe, expect, it } from 'vitest';
import { buildCodeTable } from '../../src/ninja/codes.js';
import { mergeContacts } from '../../src/plan/contacts.js';
import { planRecord } from '../../src/plan/diff.js';
import type { Policy } from '../../src/plan/diff.js';
import type { Change } from '../../src/plan/change.js';
import type { Client } from '../../src/plan/client.js';
import type { SyncRecord } from '../../src/mapping/record.js';
import { codeId, createBody, updateOf } from '../../src/push/payload.js';
import { findDifference } from '../../src/push/verify.js';
import { aBlankContact, aClient, aContact, aRecord, wants } from '../support/clients.js';

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

const POLICY: Policy = { create: true, update: true, restore: true, missing: 'keep', contacts: 'merge' };

function changeOf(record: Partial<SyncRecord>, client: Client | null, policy: Partial<Policy> = {}): Change {
  const verdict = planRecord(aRecord(record), client, { ...POLICY, ...policy });
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
    if ('ambiguous' in foreign) throw new Error('nothing is ambiguous');
    const change = { ...changeOf({ client: { name: 'New' } }, client), contacts: foreign.changes };
    expect(() => updateOf(change, codes)).toThrow(/contact x is one of client/);
  });
});

describe('what was stored, against what was meant', () => {
  const client = aClient({ contacts: [aContact('a', { email: 'ada@a.de', is_primary: true })] });
  const update = changeOf({ client: { name: 'New' }, contacts: [wants('Cy <cy@a.de>')] }, client);
  const stored = (values: Partial<Client>): Client => ({
    ...client,
    fields: { ...client.fields, name: 'New' },
    contacts: [...client.contacts, aContact('c', { first_name: 'Cy', email: 'CY@a.de' })],
    ...values,
  });

  it.each([
    ['nothing', update, stored({}), null],
    ['a field', update, stored({ fields: { name: 'Newt' } }), /stored "Newt" instead of "New" for name/],
    [
      'a lost contact',
      update,
      stored({ contacts: [aContact('c', { first_name: 'Cy', email: 'cy@a.de' })] }),
      /lost a contact/,
    ],
    ['a new contact that is not there', update, stored({ contacts: client.contacts }), /new contact Cy is not there/],
    [
      'a contact that was to go',
      changeOf({ contacts: [wants('Cy <cy@a.de>')] }, client, { contacts: 'mirror' }),
      stored({}),
      /contact ada@a.de is still there/,
    ],
    [
      "a contact's field",
      changeOf({ contacts: [wants('<ada@a.de>', { phone: '5' })] }, client),
      stored({ contacts: client.contacts }),
      /stored "" instead of "5" for phone/,
    ],
    ['an archive that did nothing', changeOf({ lifecycle: 'inactive' }, client), client, /still active/],
    ['an archived client', changeOf({ lifecycle: 'inactive' }, client), aClient({ state: 'archived' }), null],
    [
      'a delete that did nothing',
      changeOf({ lifecycle: 'deleted' }, client),
      aClient({ state: 'archived' }),
      /still archived/,
    ],
    ['a deleted client', changeOf({ lifecycle: 'deleted' }, client), aClient({ state: 'deleted' }), null],
    [
      'a restore that did nothing',
      changeOf({}, aClient({ state: 'archived' })),
      aClient({ state: 'archived' }),
      /still archived/,
    ],
  ] as const)('finds %s', (_, change, held, difference) => {
    const found = findDifference(change, held);
    if (difference === null) expect(found).toBeNull();
    else expect(found).toMatch(difference);
  });

  it('takes a blank flag for its default', () => {
    const change = changeOf({ client: { is_tax_exempt: 'false' } }, aClient({ fields: { is_tax_exempt: 'true' } }));
    expect(findDifference(change, aClient({ contacts: [aBlankContact()] }))).toBeNull();
    expect(findDifference(change, aClient({ fields: { is_tax_exempt: 'true' } }))).toMatch(/is_tax_exempt/);
  });
});
