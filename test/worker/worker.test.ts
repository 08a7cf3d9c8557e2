/** Workers from the queue to the target, over a real Redis. */

import { rmSync } from 'node:fs';
import path from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/server.js';
import { approveRun, cancelRun, pauseRun, rejectRun, resumeRun } from '../../src/worker/control.js';
import { listSchedules } from '../../src/worker/schedules.js';
import { openStage, TOKEN } from './stage.js';
import type { Stage } from './stage.js';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

/** Creates take so long that there is time to do something in the middle. */
const slowDown = (sandbox = stage.sandbox, delayMs = 30): void =>
  sandbox.fault({ kind: 'latency', method: 'POST', path: '/clients$', delayMs });
const untilNames = (count: number): Promise<unknown> => stage.eventually(() => stage.names().length >= count);
const EACH_SECOND = { cron: '* * * * * *', timezone: 'UTC' };

describe('a run in the queue', () => {
  it('is carried out, and leaves nothing behind in the queue', async () => {
    stage.job('acme');
    const ended: string[] = [];
    await stage.worker({ events: { onRunEnd: (run) => ended.push(`${run.id} ${run.status}`) } });
    const run = await stage.enqueue('acme', [stage.exportOf(3)]);
    await stage.until(run, 'done');
    await stage.untilIdle();
    expect(await stage.find(run)).toMatchObject({ progress: null, message: null, stop: null });
    expect(stage.names()).toEqual(['Client 1', 'Client 2', 'Client 3']);
    expect(ended).toEqual(['1 done']);
  });

  it('is found when only the state knows of it', async () => {
    stage.job('acme');
    const run = await stage.ask('acme', [stage.exportOf(1)]);
    await stage.worker();
    await stage.until(run, 'done');
  });

  it('says why when it cannot begin, and the next one goes on', async () => {
    stage.job('acme');
    await stage.worker();
    const lost = await stage.enqueue('acme', [path.join(stage.folder, 'missing.csv')]);
    const stray = await stage.enqueue('nobody', [stage.exportOf(1)]);
    const good = await stage.enqueue('acme', [stage.exportOf(1)]);
    expect((await stage.until(lost, 'failed')).message).toContain('missing.csv');
    expect((await stage.until(stray, 'failed')).message).toContain('No job "nobody"');
    await stage.until(good, 'done');
  });

  it('waits for its time and for the hours in which its job may push', async () => {
    stage.job('acme');
    // Not before what the store notes by its own clock.
    const day = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    let now = Date.parse(`${day}T12:00:00Z`);
    await stage.worker({ now: () => now });
    const notBefore = `${day}T13:00:00.000Z`;
    const window = { hours: '22:00-06:00', timezone: 'UTC' };
    const later = await stage.ask('acme', [stage.exportOf(3)], { notBefore });
    const nightly = await stage.enqueue('acme', [stage.exportOf(2, { name: 'night.csv' })], { window });
    // It is planned by day, so that people can look at it.
    await stage.until(nightly, 'planned');
    await stage.eventually(async () => (await stage.queue.getDelayedCount()) === 1);
    expect(await stage.find(later)).toMatchObject({ status: 'queued' });
    expect(stage.names()).toEqual([]);

    now = Date.parse(`${day}T22:00:00Z`);
    await stage.promoteAll();
    await stage.until(nightly, 'done');
    await stage.until(later, 'done');
    expect((await stage.find(later)).summary?.counts).toMatchObject({ create: 1, unchanged: 2 });
  });

  it('stops when those hours end, and goes on when they begin again', async () => {
    stage.job('acme', { target: { concurrency: 1 } });
    slowDown();
    let now = Date.parse('2026-11-23T05:59:00Z');
    await stage.worker({ now: () => now });
    const run = await stage.enqueue('acme', [stage.exportOf(60)], {
      window: { hours: '22:00-06:00', timezone: 'UTC' },
    });
    await untilNames(3);
    now = Date.parse('2026-11-23T06:00:01Z');
    const stopped = await stage.until(run, 'interrupted');
    expect(stopped.message).toContain('hours');
    const sent = stage.names().length;
    expect(sent).toBeLessThan(60);
    await stage.eventually(async () => (await stage.queue.getDelayedCount()) === 1);
    expect(stage.names()).toHaveLength(sent);

    now = Date.parse('2026-11-23T22:00:00Z');
    await stage.promoteAll();
    await stage.until(run, 'done');
    expect(new Set(stage.names()).size).toBe(60);
    expect(stage.names()).toHaveLength(60);
  });

  it('is tried again by itself when the target was away', async () => {
    stage.job('acme');
    const run = await stage.enqueue('acme', [stage.exportOf(2)]);
    stage.sandbox.fault({ kind: 'status', status: 503, path: '/clients' });
    await stage.worker();
    const waiting = await stage.until(run, 'interrupted');
    expect(waiting.message).toContain('503');
    await stage.eventually(async () => (await stage.queue.getDelayedCount()) === 1);
    expect((await stage.find(run)).message).toContain('tried again by itself');
    stage.sandbox.reset();
    await stage.promoteAll();
    await stage.until(run, 'done');
  });

  it('goes after the earlier ones of its job, so that it is compared with what they left', async () => {
    stage.job('acme');
    slowDown();
    const runs = [];
    for (const city of ['Ulm', 'Bonn', 'Trier'])
      runs.push(await stage.enqueue('acme', [stage.exportOf(4, { name: `${city}.csv`, city })]));
    await stage.worker({ concurrency: 3 });
    for (const run of runs) await stage.until(run, 'done');
    const done = await Promise.all(runs.map((run) => stage.find(run)));
    expect(done.map((run) => run.summary?.counts)).toMatchObject([{ create: 4 }, { update: 4 }, { update: 4 }]);
    expect(stage.sandbox.clients().map(({ city }) => city)).toEqual(['Trier', 'Trier', 'Trier', 'Trier']);
  });

  it('keeps names, addresses, paths and tokens out of Redis and logs', async () => {
    stage.job('acme', { schedule: { cron: '0 3 * * *' } });
    slowDown();
    await stage.worker();
    const run = await stage.enqueue('acme', [stage.exportOf(20)]);
    await untilNames(3);
    const client = new Redis(stage.redis.url);
    const held: string[] = [];
    for (const key of await client.keys(`${stage.redis.prefix}*`)) {
      const type = await client.type(key);
      if (type === 'string') held.push(key, (await client.get(key)) ?? '');
      else if (type === 'hash') held.push(key, JSON.stringify(await client.hgetall(key)));
      else if (type === 'stream') held.push(key, JSON.stringify(await client.xrange(key, '-', '+')));
      else held.push(key);
    }
    client.disconnect();
    const inRedis = held.join('\n');
    expect(inRedis).toContain('run-1');
    await stage.until(run, 'done');
    await stage.untilIdle();
    const logged = stage.logs.join('');
    expect(logged).toContain('"run":1');
    for (const [where, text] of Object.entries({ inRedis, logged })) {
      for (const secret of [TOKEN, '@people.example', 'Client 1', stage.folder])
        expect(text.includes(secret), `${secret} is in ${where}`).toBe(false);
    }
  });
});

