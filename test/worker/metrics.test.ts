import { beforeEach, describe, expect, it } from 'vitest';
import { createMetrics } from '../../src/worker/metrics.js';
import type { MetricSources, WorkerMetrics } from '../../src/worker/metrics.js';
import { NO_OUTCOMES } from './metric-lines.js';
import { readMetrics } from './metric-lines.js';

let now: number;
let metrics: WorkerMetrics;
beforeEach(() => {
  now = Date.parse('2026-11-22T12:00:00Z');
  metrics = createMetrics(() => now);
});

const NOTHING: MetricSources = {
  queueDepth: () => Promise.resolve({}),
  schedules: () => Promise.resolve([]),
  goodRuns: () => Promise.resolve([]),
  drops: () => [],
  activeRuns: () => 0,
};

async function read(sources: Partial<MetricSources> = {}): Promise<ReadonlyMap<string, number>> {
  return readMetrics(await metrics.render({ ...NOTHING, ...sources }));
}

describe('what happened', () => {
  it('is counted by job and status, and rows once their run is done', async () => {
    metrics.countRun({ job: 'acme', status: 'failed', rowOutcomes: { ...NO_OUTCOMES, created: 5 } });
    metrics.countRun({ job: 'acme', status: 'done', rowOutcomes: { ...NO_OUTCOMES, created: 7, rejected: 2 } });
    const lines = await read();
    expect(lines.get('ninja_sync_runs_total{job="acme",status="failed"}')).toBe(1);
    expect(lines.get('ninja_sync_runs_total{job="acme",status="done"}')).toBe(1);
    expect(lines.get('ninja_sync_rows_total{outcome="created"}')).toBe(7);
    expect(lines.get('ninja_sync_rows_total{outcome="rejected"}')).toBe(2);
  });

  it('is counted by kind and outcome of changes, and by status of requests', async () => {
    metrics.countChange('create', 'created');
    metrics.countChange('create', 'failed');
    for (const status of [200, 200, 429, null]) metrics.countRequest('https://a.example', { status, ms: 300 });
    const lines = await read();
    expect(lines.get('ninja_sync_changes_total{kind="create",outcome="created"}')).toBe(1);
    expect(lines.get('ninja_sync_changes_total{kind="create",outcome="failed"}')).toBe(1);
    expect(lines.get('ninja_sync_requests_total{status="200"}')).toBe(2);
    expect(lines.get('ninja_sync_requests_total{status="429"}')).toBe(1);
    expect(lines.get('ninja_sync_requests_total{status="none"}')).toBe(1);
    expect(lines.get('ninja_sync_request_seconds_bucket{le="0.25"}')).toBe(0);
    expect(lines.get('ninja_sync_request_seconds_bucket{le="0.5"}')).toBe(4);
  });
});

describe('the rate limit', () => {
  it('is shown with how much of it the last minute used', async () => {
    const throttle = { limitPerMinute: null as number | null };
    metrics.watchThrottle('https://a.example', throttle);
    for (let nth = 0; nth < 90; nth += 1) metrics.countRequest('https://a.example', { status: 200, ms: 1 });
    expect((await read()).has('ninja_sync_requests_per_minute_limit{target="https://a.example"}')).toBe(false);
    throttle.limitPerMinute = 450;
    const lines = await read();
    expect(lines.get('ninja_sync_requests_per_minute_limit{target="https://a.example"}')).toBe(450);
    expect(lines.get('ninja_sync_throttle_used_ratio{target="https://a.example"}')).toBe(0.2);
    now += 61_000;
    expect((await read()).get('ninja_sync_throttle_used_ratio{target="https://a.example"}')).toBe(0);
  });

  it('is shown as kept alone while Redis is away', async () => {
    expect((await read()).get('ninja_sync_throttle_shared')).toBe(1);
    metrics.noteThrottle(false);
    expect((await read()).get('ninja_sync_throttle_shared')).toBe(0);
  });
});

describe('what is asked at the time', () => {
  it('is the queue, schedules, drop folders, good runs and what is at work', async () => {
    const lines = await read({
      queueDepth: () => Promise.resolve({ waiting: 3, delayed: 0 }),
      schedules: () =>
        Promise.resolve([
          { job: 'late', next: now - 90_000 },
          { job: 'soon', next: now + 90_000 },
        ]),
      goodRuns: () => Promise.resolve([{ job: 'late', at: now - 3_600_000 }]),
      drops: () => [{ job: 'shop', waiting: 2, oldestMs: 4500 }],
      activeRuns: () => 1,
    });
    expect(lines.get('ninja_sync_queue_depth{state="waiting"}')).toBe(3);
    expect(lines.get('ninja_sync_queue_depth{state="delayed"}')).toBe(0);
    expect(lines.get('ninja_sync_schedule_lag_seconds{job="late"}')).toBe(90);
    expect(lines.get('ninja_sync_schedule_lag_seconds{job="soon"}')).toBe(0);
    expect(lines.get('ninja_sync_seconds_since_good_run{job="late"}')).toBe(3600);
    expect(lines.get('ninja_sync_drop_waiting_files{job="shop"}')).toBe(2);
    expect(lines.get('ninja_sync_drop_oldest_seconds{job="shop"}')).toBe(4.5);
    expect(lines.get('ninja_sync_active_runs')).toBe(1);
  });

  it('is left away when it does not answer, and the rest is there', async () => {
    await read({ queueDepth: () => Promise.resolve({ waiting: 3 }) });
    const lines = await read({
      queueDepth: () => Promise.reject(new Error('Redis is away')),
      schedules: () => new Promise(() => {}),
      goodRuns: () => Promise.resolve([{ job: 'acme', at: now }]),
    });
    expect(lines.has('ninja_sync_queue_depth{state="waiting"}')).toBe(false);
    expect(lines.get('ninja_sync_seconds_since_good_run{job="acme"}')).toBe(0);
  });

  it('holds the usual figures of a process, and of another registry nothing', async () => {
    createMetrics(() => now).countChange('create', 'created');
    const lines = await read();
    expect(lines.get('process_start_time_seconds')).toBeGreaterThan(0);
    expect([...lines.keys()].filter((name) => name.startsWith('ninja_sync_changes_total'))).toEqual([]);
  });
});

it('remembers so many targets and no more', async () => {
  for (let nth = 0; nth < 1_050; nth += 1) {
    metrics.watchThrottle(`https://${nth}.example`, { limitPerMinute: 10 });
    metrics.countRequest(`https://${nth}.example`, { status: 200, ms: 1 });
  }
  const limits = [...(await read()).keys()].filter((name) => name.startsWith('ninja_sync_requests_per_minute_limit'));
  expect(limits).toHaveLength(1000);
});
