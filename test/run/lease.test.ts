import { mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SyncError } from '../../src/errors.js';
import { holdLease } from '../../src/run/lease.js';
import type { HeldLease } from '../../src/run/lease.js';
import { openStore } from '../../src/run/open-store.js';
import { openSqlite } from '../../src/run/sqlite-store.js';
import { KyselyStore } from '../../src/run/state/kysely-store.js';
import type { Store } from '../../src/run/store.js';

const TARGET = 'https://ninja.example';
/** Short enough for a test, long enough for a machine that has other things to do. */
const SHORT_MS = 300;

describe('a lease that is held', () => {
  let dataDir: string;
  let store: Store;
  let other: Store;
  let runId: number;
  let otherRun: number;
  let held: HeldLease[];

  beforeEach(async () => {
    dataDir = mkdtempSync(path.join(tmpdir(), 'ninja-sync-lease-'));
    store = await openStore({ dataDir });
    other = new KyselyStore(openSqlite(path.join(dataDir, 'state.db'), 50));
    const start = { job: 'acme', target: TARGET, files: [] };
    runId = (await store.createRun(start)).id;
    otherRun = (await store.createRun(start)).id;
    held = [];
  });

  afterEach(async () => {
    for (const lease of held) await lease.release().catch(() => {});
    await store.close();
    await other.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function hold(options: Partial<Parameters<typeof holdLease>[1]> = {}, from = store): Promise<HeldLease> {
    const lease = await holdLease(from, { target: TARGET, runId, ...options });
    held.push(lease);
    return lease;
  }

  const refusalOf = async (work: Promise<unknown>): Promise<SyncError> => {
    const error: unknown = await work.catch((reason: unknown) => reason);
    if (error instanceof SyncError) return error;
    throw new Error('it was not refused');
  };

  const lossOf = async ({ lost }: HeldLease): Promise<SyncError> => {
    if (!lost.aborted) await new Promise((resolve) => lost.addEventListener('abort', resolve, { once: true }));
    return lost.reason as SyncError;
  };

  /** Longer than the process has any say in: another machine's run. */
  const takeFromElsewhere = (ttlMs: number): ReturnType<Store['acquireLease']> =>
    other.acquireLease({ target: TARGET, runId: otherRun, host: 'there', pid: 4711, ttlMs });

  it('is this process and this host, for half a minute, and is given back', async () => {
    const lease = await hold();
    expect(lease.lease).toMatchObject({ target: TARGET, runId, host: hostname(), pid: process.pid });
    expect(Date.parse(lease.lease.expiresAt) - Date.parse(lease.lease.since)).toBe(30_000);
    expect(lease.lost.aborted).toBe(false);
    await lease.release();
    await lease.release();
    expect(await store.listLeases()).toEqual([]);
    expect(lease.lost.aborted).toBe(false);
  });

  it('is extended again and again, and no longer once it is given back', async () => {
    const lease = await hold({ ttlMs: SHORT_MS });
    const { since } = lease.lease;
    await vi.waitUntil(() => Date.parse(lease.lease.expiresAt) - Date.parse(since) > SHORT_MS * 3);
    expect(await takeFromElsewhere(60_000)).toEqual({ held: lease.lease });
    await lease.release();
    expect(await takeFromElsewhere(60_000)).toMatchObject({ taken: { runId: otherRun, token: lease.lease.token + 1 } });

    // Another one is extended twice meanwhile.
    const clock = await hold({ target: 'https://another.example', ttlMs: SHORT_MS });
    await vi.waitUntil(() => Date.parse(clock.lease.expiresAt) - Date.parse(clock.lease.since) > SHORT_MS * 1.5);
    expect(lease.lost.aborted).toBe(false);
  });

  it('outlasts a process that is busy for longer than it lasts', async () => {
    const lease = await hold({ ttlMs: SHORT_MS });
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SHORT_MS * 2);
    expect(Date.parse(lease.lease.expiresAt)).toBeLessThan(Date.now());
    const ended = lease.lease.expiresAt;
    await vi.waitUntil(() => lease.lease.expiresAt > ended);
    expect(lease.lost.aborted).toBe(false);
  });

  it('is lost when somebody else takes the target, with who it was', async () => {
    const lease = await hold({ ttlMs: SHORT_MS });
    await other.breakLease(TARGET);
    await takeFromElsewhere(60_000);
    const loss = await lossOf(lease);
    expect(loss).toMatchObject({ code: 'lease-lost', retry: 'later' });
    expect(loss.message).toContain(`Run ${runId} lost ${TARGET} to run ${otherRun} (there, process 4711) since 2`);
    expect(loss.hint).toContain(`ninja-sync resume ${runId}`);
    await lease.release();
    expect(await store.listLeases()).toMatchObject([{ runId: otherRun }]);
  });

  it('is lost when somebody breaks it', async () => {
    const lease = await hold({ ttlMs: SHORT_MS });
    await other.breakLease(TARGET);
    expect((await lossOf(lease)).message).toContain(`Run ${runId} no longer holds ${TARGET}`);
  });

  it('is lost when it cannot be extended before it ends, with the reason', async () => {
    const lease = await hold({ ttlMs: SHORT_MS }, other);
    await other.close();
    const loss = await lossOf(lease);
    expect(loss.code).toBe('lease-lost');
    expect(loss.message).toContain('could not extend its lease');
    expect(Date.parse(lease.lease.expiresAt)).toBeLessThanOrEqual(Date.now());
  });

  it('is refused while another run has the target, with who, since when, until when and what to do', async () => {
    const answer = await takeFromElsewhere(60_000);
    const taken = 'taken' in answer ? answer.taken : undefined;
    const onWait = vi.fn();
    const refusal = await refusalOf(hold({ onWait }));
    expect(refusal).toMatchObject({ code: 'target-busy', retry: 'later' });
    expect(refusal.message).toContain(`by run ${otherRun} (there, process 4711) since ${taken?.since}`);
    expect(refusal.message).toContain(`until ${taken?.expiresAt}`);
    expect(refusal.hint).toContain(`ninja-sync unlock ${TARGET}`);
    expect(onWait).not.toHaveBeenCalled();
  });

  it('is waited for, which is told once', async () => {
    await takeFromElsewhere(1_500);
    const onWait = vi.fn();
    const lease = await hold({ waitMs: 20_000, onWait });
    expect(lease.lease.runId).toBe(runId);
    expect(onWait.mock.calls).toEqual([
      [expect.stringMatching(new RegExp(`^${TARGET} is being written by run ${otherRun} .* up to 20 s`))],
    ]);
  });

  it('is refused when the wait was not long enough', async () => {
    await takeFromElsewhere(60_000);
    const started = performance.now();
    expect((await refusalOf(hold({ waitMs: 100 }))).code).toBe('target-busy');
    expect(performance.now() - started).toBeGreaterThan(95);
  });

  it('is no longer waited for after a stop', async () => {
    await takeFromElsewhere(60_000);
    const controller = new AbortController();
    const waiting = hold({ waitMs: 60_000, signal: controller.signal, onWait: () => controller.abort() });
    expect((await refusalOf(waiting)).code).toBe('interrupted');
    expect((await refusalOf(hold({ signal: controller.signal }))).code).toBe('interrupted');
    expect(await store.listLeases()).toMatchObject([{ runId: otherRun }]);
  });
});
