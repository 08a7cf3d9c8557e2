/** From a run that was applied to the plan of its way back, and to a target that is what it was before. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyRun } from '../../src/run/apply-run.js';
import type { RunContext } from '../../src/run/context.js';
import type { Run } from '../../src/run/store.js';
import { undoRun } from '../../src/run/undo-run.js';
import { comparable, knownIds } from '../support/equal-targets.js';
import { aJob, csv, openRehearsal } from '../support/rehearsal.js';
import type { Rehearsal } from '../support/rehearsal.js';

const COLUMNS = ['Id', 'Name', 'City', 'First', 'Mail', 'Tel'];
const JOB = {
  name: 'crm',
  columns: { id_number: 'Id', name: 'Name', city: 'City' },
  contacts: [{ first_name: 'First', email: 'Mail', phone: 'Tel' }],
  policy: { restore: true, missing: 'archive' },
};

let folder: string;
let rehearsal: Rehearsal;
let context: RunContext;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-undo-'));
  rehearsal = await openRehearsal();
  context = {
    store: rehearsal.store,
    dataDir: folder,
    now: () => new Date().toISOString(),
    onProgress: () => undefined,
    onNotice: () => undefined,
  };
});

afterEach(async () => {
  await rehearsal.close();
  rmSync(folder, { recursive: true, force: true });
});

const write = (name: string, rows: readonly (readonly string[])[]): string =>
  rehearsal.write(name, csv([COLUMNS, ...rows]));
/** Without the blank settings that the server drops at the first update: no run can bring them back. */
const clients = (): ReturnType<Rehearsal['sandbox']['clients']> =>
  rehearsal.sandbox.clients().map((client) => ({
    ...client,
    settings: Object.fromEntries(Object.entries(client.settings).filter(([, value]) => value !== '')),
  }));
const idOf = (idNumber: string): string => clients().find((client) => client.id_number === idNumber)?.id ?? '';
const undo = (run: Run): Promise<Run> => undoRun(context, rehearsal.target, run);
const apply = (run: Run): Promise<Run> => applyRun(context, rehearsal.target, run, { allow: [] });
const leftOf = async (run: Run): Promise<readonly string[]> => {
  const left: string[] = [];
  for await (const { label, reason } of rehearsal.store.readSkippedRecords(run.id)) left.push(`${label}: ${reason}`);
  return left;
};

/** Yesterday's run, and one of today that creates, updates, restores and archives; what the target held in between. */
async function push(guards: object = {}): Promise<{ readonly before: ReturnType<typeof clients>; readonly run: Run }> {
  const yesterday = [
    ['A', 'Acme', 'Köln', 'Jane', 'jane@acme.example', '1'],
    ['B', 'Bolt', 'Bonn', 'Bob', 'bob@bolt.example', '2'],
    ['C', 'Cove', 'Kiel', 'Cy', 'cy@cove.example', '3'],
    ['D', 'Dune', 'Ulm', 'Di', 'di@dune.example', '4'],
  ] as const;
  rehearsal.sandbox.seed(
    yesterday.map(([id_number, name, city, first_name, email, phone]) => ({
      id_number,
      name,
      city,
      contacts: [{ first_name, email, phone }],
    })),
  );
  await rehearsal.sync(aJob(JOB), write('old.csv', yesterday));
  rehearsal.wait(2);
  rehearsal.sandbox.edit(idOf('C'), { state: 'archived' });
  rehearsal.wait(2);
  const before = clients();
  const today = write('new.csv', [
    ['A', 'Acme', 'Berlin', 'Jane', 'jane@acme.example', '11'],
    ['B', 'Bolt', 'Bonn', 'Bea', 'bea@bolt.example', '22'],
    ['C', 'Cove', 'Lübeck', 'Cy', 'cy@cove.example', '3'],
    ['E', 'East', 'Jena', 'Ed', 'ed@east.example', '5'],
  ]);
  const run = await rehearsal.sync(aJob({ ...JOB, ...guards }), today);
  rehearsal.wait(2);
  return { before, run };
}

