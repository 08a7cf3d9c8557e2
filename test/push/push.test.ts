/** A plan carried out against a sandbox that fails in every way, and people who work meanwhile. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SyncError } from '../../src/errors.js';
import type { Job } from '../../src/job/schema.js';
import type { Run } from '../../src/run/store.js';
import type { FaultRule } from '../../src/sandbox/faults.js';
import { aJob, csv, openRehearsal } from '../support/rehearsal.js';
import type { Rehearsal } from '../support/rehearsal.js';

const HEADER = ['Id', 'Name', 'City', 'First', 'Mail', 'State'];
const MAPPING = {
  columns: { id_number: 'Id', name: 'Name', city: 'City' },
  contacts: [{ first_name: 'First', email: 'Mail' }],
};
const job = aJob({ ...MAPPING, lifecycle: { from: 'State' } });
const archiving = aJob({ ...MAPPING, policy: { missing: 'archive' } });

let rehearsal: Rehearsal;
beforeEach(async () => {
  rehearsal = await openRehearsal({ concurrency: 1 });
});
afterEach(() => rehearsal.close());

/** Lines for clients 1 to n, all with these cells behind the id. */
const lines = (count: number, cells: (n: number) => readonly string[] = () => []): readonly (readonly string[])[] =>
  Array.from({ length: count }, (_, index) => {
    const n = index + 1;
    const [name = `Client ${n}`, city = '', first = '', mail = `m${n}@a.example`, state = ''] = cells(n);
    return [`C-${n}`, name, city, first, mail, state];
  });
const write = (rows: readonly (readonly string[])[]): string => rehearsal.write('clients.csv', csv([HEADER, ...rows]));
const plan = (rows: readonly (readonly string[])[], by: Job = job): Promise<Run> => rehearsal.plan(by, write(rows));
const seed = (count: number): readonly string[] =>
  rehearsal.sandbox.seed(
    lines(count).map(([id, name, , , email]) => ({ id_number: id, name, contacts: [{ email, first_name: 'Kept' }] })),
  );
const outcomes = async (run: Run): Promise<readonly (readonly [string, string])[]> =>
  (await rehearsal.stored(run)).map(({ outcome }) => [outcome?.kind ?? 'unsent', outcome?.reason ?? '']);
const kinds = async (run: Run): Promise<readonly string[]> => (await outcomes(run)).map(([kind]) => kind);
const names = (): readonly string[] => rehearsal.sandbox.clients().map((client) => client.name);

async function failureOf(applying: Promise<unknown>): Promise<SyncError> {
  try {
    await applying;
  } catch (error) {
    if (error instanceof SyncError) return error;
    throw error;
  }
  throw new Error('it was expected to fail');
}

describe('one request that fails', () => {
  const FAULTS: readonly (readonly [string, Omit<FaultRule, 'method'>])[] = [
    ['a 500 before the server acts', { kind: 'status', when: 'before' }],
    ['a 500 after the server acted', { kind: 'status', when: 'after' }],
    ['a reset before the server acts', { kind: 'reset', when: 'before' }],
    ['a reset after the server acted', { kind: 'reset', when: 'after' }],
    ['half an answer', { kind: 'half-body' }],
    ['two answers in one', { kind: 'two-documents' }],
    ['a broken answer', { kind: 'bad-json' }],
  ];

  it.each(FAULTS)('%s: a create happens once, and the next run does the rest', async (_, fault) => {
    const rows = lines(3);
    const run = await plan(rows);
    rehearsal.sandbox.fault({ ...fault, method: 'POST', path: '/clients(\\?|$)', nth: 2 });
    await rehearsal.apply(run);
    const acted = fault.when !== 'before';
    expect(await kinds(run)).toEqual(['created', acted ? 'created' : 'failed', 'created']);
    if (!acted) await rehearsal.sync(job, write(rows));
    expect(names().toSorted()).toEqual(['Client 1', 'Client 2', 'Client 3']);
    expect(await rehearsal.remaining(job, write(rows))).toBe(0);
  });

  it.each(FAULTS)('%s: an update is looked up and never sent blindly again', async (_, fault) => {
    seed(3);
    const rows = lines(3, (n) => [`Client ${n}`, 'Ulm']);
    const run = await plan(rows);
    rehearsal.wait(2);
    rehearsal.sandbox.fault({ ...fault, method: 'PUT', nth: 2 });
    await rehearsal.apply(run);
    const acted = fault.when !== 'before';
    expect(await kinds(run)).toEqual(['updated', acted ? 'updated' : 'failed', 'updated']);
    expect(rehearsal.sandbox.requests.filter(({ method }) => method === 'PUT')).toHaveLength(3);
    if (!acted) await rehearsal.sync(job, write(rows));
    expect(await rehearsal.remaining(job, write(rows))).toBe(0);
    expect(rehearsal.sandbox.clients().map(({ contacts }) => contacts.length)).toEqual([1, 1, 1]);
  });

  it.each(FAULTS)('%s: an archive of several is looked up, client by client', async (_, fault) => {
    seed(3);
    const rows = lines(3, (n) => [`Client ${n}`, '', '', `m${n}@a.example`, 'inactive']);
    const run = await plan(rows);
    rehearsal.wait(2);
    rehearsal.sandbox.fault({ ...fault, method: 'POST', path: 'bulk', nth: 1 });
    await rehearsal.apply(run);
    const acted = fault.when !== 'before';
    expect(await kinds(run)).toEqual(Array(3).fill(acted ? 'archived' : 'failed'));
    if (!acted) await rehearsal.sync(job, write(rows));
    expect(await rehearsal.remaining(job, write(rows))).toBe(0);
  });

  it('and a look-up that fails as well leave a sentence with every client, and no change half told', async () => {
    seed(3);
    const run = await plan(lines(3, (n) => [`Client ${n}`, '', '', `m${n}@a.example`, 'inactive']));
    rehearsal.wait(2);
    rehearsal.sandbox.fault({ kind: 'reset', when: 'after', method: 'POST', path: 'bulk' });
    rehearsal.sandbox.fault({ kind: 'status', method: 'GET', path: '/clients/[A-Za-z0-9]{10}', times: 4 });
    const done = await rehearsal.apply(run);
    expect(await kinds(run)).toEqual(['failed', 'archived', 'archived']);
    expect(Object.values(done.rowOutcomes ?? {}).reduce((sum, count) => sum + count, 0)).toBe(3);
  });
});

