/** The API client against the sandbox: the same calls that a run makes, with the server's rules and with its faults. */

import { afterEach, describe, expect, it } from 'vitest';
import { toClient } from '../../src/ninja/canonical.js';
import { connectNinja } from '../../src/ninja/client.js';
import type { Ninja, NinjaOptions } from '../../src/ninja/client.js';
import { buildCodeTable } from '../../src/ninja/codes.js';
import { readSnapshot } from '../../src/ninja/snapshot.js';
import type { Client } from '../../src/plan/client.js';
import { createThrottle } from '../../src/push/throttle.js';
import { startSandbox } from '../../src/sandbox/server.js';
import type { Sandbox, SandboxOptions } from '../../src/sandbox/server.js';

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function startTarget(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  closers.push(() => sandbox.close());
  return sandbox;
}

function connect(sandbox: Sandbox, options: Partial<NinjaOptions> = {}): Ninja {
  const ninja = connectNinja({
    url: sandbox.url,
    token: sandbox.tokens.admin,
    requestTimeoutMs: 2000,
    sleep: () => Promise.resolve(),
    ...options,
  });
  closers.push(() => ninja.close());
  return ninja;
}

async function readAll(ninja: Ninja, perPage = 100): Promise<readonly Client[]> {
  const codes = buildCodeTable(await ninja.statics());
  const clients: Client[] = [];
  for await (const batch of readSnapshot(ninja, { codes, perPage })) clients.push(...batch);
  return clients;
}

describe('the clients of the sandbox', () => {
  it('are created, shown, updated, archived, restored and removed', async () => {
    const ninja = connect(await startTarget());
    const codes = buildCodeTable(await ninja.statics());
    const created = await ninja.create({
      name: ' Acme ',
      id_number: 'A-1',
      settings: { currency_id: codes.currency.idOf('EUR') },
      contacts: [{ email: 'a@x.example' }, { email: 'b@x.example' }],
    });
    const before = toClient(await ninja.show(created.id), codes);
    expect(before.fields).toMatchObject({ 'name': 'Acme', 'id_number': 'A-1', 'settings.currency_code': 'EUR' });
    expect(before.contacts.map((contact) => contact.email)).toEqual(['a@x.example', 'b@x.example']);

    const contacts = before.contacts.map(({ id }) => ({ id }));
    const body = { city: 'Bonn', settings: before.settings, contacts };
    await ninja.update(created.id, { body, before, removed: [] });
    const after = toClient(await ninja.show(created.id), codes);
    expect(after.fields).toEqual({ ...before.fields, city: 'Bonn' });
    expect(after.contacts).toEqual(before.contacts);
    expect(after.settings).toMatchObject({ currency_id: '3' });

    expect((await ninja.bulk('archive', [created.id]))[0]?.archived_at).toBeGreaterThan(0);
    expect((await ninja.bulk('restore', [created.id]))[0]?.archived_at).toBe(0);
    expect((await ninja.remove(created.id)).is_deleted).toBe(true);
    expect((await ninja.list({ idNumber: 'a-1' })).clients.map((client) => client.id)).toEqual([created.id]);
  });

  it('get a group or a column in one call, and a token that may not is told so', async () => {
    const sandbox = await startTarget({ clients: 3 });
    const ninja = connect(sandbox);
    const ids = sandbox.clients().map((client) => client.id);
    const notes = { action: 'bulk_update', column: 'public_notes', value: ' Net <b>14</b> ' } as const;
    expect(await ninja.bulk(notes, ids)).toHaveLength(3);
    // Any id that can be decoded will do for a group.
    const [groupId = ''] = ids;
    const group = { action: 'assign_group', groupSettingsId: groupId } as const;
    expect((await ninja.bulk(group, ids)).every((client) => client.group_settings_id === groupId)).toBe(true);
    const nowhere = ninja.bulk({ action: 'assign_group', groupSettingsId: 'zzzzzzzzzz' }, ids);
    await expect(nowhere).rejects.toMatchObject({ hint: expect.stringMatching(/no such value/) });
    const country = { action: 'bulk_update', column: 'country_id', value: '276' } as const;
    expect((await ninja.bulk(country, ids)).every((client) => client.country_id === '276')).toBe(true);

    const viewer = connect(sandbox, { token: sandbox.tokens.view_only });
    const gold = { action: 'bulk_update', column: 'custom_value1', value: 'gold' } as const;
    await expect(viewer.bulk(gold, ids)).rejects.toMatchObject({
      code: 'target-permission',
      details: { missing: ids },
    });
    expect((await ninja.show(ids[0] ?? '')).custom_value1).toBe('');
  });

  it('live on a server whose health can be asked for', async () => {
    const ninja = connect(await startTarget());
    expect(await ninja.health()).toEqual({ healthy: true, queue: 'sync', version: '5.10.17' });
  });

  it('are read in all states, once each, and equal to what the sandbox holds', async () => {
    const sandbox = await startTarget({ clients: 730 });
    sandbox.seed([
      { name: 'Old', archived: true },
      { name: 'Gone', deleted: true },
    ]);
    const clients = await readAll(connect(sandbox));
    expect(clients.map((client) => client.id)).toEqual(sandbox.clients().map((client) => client.id));
    expect(clients.slice(-2).map((client) => client.state)).toEqual(['archived', 'deleted']);
  });

  it('are read in spite of resets, time-outs, 500 and answers that run out of memory', async () => {
    const sandbox = await startTarget({ clients: 430 });
    sandbox.fault({ kind: 'two-documents', path: 'per_page=1000', times: 1 });
    sandbox.fault({ kind: 'reset', path: 'page=2&', times: 1 });
    sandbox.fault({ kind: 'half-body', path: 'page=3&', times: 1 });
    sandbox.fault({ kind: 'stall', path: 'page=4&', times: 1 });
    sandbox.fault({ kind: 'bad-json', path: 'page=5&', times: 1 });
    const clients = await readAll(connect(sandbox, { requestTimeoutMs: 500 }), 1000);
    expect(clients.map((client) => client.id)).toEqual(sandbox.clients().map((client) => client.id));
  });

  it('are written at most once, whatever happens to the answer', async () => {
    const sandbox = await startTarget();
    const ninja = connect(sandbox);
    sandbox.fault({ kind: 'reset', method: 'POST', when: 'after', times: 1 });
    await expect(ninja.create({ name: 'A', id_number: 'A-1' })).rejects.toMatchObject({ code: 'target-in-doubt' });
    expect(sandbox.clients()).toHaveLength(1);
    sandbox.fault({ kind: 'status', method: 'POST', when: 'before', times: 1 });
    await expect(ninja.create({ name: 'B' })).rejects.toMatchObject({ code: 'target-in-doubt' });
    expect(sandbox.clients()).toHaveLength(1);
    await expect(ninja.create({ name: 'C', id_number: 'a-1' })).rejects.toMatchObject({
      code: 'target-invalid',
      details: { errors: { id_number: ['The id number has already been taken.'] } },
    });
  });
});

