/**
 * A worker dies between any two steps; another one goes on. What there is in the end is what there is without a crash:
 * nothing is lost, nothing is there twice, and there is one run.
 */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type * as FileSystem from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import type { Run } from '../../../src/run/store.js';
import { DropFolder } from '../../../src/worker/drop/folder.js';
import { buildZip } from '../../support/zip.js';
import { CSV, listPlace, provideStage } from './stage.js';

/** How many steps the worker has left; what a dead worker tries fails. */
const life = vi.hoisted(() => ({ left: Number.POSITIVE_INFINITY, steps: 0 }));

function step(): void {
  if (life.left <= 0) throw new Error('the worker is dead');
  life.left -= 1;
  life.steps += 1;
}

vi.mock('node:fs/promises', async (load) => {
  const real = await load<typeof FileSystem>();
  const mortal = Object.fromEntries(
    (['mkdir', 'rename', 'writeFile', 'link', 'unlink', 'rm', 'rmdir', 'copyFile'] as const).map((name) => {
      const act = real[name] as (...given: readonly unknown[]) => Promise<unknown>;
      const once = (...given: readonly unknown[]): Promise<unknown> => {
        step();
        return act(...given);
      };
      return [name, async (...given: readonly unknown[]) => await once(...given)];
    }),
  );
  return { ...real, ...mortal };
});

const stage = provideStage();

interface Scene {
  readonly drop: object;
  readonly files: Readonly<Record<string, string | Buffer>>;
  /** Lies there, and has its run, before the scene begins. */
  readonly before?: Readonly<Record<string, string>>;
  /** The run that the first worker made ends before the second one comes. */
  readonly ends?: boolean;
}

const SCENES: Readonly<Record<string, Scene>> = {
  'a file': { drop: { complete: 'rename' }, files: { 'a.csv': CSV } },
  'a file with a marker': { drop: { complete: 'marker' }, files: { 'a.csv': CSV, 'a.csv.done': 'rows=2' } },
  'a file that settles': { drop: { complete: 'settle' }, files: { 'a.csv': CSV } },
  'two files that belong together, with markers': {
    drop: { complete: 'marker', together: ['a*', 'b*'] },
    files: { 'a.csv': CSV, 'a.csv.ok': '', 'b.csv': 'Email\na@b.example\n', 'b.csv.ok': '' },
  },
  'a gzip': { drop: { complete: 'rename' }, files: { 'a.csv.gz': gzipSync(CSV) } },
  'a zip with a document': {
    drop: { complete: 'rename' },
    files: {
      'a.zip': buildZip([
        { name: 'a.csv', content: CSV },
        { name: 'd/a.pdf', content: '%PDF' },
      ]),
    },
  },
  'a file that is not as its marker says': {
    drop: { complete: 'marker' },
    files: { 'a.csv': CSV, 'a.csv.done': 'rows=3' },
  },
  'a file that waits in vain': {
    drop: { complete: 'rename', together: ['a*', 'b*'], wait: '1m' },
    files: { 'a.csv': CSV },
  },
  'content that came before': { drop: { complete: 'rename' }, before: { 'old.csv': CSV }, files: { 'a.csv': CSV } },
  'a run that ends': { drop: { complete: 'rename' }, files: { 'a.csv': CSV }, ends: true },
};

/** What there is when nobody has anything left to do. */
interface End {
  readonly places: Readonly<Record<string, readonly string[]>>;
  readonly runs: readonly (readonly string[])[];
  /** Content of each run's files, wherever they are by now. */
  readonly contents: readonly string[];
  /** Every run was told of. */
  readonly told: boolean;
}

/** Plays a scene in a folder of its own, with a worker that dies after so many steps, and then with one that lives. */
async function play(scene: Scene, name: string, steps: number): Promise<End> {
  const folder = path.join(stage.folder, name);
  mkdirSync(folder, { recursive: true });
  const told = new Set<number>();
  const onRun = (run: Run): void => {
    step();
    told.add(run.id);
  };
  const open = (): DropFolder => {
    const entry = stage.job({ ...scene.drop, folder }, name);
    if (entry.job.drop === undefined) throw new Error('the job has a drop folder');
    const store = {
      createRunOnce: mortal(stage.store.createRunOnce.bind(stage.store)),
      updateRun: mortal(stage.store.updateRun.bind(stage.store)),
      releaseContent: mortal(stage.store.releaseContent.bind(stage.store)),
      releaseReplaced: mortal(stage.store.releaseReplaced.bind(stage.store)),
      noteArrival: mortal(stage.store.noteArrival.bind(stage.store)),
      findRun: stage.store.findRun.bind(stage.store),
      readChanges: stage.store.readChanges.bind(stage.store),
      listRunFiles: stage.store.listRunFiles.bind(stage.store),
    };
    return new DropFolder(entry, entry.job.drop, { ...stage, store, onRun });
  };
  const work = async (folderOf: DropFolder, endsRuns: boolean): Promise<void> => {
    for (let look = 0; look < 12; look += 1) {
      await folderOf.look(true);
      if (endsRuns) await endRuns(name);
      stage.pass(20_000);
    }
  };
  const put = (files: Scene['files']): void => {
    for (const [file, content] of Object.entries(files)) writeFileSync(path.join(folder, file), content);
  };
  put(scene.before ?? {});
  await work(open(), false);
  put(scene.files);
  life.left = steps;
  life.steps = 0;
  await work(open(), scene.ends === true);
  const used = life.steps;
  life.left = Number.POSITIVE_INFINITY;
  await work(open(), scene.ends === true);
  life.steps = used;
  return await describeEnd(folder, name, told);
}

const mortal =
  <Given extends readonly unknown[], Result>(act: (...given: Given) => Promise<Result>) =>
  async (...given: Given): Promise<Result> => {
    step();
    return await act(...given);
  };

async function endRuns(job: string): Promise<void> {
  for (const run of await stage.runs()) {
    if (run.job !== job || run.status !== 'queued') continue;
    for (const status of ['reading', 'planned', 'done'] as const) await stage.store.updateRun(run.id, { status });
  }
}

async function describeEnd(folder: string, job: string, told: ReadonlySet<number>): Promise<End> {
  const runs = (await stage.runs()).filter((run) => run.job === job);
  const paths = runs.map((run) => run.request?.paths ?? []);
  const places = readdirSync(folder).filter((name) => ['processing', 'done', 'failed'].includes(name));
  return {
    places: Object.fromEntries(['.', ...places].map((place) => [place, listPlace(path.join(folder, place))])),
    runs: paths.map((files) => files.map((file) => path.basename(file))),
    contents: paths.flat().map((file) => readFileSync(file, 'utf8')),
    told: runs.every((run) => told.has(run.id) || run.status === 'done'),
  };
}

describe('a worker that dies between any two steps', () => {
  it.each(Object.entries(SCENES))('of %s: the next one ends it as if nothing had been', async (_name, scene) => {
    const undisturbed = await play(scene, 'undisturbed', Number.POSITIVE_INFINITY);
    const steps = life.steps;
    expect(steps).toBeGreaterThan(4);
    expect(undisturbed.places['.']).toEqual([]);
    expect(undisturbed.told).toBe(true);
    for (let left = 0; left < steps; left += 1) {
      const end = await play(scene, `dies-after-${left}`, left);
      expect({ left, ...end }).toEqual({ left, ...undisturbed });
    }
  });
});
