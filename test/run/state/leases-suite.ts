/** What every engine does with leases: one writer for each target, and nothing begun under one that was lost. */

import { beforeEach, describe, expect, it } from 'vitest';
import { SyncError } from '../../../src/errors.js';
import type { Lease, LeaseWish } from '../../../src/run/lease-store.js';
import type { Store } from '../../../src/run/store.js';
import { buildChange, buildOutcome, NO_PARTS, toPlanned } from '../build.js';
import { ACME, TARGET, collect, takeLease } from './engine.js';
import type { State } from './engine.js';

/** A lease that has run out as soon as it is taken. */
const OVER = { ttlMs: 0 } as const;

async function refusalOf(work: Promise<unknown>): Promise<SyncError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof SyncError) return error;
  throw new Error(`refused with ${String(error)}`);
}

export function describeLeases(state: State): void {
  describe('leases', () => {
    let first: number;
    let second: number;
    /** Another connection: what it does, another process does. */
    let other: Store;

    beforeEach(async () => {
      const changes = toPlanned([1, 2, 3].map((seq) => buildChange(seq)));
      first = (await state.store.createRun(ACME)).id;
      await state.store.savePlan(first, { ...NO_PARTS, changes });
      second = (await state.store.createRun(ACME)).id;
      await state.store.savePlan(second, { ...NO_PARTS, changes });
      other = await state.openAnother();
    });

    const wishOf = (runId: number, over: Partial<LeaseWish> = {}): LeaseWish => ({
      target: TARGET,
      runId,
      host: 'there',
      pid: 4711,
      ttlMs: 60_000,
      ...over,
    });

    it('gives a target to the first who asks, for the time that was asked for', async () => {
      const before = Date.now();
      const lease = await takeLease(state.store, first);
      const after = Date.now();
      expect(lease).toMatchObject({ target: TARGET, runId: first, host: 'here', pid: process.pid, token: 1 });
      expect(Date.parse(lease.since)).toBeGreaterThanOrEqual(before);
      expect(Date.parse(lease.since)).toBeLessThanOrEqual(after);
      expect(Date.parse(lease.expiresAt) - Date.parse(lease.since)).toBe(60_000);
      await state.reopen();
      expect(await state.store.listLeases()).toEqual([lease]);
    });

    it('tells the next one who has it, and leaves it with that one', async () => {
      const lease = await takeLease(state.store, first);
      expect(await other.acquireLease(wishOf(second))).toEqual({ held: lease });
      // Another run of the same process is another writer.
      expect(await other.acquireLease(wishOf(second, { host: 'here', pid: process.pid }))).toEqual({ held: lease });
      expect(await state.store.listLeases()).toEqual([lease]);
    });

    it('holds each target for itself', async () => {
      const here = await takeLease(state.store, first);
      const there = await takeLease(other, second, { target: 'https://another.example' });
      expect(await state.store.listLeases()).toEqual([there, here]);
      expect(there.token).toBe(1);
      expect(await state.store.findLease(TARGET)).toEqual(here);
      expect(await state.store.findLease('https://nobody.example')).toBeNull();
      await state.store.releaseLease(here);
      expect(await state.store.findLease(TARGET)).toBeNull();
    });

    const starts: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['nobody ever had', async () => {}],
      ['was given back', async () => state.store.releaseLease(await takeLease(state.store, second))],
      ['has run out', () => takeLease(state.store, second, OVER)],
    ];
    it.each(starts)('gives a target that %s to one of many who ask at once', async (_start, start) => {
      await start();
      const stores = [state.store, other, await state.openAnother()];
      const answers = await Promise.all(
        Array.from({ length: 30 }, (_, nth) => stores[nth % 3]!.acquireLease(wishOf(first, { host: `host-${nth}` }))),
      );
      const taken = answers.flatMap((answer) => ('taken' in answer ? [answer.taken] : []));
      expect(taken).toHaveLength(1);
      expect(answers.filter((answer) => 'held' in answer && answer.held.host === taken[0]?.host)).toHaveLength(29);
    });

    const free: readonly (readonly [string, (lease: Lease) => Promise<unknown>, Partial<LeaseWish>])[] = [
      ['was given back', (lease) => state.store.releaseLease(lease), {}],
      ['was broken', () => other.breakLease(TARGET), {}],
      ['is asked for by the same process for the same run', async () => {}, { host: 'here', pid: process.pid }],
    ];
    it.each(free)('gives it to the next one when it %s, with a larger token', async (_, end, wish) => {
      const lease = await takeLease(state.store, first);
      await end(lease);
      const answer = await other.acquireLease(wishOf(first, wish));
      expect(answer).toMatchObject({ taken: { runId: first } });
      expect('taken' in answer && answer.taken.token).toBeGreaterThan(lease.token);
    });

    it('gives it to the next one when it has run out', async () => {
      await takeLease(state.store, first, OVER);
      expect(await other.acquireLease(wishOf(second))).toMatchObject({ taken: { runId: second, token: 2 } });
    });

    it('asks whether the process lives only on the same host', async () => {
      const lease = await takeLease(state.store, first, { pid: process.ppid });
      expect(await other.acquireLease(wishOf(second, { host: 'here' }))).toEqual({ held: lease });
      await state.store.releaseLease(lease);
      // No system gives out such a number.
      const dead = await takeLease(state.store, first, { pid: 2 ** 31 - 1 });
      expect(await other.acquireLease(wishOf(second, { host: 'there' }))).toEqual({ held: dead });
      expect(await other.acquireLease(wishOf(second, { host: 'here' }))).toMatchObject({ taken: { runId: second } });
    });

    it('is extended by its holder, also after it has run out, as long as nobody took it', async () => {
      const lease = await takeLease(state.store, first, OVER);
      const renewed = await state.store.renewLease(lease, 60_000);
      expect(renewed).toEqual({ ...lease, expiresAt: renewed?.expiresAt });
      expect(renewed!.expiresAt > lease.expiresAt).toBe(true);
      expect(await other.acquireLease(wishOf(second))).toEqual({ held: renewed });
    });

    const ends: readonly (readonly [string, (lease: Lease) => Promise<unknown>])[] = [
      ['given back', (lease) => state.store.releaseLease(lease)],
      ['broken', () => other.breakLease(TARGET)],
      ['taken by another', () => other.acquireLease(wishOf(second))],
      [
        'taken by another and given back by that one',
        async () => other.releaseLease(await takeLease(other, second, { host: 'there' })),
      ],
    ];
    it.each(ends)('is not extended, and nothing is begun under it, once it was %s', async (_, end) => {
      const lease = await takeLease(state.store, first, OVER);
      await state.store.beginChanges(first, [1], lease);
      await end(lease);
      const leases = await state.store.listLeases();
      expect(await state.store.renewLease(lease, 60_000)).toBeNull();
      expect(await refusalOf(state.store.beginChanges(first, [2], lease))).toMatchObject({ code: 'lease-lost' });
      expect(await collect(state.store.readChanges(first, 'sending'))).toHaveLength(1);
      // What it tried has changed nothing for who has the target now.
      await state.store.releaseLease(lease);
      expect(await state.store.listLeases()).toEqual(leases);
    });

    it('never comes with the same token twice', async () => {
      const tokens: number[] = [];
      for (let nth = 0; nth < 5; nth += 1) {
        const lease = await takeLease(state.store, first);
        tokens.push(lease.token);
        if (nth % 2 === 0) await state.store.releaseLease(lease);
        else await state.store.breakLease(TARGET);
      }
      expect(tokens).toEqual([...new Set(tokens)].toSorted((a, b) => a - b));
      expect(tokens).toHaveLength(5);
    });

    it('lets its holder go on when it has run out and nobody wants the target', async () => {
      const lease = await takeLease(state.store, first, OVER);
      await state.store.beginChanges(first, [1, 2], lease);
      expect(await collect(state.store.readChanges(first, 'sending'))).toHaveLength(2);
    });

    it('lets the outcome of what was sent be noted after it was lost', async () => {
      const lease = await takeLease(state.store, first);
      await state.store.beginChanges(first, [1], lease);
      await other.breakLease(TARGET);
      await state.store.finishChanges(first, [buildOutcome(1)]);
      expect(await collect(state.store.readChanges(first, 'done'))).toHaveLength(1);
    });

    it('says to whom it was lost, and how to go on', async () => {
      const lease = await takeLease(state.store, first, OVER);
      const now = await takeLease(other, second, { host: 'there', pid: 4711 });
      const refusal = await refusalOf(state.store.beginChanges(first, [1], lease));
      expect(refusal).toMatchObject({ code: 'lease-lost', retry: 'later' });
      expect(refusal.message).toBe(
        `Run ${first} lost ${TARGET} to run ${second} (there, process 4711) since ${now.since}: nothing more is sent.`,
      );
      expect(refusal.hint).toContain(`ninja-sync resume ${first}`);
      await other.beginChanges(second, [1], now);
      expect(await collect(other.readChanges(second, 'sending'))).toHaveLength(1);
    });

    it('says that it was broken when nobody has the target', async () => {
      const lease = await takeLease(state.store, first);
      await other.breakLease(TARGET);
      expect((await refusalOf(state.store.beginChanges(first, [1], lease))).message).toContain(
        `Run ${first} no longer holds ${TARGET}`,
      );
    });

    it('is broken whoever has it, run out or not; where nobody has it there is nothing to break', async () => {
      expect(await other.breakLease(TARGET)).toBeNull();
      const lease = await takeLease(state.store, first);
      expect(await other.breakLease(TARGET)).toEqual(lease);
      expect(await other.breakLease(TARGET)).toBeNull();
      expect(await other.listLeases()).toEqual([]);
      const over = await takeLease(state.store, first, OVER);
      expect(await other.listLeases()).toEqual([over]);
      expect(await other.breakLease(TARGET)).toEqual(over);
    });

    it('belongs to the run that writes under it', async () => {
      const lease = await takeLease(state.store, first);
      await expect(state.store.beginChanges(second, [1], lease)).rejects.toThrow('under its own lease');
    });
  });
}
