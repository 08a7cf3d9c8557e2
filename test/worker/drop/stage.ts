/** A drop folder with its job, a real state store, and a clock that only the test moves. */

import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { parseJob } from '../../../src/job/load.js';
import { openStore } from '../../../src/run/open-store.js';
import type { Run, Store } from '../../../src/run/store.js';
import { DropFolder } from '../../../src/worker/drop/folder.js';
import type { DropJob } from '../../../src/worker/drop/intake.js';

const TARGET = 'https://ninja.example';
export const CSV = 'Name,City\nAcme,Köln\nBeta,Bonn\n';
/** Far from the times that the file system notes: whatever lies in `processing` counts as left by a crash. */
const START = Date.parse('2020-01-02T03:04:05.006Z');

export interface Stage {
  /** The drop folder. */
  readonly folder: string;
  readonly store: Store;
  /** Ids of the runs that were told of, in order. */
  readonly told: readonly number[];
  readonly logged: readonly string[];
  /** ms since the test began. */
  readonly clock: () => number;
  readonly now: () => string;
  pass(ms: number): void;
  /** @param drop settings beside the folder */
  job(drop?: object, name?: string): DropJob;
  /** A worker that knows nothing yet. */
  open(drop?: object, name?: string): DropFolder;
  /** @param mtimeS seconds since the test began */
  put(name: string, content: string | Buffer, mtimeS?: number): void;
  /** Files of a place of the folder, as `name` or `TAKE/name` with `TAKE` by its stem, without notes of our own. */
  files(place?: string): readonly string[];
  runs(): Promise<readonly Run[]>;
  onRun(run: Run): void;
  readonly log: { info(context: object, text: string): void; warn(context: object, text: string): void };
}

export function provideStage(): Stage {
  let root = '';
  let store: Store;
  let told: number[] = [];
  let logged: string[] = [];
  let passed = 0;

  beforeEach(async () => {
    root = mkdtempSync(path.join(tmpdir(), 'ninja-sync-drop-'));
    mkdirSync(path.join(root, 'in'));
    store = await openStore({ dataDir: path.join(root, 'state') });
    [told, logged, passed] = [[], [], 0];
  });

  afterEach(async () => {
    await store.close();
    rmSync(root, { recursive: true, force: true });
  });

  const stage: Stage = {
    get folder() {
      return path.join(root, 'in');
    },
    get store() {
      return store;
    },
    get told() {
      return told;
    },
    get logged() {
      return logged;
    },
    clock: () => passed,
    now: () => new Date(START + passed).toISOString(),
    pass: (ms) => {
      passed += ms;
    },
    job: (drop = {}, name = 'shop') => {
      const file = { drop: { folder: stage.folder, ...drop } };
      return { job: parseJob(JSON.stringify(file), `/jobs/${name}.yaml`, { layouts: [] }), target: TARGET };
    },
    open: (drop, name) => {
      const entry = stage.job(drop, name);
      if (entry.job.drop === undefined) throw new Error('the job has a drop folder');
      return new DropFolder(entry, entry.job.drop, stage);
    },
    put: (name, content, mtimeS) => {
      const file = path.join(stage.folder, name);
      writeFileSync(file, content);
      const time = (START + (mtimeS === undefined ? passed : mtimeS * 1000)) / 1000;
      utimesSync(file, time, time);
    },
    files: (place = '.') => listPlace(path.join(stage.folder, place)),
    runs: async () => (await store.listRuns(1000)).toReversed(),
    onRun: (run) => void told.push(run.id),
    log: {
      info: (_context, text) => void logged.push(text),
      warn: (context, text) => void logged.push(`${text}: ${JSON.stringify(context)}`),
    },
  };
  return stage;
}

/** As `name`, or `STEM/name` for what is in a take; without what takes note for themselves. */
export function listPlace(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((name) => {
      const file = path.join(folder, name);
      if (!statSync(file).isDirectory()) return [name];
      if (!/^(?:\.back-)?\d{8}T/.test(name)) return [];
      return readdirSync(file).map((inner) => `${name.replace(/^.*?Z-[\da-f]{8}-/, '')}/${inner}`);
    })
    .filter((name) => !/(?:^|\/)\.(?:take\.json|run)$/.test(name))
    .toSorted();
}
