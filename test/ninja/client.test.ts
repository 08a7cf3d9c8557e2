/** The clients API: what is asked for, and that an answer proves what it should. */

import { afterEach, describe, expect, it } from 'vitest';
import { toClient } from '../../src/ninja/canonical.js';
import { connectNinja } from '../../src/ninja/client.js';
import type { Ninja } from '../../src/ninja/client.js';
import { readWireClient } from '../../src/ninja/wire.js';
import { codes, rawClient, rawContact, rawPage, statics } from './builders.js';
import { startScripted } from './scripted-server.js';
import type { Script, ScriptedServer } from './scripted-server.js';

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function scene(script: Script): Promise<{ readonly server: ScriptedServer; readonly ninja: Ninja }> {
  const server = await startScripted(script);
  const ninja = connectNinja({ url: server.url, token: 't', sleep: () => Promise.resolve(), requestTimeoutMs: 2000 });
  closers.push(
    () => ninja.close(),
    () => server.close(),
  );
  return { server, ninja };
}

const query = (path: string | undefined): Record<string, string> =>
  Object.fromEntries(new URL(path ?? '', 'http://x').searchParams);

describe('a list', () => {
  it('asks for page, size and order, and never for a status', async () => {
    const { server, ninja } = await scene([{ json: rawPage([rawClient('a')], { total: 7, page: 3, perPage: 2 }) }]);
    const page = await ninja.list({ page: 3, perPage: 2 });
    expect(page).toMatchObject({ total: 7, page: 3, pages: 4, perPage: 2 });
    expect(query(server.received[0]?.path)).toEqual({ page: '3', per_page: '2', sort: 'id|asc' });
  });

  it('sends its filters escaped', async () => {
    const { server, ninja } = await scene([{ json: rawPage([]) }]);
    await ninja.list({
      email: 'a+b@x.example',
      idNumber: 'A&B/1',
      number: '0001',
      name: 'Ä',
      createdSince: 5,
      updatedSince: 6,
    });
    expect(server.received[0]?.path).toContain('email=a%2Bb%40x.example');
    expect(query(server.received[0]?.path)).toMatchObject({
      email: 'a+b@x.example',
      id_number: 'A&B/1',
      number: '0001',
      name: 'Ä',
      created_at: '5',
      updated_at: '6',
    });
  });

  it('with a blank filter would be unfiltered, so it is not sent', async () => {
    const { server, ninja } = await scene([{ json: rawPage([]) }]);
    await expect(ninja.list({ idNumber: '' })).rejects.toThrow(/id_number is blank/);
    expect(server.received).toEqual([]);
  });
});

describe('one client', () => {
  it('is shown by its id', async () => {
    const { server, ninja } = await scene([{ json: { data: rawClient('VolejRejNm') } }]);
    expect((await ninja.show('VolejRejNm')).id).toBe('VolejRejNm');
    expect(server.received[0]?.path).toBe('/api/v1/clients/VolejRejNm');
  });

  it('is never another one', async () => {
    const { ninja } = await scene([{ json: { data: rawClient('other') } }]);
    await expect(ninja.show('VolejRejNm')).rejects.toMatchObject({ code: 'target-answer-unexpected' });
    await expect(ninja.show('../users')).rejects.toThrow(/is an id/);
  });

  it('is created with what was given', async () => {
    const { server, ninja } = await scene([{ json: { data: rawClient('new', { number: 12 }) } }]);
    expect(await ninja.create({ name: 'N', contacts: [{ email: 'n@x.example' }] })).toMatchObject({
      id: 'new',
      number: '12',
    });
    expect(server.received[0]).toMatchObject({ method: 'POST', path: '/api/v1/clients' });
    expect(JSON.parse(server.received[0]?.body ?? '')).toEqual({ name: 'N', contacts: [{ email: 'n@x.example' }] });
  });

  it('created in an answer that cannot be read is in doubt', async () => {
    const { ninja } = await scene([{ json: { data: {} } }]);
    await expect(ninja.create({ name: 'N' })).rejects.toMatchObject({ code: 'target-in-doubt' });
  });

  it('is removed when the answer says so, in doubt otherwise', async () => {
    const deleted = rawClient('a', { is_deleted: true, archived_at: 5 });
    const { server, ninja } = await scene([{ json: { data: deleted } }, { json: { data: rawClient('a') } }]);
    expect((await ninja.remove('a')).is_deleted).toBe(true);
    expect(server.received[0]).toMatchObject({ method: 'DELETE', path: '/api/v1/clients/a', body: '' });
    await expect(ninja.remove('a')).rejects.toMatchObject({ code: 'target-in-doubt' });
  });
});

describe('an update', () => {
  const before = toClient(readWireClient(rawClient('a', { contacts: [rawContact('p'), rawContact('s')] })), codes);
  const { settings } = before;

  it('that carries everything is sent', async () => {
    const { server, ninja } = await scene([{ json: { data: rawClient('a', { name: 'B' }) } }]);
    const body = { name: 'B', settings, contacts: [{ id: 'p', phone: '1' }, { id: 's' }] };
    expect((await ninja.update('a', { body, before, removed: [] })).name).toBe('B');
    expect(server.received[0]).toMatchObject({ method: 'PUT', path: '/api/v1/clients/a' });
    expect(JSON.parse(server.received[0]?.body ?? '')).toEqual(body);
  });

  it('that would lose a contact, or goes to another client, is not sent', async () => {
    const { server, ninja } = await scene([{ json: { data: rawClient('a') } }]);
    const body = { settings, contacts: [{ id: 'p' }] };
    await expect(async () => ninja.update('a', { body, before, removed: [] })).rejects.toThrow(/contact s goes along/);
    await expect(async () => ninja.update('b', { body: { name: 'x', settings }, before, removed: [] })).rejects.toThrow(
      /was read/,
    );
    expect(server.received).toEqual([]);
    await ninja.update('a', { body, before, removed: ['s'] });
    expect(server.received).toHaveLength(1);
  });
});

