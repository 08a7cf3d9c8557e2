/** What still works after a prune, over a real target: undo of what is kept, baselines, and clear refusals of the rest. */

import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Run, Store, StoredChange } from '../../src/run/store.js';
import { prune } from '../../src/run/prune.js';
import { undoRun } from '../../src/run/undo-run.js';
import { aJob, csv, openRehearsal } from '../support/rehearsal.js';
import type { Rehearsal } from '../support/rehearsal.js';

const JOB = aJob({ columns: { name: 'Company', id_number: 'ID', city: 'City' } });
const LATER_MS = 40 * 86_400_000;

let rehearsal: Rehearsal;
let file: string;
let runs: Run[];

beforeEach(async () => {
  rehearsal = await openRehearsal();
  runs = [];
  for (const city of ['Ulm', 'Bonn', 'Kiel']) {
    const rows = ['C-1', 'C-2'].map((id) => [id, `Client ${id}`, city]);
    file = rehearsal.write('export.csv', csv([['ID', 'Company', 'City'], ...rows, ['C-3', 'Client C-3', 'Ulm']]));
    runs.push(await rehearsal.sync(JOB, file));
    rehearsal.wait(2);
  }
});

afterEach(() => rehearsal.close());

async function pruneAll(): Promise<readonly number[]> {
  const { store } = rehearsal;
  const deps = { store, files: null, dataDir: path.dirname(file), now: () => Date.now() + LATER_MS };
  const { jobs } = await prune(deps, [{ name: JOB.name, keep: { runs: 2 } }]);
  return jobs.flatMap((job) => job.runs);
}

const cities = (): readonly string[] => rehearsal.sandbox.clients().map(({ city }) => String(city));

describe('after a prune', () => {
  it('kept runs can be undone, and what was last pushed is known of clients that no kept run changed', async () => {
    expect(await pruneAll()).toEqual([1]);
    for (const [nth, expected] of [
      [2, ['Bonn', 'Bonn', 'Ulm']],
      [1, ['Ulm', 'Ulm', 'Ulm']],
    ] as const) {
      const run = runs[nth];
      if (run === undefined) throw new Error('there are three runs');
      await rehearsal.apply(await rehearsal.undo(run));
      rehearsal.wait(2);
      expect(cities()).toEqual(expected);
    }
    const untouched = rehearsal.sandbox.clients().find((client) => client.id_number === 'C-3');
    rehearsal.sandbox.edit(untouched?.id ?? '', { fields: { city: 'Hof' } });
    const [change] = (await rehearsal.changes(await rehearsal.plan(JOB, file))).filter(({ label }) =>
      label.includes('C-3'),
    );
    expect(change?.fields).toEqual([expect.objectContaining({ field: 'city', before: 'Hof', then: 'Ulm' })]);
  });

  it('a run that is gone is neither undone nor applied, also when it goes while it is read', async () => {
    const [first] = runs;
    if (first === undefined) throw new Error('there are three runs');
    async function* readSlowly(runId: number): AsyncGenerator<StoredChange> {
      for await (const change of rehearsal.store.readChanges(runId)) {
        yield change;
        await pruneAll();
        return;
      }
    }
    const store = new Proxy(rehearsal.store, {
      get: (inner, name: keyof Store) => {
        const value = name === 'readChanges' ? readSlowly : inner[name];
        return typeof value === 'function' ? value.bind(inner) : value;
      },
    });
    const context = { store, dataDir: path.dirname(file), now: () => new Date().toISOString() };
    const silent = { onProgress: () => undefined, onNotice: () => undefined };
    const before = await rehearsal.store.listRuns(10);
    await expect(undoRun({ ...context, ...silent }, rehearsal.target, first)).rejects.toMatchObject({
      code: 'run-pruned',
    });
    expect(await rehearsal.store.listRuns(10)).toHaveLength(before.length);
    const pruned = await rehearsal.store.findRun(1);
    if (pruned === undefined) throw new Error('its line stays');
    await expect(rehearsal.undo(pruned)).rejects.toMatchObject({ code: 'run-pruned' });
    await expect(rehearsal.apply(pruned)).rejects.toMatchObject({ code: 'run-pruned' });
  });
});
