/**
 * Pruning over real files, a real bucket and both engines of the state, while others store files and plan. What the state
 * alone decides is in `state/prune-suite.ts`.
 */

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { claimFiles } from '../../src/run/files/claimed-files.js';
import type { FileStore } from '../../src/run/files/file-store.js';
import { storeInputs } from '../../src/run/files/inputs.js';
import { openFileStore } from '../../src/run/files/open-files.js';
import { openStore } from '../../src/run/open-store.js';
import { planPrune, prune } from '../../src/run/prune.js';
import type { PruneDeps } from '../../src/run/prune.js';
import type { Store } from '../../src/run/store.js';
import { openPostgres } from '../support/postgres.js';
import type { TestPostgres } from '../support/postgres.js';
import { openTestS3 } from '../support/s3.js';
import type { TestS3 } from '../support/s3.js';
import { buildChange, buildFile, buildRequest, NO_PARTS, toPlanned } from './build.js';
import { TARGET } from './state/engine.js';

const DAY_MS = 86_400_000;
const JOBS = [{ name: 'acme', keep: { runs: 1 } }];

let postgres: TestPostgres;
let s3: TestS3;
let folder: string;
let store: Store;
let files: FileStore;

beforeAll(async () => {
  [postgres, s3] = await Promise.all([openPostgres(), openTestS3()]);
}, 60_000);

afterAll(async () => {
  postgres.close();
  await s3.close();
});

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-prune-'));
});

afterEach(async () => {
  files.close();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const openings: [string, () => Promise<void>][] = [
  [
    'SQLite and a folder',
    async () => {
      store = await openStore({ dataDir: folder });
      files = (await openFileStore({ filesUrl: `file:${folder}/files`, s3: s3.settings }))!;
    },
  ],
  [
    'PostgreSQL and a bucket',
    async () => {
      store = await openStore({ dataDir: folder, stateUrl: await postgres.createDatabase() });
      files = (await openFileStore({ filesUrl: `s3://${await s3.createBucket()}/a`, s3: s3.settings }))!;
    },
  ],
];

describe.each(openings)('pruning over %s', (_, open) => {
  beforeEach(open);

  const claimed = (): FileStore => claimFiles(files, store);
  /** As if it was 40 days later. */
  const deps = (over: Partial<PruneDeps> = {}): PruneDeps => ({
    store,
    files,
    dataDir: folder,
    now: () => Date.now() + 40 * DAY_MS,
    ...over,
  });
  function write(name: string, content: string): string {
    const file = path.join(folder, name);
    writeFileSync(file, content);
    return file;
  }
  async function enqueue(content: string): Promise<string> {
    const inputs = await storeInputs(claimed(), [write('export.csv', content)]);
    const request = buildRequest({ inputs });
    await store.createRun({ job: 'acme', target: TARGET, files: [buildFile()], request });
    return inputs[0]?.digest ?? '';
  }
  async function end(id: number): Promise<void> {
    await store.savePlan(id, { ...NO_PARTS, changes: toPlanned([buildChange(1), buildChange(2)]) });
    for (const status of ['reading', 'planned', 'done'] as const) await store.updateRun(id, { status });
    mkdirSync(path.join(folder, 'runs', String(id)), { recursive: true });
    write(`runs/${id}/report.html`, 'a report');
  }

  it('deletes what it said before, and keeps what a kept run has', async () => {
    const digests: string[] = [];
    for (const content of ['one', 'two', 'three', 'two']) digests.push(await enqueue(content));
    for (const id of [1, 2, 3, 4]) await end(id);
    const waiting = await enqueue('waiting');
    const wanted = {
      jobs: [{ job: 'acme', runs: [1, 2, 3], notices: 0, changes: 6, claims: 0, remarks: 0 }],
      files: { count: 2, bytes: 8 },
      folders: { count: 3, bytes: 24 },
    };
    expect(await planPrune(deps(), JOBS)).toEqual(wanted);
    expect(await prune(deps(), JOBS)).toEqual(wanted);
    expect(await Promise.all(digests.map((digest) => files.has(digest)))).toEqual([false, true, false, true]);
    expect(await files.has(waiting)).toBe(true);
    expect([1, 4].map((id) => existsSync(path.join(folder, 'runs', String(id))))).toEqual([false, true]);
    expect(await store.countParts(4)).toMatchObject({ changes: 2 });
    const nothing = { jobs: [], files: { count: 0, bytes: 0 }, folders: { count: 0, bytes: 0 } };
    expect(await planPrune(deps(), JOBS)).toEqual(nothing);
    expect(await prune(deps(), JOBS)).toEqual(nothing);
  });

  it('never takes the input of a run that is being made, at whatever moment it comes', async () => {
    // Each content was the input of a run that is pruned in the end, and comes again while that happens.
    const contents = Array.from({ length: 24 }, (_unused, nth) => `export ${nth}`);
    for (const content of contents) await enqueue(content);
    await enqueue('newest');
    for (let id = 1; id <= contents.length + 1; id += 1) await end(id);
    const again = async (): Promise<string[]> => {
      const digests: string[] = [];
      for (const content of contents.toReversed()) {
        const inputs = await storeInputs(claimed(), [write('again.csv', content)]);
        const run = await store.createRun({ job: 'new', target: TARGET, files: [], request: buildRequest({ inputs }) });
        digests.push((await store.listRunFiles(run.id))[0]?.digest ?? '');
      }
      return digests;
    };
    await prune(deps({ files: null }), JOBS);
    // The day of grace of the old ones is just over, and that of those that come now begins.
    await delay(5);
    const startedAt = Date.now();
    const late = deps({ now: () => startedAt + DAY_MS });
    expect((await planPrune(late, JOBS)).files.count).toBe(contents.length);
    const [, digests] = await Promise.all([prune(late, JOBS), again()]);
    expect(await Promise.all(digests.map((digest) => files.has(digest)))).toEqual(contents.map(() => true));
  });

  it('makes who stores a file wait that is being removed, and stores it anew then', async () => {
    const digest = await enqueue('one');
    await enqueue('two');
    for (const id of [1, 2]) await end(id);
    let storing = Promise.resolve('');
    const slow: FileStore = {
      ...files,
      remove: async (wanted) => {
        // It was looked for before, and was there: without the claim it would not be sent again.
        storing = enqueue('one');
        await delay(300);
        await files.remove(wanted);
      },
    };
    expect((await prune(deps({ files: slow }), JOBS)).files.count).toBe(1);
    expect(await storing).toBe(digest);
    expect(await files.has(digest)).toBe(true);
  });

  it('leaves the rest to the next time when the file store is away', async () => {
    await enqueue('one');
    await enqueue('two');
    for (const id of [1, 2]) await end(id);
    const away: FileStore = { ...files, remove: () => Promise.reject(new Error('away')) };
    await expect(prune(deps({ files: away }), JOBS)).rejects.toThrow('away');
    expect(await store.pruning.listPruned([1, 2])).toEqual([1]);
    // Who began it is dead for the others after ten minutes.
    expect((await prune(deps({ now: () => Date.now() + 41 * DAY_MS }), JOBS)).files).toEqual({ count: 1, bytes: 3 });
  });
});
