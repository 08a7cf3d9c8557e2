/** What a person is told to do next, by what became of the run. */

import { describe, expect, it } from 'vitest';
import { nextSteps } from '../../../src/run/report/next.js';
import type { Run } from '../../../src/run/store.js';
import { buildChange, buildOutcome, buildRequest, buildRowOutcomes, buildSummary } from '../build.js';
import { buildRun } from './build.js';

const counts = {
  ...buildSummary().counts,
  create: 1,
  update: 0,
  restore: 0,
  upload: 0,
  archive: 0,
  delete: 0,
  rejectedRows: 0,
};
const summary = buildSummary({ counts });
const nothing = buildSummary({ counts: { ...counts, create: 0 } });
const guards = [
  { guard: 'archive', ok: false, measured: 9, limit: 5, message: 'too many' },
  { guard: 'rows', ok: false, measured: 0.4, limit: 0.2, message: 'too few' },
  { guard: 'create', ok: true, measured: 1, limit: 5, message: 'fine' },
];
const done = buildRowOutcomes({ created: 1 });

describe('the next steps', () => {
  it.each<readonly [string, Partial<Run>, readonly string[]]>([
    ['a plan', { status: 'planned', summary, rowOutcomes: null }, ['ninja-sync apply 7']],
    [
      'a plan of documents only',
      { status: 'planned', summary: buildSummary({ counts: { ...counts, create: 0, upload: 1 } }), rowOutcomes: null },
      ['ninja-sync apply 7'],
    ],
    ['a plan with nothing to do', { status: 'planned', summary: nothing, rowOutcomes: null }, ['the file says']],
    [
      'an undo with nothing to do',
      { status: 'planned', summary: nothing, rowOutcomes: null, undoes: 6 },
      ['be undone'],
    ],
    [
      'a breach, with every guard that is crossed',
      { status: 'breached', summary: { ...summary, guards }, rowOutcomes: null },
      ['ninja-sync apply 7 --allow archive --allow rows'],
    ],
    [
      'an interrupted run',
      { status: 'interrupted', summary, rowOutcomes: buildRowOutcomes() },
      ['ninja-sync resume 7'],
    ],
    ['a failed run', { status: 'failed', summary, rowOutcomes: buildRowOutcomes() }, ['ninja-sync resume 7']],
    ['a run whose process may be dead', { status: 'pushing', summary, rowOutcomes: null }, ['ninja-sync resume 7']],
    [
      'a plan that waits for approval',
      { status: 'awaiting-approval', summary, rowOutcomes: null },
      ['ninja-sync apply 7'],
    ],
    ['a plan that was refused', { status: 'rejected', summary, rowOutcomes: null }, ['plan again']],
    ['a run that wrote', { summary, rowOutcomes: done }, ['ninja-sync undo 7']],
    [
      'a run that had nothing to write',
      { summary: nothing, rowOutcomes: buildRowOutcomes({ unchanged: 1 }) },
      ['says'],
    ],
    [
      'a run with failed changes',
      { summary, rowOutcomes: buildRowOutcomes({ created: 1, failed: 1 }) },
      ['ninja-sync retry 7', 'ninja-sync undo 7'],
    ],
    [
      'a run with rows that the server refused',
      { summary, rowOutcomes: buildRowOutcomes({ created: 1, rejected: 1 }) },
      ['ninja-sync retry 7', 'ninja-sync undo 7'],
    ],
    [
      'a run with rejected rows of the file',
      {
        summary: buildSummary({ counts: { ...counts, rejectedRows: 1 } }),
        rowOutcomes: buildRowOutcomes({ created: 1, rejected: 1 }),
      },
      ['ninja-sync rejects 7 > rejects.csv', 'ninja-sync undo 7'],
    ],
    ['a run without a plan', { status: 'failed', summary: null, rowOutcomes: null }, []],
  ])('of %s', (_, over, expected) => {
    const steps = nextSteps(buildRun(over), []);
    expect(steps).toHaveLength(expected.length);
    for (const [nth, text] of expected.entries()) expect(steps[nth]).toContain(text);
  });

  it.each<readonly [string, Partial<Run>, readonly string[]]>([
    ['that is queued', { status: 'queued', summary: null }, ['ninja-sync status 7']],
    ['that is at work', { status: 'pushing', summary }, ['ninja-sync status 7']],
    ['that was paused', { status: 'pushing', summary, stop: 'pause' }, ['ninja-sync resume 7']],
    [
      'whose plan waits for a person',
      { status: 'awaiting-approval', summary },
      ['`ninja-sync approve 7`', 'ninja-sync reject 7'],
    ],
    [
      'that crosses limits, one of which is allowed',
      { status: 'breached', summary: { ...summary, guards }, request: buildRequest({ allow: ['rows'] }) },
      ['`ninja-sync approve 7 --allow archive`', 'ninja-sync reject 7'],
    ],
    ['that failed before it had a plan', { status: 'failed', summary: null }, ['ninja-sync resume 7']],
    ['that was refused', { status: 'rejected', summary }, ['enqueue the same files again']],
  ])('of a run of a worker %s', (_, over, expected) => {
    const steps = nextSteps(buildRun({ rowOutcomes: null, request: buildRequest(), ...over }), []);
    expect(steps).toHaveLength(expected.length);
    for (const [nth, text] of expected.entries()) expect(steps[nth]).toContain(text);
  });

  it('a failed archive belongs to no row and is told by its change', () => {
    const run = buildRun({ summary, rowOutcomes: buildRowOutcomes({ unchanged: 1 }) });
    const change = buildChange(1, 'archive', { rows: [] });
    const of = (kind: 'failed' | 'archived') =>
      nextSteps(run, [{ change, status: 'done', outcome: buildOutcome(1, kind) }]);
    expect(of('failed')).toEqual([expect.stringContaining('ninja-sync retry 7')]);
    expect(of('archived')).toEqual([expect.stringContaining('ninja-sync undo 7')]);
  });

  it.each<readonly [string, Partial<Run>, string, string]>([
    ['a plan', { status: 'planned', rowOutcomes: null }, 'plan again', 'apply 7'],
    ['the rest of a run', { status: 'failed' }, 'plan again', 'resume 7'],
    ['a run of a worker', { status: 'interrupted', request: buildRequest() }, 'plan again', 'status 7'],
    ['failed changes', { rowOutcomes: buildRowOutcomes({ created: 1, failed: 1 }) }, 'undo 7', 'retry 7'],
  ])('%s that a newer run overtook is not sent', (_, over, expected, absent) => {
    const run = buildRun({ summary, ...over });
    const steps = nextSteps(run, [], buildRun({ id: 8 })).join(' ');
    expect(steps).toContain(expected);
    expect(steps).not.toContain(absent);
    expect(nextSteps(run, []).join(' ')).toContain(absent);
  });

  it('skipped changes show in a new plan', () => {
    const skippedRows = summary.counts.skippedRows;
    const of = (skipped: number): string =>
      nextSteps(buildRun({ summary, rowOutcomes: buildRowOutcomes({ skipped }) }), []).join(' ');
    expect(of(skippedRows + 1)).toMatch(/^What was skipped .* plan again with the same files to see it\.$/);
    expect(of(skippedRows)).not.toContain('skipped');
  });

  it('a rehearsal leads to the real run only', () => {
    const run = buildRun({ target: 'https://ninja.example (rehearsal of 2025-03-04T05:00:00.000Z)' });
    expect(nextSteps(run, [])).toEqual([expect.stringContaining('ninja-sync run')]);
  });
});
