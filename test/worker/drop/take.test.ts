import { mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isWhole, listTakes, putBack, readMarker, takeFiles } from '../../../src/worker/drop/take.js';
import type { Intent } from '../../../src/worker/drop/take.js';
import { CSV, provideStage } from './stage.js';

const stage = provideStage();

const intent = (over: Partial<Intent> = {}): Intent => ({
  job: 'shop',
  files: ['a.csv'],
  markers: [],
  reason: null,
  ...over,
});
const take = (over?: Partial<Intent>) => takeFiles(stage.folder, intent(over), stage.now());

describe('taking files', () => {
  it('moves them into a folder that is named by time and file', async () => {
    stage.put('a.csv', CSV);
    stage.put('a.csv.done', '');
    const taken = await take({ markers: ['a.csv.done'] });
    expect(taken?.id).toMatch(/^20200102T030405006Z-[\da-f]{8}-a$/);
    expect(stage.files('processing')).toEqual(['a/a.csv', 'a/a.csv.done']);
    expect(await listTakes(stage.folder, 'shop')).toEqual([taken]);
    expect(await listTakes(stage.folder, 'another')).toEqual([]);
  });

  it('gives each file to one of many that try', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `${index}.csv`);
    for (const name of names) stage.put(name, name);
    const tries = names.flatMap((name) => [1, 2, 3].map(() => take({ files: [name] })));
    const taken = (await Promise.all(tries)).filter((one) => one !== null);
    expect(taken.flatMap((one) => one.files).toSorted()).toEqual(names.toSorted());
    for (const one of taken) expect(readFileSync(path.join(one.path, one.files[0] ?? ''), 'utf8')).toBe(one.files[0]);
    expect(await listTakes(stage.folder, 'shop')).toHaveLength(20);
    expect(stage.files()).toEqual([]);
  });

  it('takes all or none of those that belong together', async () => {
    stage.put('a.csv', CSV);
    stage.put('a.csv.done', '');
    expect(await take({ files: ['a.csv', 'b.csv'], markers: ['a.csv.done'] })).toBeNull();
    expect(stage.files()).toEqual(['a.csv', 'a.csv.done']);
    expect(readdirSync(path.join(stage.folder, 'processing'))).toEqual([]);
  });
});

describe('putting back', () => {
  it('does not replace a newer file of the same name', async () => {
    stage.put('a.csv', CSV);
    stage.put('b.csv', 'old');
    const taken = await take({ files: ['b.csv', 'a.csv'] });
    if (taken === null) throw new Error('it is taken');
    renameSync(path.join(taken.path, 'a.csv'), path.join(stage.folder, 'a.csv'));
    stage.put('b.csv', 'new');
    expect(await putBack(taken)).toBe(true);
    expect(stage.files()).toEqual(['a.csv', 'b.csv']);
    expect(readFileSync(path.join(stage.folder, 'b.csv'), 'utf8')).toBe('new');
    expect(stage.files('failed')).toEqual(['b/b.csv', 'b/b.csv.reason.txt']);
  });

  it('leaves a take that turns out to be whole to its worker', async () => {
    stage.put('a.csv', CSV);
    const taken = await take();
    if (taken === null) throw new Error('it is taken');
    expect(await putBack(taken)).toBe(false);
    expect(await isWhole(taken)).toBe(true);
  });

  it('does nothing when another worker was faster', async () => {
    stage.put('a.csv', CSV);
    const taken = await take();
    if (taken === null) throw new Error('it is taken');
    renameSync(taken.path, path.join(stage.folder, 'elsewhere'));
    expect(await putBack(taken)).toBe(true);
  });
});

it('passes over folders that are no takes', async () => {
  for (const name of ['docs', '20200102T030405006Z-00000000-x'])
    mkdirSync(path.join(stage.folder, 'processing', name), { recursive: true });
  expect(await listTakes(stage.folder, 'shop')).toEqual([]);
});

it('reads a large marker up to its limit', async () => {
  stage.put('a.csv', CSV);
  writeFileSync(path.join(stage.folder, 'a.csv.done'), 'x'.repeat(1_000_000));
  const taken = await take({ markers: ['a.csv.done'] });
  if (taken === null) throw new Error('it is taken');
  expect(await readMarker(taken, 'a.csv.done')).toHaveLength(65_536);
});
