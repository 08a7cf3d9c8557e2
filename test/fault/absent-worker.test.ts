/**
 * A worker that is away for a minute in the middle of a run: it stands still (a machine that sleeps, a virtual one that is
 * moved), or its way to Redis or to PostgreSQL is cut. Others may finish the run meanwhile; when it comes back, nothing is
 * sent twice and it goes on working.
 */

import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Run } from '../../src/run/store.js';
import { openLink } from '../support/link.js';
import type { Link } from '../support/link.js';
import { openPostgres } from '../support/postgres.js';
import type { TestPostgres } from '../support/postgres.js';
import { openStage } from '../worker/stage.js';
import type { Stage } from '../worker/stage.js';
import { startWorkerProcess } from './worker-process.js';
import type { WorkerProcess } from './worker-process.js';

const CLIENTS = 80;
const AWAY_MS = 60_000;

let postgres: TestPostgres;
let stateUrl: string;
let stage: Stage;
let workers: WorkerProcess[];
let toRedis: Link;
let toPostgres: Link;

beforeAll(async () => {
  postgres = await openPostgres();
}, 60_000);

afterAll(() => postgres.close());

beforeEach(async () => {
  stateUrl = await postgres.createDatabase();
  stage = await openStage({ redis: { own: true }, stateUrl });
  toRedis = await openLink(stage.redis.url);
  toPostgres = await openLink(stateUrl);
  workers = [];
  stage.job('acme');
  // Some creates are under way when the process stops, acted upon and unanswered.
  stage.sandbox.fault({ kind: 'latency', method: 'POST', path: '/clients$', when: 'after', delayMs: 40 });
});

afterEach(async () => {
  for (const child of workers) child.kill('SIGKILL');
  await toRedis.close();
  await toPostgres.close();
  await stage.close();
});

/** Each with a data folder of its own: what they share is in Redis and PostgreSQL. */
function startWorker(name: string, by: { readonly redisUrl: string; readonly stateUrl: string }): WorkerProcess {
  const dataDir = path.join(stage.folder, name);
  mkdirSync(dataDir);
  const child = startWorkerProcess(stage, { REDIS_URL: by.redisUrl, STATE_URL: by.stateUrl, DATA_DIR: dataDir });
  workers.push(child);
  return child;
}

const creates = (): number =>
  stage.sandbox.requests.filter(({ method, path: asked }) => method === 'POST' && asked.endsWith('/clients')).length;

const untilDone = async (run: Pick<Run, 'id'>): Promise<void> =>
  void (await stage.eventually(async () => (await stage.find(run)).status === 'done', 2 * AWAY_MS));

describe('a worker that is away for a minute in the middle of a run', () => {
  it.each([
    ['stands still', (child: WorkerProcess) => child.kill('SIGSTOP'), (child: WorkerProcess) => child.kill('SIGCONT')],
    ['is cut off from Redis', () => toRedis.cut(), () => toRedis.mend()],
    ['is cut off from PostgreSQL', () => toPostgres.cut(), () => toPostgres.mend()],
  ] as const)('%s: nothing is sent twice, and it goes on', { timeout: 240_000 }, async (_, leave, comeBack) => {
    const away = startWorker('one', { redisUrl: toRedis.url, stateUrl: toPostgres.url });
    const run = await stage.enqueue('acme', [stage.exportOf(CLIENTS)]);
    await stage.eventually(() => creates() >= 20);
    leave(away);
    const leftAt = performance.now();
    const other = startWorker('other', { redisUrl: stage.redis.url, stateUrl });
    expect(stage.names().length).toBeLessThan(CLIENTS);

    await untilDone(run);
    await delay(Math.max(0, AWAY_MS - (performance.now() - leftAt)));
    comeBack(away);
    await delay(5_000);

    expect(away.exitCode).toBeNull();
    expect(creates()).toBe(CLIENTS);
    expect(stage.names()).toHaveLength(CLIENTS);
    expect(new Set(stage.names()).size).toBe(CLIENTS);
    expect((await stage.find(run)).rowOutcomes).toMatchObject({ created: CLIENTS, failed: 0, skipped: 0 });

    other.kill('SIGKILL');
    const next = await stage.enqueue('acme', [stage.exportOf(CLIENTS + 3, { name: 'more.csv' })]);
    await untilDone(next);
    expect(stage.names()).toHaveLength(CLIENTS + 3);
    expect(creates()).toBe(CLIENTS + 3);
  });
});