describe('a bulk call', () => {
  const archived = (id: string) => rawClient(id, { archived_at: 5 });

  it('asks for all clients in the answer and returns them', async () => {
    const { server, ninja } = await scene([{ json: rawPage([archived('b'), archived('a')]) }]);
    const clients = await ninja.bulk('archive', ['a', 'b']);
    expect(clients.map((client) => client.id).sort()).toEqual(['a', 'b']);
    expect(server.received[0]).toMatchObject({ method: 'POST', path: '/api/v1/clients/bulk?per_page=100' });
    expect(JSON.parse(server.received[0]?.body ?? '')).toEqual({ action: 'archive', ids: ['a', 'b'] });
  });

  it.each([
    ['archive', { archived_at: 5 }, true],
    ['archive', { is_deleted: true, archived_at: 5 }, true],
    ['archive', {}, false],
    ['delete', { is_deleted: true, archived_at: 5 }, true],
    ['delete', { archived_at: 5 }, false],
    ['restore', {}, true],
    ['restore', { archived_at: 5 }, false],
  ] as const)('%s answered with %j: reached is %s', async (action, values, reached) => {
    const { ninja } = await scene([{ json: rawPage([rawClient('a', values)]) }]);
    const call = ninja.bulk(action, ['a']);
    if (reached) expect(await call).toHaveLength(1);
    else await expect(call).rejects.toMatchObject({ code: 'target-permission' });
  });

  it('that silently did nothing is a missing permission', async () => {
    const { ninja } = await scene([{ json: rawPage([]) }]);
    await expect(ninja.bulk('delete', ['a'])).rejects.toMatchObject({
      code: 'target-permission',
      details: { missing: ['a'] },
    });
  });

  it('that did a part is in doubt', async () => {
    const { ninja } = await scene([{ json: rawPage([archived('a'), rawClient('b')]) }]);
    await expect(ninja.bulk('archive', ['a', 'b'])).rejects.toMatchObject({ code: 'target-in-doubt' });
  });

  it('of none, of one twice or of 101 is a bug', async () => {
    const { server, ninja } = await scene([{ json: rawPage([]) }]);
    const many = Array.from({ length: 101 }, (_, index) => `c${index}`);
    for (const ids of [[], ['a', 'a'], many]) await expect(ninja.bulk('archive', ids)).rejects.toThrow(/1 to 100/);
    expect(server.received).toEqual([]);
  });
});

describe('statics and ping', () => {
  it('are read, with the version from the header', async () => {
    const { ninja } = await scene((received) =>
      received.path.endsWith('/ping')
        ? { json: { company_name: 'Acme', user_name: 'Ann' }, headers: { 'X-APP-VERSION': '5.10.17' } }
        : { json: statics },
    );
    expect(await ninja.ping()).toMatchObject({ companyName: 'Acme', userName: 'Ann', version: '5.10.17' });
    expect((await ninja.statics()).currencies).toHaveLength(2);
  });
});

describe('access', () => {
  const company = {
    id: 'VolejRejNm',
    company_key: 'k1',
    settings: { country_id: '840', currency_id: 1, name: 'Acme' },
  };
  const user = (permissions: string | null, is_owner = false, is_admin = false) => ({
    json: { data: [{ is_owner, is_admin, permissions, company }] },
  });

  it.each([
    ['an owner', user('', true), true, true],
    ['an administrator', user(null, false, true), true, true],
    ['all permissions', user('view_all,create_all,edit_all'), true, true],
    ['the client permissions', user('view_client, create_client,edit_client'), true, true],
    ['a viewer', user('view_client'), true, false],
    ['one who cannot edit', user('view_all,create_all'), true, false],
    ['one who sees only his own', user('create_client,edit_client'), false, true],
    ['nobody', user(''), false, false],
  ] as const)('of %s is told by the permissions', async (_name, answer, seesAll, writes) => {
    const { server, ninja } = await scene([answer]);
    expect(await ninja.access()).toEqual({
      seesAll,
      writes,
      companyCountryId: '840',
      companyCurrencyId: '1',
      company: { key: 'k1', name: 'Acme' },
    });
    expect(server.received).toHaveLength(1);
    expect(server.received[0]?.path).toMatch(/^\/api\/v1\/refresh\?updated_at=\d{10}&current_company=true$/);
  });

  const unknown = { seesAll: null, companyCountryId: null, companyCurrencyId: null, company: null };

  it.each([
    ['is missing', { status: 404, json: { message: 'Method not supported for this route' } }],
    ['answers something else', { json: { data: [] } }],
    ['is a web page', { text: '<html>' }],
    ['is refused', { status: 403, json: { message: 'Pro / Free accounts only the owner can log in.' } }],
  ])('where the call %s is tried on the form of a new client', async (_name, answer) => {
    const may = await scene([answer, { json: { data: rawClient('') } }]);
    expect(await may.ninja.access()).toEqual({ ...unknown, writes: null });
    expect(may.server.received[1]?.path).toBe('/api/v1/clients/create');
    const mayNot = await scene([answer, { status: 401, json: { message: 'This action is unauthorized.' } }]);
    expect(await mayNot.ninja.access()).toEqual({ ...unknown, writes: false });
  });

  it('of a bad token is an error, not unknown', async () => {
    const { ninja } = await scene([{ status: 403, json: { message: 'Invalid token' } }]);
    await expect(ninja.access()).rejects.toMatchObject({ code: 'target-unauthorised' });
  });
});
