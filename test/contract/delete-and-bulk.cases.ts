/** DELETE, bulk actions and purge. */

import { describe, expect, it } from 'vitest';

import { clientOf, errorsOf, LACKS_PASSWORD, LACKS_ROLES, messageOf, pageOf, target, unique } from './target.js';

describe('DELETE /clients/{id}, POST /clients/bulk and POST /clients/{id}/purge', () => {
  const createMany = async (count: number): Promise<string[]> => {
    const ids: string[] = [];
    for (let i = 0; i < count; i++) ids.push((await target.create({ name: unique('Bulk') })).id);
    return ids;
  };

  describe('archive, delete, restore', () => {
    it.each([
      ['[278, 279] archive, twice', ['archive', 'archive'], [false, true]],
      ['[281] restore what is active', ['restore'], [false, false]],
      ['[280] archive, restore', ['archive', 'restore'], [false, false]],
      ['[282, 283] delete, twice', ['delete', 'delete'], [true, true]],
      ['[284] archive what is deleted', ['delete', 'archive'], [true, true]],
      ['[285] delete, restore', ['delete', 'restore'], [false, false]],
    ])('%s', async (_, actions, [isDeleted, isArchived]) => {
      const ids = await createMany(1);
      for (const action of actions) {
        const reply = await target.bulk(action, ids);
        expect([reply.status, pageOf(reply).data.map(({ id }) => id)]).toEqual([200, ids]);
      }
      const client = await target.read(ids[0] ?? '');
      expect([client.is_deleted, client.archived_at > 0]).toEqual([isDeleted, isArchived]);
      expect(client.contacts).toMatchObject([{ archived_at: 0 }]);
    });

    it('[332, 333, 336] DELETE deletes softly, again and again', async () => {
      const [id = ''] = await createMany(1);
      for (const json of [undefined, undefined, {}]) {
        const reply = await target.ask(`/api/v1/clients/${id}`, { method: 'DELETE', json });
        expect([reply.status, clientOf(reply).is_deleted, clientOf(reply).archived_at > 0]).toEqual([200, true, true]);
      }
      expect(clientOf(await target.ask(`/api/v1/clients/${id}`)).is_deleted).toBe(true);
    });

    it.skipIf(LACKS_ROLES)('[335] DELETE of a client of another company is 401', async () => {
      const [id = ''] = await createMany(1);
      const reply = await target.ask(`/api/v1/clients/${id}`, { method: 'DELETE', token: target.tokens.other_company });
      expect([reply.status, messageOf(reply)]).toEqual([401, 'This action is unauthorized.']);
      expect((await target.read(id)).is_deleted).toBe(false);
    });

    it('[300] takes an id twice', async () => {
      const [id = ''] = await createMany(1);
      expect(pageOf(await target.bulk('archive', [id, id])).data).toHaveLength(1);
    });
  });

  describe('the answer', () => {
    it('[286-289] has 20 to a page unless the query or the body says more', async () => {
      const ids = await createMany(30);
      const first = pageOf(await target.bulk('archive', ids));
      expect(first.data).toHaveLength(20);
      expect(first.meta.pagination).toMatchObject({
        total: 30,
        links: { next: `${target.url}/api/v1/clients/bulk?page=2` },
      });
      expect(pageOf(await target.bulk('restore', ids, { per_page: 100 })).data).toHaveLength(30);
      const byQuery = await target.ask('/api/v1/clients/bulk?per_page=100', { json: { action: 'archive', ids } });
      expect(pageOf(byQuery).data.every((client) => client.archived_at > 0)).toBe(true);
      expect(pageOf(byQuery).data).toHaveLength(30);
    });

    it.skipIf(LACKS_ROLES)('[303, 304] is 200 without permission, and nothing happens', async () => {
      const ids = await createMany(1);
      const json = { action: 'delete', ids };
      const without = await target.ask('/api/v1/clients/bulk', { json, token: target.tokens.none });
      expect([without.status, pageOf(without).data]).toEqual([200, []]);
      const viewer = await target.ask('/api/v1/clients/bulk', { json, token: target.tokens.view_only });
      expect([viewer.status, pageOf(viewer).data]).toMatchObject([
        200,
        [{ id: ids[0], is_deleted: false, client_hash: '', balance: 0 }],
      ]);
      expect(pageOf(await target.ask('/api/v1/clients/bulk', { json })).data).toMatchObject([{ is_deleted: true }]);
    });
  });

  describe('refusals', () => {
    const invalid = { ids: ['The selected ids is invalid.'] };
    it.each<[string, object, object]>([
      ['[290] an unreadable id', { action: 'archive', ids: ['zzzzzzzzzz'] }, invalid],
      ['[294] numbers', { action: 'archive', ids: [1, 2] }, invalid],
      ['[295] no ids', { action: 'archive', ids: [] }, { ids: ['The ids field is required.'] }],
      ['[296] missing ids', { action: 'archive' }, { ids: ['The ids field is required.'] }],
      ['[297] a text', { action: 'archive', ids: 'Opnel5aKBz' }, { ids: ['The ids must be an array.'] }],
      ['[301] nothing', {}, { action: ['The action field is required.'], ids: ['The ids field is required.'] }],
    ])('%s', async (_, json, errors) => {
      const reply = await target.ask('/api/v1/clients/bulk', { json });
      expect([reply.status, errorsOf(reply)]).toEqual([422, errors]);
    });

    it.each<[string, string, object, object]>([
      ['[298] no action', '', {}, { action: ['The action field is required.'] }],
      ['[299] an unknown action', 'purge', {}, { action: ['The selected action is invalid.'] }],
      [
        '[306] a column that is not for it',
        'bulk_update',
        { column: 'name', new_value: 'x' },
        { column: ['The selected column is invalid.'] },
      ],
      [
        '[307] no group',
        'assign_group',
        {},
        { group_settings_id: ['The group settings id field is required when action is assign_group.'] },
      ],
    ])('%s', async (_, action, more, errors) => {
      expect(errorsOf(await target.bulk(action, await createMany(1), more))).toEqual(errors);
    });

    it('[291, 293] one bad id and nothing is done', async () => {
      const [id = ''] = await createMany(1);
      expect(errorsOf(await target.bulk('archive', [id, 'zzzzzzzzzz']))).toEqual(invalid);
      expect((await target.read(id)).archived_at).toBe(0);
    });

    it.skipIf(LACKS_ROLES)('[302] the ids of another company are bad', async () => {
      const ids = await createMany(1);
      const reply = await target.ask('/api/v1/clients/bulk', {
        json: { action: 'delete', ids },
        token: target.tokens.other_company,
      });
      expect(errorsOf(reply)).toEqual(invalid);
    });
  });

  describe('other actions', () => {
    it('[305] bulk_update sets a column', async () => {
      const ids = await createMany(2);
      const { data } = pageOf(await target.bulk('bulk_update', ids, { column: 'public_notes', new_value: 'bulk!' }));
      expect(data.map((client) => client['public_notes'])).toEqual(['bulk!', 'bulk!']);
    });

    it.skipIf(LACKS_PASSWORD)(
      '[337-339] purge asks for the password; then the client is gone and its number free',
      async () => {
        const text = unique('P');
        const { id } = await target.create({ number: text, id_number: text });
        const refused = await target.ask(`/api/v1/clients/${id}/purge`, { json: {} });
        expect([refused.status, refused.body]).toEqual([412, { message: 'Invalid Password', errors: {} }]);
        expect((await target.read(id)).id).toBe(id);
        const done = await target.purge(id);
        expect([done.status, done.body]).toEqual([200, { message: 'Success' }]);
        expect((await target.ask(`/api/v1/clients/${id}`)).status).toBe(400);
        expect((await target.list(`?number=${text}`)).data).toEqual([]);
        expect((await target.create({ number: text, id_number: text })).number).toBe(text);
      },
    );

    it.skipIf(LACKS_PASSWORD)('[340] merge brings the contacts over and keeps the fields', async () => {
      const one = await target.create({ name: unique('One'), contacts: [{ email: 'one@example.com' }] });
      const two = await target.create({ name: unique('Two'), contacts: [{ email: 'two@example.com' }] });
      const path = `/api/v1/clients/${one.id}/${two.id}/merge`;
      expect((await target.ask(path, { json: {} })).status).toBe(412);
      const merged = clientOf(await target.ask(path, { json: {}, headers: { 'X-API-PASSWORD': target.password } }));
      expect([merged.id, merged.name]).toEqual([one.id, one.name]);
      expect(merged.contacts).toMatchObject([
        { id: one.contacts[0]?.id, is_primary: true },
        { id: two.contacts[0]?.id, is_primary: true },
      ]);
    });
  });
});
