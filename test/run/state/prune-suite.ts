/** What may be deleted, what must stay, and who may remove a file. */

import { describe, expect, it } from 'vitest';
import { REMOVAL_MAX_MS } from '../../../src/run/file-book.js';
import type { KeepRule, PruneCounts, PruneLine } from '../../../src/run/prune-store.js';
import type { RunStatus } from '../../../src/run/status.js';
import type { Run } from '../../../src/run/store.js';
import {
  buildChange,
  buildClaim,
  buildFile,
  buildOutcome,
  buildRequest,
  buildRowOutcomes,
  buildRules,
  buildStatistics,
  buildSummary,
  NO_PARTS,
  toPlanned,
} from '../build.js';
import { ACME, TARGET, collect, takeLease } from './engine.js';
import type { State } from './engine.js';

const DAY_MS = 86_400_000;
const ONE: KeepRule = { runs: 1 };
const DIGESTS = ['aa', 'bb', 'cc'].map((byte) => byte.repeat(32));
const CHANGES = 30;

/** In so many days: what is stored now is that old. */
const inDays = (days: number): number => Date.now() + days * DAY_MS;
const iso = (ms: number): string => new Date(ms).toISOString();

export function describePruning(state: State): void {
  const pruning = () => state.store.pruning;

  /** A run that went through these statuses. */
  async function runOf(...statuses: readonly RunStatus[]): Promise<Run> {
    const request = statuses[0] === 'queued' ? { request: buildRequest() } : {};
    let run = await state.store.createRun({ ...ACME, ...request });
    for (const status of statuses) run = await state.store.updateRun(run.id, { status });
    return run;
  }
  const done = (): Promise<Run> => runOf('planned', 'done');

  async function linesOf(keep: KeepRule, now = inDays(40)): Promise<readonly PruneLine[]> {
    return await pruning().findPruneLines('acme', keep, now);
  }
  async function prunable(keep: KeepRule, now?: number): Promise<readonly number[]> {
    const ids: number[] = [];
    for (const line of await linesOf(keep, now)) ids.push(...(await pruning().listPrunable(line, 0, 100)));
    return ids;
  }
  async function begin(runIds: readonly number[]): Promise<readonly number[]> {
    const [line] = await linesOf(ONE);
    if (line === undefined) throw new Error('some run may go');
    return await pruning().beginPruning(line, runIds, iso(Date.now()));
  }
  async function deleteAll(rowsMax: number): Promise<readonly PruneCounts[]> {
    const portions: PruneCounts[] = [];
    for (;;) {
      const counts = await pruning().deletePruned(rowsMax);
      if (counts === null) return portions;
      portions.push(counts);
    }
  }

  describe('pruning', () => {
    it('finds what has ended below the newest run that is done, and nothing else', async () => {
      await done();
      await runOf('failed');
      await runOf('planned');
      await runOf('breached');
      await runOf('queued', 'reading', 'planned');
      await runOf('interrupted');
      await runOf('queued');
      await runOf('queued', 'reading', 'planned', 'awaiting-approval', 'rejected');
      await runOf('planned', 'cancelled');
      const newest = await done();
      await runOf('failed');
      expect(newest.id).toBe(10);
      expect(await prunable(ONE)).toEqual([1, 2, 3, 4, 8, 9]);
    });

    it('leaves what the job keeps: so many runs, so many days, and a run stays while one of them says so', async () => {
      for (let count = 0; count < 5; count += 1) await done();
      expect(await prunable({ runs: 2 })).toEqual([1, 2, 3]);
      expect(await prunable({ runs: 5 })).toEqual([]);
      expect(await prunable({ runs: 6 })).toEqual([]);
      expect(await prunable({ days: 39 })).toEqual([1, 2, 3, 4]);
      expect(await prunable({ days: 41 })).toEqual([]);
      expect(await prunable({ runs: 2, days: 39 })).toEqual([1, 2, 3]);
      expect(await prunable({ runs: 2, days: 41 })).toEqual([]);
      // Whatever it says, nothing of the last day goes.
      expect(await prunable(ONE, inDays(0.9))).toEqual([]);
    });

    it('counts each target for itself, and finds nothing where no run is done', async () => {
      for (const target of [TARGET, 'https://other.example', TARGET]) {
        const { id } = await state.store.createRun({ ...ACME, target });
        for (const status of ['planned', 'done'] as const) await state.store.updateRun(id, { status });
      }
      await state.store.createRun({ ...ACME, job: 'other' });
      expect(await prunable(ONE)).toEqual([1]);
      expect(await pruning().findPruneLines('other', ONE, inDays(40))).toEqual([]);
    });

    it('leaves runs that read a part only out of what counts as done', async () => {
      await done();
      await done();
      const { id } = await state.store.createRun({ ...ACME, files: [buildFile({ partial: true })] });
      for (const status of ['planned', 'done'] as const) await state.store.updateRun(id, { status });
      expect(await prunable(ONE)).toEqual([1]);
    });

    it('leaves a run that somebody is at, and one of which only the journal tells that it was applied', async () => {
      const [busy, dead] = [await runOf('planned'), await runOf('planned')];
      for (const { id } of [busy, dead])
        await state.store.savePlan(id, { ...NO_PARTS, changes: toPlanned([buildChange(1)]) });
      const held = await takeLease(state.store, dead.id);
      await state.store.beginChanges(dead.id, [1], held);
      await state.store.releaseLease(held);
      for (const status of ['pushing', 'interrupted', 'cancelled'] as const)
        await state.store.updateRun(dead.id, { status });
      await done();
      const lease = await takeLease(state.store, busy.id);
      expect(await prunable(ONE)).toEqual([]);
      await state.store.releaseLease(lease);
      expect(await prunable(ONE)).toEqual([busy.id]);
    });

    /** Run 1, with everything that a run has, and run 2 above it. */
    async function fill(): Promise<Run> {
      const { store } = state;
      const input = { path: '/srv/a.csv', digest: DIGESTS[0] ?? '', bytes: 5 };
      const { id } = await store.createRun({ ...ACME, request: buildRequest({ inputs: [input] }) });
      const changes = Array.from({ length: CHANGES }, (_, nth) => buildChange(nth + 1));
      const claims = changes.map(({ seq }) =>
        buildClaim(`client${seq}`, { change: seq, baseline: '{"fields":{}}', baselineHash: 7 }),
      );
      const skips = [{ row: { file: 0, line: 3 }, code: 'blank-row' as const, reason: 'gone' }];
      await store.savePlan(id, { ...NO_PARTS, changes: toPlanned(changes), claims, skips });
      const lease = await takeLease(store, id);
      await store.beginChanges(id, [1, 2], lease);
      await store.finishChanges(id, [buildOutcome(1), buildOutcome(2)]);
      await store.releaseLease(lease);
      await store.claimContent({ job: 'acme', digest: 'd1', runId: id, name: 'a.csv' });
      await store.replaceRunFiles(id, ['report'], [{ role: 'report', name: 'report.html', digest: 'r1', bytes: 9 }]);
      for (const status of ['reading', 'planned', 'pushing', 'verifying'] as const)
        await store.updateRun(id, { status });
      const run = await store.updateRun(id, {
        status: 'done',
        summary: buildSummary(),
        rules: buildRules(),
        statistics: buildStatistics(),
        rowOutcomes: buildRowOutcomes({ updated: 2 }),
      });
      await done();
      return run;
    }

    it('deletes rows in portions, and leaves the line, the history, who owns what, and which content was taken', async () => {
      const before = await fill();
      const { store } = state;
      const owned = async (): Promise<unknown> => [
        [...(await store.readOwned(TARGET, 'acme'))],
        [...(await store.readBaselines(TARGET, 'acme', ['client1', 'client2']))],
      ];
      const known = await owned();
      expect(known).not.toEqual([[], []]);
      expect(await pruning().countRows([1])).toEqual({ changes: CHANGES, claims: CHANGES, remarks: 1 });
      expect(await begin([1])).toEqual([1]);
      const portions = await deleteAll(20);
      expect(portions).toEqual([
        { changes: 20, claims: 20, remarks: 1 },
        { changes: 10, claims: 10, remarks: 0 },
      ]);
      const after = await store.findRun(1);
      expect(after).toEqual({
        ...before,
        request: buildRequest(),
        rules: null,
        statistics: null,
        prunedAt: expect.any(String),
      });
      expect((await store.findHistory(TARGET, 'acme', 5)).map(({ id }) => id)).toEqual([2, 1]);
      expect(await owned()).toEqual(known);
      expect(await store.findContent('acme', { digest: 'd1' })).toMatchObject({ runId: 1 });
      expect(await collect(store.readChanges(1))).toEqual([]);
      expect(await store.listRunFiles(1)).toEqual([]);
      expect(await pruning().listPruned([1, 2, 3])).toEqual([1]);
      expect(await prunable(ONE)).toEqual([]);
    });

    it('is finished by whoever comes next', async () => {
      await fill();
      expect(await begin([1])).toEqual([1]);
      expect(await pruning().deletePruned(5)).toMatchObject({ changes: 5 });
      const other = await state.openAnother();
      while ((await other.pruning.deletePruned(1000)) !== null);
      expect(await state.store.countParts(1)).toMatchObject({ changes: 0, skips: 0 });
    });

    it('does not touch a run that somebody took up in between, and a pruned one is taken up by nobody', async () => {
      await runOf('queued', 'reading', 'failed');
      await runOf('queued', 'reading', 'failed');
      await done();
      expect(await prunable(ONE)).toEqual([1, 2]);
      await state.store.updateRun(1, { status: 'queued' });
      expect(await begin([1, 2])).toEqual([2]);
      await expect(state.store.updateRun(2, { status: 'queued' })).rejects.toMatchObject({ code: 'run-pruned' });
      // What is told of it may change.
      expect(await state.store.updateRun(2, { message: 'x' })).toMatchObject({ status: 'failed' });
    });

    it('gives a pruned run no file', async () => {
      await done();
      await done();
      await begin([1]);
      await state.store.replaceRunFiles(1, ['report'], [{ role: 'report', name: 'a', digest: 'r', bytes: 1 }]);
      expect(await state.store.listRunFiles(1)).toEqual([]);
    });

    it('deletes messages that are through, and keeps the last of each kind', async () => {
      const timing = { now: Date.now(), repeatMs: 0 };
      for (const [nth, event] of ['failed', 'failed', 'recovered', 'failed'].entries()) {
        const notice = { key: `k${nth}`, channel: 'ops', job: 'acme', event: event as 'failed', body: '{}' };
        await state.store.addNotices([notice], { ...timing, now: timing.now + nth * 1000 });
      }
      const told: string[] = [];
      for (;;) {
        const notice = await state.store.claimNotice(timing.now + 60_000, 1000);
        if (notice === null) break;
        if (notice.key !== 'k1') await state.store.finishNotice(notice, 'delivered');
        told.push(notice.key);
      }
      expect(told.sort()).toEqual(['k0', 'k1', 'k2', 'k3']);
      expect(await pruning().countOldNotices('acme', { days: 50 }, inDays(40))).toBe(0);
      expect(await pruning().countOldNotices('acme', { runs: 1 }, inDays(40))).toBe(0);
      expect(await pruning().countOldNotices('acme', { days: 30 }, inDays(40))).toBe(1);
      expect(await pruning().deleteOldNotices('acme', { days: 30 }, inDays(40))).toBe(1);
      const left = await state.store.listNotices(['waiting', 'delivered', 'given-up'], 10);
      expect(left.map(({ key }) => key).sort()).toEqual(['k1', 'k2', 'k3']);
    });
  });

  describe('files of the file store', () => {
    const [a = '', b = '', c = ''] = DIGESTS;
    const claim = (digest: string, now = Date.now()): Promise<boolean> =>
      state.store.claimFile({ digest, bytes: 5 }, now);
    const name = (runId: number, digest: string): Promise<void> =>
      state.store.replaceRunFiles(runId, ['report'], [{ role: 'report', name: 'report.html', digest, bytes: 5 }]);
    const line = iso(inDays(1));
    const removable = async (): Promise<readonly string[]> =>
      (await pruning().listRemovable(line, '', 10)).map(({ digest }) => digest);

    it('are removable when they are old and no run names them', async () => {
      const [one, two] = [await done(), await done()];
      for (const digest of [a, b]) expect(await claim(digest)).toBe(true);
      await claim(c, inDays(2));
      await name(one.id, b);
      await name(two.id, b);
      expect(await removable()).toEqual([a]);
      expect(await pruning().listRemovable(line, a, 10)).toEqual([]);
      expect(await pruning().countFilesOf([one.id], line)).toEqual({ count: 0, bytes: 0 });
      expect(await pruning().countFilesOf([one.id, two.id], line)).toEqual({ count: 1, bytes: 5 });
      expect(await pruning().countFilesOf([one.id, two.id], iso(inDays(-1)))).toEqual({ count: 0, bytes: 0 });
      await name(one.id, a);
      expect(await removable()).toEqual([]);
      await begin([one.id]);
      expect(await removable()).toEqual([a]);
    });

    it('are not removed when somebody stored them again or a run names them by now', async () => {
      const { id } = await done();
      for (const digest of [a, b, c]) await claim(digest);
      await claim(a, inDays(2));
      await name(id, b);
      const began = [];
      for (const digest of [a, b, c]) began.push(await pruning().beginRemoval(digest, line, Date.now()));
      expect(began).toEqual([false, false, true]);
    });

    it('cannot be stored while somebody removes them, unless that one died', async () => {
      await claim(a);
      const now = Date.now();
      expect(await pruning().beginRemoval(a, line, now)).toBe(true);
      expect(await pruning().beginRemoval(a, line, now + 1)).toBe(false);
      expect(await claim(a, now + 1000)).toBe(false);
      expect(await claim(a, now + REMOVAL_MAX_MS + 1)).toBe(true);
      // The dead one comes back.
      await pruning().endRemoval(a, now);
      expect(await removable()).toEqual([a]);
      expect(await pruning().beginRemoval(a, line, now)).toBe(true);
      await pruning().endRemoval(a, now);
      expect(await removable()).toEqual([]);
      expect(await claim(a)).toBe(true);
    });
  });
}