describe('a change that the server refuses', () => {
  it('is rejected with the reason, and the others go on', async () => {
    const run = await plan(lines(3));
    rehearsal.sandbox.seed([{ name: 'Faster', id_number: 'c-2' }]);
    await rehearsal.apply(run);
    const [first, second, third] = await outcomes(run);
    expect([first?.[0], second?.[0], third?.[0]]).toEqual(['created', 'rejected', 'created']);
    expect(second?.[1]).toContain('The id number has already been taken');
  });

  it('inside a batch fails alone: the halves find it', async () => {
    seed(7);
    const run = await plan(lines(7, (n) => [`Client ${n}`, '', '', `m${n}@a.example`, 'inactive']));
    const gone = (await rehearsal.changes(run))[4]?.clientId ?? '';
    rehearsal.wait(2);
    await fetch(`${rehearsal.sandbox.url}/api/v1/clients/${gone}/purge`, {
      method: 'POST',
      headers: {
        'x-api-token': rehearsal.sandbox.tokens.admin,
        'x-api-password': 'sandbox-password',
        'x-requested-with': 'XMLHttpRequest',
      },
    });
    expect(names()).toHaveLength(6);
    await rehearsal.apply(run);
    expect(await kinds(run)).toEqual([
      'archived',
      'archived',
      'archived',
      'archived',
      'rejected',
      'archived',
      'archived',
    ]);
    expect(rehearsal.sandbox.clients().every((client) => client.archived_at > 0)).toBe(true);
  });
});

describe('people who work meanwhile', () => {
  it('keep what they did: their client is left alone with a reason, the others are written', async () => {
    const ids = seed(3);
    rehearsal.wait(2);
    const rows = lines(3, (n) => [`Client ${n}`, 'Ulm']);
    const run = await plan(rows);
    rehearsal.wait(2);
    rehearsal.sandbox.edit(ids[1] ?? '', { addContact: { first_name: 'Eve', email: 'eve@e.example' } });
    await rehearsal.apply(run);
    expect(await kinds(run)).toEqual(['updated', 'skipped', 'updated']);
    expect((await outcomes(run))[1]?.[1]).toMatch(/Somebody changed the client/);
    const [, edited] = rehearsal.sandbox.clients();
    expect(edited).toMatchObject({ city: '', contacts: [{ email: 'm2@a.example' }, { email: 'eve@e.example' }] });
    await rehearsal.sync(job, write(rows));
    expect(rehearsal.sandbox.clients()[1]).toMatchObject({ city: 'Ulm', contacts: [{}, { email: 'eve@e.example' }] });
    expect(await rehearsal.remaining(job, write(rows))).toBe(0);
  });

  it('count from before the target was read: a change between two pages is one after the plan', async () => {
    const [id = ''] = seed(2);
    rehearsal.wait(10);
    const requestsBefore = rehearsal.sandbox.requests.length;
    rehearsal.sandbox.fault({ kind: 'latency', delayMs: 300, method: 'GET', path: 'per_page=1000' });
    const watch = setInterval(() => {
      if (rehearsal.sandbox.requests.length === requestsBefore) return;
      clearInterval(watch);
      rehearsal.sandbox.edit(id, { fields: { city: 'Bonn' } });
    }, 1);
    const run = await plan(lines(2));
    clearInterval(watch);
    const [edited] = rehearsal.sandbox.clients();
    expect(edited?.city).toBe('Bonn');
    expect(run.summary?.newestUpdate).toBeLessThan(edited?.updated_at ?? 0);
  });

  it('are not archived over', async () => {
    await rehearsal.sync(archiving, write(lines(3)));
    rehearsal.wait(2);
    const run = await plan(lines(1), archiving);
    rehearsal.wait(2);
    const ids = rehearsal.sandbox.clients().map((client) => client.id);
    rehearsal.sandbox.edit(ids[1] ?? '', { fields: { city: 'Ulm' } });
    await rehearsal.apply(run);
    expect(await kinds(run)).toEqual(['skipped', 'archived']);
  });

  it('or another plan of the same file do not double clients that have no id', async () => {
    const rows = lines(2).map(([, ...cells]) => ['', ...cells]);
    const [one, other] = [await plan(rows), await plan(rows)];
    await rehearsal.apply(one);
    rehearsal.wait(2);
    await rehearsal.apply(other);
    expect(await kinds(one)).toEqual(['created', 'created']);
    expect(await kinds(other)).toEqual(['skipped', 'skipped']);
    expect(names()).toHaveLength(2);
  });

  it('who make clients for other addresses hold up nobody', async () => {
    const rows = lines(2).map(([, ...cells]) => ['', ...cells]);
    seed(1);
    rehearsal.wait(2);
    const run = await plan(rows.slice(1));
    rehearsal.wait(2);
    rehearsal.sandbox.seed([{ name: 'Other', contacts: [{ email: 'other@a.example' }] }]);
    await rehearsal.apply(run);
    expect(await kinds(run)).toEqual(['created']);
  });
});

