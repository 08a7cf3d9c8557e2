/** POST of a client: what the least of it is, ways to send it, and its contacts. */

import { describe, expect, it } from 'vitest';

import { clientOf, target, unique } from './target.js';

describe('POST /clients', () => {
  const post = (json: unknown, headers: Record<string, string | null> = {}) =>
    target.ask('/api/v1/clients', { json, headers });

  describe('a minimal client', () => {
    it('[019] has exactly these fields and defaults', async () => {
      const name = unique('Acme');
      const client = await target.create({
        name,
        contacts: [{ first_name: 'A', last_name: 'B', email: 'a@example.com' }],
      });
      const { contacts, client_hash: hash, id, user_id: user, number, created_at: created, ...rest } = client;
      const [contact] = contacts;
      expect([hash, id, user]).toEqual([
        expect.stringMatching(/^\w{40}$/),
        expect.stringMatching(/^\w{10}$/),
        expect.any(String),
      ]);
      expect(number).toMatch(/^\d{4,}$/);
      expect(rest).toEqual({
        assigned_user_id: '',
        name,
        website: '',
        private_notes: '',
        balance: 0,
        group_settings_id: '',
        paid_to_date: 0,
        payment_balance: 0,
        credit_balance: 0,
        last_login: 0,
        size_id: '',
        public_notes: '',
        address1: '',
        address2: '',
        phone: '',
        city: '',
        state: '',
        postal_code: '',
        country_id: '840',
        industry_id: '',
        custom_value1: '',
        custom_value2: '',
        custom_value3: '',
        custom_value4: '',
        shipping_address1: '',
        shipping_address2: '',
        shipping_city: '',
        shipping_state: '',
        shipping_postal_code: '',
        shipping_country_id: '',
        settings: { entity: String.raw`App\Models\Client`, industry_id: '', size_id: '', currency_id: '1' },
        is_deleted: false,
        vat_number: '',
        id_number: '',
        updated_at: created,
        archived_at: 0,
        display_name: name,
        has_valid_vat_number: false,
        is_tax_exempt: false,
        routing_id: '',
        tax_info: {},
        classification: '',
        e_invoice: {},
        documents: [],
        gateway_tokens: [],
      });
      expect(contact).toEqual({
        id: expect.stringMatching(/^\w{10}$/),
        first_name: 'A',
        last_name: 'B',
        email: 'a@example.com',
        created_at: created,
        updated_at: created,
        archived_at: 0,
        is_primary: true,
        is_locked: false,
        phone: '',
        custom_value1: '',
        custom_value2: '',
        custom_value3: '',
        custom_value4: '',
        contact_key: expect.stringMatching(/^\w{32,40}$/),
        send_email: true,
        last_login: 0,
        password: '',
        link: `${target.url}/client/key_login/${contact?.contact_key}`,
      });
      expect(await target.read(id)).toEqual(client);
    });

    it('[020] comes twice when it is sent twice, even with the same key [351, 352]', async () => {
      const body = { name: unique('Twice') };
      const first = clientOf(await post(body, { 'Idempotency-Key': 'k1' }));
      const second = clientOf(await post(body, { 'Idempotency-Key': 'k1' }));
      expect(second.id).not.toBe(first.id);
      expect(second.number).not.toBe(first.number);
    });

    it.each([
      ['[021] an empty object', { json: {} }],
      ['[022] no body', { method: 'POST' }],
      ['[036] JSON as text/plain', { json: { name: 'NoCT' }, headers: { 'Content-Type': 'text/plain' } }],
      ['[037] malformed JSON', { raw: '{"name":"broken",', headers: { 'Content-Type': 'application/json' } }],
      ['[038] a JSON list', { json: [{ name: 'a' }, { name: 'b' }] }],
    ])('%s makes a blank client', async (_, ask) => {
      const reply = await target.ask('/api/v1/clients', ask);
      expect(reply.status).toBe(200);
      expect(clientOf(reply)).toMatchObject({
        name: '',
        display_name: ' ',
        country_id: '840',
        contacts: [{ email: ' ' }],
      });
    });

    it('[035] can be sent as a form', async () => {
      const reply = await target.ask('/api/v1/clients', {
        raw: 'name=Form&contacts%5B0%5D%5Bemail%5D=f%40example.com',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      });
      expect(clientOf(reply)).toMatchObject({ name: 'Form', contacts: [{ email: 'f@example.com', is_primary: true }] });
    });
  });

  describe('contacts', () => {
    it.each([
      ['[023] no contacts: one with the e-mail " "', { name: 'Solo' }, [' '], 'Solo'],
      ['[024] an empty list: one without e-mail', { name: 'Empty', contacts: [] }, [''], 'Empty'],
      [
        '[054] one object: a list of one',
        { name: 'flat', contacts: { first_name: 'f', email: 'flat@example.com' } },
        ['flat@example.com'],
        'flat',
      ],
      ['[055] texts: one blank contact', { name: 'x', contacts: ['a@example.com'] }, [''], 'No Contact Set'],
      ['[047] a short name: the e-mail is shown', { name: 'x', contacts: [{ email: 'a@b' }] }, ['a@b'], 'a@b'],
      ['[062] a short name, no contacts', { name: 'x' }, [' '], ' '],
      [
        '[419] a short name: the first name with its blank',
        { name: 'X', contacts: [{ first_name: 'k', email: 'k@example.com' }] },
        ['k@example.com'],
        'k ',
      ],
    ])('%s', async (_, body, emails, displayName) => {
      const client = await target.create(body);
      expect(client.contacts.map(({ email }) => email)).toEqual(emails);
      expect(client.contacts[0]).toMatchObject({ is_primary: true, send_email: true });
      expect(client.display_name).toBe(displayName);
    });

    it.each([
      ['[032] blank', { first_name: 'x', email: '' }],
      ['[033] null', { first_name: 'x', email: null }],
      ['[034] missing', { first_name: 'x' }],
    ])('%s e-mail reads back blank', async (_, contact) => {
      expect((await target.create({ name: 'EE', contacts: [contact] })).contacts[0]?.email).toBe('');
    });

    it('[026] the primary one comes first and is the only one; a password reads back as stars', async () => {
      const client = await target.create({
        contacts: [
          {
            first_name: 'P',
            email: 'p1@example.com',
            phone: '1',
            custom_value1: 'x',
            password: 'Secret123',
            is_primary: false,
          },
          { first_name: 'S', email: 'p2@example.com', is_primary: true, send_email: false },
        ],
      });
      expect(client.contacts).toMatchObject([
        { first_name: 'S', is_primary: true, send_email: false, password: '' },
        {
          first_name: 'P',
          is_primary: false,
          send_email: true,
          phone: '1',
          custom_value1: 'x',
          password: '**********',
        },
      ]);
    });

    it('[441] the first gets the mails when nobody wants them', async () => {
      const { contacts } = await target.create({
        contacts: [
          { first_name: 'k', email: 'k@example.com', send_email: false },
          { first_name: 'l', email: 'l@example.com', send_email: false },
        ],
      });
      expect(contacts.map((contact) => contact.send_email)).toEqual([true, false]);
    });
  });
});
