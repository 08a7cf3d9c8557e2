import { mkdirSync, mkdtempSync, openSync, readdirSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import SqliteFile from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SyncError } from '../../src/errors.js';
import { openStore } from '../../src/run/sqlite-store.js';
import { buildChange, buildOutcome, NO_PARTS, toPlanned } from './build.js';
import { describeStore } from './store-suite.js';

const makeFolder = (): string => mkdtempSync(path.join(tmpdir(), 'ninja-sync-store-'));

describeStore({
  name: 'SQLite',
  source: 'run/sqlite-store.ts',
  openStore,
  makePlace: async () => {
    const dataDir = makeFolder();
    return { dataDir, remove: async () => rmSync(dataDir, { recursive: true, force: true }) };
  },
});

describe('where the SQLite store is', () => {
  let folder: string;

  beforeEach(() => {
    folder = makeFolder();
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  async function refusalOf(options: { readonly dataDir: string; readonly stateUrl?: string }): Promise<SyncError> {
    try {
      await (await openStore(options)).close();
    } catch (error) {
      if (error instanceof SyncError) return error;
      throw error;
    }
    throw new Error('it was not refused');
  }

  it('is state.db in the data folder, which is made when it is missing', async () => {
    const dataDir = path.join(folder, 'a', 'b');
    await (await openStore({ dataDir })).close();
    expect(readdirSync(dataDir)).toEqual(['state.db']);
  });

  it.each([
    ['sqlite:PLACE', 'x.db'],
    ['sqlite://PLACE', 'x.db'],
    ['file:PLACE', 'x.db'],
    ['file://PLACE', 'x.db'],
    ['PLACE', 'x.db'],
  ])('may be given as %s', async (url, name) => {
    const stateUrl = url.replace('PLACE', path.join(folder, 'sub', name));
    const store = await openStore({ dataDir: path.join(folder, 'unused'), stateUrl });
    await store.createRun({ job: 'acme', target: 'x', files: [] });
    await store.close();
    expect(readdirSync(folder)).toEqual(['sub']);
    expect(readdirSync(path.join(folder, 'sub'))).toEqual([name]);
  });

  it.each([
    ['postgres://user:hunter2@db/state', 'keeps its state in SQLite'],
    ['postgresql://user:hunter2@db/state', 'keeps its state in SQLite'],
    ['mysql://user:hunter2@db/state', '"mysql:"'],
    ['sqlite:', '"sqlite:"'],
    ['sqlite://host/state.db', '"sqlite:"'],
  ])('is never %s, and the password is not repeated', async (stateUrl, message) => {
    const refusal = await refusalOf({ dataDir: folder, stateUrl });
    expect(refusal).toMatchObject({ code: 'state-unusable', retry: 'never' });
    expect(refusal.message).toContain(message);
    expect(refusal.message + refusal.hint).toContain('STATE_URL');
    expect(refusal.message + refusal.hint).not.toContain('hunter2');
    expect(refusal.hint).toContain('sqlite:/');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is refused below a file, with the path and what to do', async () => {
    writeFileSync(path.join(folder, 'file'), '');
    const refusal = await refusalOf({ dataDir: path.join(folder, 'file', 'data') });
    expect(refusal.code).toBe('state-unusable');
    expect(refusal.message).toContain(path.join(folder, 'file', 'data', 'state.db'));
    expect(refusal.hint).toContain('DATA_DIR');
  });

  it('is refused where a folder is', async () => {
    mkdirSync(path.join(folder, 'state.db'));
    const refusal = await refusalOf({ dataDir: folder });
    expect(refusal.code).toBe('state-unusable');
    expect(refusal.message).toContain('cannot be opened');
  });

  it('is refused when the file is something else, and the file keeps its content', async () => {
    writeFileSync(path.join(folder, 'state.db'), 'name,city\n'.repeat(1000));
    const refusal = await refusalOf({ dataDir: folder });
    expect(refusal.code).toBe('state-unusable');
    expect(refusal.message).toContain('is not a file of ninja-sync');
    expect(refusal.hint).toContain('STATE_URL');
  });

  it('is refused when its pages are damaged', async () => {
    const store = await openStore({ dataDir: folder });
    const { id } = await store.createRun({ job: 'acme', target: 'x', files: [] });
    await store.savePlan(id, {
      ...NO_PARTS,
      changes: toPlanned(Array.from({ length: 500 }, (_, index) => buildChange(index + 1))),
    });
    await store.close();
    const file = openSync(path.join(folder, 'state.db'), 'r+');
    writeSync(file, Buffer.alloc(200_000, 0xa5), 0, 200_000, 16_384);

    const refusal = await (async () => {
      const damaged = await openStore({ dataDir: folder });
      try {
        for await (const _ of damaged.readChanges(id));
      } finally {
        await damaged.close();
      }
    })().catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(SyncError);
    expect(refusal).toMatchObject({ code: 'state-unusable', hint: expect.stringContaining('backup') });
  });

  it('is refused when a newer release wrote it, and taken when this one did', async () => {
    await (await openStore({ dataDir: folder })).close();
    await (await openStore({ dataDir: folder })).close();
    const file = new SqliteFile(path.join(folder, 'state.db'));
    file.prepare("insert into state_versions values (99, 'from the future', '2040-01-01T00:00:00Z')").run();
    file.close();
    const refusal = await refusalOf({ dataDir: folder });
    expect(refusal).toMatchObject({ code: 'state-unusable', retry: 'never' });
    expect(refusal.message).toContain('newer release of ninja-sync (version 99');
    expect(refusal.hint).toContain('Use that newer release');
  });

  it('waits for another writer, and says that the file is locked when it takes too long', async () => {
    const store = await openStore({ dataDir: folder }, 200);
    const { id } = await store.createRun({ job: 'acme', target: 'x', files: [] });
    await store.savePlan(id, { ...NO_PARTS, changes: toPlanned([buildChange(1)]) });
    const other = new SqliteFile(path.join(folder, 'state.db'));
    other.exec('begin immediate');
    await expect(store.finishChanges(id, [buildOutcome(1)])).rejects.toMatchObject({
      code: 'state-unusable',
      retry: 'later',
      message: expect.stringContaining('locked by another process'),
    });
    expect(await store.findRun(id)).toMatchObject({ job: 'acme' });
    other.exec('rollback');
    other.close();
    await store.finishChanges(id, [buildOutcome(1)]);
    await store.close();
  });
});
