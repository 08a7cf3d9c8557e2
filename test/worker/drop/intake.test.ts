import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../../src/run/open-store.js';
import { enterTake } from '../../../src/worker/drop/intake.js';
import { takeFiles } from '../../../src/worker/drop/take.js';
import type { Take } from '../../../src/worker/drop/take.js';
import { buildZip } from '../../support/zip.js';
import { CSV, provideStage } from './stage.js';

const stage = provideStage();

async function take(name: string, content: string | Buffer): Promise<Take> {
  stage.put(name, content);
  const taken = await takeFiles(stage.folder, { job: 'shop', files: [name], markers: [], reason: null }, stage.now());
  if (taken === null) throw new Error(`${name} is taken`);
  return taken;
}

describe('a take', () => {
  it('becomes a queued run that says what the job allows', async () => {
    const taken = await take('a.csv', CSV);
    const { job, target } = stage.job();
    const limited = { ...job, window: { hours: '22:00-06:00', timezone: 'UTC' }, share: 0.5 };
    const intake = await enterTake(stage.store, { job: limited, target }, taken);
    expect(intake).toMatchObject({
      kind: 'run',
      run: {
        job: 'shop',
        target,
        status: 'queued',
        request: {
          paths: [path.join(taken.path, 'a.csv')],
          origin: 'drop',
          window: { hours: '22:00-06:00', timezone: 'UTC' },
          share: 0.5,
          approved: false,
        },
      },
    });
  });

  it('becomes the same run however often it is entered', async () => {
    const taken = await take('a.csv', CSV);
    const all = await Promise.all([1, 2, 3].map(() => enterTake(stage.store, stage.job(), taken)));
    const later = await enterTake(stage.store, stage.job(), taken);
    expect([...all, later].map((intake) => (intake.kind === 'run' ? intake.run.id : intake.kind))).toEqual([
      1, 1, 1, 1,
    ]);
    expect(await stage.runs()).toHaveLength(1);
  });

  it('of many with the same content becomes one run, whichever process is first', async () => {
    const other = await openStore({ dataDir: path.join(stage.folder, '..', 'state') });
    const takes: Take[] = [];
    for (let index = 0; index < 10; index += 1) takes.push(await take(`${index}.csv`, CSV));
    const intakes = await Promise.all(
      takes.map((one, index) => enterTake(index % 2 === 0 ? stage.store : other, stage.job(), one)),
    );
    await other.close();
    expect(intakes.filter((intake) => intake.kind === 'run')).toHaveLength(1);
    expect(intakes.filter((intake) => intake.kind === 'known')).toHaveLength(9);
    expect(await stage.runs()).toHaveLength(1);
    expect(stage.files('done').filter((name) => name.endsWith('.note.txt'))).toHaveLength(9);
  });

  it('is told apart by the documents that came with it', async () => {
    const zipOf = (document: string): Buffer =>
      buildZip([
        { name: 'a.csv', content: CSV },
        { name: 'docs/a.pdf', content: document },
      ]);
    const takes = [
      await take('a.zip', zipOf('one')),
      await take('b.zip', zipOf('two')),
      await take('c.zip', zipOf('one')),
    ];
    const kinds: string[] = [];
    for (const one of takes.slice(0, 2)) kinds.push((await enterTake(stage.store, stage.job(), one)).kind);
    const { name } = stage.job().job;
    // No run has read anything yet; but the third one shows that an export came.
    expect(await stage.store.findLastArrival(name)).toBeNull();
    for (const one of takes.slice(2)) kinds.push((await enterTake(stage.store, stage.job(), one)).kind);
    expect(await stage.store.findLastArrival(name)).not.toBeNull();
    expect(kinds).toEqual(['run', 'run', 'known']);
  });

  it('stays as it is when the state cannot be written, and may be entered later', async () => {
    const taken = await take('a.csv', CSV);
    const broken = {
      createRunOnce: () => Promise.reject(new Error('the disk is full')),
      findRun: () => Promise.resolve(undefined),
      noteArrival: () => Promise.resolve(),
      releaseReplaced: () => Promise.resolve(),
    };
    await expect(enterTake(broken, stage.job(), taken)).rejects.toThrow('the disk is full');
    expect(readFileSync(path.join(taken.path, 'a.csv'), 'utf8')).toBe(CSV);
    expect(await enterTake(stage.store, stage.job(), taken)).toMatchObject({ kind: 'run' });
  });
});
