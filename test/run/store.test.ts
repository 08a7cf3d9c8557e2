import { mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import SqliteFile from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SyncError } from '../../src/errors.js';
import { openStore } from '../../src/run/open-store.js';
import { openSqlite } from '../../src/run/sqlite-store.js';
import { KyselyStore } from '../../src/run/state/kysely-store.js';
import type { Store } from '../../src/run/store.js';
import { buildChange, buildOutcome, buildRequest, NO_PARTS, toPlanned } from './build.js';
import { collect, takeLease, TARGET } from './state/engine.js';
import { describeStore } from './store-suite.js';

const makeFolder = (): string => mkdtempSync(path.join(tmpdir(), 'ninja-sync-store-'));

describeStore({
  name: 'SQLite',
  source: 'run/open-store.ts',
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

  // With 20,000 runs and without the index that is named the first takes 3 ms of SQLite and 5 ms of PostgreSQL, the second
  // 10 ms of SQLite, which has no statistics of its tables; the runs that are due would be looked for among all.
  it.each([
    ['the newest run of a job', "job = 'crm' and files <> '[]' order by id desc limit 1", 'runs_by_job (job=?)'],
    [
      'the newest run of a job with one status',
      "job = 'crm' and status = 'done' and undoes is null order by id desc limit 1",
      'runs_by_job_status (job=? AND status=?)',
    ],
    ['the runs of a status', "status in ('queued', 'reading')", 'runs_by_status (status=?)'],
  ])('has an index for %s', async (_, condition, index) => {
    await (await openStore({ dataDir: folder })).close();
    const file = new SqliteFile(path.join(folder, 'state.db'));
    const plan = file.prepare(`explain query plan select * from runs where ${condition}`).all();
    file.close();
    expect(plan).toMatchObject([{ detail: `SEARCH runs USING INDEX ${index}` }]);
  });

  it('waits for another writer, and says that the file is locked when it takes too long', async () => {
    await (await openStore({ dataDir: folder })).close();
    const store = new KyselyStore(openSqlite(path.join(folder, 'state.db'), 200));
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

/** `state/version-1.sql` is what the first release wrote; of it, parts of matched clients hold up to 10,000 ids. */
describe('a state that version 1 wrote', () => {
  const later = Array.from({ length: 2_500 }, (_, nth) => `part2-${nth}`);
  let dataDir: string;
  let store: Store;

  beforeEach(async () => {
    dataDir = makeFolder();
    const file = new SqliteFile(path.join(dataDir, 'state.db'));
    file.exec(readFileSync(path.join(import.meta.dirname, 'state', 'version-1.sql'), 'utf8'));
    file.prepare('insert into matched values (2, 2, ?)').run(JSON.stringify(later));
    file.close();
    store = await openStore({ dataDir });
  });

  afterEach(async () => {
    await store.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('keeps its runs, with what was not known then filled in', async () => {
    const run = await store.findRun(1);
    expect(run).toMatchObject({ job: 'acme', status: 'done', undoes: null, rules: null, folder: '/srv/data/runs/1' });
    expect(run?.files).toEqual([
      {
        path: '/srv/exports/companies.csv',
        name: 'companies.csv',
        bytes: 5120,
        digest: 'ab'.repeat(32),
        rows: 3,
        layout: 'hubspot-companies',
        columns: [],
        endsWithLineEnd: false,
        lastKeys: [],
        partial: false,
      },
    ]);
    const unknown = { upload: 0, documents: 0, conflicts: 0, absent: 0 };
    expect(run?.summary?.counts).toMatchObject({ rows: 3, create: 1, update: 1, unchanged: 1, ...unknown });
    expect(run?.rowOutcomes).toMatchObject({ created: 1, updated: 1, unchanged: 1, uploaded: 0 });
    expect((await store.findHistory(TARGET, 'acme', 10)).map(({ id }) => id)).toEqual([1]);
    expect(await collect(store.readChanges(1, 'done'))).toHaveLength(2);
    expect(await collect(store.readRejects(1))).toHaveLength(1);
  });

  it('keeps who owns what, and no baselines', async () => {
    const owned = await store.readOwned(TARGET, 'acme');
    expect([...owned]).toEqual(['known', 'made', 'matched']);
    expect([...owned].filter((id) => owned.baselineHashOf(id) !== 0 || owned.absencesOf(id) !== 0)).toEqual([]);
    expect((await store.readBaselines(TARGET, 'acme', [...owned])).size).toBe(0);
  });

  it('keeps the clients that wait for a run to be applied, each with its run', async () => {
    await store.adopt(2);
    expect(new Set(await store.readOwned(TARGET, 'acme'))).toEqual(
      new Set(['known', 'made', 'matched', 'later', 'köln', ...later]),
    );
    expect((await store.readOwned(TARGET, 'other')).size).toBe(0);
    await store.adopt(3);
    expect([...(await store.readOwned(TARGET, 'other'))]).toEqual(['elsewhere']);
  });

  it("lets a run that was killed go on, and makes its clients the job's own", async () => {
    expect((await collect(store.readChanges(2))).map(({ status }) => status)).toEqual(['sending', 'planned']);
    await store.beginChanges(2, [1, 2], await takeLease(store, 2));
    await store.finishChanges(2, [buildOutcome(1, 'created', { clientId: 'brand-new' }), buildOutcome(2, 'failed')]);
    expect([...(await store.readOwned(TARGET, 'acme'))]).toEqual(['brand-new', 'known', 'made', 'matched']);
  });

  it('is upgraded once, and is then like a new one', async () => {
    await store.close();
    store = await openStore({ dataDir });
    const columnsOf = (folder: string): unknown => {
      const file = new SqliteFile(path.join(folder, 'state.db'), { readonly: true });
      const tables = file
        .prepare(
          "select m.name, c.name as field, c.type, c.pk from sqlite_master m, pragma_table_info(m.name) c where m.type = 'table' order by 1, 2",
        )
        .all();
      const indexes = file.prepare("select name from sqlite_master where type = 'index' order by 1").all();
      file.close();
      return { tables, indexes };
    };
    const folder = makeFolder();
    await (await openStore({ dataDir: folder })).close();
    expect(columnsOf(dataDir)).toEqual(columnsOf(folder));
    rmSync(folder, { recursive: true, force: true });
  });
});

describe('a state that is older than notes of files', () => {
  it('knows afterwards which files its runs have in the file store', async () => {
    const dataDir = makeFolder();
    const inputs = [{ path: '/srv/a.csv', digest: 'ab'.repeat(32), bytes: 7 }];
    const old = await openStore({ dataDir });
    await old.createRun({ job: 'acme', target: 'https://ninja.example', files: [], request: buildRequest({ inputs }) });
    await old.createRun({ job: 'acme', target: 'https://ninja.example', files: [], request: buildRequest() });
    await old.close();
    const file = new SqliteFile(path.join(dataDir, 'state.db'));
    file.exec(`
      drop table run_files; drop table stored_files; drop table prunings; drop index runs_unpruned;
      alter table runs drop column pruned_at;
      delete from state_versions where name = 'which files runs keep, and which runs were pruned'`);
    file.close();
    const store = await openStore({ dataDir });
    const [kept] = inputs.map(({ path: name, ...rest }) => ({ role: 'input', name, ...rest }));
    expect(await store.listRunFiles(1)).toEqual([kept]);
    expect(await store.listRunFiles(2)).toEqual([]);
    expect(await store.pruning.countFilesOf([1], '9999')).toEqual({ count: 1, bytes: 7 });
    await store.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
});