describe('a schedule', () => {
  it('that comes due makes a run, and the next one is planned', async () => {
    stage.exportOf(2);
    stage.job('nightly', { schedule: EACH_SECOND, source: { files: 'clients.csv' } });
    await stage.worker();
    const run = await stage.eventually(async () => (await stage.store.listRuns(10)).at(-1) ?? null);
    expect(await stage.until(run, 'done')).toMatchObject({ job: 'nightly', request: { origin: 'schedule' } });
    const [schedule] = await listSchedules(stage.queue);
    expect(schedule?.next).toBeGreaterThan(Date.parse(run.createdAt));
    expect(stage.names()).toEqual(['Client 1', 'Client 2']);
  });

  it('that comes due while its job has a run is done by that one', async () => {
    stage.exportOf(30);
    stage.job('nightly', { schedule: EACH_SECOND, source: { files: 'clients.csv' }, target: { concurrency: 1 } });
    slowDown(stage.sandbox, 100);
    await stage.worker();
    await stage.eventually(() => stage.logs.some((line) => line.includes('stands for this one')));
    expect(await stage.store.listRuns(10)).toHaveLength(1);
  });

  it('that came due while no worker was up runs once', async () => {
    stage.exportOf(1);
    stage.job('nightly', { schedule: EACH_SECOND, source: { files: 'clients.csv' } });
    const first = await stage.worker();
    await stage.eventually(async () => (await listSchedules(stage.queue)).length === 1);
    await first.close();
    const before = (await stage.store.listRuns(100)).length;
    // It would have come due several times.
    const [missed] = await listSchedules(stage.queue);
    await stage.eventually(() => Date.now() > (missed?.next ?? 0) + 2500);
    expect(await stage.queue.getDelayedCount()).toBe(1);
    slowDown(stage.sandbox, 3000);
    stage.exportOf(2);
    await stage.worker();
    const after = await stage.eventually(async () => {
      const runs = await stage.store.listRuns(100);
      return runs.length > before ? runs : null;
    });
    expect(after.length).toBe(before + 1);
  });

  it('waits for the person who looks at its plan, until there is another export', async () => {
    stage.exportOf(1);
    const settings = { schedule: EACH_SECOND, source: { files: 'clients.csv' }, approval: 'required' };
    stage.job('nightly', settings);
    await stage.worker();
    await stage.eventually(() => stage.logs.some((line) => line.includes('waits for a person')));
    expect(await stage.store.listRuns(10)).toMatchObject([{ id: 1, status: 'awaiting-approval' }]);
    stage.exportOf(2);
    const newer = await stage.eventually(async () => (await stage.store.findRun(2)) ?? null);
    const waiting = await stage.until(newer, 'awaiting-approval');
    expect(waiting.summary?.counts.create).toBe(2);
    const old = await stage.until({ id: 1 }, 'cancelled');
    expect(old.message).toContain('run 2 takes its place');
    expect(stage.names()).toEqual([]);
  });

  it('of a job that cannot be read stays as it is; that of a job that is gone goes', async () => {
    stage.job('good', { schedule: { cron: '0 3 * * *' } });
    stage.job('gone', { schedule: { cron: '0 4 * * *' } });
    const first = await stage.worker();
    await stage.eventually(async () => (await listSchedules(stage.queue)).length === 2);
    await first.close();
    stage.job('good', { schedule: { cron: '0 3 * * *' }, nonsense: true });
    rmSync(path.join(stage.jobsDir, 'gone.yaml'));
    await stage.worker();
    await stage.eventually(async () => (await listSchedules(stage.queue)).length === 1);
    expect(await listSchedules(stage.queue)).toMatchObject([{ job: 'good', cron: '0 3 * * *' }]);
    expect(stage.logs.join('')).toContain('a job cannot be read');
  });
});