describe('what a token may do', () => {
  it('is told by the sandbox', async () => {
    const sandbox = await startTarget();
    const access = (token: string) => connect(sandbox, { token }).access();
    expect(await access(sandbox.tokens.admin)).toMatchObject({
      seesAll: true,
      writes: true,
      companyCountryId: '840',
      companyCurrencyId: '1',
    });
    expect(await access(sandbox.tokens.view_only)).toMatchObject({ seesAll: true, writes: false });
    expect(await access(sandbox.tokens.none)).toMatchObject({ writes: false });
    await expect(access(sandbox.tokens.locked)).rejects.toMatchObject({ code: 'target-unauthorised' });
    await expect(access('nonsense')).rejects.toMatchObject({ code: 'target-unauthorised' });
  });

  it('decides what bulk calls and other companies see', async () => {
    const sandbox = await startTarget();
    const [id = ''] = sandbox.seed([{ name: 'A' }]);
    const viewer = connect(sandbox, { token: sandbox.tokens.view_only });
    await expect(viewer.bulk('archive', [id])).rejects.toMatchObject({ code: 'target-permission' });
    expect(await connect(sandbox).bulk('archive', [id])).toHaveLength(1);
    const stranger = connect(sandbox, { token: sandbox.tokens.other_company });
    await expect(stranger.show(id)).rejects.toMatchObject({ code: 'target-forbidden' });
  });
});

describe('the rate limit of the sandbox', () => {
  it('is kept without a single 429, and without losing a window', async () => {
    const windowMs = 1000;
    const sandbox = await startTarget({ rateLimit: 50, windowMs });
    const ninja = connect(sandbox, { throttle: createThrottle({ windowMs }) });
    await Promise.all(Array.from({ length: 180 }, () => ninja.ping()));
    expect(sandbox.requests.filter((request) => request.status === 429)).toEqual([]);
    const times = sandbox.requests.map((request) => request.atMs);
    // 180 requests begin a fourth window; a fifth would be one too many.
    const spanMs = Math.max(...times) - Math.min(...times);
    expect(spanMs).toBeGreaterThanOrEqual(3 * windowMs);
    expect(spanMs).toBeLessThan(4.5 * windowMs);
  });
});
