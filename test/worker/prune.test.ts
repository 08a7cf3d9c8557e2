/** One worker of all deletes old runs; each one cleans its own disk. */

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { buildChange, buildFile, NO_PARTS, toPlanned } from '../run/build.js';
import { openStage } from './stage.js';
import type { Stage } from './stage.js';

const RUNS = 5;
const LATER_MS = 40 * 86_400_000;

let stage: Stage;

beforeEach(async () => {
  stage = await openStage();
  for (const job of [...Array.from({ length: RUNS }, () => 'acme'), 'beta', 'beta']) {
    const { id } = await stage.store.createRun({ job, target: stage.sandbox.url, files: [buildFile()] });
    await stage.store.savePlan(id, { ...NO_PARTS, changes: toPlanned([buildChange(1)]) });
    for (const status of ['planned', 'done'] as const) await stage.store.updateRun(id, { status });
  }
});

afterEach(() => stage.close());

function folderOf(dataDir: string, run: number): string {
  const folder = path.join(dataDir, 'runs', String(run));
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'report.html'), 'a report');
  return folder;
}

const pruned = (): Promise<readonly number[]> => stage.store.pruning.listPruned([1, 2, 3, 4, 5, 6, 7]);
const saying = (text: string): number => stage.logs.filter((line) => line.includes(text)).length;
const later = (): number => Date.now() + LATER_MS;

it('deletes once a day what jobs keep no longer, and nothing where they do not say', async () => {
  stage.job('beta');
  stage.job('acme', { keep: { runs: 2 } });
  const one = await stage.worker({ now: later });
  await stage.eventually(() => saying('old runs were pruned') === 1);
  expect(await pruned()).toEqual([1, 2, 3]);
  expect(await stage.store.pruning.countRows([1, 2, 3, 4, 5])).toMatchObject({ changes: 2 });

  // The next one of the fleet has another disk, and nothing else to do today.
  stage.job('acme', { keep: { runs: 1 } });
  const dataDir = path.join(stage.folder, 'other');
  const [old, kept] = [folderOf(dataDir, 1), folderOf(dataDir, 5)];
  const other = await stage.worker({ now: later, dataDir });
  await stage.eventually(() => !existsSync(old));
  await Promise.all([one.close(), other.close()]);
  expect(existsSync(kept)).toBe(true);
  expect(await pruned()).toEqual([1, 2, 3]);

  // The day is over.
  const redis = new Redis(stage.redis.url);
  await redis.del(`${stage.redis.prefix}:pruned`);
  redis.disconnect();
  await stage.worker({ now: later });
  await stage.eventually(() => saying('old runs were pruned') === 2);
  expect(await pruned()).toEqual([1, 2, 3, 4]);
});
