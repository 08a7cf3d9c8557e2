/** Each change sent to a sandbox that fails in every way, until it is certain what became of it. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FaultRule } from '../../src/sandbox/faults.js';
import { openRehearsal } from '../support/rehearsal.js';
import type { Rehearsal } from '../support/rehearsal.js';
import { applyTo, countRequests, kindsOf, reasonsOf } from './apply.js';
import { inUlm, inactive, lines, names, plan, remaining, seed, withoutIds } from './sheet.js';
import type { Cells } from './sheet.js';

let rehearsal: Rehearsal;
beforeEach(async () => {
  rehearsal = await openRehearsal({ concurrency: 1 });
});
afterEach(() => rehearsal.close());

const requests = (method: string, path: RegExp): number => countRequests(rehearsal, method, path);

describe('one request that fails', () => {
  const FAULTS: readonly (readonly [string, Omit<FaultRule, 'method'>])[] = [
    ['a 500 before the server acts', { kind: 'status', when: 'before' }],
    ['a 500 after the server acted', { kind: 'status', when: 'after' }],
    ['a 500 in the middle', { kind: 'half-write' }],
    ['a 503 after the server acted', { kind: 'status', when: 'after', status: 503 }],
    ['a reset before the server acts', { kind: 'reset', when: 'before' }],
    ['a reset after the server acted', { kind: 'reset', when: 'after' }],
    ['half an answer', { kind: 'half-body' }],
    ['two answers in one', { kind: 'two-documents' }],
    ['a broken answer', { kind: 'bad-json' }],
    ['a web page', { kind: 'html' }],
  ];

  it.each(FAULTS)('%s: a create happens once', async (_, fault) => {
    const rows = lines(3);
    const run = await plan(rehearsal, rows);
    rehearsal.sandbox.fault({ ...fault, method: 'POST', path: '/clients(\\?|$)', nth: 2 });
    await applyTo(rehearsal, run);
    expect(await kindsOf(rehearsal, run)).toEqual(['created', 'created', 'created']);
    expect(names(rehearsal).toSorted()).toEqual(['Client 1', 'Client 2', 'Client 3']);
    expect(await remaining(rehearsal, rows)).toBe(0);
  });

  it.each(FAULTS)('%s: a create without any unique key happens once', async (_, fault) => {
    const rows = withoutIds(lines(3));
    const run = await plan(rehearsal, rows);
    rehearsal.sandbox.fault({ ...fault, method: 'POST', path: '/clients(\\?|$)', nth: 2 });
    await applyTo(rehearsal, run);
    expect(await kindsOf(rehearsal, run)).toEqual(['created', 'created', 'created']);
    expect(names(rehearsal).toSorted()).toEqual(['Client 1', 'Client 2', 'Client 3']);
    expect(await remaining(rehearsal, rows)).toBe(0);
  });

  it.each(FAULTS)('%s: an update is looked up before it is sent again, and no contact is doubled', async (_, fault) => {
    seed(rehearsal, 3);
    const rows = lines(3, (n) => [`Client ${n}`, 'Ulm', 'New', `new${n}@a.example`]);
    const run = await plan(rehearsal, rows);
    rehearsal.wait(2);
    rehearsal.sandbox.fault({ ...fault, method: 'PUT', nth: 2 });
    await applyTo(rehearsal, run);
    expect(await kindsOf(rehearsal, run)).toEqual(['updated', 'updated', 'updated']);
    expect(rehearsal.sandbox.clients().map(({ contacts }) => contacts.length)).toEqual([2, 2, 2]);
    expect(await remaining(rehearsal, rows)).toBe(0);
  });

  it.each(FAULTS)('%s: an archive of several is looked up in one list', async (_, fault) => {
    seed(rehearsal, 3);
    const rows = lines(3, inactive);
    const run = await plan(rehearsal, rows);
    rehearsal.wait(2);
    rehearsal.sandbox.fault({ ...fault, method: 'POST', path: 'bulk', nth: 1 });
    await applyTo(rehearsal, run);
    expect(await kindsOf(rehearsal, run)).toEqual(['archived', 'archived', 'archived']);
    expect(requests('GET', /\/clients\/\w/)).toBe(0);
    expect(await remaining(rehearsal, rows)).toBe(0);
  });

  it.each(FAULTS)('%s: a client that comes back comes back once, with what differs', async (_, fault) => {
    const ids = seed(rehearsal, 2);
    for (const id of ids) rehearsal.sandbox.edit(id, { state: 'archived' });
    const rows = lines(2, (n) => [`Client ${n}`, 'Ulm', '', `m${n}@a.example`, 'active']);
    const run = await plan(rehearsal, rows);
    rehearsal.wait(2);
    rehearsal.sandbox.fault({ ...fault, method: 'POST', path: 'bulk', nth: 1 });
    rehearsal.sandbox.fault({ ...fault, method: 'PUT', nth: 1 });
    await applyTo(rehearsal, run);
    expect(await kindsOf(rehearsal, run)).toEqual(['restored', 'restored']);
    expect(rehearsal.sandbox.clients()).toMatchObject([
      { city: 'Ulm', archived_at: 0, contacts: [{ first_name: 'Kept' }] },
      { city: 'Ulm', archived_at: 0, contacts: [{ first_name: 'Kept' }] },
    ]);
  });

  it.each(FAULTS)('%s: a document arrives once', async (_, fault) => {
    rehearsal.write('contract.txt', 'A contract.\n');
    const rows = lines(1, () => ['Client 1', '', '', 'm1@a.example', '', 'contract.txt']);
    const run = await plan(rehearsal, rows);
    rehearsal.sandbox.fault({ ...fault, method: 'POST', path: 'upload', nth: 1 });
    await applyTo(rehearsal, run);
    expect(await kindsOf(rehearsal, run)).toEqual(['created']);
    expect(rehearsal.sandbox.clients()).toMatchObject([{ documents: [{ name: 'contract.txt' }] }]);
    expect(names(rehearsal)).toEqual(['Client 1']);
  });

  it('and its look-up as well: the run waits until the target answers, and then knows', async () => {
    seed(rehearsal, 3);
    const run = await plan(rehearsal, lines(3, inUlm));
    rehearsal.wait(2);
    rehearsal.sandbox.fault({ kind: 'reset', when: 'after', method: 'PUT', nth: 1 });
    rehearsal.sandbox.fault({ kind: 'status', method: 'GET', path: '/clients/[A-Za-z0-9]{10}', times: 4 });
    await applyTo(rehearsal, run, { patienceMs: 60_000 });
    expect(await kindsOf(rehearsal, run)).toEqual(['updated', 'updated', 'updated']);
    expect(requests('PUT', /clients/)).toBe(3);
  });
});

describe('a request that fails each time', () => {
  it('is given up after four attempts, with the words of the server and what was found', async () => {
    const run = await plan(rehearsal, lines(2));
    rehearsal.sandbox.fault({ kind: 'status', method: 'POST', path: '/clients$', times: 4 });
    await applyTo(rehearsal, run);
    expect(await kindsOf(rehearsal, run)).toEqual(['failed', 'created']);
    expect(requests('POST', /clients$/)).toBe(5);
    const [reason] = await reasonsOf(rehearsal, run);
    expect(reason).toContain('status 500');
    expect(reason).toContain('sent 4 times and looked up');
  });

  it('waits longer each time, with chance in it', async () => {
    const run = await plan(rehearsal, lines(1));
    const pauses: number[] = [];
    rehearsal.sandbox.fault({ kind: 'status', method: 'POST', path: '/clients$', times: 3 });
    await applyTo(rehearsal, run, { pauses });
    expect(await kindsOf(rehearsal, run)).toEqual(['created']);
    expect(pauses).toHaveLength(3);
    for (const [nth, base] of [250, 500, 1000].entries()) {
      expect(pauses[nth]).toBeGreaterThanOrEqual(base * 0.5);
      expect(pauses[nth]).toBeLessThanOrEqual(base * 1.5);
    }
  });

  it('leaves a server that broke off time to end what it is doing', async () => {
    const run = await plan(rehearsal, lines(1));
    const pauses: number[] = [];
    rehearsal.sandbox.fault({ kind: 'reset', method: 'POST', path: '/clients$', nth: 1 });
    await applyTo(rehearsal, run, { pauses });
    expect(pauses.slice(0, 3)).toEqual([500, 1000, 2000]);
    expect(names(rehearsal)).toEqual(['Client 1']);
  });

  it('and that acts in spite of it is found in time', async () => {
    const run = await plan(rehearsal, withoutIds(lines(1)));
    rehearsal.sandbox.fault({ kind: 'reset', method: 'POST', path: '/clients$', nth: 1 });
    await applyTo(rehearsal, run, {
      onPause: (nth) => {
        if (nth === 2) rehearsal.sandbox.seed([{ name: 'Client 1', contacts: [{ email: 'm1@a.example' }] }]);
      },
    });
    expect(await kindsOf(rehearsal, run)).toEqual(['created']);
    expect(names(rehearsal)).toEqual(['Client 1']);
    expect(requests('POST', /clients$/)).toBe(1);
  });
});

describe('documents', () => {
  const withDocument = (count: number): readonly Cells[] =>
    lines(count, (n) => [`Client ${n}`, '', '', `m${n}@a.example`, '', n === 1 ? 'contract.txt' : '']);

  it('that cannot be had fail the change, which says that the client itself is written', async () => {
    rehearsal.write('contract.txt', 'A contract.\n');
    const run = await plan(rehearsal, withDocument(2));
    rehearsal.write('contract.txt', 'Another contract, longer.\n');
    await applyTo(rehearsal, run);
    expect(await kindsOf(rehearsal, run)).toEqual(['failed', 'created']);
    expect((await reasonsOf(rehearsal, run))[0]).toContain('The client itself is written.');
    const [stored] = await rehearsal.stored(run);
    expect(stored?.outcome).toMatchObject({
      clientId: rehearsal.sandbox.clients()[0]?.id,
      differences: [{ field: 'document' }],
    });
    expect(names(rehearsal)).toEqual(['Client 1', 'Client 2']);
  });

  it('go to a client that needs nothing else, as uploads', async () => {
    seed(rehearsal, 1);
    rehearsal.write('contract.txt', 'A contract.\n');
    const run = await plan(rehearsal, withDocument(1));
    await applyTo(rehearsal, run);
    expect(await kindsOf(rehearsal, run)).toEqual(['uploaded']);
    expect(requests('PUT', /clients/)).toBe(0);
    expect(await remaining(rehearsal, withDocument(1))).toBe(0);
  });
});
