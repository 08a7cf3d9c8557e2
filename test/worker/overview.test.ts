/** What the workers have to do and wait for, over a real store and a real queue. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Queue } from 'bullmq';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '../../src/run/open-store.js';
import type { RunStatus } from '../../src/run/status.js';
import type { Run, Store } from '../../src/run/store.js';
import { readOverview, readQueueState } from '../../src/worker/overview.js';
import { enqueueRun, openQueue } from '../../src/worker/queue.js';
import { syncSchedules } from '../../src/worker/schedules.js';
import { buildRequest } from '../run/build.js';
import { openRedis } from '../support/redis.js';
import type { TestRedis } from '../support/redis.js';

const TARGET = 'https://ninja.example';

describe('readOverview', () => {
  let folder: string;
  let store: Store;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-overview-'));
    store = await openStore({ dataDir: folder });
  });

  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function stage(job: string, isOfWorker: boolean, ...way: readonly RunStatus[]): Promise<Run> {
    const request = isOfWorker ? { request: buildRequest() } : {};
    let run = await store.createRun({ job, target: `${TARGET}/${job}`, files: [], ...request });
    for (const status of way) run = await store.updateRun(run.id, { status });
    return run;
  }

  const hold = (run: Run, ttlMs: number) =>
    store.acquireLease({ target: run.target, runId: run.id, host: 'elsewhere', pid: 1, ttlMs });

  it('sorts runs by who has to act', async () => {
    const done = await stage('a', true, 'reading', 'planned', 'done');
    const queued = await stage('a', true);
    const died = await stage('b', true, 'reading', 'planned', 'pushing');
    const held = await stage('c', true, 'reading', 'planned', 'pushing');
    await hold(held, 60_000);
    const parked = await stage('d', true, 'reading', 'breached');
    const paused = await stage('e', true, 'reading', 'breached');
    await store.updateRun(paused.id, { stop: 'pause' });
    const command = await stage('f', false, 'planned', 'pushing');
    await hold(command, 60_000);
    await stage('g', false, 'planned');
    await stage('h', true, 'cancelled');

    const overview = await readOverview(store, Date.now());
    const numbers = Object.fromEntries(
      Object.entries(overview).map(([name, runs]) => [name, (runs as readonly Run[]).map(({ id }) => id)]),
    );
    expect(numbers).toEqual({
      active: [held.id, command.id],
      waiting: [queued.id, died.id],
      parked: [parked.id],
      stopped: [paused.id],
      lastGood: [done.id],
    });

    const later = await readOverview(store, Date.now() + 120_000);
    expect(later.active).toEqual([]);
    expect(later.waiting.map(({ id }) => id)).toEqual([queued.id, died.id, held.id]);
  });

  it('names the newest good run of each job, and no undo', async () => {
    await stage('b', true, 'reading', 'planned', 'done');
    const newest = await stage('b', false, 'planned', 'done');
    const other = await stage('a', true, 'reading', 'planned', 'done');
    const undo = await store.createRun({ job: 'b', target: TARGET, files: [], undoes: newest.id });
    await store.updateRun(undo.id, { status: 'planned' });
    await store.updateRun(undo.id, { status: 'done' });
    await stage('b', true, 'reading', 'failed');
    const { lastGood } = await readOverview(store, Date.now());
    expect(lastGood.map(({ id }) => id)).toEqual([other.id, newest.id]);
  });
});

describe('readQueueState', () => {
  let redis: TestRedis;
  let queue: Queue;

  beforeAll(async () => {
    redis = await openRedis();
    queue = openQueue({ url: redis.url, prefix: redis.prefix });
  });

  afterAll(async () => {
    await queue.close();
    await redis.close();
  });

  it('counts runs, and no schedule as one', async () => {
    const now = Date.now();
    await enqueueRun(queue, { id: 1, request: buildRequest() }, now);
    await enqueueRun(queue, { id: 2, request: buildRequest({ priority: 5 }) }, now);
    const notBefore = new Date(now + 3_600_000).toISOString();
    await enqueueRun(queue, { id: 3, request: buildRequest({ notBefore }) }, now);
    await syncSchedules(queue, [{ job: 'crm', cron: '30 2 * * *', timezone: 'UTC' }]);
    const state = { paused: false, waiting: 2, active: 0, delayed: 1, workers: 0 };
    expect(await readQueueState(queue)).toMatchObject(state);
    expect((await readQueueState(queue)).schedules).toMatchObject([{ job: 'crm', cron: '30 2 * * *' }]);
    await queue.pause();
    expect(await readQueueState(queue)).toMatchObject({ ...state, paused: true });
  });
});
