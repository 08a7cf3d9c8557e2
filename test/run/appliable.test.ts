import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Run } from '../../src/run/store.js';
import { applyTo, countRequests, dyingStore, failureOf, reload, retryOf } from '../push/apply.js';
import { aJob, csv, openRehearsal } from '../support/rehearsal.js';
import type { Rehearsal } from '../support/rehearsal.js';

const JOB = { columns: { id_number: 'Id', name: 'Name', city: 'City' } };
const job = aJob(JOB);

let rehearsal: Rehearsal;
beforeEach(async () => {
  rehearsal = await openRehearsal({ concurrency: 1 });
});
afterEach(() => rehearsal.close());

const plan = (city: string, by = job): Promise<Run> =>
  rehearsal.plan(
    by,
    rehearsal.write(
      'clients.csv',
      csv([
        ['Id', 'Name', 'City'],
        ['C-1', 'Ann', city],
        ['C-2', 'Bob', city],
      ]),
    ),
  );
const cities = (): readonly unknown[] => rehearsal.sandbox.clients().map(({ city }) => city);
const writes = (): number =>
  countRequests(rehearsal, 'POST', /clients$/) + countRequests(rehearsal, 'PUT', /clients\/\w+$/);
const die = async (run: Run): Promise<Run> => {
  await failureOf(applyTo(rehearsal, run, { store: dyingStore(rehearsal.store, 'finishChanges', 1) }));
  await rehearsal.store.breakLease(run.target);
  return await reload(rehearsal, run);
};
const refuse = (): void =>
  rehearsal.sandbox.fault({ kind: 'status', method: 'POST', path: '/clients$', status: 422, times: 1 });

describe('a run that a newer one of its job overtook', () => {
  it.each([
    ['is not applied', async () => plan('Ulm'), applyTo],
    ['is not resumed', async () => die(await plan('Ulm')), applyTo],
    [
      'is not retried',
      async () => {
        const run = await plan('Ulm');
        refuse();
        return await applyTo(rehearsal, run);
      },
      retryOf,
    ],
  ] as const)('%s', async (_, make, go) => {
    const run = await make();
    await applyTo(rehearsal, await plan('Bonn'));
    const before = writes();
    const error = await failureOf(go(rehearsal, run));
    expect(error).toMatchObject({
      code: 'run-not-appliable',
      hint: 'Plan again: ninja-sync plan FILE --job JOB',
    });
    expect(error.message).toMatch(
      /^Run 2 of the job is newer and was applied on 2\d{3}-.*Z: run 1 would bring older data back\.$/,
    );
    expect(writes()).toBe(before);
    expect(cities()).toEqual(['Bonn', 'Bonn']);
    expect(await reload(rehearsal, run)).toEqual(run);
  });

  it('stays behind also when the newer one stopped in the middle, which itself goes on', async () => {
    const [run, newer] = [await plan('Ulm'), await plan('Bonn')];
    const dead = await die(newer);
    expect((await failureOf(applyTo(rehearsal, run))).message).toContain('Run 2 of the job is newer');
    await applyTo(rehearsal, dead, { now: new Date(Date.now() + 3_600_000).toISOString() });
    expect(cities()).toEqual(['Bonn', 'Bonn']);
  });

  it('may be applied as long as the newer one is only a plan, or one of another job', async () => {
    const [run] = [await plan('Ulm'), await plan('Bonn')];
    await applyTo(rehearsal, await plan('Ulm', aJob({ ...JOB, name: 'another' })));
    await applyTo(rehearsal, run);
    expect(cities()).toEqual(['Ulm', 'Ulm']);
  });
});

describe('an undo', () => {
  it('overtakes the run that it undoes, and is overtaken by what was applied since it was planned', async () => {
    await applyTo(rehearsal, await plan('Ulm'));
    rehearsal.wait(2);
    const run = await applyTo(rehearsal, await plan('Bonn'));
    rehearsal.wait(2);
    const [undo, again] = [await rehearsal.undo(run), await rehearsal.undo(run)];
    await applyTo(rehearsal, again, { allow: ['update'] });
    expect(cities()).toEqual(['Ulm', 'Ulm']);
    expect(await failureOf(applyTo(rehearsal, undo))).toMatchObject({
      message: expect.stringMatching(/^Run 4, the undo of run 2, of the job is newer .*: run 3 would bring/),
      hint: 'Plan the way back again: ninja-sync undo 2',
    });
    expect((await failureOf(retryOf(rehearsal, run))).message).toContain('Run 4, the undo of run 2,');
  });
});