describe('a plan that a person has to look at', () => {
  it('parks without a slot, and goes on when somebody approves it', async () => {
    stage.job('careful', { approval: 'required' });
    stage.job('other');
    await stage.worker({ concurrency: 1 });
    const run = await stage.enqueue('careful', [stage.exportOf(2)]);
    const parked = await stage.until(run, 'awaiting-approval');
    await stage.untilIdle();
    const other = await stage.enqueue('other', [stage.exportOf(1, { from: 5, name: 'other.csv' })]);
    await stage.until(other, 'done');
    expect(stage.names()).toEqual(['Client 5']);
    await approveRun(stage.store, parked);
    await stage.until(run, 'done');
    expect(stage.names()).toHaveLength(3);
  });

  it('needs nobody when it was approved beforehand, or has no change', async () => {
    stage.job('careful', { approval: 'required' });
    await stage.worker();
    const files = [stage.exportOf(2)];
    await stage.until(await stage.enqueue('careful', files, { approved: true }), 'done');
    await stage.until(await stage.enqueue('careful', files), 'done');
  });

  it('is refused', async () => {
    stage.job('careful', { approval: 'required' });
    await stage.worker();
    const run = await stage.enqueue('careful', [stage.exportOf(2)]);
    await rejectRun(stage.store, await stage.until(run, 'awaiting-approval'));
    const next = await stage.enqueue('careful', [stage.exportOf(1)], { approved: true });
    await stage.until(next, 'done');
    expect((await stage.find(run)).status).toBe('rejected');
    expect(stage.names()).toEqual(['Client 1']);
  });

  it('breached a limit: it goes on when somebody allows that once', async () => {
    stage.sandbox.seed([{ name: 'Other' }]);
    stage.job('guarded', { guards: { create: { count: 1, ratio: 1 } } });
    await stage.worker();
    const run = await stage.enqueue('guarded', [stage.exportOf(3)]);
    const breached = await stage.until(run, 'breached');
    await expect(approveRun(stage.store, breached)).rejects.toThrow('limit');
    await stage.untilIdle();
    await approveRun(stage.store, breached, ['create']);
    await stage.until(run, 'done');
    expect(stage.names()).toHaveLength(4);
  });

  it('is made again when it waited too long or its file changed, and is looked at again when it comes out otherwise', async () => {
    stage.job('careful', { approval: { expires: '1h' } });
    let now = Date.now();
    await stage.worker({ now: () => now });
    const files = [stage.exportOf(2)];
    const run = await stage.enqueue('careful', files);
    const parked = await stage.until(run, 'awaiting-approval');
    now += 2 * 3_600_000;
    stage.exportOf(3);
    await approveRun(stage.store, parked);
    const again = await stage.eventually(async () => {
      const found = await stage.find(run);
      return found.status === 'awaiting-approval' && found.summary?.counts.create === 3 ? found : null;
    });
    expect(again.request).toMatchObject({ approved: false });
    expect(stage.names()).toEqual([]);
    now += 2 * 3_600_000;
    // It comes out as it was: what the person said holds.
    await approveRun(stage.store, again);
    await stage.until(run, 'done');
    expect(stage.names()).toHaveLength(3);
    expect(stage.logs.join('')).toContain('made again');
  });
});

