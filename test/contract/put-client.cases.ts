/** PUT and PATCH of a client: what stays, what is replaced, what moves `updated_at`. */

import { describe, expect, it } from 'vitest';

import type { Client } from './target.js';
import { clientOf, target, unique } from './target.js';

describe('PUT /clients/{id}', () => {
  const change = async (id: string, json: object): Promise<Client> => clientOf(await target.put(id, json));

  const createOne = (more: object = {}): Promise<Client> =>
    target.create({
      name: 'Upd',
      public_notes: 'pn',
      phone: '123',
      country_id: '276',
      settings: { currency_id: '3', payment_terms: '30' },
      contacts: [
        { first_name: 'One', email: 'one@example.com', phone: '1', custom_value1: 'k1' },
        { first_name: 'Two', email: 'two@example.com' },
        { first_name: 'Three', email: 'three@example.com' },
      ],
      ...more,
    });

  describe('fields', () => {
    it('[099] that are left out stay, but the settings do not', async () => {
      const before = await createOne();
      const { settings, ...after } = await change(before.id, { name: 'Upd renamed' });
      const { settings: _, ...rest } = before;
      expect(after).toEqual({
        ...rest,
        name: 'Upd renamed',
        display_name: 'Upd renamed',
        updated_at: after.updated_at,
      });
      expect(settings).toEqual({ currency_id: '1' });
      expect(await target.read(before.id)).toEqual({ settings, ...after });
    });

    it.each([
      ['[101] nothing', {}, { currency_id: '1' }],
      ['[141] only a name', { name: 'Upd keep' }, { currency_id: '1' }],
      ['[139] other settings', { settings: { language_id: '2' } }, { language_id: '2', currency_id: '1' }],
      ['[140] one setting', { settings: { currency_id: '3' } }, { currency_id: '3' }],
      [
        '[437] all settings',
        { settings: { currency_id: '3', payment_terms: '14', send_reminders: true } },
        { currency_id: '3', payment_terms: '14', send_reminders: true },
      ],
    ])('%s replaces the settings', async (_, body, settings) => {
      const { id } = await createOne();
      expect((await change(id, body)).settings).toEqual(settings);
    });

    it.each([
      ['[137] a blank name and country', { name: '', country_id: '' }, { name: '', country_id: '840' }],
      ['[138] null', { name: null, city: null }, { name: '', city: '' }],
      ['[135] a blank id number', { id_number: '' }, { id_number: '' }],
      ['[436] a country code', { country_code: 'FR' }, { country_id: '250' }],
      [
        '[145] fields that are read only',
        { balance: 500, is_deleted: true, created_at: 1 },
        { balance: 0, is_deleted: false },
      ],
      ['[146] a long name', { name: 'z'.repeat(300) }, { name: 'z'.repeat(191) }],
      ['[433] an unreadable user', { assigned_user_id: 'zzzzzzzzzz' }, { assigned_user_id: 'WjnegYbwZ1' }],
    ])('%s', async (_, body, expected) => {
      const { id } = await createOne({ id_number: unique('F'), city: 'Ulm' });
      expect(await change(id, body)).toMatchObject(expected);
      expect(await target.read(id)).toMatchObject(expected);
    });

    it('[435] take no notice of a currency code', async () => {
      const { id } = await createOne();
      expect((await change(id, { currency_code: 'EUR' })).settings).toEqual({ currency_id: '1' });
    });

    it('[148] can be put back as they were read', async () => {
      const { id } = await createOne();
      const before = await change(id, { settings: { currency_id: '3' } });
      const after = await change(id, before);
      const still = (client: Client): object => ({
        ...client,
        updated_at: 0,
        contacts: client.contacts.map((contact) => ({ ...contact, updated_at: 0 })),
      });
      expect(still(after)).toEqual(still(before));
    });

    it('[132] may name the own numbers', async () => {
      const text = unique('OWN');
      const { id } = await createOne({ number: text, id_number: text });
      expect((await target.put(id, { number: text, id_number: text.toUpperCase() })).status).toBe(200);
    });

    it.each([
      ['[133] null', null],
      ['[134] blank', ''],
    ])('%s as number gives a new automatic one', async (_, number) => {
      const { id } = await createOne({ number: unique('N') });
      expect((await change(id, { number })).number).toMatch(/^\d{4,}$/);
    });
  });

  describe('contacts', () => {
    it('[099] stay when the list is left out', async () => {
      const { id, contacts } = await createOne();
      expect((await change(id, { name: 'x' })).contacts).toEqual(contacts);
    });

    it('[103] keep their ids and keys when all are named', async () => {
      const { id, contacts } = await createOne();
      const sent = contacts.map((contact) => ({ id: contact.id, first_name: `${contact.first_name}!` }));
      const after = await change(id, { contacts: sent });
      expect(after.contacts).toMatchObject(
        contacts.map((contact) => ({
          id: contact.id,
          contact_key: contact.contact_key,
          email: contact.email,
          first_name: `${contact.first_name}!`,
        })),
      );
    });

    it('[432] may be without e-mail', async () => {
      const { id } = await createOne();
      const { contacts } = await change(id, { contacts: [{ first_name: 'p', email: null }] });
      expect(contacts).toMatchObject([{ first_name: 'p', email: '' }]);
    });

    it('[104, 106] that the list does not name are gone; fields left out stay', async () => {
      const { id, contacts } = await createOne();
      const after = await change(id, { contacts: [{ id: contacts[0]?.id, phone: '999' }, { id: contacts[1]?.id }] });
      expect(after.contacts).toMatchObject([
        { id: contacts[0]?.id, first_name: 'One', email: 'one@example.com', phone: '999', custom_value1: 'k1' },
        { id: contacts[1]?.id, first_name: 'Two' },
      ]);
      expect(after.contacts).toHaveLength(2);
      expect((await target.read(id)).contacts).toEqual(after.contacts);
    });

    it('[108] come with the primary one first', async () => {
      const { id, contacts } = await createOne();
      const [one, two] = contacts;
      const after = await change(id, {
        contacts: [
          { id: one?.id, is_primary: false },
          { id: two?.id, is_primary: true },
        ],
      });
      expect(after.contacts).toMatchObject([
        { id: two?.id, is_primary: true },
        { id: one?.id, is_primary: false },
      ]);
    });

    it('[431] have one primary one, the first of several', async () => {
      const { id } = await createOne();
      const { contacts } = await change(id, {
        contacts: [
          { first_name: 'p', email: 'p@example.com', is_primary: true },
          { first_name: 'q', email: 'q@example.com', is_primary: true },
        ],
      });
      expect(contacts.map((contact) => [contact.first_name, contact.is_primary])).toEqual([
        ['p', true],
        ['q', false],
      ]);
    });

    it.each([
      ['[110] none', undefined],
      ['[119] an unreadable', 'zzzzzzzzzz'],
      ['[121] a blank', ''],
      ['[123] a numeric', '5'],
    ])('with %s id are made anew, even with the same e-mail', async (_, contactId) => {
      const { id, contacts } = await createOne();
      const after = await change(id, { contacts: [{ id: contactId, first_name: 'One', email: 'one@example.com' }] });
      expect(after.contacts).toMatchObject([
        { first_name: 'One', email: 'one@example.com', phone: '', is_primary: true },
      ]);
      expect(contacts.map((contact) => contact.id)).not.toContain(after.contacts[0]?.id);
      expect(contacts.map((contact) => contact.contact_key)).not.toContain(after.contacts[0]?.contact_key);
    });

    it('[113] that were removed come back with a new id', async () => {
      const { id, contacts } = await createOne();
      await change(id, { contacts: [{ id: contacts[0]?.id }] });
      const after = await change(id, { contacts: [{ id: contacts[1]?.id, first_name: 'Back' }] });
      expect(after.contacts).toMatchObject([{ first_name: 'Back', email: '' }]);
      expect(after.contacts[0]?.id).not.toBe(contacts[1]?.id);
    });

    it('[116, 118] of another client move here', async () => {
      const one = await createOne({ contacts: [{ first_name: 'Mine', email: 'mine@example.com' }] });
      const other = await createOne({ contacts: [{ first_name: 'Other', email: 'other@example.com' }] });
      const [mine, stolen] = [one.contacts[0]?.id, other.contacts[0]?.id];
      const after = await change(one.id, { contacts: [{ id: mine }, { id: stolen, first_name: 'STOLEN' }] });
      expect(after.contacts).toMatchObject([
        { id: mine },
        { id: stolen, first_name: 'STOLEN', email: 'other@example.com' },
      ]);
      expect((await target.read(other.id)).contacts).toEqual([]);
    });

    it.each([
      ['[125] an empty list', []],
      ['[428] texts', ['a@example.com', 'b@example.com']],
    ])('%s leave one blank contact', async (_, contacts) => {
      const { id } = await createOne();
      expect((await change(id, { contacts })).contacts).toMatchObject([
        { email: '', first_name: '', is_primary: true },
      ]);
    });

    it('[430] may share an e-mail in another case', async () => {
      const { id } = await createOne();
      const { contacts } = await change(id, { contacts: [{ email: 's@example.com' }, { email: 'S@example.com' }] });
      expect(contacts).toHaveLength(2);
    });

    it('[426, 427] a 500 has stored the fields and removed the contacts', async () => {
      const { id } = await createOne();
      const reply = await target.put(id, {
        name: 'changed',
        contacts: [{ first_name: 'new', custom_value1: { a: 1 } }],
      });
      expect([reply.status, reply.body]).toEqual([500, { message: 'Server Error' }]);
      expect(await target.read(id)).toMatchObject({ name: 'changed', contacts: [] });
    });
  });
});
