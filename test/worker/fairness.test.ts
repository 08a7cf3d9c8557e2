/** Who gets the slots: large runs at their limit and schedules beside small ones, over a real Redis. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/server.js';
import { listSchedules } from '../../src/worker/schedules.js';
import { openStage, TOKEN } from './stage.js';
import type { Stage } from './stage.js';

let stage: Stage;
const WINDOW_MS = 3000;

/** `JOB STEP` for each leg that ended, in that order. */
const legs = (): readonly string[] =>
  stage.logs
    .filter((line) => line.includes('the leg ended'))
    .map((line) => JSON.parse(line) as { readonly job: string; readonly step: string })
    .map(({ job, step }) => `${job} ${step}`);

afterEach(() => stage.close());

describe('a run whose window of the rate limit is used up', () => {
  beforeEach(async () => {
    stage = await openStage({ sandbox: { rateLimit: 20, windowMs: WINDOW_MS } });
  });

  it('gives its slot to the run of another target, goes on when the window ends, and writes everything once', async () => {
    const other = await startSandbox({ token: TOKEN });
    try {
      stage.job('large');
      stage.job('small');
      await stage.worker({ concurrency: 1, times: { window: WINDOW_MS } });
      const large = await stage.enqueue('large', [stage.exportOf(30, { name: 'large.csv' })]);
      await stage.eventually(() => stage.names().length >= 5);
      const small = await stage.enqueue('small', [stage.exportOf(1)], { target: other.url });
      await stage.until(small, 'done');
      expect((await stage.until(large, 'done')).rowOutcomes).toMatchObject({ created: 30 });
      await stage.untilIdle();
      expect(legs().slice(0, 2)).toEqual(['large later', 'small ended']);
      expect(legs().at(-1)).toBe('large ended');
      expect(new Set(stage.names()).size).toBe(30);
      expect(stage.sandbox.clientCount).toBe(30);
      expect(stage.sandbox.requests.some(({ status }) => status === 429)).toBe(false);
    } finally {
      await other.close();
    }
  });

  it('keeps its slot when nobody waits for it', async () => {
    stage.job('large');
    await stage.worker({ concurrency: 1, times: { window: WINDOW_MS } });
    const large = await stage.enqueue('large', [stage.exportOf(25, { name: 'large.csv' })]);
    await stage.until(large, 'done');
    await stage.untilIdle();
    expect(legs()).toEqual(['large ended']);
  });
});

describe('a run of a schedule', () => {
  beforeEach(async () => {
    stage = await openStage();
  });

  it('takes the place that its schedule had in the queue', async () => {
    const schedule = { cron: '0 0 1 1 *', timezone: 'UTC' };
    stage.exportOf(1);
    stage.job('nightly', { schedule, source: { files: 'clients.csv' } });
    for (const name of ['first', 'second', 'third']) stage.job(name);
    const planner = await stage.worker();
    await stage.eventually(async () => (await listSchedules(stage.queue)).length === 1);
    await planner.close();
    const first = await stage.enqueue('first', [stage.exportOf(1)]);
    // The schedule comes due here.
    await stage.promoteAll();
    const later = [
      await stage.enqueue('second', [stage.exportOf(1)]),
      await stage.enqueue('third', [stage.exportOf(1)]),
    ];
    await stage.worker({ concurrency: 1 });
    for (const run of [first, ...later]) await stage.until(run, 'done');
    await stage.untilIdle();
    expect(legs()).toEqual(['first ended', 'nightly ended', 'second ended', 'third ended']);
  });
});
