import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SyncError } from '../../src/errors.js';
import type { Run } from '../../src/run/store.js';
import { applyTo, countRequests, dyingStore, failureOf, kindsOf, reload } from '../push/apply.js';
import { aJob, csv, openRehearsal } from '../support/rehearsal.js';
import type { Rehearsal } from '../support/rehearsal.js';

const COLUMNS = { columns: { id_number: 'Id', name: 'Name', city: 'City' } };
const job = aJob(COLUMNS);

let rehearsal: Rehearsal;
beforeEach(async () => {
  rehearsal = await openRehearsal({ concurrency: 1 });
});
afterEach(() => rehearsal.close());

const plan = (count: number, by = job): Promise<Run> => {
  const rows = Array.from({ length: count }, (_, n) => [`C-${n}`, `Client ${n}`, 'Ulm']);
  return rehearsal.plan(by, rehearsal.write('clients.csv', csv([['Id', 'Name', 'City'], ...rows])));
};
const names = (): readonly string[] => rehearsal.sandbox.clients().map(({ name }) => name);
const writes = (): number => countRequests(rehearsal, 'POST', /clients$/);
/** Resolves when the sandbox has so many clients. */
const until = async (count: number): Promise<void> => {
  while (names().length < count) await new Promise((resolve) => setImmediate(resolve));
};

describe('a run that is applied', () => {
  it('counts each change once, also over several attempts', async () => {
    const run = await plan(60);
    const seen: number[] = [];
    await failureOf(
      applyTo(rehearsal, run, {
        store: dyingStore(rehearsal.store, 'beginChanges', 3),
        onDone: (done) => seen.push(done),
      }),
    );
    await applyTo(rehearsal, await reload(rehearsal, run), { onDone: (done) => seen.push(done) });
    expect(seen.at(-1)).toBe(60);
    expect(Math.max(...seen)).toBe(60);
    expect(writes()).toBe(60);
  });

  it('is done only once', async () => {
    const run = await plan(2);
    const done = await applyTo(rehearsal, run);
    const error = await failureOf(applyTo(rehearsal, done));
    expect(error).toMatchObject({ code: 'run-not-appliable', message: 'Run 1 is done: there is nothing to apply.' });
    // Also for whoever still holds it as it was.
    expect((await failureOf(applyTo(rehearsal, run))).code).toBe('run-not-appliable');
    expect(writes()).toBe(2);
  });

  it('needs no leave for a breach a second time, once it has begun', async () => {
    const guarded = aJob({ ...COLUMNS, guards: { create: { count: 1, ratio: 1 } } });
    rehearsal.sandbox.seed([{ name: 'Other' }]);
    const run = await plan(30, guarded);
    expect((await failureOf(applyTo(rehearsal, run))).code).toBe('guard-breached');
    expect(writes()).toBe(0);
    const dying = dyingStore(rehearsal.store, 'beginChanges', 2);
    await failureOf(applyTo(rehearsal, run, { allow: ['create'], store: dying }));
    await applyTo(rehearsal, await reload(rehearsal, run));
    expect(writes()).toBe(30);
  });

  it('is refused when its plan is not the one that was shown', async () => {
    const run = await plan(2);
    const { summary } = run;
    if (summary === null) throw new Error('it has a plan');
    await rehearsal.store.updateRun(run.id, { summary: { ...summary, digest: 'another' } });
    expect((await failureOf(applyTo(rehearsal, run))).code).toBe('plan-digest-mismatch');
    expect(writes()).toBe(0);
  });
});

