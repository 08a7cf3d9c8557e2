import { Queue } from 'bullmq';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listSchedules, nextTimes, syncSchedules } from '../../src/worker/schedules.js';
import { openRedis } from '../support/redis.js';
import type { TestRedis } from '../support/redis.js';

let redis: TestRedis;
let queue: Queue;

beforeAll(async () => {
  redis = await openRedis();
});
afterAll(() => redis.close());
beforeEach(async () => {
  queue = new Queue('runs', { connection: { url: redis.url }, prefix: `${redis.prefix}-${Math.random()}` });
  return () => queue.close();
});

const NIGHTLY = { job: 'nightly', cron: '30 2 * * *', timezone: 'Europe/Berlin' };

describe('syncSchedules', () => {
  it('adds, keeps, changes and removes', async () => {
    expect(await syncSchedules(queue, [NIGHTLY, { ...NIGHTLY, job: 'weekly' }])).toMatchObject({
      added: ['nightly', 'weekly'],
    });
    const again = await syncSchedules(queue, [{ ...NIGHTLY, cron: '0 4 * * *' }]);
    expect(again).toEqual({ added: [], changed: ['nightly'], removed: ['weekly'], kept: [] });
    expect(await listSchedules(queue)).toMatchObject([
      { job: 'nightly', cron: '0 4 * * *', timezone: 'Europe/Berlin' },
    ]);
    expect(await queue.getDelayedCount()).toBe(1);
  });

  it('leaves a schedule alone that did not change, so that a run that is overdue still comes', async () => {
    await syncSchedules(queue, [{ ...NIGHTLY, cron: '* * * * * *' }]);
    const [first] = await listSchedules(queue);
    expect(await syncSchedules(queue, [{ ...NIGHTLY, cron: '* * * * * *' }])).toMatchObject({ kept: ['nightly'] });
    expect(await listSchedules(queue)).toEqual([first]);
  });

  it('makes a schedule anew whose next run is gone', async () => {
    await syncSchedules(queue, [NIGHTLY]);
    await queue.drain(true);
    for (const job of await queue.getDelayed()) await job.remove().catch(() => undefined);
    const sync = await syncSchedules(queue, [NIGHTLY]);
    expect([...sync.changed, ...sync.kept]).toEqual(['nightly']);
    expect(await queue.getDelayedCount()).toBe(1);
  });
});

describe('nextTimes', () => {
  const show = (times: readonly number[]) => times.map((time) => new Date(time).toISOString());

  it('keeps the hour of the wall over daylight saving', () => {
    const from = Date.parse('2026-10-24T00:00:00Z');
    expect(show(nextTimes('30 8 * * *', 'Europe/Berlin', from, 3))).toEqual([
      '2026-10-24T06:30:00.000Z',
      '2026-10-25T07:30:00.000Z',
      '2026-10-26T07:30:00.000Z',
    ]);
  });

  it('runs once in the night in which the hour is there twice, and once in the one without it', () => {
    const autumn = nextTimes('30 2 * * *', 'Europe/Berlin', Date.parse('2026-10-24T12:00:00Z'), 2);
    expect(show(autumn).map((time) => time.slice(0, 10))).toEqual(['2026-10-25', '2026-10-26']);
    const spring = nextTimes('30 2 * * *', 'Europe/Berlin', Date.parse('2027-03-27T12:00:00Z'), 2);
    expect(show(spring).map((time) => time.slice(0, 10))).toEqual(['2027-03-28', '2027-03-29']);
  });
});
