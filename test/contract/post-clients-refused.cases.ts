/** POST of a client: its numbers, and what is refused. */

import { describe, expect, it } from 'vitest';

import { errorsOf, messageOf, target, unique } from './target.js';

describe('POST /clients, refused', () => {
  const post = (json: unknown, headers: Record<string, string | null> = {}) =>
    target.ask('/api/v1/clients', { json, headers });

  describe('numbers', () => {
    it.each([
      ['[039] null', null],
      ['[040] blank', ''],
    ])('%s gives the next automatic one', async (_, number) => {
      const before = Number((await target.create({ name: 'auto' })).number);
      expect(Number((await target.create({ name: 'NN', number })).number)).toBeGreaterThan(before);
    });

    it('[042] a blank id number is none', async () => {
      await target.create({ name: 'IE', id_number: '' });
      expect((await target.create({ name: 'IE', id_number: '' }))['id_number']).toBe('');
    });

    it('[041] an integer becomes a text', async () => {
      const number = Date.now() + Math.floor(performance.now());
      expect((await target.create({ number })).number).toBe(String(number));
    });

    it('[447-455] automatic ones skip those that are taken', async () => {
      const last = Number((await target.create({ name: 'auto' })).number);
      const taken = String(last + 2).padStart(4, '0');
      await target.create({ name: 'YN', number: taken });
      const next = [await target.create({}), await target.create({})].map(({ number }) => Number(number));
      expect(next).toEqual([last + 1, last + 3]);
    });

    it.each([
      ['[048] the same', (text: string) => text],
      ['[049, 050] in another case', (text: string) => text.toLowerCase()],
      ['[212] with trailing blanks', (text: string) => `${text}  `],
      ['[211] with accents', (text: string) => text.replace('E', 'É')],
    ])('%s are taken', async (_, vary) => {
      const text = unique('E');
      await target.create({ number: text, id_number: text });
      expect(errorsOf(await post({ number: vary(text) }))).toEqual({ number: ['The number has already been taken.'] });
      expect(errorsOf(await post({ id_number: vary(text) }))).toEqual({
        id_number: ['The id number has already been taken.'],
      });
      expect((await post({ number: `${text}+`, id_number: `${text}+` })).status).toBe(200);
    });

    it.each([
      ['[331] archived', 'archive'],
      ['[329, 330] deleted', 'delete'],
    ])('%s clients keep theirs', async (_, action) => {
      const text = unique('K');
      const { id } = await target.create({ number: text, id_number: text });
      await target.bulk(action, [id]);
      const reply = await post({ number: text, id_number: text });
      expect(Object.keys(errorsOf(reply) as object)).toEqual(['number', 'id_number']);
    });
  });

  describe('refusals', () => {
    it.each([
      ['[025]', { contacts: null }, { contacts: ['The contacts must be an array.'] }],
      ['[053]', { contacts: 'foo' }, { contacts: ['The contacts must be an array.'] }],
      [
        '[046]',
        { contacts: [{ email: 'not-an-email' }] },
        { 'contacts.0.email': ['The contacts.0.email must be a valid email address.'] },
      ],
      [
        '[051]',
        { contacts: [{ email: 'd@example.com' }, { email: 'd@example.com' }] },
        {
          'contacts.0.email': ['The contacts.0.email field has a duplicate value.'],
          'contacts.1.email': ['The contacts.1.email field has a duplicate value.'],
        },
      ],
      ['[056]', { country_id: '99999' }, { country_id: ['The selected country id is invalid.'] }],
      ['[057]', { country_id: 'DE' }, { country_id: ['The country id must be an integer.'] }],
      [
        '[058]',
        { shipping_country_id: '99999' },
        { shipping_country_id: ['The selected shipping country id is invalid.'] },
      ],
      ['[059]', { classification: 'martian' }, { classification: ['The selected classification is invalid.'] }],
      [
        '[070]',
        { contacts: [{ email: 'w@example.com', password: 'abc' }] },
        { 'contacts.0.password': ['The contacts.0.password must be at least 7 characters.'] },
      ],
      ['[072]', { settings: { payment_terms: 'abc' } }, { settings: ['payment_terms is not a valid integer'] }],
      ['[073]', { settings: { currency_id: 'abc' } }, { settings: ['currency_id is not a valid integer'] }],
      ['[074]', { documents: 'foo' }, { documents: ['The documents must be an array.'] }],
    ])('%s are 422 with their text', async (_, body, errors) => {
      const reply = await post({ name: 'x', ...body });
      expect([reply.status, messageOf(reply), errorsOf(reply)]).toEqual([422, 'The given data was invalid.', errors]);
    });

    it('[052] come all at once', async () => {
      const text = unique('ALL');
      await target.create({ number: text, id_number: text });
      const reply = await post({ number: text, id_number: text, contacts: [{ email: 'bad' }] });
      expect(Object.keys(errorsOf(reply) as object)).toEqual(['number', 'id_number', 'contacts.0.email']);
    });

    it.each([
      ['[060] an unknown industry', { industry_id: 9999 }],
      ['[061] an unknown size', { size_id: 9999 }],
      ['[066] a list as name', { name: ['a'] }],
      ['[071] settings that are a text', { settings: 'foo' }],
      ['[350] an object as custom value', { custom_value1: { a: 1 } }],
    ])('%s breaks the server, and nothing is stored', async (_, body) => {
      const idNumber = unique('BROKEN');
      const reply = await post({ name: 'x', id_number: idNumber, ...body });
      expect([reply.status, reply.body]).toEqual([500, { message: 'Server Error' }]);
      expect((await target.list(`?id_number=${idNumber}`)).data).toEqual([]);
    });

    it('[423-425] a 500 while contacts are saved leaves the client behind', async () => {
      const idNumber = unique('HALF');
      const body = { name: 'half', id_number: idNumber, contacts: [{ first_name: 'a', custom_value1: { a: 1 } }] };
      expect((await post(body)).status).toBe(500);
      const again = await post({ name: 'half', id_number: idNumber });
      expect(errorsOf(again)).toEqual({ id_number: ['The id number has already been taken.'] });
      const { data } = await target.list(`?id_number=${idNumber}`);
      expect(data).toMatchObject([{ name: 'half', contacts: [] }]);
      // No answer has shown it.
      for (const { id } of data) target.created.add(id);
    });
  });
});
