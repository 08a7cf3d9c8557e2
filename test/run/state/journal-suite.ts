/** What every engine does with the journal of a run. */

import { beforeEach, describe, expect, it } from 'vitest';
import type { Lease } from '../../../src/run/lease-store.js';
import { buildChange, buildOutcome, NO_PARTS, toPlanned } from '../build.js';
import { ACME, collect, takeLease } from './engine.js';
import type { State } from './engine.js';

export function describeJournal(state: State): void {
  describe('the journal', () => {
    let id: number;
    let lease: Lease;

    beforeEach(async () => {
      id = (await state.store.createRun(ACME)).id;
      await state.store.savePlan(id, { ...NO_PARTS, changes: toPlanned([1, 2, 3].map((seq) => buildChange(seq))) });
      lease = await takeLease(state.store, id);
    });

    const readStatuses = async (): Promise<readonly string[]> =>
      (await collect(state.store.readChanges(id))).map((entry) => entry.status);

    it('notes what is being sent and what became of it', async () => {
      const failed = buildOutcome(3, 'failed', {
        clientId: null,
        reason: 'The server said no.',
        differences: [{ field: 'city', contact: null, wanted: 'Bonn', stored: 'Köln' }],
      });
      await state.store.beginChanges(id, [1, 3], lease);
      await state.store.finishChanges(id, [failed]);
      await state.reopen();
      const stored = await collect(state.store.readChanges(id));
      expect(stored.map((entry) => entry.status)).toEqual(['sending', 'planned', 'done']);
      expect(stored.map((entry) => entry.outcome)).toEqual([null, null, failed]);
      expect((await collect(state.store.readChanges(id, 'sending'))).map((entry) => entry.change.seq)).toEqual([1]);
    });

    it('finishes a change that was never begun, and begins one again that is in doubt', async () => {
      await state.store.finishChanges(id, [buildOutcome(2, 'skipped')]);
      await state.store.beginChanges(id, [1], lease);
      await state.store.beginChanges(id, [1], lease);
      expect(await readStatuses()).toEqual(['sending', 'done', 'planned']);
    });

    it('never begins a change that has its outcome, and begins none of the others with it', async () => {
      await state.store.finishChanges(id, [buildOutcome(2)]);
      await expect(state.store.beginChanges(id, [1, 2], lease)).rejects.toThrow('have no outcome yet');
      expect(await readStatuses()).toEqual(['planned', 'done', 'planned']);
      await state.store.beginChanges(id, [1], lease);
      expect(await readStatuses()).toEqual(['sending', 'done', 'planned']);
    });

    it('asserts that the changes are in the plan, and notes nothing then', async () => {
      await expect(state.store.beginChanges(id, [1, 4], lease)).rejects.toThrow(
        'changes 1 to 4 of run 1 are in its plan',
      );
      await expect(state.store.finishChanges(id, [buildOutcome(1), buildOutcome(4)])).rejects.toThrow(
        'changes 1 to 4 are in the plan of run 1',
      );
      expect(await readStatuses()).toEqual(['planned', 'planned', 'planned']);
    });

    it('takes a later outcome for the same change, also in the same call', async () => {
      await state.store.finishChanges(id, [buildOutcome(1, 'updated'), buildOutcome(1, 'failed')]);
      await state.store.finishChanges(id, [buildOutcome(2, 'updated')]);
      await state.store.finishChanges(id, [buildOutcome(2, 'skipped')]);
      const stored = await collect(state.store.readChanges(id, 'done'));
      expect(stored.map((entry) => entry.outcome?.kind)).toEqual(['failed', 'skipped']);
    });

    it('notes nothing at all for no changes', async () => {
      await state.store.beginChanges(id, [], lease);
      await state.store.finishChanges(id, []);
      expect(await readStatuses()).toEqual(['planned', 'planned', 'planned']);
    });

    it('begins and finishes thousands at once, each with its own outcome', async () => {
      const { store } = state;
      const run = await store.createRun(ACME);
      const seqs = Array.from({ length: 2_345 }, (_, index) => index + 1);
      await store.savePlan(run.id, { ...NO_PARTS, changes: toPlanned(seqs.map((seq) => buildChange(seq))) });
      await store.releaseLease(lease);
      await store.beginChanges(run.id, seqs, await takeLease(store, run.id));
      expect(await collect(store.readChanges(run.id, 'sending'))).toHaveLength(seqs.length);
      await store.finishChanges(
        run.id,
        seqs.toReversed().map((seq) => buildOutcome(seq, 'updated', { reason: `The ${seq}th.` })),
      );
      const done = await collect(store.readChanges(run.id, 'done'));
      expect(done.map((entry) => entry.outcome?.reason)).toEqual(seqs.map((seq) => `The ${seq}th.`));
      expect(await readStatuses()).toEqual(['planned', 'planned', 'planned']);
    });

    it('opens changes with the given outcomes again, and only those', async () => {
      await state.store.finishChanges(id, [
        buildOutcome(1, 'failed', { reason: 'It said "kind":"updated".' }),
        buildOutcome(2, 'updated', { reason: 'Not "kind":"failed".' }),
      ]);
      expect(await state.store.reopenChanges(id, ['skipped'])).toBe(0);
      expect(await state.store.reopenChanges(id, ['failed', 'skipped'])).toBe(1);
      await state.reopen();
      expect((await collect(state.store.readChanges(id))).map((entry) => [entry.status, entry.outcome?.kind])).toEqual([
        ['sending', undefined],
        ['done', 'updated'],
        ['planned', undefined],
      ]);
      await state.store.beginChanges(id, [1], lease);
      expect(await readStatuses()).toEqual(['sending', 'done', 'planned']);
    });

    it('opens thousands again, of one run only', async () => {
      const { store } = state;
      const run = await store.createRun(ACME);
      const seqs = Array.from({ length: 2_500 }, (_, index) => index + 1);
      await store.savePlan(run.id, { ...NO_PARTS, changes: toPlanned(seqs.map((seq) => buildChange(seq))) });
      await store.finishChanges(
        run.id,
        seqs.map((seq) => buildOutcome(seq, seq % 5 === 0 ? 'updated' : 'failed')),
      );
      await store.finishChanges(id, [buildOutcome(1, 'failed')]);
      expect(await store.reopenChanges(run.id, ['failed'])).toBe(2_000);
      expect(await collect(store.readChanges(run.id, 'done'))).toHaveLength(500);
      expect(await readStatuses()).toEqual(['done', 'planned', 'planned']);
    });
  });
}