describe('the lease of a target', () => {
  const leases = () => rehearsal.store.listLeases();

  it('is given back at every end', async () => {
    const [one, other, third] = [await plan(1), await plan(1), await plan(1)];
    await applyTo(rehearsal, one);
    expect(await leases()).toEqual([]);
    await failureOf(applyTo(rehearsal, one));
    expect(await leases()).toEqual([]);
    rehearsal.sandbox.fault({ kind: 'status', method: 'GET', path: '/clients', status: 403, times: 1 });
    await failureOf(applyTo(rehearsal, other));
    expect(await leases()).toEqual([]);
    await failureOf(applyTo(rehearsal, third, { signal: AbortSignal.abort() }));
    expect(await leases()).toEqual([]);
  });

  it('keeps another run out, which can wait for it', async () => {
    const [one, other] = [await plan(3), await plan(3)];
    rehearsal.sandbox.fault({ kind: 'latency', method: 'POST', path: '/clients$', delayMs: 30 });
    const first = applyTo(rehearsal, one);
    await until(1);
    expect((await failureOf(applyTo(rehearsal, other))).code).toBe('target-busy');
    const notices: string[] = [];
    const second = applyTo(rehearsal, other, { waitMs: 10_000, notices });
    await Promise.all([first, second]);
    expect(notices[0]).toContain('run 1');
    expect(names()).toHaveLength(3);
  });

  it('that is taken away in the middle ends the run before the next group; the run can go on later', async () => {
    const run = await plan(60);
    const applying = failureOf(applyTo(rehearsal, run));
    await until(3);
    await rehearsal.store.breakLease(run.target);
    const error = await applying;
    expect(error.code).toBe('lease-lost');
    const sent = names().length;
    expect(sent).toBeLessThanOrEqual(26);
    expect((await reload(rehearsal, run)).status).toBe('interrupted');
    const kinds = await kindsOf(rehearsal, run);
    expect(kinds.filter((kind) => kind === 'created')).toHaveLength(sent);
    await applyTo(rehearsal, await reload(rehearsal, run));
    expect(new Set(names()).size).toBe(60);
    expect(names()).toHaveLength(60);
  });

  it('that is lost stops like a stop request does, with its own words', async () => {
    const run = await plan(20);
    const lost = new AbortController();
    const applying = failureOf(applyTo(rehearsal, run, { signal: lost.signal }));
    await until(3);
    lost.abort(new SyncError('lease-lost', 'Run 1 lost the target.'));
    expect((await applying).message).toBe('Run 1 lost the target.');
    expect(names().length).toBeLessThan(20);
    expect(await reload(rehearsal, run)).toMatchObject({ status: 'interrupted', message: 'Run 1 lost the target.' });
  });

  it('that another process took for the same run leaves how the run stands to that one', async () => {
    const run = await plan(60);
    const applying = failureOf(applyTo(rehearsal, run));
    await until(3);
    await rehearsal.store.breakLease(run.target);
    const wish = { target: run.target, runId: run.id, host: 'elsewhere', pid: 1, ttlMs: 60_000 };
    expect(await rehearsal.store.acquireLease(wish)).toHaveProperty('taken');
    expect((await applying).code).toBe('lease-lost');
    expect((await reload(rehearsal, run)).status).toBe('pushing');
  });
});

describe('too many failures', () => {
  const limited = aJob({ ...COLUMNS, guards: { failures: { count: 1_000_000, ratio: 0.02 } } });
  const refuse = (times: number): void =>
    rehearsal.sandbox.fault({ kind: 'status', method: 'POST', path: '/clients$', status: 422, times });
  const fail = (changes: number): void =>
    rehearsal.sandbox.fault({ kind: 'status', method: 'POST', path: '/clients$', times: changes * 4 });

  it('stop the run, and the rest is sent when somebody mended the cause', async () => {
    const run = await plan(30, limited);
    fail(4);
    const error = await failureOf(applyTo(rehearsal, run));
    expect(error.code).toBe('too-many-failures');
    expect(error.message).toContain('4 of 30 changes failed, limit 3');
    expect(error.hint).toContain(`ninja-sync resume ${run.id} --allow failures`);
    expect(names()).toEqual([]);
    expect((await kindsOf(rehearsal, run)).filter((kind) => kind === 'failed')).toHaveLength(4);
    await applyTo(rehearsal, await reload(rehearsal, run));
    expect(names()).toHaveLength(26);
  });

  it('are counted over all attempts', async () => {
    const run = await plan(30, limited);
    fail(5);
    await failureOf(applyTo(rehearsal, run));
    const error = await failureOf(applyTo(rehearsal, await reload(rehearsal, run)));
    expect(error.message).toContain('5 of 30 changes failed, limit 3');
  });

  it('stop nothing when somebody allowed them', async () => {
    const run = await plan(30, limited);
    fail(5);
    await applyTo(rehearsal, run, { allow: ['failures'] });
    expect(names()).toHaveLength(25);
  });

  it('are ten refusals in a row as well; nine are not', async () => {
    const run = await plan(30, limited);
    refuse(9);
    await applyTo(rehearsal, run);
    expect(names()).toHaveLength(21);
    rehearsal.reset();
    const other = await plan(30, limited);
    refuse(10);
    expect((await failureOf(applyTo(rehearsal, other))).code).toBe('too-many-failures');
    expect(names()).toEqual([]);
  });

  it('stop nothing when nothing is left to stop', async () => {
    const run = await plan(10, limited);
    refuse(10);
    expect((await applyTo(rehearsal, run)).status).toBe('done');
  });
});
