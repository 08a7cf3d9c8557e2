import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CHANGE_ORDER } from '../../src/plan/change.js';
import type { ChangeKind } from '../../src/plan/change.js';
import { pickCanary } from '../../src/push/canary.js';
import type { Run } from '../../src/run/store.js';
import { aJob, csv, openRehearsal } from '../support/rehearsal.js';
import type { Rehearsal } from '../support/rehearsal.js';
import { applyTo, countRequests, dyingStore, failureOf, kindsOf, reload, retryOf } from './apply.js';

describe('which changes go first', () => {
  const SIZE = { ratio: 0.01, min: 5, max: 50 };
  const count = (counts: Partial<Record<ChangeKind, number>>): Record<ChangeKind, number> => ({
    restore: 0,
    create: 0,
    update: 0,
    upload: 0,
    archive: 0,
    delete: 0,
    ...counts,
  });
  /** How many of each kind. */
  function pick(counts: Partial<Record<ChangeKind, number>>, size = SIZE): Partial<Record<ChangeKind, number>> {
    const all = count(counts);
    const kinds = CHANGE_ORDER.flatMap((kind) => Array<ChangeKind>(all[kind]).fill(kind));
    const picked: Partial<Record<ChangeKind, number>> = {};
    for (const seq of pickCanary(all, size)) {
      const kind = kinds[seq - 1];
      if (kind === undefined) throw new Error(`there is no change ${seq}`);
      picked[kind] = (picked[kind] ?? 0) + 1;
    }
    return picked;
  }

  it.each<[string, Partial<Record<ChangeKind, number>>, Partial<Record<ChangeKind, number>>]>([
    ['a share of all', { update: 2000 }, { update: 20 }],
    ['at least the minimum', { update: 60 }, { update: 5 }],
    ['at most the maximum', { update: 100_000 }, { update: 50 }],
    ['all when there are few', { create: 3 }, { create: 3 }],
    ['in proportion', { create: 500, update: 1500 }, { create: 5, update: 15 }],
    [
      'at least one of each kind',
      { restore: 1, create: 1, update: 5000, upload: 1 },
      { restore: 1, create: 1, update: 50, upload: 1 },
    ],
    ['never one that archives or deletes', { update: 10, archive: 500, delete: 500 }, { update: 10 }],
    ['none when there is nothing else', { archive: 500 }, {}],
    ['none of an empty plan', {}, {}],
  ])('%s', (_, counts, expected) => {
    expect(pick(counts)).toEqual(expected);
  });

  it('are spread over the plan', () => {
    const picked = pickCanary(count({ restore: 10, update: 100 }), { ratio: 0, min: 5, max: 5 });
    expect([...picked]).toEqual([1, 11, 31, 51, 71, 91]);
  });
});

describe('a run with a canary', () => {
  const job = aJob({ columns: { id_number: 'Id', name: 'Name' }, canary: { ratio: 0.01, min: 3, max: 5 } });
  const withoutCanary = aJob({ columns: { id_number: 'Id', name: 'Name' } });
  let rehearsal: Rehearsal;
  beforeEach(async () => {
    rehearsal = await openRehearsal({ concurrency: 1 });
  });
  afterEach(() => rehearsal.close());

  const plan = (by = job): Promise<Run> =>
    rehearsal.plan(
      by,
      rehearsal.write(
        'clients.csv',
        csv([['Id', 'Name'], ...Array.from({ length: 12 }, (_, n) => [`C-${n}`, `Client ${n}`])]),
      ),
    );
  const names = (): readonly string[] => rehearsal.sandbox.clients().map(({ name }) => name);
  const firstThree = ['Client 0', 'Client 4', 'Client 8'];

  it('sends some first, reads them back, and then the rest', async () => {
    const run = await plan();
    await applyTo(rehearsal, run);
    expect(names().slice(0, 3)).toEqual(firstThree);
    expect(await kindsOf(rehearsal, run)).toEqual(Array(12).fill('created'));
    const order = rehearsal.sandbox.requests.filter(({ path }) => /clients($|.*updated_at)/.test(path));
    expect(order.map(({ method }) => method).join(' ')).toMatch(/GET POST POST POST GET GET (POST ?){9} GET$/);
  });

  it('stops when one of them is stored otherwise, and names what is different', async () => {
    const run = await plan();
    const watch = setInterval(() => {
      const [client] = rehearsal.sandbox.clients();
      if (client?.name === 'Client 0') rehearsal.sandbox.edit(client.id, { fields: { name: 'Klient 0' } });
    }, 1);
    rehearsal.sandbox.fault({ kind: 'latency', delayMs: 50, method: 'POST', nth: 3 });
    const error = await failureOf(applyTo(rehearsal, run));
    clearInterval(watch);
    expect(error.code).toBe('canary-failed');
    expect(error.message).toContain('the create of Client 0');
    expect(error.message).toContain('"Klient 0" instead of "Client 0" for name');
    expect(names()).toHaveLength(3);
    expect((await reload(rehearsal, run)).status).toBe('failed');
  });

  it('stops at the first that fails, stays stopped, and goes on when it was mended or allowed', async () => {
    for (const goOn of ['retry', 'allow'] as const) {
      rehearsal.reset();
      const run = await plan();
      rehearsal.sandbox.fault({ kind: 'status', method: 'POST', path: '/clients$', status: 422, times: 1 });
      expect((await failureOf(applyTo(rehearsal, run))).code).toBe('canary-failed');
      expect(names()).toEqual([]);
      const posts = countRequests(rehearsal, 'POST', /clients$/);
      expect((await failureOf(applyTo(rehearsal, await reload(rehearsal, run)))).code).toBe('canary-failed');
      expect(countRequests(rehearsal, 'POST', /clients$/)).toBe(posts);
      const stopped = await reload(rehearsal, run);
      if (goOn === 'retry') await retryOf(rehearsal, stopped);
      else await applyTo(rehearsal, stopped, { allow: ['failures'] });
      expect(names()).toHaveLength(goOn === 'retry' ? 12 : 11);
    }
  });

  it('does not repeat one that passed', async () => {
    const run = await plan();
    await failureOf(applyTo(rehearsal, run, { store: dyingStore(rehearsal.store, 'beginChanges', 2) }));
    expect(names()).toEqual(firstThree);
    await applyTo(rehearsal, await reload(rehearsal, run));
    expect(await kindsOf(rehearsal, run)).toEqual(Array(12).fill('created'));
    expect(names()).toHaveLength(12);
  });

  it('is one that has none unless the job asks for it', async () => {
    const run = await plan(withoutCanary);
    rehearsal.sandbox.fault({ kind: 'status', method: 'POST', path: '/clients$', status: 422, times: 1 });
    await applyTo(rehearsal, run);
    expect(names()).toHaveLength(11);
  });
});
