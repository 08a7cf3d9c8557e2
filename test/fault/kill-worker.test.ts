/** `kill -9` of a worker in the middle of a run: another one finishes it within half a minute, once. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStage } from '../worker/stage.js';
import type { Stage } from '../worker/stage.js';
import { killWorker, startWorkerProcess } from './worker-process.js';
import type { WorkerProcess } from './worker-process.js';

const CLIENTS = 80;
const WITHIN_MS = 30_000;

let stage: Stage;
let workers: Map<number, WorkerProcess>;

beforeEach(async () => {
  stage = await openStage({ redis: { own: true } });
  workers = new Map();
  stage.job('acme');
  // Some creates are under way when the process dies, acted upon and unanswered.
  stage.sandbox.fault({ kind: 'latency', method: 'POST', path: '/clients$', when: 'after', delayMs: 40 });
});
afterEach(async () => {
  for (const child of workers.values()) child.kill('SIGKILL');
  await stage.close();
});

function startWorker(): void {
  const child = startWorkerProcess(stage);
  workers.set(child.pid ?? 0, child);
}

/** Kills the worker that writes to the target. */
async function killTheOneAtWork(): Promise<void> {
  const [lease] = await stage.store.listLeases();
  const child = workers.get(lease?.pid ?? 0);
  if (child === undefined) throw new Error(`nobody is at work: ${JSON.stringify(lease)}`);
  workers.delete(lease?.pid ?? 0);
  await killWorker(child);
}

const creates = (): number =>
  stage.sandbox.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/clients')).length;

describe('a worker that is killed in the middle of a run', () => {
  it('loses nothing: the other one goes on within half a minute, and sends nothing twice', async () => {
    startWorker();
    startWorker();
    const run = await stage.enqueue('acme', [stage.exportOf(CLIENTS)]);
    await stage.eventually(() => creates() >= 20);
    await killTheOneAtWork();
    const killedAt = performance.now();
    const made = stage.names().length;
    expect(made).toBeLessThan(CLIENTS);

    await stage.eventually(async () => (await stage.find(run)).status === 'done', WITHIN_MS);
    expect(performance.now() - killedAt).toBeLessThan(WITHIN_MS);
    expect(new Set(stage.names()).size).toBe(CLIENTS);
    expect(stage.names()).toHaveLength(CLIENTS);
    expect(creates()).toBe(CLIENTS);
    expect((await stage.find(run)).rowOutcomes).toMatchObject({ created: CLIENTS, failed: 0, skipped: 0 });
  });

  it('is killed alone: the next one that starts goes on', async () => {
    startWorker();
    const run = await stage.enqueue('acme', [stage.exportOf(CLIENTS)]);
    await stage.eventually(() => creates() >= 10);
    await killTheOneAtWork();
    startWorker();
    await stage.eventually(async () => (await stage.find(run)).status === 'done', WITHIN_MS);
    expect(creates()).toBe(CLIENTS);
    expect(stage.names()).toHaveLength(CLIENTS);
  });
});
