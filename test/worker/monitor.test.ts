/** What a supervisor hears of a real worker. */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startMonitor } from '../../src/worker/monitor.js';
import type { Monitor } from '../../src/worker/monitor.js';
import { readMetrics } from './metric-lines.js';
import { eventually, openStage } from './stage.js';
import type { Stage } from './stage.js';

let stage: Stage;
let monitor: Monitor;

beforeEach(async () => {
  stage = await openStage({ redis: { own: true } });
  monitor = await startMonitor({
    address: { host: '127.0.0.1', port: 0 },
    store: stage.store,
    redisUrl: stage.redis.url,
    prefix: stage.redis.prefix,
    jobs: [
      { name: 'acme', target: stage.sandbox.url },
      { name: 'never', target: stage.sandbox.url },
    ],
  });
});
afterEach(async () => {
  await monitor.close();
  await stage.close();
});

async function startWorker(): Promise<void> {
  monitor.watch(await stage.worker({ events: monitor.events }));
}

interface Ready {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

async function ready(): Promise<Ready> {
  const answer = await fetch(`${monitor.url}/readyz`);
  return { status: answer.status, body: (await answer.json()) as Ready['body'] };
}

const untilReady = (wanted: boolean): Promise<Ready> =>
  eventually(async () => {
    const now = await ready();
    return now.body['ready'] === wanted ? now : null;
  });

async function metrics(): Promise<ReadonlyMap<string, number>> {
  return readMetrics(await (await fetch(`${monitor.url}/metrics`)).text());
}

describe('readiness', () => {
  it('begins when the worker has begun', async () => {
    expect(await ready()).toEqual({ status: 503, body: { ready: false, worker: 'is starting' } });
    await startWorker();
    expect(await untilReady(true)).toEqual({
      status: 200,
      body: { ready: true, redis: 'ok', state: 'ok', drops: 'ok' },
    });
  });

  it('ends while Redis is away, and the process is healthy all the same', async () => {
    await startWorker();
    await untilReady(true);
    await stage.redis.stop();
    expect(await untilReady(false)).toMatchObject({ status: 503, body: { redis: 'does not answer', state: 'ok' } });
    expect((await fetch(`${monitor.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${monitor.url}/metrics`)).status).toBe(200);
    await stage.redis.start();
    await untilReady(true);
  });

  it('names the job whose drop folder cannot be used, and no path', async () => {
    const folder = path.join(stage.folder, 'drop');
    mkdirSync(folder);
    stage.job('acme', { target: { url: stage.sandbox.url }, drop: { folder, pattern: '*.csv', poll: '100ms' } });
    await startWorker();
    await untilReady(true);
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'in the way');
    const { body } = await untilReady(false);
    expect(body).toMatchObject({ redis: 'ok', drops: 'cannot be read: acme' });
    expect(JSON.stringify(body)).not.toContain(stage.folder);
    rmSync(folder);
    await untilReady(true);
  });
});

describe('metrics', () => {
  it('tell of a run from its requests to its rows', async () => {
    stage.job('acme');
    await startWorker();
    const run = await stage.enqueue('acme', [stage.exportOf(3)]);
    await stage.until(run, 'done');
    await eventually(async () => (await metrics()).has('ninja_sync_runs_total{job="acme",status="done"}'));
    const lines = await metrics();
    expect(lines.get('ninja_sync_rows_total{outcome="created"}')).toBe(3);
    expect(lines.get('ninja_sync_changes_total{kind="create",outcome="created"}')).toBe(3);
    expect(lines.get('ninja_sync_requests_total{status="200"}')).toBe(stage.sandbox.requests.length);
    expect(lines.get('ninja_sync_queue_depth{state="waiting"}')).toBe(0);
    expect(lines.get('ninja_sync_seconds_since_good_run{job="acme"}')).toBeLessThan(60);
    expect(lines.has('ninja_sync_seconds_since_good_run{job="never"}')).toBe(false);
    expect(lines.get('ninja_sync_active_runs')).toBe(0);
    expect(lines.get('ninja_sync_throttle_shared')).toBe(1);
    const text = [...lines.keys()].join('\n');
    expect(text).not.toMatch(/people\.example|clients\.csv|a-token/);
  });

  it('tell how long a schedule is overdue', async () => {
    await stage.queue.upsertJobScheduler(
      'late',
      { pattern: '* * * * * *', tz: 'UTC' },
      { name: 'scheduled', data: { job: 'late' } },
    );
    const lag = await eventually(async () => {
      const seconds = (await metrics()).get('ninja_sync_schedule_lag_seconds{job="late"}') ?? 0;
      return seconds > 0 ? seconds : null;
    });
    expect(lag).toBeLessThan(60);
  });
});
