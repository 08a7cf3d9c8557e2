/** The sandbox as a tool: seeds, edits, resets, its log. */

import { afterEach, describe, expect, it } from 'vitest';

import type { Sandbox, SandboxOptions } from '../../src/sandbox/server.js';
import { startSandbox } from '../../src/sandbox/server.js';
import type { Target } from '../contract/target.js';
import { clientOf, talkTo } from '../contract/target.js';

let sandbox: Sandbox;
afterEach(() => sandbox.close());

async function start(options: SandboxOptions = {}): Promise<Target> {
  sandbox = await startSandbox(options);
  return talkTo(sandbox.url, sandbox.tokens, '', () => Promise.resolve());
}

describe('invented clients', () => {
  it('are the same in every run, and in several states', async () => {
    const now = () => 1_700_000_000_000;
    await start({ clients: 500, now });
    const first = sandbox.clients();
    await sandbox.close();
    await start({ clients: 500, now });
    const withoutLinks = (text: string): string => text.replaceAll(/"link":"[^"]*"/g, '');
    expect(withoutLinks(JSON.stringify(sandbox.clients()))).toBe(withoutLinks(JSON.stringify(first)));
    expect(first[122]?.id_number).toBe('C-000123');
    const archived = first.filter((client) => client.archived_at > 0 && !client.is_deleted).length;
    const deleted = first.filter((client) => client.is_deleted).length;
    expect([archived > 5 && archived < 30, deleted > 0 && deleted < 15]).toEqual([true, true]);
    expect(new Set(first.map((client) => client['country_id'])).size).toBeGreaterThan(3);
    expect(new Set(first.map(({ contacts }) => contacts.length))).toEqual(new Set([1, 2, 3]));
    expect(first.some(({ settings }) => 'payment_terms' in settings)).toBe(true);
  });
});

describe('seed', () => {
  it('follows the rules of a POST and sets the state', async () => {
    const target = await start();
    const ids = sandbox.seed([
      { name: 'A', balance: 12.5, archived: true },
      { name: ' B <b>b</b>', deleted: true },
      {},
    ]);
    expect(sandbox.clients().map(({ id }) => id)).toEqual(ids);
    expect(await target.read(ids[0] ?? '')).toMatchObject({ balance: 12.5, is_deleted: false });
    expect(await target.read(ids[1] ?? '')).toMatchObject({ name: 'B b', is_deleted: true });
    expect(() => sandbox.seed([{ contacts: null }])).toThrow('The given data was invalid.');
  });

  it('[226-229, 231, 232, 251] gives balances that lists can ask for', async () => {
    const target = await start();
    sandbox.seed([0, 10, 20, 30, 40, 60].map((balance) => ({ name: `B${balance}`, balance })));
    const found = async (query: string) => (await target.list(`?${query}`)).data.map(({ name }) => name);
    expect(await found('balance=30:gt')).toEqual(['B40', 'B60']);
    expect(await found('balance=10:lte')).toEqual(['B0', 'B10']);
    expect(await found('balance=30:eq')).toEqual(['B30']);
    expect(await found('balance=30:foo')).toEqual(['B30']);
    expect(await found('balance=gt:50')).toEqual(['B0']);
    expect(await found('between_balance=20:40')).toEqual(['B20', 'B30', 'B40']);
    expect((await found('sort=balance|desc'))[0]).toBe('B60');
  });
});

