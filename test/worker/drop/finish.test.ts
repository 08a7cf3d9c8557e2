import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FileRole } from '../../../src/run/file-book.js';
import { openFileStore } from '../../../src/run/files/open-files.js';
import type { Run, RunPatch } from '../../../src/run/store.js';
import { finishDrop } from '../../../src/worker/drop/finish.js';
import { buildChange, buildFile, NO_PARTS, toPlanned } from '../../run/build.js';
import { takeLease } from '../../run/state/engine.js';
import { CSV, provideStage } from './stage.js';

const stage = provideStage();

/** A run whose file was dropped, with a report and rejects. */
async function runOf(name: string, ...patches: readonly RunPatch[]): Promise<Run> {
  stage.put(name, CSV);
  await stage.open({ complete: 'rename' }).look(true);
  const id = stage.told.at(-1) ?? 0;
  const folder = path.join(stage.folder, '..', 'runs', String(id));
  mkdirSync(folder, { recursive: true });
  for (const file of ['report.html', 'report.json', 'rejects.csv', 'rejects-2.csv', 'changes.spill'])
    writeFileSync(path.join(folder, file), file);
  const queued = await stage.store.findRun(id);
  const files = (queued?.request?.paths ?? []).map((file) => buildFile({ path: file, name }));
  let run = await stage.store.updateRun(id, { folder, files });
  for (const patch of patches) run = await stage.store.updateRun(id, patch);
  return run;
}

const DONE: readonly RunPatch[] = [{ status: 'reading' }, { status: 'planned' }, { status: 'done' }];