describe('a run at work', () => {
  it('pauses between two changes, and goes on when somebody resumes it', async () => {
    stage.job('acme', { target: { concurrency: 1 } });
    slowDown();
    await stage.worker();
    const run = await stage.enqueue('acme', [stage.exportOf(60)]);
    await untilNames(3);
    await pauseRun(stage.store, await stage.find(run));
    const paused = await stage.until(run, 'interrupted');
    expect(paused).toMatchObject({ stop: 'pause', message: expect.stringContaining('paused') });
    await stage.untilIdle();
    const sent = stage.names().length;
    expect(sent).toBeLessThan(60);
    // Neither reconciliation nor the queue brings it back.
    const worker = await stage.worker();
    await worker.reconcile();
    await stage.untilIdle();
    expect(stage.names()).toHaveLength(sent);

    await resumeRun(stage.store, await stage.find(run));
    await stage.until(run, 'done');
    expect(new Set(stage.names()).size).toBe(60);
    expect(stage.names()).toHaveLength(60);
  });

  it('is cancelled between two changes', async () => {
    stage.job('acme', { target: { concurrency: 1 } });
    slowDown();
    await stage.worker();
    const run = await stage.enqueue('acme', [stage.exportOf(60)]);
    await untilNames(3);
    await cancelRun(stage.store, await stage.find(run));
    expect((await stage.until(run, 'cancelled')).message).toContain('What was sent stays');
    expect(stage.names().length).toBeLessThan(60);
    await stage.untilIdle();
    expect(await stage.find(run)).toMatchObject({ status: 'cancelled', stop: null, progress: null });
  });

  it('shows how far it is', async () => {
    stage.job('acme', { target: { concurrency: 1 } });
    slowDown();
    await stage.worker();
    const run = await stage.enqueue('acme', [stage.exportOf(70)]);
    const { progress } = await stage.eventually(async () => {
      const found = await stage.find(run);
      return (found.progress?.ratePerMinute ?? 0) > 0 && found.progress?.phase === 'pushing' ? found : null;
    });
    expect(progress).toMatchObject({ phase: 'pushing', total: 70, unit: 'changes' });
    expect(progress?.done).toBeGreaterThan(0);
    await stage.until(run, 'done');
  });
});

