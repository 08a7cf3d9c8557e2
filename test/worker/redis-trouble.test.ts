/** Redis that goes away, forgets, is full or gives a run to somebody else: nothing is lost, and nothing is done twice. */

import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { enqueueRun, jobIdOf, openQueue } from '../../src/worker/queue.js';
import { listSchedules } from '../../src/worker/schedules.js';
import { openStage } from './stage.js';
import type { Stage } from './stage.js';

let stage: Stage;
let client: Redis;
afterEach(async () => {
  client.disconnect();
  await stage.close();
});

async function setUp(args?: readonly string[]): Promise<void> {
  stage = await openStage({ redis: { own: true, ...(args === undefined ? {} : { args }) } });
  client = new Redis(stage.redis.url, { maxRetriesPerRequest: null, retryStrategy: () => 50 });
  client.on('error', () => undefined);
  stage.job('acme', { target: { concurrency: 1 } });
  stage.sandbox.fault({ kind: 'latency', method: 'POST', path: '/clients$', delayMs: 30 });
}
const untilNames = (count: number): Promise<unknown> => stage.eventually(() => stage.names().length >= count);

function expectEachOnce(count: number): void {
  expect(new Set(stage.names()).size).toBe(count);
  expect(stage.names()).toHaveLength(count);
}

describe('Redis', () => {
  it('is restarted in the middle of a run: it goes on, and so does the queue', async () => {
    await setUp();
    const worker = await stage.worker();
    const run = await stage.enqueue('acme', [stage.exportOf(60)]);
    await untilNames(3);
    await stage.redis.stop();
    const sent = stage.names().length;
    // Without Redis the run keeps to the rate limit alone.
    await untilNames(sent + 5);
    expect(await worker.status()).toMatchObject({ redis: false, store: true, active: [{ run: 1 }] });
    await stage.redis.start();
    await stage.until(run, 'done');
    const next = await stage.enqueue('acme', [stage.exportOf(61)]);
    await stage.until(next, 'done');
    expectEachOnce(61);
    expect((await worker.status()).redis).toBe(true);
  });

  it('is killed and stays away for longer than the lock lasts', async () => {
    await setUp();
    await stage.worker();
    const run = await stage.enqueue('acme', [stage.exportOf(140)]);
    await untilNames(3);
    await stage.redis.stop('SIGKILL');
    await untilNames(110);
    await stage.redis.start();
    await stage.until(run, 'done');
    await stage.untilIdle();
    expectEachOnce(140);
  });

  it('is emptied in the middle of a run: runs and schedules are put back', async () => {
    await setUp();
    stage.job('nightly', { schedule: { cron: '0 3 * * *' } });
    await stage.worker();
    const run = await stage.enqueue('acme', [stage.exportOf(100)]);
    const next = await stage.enqueue('acme', [stage.exportOf(101, { name: 'next.csv' })]);
    await untilNames(3);
    await client.flushall();
    await stage.until(run, 'done');
    await stage.until(next, 'done');
    expectEachOnce(101);
    await stage.eventually(async () => (await listSchedules(stage.queue)).length === 1);
  });

  it('is full: whoever queues a run hears of it, and the run is carried out when there is room', async () => {
    await setUp(['--maxmemory', '8mb', '--maxmemory-policy', 'noeviction']);
    await stage.worker();
    const run = await stage.enqueue('acme', [stage.exportOf(30)]);
    await untilNames(3);
    for (const bytes of [100_000, 1000, 10])
      for (let nth = 0; await client.set(`junk-${bytes}-${nth}`, 'x'.repeat(bytes)).catch(() => false); nth += 1);
    const refused = await stage.ask('acme', [stage.exportOf(31, { name: 'next.csv' })]);
    await expect(enqueueRun(stage.queue, refused, Date.now())).rejects.toThrow('OOM');
    await stage.until(run, 'done');

    expect(await stage.find(refused)).toMatchObject({ status: 'queued' });
    await client.flushall();
    await stage.until(refused, 'done');
    expectEachOnce(31);
  });

  it('is away when a command wants something: it is told so within seconds', async () => {
    await setUp();
    await stage.redis.stop();
    const queue = openQueue({ url: stage.redis.url, prefix: stage.redis.prefix });
    const begin = performance.now();
    await expect(enqueueRun(queue, await stage.ask('acme', []), Date.now())).rejects.toThrow();
    expect(performance.now() - begin).toBeLessThan(5000);
    await queue.close();
  });

  it('is away when the worker starts, and when it is closed', async () => {
    await setUp();
    const run = await stage.ask('acme', [stage.exportOf(60)]);
    await stage.redis.stop();
    const worker = await stage.worker();
    expect(await worker.status()).toMatchObject({ redis: false, active: [] });
    await stage.redis.start();
    await untilNames(3);
    await stage.redis.stop();
    const begin = performance.now();
    await worker.close();
    expect(performance.now() - begin).toBeLessThan(10_000);
    expect(await stage.find(run)).toMatchObject({ status: 'interrupted' });
    await stage.redis.start();
    await stage.worker();
    await stage.until(run, 'done');
    expectEachOnce(60);
  });
});

describe('a lock in the queue', () => {
  it('that is lost stops the leg; the run goes on from the journal', async () => {
    await setUp();
    // It does not look for lost runs itself.
    const first = await stage.worker({ times: { stalled: 4000 } });
    const run = await stage.enqueue('acme', [stage.exportOf(90)]);
    await untilNames(3);
    await client.del(`${stage.redis.prefix}:runs:${jobIdOf(run.id)}:lock`);
    const stopped = await stage.until(run, 'interrupted');
    expect(stopped.message).toContain('lost the run in the queue');
    await first.close();
    await stage.worker();
    await stage.until(run, 'done');
    expectEachOnce(90);
    const creates = stage.sandbox.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/clients'));
    expect(creates).toHaveLength(90);
  });

  it('that somebody else got sends nobody to work twice', async () => {
    await setUp();
    await stage.worker();
    const run = await stage.enqueue('acme', [stage.exportOf(60)]);
    await untilNames(3);
    await client.del(`${stage.redis.prefix}:runs:${jobIdOf(run.id)}:lock`);
    await stage.worker();
    await stage.until(run, 'done');
    await stage.untilIdle();
    expectEachOnce(60);
  });
});