describe('a run that has ended', () => {
  it('gives its file to done, with report and rejects beside it', async () => {
    const run = await runOf('a.csv', ...DONE);
    const to = await finishDrop(stage.store, run);
    expect(stage.files('done')).toEqual([
      'a/a.csv',
      'a/rejects-2.csv',
      'a/rejects.csv',
      'a/report.html',
      'a/report.json',
    ]);
    expect(stage.files('processing')).toEqual([]);
    const moved = await stage.store.findRun(run.id);
    expect(moved?.files[0]?.path).toBe(path.join(to ?? '', 'a.csv'));
    expect(moved?.request?.paths).toEqual([path.join(to ?? '', 'a.csv')]);
  });

  it.each([
    ['has report and rejects beside it that another machine made', null, ['a/a.csv', 'a/rejects.csv', 'a/report.html']],
    ['is put away without them when it was pruned', '2026-03-04T05:06:07.000Z', ['a/a.csv']],
  ])('%s', async (_what, prunedAt, there) => {
    const filesUrl = `file:${path.join(stage.folder, '..', 'store')}`;
    const files = await openFileStore({ filesUrl, s3: { region: '', pathStyle: false } });
    if (files === null) throw new Error('a folder is named');
    const run = await runOf('a.csv', ...DONE);
    const folder = run.folder ?? '';
    const stored = async (role: FileRole, name: string): Promise<void> => {
      const file = await files.put(path.join(folder, name));
      await stage.store.replaceRunFiles(run.id, [role], [{ ...file, role, name }]);
    };
    await stored('report', 'report.html');
    await stored('rejects', 'rejects.csv');
    rmSync(folder, { recursive: true });
    await finishDrop(stage.store, { ...run, prunedAt }, files);
    expect(stage.files('done')).toEqual(there);
  });

  it.each<readonly [string, readonly RunPatch[], string]>([
    ['failed', [{ status: 'failed', message: 'x.csv: is empty.' }], 'Run 1 of shop failed: x.csv: is empty.'],
    ['cancelled', [{ status: 'cancelled' }], 'Run 1 of shop was cancelled.'],
    [
      'rejected',
      [{ status: 'reading' }, { status: 'planned' }, { status: 'awaiting-approval' }, { status: 'rejected' }],
      'Run 1 of shop was refused by a person.',
    ],
  ])(
    'as %s gives its file to failed, with the reason; the content may come again',
    async (_status, patches, reason) => {
      const to = await finishDrop(stage.store, await runOf('a.csv', ...patches));
      expect(readFileSync(path.join(to ?? '', 'a.csv.reason.txt'), 'utf8')).toBe(`${reason}\n`);
      expect(stage.files('failed')).toContain('a/a.csv');
      await runOf('again.csv');
      expect(stage.told).toEqual([1, 2]);
    },
  );

  it('as failed keeps its content when something was written', async () => {
    const run = await runOf('a.csv');
    const planned = { ...NO_PARTS, changes: toPlanned([buildChange(1)]) };
    await stage.store.savePlan(run.id, planned);
    await stage.store.beginChanges(run.id, [1], await takeLease(stage.store, run.id));
    await finishDrop(
      stage.store,
      await stage.store.updateRun(run.id, { status: 'failed', message: 'the target is away' }),
    );
    stage.put('again.csv', CSV);
    await stage.open({ complete: 'rename' }).look(true);
    expect(stage.told).toEqual([1]);
  });

  it('as done keeps its content: the same file again is no run', async () => {
    await finishDrop(stage.store, await runOf('a.csv', ...DONE));
    stage.put('again.csv', CSV);
    await stage.open({ complete: 'rename' }).look(true);
    expect(stage.told).toEqual([1]);
    expect(stage.files('done')).toContain('again/again.csv.note.txt');
  });

  it('keeps a dropped file of rejects apart from its own', async () => {
    await finishDrop(stage.store, await runOf('rejects.csv', ...DONE));
    const [take = ''] = readdirSync(path.join(stage.folder, 'done'));
    expect(readFileSync(path.join(stage.folder, 'done', take, 'rejects.csv'), 'utf8')).toBe(CSV);
    expect(readFileSync(path.join(stage.folder, 'done', take, 'rejects-of-run-1.csv'), 'utf8')).toBe('rejects.csv');
  });

  it('may be finished again, and by two workers at once', async () => {
    const run = await runOf('a.csv', ...DONE);
    const [first, second] = await Promise.all([finishDrop(stage.store, run), finishDrop(stage.store, run)]);
    expect(second).toBe(first);
    expect(await finishDrop(stage.store, run)).toBe(first);
    expect(stage.files('done')).toHaveLength(5);
  });

  it('moves on from failed to done when it was carried on', async () => {
    const failed = await runOf('a.csv', { status: 'failed', message: 'the target is away' });
    await finishDrop(stage.store, failed);
    await stage.store.updateRun(failed.id, { status: 'pushing' });
    await stage.store.updateRun(failed.id, { status: 'verifying' });
    await finishDrop(stage.store, await stage.store.updateRun(failed.id, { status: 'done' }));
    expect(stage.files('failed')).toEqual([]);
    expect(stage.files('done')).toContain('a/a.csv');
    expect(stage.files('done')).not.toContain('a/a.csv.reason.txt');
  });

  it('is finished by a look when nobody did it', async () => {
    await runOf('a.csv', ...DONE);
    await stage.open().look(false);
    expect(stage.files('done')).toEqual([]);
    await stage.open().look(true);
    expect(stage.files('done')).toContain('a/a.csv');
  });
});

describe('nothing moves', () => {
  it.each<readonly [string, readonly RunPatch[]]>([
    ['waits for a person', [{ status: 'reading' }, { status: 'breached' }]],
    ['was interrupted', [{ status: 'reading' }, { status: 'interrupted' }]],
    ['has not begun', []],
  ])('while a run %s', async (_what, patches) => {
    expect(await finishDrop(stage.store, await runOf('a.csv', ...patches))).toBeNull();
    await stage.open().look(true);
    expect(stage.files('processing')).toEqual(['a/a.csv']);
  });

  it('when somebody took the files away', async () => {
    const run = await runOf('a.csv', ...DONE);
    rmSync(path.join(stage.folder, 'processing'), { recursive: true });
    expect(await finishDrop(stage.store, run)).toBeNull();
  });

  it('for a run that was enqueued by hand', async () => {
    const run = await runOf('a.csv', ...DONE);
    const request = run.request === null ? null : { ...run.request, origin: 'enqueue' as const };
    expect(await finishDrop(stage.store, await stage.store.updateRun(run.id, { request }))).toBeNull();
  });
});
