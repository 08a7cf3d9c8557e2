/** What every engine does with runs. */

import { describe, expect, it } from 'vitest';
import { RUN_STATUSES } from '../../../src/run/status.js';
import type { RunStatus } from '../../../src/run/status.js';
import type { Run, RunPatch, RunStart } from '../../../src/run/store.js';
import {
  buildChange,
  buildFile,
  buildRequest,
  buildRowOutcomes,
  buildRules,
  buildStatistics,
  buildSummary,
  NO_PARTS,
  toPlanned,
} from '../build.js';
import { ACME, TARGET, takeLease } from './engine.js';
import type { State } from './engine.js';

/** How a run gets to a status, from `reading`. */
const PATHS: Readonly<Record<RunStatus, readonly RunStatus[]>> = {
  'queued': ['queued'],
  'awaiting-approval': ['planned', 'awaiting-approval'],
  'rejected': ['breached', 'rejected'],
  'cancelled': ['cancelled'],
  'reading': [],
  'planned': ['planned'],
  'breached': ['breached'],
  'pushing': ['planned', 'pushing'],
  'verifying': ['planned', 'pushing', 'verifying'],
  'done': ['planned', 'done'],
  'failed': ['failed'],
  'interrupted': ['interrupted'],
};

export function describeRuns(state: State): void {
  describe('runs', () => {
    it('starts a run as reading, with nothing known but its job, target and files', async () => {
      const run = await state.store.createRun(ACME);
      expect(run).toEqual({
        ...ACME,
        id: 1,
        status: 'reading',
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        updatedAt: run.createdAt,
        undoes: null,
        request: null,
        stop: null,
        progress: null,
        rules: null,
        summary: null,
        rowOutcomes: null,
        statistics: null,
        message: null,
        folder: null,
        prunedAt: null,
      });
      await state.reopen();
      expect(await state.store.findRun(run.id)).toEqual(run);
      expect(await state.store.findRun(run.id + 1)).toBeUndefined();
    });

    it('keeps each part of a patch, leaves the rest, and can take a part back', async () => {
      const run = await state.store.createRun(ACME);
      const full: RunPatch = {
        status: 'planned',
        files: [buildFile({ name: 'a.csv' }), buildFile({ name: 'b.csv', rows: 7 })],
        rules: buildRules(),
        summary: buildSummary(),
        rowOutcomes: buildRowOutcomes({ created: 12, rejected: 3 }),
        statistics: buildStatistics({ limitPerMinute: null }),
        message: 'Grüße, "quoted" and \u2028 odd',
        folder: '/srv/data/runs/1',
      };
      const updated = await state.store.updateRun(run.id, full);
      expect(updated).toEqual({ ...run, ...full, updatedAt: updated.updatedAt });
      expect(updated.updatedAt >= run.updatedAt).toBe(true);

      const cleared = await state.store.updateRun(run.id, { message: null, rules: null, summary: null });
      await state.reopen();
      expect(await state.store.findRun(run.id)).toEqual(cleared);
      expect(cleared).toEqual({ ...updated, message: null, rules: null, summary: null, updatedAt: cleared.updatedAt });
    });

    it('lists the newest first, as many as asked', async () => {
      for (const job of ['one', 'two', 'three']) await state.store.createRun({ ...ACME, job });
      expect((await state.store.listRuns(2)).map((run) => run.job)).toEqual(['three', 'two']);
      expect((await state.store.listRuns(10)).map((run) => run.id)).toEqual([3, 2, 1]);
    });

    it('starts a run that a worker was asked for as queued, and keeps what it was asked for', async () => {
      const request = buildRequest({ allow: ['archive'], window: { hours: '22:00-06:00', timezone: 'Europe/Berlin' } });
      const run = await state.store.createRun({ ...ACME, request });
      expect(run).toMatchObject({ status: 'queued', request, stop: null });
      const progress = {
        phase: 'pushing',
        done: 3,
        total: 9,
        unit: 'changes',
        ratePerMinute: 60,
        at: run.createdAt,
      } as const;
      await state.store.updateRun(run.id, { stop: 'pause', progress, request: { ...request, approved: true } });
      await state.reopen();
      expect(await state.store.findRun(run.id)).toMatchObject({ stop: 'pause', progress, request: { approved: true } });
    });

    it('tells which runs a worker has to act on, and which have not ended', async () => {
      const request = buildRequest();
      const ids: Partial<Record<RunStatus, number>> = {};
      for (const status of RUN_STATUSES) {
        const { id } = await state.store.createRun({ ...ACME, job: status === 'planned' ? 'other' : 'acme', request });
        await state.store.updateRun(id, { status: 'reading' });
        for (const step of PATHS[status]) await state.store.updateRun(id, { status: step });
        ids[status] = id;
      }
      await state.store.createRun(ACME);
      const paused = await state.store.createRun({ ...ACME, request });
      await state.store.updateRun(paused.id, { stop: 'pause' });
      const due = ['queued', 'reading', 'planned', 'pushing', 'verifying', 'interrupted'] as const;
      expect((await state.store.listDue()).map(({ id }) => id)).toEqual(idsOf(ids, due));
      const unfinished = [...due, 'awaiting-approval', 'breached'] as const;
      expect((await state.store.listUnfinished()).map(({ id }) => id)).toEqual([...idsOf(ids, unfinished), paused.id]);
      expect((await state.store.listUnfinished('other')).map(({ id }) => id)).toEqual([ids.planned]);
    });

    it('takes each content once for a job, until it is given back', async () => {
      const request = buildRequest();
      const [first, second] = [
        await state.store.createRun({ ...ACME, request }),
        await state.store.createRun({ ...ACME, request }),
      ];
      const content = { job: 'acme', digest: 'd'.repeat(64), name: 'a.csv' };
      expect(await state.store.claimContent({ ...content, runId: first.id })).toBeNull();
      expect(await state.store.claimContent({ ...content, runId: first.id })).toBeNull();
      expect(await state.store.claimContent({ ...content, runId: second.id, name: 'b.csv' })).toMatchObject({
        runId: first.id,
        name: 'a.csv',
      });
      expect(await state.store.claimContent({ ...content, job: 'other', runId: second.id })).toBeNull();
      for (const wanted of [{ digest: content.digest }, { name: 'a.csv' }, { runId: first.id }])
        expect(await state.store.findContent('acme', wanted)).toMatchObject({ runId: first.id, name: 'a.csv' });
      expect(await state.store.findContent('acme', { name: 'b.csv' })).toBeUndefined();
      await state.store.releaseContent(first.id);
      expect(await state.store.findContent('acme', { runId: first.id })).toBeUndefined();
      expect(await state.store.claimContent({ ...content, runId: second.id })).toBeNull();
    });

    it('gives content back when the job took other content after it, and only then', async () => {
      const digests = ['a', 'b'].map((letter) => letter.repeat(64));
      const ids: number[] = [];
      for (const digest of digests) {
        const { id } = await state.store.createRun(ACME);
        ids.push(id);
        await state.store.claimContent({ job: 'acme', digest, runId: id, name: 'a.csv' });
      }
      for (const digest of digests) await state.store.releaseReplaced('acme', digest);
      expect(await state.store.findContent('acme', { digest: digests[0] ?? '' })).toBeUndefined();
      expect(await state.store.findContent('acme', { digest: digests[1] ?? '' })).toMatchObject({ runId: ids[1] });
      await state.store.releaseReplaced('acme', 'c'.repeat(64));
    });

    it('keeps what was last fetched from a place, and how the last look at a source went', async () => {
      const { id } = await state.store.createRun(ACME);
      const [place, at] = ['https://a.example/x.csv', '2026-11-22T10:00:00.000Z'];
      await state.store.noteFetched('acme', place, { version: '"1"', runId: null, at });
      await state.store.noteFetched('acme', place, { version: '"2"', runId: id, at });
      await state.store.notePoll({ job: 'acme', at, ok: true, message: 'nothing new' });
      await state.store.notePoll({ job: 'acme', at, ok: false, message: 'it does not answer' });
      await state.reopen();
      expect(await state.store.readFetched('acme', place)).toEqual({ version: '"2"', runId: id, at });
      expect(await state.store.readFetched('other', place)).toBeUndefined();
      expect(await state.store.listPolls()).toEqual([{ job: 'acme', at, ok: false, message: 'it does not answer' }]);
      await state.store.forgetFetched('acme', place);
      expect(await state.store.readFetched('acme', place)).toBeUndefined();
    });

    it('keeps which run a run undoes', async () => {
      const first = await state.store.createRun(ACME);
      const undo = await state.store.createRun({ ...ACME, files: [], undoes: first.id });
      await state.reopen();
      expect(await state.store.findRun(undo.id)).toMatchObject({ undoes: first.id, files: [] });
      await expect(state.store.createRun({ ...ACME, files: [], undoes: 99 })).rejects.toThrow();
    });

    it('finds the history of a job: done, of whole files, undoing nothing, at this target, newest first', async () => {
      const { store } = state;
      const start = async (over: Partial<RunStart>, path: readonly RunStatus[] = PATHS.done): Promise<number> => {
        const { id } = await store.createRun({ ...ACME, ...over });
        for (const status of path) await store.updateRun(id, { status });
        return id;
      };
      const first = await start({});
      await start({ job: 'other' });
      await start({ target: 'https://elsewhere.example' });
      await start({ undoes: first, files: [] });
      await start({}, PATHS.failed);
      await start({}, PATHS.pushing);
      for (let nth = 0; nth < 60; nth += 1) await start({ files: [buildFile(), buildFile({ partial: true })] });
      const last = await start({ files: [buildFile({ name: '"partial":true.csv' })] });

      const history = await store.findHistory(TARGET, 'acme', 10);
      expect(history.map((run) => run.id)).toEqual([last, first]);
      expect(history[0]?.files[0]?.name).toBe('"partial":true.csv');
      expect((await store.findHistory(TARGET, 'acme', 1)).map((run) => run.id)).toEqual([last]);
      expect(await store.findHistory(TARGET, 'nobody', 10)).toEqual([]);
    });

    it('finds the newest of the history of each of many jobs', async () => {
      const { store } = state;
      const start = async (job: string, status: RunStatus, over: Partial<RunStart> = {}): Promise<number> => {
        const { id } = await store.createRun({ ...ACME, job, files: [buildFile()], ...over });
        for (const step of PATHS[status]) await store.updateRun(id, { status: step });
        return id;
      };
      const whole = await start('corrected', 'done');
      await start('corrected', 'done', { files: [buildFile({ partial: true })] });
      await start('many', 'done');
      const newest = await start('many', 'done');
      await start('many', 'failed');
      await start('many', 'done', { undoes: newest });
      await start('many', 'done', { target: 'https://elsewhere.example' });
      await start('never', 'failed');
      const jobs = ['many', 'corrected', 'never', ...Array.from({ length: 900 }, (_, nth) => `unknown-${nth}`)];
      const found = await store.findNewestDone(jobs.map((job) => ({ target: TARGET, job })));
      expect(new Map(found.map(({ job, id }) => [job, id]))).toEqual(
        new Map([
          ['corrected', whole],
          ['many', newest],
        ]),
      );
      expect(await store.findNewestDone([])).toEqual([]);
    });

    it('finds the runs of a job that began to write and are not done, however many runs others had since', async () => {
      const { store } = state;
      const start = async (
        status: RunStatus,
        over: Partial<RunStart> = {},
        summary = buildSummary(),
      ): Promise<number> => {
        const { id } = await store.createRun({ ...ACME, ...over });
        await store.updateRun(id, { summary });
        for (const step of PATHS[status]) await store.updateRun(id, { status: step });
        return id;
      };
      const first = await start('pushing');
      const begun = [];
      for (const status of RUN_STATUSES) {
        const id = await start(status);
        if (['pushing', 'verifying', 'interrupted', 'failed'].includes(status)) begun.push(id);
      }
      await start('failed', { undoes: first });
      await start('failed', { job: 'other' });
      await start('failed', { target: 'https://elsewhere.example' });
      const { id } = await store.createRun(ACME);
      await store.updateRun(id, { status: 'failed' });
      for (let nth = 0; nth < 201; nth += 1) await store.createRun({ ...ACME, job: 'other' });
      expect((await store.findBegun(TARGET, 'acme', first)).map((run) => run.id)).toEqual(begun.toReversed());
    });

    it('finds the newest run that overtook another one', async () => {
      const { store } = state;
      const start = async (status: RunStatus, over: Partial<RunStart> = {}, patch: RunPatch = {}): Promise<Run> => {
        const run = await store.createRun({ ...ACME, ...over });
        for (const step of PATHS[status]) await store.updateRun(run.id, { status: step });
        return await store.updateRun(run.id, patch);
      };
      const earlier = await start('done');
      const run = await start('planned');
      for (const status of RUN_STATUSES)
        if (!['pushing', 'verifying', 'done'].includes(status)) await start(status, { undoes: earlier.id });
      await start('done', { job: 'other' });
      await start('done', { target: 'https://elsewhere.example' });
      expect(await store.findLaterApplied(run)).toBeUndefined();
      for (const status of ['pushing', 'verifying', 'done'] as const) {
        const later = await start(status, { undoes: earlier.id });
        expect(await store.findLaterApplied(run)).toEqual(later);
        expect(await store.findLaterApplied(later)).toBeUndefined();
      }
      const stopped = await start('failed', {}, { rowOutcomes: buildRowOutcomes() });
      expect(await store.findLaterApplied(run)).toEqual(stopped);

      const { id } = await start('planned');
      await store.savePlan(id, { ...NO_PARTS, changes: toPlanned([buildChange(1)]) });
      await store.updateRun(id, { status: 'cancelled' });
      expect(await store.findLaterApplied(run)).toEqual(stopped);
      await store.beginChanges(id, [1], await takeLease(store, id));
      expect(await store.findLaterApplied(run)).toMatchObject({ id, status: 'cancelled' });
    });

    it('does not take for overtaken what a worker planned after the later run', async () => {
      const { store } = state;
      const run = await store.createRun({ ...ACME, request: buildRequest() });
      const { id } = await store.createRun({ ...ACME, request: buildRequest() });
      for (const status of ['reading', 'planned', 'done'] as const) await store.updateRun(id, { status });
      const later = await store.findRun(id);
      const plannedAt = (time: number): Run => ({
        ...run,
        summary: buildSummary({ plannedAt: new Date(time).toISOString() }),
      });
      const end = Date.parse(later?.updatedAt ?? '');
      expect(await store.findLaterApplied(plannedAt(end - 1))).toEqual(later);
      expect(await store.findLaterApplied(plannedAt(end))).toBeUndefined();
      expect(await store.findLaterApplied({ ...plannedAt(end), request: null })).toEqual(later);
    });

    const allowed: readonly (readonly [RunStatus, RunStatus])[] = [
      ['reading', 'planned'],
      ['planned', 'pushing'],
      ['breached', 'pushing'],
      ['pushing', 'interrupted'],
      ['interrupted', 'pushing'],
      ['failed', 'pushing'],
      ['verifying', 'done'],
      ['done', 'done'],
      ['done', 'pushing'],
      ['queued', 'reading'],
      ['awaiting-approval', 'pushing'],
    ];
    it.each(allowed)('takes a run from %s to %s', async (from, to) => {
      const { id } = await state.store.createRun(ACME);
      for (const status of PATHS[from]) await state.store.updateRun(id, { status });
      expect((await state.store.updateRun(id, { status: to })).status).toBe(to);
    });

    const refused: readonly (readonly [RunStatus, RunStatus])[] = [
      ['reading', 'pushing'],
      ['planned', 'verifying'],
      ['breached', 'done'],
      ['pushing', 'planned'],
      ['failed', 'done'],
      ['queued', 'pushing'],
      ['rejected', 'pushing'],
      ['cancelled', 'pushing'],
      ...RUN_STATUSES.filter((status) => status !== 'done' && status !== 'pushing').map(
        (status) => ['done', status] as const,
      ),
    ];
    it.each(refused)('never takes a run from %s to %s, and keeps it as it was', async (from, to) => {
      const { id } = await state.store.createRun(ACME);
      for (const status of PATHS[from]) await state.store.updateRun(id, { status });
      await expect(state.store.updateRun(id, { status: to, message: 'no' })).rejects.toThrow('assertion failed');
      expect(await state.store.findRun(id)).toMatchObject({ status: from, message: null });
    });

    it('asserts that the run is there', async () => {
      await expect(state.store.updateRun(7, { message: 'x' })).rejects.toThrow('run 7 is in the store');
      await expect(state.store.savePlan(7, NO_PARTS)).rejects.toThrow('run 7 is in the store');
      await expect(state.store.adopt(7)).rejects.toThrow('run 7 is in the store');
    });
  });
}

/** In the order of their creation, as the store lists them. */
function idsOf(ids: Readonly<Partial<Record<RunStatus, number>>>, statuses: readonly RunStatus[]): readonly number[] {
  return statuses.flatMap((status) => ids[status] ?? []).toSorted((a, b) => a - b);
}