describe('an edit by a person', () => {
  it('changes what it names and always moves updated_at', async () => {
    let nowMs = 1_700_000_000_000;
    const target = await start({ now: () => nowMs });
    const { id } = await target.create({ name: 'Before', contacts: [{ first_name: 'One' }] });
    nowMs += 9000;
    sandbox.edit(id, {
      fields: { city: ' Ulm ' },
      settings: { payment_terms: '30' },
      addContact: { first_name: 'Two' },
    });
    expect(await target.read(id)).toMatchObject({
      name: 'Before',
      city: 'Ulm',
      settings: { currency_id: '1', payment_terms: '30' },
      contacts: [{ first_name: 'One' }, { first_name: 'Two', is_primary: false }],
      updated_at: 1_700_000_009,
    });
    await target.ask('/_sandbox/edit', { json: { id, state: 'archived', balance: 5 } });
    expect(await target.read(id)).toMatchObject({ balance: 5, archived_at: 1_700_000_009 });
    sandbox.edit(id, { state: 'deleted' });
    expect((await target.read(id)).is_deleted).toBe(true);
  });

  it('changes and removes contacts, and leaves a primary one', async () => {
    const target = await start();
    const [id = ''] = sandbox.seed([
      { name: 'A', contacts: [{ first_name: 'One', phone: '1' }, { first_name: 'Two' }] },
    ]);
    const contactIds = (): readonly string[] => (sandbox.clients()[0]?.contacts ?? []).map((one) => String(one['id']));
    const [one = '', two = ''] = contactIds();
    sandbox.edit(id, { changeContact: { id: two, email: 'two@example.com' } });
    sandbox.edit(id, { removeContact: one });
    expect((await target.read(id)).contacts).toMatchObject([
      { id: two, first_name: 'Two', email: 'two@example.com', is_primary: true },
    ]);
    sandbox.edit(id, { removeContact: two });
    expect((await target.read(id)).contacts).toMatchObject([{ first_name: '', is_primary: true }]);
    expect(() => sandbox.edit(id, { removeContact: two })).toThrow('has no contact');
    expect(() => sandbox.edit('zzzzzzzzzz', {})).toThrow('There is no client');
  });
});

describe('the control endpoints', () => {
  it('reset empties everything and seeds anew', async () => {
    const target = await start({ clients: 3 });
    sandbox.fault({ kind: 'status' });
    await target.ask('/_sandbox/reset', { method: 'POST' });
    expect(sandbox.clients()).toEqual([]);
    expect(sandbox.requests).toEqual([]);
    expect((await target.create({ name: 'first' })).number).toBe('0001');
    expect((await target.ask('/_sandbox/reset', { json: { clients: 7 } })).body).toEqual({ clients: 7 });
    expect(sandbox.clients()).toHaveLength(7);
  });

  it('say what they cannot do', async () => {
    const target = await start();
    for (const [path, ask] of [
      ['/_sandbox/reset', {}],
      ['/_sandbox/nosuch', { method: 'POST' }],
      ['/_sandbox/edit', { json: { id: 'x' } }],
      ['/_sandbox/edit', { json: { kind: 'phone' } }],
      ['/_sandbox/faults', { raw: '[{' }],
    ] as const) {
      expect((await target.ask(path, ask)).status).toBe(400);
    }
  });
});

describe('the log', () => {
  it('holds each request with its status, and none of the control requests', async () => {
    const target = await start({ now: () => 1_700_000_000_000 });
    const { id } = clientOf(await target.ask('/api/v1/clients', { json: { name: 'x' } }));
    await target.ask('/_sandbox/faults', { json: [] });
    await target.ask(`/api/v1/clients/${id}?include=ledger`);
    await target.ask('/api/v1/clients/1');
    expect(sandbox.requests).toEqual([
      { method: 'POST', path: '/api/v1/clients', status: 200, atMs: 1_700_000_000_000 },
      { method: 'GET', path: `/api/v1/clients/${id}?include=ledger`, status: 200, atMs: 1_700_000_000_000 },
      { method: 'GET', path: '/api/v1/clients/1', status: 400, atMs: 1_700_000_000_000 },
    ]);
  });
});

describe('ids', () => {
  it('never repeat and lead back to their client', async () => {
    const target = await start({ clients: 2000 });
    const ids = sandbox.clients().map(({ id }) => id);
    expect(new Set(ids).size).toBe(2000);
    expect(ids.every((id) => /^[A-Za-z0-9]{10}$/.test(id) && !/^\d+$/.test(id))).toBe(true);
    expect((await target.read(ids[1999] ?? '')).id_number).toBe('C-002000');
  });
});
