/** From the wire to canonical form: what the answer says, in codes, trimmed, without blanks. */

import { describe, expect, it } from 'vitest';
import { buildCodeTable } from '../../src/ninja/codes.js';
import { toClient } from '../../src/ninja/canonical.js';
import { readWireClient } from '../../src/ninja/wire.js';
import { codes, rawClient, rawContact, statics } from './builders.js';
import type { Raw } from './builders.js';

const read = (values: Raw = {}) => toClient(readWireClient(rawClient('a', values)), codes);

describe('a client', () => {
  it('keeps its identity, its times, its balance and its settings as they came', () => {
    const settings = { entity: 'App\\Models\\Client', currency_id: '3', odd: { nested: [1, null] } };
    const client = read({ settings, balance: 12.5, created_at: 5, updated_at: 7 });
    expect(client).toMatchObject({ id: 'a', balance: 12.5, createdAt: 5, updatedAt: 7, state: 'active' });
    expect(client.settings).toEqual(settings);
  });

  it('without values has only what the server puts itself', () => {
    expect(read({ name: '', display_name: ' ' }).fields).toEqual({
      'country_code': 'US',
      'settings.currency_code': 'USD',
    });
  });

  it('with all values has all fields', () => {
    const texts = {
      name: 'Söhne',
      id_number: 'ID-1',
      number: 'C-100',
      vat_number: 'DE1',
      website: 'https://x.example',
      phone: '+49',
      address1: 'a1',
      address2: 'a2',
      city: 'c',
      state: 's',
      postal_code: '01234',
      shipping_address1: 's1',
      shipping_address2: 's2',
      shipping_city: 'sc',
      shipping_state: 'ss',
      shipping_postal_code: 'sp',
      private_notes: 'line\nline',
      public_notes: 'pub',
      industry_id: '1',
      size_id: '1',
      classification: 'company',
      routing_id: 'r1',
      group_settings_id: 'WjnegYbwZ1',
      custom_value1: '1',
      custom_value2: '2',
      custom_value3: '3',
      custom_value4: '4',
    };
    const client = read({
      ...texts,
      country_id: '276',
      shipping_country_id: '4',
      is_tax_exempt: true,
      settings: { currency_id: '3', language_id: '5', payment_terms: '14' },
    });
    expect(client.fields).toEqual({
      ...texts,
      'country_code': 'DE',
      'shipping_country_code': 'AF',
      'is_tax_exempt': 'true',
      'settings.currency_code': 'EUR',
      'settings.language_code': 'pt_BR',
      'settings.payment_terms': '14',
    });
  });

  it.each([
    ['  Acme\t', 'Acme'],
    ['\u00A0Acme\u200B', 'Acme'],
    ['\uFEFF Acme', 'Acme'],
    ['Acme  Ltd', 'Acme  Ltd'],
    ['é', 'é'],
  ])('with the name %j reads as %j', (given, name) => {
    expect(read({ name: given }).fields.name).toBe(name);
  });

  it('with a blank of any kind does not have the field', () => {
    for (const blank of ['', ' ', '\u200B\n', null, undefined])
      expect(read({ city: blank }).fields).not.toHaveProperty('city');
    expect(read({ city: '0' }).fields.city).toBe('0');
  });

  it('keeps ids that the target does not explain', () => {
    const { fields } = read({ country_id: '9999', settings: { currency_id: 77, language_id: '88' } });
    expect(fields).toMatchObject({
      'country_code': '#9999',
      'settings.currency_code': '#77',
      'settings.language_code': '#88',
    });
  });

  it.each<readonly [Raw, string]>([
    [{}, 'active'],
    [{ archived_at: 5 }, 'archived'],
    [{ is_deleted: true, archived_at: 5 }, 'deleted'],
    [{ is_deleted: true, archived_at: 0 }, 'deleted'],
    [{ archived_at: null }, 'active'],
  ])('with %j is %s', (values, state) => {
    expect(read(values).state).toBe(state);
  });

  it.each([null, [], {}])('with settings %j has empty settings', (settings) => {
    expect(read({ settings }).settings).toEqual({});
  });
});

describe('contacts', () => {
  it('stay in order, with the automatic e-mail read as blank', () => {
    const contacts = [
      rawContact('p', { first_name: ' Ann ', email: ' ', is_primary: true }),
      rawContact('s', { email: 'b@x.example', is_primary: false, send_email: false, phone: 12 }),
    ];
    const { contacts: read1 } = read({ contacts });
    expect(read1.map((contact) => contact.id)).toEqual(['p', 's']);
    expect(read1[0]).toMatchObject({ first_name: 'Ann', email: '', is_primary: true, send_email: true });
    expect(read1[1]).toMatchObject({ email: 'b@x.example', phone: '12', is_primary: false, send_email: false });
  });
});

describe('documents', () => {
  it('are told by name and size, in one form of Unicode', () => {
    const document = { id: 'd1', name: 'Cafe\u0301.pdf', type: 'pdf', hash: 'x.pdf', size: 12, is_public: true };
    expect(read({ documents: [document] }).documents).toEqual([{ name: 'Caf\u00e9.pdf', bytes: 12 }]);
  });

  it('are absent when there are none', () => {
    expect(read()).not.toHaveProperty('documents');
  });
});

describe('the code table', () => {
  it('leads both ways for each of its lists', () => {
    expect(codes.country.codeOf('276')).toBe('DE');
    expect(codes.country.idOf('de')).toBe('276');
    expect(codes.currency.idOf('EUR')).toBe('3');
    expect(codes.language.idOf('pt_br')).toBe('5');
    expect(codes.language.codeOf('5')).toBe('pt_BR');
  });

  it('knows nothing of unknown codes, and leads #ids back', () => {
    expect(codes.country.idOf('XX')).toBeUndefined();
    expect(codes.country.idOf(codes.country.codeOf('9999'))).toBe('9999');
  });

  it('takes the first of two ids with one code', () => {
    const twice = [...statics.currencies, { id: '99', code: 'EUR', name: 'Euro again' }];
    const table = buildCodeTable({ ...statics, currencies: twice });
    expect(table.currency.idOf('EUR')).toBe('3');
    expect(table.currency.codeOf('99')).toBe('EUR');
  });
});