describe('the undo of a run', () => {
  it('is a run of its own, and once it is applied the target is what it was; what was created is archived', async () => {
    const { before, run } = await push();
    const after = clients();
    const planned = await undo(run);
    expect(planned).toMatchObject({
      undoes: run.id,
      status: 'planned',
      job: 'crm',
      files: [],
      rules: run.rules,
      summary: { counts: { update: 3, restore: 1, archive: 2, create: 0, delete: 0, rows: 0, clients: 5 } },
    });
    expect(clients()).toEqual(after);
    expect(await leftOf(planned)).toEqual([]);

    const done = await apply(planned);
    expect(done.status).toBe('done');
    const known = knownIds(before);
    const [created] = comparable(
      clients().filter(({ id_number }) => id_number === 'E'),
      known,
    );
    expect(created).toMatchObject({ name: 'East', state: 'archived' });
    const held = clients().filter(({ id_number }) => id_number !== 'E');
    expect(comparable(held, known)).toEqual(comparable(before, known));
    expect(comparable(after, known)).not.toEqual(comparable(clients(), known));
  });

  it('leaves alone what a person changed since, says so, and undoes the rest', async () => {
    const { run } = await push();
    rehearsal.sandbox.edit(idOf('A'), { fields: { city: 'Potsdam' } });
    rehearsal.sandbox.edit(idOf('D'), { state: 'deleted' });
    rehearsal.wait(2);
    const planned = await undo(run);
    const left = await leftOf(planned);
    expect(left).toHaveLength(2);
    expect(left).toEqual(
      expect.arrayContaining([expect.stringMatching(/^Acme: .*city/), expect.stringMatching(/^Dune: .*deleted/)]),
    );
    await apply(planned);
    const [acme, dune] = ['A', 'D'].map((id) => clients().find(({ id_number }) => id_number === id));
    expect(acme).toMatchObject({ city: 'Potsdam', contacts: [{ phone: '1' }] });
    expect(dune?.is_deleted).toBe(true);
  });

  it('can be undone itself: the target is what the run made of it', async () => {
    const { before, run } = await push();
    const known = knownIds(before);
    const after = comparable(clients(), known);
    const back = await apply(await undo(run));
    rehearsal.wait(2);
    expect(comparable(clients(), known)).not.toEqual(after);
    const again = await undo(back);
    expect(again).toMatchObject({ undoes: back.id, status: 'planned' });
    expect(await leftOf(again)).toEqual([expect.stringMatching(/^Bolt: The contact Bea comes back with a new id/)]);
    await apply(again);
    expect(comparable(clients(), known)).toEqual(after);
  });

  it('of a client that was archived before it was deleted archives it again', async () => {
    rehearsal.sandbox.seed([{ name: 'Acme', id_number: 'A', archived: true }]);
    rehearsal.wait(2);
    const before = clients();
    const job = aJob({ columns: { id_number: 'Id', name: 'Name' }, lifecycle: { from: 'City', deleted: ['gone'] } });
    const run = await rehearsal.sync(job, write('gone.csv', [['A', 'Acme', 'gone', '', '', '']]));
    expect(clients()[0]?.is_deleted).toBe(true);
    rehearsal.wait(2);
    const back = await apply(await undo(run));
    const kinds = (await rehearsal.changes(back)).map(({ kind }) => kind);
    expect(kinds).toEqual(['restore', 'archive']);
    expect(comparable(clients(), knownIds(before))).toEqual(comparable(before, knownIds(before)));
  });

  it('of a run that is undone already has nothing to do', async () => {
    const { run } = await push();
    await apply(await undo(run));
    rehearsal.wait(2);
    const again = await undo(run);
    expect(again.summary?.counts).toMatchObject({ update: 0, restore: 0, archive: 0 });
    expect(await leftOf(again)).toEqual([]);
  });

  it('keeps the baselines: the next plan of the file shows the same values again', async () => {
    const { run } = await push();
    await apply(await undo(run));
    rehearsal.wait(2);
    const today = write('new.csv', [
      ['A', 'Acme', 'Berlin', 'Jane', 'jane@acme.example', '11'],
      ['D', 'Dune', 'Ulm', 'Di', 'di@dune.example', '4'],
    ]);
    const plan = await rehearsal.plan(aJob({ ...JOB, policy: { missing: 'keep' } }), today);
    const [change] = await rehearsal.changes(plan);
    expect(change).toMatchObject({ fields: [{ field: 'city', before: 'Köln', after: 'Berlin', then: 'Berlin' }] });
  });

  it('stops at a guard like any plan', async () => {
    const tight = { guards: { ...aJob(JOB).guards, fields: 0, archive: { count: 1, ratio: 1 } } };
    const { run } = await push(tight);
    const stopped = await undo(run);
    expect(stopped.status).toBe('breached');
    expect(stopped.summary?.guards.filter(({ ok }) => !ok).map(({ guard }) => guard)).toContain('archive');
    await expect(apply(stopped)).rejects.toMatchObject({ code: 'guard-breached' });
  });

  it('undoes what was sent of a run that was stopped, and nothing else', async () => {
    const job = aJob(JOB);
    const rows = Array.from({ length: 12 }, (_, nth) => [
      `N${nth}`,
      `New ${nth}`,
      'Ulm',
      'Al',
      `al${nth}@x.example`,
      '',
    ]);
    const planned = await rehearsal.plan(job, write('new.csv', rows));
    const stop = new AbortController();
    rehearsal.sandbox.fault({ kind: 'latency', method: 'POST', path: '/clients', delayMs: 20 });
    const stopped = rehearsal.apply(planned, stop.signal);
    while (clients().length < 3) await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    await expect(stopped).rejects.toMatchObject({ code: 'interrupted' });
    rehearsal.wait(2);
    const created = clients().length;
    expect(created).toBeLessThan(12);
    const run = await rehearsal.store.findRun(planned.id);
    const back = await undo(run ?? planned);
    expect(back.summary?.counts.archive).toBe(created);
    await apply(back);
    expect(clients().every((client) => client.archived_at > 0)).toBe(true);
  });
});

describe('an undo is refused', () => {
  it('for a run of which nothing was sent', async () => {
    const planned = await rehearsal.plan(aJob(JOB), write('new.csv', [['A', 'Acme', 'Ulm', '', '', '']]));
    await expect(undo(planned)).rejects.toMatchObject({ code: 'run-not-appliable' });
    expect((await rehearsal.store.listRuns(10)).map(({ id }) => id)).toEqual([planned.id]);
  });

  it('for a run of another target', async () => {
    const { run } = await push();
    await expect(undo({ ...run, target: 'https://other.example' })).rejects.toMatchObject({
      code: 'run-not-appliable',
      hint: expect.stringContaining('https://other.example'),
    });
  });

  it('while the run is at work', async () => {
    const { run } = await push();
    const wish = { target: run.target, runId: run.id, host: 'elsewhere', pid: 1, ttlMs: 60_000 };
    const answer = await rehearsal.store.acquireLease(wish);
    await expect(undo(run)).rejects.toMatchObject({
      code: 'target-busy',
      message: expect.stringContaining('elsewhere'),
    });
    if ('taken' in answer) await rehearsal.store.releaseLease(answer.taken);
    expect((await undo(run)).status).toBe('planned');
  });
});
