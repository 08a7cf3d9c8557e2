/** What every engine does with plans. */

import { describe, expect, it } from 'vitest';
import type { Reject, Skip, Warning } from '../../../src/mapping/record.js';
import type { SkippedRecord } from '../../../src/plan/change.js';
import { buildChange, buildClaim, buildOutcome, NO_PARTS, toPlanned } from '../build.js';
import { ACME, TARGET, collect, takeLease } from './engine.js';
import type { State } from './engine.js';

export function describePlans(state: State): void {
  describe('plans', () => {
    const rejects: readonly Reject[] = [
      {
        row: { file: 0, line: 3 },
        column: 'E-mail',
        code: 'invalid-email',
        value: 'jane@@acme',
        hint: 'Write one address.',
      },
      { row: { file: 1, line: 9 }, column: null, code: 'broken-quote', value: '"', hint: 'Close the quote.' },
    ];
    const warnings: readonly Warning[] = [
      { row: { file: 0, line: 4 }, column: 'Name', code: 'text-cut', value: 'x'.repeat(200), hint: 'Shorten it.' },
    ];
    const skips: readonly Skip[] = [{ row: { file: 0, line: 5 }, code: 'blank-row', reason: 'The row is blank.' }];
    const skippedRecords: readonly SkippedRecord[] = [
      { rows: [{ file: 0, line: 6 }], clientId: null, label: 'Nobody', reason: 'It is archived.' },
    ];

    it('gives back every part as it was, each with its own run', async () => {
      const [first, second] = [await state.store.createRun(ACME), await state.store.createRun(ACME)];
      const changes = [
        buildChange(1, 'create', {
          contacts: [
            {
              kind: 'add',
              id: null,
              label: 'J',
              fields: [{ field: 'is_primary', before: '', after: 'true' }],
            },
          ],
        }),
        buildChange(2, 'update', { label: '<script>', reason: "O'Neil \u0000 ✓" }),
        buildChange(3, 'restore'),
        buildChange(4, 'archive', { rows: [], fields: [] }),
        buildChange(5, 'delete'),
      ];
      await state.store.savePlan(first.id, {
        ...NO_PARTS,
        changes: toPlanned(changes),
        rejects,
        warnings,
        skips,
        skippedRecords,
      });
      await state.store.savePlan(second.id, { ...NO_PARTS, changes: toPlanned([buildChange(1)]) });
      await state.reopen();
      expect(await collect(state.store.readChanges(first.id))).toEqual(
        changes.map((change) => ({ change, status: 'planned', outcome: null })),
      );
      expect(await collect(state.store.readRejects(first.id))).toEqual(rejects);
      expect(await collect(state.store.readWarnings(first.id))).toEqual(warnings);
      expect(await collect(state.store.readSkips(first.id))).toEqual(skips);
      expect(await collect(state.store.readSkippedRecords(first.id))).toEqual(skippedRecords);
      expect(await collect(state.store.readChanges(second.id))).toHaveLength(1);
      expect(await collect(state.store.readRejects(second.id))).toEqual([]);
      expect(await state.store.countParts(first.id)).toEqual({
        changes: 5,
        rejects: 2,
        warnings: 1,
        skips: 1,
        skippedRecords: 1,
      });
      expect(await state.store.countParts(second.id)).toEqual({
        changes: 1,
        rejects: 0,
        warnings: 0,
        skips: 0,
        skippedRecords: 0,
      });
    });

    it('reads many in the order of the plan, over several pages, while they are being finished', async () => {
      const total = 1_777;
      const { id } = await state.store.createRun(ACME);
      const descending = Array.from({ length: total }, (_, index) => buildChange(total - index));
      const many = Array.from({ length: total }, (_, index) => ({
        ...rejects[0]!,
        row: { file: 0, line: total - index },
      }));
      await state.store.savePlan(id, { ...NO_PARTS, changes: toPlanned(descending), rejects: many });
      const lease = await takeLease(state.store, id);
      const seen: number[] = [];
      for await (const { change } of state.store.readChanges(id, 'planned')) {
        seen.push(change.seq);
        if (change.seq % 100 !== 0) continue;
        const seqs = Array.from({ length: 100 }, (_, index) => change.seq - index);
        await state.store.beginChanges(id, seqs, lease);
        await state.store.finishChanges(
          id,
          seqs.map((seq) => buildOutcome(seq)),
        );
      }
      expect(seen).toEqual(Array.from({ length: total }, (_, index) => index + 1));
      expect((await collect(state.store.readRejects(id))).map((reject) => reject.row.line)).toEqual(
        many.map((reject) => reject.row.line),
      );
      expect(await collect(state.store.readChanges(id, 'planned'))).toHaveLength(77);
      expect(await collect(state.store.readChanges(id, 'done'))).toHaveLength(1_700);
    });

    it('stores all of a plan or nothing', async () => {
      const { id } = await state.store.createRun(ACME);
      function* breaking(): Generator<SkippedRecord> {
        yield* skippedRecords;
        throw new Error('the plan broke off');
      }
      const changes = Array.from({ length: 450 }, (_, index) => buildChange(index + 1));
      const parts = { ...NO_PARTS, changes: toPlanned(changes), rejects, claims: [buildClaim('a')] };
      await expect(state.store.savePlan(id, { ...parts, skippedRecords: breaking() })).rejects.toThrow('broke off');
      expect(await collect(state.store.readChanges(id))).toEqual([]);
      expect(await collect(state.store.readRejects(id))).toEqual([]);

      await state.store.adopt(id);
      expect((await state.store.readOwned(TARGET, 'acme')).size).toBe(0);

      await state.store.savePlan(id, parts);
      expect(await collect(state.store.readChanges(id))).toHaveLength(450);
      expect(await collect(state.store.readRejects(id))).toHaveLength(2);
      await state.store.adopt(id);
      expect((await state.store.readOwned(TARGET, 'acme')).size).toBe(1);
    });

    it('takes a plan back of which nothing was sent, and that of no other run', async () => {
      const [first, second] = [await state.store.createRun(ACME), await state.store.createRun(ACME)];
      const parts = {
        ...NO_PARTS,
        changes: toPlanned([buildChange(1), buildChange(2)]),
        rejects,
        warnings,
        skips,
        skippedRecords,
        claims: [buildClaim('a')],
      };
      for (const { id } of [first, second]) await state.store.savePlan(id, parts);
      await state.store.clearPlan(first.id);
      await state.reopen();
      expect(await state.store.countParts(first.id)).toEqual({
        changes: 0,
        rejects: 0,
        warnings: 0,
        skips: 0,
        skippedRecords: 0,
      });
      await state.store.adopt(first.id);
      expect((await state.store.readOwned(TARGET, 'acme')).size).toBe(0);
      expect((await state.store.countParts(second.id)).changes).toBe(2);
      // It can be planned again, and to clear what is not there is nothing.
      await state.store.clearPlan(first.id);
      await state.store.savePlan(first.id, { ...parts, changes: toPlanned([buildChange(1)]) });
      expect(await collect(state.store.readChanges(first.id))).toHaveLength(1);
    });

    it('never forgets what was sent, or may have been', async () => {
      const { id } = await state.store.createRun(ACME);
      await state.store.savePlan(id, { ...NO_PARTS, changes: toPlanned([buildChange(1), buildChange(2)]), rejects });
      const lease = await takeLease(state.store, id);
      await state.store.beginChanges(id, [1], lease);
      await expect(state.store.clearPlan(id)).rejects.toThrow('nothing of the plan');
      await state.store.finishChanges(id, [buildOutcome(1)]);
      await expect(state.store.clearPlan(id)).rejects.toThrow('nothing of the plan');
      expect(await collect(state.store.readChanges(id))).toHaveLength(2);
      expect(await collect(state.store.readRejects(id))).toHaveLength(2);
    });

    it('is stored under a lease only while nobody else has the target', async () => {
      const { id } = await state.store.createRun(ACME);
      const parts = { ...NO_PARTS, changes: toPlanned([buildChange(1)]) };
      const lease = await takeLease(state.store, id);
      await state.store.breakLease(TARGET);
      await expect(state.store.savePlan(id, parts, lease)).rejects.toMatchObject({ code: 'lease-lost' });
      expect(await collect(state.store.readChanges(id))).toEqual([]);
      await state.store.savePlan(id, parts, await takeLease(state.store, id));
      expect(await collect(state.store.readChanges(id))).toHaveLength(1);
    });
  });
}
