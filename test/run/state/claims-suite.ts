/** What every engine does with claims, and with what they make of the clients that a job owns. */

import { describe, expect, it } from 'vitest';
import type { Baseline } from '../../../src/plan/baseline.js';
import type { OutcomeKind } from '../../../src/plan/change.js';
import type { Claim, Store } from '../../../src/run/store.js';
import { buildChange, buildClaim, buildOutcome, NO_PARTS, toPlanned } from '../build.js';
import { ACME, TARGET, collect } from './engine.js';
import type { State } from './engine.js';

const baselineOf = (city: string): Baseline => ({
  client: { name: 'Acme', city },
  contacts: [{ email: 'j@acme.example' }],
});

/** Hashes of the tests are as large as they may be, less a little. */
const known = (clientId: string | null, city: string, over: Partial<Claim> = {}): Claim =>
  buildClaim(clientId, {
    baseline: JSON.stringify(baselineOf(city)),
    baselineHash: 0xffff_ffff - city.length,
    ...over,
  });

async function plan(store: Store, claims: readonly Claim[], job = 'acme'): Promise<number> {
  const { id } = await store.createRun({ ...ACME, job });
  const seqs = claims.flatMap(({ change }) => change ?? []);
  await store.savePlan(id, { ...NO_PARTS, changes: toPlanned(seqs.map((seq) => buildChange(seq))), claims });
  return id;
}

/** Everything that is known of the clients of a job. */
async function readKnown(store: Store, job = 'acme'): Promise<Readonly<Record<string, unknown>>> {
  const owned = await store.readOwned(TARGET, job);
  const baselines = await store.readBaselines(TARGET, job, [...owned]);
  return Object.fromEntries(
    [...owned].map((id) => [
      id,
      [baselines.get(id)?.client.city ?? null, owned.baselineHashOf(id), owned.absencesOf(id)],
    ]),
  );
}

const hashOf = (city: string): number => 0xffff_ffff - city.length;

