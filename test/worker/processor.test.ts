/** What becomes of a run whose workers die or that the program cannot carry out, and of what does not belong in the queue. */

import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../../src/run/store.js';
import { jobIdOf } from '../../src/worker/queue.js';
import { reconcile } from '../../src/worker/reconcile.js';
import { openStage } from './stage.js';
import type { Stage } from './stage.js';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
  stage.job('acme', { target: { concurrency: 1 } });
});
afterEach(() => stage.close());

const untilNames = (count: number): Promise<unknown> => stage.eventually(() => stage.names().length >= count);
const counts = async (id: number): Promise<unknown> => (await stage.queue.getJob(jobIdOf(id)))?.data;

function withMethod(store: Store, name: keyof Store, method: () => Promise<never>): Store {
  return new Proxy(store, {
    get(target, asked) {
      if (asked === name) return method;
      const value: unknown = Reflect.get(target, asked, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

describe('a run that kills its workers', () => {
  it('fails after five of them, in plain words', async () => {
    const run = await stage.ask('acme', [stage.exportOf(1)]);
    await stage.queue.add('run', { run: run.id, deaths: 5 }, { jobId: jobIdOf(run.id) });
    await stage.worker();
    const failed = await stage.until(run, 'failed');
    expect(failed.message).toContain('The worker died 5 times in a row while it was at run 1');
    expect(stage.names()).toEqual([]);
  });

  it('is forgiven when it gets somewhere, and counts for nothing when the worker is closed in time', async () => {
    stage.sandbox.fault({ kind: 'latency', method: 'POST', path: '/clients$', delayMs: 30 });
    const run = await stage.ask('acme', [stage.exportOf(60)]);
    await stage.queue.add('run', { run: run.id, deaths: 4, errors: 3 }, { jobId: jobIdOf(run.id) });
    const worker = await stage.worker({ times: { reconcile: 60_000 } });
    await untilNames(2);
    await stage.eventually(async () => JSON.stringify(await counts(run.id)) === JSON.stringify({ run: run.id }));
    await worker.close();
    expect(await counts(run.id)).toEqual({ run: run.id, errors: 0 });
    expect(await stage.queue.getJobState(jobIdOf(run.id))).toBe('waiting');
  });

  it('is counted while a worker is at it', async () => {
    stage.sandbox.fault({ kind: 'latency', method: 'GET', path: '/statics', delayMs: 1000 });
    const run = await stage.enqueue('acme', [stage.exportOf(1)]);
    await stage.worker();
    await stage.eventually(async () => JSON.stringify(await counts(run.id))?.includes('"deaths":1') ?? false);
    await stage.until(run, 'done');
  });
});

describe('a plan', () => {
  it('is not stored by a worker that lost the target while it made it; it is made again', async () => {
    stage.sandbox.fault({ kind: 'latency', method: 'GET', path: '/clients', delayMs: 300, times: 2 });
    const run = await stage.enqueue('acme', [stage.exportOf(2)]);
    await stage.worker();
    await stage.eventually(async () => (await stage.find(run)).status === 'reading');
    expect(await stage.store.breakLease(stage.sandbox.url)).not.toBeNull();
    await stage.until(run, 'done');
    await stage.untilIdle();
    expect(stage.logs.join('')).toContain('"lease-lost"');
    expect(stage.names()).toHaveLength(2);
  });

  it('that was being made when the worker died is made from the start', async () => {
    const run = await stage.ask('acme', [stage.exportOf(2)]);
    await stage.store.updateRun(run.id, { status: 'reading' });
    await stage.worker();
    await stage.until(run, 'done');
    expect(stage.names()).toHaveLength(2);
  });
});

describe('errors', () => {
  it('in a row that may pass are counted with the run, and it is not tried for ever', async () => {
    stage.sandbox.fault({ kind: 'status', status: 503, path: '/clients' });
    const run = await stage.ask('acme', [stage.exportOf(1)]);
    await stage.queue.add('run', { run: run.id, errors: 10 }, { jobId: jobIdOf(run.id) });
    await stage.worker();
    await stage.until(run, 'interrupted');
    await stage.eventually(async () => JSON.stringify(await counts(run.id)) === '{"run":1,"errors":11}');
    await stage.eventually(async () => (await stage.queue.getDelayedCount()) === 1);
    await stage.promoteAll();
    expect((await stage.until(run, 'failed')).message).toContain('503');
  });

  it('of the program fail the run without a stack trace for people, and with one for maintainers', async () => {
    const findHistory = (): Promise<never> => Promise.reject(new TypeError('x is undefined'));
    await stage.worker({ store: withMethod(stage.store, 'findHistory', findHistory) });
    const run = await stage.enqueue('acme', [stage.exportOf(1)]);
    const failed = await stage.until(run, 'failed');
    expect(failed.message).not.toContain('    at ');
    await stage.untilIdle();
    expect(stage.logs.find((line) => line.includes('mistake of the program'))).toContain('    at ');
  });
});

describe('the queue', () => {
  it('is not stopped by what does not belong in it', async () => {
    await stage.queue.add('nonsense', { email: 'somebody' }, { removeOnFail: true });
    await stage.queue.add('run', { run: 99 }, { removeOnFail: true });
    await stage.worker();
    await stage.until(await stage.enqueue('acme', [stage.exportOf(1)]), 'done');
    await stage.untilIdle();
  });

  it('gets back what is due and is not in it, once', async () => {
    const deps = { store: stage.store, queue: stage.queue, isActive: () => false, now: () => Date.now() };
    stage.job('other');
    const first = await stage.ask('acme', [stage.exportOf(1)]);
    await stage.ask('acme', [stage.exportOf(1)]);
    const other = await stage.ask('other', [stage.exportOf(1)]);
    await stage.ask('other', [stage.exportOf(1)], { notBefore: '2999-01-01T00:00:00.000Z' });
    const parked = await stage.ask('third', [stage.exportOf(1)]);
    for (const status of ['reading', 'planned', 'awaiting-approval'] as const)
      await stage.store.updateRun(parked.id, { status });
    // Of each job the one that goes first; not who is wanted later, and not who waits for a person.
    expect(await reconcile(deps)).toEqual([first.id, other.id]);
    expect(await reconcile(deps)).toEqual([]);
    await stage.store.updateRun(parked.id, { stop: 'cancel' });
    expect(await reconcile(deps)).toEqual([parked.id]);
    await stage.worker();
    await stage.until(parked, 'cancelled');
  });

  it('gets back a run whose job is left there and that nobody will take', async () => {
    const run = await stage.enqueue('acme', [stage.exportOf(1)]);
    const client = new Redis(stage.redis.url);
    await client.del(stage.queue.toKey('wait'));
    client.disconnect();
    expect(await stage.queue.getJobState(jobIdOf(run.id))).toBe('unknown');
    await stage.worker();
    await stage.until(run, 'done');
  });
});
