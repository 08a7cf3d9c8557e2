import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openMigrated, openStore } from '../../../src/run/open-store.js';
import type { StateOptions } from '../../../src/run/open-store.js';
import { copyState } from '../../../src/run/state/copy.js';
import { openPostgres } from '../../support/postgres.js';
import type { TestPostgres } from '../../support/postgres.js';
import { buildChange, buildClaim, buildOutcome, NO_PARTS, toPlanned } from '../build.js';
import { ACME, TARGET, collect, takeLease } from './engine.js';

const CHANGES = 1_300;

let postgres: TestPostgres;
let folder: string;
let sqlite: StateOptions;

beforeAll(async () => {
  postgres = await openPostgres();
}, 60_000);

afterAll(() => postgres.close());

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-copy-'));
  sqlite = { dataDir: folder };
  return () => rmSync(folder, { recursive: true, force: true });
});

async function fill(options: StateOptions): Promise<void> {
  const store = await openStore(options);
  await store.createRun(ACME);
  const { id } = await store.createRun(ACME);
  const changes = Array.from({ length: CHANGES }, (_, nth) => buildChange(nth + 1));
  const claims = changes.map(({ seq }) => buildClaim(`Client ${seq} – Köln`, { change: seq }));
  await store.savePlan(id, { ...NO_PARTS, changes: toPlanned(changes), claims });
  const lease = await takeLease(store, id);
  await store.beginChanges(id, [1, 2, 3], lease);
  await store.finishChanges(id, [buildOutcome(1), buildOutcome(2)]);
  await store.releaseLease(lease);
  await store.claimContent({ job: 'acme', digest: 'ab'.repeat(32), runId: id, name: 'a.csv' });
  const at = '2026-11-22T10:00:00.000Z';
  await store.noteFetched('acme', 'https://a.example/x.csv', { version: '"1"', runId: id, at });
  await store.notePoll({ job: 'acme', at, ok: true, message: 'fetched' });
  await store.close();
}

async function copy(from: StateOptions, to: StateOptions): Promise<Readonly<Record<string, number>>> {
  const [one, other] = [await openMigrated(from), await openMigrated(to)];
  try {
    return await copyState(one, other);
  } finally {
    await one.destroy();
    await other.destroy();
  }
}

async function everythingOf(options: StateOptions): Promise<unknown> {
  const store = await openStore(options);
  const owned = await store.readOwned(TARGET, 'acme');
  const held = {
    runs: await store.listRuns(100),
    changes: await collect(store.readChanges(2)),
    owned: [...owned].map((id) => [id, owned.baselineHashOf(id), owned.absencesOf(id)]),
    baselines: [...(await store.readBaselines(TARGET, 'acme', [...owned]))],
    parts: await store.countParts(2),
    fetched: await store.readFetched('acme', 'https://a.example/x.csv'),
    polls: await store.listPolls(),
  };
  await store.close();
  return held;
}

describe('a state that is copied', () => {
  it('to PostgreSQL and back is the same, and goes on where it was', async () => {
    await fill(sqlite);
    const shared = { dataDir: folder, stateUrl: await postgres.createDatabase() };
    const counts = await copy(sqlite, shared);
    expect(counts).toMatchObject({
      runs: 2,
      changes: CHANGES,
      claims: CHANGES,
      owned: 2,
      leases: 1,
      ledger: 1,
      fetched: 1,
      polls: 1,
    });
    expect(await everythingOf(shared)).toEqual(await everythingOf(sqlite));

    const back = { dataDir: folder, stateUrl: path.join(folder, 'back.db') };
    expect(await copy(shared, back)).toEqual(counts);
    expect(await everythingOf(back)).toEqual(await everythingOf(sqlite));

    for (const options of [shared, back]) {
      const store = await openStore(options);
      expect((await store.createRun(ACME)).id).toBe(3);
      const lease = await takeLease(store, 2);
      expect(lease.token).toBe(2);
      await store.beginChanges(2, [3, 4], lease);
      await store.finishChanges(2, [buildOutcome(3)]);
      await store.close();
    }
  });

  it('is never mixed with another', async () => {
    await fill(sqlite);
    const used = { dataDir: path.join(folder, 'used') };
    await fill(used);
    const before = await everythingOf(used);
    await expect(copy(sqlite, used)).rejects.toMatchObject({
      code: 'state-unusable',
      message: expect.stringContaining('in use'),
    });
    expect(await everythingOf(used)).toEqual(before);
  });

  it('is not copied while a run writes', async () => {
    await fill(sqlite);
    const store = await openStore(sqlite);
    await takeLease(store, 2);
    await store.close();
    const shared = { dataDir: folder, stateUrl: await postgres.createDatabase() };
    await expect(copy(sqlite, shared)).rejects.toMatchObject({ code: 'target-busy' });
  });
});