describe('a server that is gone', () => {
  it('is left alone after ten failures in a row; the rest is not sent, and a second apply sends it', async () => {
    const rows = lines(15);
    const run = await plan(rows);
    rehearsal.sandbox.fault({ kind: 'status', method: 'POST', path: '/clients$', times: 10 });
    const error = await failureOf(rehearsal.apply(run));
    expect(error.message).toMatch(/10 changes in a row failed/);
    const stopped = await kinds(run);
    expect(stopped.filter((kind) => kind === 'failed')).toHaveLength(10);
    expect(stopped.filter((kind) => kind === 'unsent')).toHaveLength(5);
    const again = await rehearsal.store.findRun(run.id);
    expect(again?.status).toBe('failed');
    await rehearsal.apply(again ?? run);
    expect(names()).toHaveLength(5);
    await rehearsal.sync(job, write(rows));
    expect(names()).toHaveLength(15);
    expect(new Set(names()).size).toBe(15);
  });

  it('is not given up for nine', async () => {
    const run = await plan(lines(12));
    rehearsal.sandbox.fault({ kind: 'status', method: 'POST', path: '/clients$', times: 9 });
    await rehearsal.apply(run);
    expect((await kinds(run)).filter((kind) => kind === 'created')).toHaveLength(3);
  });
});

describe('a stop in the middle', () => {
  it('leaves the rest unsent, and a second apply does it without doubling', async () => {
    const rows = lines(20);
    const run = await plan(rows);
    const stop = new AbortController();
    const poll = setInterval(() => {
      if (names().length >= 5) stop.abort();
    }, 1);
    const error = await failureOf(rehearsal.apply(run, stop.signal));
    clearInterval(poll);
    expect(error.code).toBe('interrupted');
    const sent = (await kinds(run)).filter((kind) => kind === 'created').length;
    expect(sent).toBe(names().length);
    expect(sent).toBeLessThan(20);
    const stopped = await rehearsal.store.findRun(run.id);
    expect(stopped?.status).toBe('interrupted');
    expect(stopped?.rowOutcomes).toMatchObject({ created: sent, skipped: 20 - sent });
    const done = await rehearsal.apply(stopped ?? run);
    expect(done.rowOutcomes).toMatchObject({ created: 20, skipped: 0 });
    expect(new Set(names()).size).toBe(20);
    expect(names()).toHaveLength(20);
    expect(await rehearsal.remaining(job, write(rows))).toBe(0);
  });
});

describe('what the server stored differently', () => {
  it('is noticed for a create, whose answer only echoes what was sent', async () => {
    const run = await plan(lines(2));
    const watch = setInterval(() => {
      const [client] = rehearsal.sandbox.clients();
      if (client !== undefined && client.name === 'Client 1')
        rehearsal.sandbox.edit(client.id, { fields: { name: 'Klient 1' } });
    }, 1);
    rehearsal.sandbox.fault({ kind: 'latency', delayMs: 50, method: 'POST', nth: 2 });
    await rehearsal.apply(run);
    clearInterval(watch);
    const [first, second] = await outcomes(run);
    expect(first).toEqual(['failed', 'The server stored "Klient 1" instead of "Client 1" for name.']);
    expect(second?.[0]).toBe('created');
  });
});
