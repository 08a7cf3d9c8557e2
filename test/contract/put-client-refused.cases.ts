/** The ways to ask for a change of a client, and what is refused. */

import { describe, expect, it } from 'vitest';

import type { Client } from './target.js';
import { clientOf, errorsOf, LACKS_ROLES, messageOf, target, unique } from './target.js';

describe('PUT /clients/{id}, asked for in other ways and refused', () => {
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

  describe('ways to ask', () => {
    it('[159] PATCH is PUT', async () => {
      const { id } = await createOne();
      const reply = await target.ask(`/api/v1/clients/${id}`, { method: 'PATCH', json: { name: 'patched' } });
      expect(clientOf(reply).name).toBe('patched');
    });

    it.each([
      ['[162] _method in JSON', { json: { _method: 'PUT', name: 'done' } }],
      ['[163] a header', { json: { name: 'done' }, headers: { 'X-HTTP-Method-Override': 'PUT' } }],
    ])('%s makes a POST a PUT', async (_, ask) => {
      const { id } = await createOne();
      expect(clientOf(await target.ask(`/api/v1/clients/${id}`, ask)).name).toBe('done');
    });

    it('[160, 161] multipart works as POST with _method, and does nothing as a real PUT', async () => {
      const { id } = await createOne();
      const form = new FormData();
      form.set('_method', 'PUT');
      form.set('name', 'mp post');
      expect(clientOf(await target.ask(`/api/v1/clients/${id}`, { raw: form })).name).toBe('mp post');
      const real = new FormData();
      real.set('name', 'mp put');
      const reply = await target.ask(`/api/v1/clients/${id}`, { method: 'PUT', raw: real });
      expect([reply.status, clientOf(reply).name]).toEqual([200, 'mp post']);
    });

    it('[429, 442] malformed JSON changes no field but resets the settings', async () => {
      const { id } = await createOne();
      const reply = await target.ask(`/api/v1/clients/${id}`, {
        method: 'PUT',
        raw: '{"name":"zz",',
        headers: { 'Content-Type': 'application/json' },
      });
      expect([reply.status, clientOf(reply).name, clientOf(reply).settings]).toEqual([
        200,
        'Upd',
        { currency_id: '1' },
      ]);
    });

    it('[153] stale conditions are ignored', async () => {
      const { id } = await createOne();
      const reply = await target.ask(`/api/v1/clients/${id}`, {
        method: 'PUT',
        json: { name: 'stale' },
        headers: { 'If-Unmodified-Since': 'Thu, 01 Jan 1970 00:00:00 GMT', 'If-Match': '"x"' },
      });
      expect(clientOf(reply).name).toBe('stale');
    });
  });

  describe('refusals', () => {
    it.skipIf(LACKS_ROLES).each([
      ['[157]', 'other_company'],
      ['[158]', 'view_only'],
    ] as const)('%s the %s token may not change it', async (_, name) => {
      const before = await createOne();
      const ask = { method: 'PUT', json: { name: 'x' }, token: target.tokens[name] };
      const reply = await target.ask(`/api/v1/clients/${before.id}`, ask);
      expect([reply.status, messageOf(reply)]).toEqual([401, 'This action is unauthorized.']);
      expect(await target.read(before.id)).toEqual(before);
    });

    it('[327, 328] an archived client can be changed, a deleted one cannot', async () => {
      const { id } = await createOne();
      await target.bulk('archive', [id]);
      const archived = await change(id, { name: 'arch edit' });
      expect([archived.name, archived.archived_at > 0]).toEqual(['arch edit', true]);
      await target.bulk('delete', [id]);
      const reply = await target.put(id, { name: 'del edit' });
      expect([reply.status, reply.body]).toEqual([
        400,
        { message: 'Record is deleted and cannot be edited. Restore the record to enable editing' },
      ]);
    });

    it.each([
      ['[127]', { contacts: null }, { contacts: ['The contacts must be an array.'] }],
      [
        '[129]',
        { name: 'must not stick', contacts: [{ email: 'nope' }] },
        { 'contacts.0.email': ['The email must be a valid email address.'] },
      ],
      ['[142]', { settings: { payment_terms: 'abc' } }, { settings: ['payment_terms is not a valid integer'] }],
      ['[144]', { country_id: '99999' }, { country_id: ['The selected country id is invalid.'] }],
    ])('%s are 422 with their text and change nothing', async (_, body, errors) => {
      const before = await createOne();
      const reply = await target.put(before.id, body);
      expect([reply.status, errorsOf(reply)]).toEqual([422, errors]);
      expect(await target.read(before.id)).toEqual(before);
    });

    it('[130, 131] numbers of others', async () => {
      const text = unique('OTHER');
      await target.create({ number: text, id_number: text });
      const { id } = await createOne();
      expect(errorsOf(await target.put(id, { number: text, id_number: text }))).toEqual({
        number: ['The number has already been taken.'],
        id_number: ['The id number has already been taken.'],
      });
    });

    it.each([
      ['[143]', { settings: null }],
      ['[434]', { industry_id: 9999 }],
    ])('%s break the server and change nothing', async (_, body) => {
      const before = await createOne();
      const reply = await target.put(before.id, body);
      expect([reply.status, messageOf(reply)]).toEqual([500, 'Server Error']);
      expect(await target.read(before.id)).toEqual(before);
    });
  });
});
