import { appendFileSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { openStore } from '../../../src/run/open-store.js';
import type { Run, Store } from '../../../src/run/store.js';
import type { DropJob } from '../../../src/worker/drop/intake.js';
import { watchDrops } from '../../../src/worker/drop/watch.js';
import type { DropWatch } from '../../../src/worker/drop/watch.js';
import { CSV, provideStage } from './stage.js';

const stage = provideStage();
const open: (Store | DropWatch)[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

interface Watched {
  readonly watch: DropWatch;
  readonly runs: readonly Run[];
  /** Resolves when so many runs were told of. */
  readonly told: (count: number) => Promise<void>;
}

/** Watches in real time; nothing but events makes it look, unless `pollMs` is given. */
function start(jobs: readonly DropJob[], { store = stage.store, pollMs = 3_600_000 } = {}): Watched {
  const runs: Run[] = [];
  const waiting = new Set<() => void>();
  const onRun = (run: Run): void => {
    runs.push(run);
    for (const check of waiting) check();
  };
  const watch = watchDrops({ jobs, store, onRun, log: stage.log, pollMs });
  open.unshift(watch);
  const told = (count: number): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (runs.length >= count) resolve();
      };
      waiting.add(check);
      check();
    });
  return { watch, runs, told };
}

async function openSameStore(): Promise<Store> {
  const store = await openStore({ dataDir: path.join(stage.folder, '..', 'state') });
  open.push(store);
  return store;
}

const contentOf = (run: Run | undefined): string => readFileSync(run?.request?.paths[0] ?? '', 'utf8');

describe('watching', () => {
  it('takes what lies there already, and what comes, without being asked', async () => {
    stage.put('a.csv', CSV);
    const { runs, told } = start([stage.job({ complete: 'rename' })]);
    await told(1);
    writeFileSync(path.join(stage.folder, 'b.csv.part'), `${CSV}Gamma,Trier\n`);
    renameSync(path.join(stage.folder, 'b.csv.part'), path.join(stage.folder, 'b.csv'));
    await told(2);
    expect(runs.map((run) => path.basename(run.request?.paths[0] ?? ''))).toEqual(['a.csv', 'b.csv']);
  });

  it('takes each of 200 files that come at once exactly once, whichever of two workers does it', async () => {
    const job = stage.job({ complete: 'rename' });
    const workers = [start([job]), start([job], { store: await openSameStore() })];
    await Promise.all(workers.map(({ watch }) => watch.sweep()));
    const contents = Array.from({ length: 200 }, (_, index) => `Name,City\nClient ${index},Köln\n`);
    for (const [index, content] of contents.entries()) writeFileSync(path.join(stage.folder, `${index}.csv`), content);
    await Promise.all(workers.map(({ watch }) => watch.sweep()));
    const runs = await stage.runs();
    expect(runs.map(contentOf).toSorted()).toEqual(contents.toSorted());
    const told = workers.flatMap((worker) => worker.runs.map((run) => run.id));
    expect(told.toSorted((a, b) => a - b)).toEqual(runs.map((run) => run.id));
    expect(stage.files()).toEqual([]);
    expect(stage.files('processing')).toHaveLength(200);
  });

  it('takes a file that grows for seconds when it is whole', async () => {
    const { runs, told } = start([stage.job({ settle: '500ms' })]);
    const file = path.join(stage.folder, 'a.csv');
    let whole = 'Name,City\n';
    writeFileSync(file, whole);
    for (let row = 0; row < 25; row += 1) {
      await pause(80);
      const line = `Client ${row},Köln\n`;
      appendFileSync(file, line);
      whole += line;
    }
    await told(1);
    expect(contentOf(runs[0])).toBe(whole);
    expect(runs).toHaveLength(1);
  });

  it('goes on when the folder was removed and made again', async () => {
    const { runs, told, watch } = start([stage.job({ complete: 'rename' })], { pollMs: 100 });
    await watch.sweep();
    rmSync(stage.folder, { recursive: true });
    await watch.sweep();
    stage.put('a.csv', CSV);
    await told(1);
    expect(contentOf(runs[0])).toBe(CSV);
  });

  it('of one folder goes on while another cannot be used', async () => {
    const broken = path.join(stage.folder, '..', 'broken');
    writeFileSync(broken, 'a file');
    const jobs = [
      stage.job({ folder: broken }, 'one'),
      stage.job({ complete: 'rename' }, 'two'),
      { ...stage.job(), job: { ...stage.job().job, drop: undefined } },
    ];
    const { watch, told } = start(jobs);
    await watch.sweep();
    stage.put('a.csv', CSV);
    await told(1);
    expect(watch.status()).toEqual([
      { job: 'one', folder: broken, waiting: 0, oldestMs: 0, readable: false },
      { job: 'two', folder: stage.folder, waiting: 0, oldestMs: 0, readable: true },
    ]);
  });

  it('takes nothing any more when it is closed', async () => {
    const { watch, runs } = start([stage.job({ complete: 'rename' })]);
    await watch.sweep();
    await watch.close();
    stage.put('a.csv', CSV);
    await watch.sweep();
    expect(runs).toEqual([]);
    expect(stage.files()).toEqual(['a.csv']);
  });

  it('keeps the run when nobody can be told of it', async () => {
    stage.put('a.csv', CSV);
    const onRun = (): never => {
      throw new Error('the queue is away');
    };
    const watch = watchDrops({ jobs: [stage.job({ complete: 'rename' })], store: stage.store, onRun, log: stage.log });
    open.unshift(watch);
    await watch.sweep();
    expect((await stage.store.listDue()).map((run) => run.id)).toEqual([1]);
    expect(stage.logged.join()).toContain('the queue is away');
  });
});
