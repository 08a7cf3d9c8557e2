/** POST of a client: what is kept, replaced or cut in silence. */

import { describe, expect, it } from 'vitest';

import { target, unique } from './target.js';

describe('POST /clients, what is stored', () => {
  it('[026] keeps what may be written and ignores the rest', async () => {
    const idNumber = unique('ID');
    const client = await target.create({
      name: 'Full <b>Bold</b> & Söhne',
      id_number: idNumber,
      country_id: '276',
      industry_id: '1',
      size_id: '1',
      classification: 'company',
      is_tax_exempt: true,
      settings: { currency_id: '3', language_id: '3', payment_terms: '14' },
      balance: 99,
      created_at: 1,
      updated_at: 2,
      is_deleted: true,
      archived_at: 5,
      id: 'abc',
    });
    expect(client).toMatchObject({
      name: 'Full Bold & Söhne',
      id_number: idNumber,
      country_id: '276',
      industry_id: '1',
      size_id: '1',
      classification: 'company',
      is_tax_exempt: true,
      balance: 0,
      is_deleted: false,
      archived_at: 0,
    });
    expect(client.settings).toEqual({
      currency_id: '3',
      language_id: '3',
      payment_terms: '14',
      entity: String.raw`App\Models\Client`,
      industry_id: '',
      size_id: '',
    });
    expect(client.id).not.toBe('abc');
    expect(client.created_at).toBeGreaterThan(1_000_000_000);
  });

  it.each([
    [
      '[027] codes',
      { country_code: 'DE', shipping_country_code: 'FRA', currency_code: 'EUR', language_code: 'de' },
      '276',
      '250',
      '3',
    ],
    ['[028] an unknown country', { country_code: 'XX' }, '840', '', '1'],
    ['[029] an unknown currency', { currency_code: 'XXX' }, '840', '', ''],
  ])('%s become ids', async (_, body, country, shippingCountry, currency) => {
    const client = await target.create({ name: 'cc', ...body });
    expect([client.country_id, client['shipping_country_id'], client.settings['currency_id']]).toEqual([
      country,
      shippingCountry,
      currency,
    ]);
  });

  it.each([
    ['[030] trims', '  trim me  ', 'trim me'],
    ['[043] strips tags', '<script>alert(1)</script>x', 'alert(1)x'],
    ['[044] keeps any script', 'Emoji 😀 漢字', 'Emoji 😀 漢字'],
    ['[045] keeps 191 characters', 'n'.repeat(191), 'n'.repeat(191)],
    ['[064] takes null as blank', null, ''],
    ['[065] takes a number as text', 12_345, '12345'],
  ])('%s in a name', async (_, name, stored) => {
    expect((await target.create({ name })).name).toBe(stored);
  });

  it('[031, 043] keeps the case of e-mails and disarms notes', async () => {
    const client = await target.create({
      public_notes: '<script>x</script>',
      contacts: [{ email: ' Upper@Example.COM ' }],
    });
    expect(client['public_notes']).toBe('<script>x<-ript>');
    expect(client.contacts[0]?.email).toBe('Upper@Example.COM');
  });

  it('[067-069, 348, 349] answers long texts whole and keeps the beginning', async () => {
    const sent = {
      name: 'L'.repeat(250),
      city: 'c'.repeat(300),
      phone: 'p'.repeat(300),
      public_notes: 'n'.repeat(70_000),
    };
    const answer = await target.create(sent);
    expect(answer).toMatchObject({ ...sent, display_name: sent.name });
    expect(await target.read(answer.id)).toMatchObject({
      name: 'L'.repeat(191),
      display_name: 'L'.repeat(191),
      city: 'c'.repeat(191),
      phone: 'p'.repeat(255),
      public_notes: 'n'.repeat(65_535),
    });
  });

  it('[075, 076] cuts the texts of contacts at once', async () => {
    const email = `${'a'.repeat(95)}@example.com`;
    const { contacts } = await target.create({ contacts: [{ first_name: 'F'.repeat(250), email }] });
    expect(contacts[0]).toMatchObject({ first_name: 'F'.repeat(191), email: email.slice(0, 100) });
  });

  it('[346, 347] answers values as they were sent and stores texts', async () => {
    const answer = await target.create({
      name: 'Types',
      phone: 12_345,
      custom_value2: true,
      custom_value3: 1.5,
      custom_value4: '  spaced  ',
      is_tax_exempt: 'yes',
      industry_id: 1,
      country_id: 276,
      contacts: [{ first_name: 7, phone: 99 }],
    });
    expect(answer).toMatchObject({
      phone: 12_345,
      custom_value2: true,
      custom_value3: 1.5,
      custom_value4: 'spaced',
      is_tax_exempt: true,
      industry_id: '1',
      country_id: '276',
      contacts: [{ first_name: '7', phone: '99' }],
    });
    expect(await target.read(answer.id)).toMatchObject({
      phone: '12345',
      custom_value2: '1',
      custom_value3: '1.5',
      custom_value4: 'spaced',
      is_tax_exempt: false,
    });
  });

  it.each([
    ['[062, 443, 444]', 'assigned_user_id'],
    ['[063, 445, 446]', 'group_settings_id'],
  ])('%s an unreadable %s is answered blank and reads back as an id', async (_, field) => {
    const answer = await target.create({ name: 'YA', [field]: 'zzzzzzzzzz' });
    expect(answer[field]).toBe('');
    expect((await target.read(answer.id))[field]).toBe('WjnegYbwZ1');
  });
});