export function describeClaims(state: State): void {
  describe('claims', () => {
    it('come true for clients that need no change when the run is applied, and not before', async () => {
      const { store } = state;
      const id = await plan(store, [
        known('a', 'Bonn'),
        buildClaim('b', { absences: 2 }),
        known(null, 'Ulm', { change: 1 }),
      ]);
      expect(await readKnown(store)).toEqual({});
      await store.adopt(id);
      await state.reopen();
      expect(await readKnown(state.store)).toEqual({ a: ['Bonn', hashOf('Bonn'), 0], b: [null, 0, 2] });
      expect((await state.store.readOwned(TARGET, 'acme')).baselineHashOf('c')).toBe(0);

      await state.store.finishChanges(id, [buildOutcome(1, 'created', { clientId: 'c' })]);
      expect(await readKnown(state.store)).toMatchObject({
        a: ['Bonn', hashOf('Bonn'), 0],
        c: ['Ulm', hashOf('Ulm'), 0],
      });
    });

    it('belong to one job at one target', async () => {
      const { store } = state;
      await store.adopt(await plan(store, [known('a', 'Bonn')]));
      await store.adopt(await plan(store, [known('a', 'Köln'), known('z', 'Ulm')], 'other'));
      const elsewhere = await store.createRun({ ...ACME, target: 'https://elsewhere.example' });
      await store.savePlan(elsewhere.id, { ...NO_PARTS, claims: [known('a', 'Trier')] });
      await store.adopt(elsewhere.id);
      expect(await readKnown(store)).toEqual({ a: ['Bonn', hashOf('Bonn'), 0] });
      expect(await readKnown(store, 'other')).toEqual({ a: ['Köln', hashOf('Köln'), 0], z: ['Ulm', hashOf('Ulm'), 0] });
      expect((await store.readOwned('https://elsewhere.example', 'acme')).size).toBe(1);
    });

    it('replace the baseline, and leave it when they have none; the absences are those of the last claim', async () => {
      const { store } = state;
      await store.adopt(await plan(store, [known('a', 'Bonn', { absences: 4 }), known('b', 'Bonn')]));
      await store.adopt(await plan(store, [known('a', 'Köln'), buildClaim('b', { absences: 1 })]));
      expect(await readKnown(store)).toEqual({ a: ['Köln', hashOf('Köln'), 0], b: ['Bonn', hashOf('Bonn'), 1] });
    });

    it('come true once: a second call does not undo what a later run has learned', async () => {
      const { store } = state;
      const first = await plan(store, [known('a', 'Bonn')]);
      await store.adopt(first);
      await store.adopt(await plan(store, [known('a', 'Köln')]));
      await store.adopt(first);
      expect(await readKnown(store)).toEqual({ a: ['Köln', hashOf('Köln'), 0] });
    });

    it('are adopted by ten thousands, with those of changes between them left alone', async () => {
      const { store } = state;
      const claims = Array.from({ length: 25_001 }, (_, nth) =>
        buildClaim(`c${nth}`, nth % 1_000 === 7 ? { change: 1 + Math.floor(nth / 1_000) } : { absences: nth % 3 }),
      );
      const id = await plan(store, claims);
      await store.adopt(id);
      const owned = await store.readOwned(TARGET, 'acme');
      const expected = claims.filter((claim) => claim.change === null);
      expect(owned.size).toBe(expected.length);
      const wrong = expected.filter(
        ({ clientId, absences }) =>
          clientId === null || !owned.has(clientId) || owned.absencesOf(clientId) !== absences,
      );
      expect(wrong).toEqual([]);
    });

    const applied: readonly OutcomeKind[] = ['created', 'updated', 'restored', 'uploaded'];
    it.each(applied)('come true with a change that was %s', async (kind) => {
      const { store } = state;
      const id = await plan(store, [known('client1', 'Bonn', { change: 1 }), known('client2', 'Ulm', { change: 2 })]);
      await store.finishChanges(id, [buildOutcome(1, kind)]);
      await state.reopen();
      expect(await readKnown(state.store)).toEqual({ client1: ['Bonn', hashOf('Bonn'), 0] });
    });

    it('come true with the change of their own run', async () => {
      const { store } = state;
      await plan(store, [known('client1', 'Köln', { change: 1 })]);
      const id = await plan(store, [known('client1', 'Bonn', { change: 1 })]);
      await plan(store, [known('client1', 'Ulm', { change: 1 })]);
      await store.finishChanges(id, [buildOutcome(1, 'updated')]);
      expect(await readKnown(store)).toEqual({ client1: ['Bonn', hashOf('Bonn'), 0] });
    });

    const unapplied: readonly OutcomeKind[] = ['failed', 'skipped', 'unchanged', 'rejected', 'archived', 'deleted'];
    it.each(unapplied)('do not come true with a change that was %s, but may later', async (kind) => {
      const { store } = state;
      const id = await plan(store, [known('client1', 'Bonn', { change: 1 })]);
      await store.finishChanges(id, [buildOutcome(1, kind)]);
      expect(await readKnown(store)).toEqual({});
      await store.finishChanges(id, [buildOutcome(1, 'updated')]);
      await store.finishChanges(id, [buildOutcome(1, 'updated')]);
      expect(await readKnown(store)).toEqual({ client1: ['Bonn', hashOf('Bonn'), 0] });
    });

    it('of a new client wait for its id', async () => {
      const { store } = state;
      const id = await plan(store, [known(null, 'Bonn', { change: 1 }), known(null, 'Ulm', { change: 2 })]);
      await store.finishChanges(id, [
        buildOutcome(1, 'created', { clientId: 'new' }),
        buildOutcome(2, 'created', { clientId: null }),
      ]);
      expect(await readKnown(store)).toEqual({ new: ['Bonn', hashOf('Bonn'), 0] });
      expect(await collect(store.readChanges(id, 'done'))).toHaveLength(2);
    });

    it('come true again when the change is sent again', async () => {
      const { store } = state;
      const id = await plan(store, [known('client1', 'Bonn', { change: 1 })]);
      await store.finishChanges(id, [buildOutcome(1, 'updated')]);
      await store.finishChanges(id, [buildOutcome(1, 'failed')]);
      await store.adopt(await plan(store, [known('client1', 'Köln')]));
      await store.reopenChanges(id, ['failed']);
      await store.finishChanges(id, [buildOutcome(1, 'updated')]);
      expect(await readKnown(store)).toEqual({ client1: ['Bonn', hashOf('Bonn'), 0] });
    });

    it.each(['archived', 'deleted'] as const)(
      'leave a client that was %s with the job, absent no more',
      async (kind) => {
        const { store } = state;
        await store.adopt(
          await plan(store, [known('client1', 'Bonn', { absences: 3 }), known('client2', 'Ulm', { absences: 3 })]),
        );
        const { id } = await store.createRun(ACME);
        await store.savePlan(id, {
          ...NO_PARTS,
          changes: toPlanned([1, 2, 3].map((seq) => buildChange(seq, 'archive'))),
        });
        await store.finishChanges(id, [buildOutcome(1, kind), buildOutcome(2, 'failed'), buildOutcome(3, kind)]);
        expect(await readKnown(store)).toEqual({
          client1: ['Bonn', hashOf('Bonn'), 0],
          client2: ['Ulm', hashOf('Ulm'), 3],
        });
      },
    );

    it('give back baselines of those that have one, for more clients than fit into a statement', async () => {
      const { store } = state;
      const ids = Array.from({ length: 3_000 }, (_, nth) => `c${nth}`);
      await store.adopt(
        await plan(
          store,
          ids.map((id, nth) => (nth % 2 === 0 ? known(id, `city ${nth}`) : buildClaim(id))),
        ),
      );
      const baselines = await store.readBaselines(TARGET, 'acme', [...ids, 'unknown']);
      expect(baselines.size).toBe(1_500);
      expect(baselines.get('c2998')).toEqual(baselineOf('city 2998'));
      expect(baselines.get('c2999')).toBeUndefined();
      expect((await store.readBaselines(TARGET, 'other', ids)).size).toBe(0);
    });

    it.each([
      ['without a change and a client', buildClaim(null)],
      ['with a baseline and no hash', known('a', 'Bonn', { baselineHash: 0 })],
      ['with a hash and no baseline', buildClaim('a', { baselineHash: 5 })],
      ['with a hash of more than 32 bits', known('a', 'Bonn', { baselineHash: 2 ** 32 })],
    ])('%s are a bug', async (_, claim) => {
      await expect(plan(state.store, [claim])).rejects.toThrow('assertion failed');
    });
  });
}
