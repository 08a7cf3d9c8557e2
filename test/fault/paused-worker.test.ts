/**
 * A worker that stands still for as long as its lease lasts and longer (a machine that sleeps, a virtual one that is
 * moved), and comes back: another one has finished its run meanwhile, and it sends nothing more.
 */

import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startCli } from '../e2e/cli.js';
import { openPostgres } from '../support/postgres.js';
import type { TestPostgres } from '../support/postgres.js';
import { openStage, TOKEN } from '../worker/stage.js';
import type { Stage } from '../worker/stage.js';

const CLIENTS = 80;
const PAUSE_MS = 60_000;

let postgres: TestPostgres;
let stateUrl: string;
let stage: Stage;
let workers: ReturnType<typeof startCli>[];

beforeAll(async () => {
  postgres = await openPostgres();
}, 60_000);

afterAll(() => postgres.close());

beforeEach(async () => {
  stateUrl = await postgres.createDatabase();
  stage = await openStage({ redis: { own: true }, stateUrl });
  workers = [];
  stage.job('acme');
  // Some creates are under way when the process stops, acted upon and unanswered.
  stage.sandbox.fault({ kind: 'latency', method: 'POST', path: '/clients$', when: 'after', delayMs: 40 });
});

afterEach(async () => {
  for (const child of workers) child.kill('SIGKILL');
  await stage.close();
});

/** Each with a data folder of its own: what they share is in Redis and PostgreSQL. */
function startWorker(name: string): void {
  const dataDir = path.join(stage.folder, name);
  mkdirSync(dataDir);
  const child = startCli(
    ['worker'],
    {
      NINJA_TOKEN: TOKEN,
      REDIS_URL: stage.redis.url,
      REDIS_PREFIX: stage.redis.prefix,
      STATE_URL: stateUrl,
      DATA_DIR: dataDir,
      JOBS_DIR: stage.jobsDir,
      HEALTH_PORT: '0',
      LOG_LEVEL: 'warn',
    },
    stage.folder,
  );
  child.stdout.resume();
  child.stderr.resume();
  workers.push(child);
}

const creates = (): number =>
  stage.sandbox.requests.filter(({ method, path: asked }) => method === 'POST' && asked.endsWith('/clients')).length;

describe('a worker that stands still for a minute in the middle of a run', () => {
  it(
    'finds when it comes back that another one has finished it, and writes nothing twice',
    { timeout: 180_000 },
    async () => {
      startWorker('one');
      startWorker('other');
      const run = await stage.enqueue('acme', [stage.exportOf(CLIENTS)]);
      await stage.eventually(() => creates() >= 20);
      const [lease] = await stage.store.listLeases();
      const paused = workers.find(({ pid }) => pid === lease?.pid);
      if (paused === undefined) throw new Error(`nobody is at work: ${JSON.stringify(lease)}`);
      const pausedAt = performance.now();
      paused.kill('SIGSTOP');
      expect(stage.names().length).toBeLessThan(CLIENTS);

      await stage.eventually(async () => (await stage.find(run)).status === 'done', 2 * PAUSE_MS);
      await delay(Math.max(0, PAUSE_MS - (performance.now() - pausedAt)));
      paused.kill('SIGCONT');
      await delay(5_000);

      expect(paused.exitCode).toBeNull();
      expect(creates()).toBe(CLIENTS);
      expect(stage.names()).toHaveLength(CLIENTS);
      expect(new Set(stage.names()).size).toBe(CLIENTS);
      expect((await stage.find(run)).rowOutcomes).toMatchObject({ created: CLIENTS, failed: 0, skipped: 0 });

      // It is at work again: the next run goes through whoever takes it.
      for (const child of workers) if (child !== paused) child.kill('SIGKILL');
      const next = await stage.enqueue('acme', [stage.exportOf(CLIENTS + 3, { name: 'more.csv' })]);
      await stage.eventually(async () => (await stage.find(next)).status === 'done', PAUSE_MS);
      expect(stage.names()).toHaveLength(CLIENTS + 3);
    },
  );
});
