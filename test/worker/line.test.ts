import { describe, expect, it } from 'vitest';
import type { Run } from '../../src/run/store.js';
import { firstInLine, isBehind } from '../../src/worker/line.js';
import { buildRequest } from '../run/build.js';

const NOW = Date.parse('2026-11-22T12:00:00Z');

const aRun = (id: number, over: { status?: Run['status']; priority?: number; notBefore?: string } = {}): Run =>
  ({
    id,
    job: 'acme',
    status: over.status ?? 'queued',
    request: buildRequest({ priority: over.priority ?? 0, notBefore: over.notBefore ?? null }),
  }) as Run;

const behind = (run: Run, others: readonly Run[]): Promise<boolean> => {
  const due = [...others, run].toSorted((one, other) => one.id - other.id);
  return isBehind({ listDue: (_job, limit) => Promise.resolve(due.slice(0, limit)) }, run, NOW);
};

describe('the line of a job', () => {
  it.each([
    ['an earlier one', aRun(5), [aRun(4)], true],
    ['a later one', aRun(5), [aRun(6)], false],
    ['nobody', aRun(5), [], false],
    ['a later one that has begun', aRun(5), [aRun(6, { status: 'interrupted' })], true],
    ['an earlier one that is wanted later', aRun(5), [aRun(4, { notBefore: '2026-11-22T13:00:00.000Z' })], false],
    ['an earlier one whose time has come', aRun(5), [aRun(4, { notBefore: '2026-11-22T11:00:00.000Z' })], true],
    ['an earlier one of lower rank', aRun(5), [aRun(4, { priority: 9 })], false],
    ['a later one of higher rank', aRun(5, { priority: 9 }), [aRun(6)], true],
    ['of two that have begun, the earlier one', aRun(5, { status: 'reading' }), [aRun(4, { status: 'pushing' })], true],
    ['of two that have begun, the later one', aRun(4, { status: 'pushing' }), [aRun(5, { status: 'reading' })], false],
  ] as const)('behind %s', async (_, run, others, expected) => {
    expect(await behind(run, others)).toBe(expected);
  });

  it('is looked through to its end when nobody near its head goes first', async () => {
    const backfills = Array.from({ length: 50 }, (_, at) => aRun(at + 1, { priority: 9 }));
    expect(await behind(aRun(99), backfills)).toBe(false);
    expect(await behind(aRun(99), [...backfills, aRun(98)])).toBe(true);
  });

  it('always lets exactly one go', async () => {
    const runs = [
      aRun(1, { priority: 3 }),
      aRun(2),
      aRun(3, { status: 'reading' }),
      aRun(4, { status: 'planned' }),
      aRun(5),
    ];
    const free = [];
    for (const run of runs)
      if (
        !(await behind(
          run,
          runs.filter(({ id }) => id !== run.id),
        ))
      )
        free.push(run.id);
    expect(free).toEqual([firstInLine(runs, NOW)?.id]);
  });
});
