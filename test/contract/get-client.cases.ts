/** One client: how it is shown, to whom, and which ids are none. */

import { describe, expect, it } from 'vitest';

import { clientOf, LACKS_ROLES, messageOf, target, unique } from './target.js';

const BROWSER = { 'Accept': null, 'X-Requested-With': null } as const;

describe('GET /clients/{id}', () => {
  it('[084, 096, 440] shows it as it was created, for editing too, whatever the conditions', async () => {
    const created = await target.create({ name: unique('Shown'), city: 'Ulm' });
    expect(await target.read(created.id)).toEqual(created);
    expect(clientOf(await target.ask(`/api/v1/clients/${created.id}/edit`))).toEqual(created);
    const conditional = await target.ask(`/api/v1/clients/${created.id}`, { headers: { 'If-None-Match': '"x"' } });
    expect([conditional.status, clientOf(conditional).id]).toEqual([200, created.id]);
  });

  it.each([
    ['[325] archived', 'archive', false],
    ['[326] deleted', 'delete', true],
  ])('%s clients are shown', async (_, action, isDeleted) => {
    const { id } = await target.create({ name: unique('State') });
    await target.bulk(action, [id]);
    const client = await target.read(id);
    expect([client.is_deleted, client.archived_at > 0]).toEqual([isDeleted, true]);
  });

  it('[085] comes with activities, ledger and logs when asked to', async () => {
    const { id } = await target.create({ name: unique('Active') });
    const plain = Object.keys(await target.read(id));
    const query = 'include=activities,ledger,system_logs,group_settings';
    const client = clientOf(await target.ask(`/api/v1/clients/${id}?${query}`));
    expect(Object.keys(client)).toEqual([...plain, 'activities', 'ledger', 'system_logs']);
    expect(client['activities']).toMatchObject([{ activity_type_id: '1', client_id: id }]);
  });

  it.each([
    ['[420] unknown', 'nosuch'],
    ['[421] invoices', 'invoices'],
  ])('%s as include adds nothing', async (_, include) => {
    const { id } = await target.create({ name: unique('Plain') });
    const reply = await target.ask(`/api/v1/clients/${id}?include=${include}`);
    expect([reply.status, clientOf(reply)]).toEqual([200, await target.read(id)]);
  });

  it.skipIf(LACKS_ROLES).each([
    ['[092] of another company', 'other_company', 401],
    ['[093] without permission', 'none', 401],
    ['[094] with view_client', 'view_only', 200],
  ] as const)('reading a client %s', async (_, name, status) => {
    const { id } = await target.create({ name: unique('Seen') });
    expect((await target.ask(`/api/v1/clients/${id}`, { token: target.tokens[name] })).status).toBe(status);
  });

  it.skipIf(LACKS_ROLES)('[094] hides nothing from a user who may only view', async () => {
    const created = await target.create({ name: unique('Seen') });
    const reply = await target.ask(`/api/v1/clients/${created.id}`, { token: target.tokens.view_only });
    expect(clientOf(reply)).toEqual(created);
  });

  describe('ids', () => {
    const missing = String.raw`No query results for model [App\Models\Client].`;
    it.each([
      ['[086, 154, 334] that are none', 'zzzzzzzzzz', missing],
      ['[088, 156] that are numbers', '1', 'Record with value 1 not found'],
      ['[089] that are too short', 'a', missing],
      ['[090] with odd characters', 'x%20y', missing],
    ])('%s are 400 for API clients on GET, PUT and DELETE', async (_, id, message) => {
      for (const method of ['GET', 'PUT', 'DELETE']) {
        const reply = await target.ask(`/api/v1/clients/${id}`, method === 'GET' ? {} : { method, json: {} });
        expect([reply.status, messageOf(reply)]).toEqual([400, message]);
      }
    });

    it('[087, 155, 292, 293] of the right form without a client', async () => {
      const { id } = await target.create({ name: unique('Gone') });
      const nobody = `${id.slice(0, -2)}${id.slice(-1)}${id.slice(-2, -1)}`;
      for (const method of ['GET', 'PUT']) {
        const reply = await target.ask(`/api/v1/clients/${nobody}`, method === 'GET' ? {} : { method, json: {} });
        expect([reply.status, messageOf(reply)]).toEqual([400, missing]);
      }
      expect((await target.bulk('archive', [id, nobody])).status).toBe(422);
      expect((await target.read(id)).archived_at).toBe(0);
    });

    it('[091] that are none are 404 in HTML for a browser', async () => {
      const reply = await target.ask('/api/v1/clients/zzzzzzzzzz', { headers: BROWSER });
      expect([reply.status, reply.headers.get('content-type')]).toEqual([404, 'text/html; charset=UTF-8']);
    });
  });
});

describe('GET /clients/create', () => {
  it('[097] is a client without id and contacts', async () => {
    const { data } = (await target.ask('/api/v1/clients/create')).body as { data: Record<string, unknown> };
    const stored = await target.create({});
    expect(Object.keys(data)).toEqual(Object.keys(stored));
    expect(data).toMatchObject({ id: '', number: '', country_id: '', display_name: 'No Contact Set', contacts: [] });
  });
});
