/** A plan carried out, batch by batch, while people work at the target as well. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRehearsal } from '../support/rehearsal.js';
import type { Rehearsal } from '../support/rehearsal.js';
import { applyTo, countRequests, failureOf, kindsOf, reasonsOf, reload } from './apply.js';
import {
  archiving,
  byNumber,
  inUlm,
  inactive,
  lines,
  names,
  plan,
  remaining,
  seed,
  withoutIds,
  write,
} from './sheet.js';

let rehearsal: Rehearsal;
beforeEach(async () => {
  rehearsal = await openRehearsal({ concurrency: 1 });
});
afterEach(() => rehearsal.close());

const requests = (method: string, path: RegExp): number => countRequests(rehearsal, method, path);

describe('a change that the server refuses', () => {
  it('is rejected with the reason, never sent again, and the others go on', async () => {
    const run = await plan(rehearsal, lines(3));
    rehearsal.sandbox.fault({ kind: 'status', method: 'POST', path: '/clients$', nth: 2, status: 422 });
    await applyTo(rehearsal, run);
    expect(await kindsOf(rehearsal, run)).toEqual(['created', 'rejected', 'created']);
    expect(requests('POST', /clients$/)).toBe(3);
  });

  it('inside a batch is skipped alone when its client is gone: the halves find it', async () => {
    seed(rehearsal, 7);
    const run = await plan(rehearsal, lines(7, inactive));
    await purge((await rehearsal.changes(run))[4]?.clientId ?? '');
    expect(names(rehearsal)).toHaveLength(6);
    await applyTo(rehearsal, run);
    const kinds = await kindsOf(rehearsal, run);
    expect(kinds.filter((kind) => kind === 'archived')).toHaveLength(6);
    expect(kinds[4]).toBe('skipped');
    expect(rehearsal.sandbox.clients().every((client) => client.archived_at > 0)).toBe(true);
  });

  it('because the client is gone is skipped, also when it would be updated', async () => {
    const [first = ''] = seed(rehearsal, 2);
    const run = await plan(rehearsal, lines(2, inUlm));
    await purge(first);
    await applyTo(rehearsal, run);
    expect(await kindsOf(rehearsal, run)).toEqual(['skipped', 'updated']);
    expect((await reasonsOf(rehearsal, run))[0]).toContain('not in Invoice Ninja any more');
  });

  async function purge(id: string): Promise<void> {
    rehearsal.wait(2);
    await fetch(`${rehearsal.sandbox.url}/api/v1/clients/${id}/purge`, {
      method: 'POST',
      headers: {
        'x-api-token': rehearsal.sandbox.tokens.admin,
        'x-api-password': 'sandbox-password',
        'x-requested-with': 'XMLHttpRequest',
      },
    });
  }
});

describe('people who work meanwhile', () => {
  it('keep what they did: the change is put onto the client as it is now', async () => {
    const ids = seed(rehearsal, 3);
    rehearsal.wait(2);
    const rows = lines(3, (n) => [`Client ${n}`, 'Ulm', 'New', `new${n}@a.example`]);
    const run = await plan(rehearsal, rows);
    rehearsal.wait(2);
    rehearsal.sandbox.edit(ids[1] ?? '', { addContact: { first_name: 'Eve', email: 'eve@e.example' } });
    await applyTo(rehearsal, run);
    expect(await kindsOf(rehearsal, run)).toEqual(['updated', 'updated', 'updated']);
    const contacts = rehearsal.sandbox.clients()[1]?.contacts.map(({ email }) => email);
    expect(contacts?.toSorted()).toEqual(['eve@e.example', 'm2@a.example', 'new2@a.example']);
    expect(await remaining(rehearsal, rows)).toBe(0);
  });

  it('keep a field that they changed, and the outcome says so', async () => {
    const ids = seed(rehearsal, 2);
    rehearsal.wait(2);
    const run = await plan(
      rehearsal,
      lines(2, (n) => [`Name ${n}`, 'Ulm']),
    );
    rehearsal.wait(2);
    rehearsal.sandbox.edit(ids[1] ?? '', { fields: { city: 'Bonn' } });
    await applyTo(rehearsal, run);
    expect(rehearsal.sandbox.clients()).toMatchObject([
      { name: 'Name 1', city: 'Ulm' },
      { name: 'Name 2', city: 'Bonn' },
    ]);
    expect(await kindsOf(rehearsal, run)).toEqual(['updated', 'updated']);
    const [plain, noted] = await reasonsOf(rehearsal, run);
    expect(plain).not.toContain('city');
    expect(noted).toContain('city');
  });

  it('keep it also when they work in the very second in which the plan read the client', async () => {
    const ids = seed(rehearsal, 1);
    const run = await plan(rehearsal, lines(1, inUlm));
    rehearsal.sandbox.edit(ids[0] ?? '', { fields: { city: 'Bonn' } });
    await applyTo(rehearsal, run);
    expect(rehearsal.sandbox.clients()).toMatchObject([{ city: 'Bonn' }]);
    expect(await kindsOf(rehearsal, run)).toEqual(['skipped']);
  });

  it('who archive a client in between keep it archived', async () => {
    const ids = seed(rehearsal, 2);
    rehearsal.wait(2);
    const run = await plan(rehearsal, lines(2, inUlm));
    rehearsal.wait(2);
    rehearsal.sandbox.edit(ids[0] ?? '', { state: 'archived' });
    await applyTo(rehearsal, run);
    expect(await kindsOf(rehearsal, run)).toEqual(['skipped', 'updated']);
    expect(rehearsal.sandbox.clients()[0]).toMatchObject({ city: '' });
  });

  it('count from before the target was read: a change between two pages is one after the plan', async () => {
    const [id = ''] = seed(rehearsal, 2);
    rehearsal.wait(10);
    const requestsBefore = rehearsal.sandbox.requests.length;
    rehearsal.sandbox.fault({ kind: 'latency', delayMs: 300, method: 'GET', path: 'per_page=1000' });
    const watch = setInterval(() => {
      if (rehearsal.sandbox.requests.length === requestsBefore) return;
      clearInterval(watch);
      rehearsal.sandbox.edit(id, { fields: { city: 'Bonn' } });
    }, 1);
    const run = await plan(rehearsal, lines(2));
    clearInterval(watch);
    const [edited] = rehearsal.sandbox.clients();
    expect(edited?.city).toBe('Bonn');
    expect(run.summary?.newestUpdate).toBeLessThan(edited?.updated_at ?? 0);
  });

  it('are not archived over', async () => {
    await rehearsal.sync(archiving, write(rehearsal, lines(3)));
    rehearsal.wait(2);
    const run = await plan(rehearsal, lines(1), archiving);
    rehearsal.wait(2);
    const ids = rehearsal.sandbox.clients().map((client) => client.id);
    rehearsal.sandbox.edit(ids[1] ?? '', { fields: { city: 'Ulm' } });
    await applyTo(rehearsal, run);
    expect(await kindsOf(rehearsal, run)).toEqual(['skipped', 'archived']);
  });

  it('or another plan of the same file do not double clients', async () => {
    const rows = [...withoutIds(lines(2)), ...lines(3).slice(2)];
    const [one, other] = [await plan(rehearsal, rows), await plan(rehearsal, rows)];
    await applyTo(rehearsal, one);
    rehearsal.wait(2);
    await applyTo(rehearsal, other);
    expect(await kindsOf(rehearsal, one)).toEqual(['created', 'created', 'created']);
    expect(await kindsOf(rehearsal, other)).toEqual(['skipped', 'skipped', 'skipped']);
    expect((await reasonsOf(rehearsal, other))[0]).toContain('appeared in Invoice Ninja after the plan');
    expect(names(rehearsal)).toHaveLength(3);
  });

  it('who make a client in the very second of the snapshot keep it alone', async () => {
    const rows = withoutIds(lines(2));
    seed(rehearsal, 1);
    const run = await plan(rehearsal, rows.slice(1));
    rehearsal.sandbox.seed([{ name: 'Other', contacts: [{ email: 'm2@a.example' }] }]);
    const [first, second] = rehearsal.sandbox.clients();
    expect(second?.created_at).toBe(run.summary?.newestUpdate);
    expect(first?.created_at).toBe(second?.created_at);
    await applyTo(rehearsal, run);
    expect(await kindsOf(rehearsal, run)).toEqual(['skipped']);
    expect((await reasonsOf(rehearsal, run))[0]).toContain('appeared in Invoice Ninja after the plan');
    expect(names(rehearsal)).toHaveLength(2);
  });

  it('and made a client before the snapshot do not hold up one with a number and the same address', async () => {
    rehearsal.sandbox.seed([{ id_number: 'C-9', name: 'Other', contacts: [{ email: 'm1@a.example' }] }]);
    const run = await plan(rehearsal, lines(1), byNumber);
    await applyTo(rehearsal, run);
    expect(await kindsOf(rehearsal, run)).toEqual(['created']);
  });

  it('who make clients for other addresses hold up nobody', async () => {
    const rows = withoutIds(lines(2));
    seed(rehearsal, 1);
    rehearsal.wait(2);
    const run = await plan(rehearsal, rows.slice(1));
    rehearsal.wait(2);
    rehearsal.sandbox.seed([{ name: 'Other', contacts: [{ email: 'other@a.example' }] }]);
    await applyTo(rehearsal, run);
    expect(await kindsOf(rehearsal, run)).toEqual(['created']);
  });
});

describe('the order', () => {
  it('has no archive before every create and update has its outcome, and none when one is left unsent', async () => {
    await rehearsal.sync(archiving, write(rehearsal, lines(3)));
    rehearsal.wait(2);
    const rows = [...lines(2, inUlm), ['C-9', 'New', '', '', 'new@a.example', '', '']];
    const run = await plan(rehearsal, rows, archiving);
    rehearsal.sandbox.fault({ kind: 'status', method: 'PUT', path: 'clients', status: 403, times: 1 });
    const error = await failureOf(applyTo(rehearsal, run));
    expect(error.code).toBe('target-forbidden');
    expect(await kindsOf(rehearsal, run)).toEqual(['created', 'in doubt', 'in doubt', 'unsent']);
    expect(requests('POST', /bulk/)).toBe(0);
    await applyTo(rehearsal, await reload(rehearsal, run));
    expect(await kindsOf(rehearsal, run)).toEqual(['created', 'updated', 'updated', 'archived']);
    const sent = rehearsal.sandbox.requests.filter(({ method }) => method !== 'GET').map(({ path }) => path);
    expect(sent.at(-1)).toContain('bulk');
  });
});

describe('a stop in the middle', () => {
  it('leaves the rest unsent, and a second apply does it without doubling', async () => {
    const rows = lines(20);
    const run = await plan(rehearsal, rows);
    const stop = new AbortController();
    const poll = setInterval(() => {
      if (names(rehearsal).length >= 5) stop.abort();
    }, 1);
    const error = await failureOf(applyTo(rehearsal, run, { signal: stop.signal }));
    clearInterval(poll);
    expect(error.code).toBe('interrupted');
    const sent = (await kindsOf(rehearsal, run)).filter((kind) => kind === 'created').length;
    expect(sent).toBe(names(rehearsal).length);
    expect(sent).toBeLessThan(20);
    const stopped = await reload(rehearsal, run);
    expect(stopped.status).toBe('interrupted');
    expect(stopped.rowOutcomes).toMatchObject({ created: sent, skipped: 20 - sent });
    const done = await applyTo(rehearsal, stopped);
    expect(done.rowOutcomes).toMatchObject({ created: 20, skipped: 0 });
    expect(new Set(names(rehearsal)).size).toBe(20);
    expect(names(rehearsal)).toHaveLength(20);
    expect(await remaining(rehearsal, rows)).toBe(0);
  });
});

describe('what the server stored differently', () => {
  it('is noticed for a create, whose answer only echoes what was sent', async () => {
    const run = await plan(rehearsal, lines(2));
    const watch = setInterval(() => {
      const [client] = rehearsal.sandbox.clients();
      if (client !== undefined && client.name === 'Client 1')
        rehearsal.sandbox.edit(client.id, { fields: { name: 'Klient 1' } });
    }, 1);
    rehearsal.sandbox.fault({ kind: 'latency', delayMs: 50, method: 'POST', nth: 2 });
    await applyTo(rehearsal, run);
    clearInterval(watch);
    expect(await kindsOf(rehearsal, run)).toEqual(['failed', 'created']);
    const [stored] = await rehearsal.stored(run);
    expect(stored?.outcome?.differences).toEqual([
      { field: 'name', contact: null, wanted: 'Client 1', stored: 'Klient 1' },
    ]);
    expect(stored?.outcome?.reason).toMatch(/^The server stored "Klient 1" instead of "Client 1" for name\. Neither/);
    expect((await reload(rehearsal, run)).status).toBe('done');
  });
});

describe('the price', () => {
  it('of safety is at most 1.05 requests for each of 400 updates', async () => {
    await rehearsal.close();
    rehearsal = await openRehearsal({ concurrency: 4 });
    seed(rehearsal, 400);
    rehearsal.wait(2);
    const run = await plan(rehearsal, lines(400, inUlm));
    rehearsal.wait(2);
    const before = rehearsal.sandbox.requests.length;
    await applyTo(rehearsal, run);
    expect((await reload(rehearsal, run)).rowOutcomes).toMatchObject({ updated: 400 });
    expect(rehearsal.sandbox.requests.length - before).toBeLessThanOrEqual(420);
  });
});