describe('several workers', () => {
  it('at one target go one after the other, and who waits holds no slot', async () => {
    for (const name of ['one', 'other']) stage.job(name, { target: { concurrency: 1 } });
    slowDown();
    await stage.worker({ concurrency: 1 });
    await stage.worker({ concurrency: 1 });
    const one = await stage.enqueue('one', [stage.exportOf(40)]);
    await untilNames(1);
    const other = await stage.enqueue('other', [stage.exportOf(1, { from: 90, name: 'other.csv' })]);
    // It has been at a worker, and is not there any more.
    await stage.eventually(async () => (await stage.queue.getDelayedCount()) === 1);
    expect(await stage.find(other)).toMatchObject({ status: 'queued' });
    expect(await stage.queue.getActiveCount()).toBe(1);
    await stage.until(one, 'done');
    await stage.until(other, 'done');
    expect(stage.names()).toHaveLength(41);
  });

  it('at two targets work at once', async () => {
    const second = await startSandbox({ token: TOKEN });
    try {
      for (const name of ['one', 'other']) stage.job(name, { target: { concurrency: 1 } });
      slowDown();
      slowDown(second);
      await stage.worker({ concurrency: 1 });
      await stage.worker({ concurrency: 1 });
      const file = stage.exportOf(40);
      const one = await stage.enqueue('one', [file]);
      const other = await stage.enqueue('other', [file], { target: second.url });
      await stage.eventually(() => {
        const [here, there] = [stage.names().length, second.clients().length];
        return here > 0 && there > 0 && here < 40 && there < 40;
      });
      await stage.until(one, 'done');
      await stage.until(other, 'done');
    } finally {
      await second.close();
    }
  });

  it('hand over what one of them gives back when it is closed', async () => {
    stage.job('acme', { target: { concurrency: 1 } });
    slowDown();
    const first = await stage.worker();
    const run = await stage.enqueue('acme', [stage.exportOf(60)]);
    await untilNames(3);
    const second = await stage.worker();
    const begin = performance.now();
    await first.close();
    expect(performance.now() - begin).toBeLessThan(10_000);
    await stage.until(run, 'done');
    await second.close();
    expect(new Set(stage.names()).size).toBe(60);
    expect(stage.names()).toHaveLength(60);
  });
});

describe('a long queue', () => {
  it('of 1,000 runs goes on in order, and costs Redis a few hundred bytes a run', async () => {
    stage.job('acme');
    const file = stage.exportOf(1);
    const client = new Redis(stage.redis.url);
    const usedBytes = async (): Promise<number> =>
      Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1] ?? Number.NaN);
    const before = await usedBytes();
    for (let nth = 0; nth < 1000; nth += 1) await stage.enqueue('acme', [file]);
    expect((await usedBytes()) - before).toBeLessThan(2_000_000);
    client.disconnect();
    const worker = await stage.worker();
    await stage.until({ id: 12 }, 'done');
    await worker.close();
    const ended = (await stage.store.listRuns(1000)).toReversed();
    const done = ended.filter(({ status }) => status === 'done').map(({ id }) => id);
    expect(done).toEqual(Array.from({ length: done.length }, (_, at) => at + 1));
    expect(stage.names()).toEqual(['Client 1']);
  });
});
