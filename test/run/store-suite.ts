/** What every engine of the store has to do: a suite over `openStore`, run once for each engine. */

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Reject, Skip, Warning } from '../../src/mapping/record.js';
import type { SkippedRecord } from '../../src/plan/change.js';
import { RUN_STATUSES } from '../../src/run/status.js';
import type { RunStatus } from '../../src/run/status.js';
import type { RunPatch, Store } from '../../src/run/store.js';
import {
  buildChange,
  buildFile,
  buildOutcome,
  buildRowOutcomes,
  buildStatistics,
  buildSummary,
  toPlanned,
  NO_PARTS,
} from './build.js';
import { compile } from './compile.js';

interface OpenOptions {
  readonly dataDir: string;
  readonly stateUrl?: string | undefined;
}

export interface Engine {
  readonly name: string;
  /** Path below `src` of the module that exports `openStore`. */
  readonly source: string;
  readonly openStore: (options: OpenOptions) => Promise<Store>;
  /** A place that holds nothing yet; opening it twice gives the same state. */
  readonly makePlace: () => Promise<OpenOptions & { readonly remove: () => Promise<void> }>;
}

const TARGET = 'https://ninja.example';
const ACME = { job: 'acme', target: TARGET, files: [buildFile()] };

/** How a run gets to a status, from `reading`. */
const PATHS: Readonly<Record<RunStatus, readonly RunStatus[]>> = {
  reading: [],
  planned: ['planned'],
  breached: ['breached'],
  pushing: ['planned', 'pushing'],
  verifying: ['planned', 'pushing', 'verifying'],
  done: ['planned', 'done'],
  failed: ['failed'],
  interrupted: ['interrupted'],
};

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

export function describeStore(engine: Engine): void {
  describe(`the store in ${engine.name}`, () => {
    let place: Awaited<ReturnType<Engine['makePlace']>>;
    let store: Store;

    beforeEach(async () => {
      place = await engine.makePlace();
      store = await engine.openStore(place);
    });

    afterEach(async () => {
      await store.close();
      await place.remove();
    });

    async function reopen(): Promise<void> {
      await store.close();
      store = await engine.openStore(place);
    }

    describe('runs', () => {
      it('starts a run as reading, with nothing known but its job, target and files', async () => {
        const run = await store.createRun(ACME);
        expect(run).toEqual({
          ...ACME,
          id: 1,
          status: 'reading',
          createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
          updatedAt: run.createdAt,
          summary: null,
          rowOutcomes: null,
          statistics: null,
          message: null,
          folder: null,
        });
        await reopen();
        expect(await store.findRun(run.id)).toEqual(run);
        expect(await store.findRun(run.id + 1)).toBeUndefined();
      });

      it('keeps each part of a patch, leaves the rest, and can take a part back', async () => {
        const run = await store.createRun(ACME);
        const full: RunPatch = {
          status: 'planned',
          files: [buildFile({ name: 'a.csv' }), buildFile({ name: 'b.csv', rows: 7 })],
          summary: buildSummary(),
          rowOutcomes: buildRowOutcomes({ created: 12, rejected: 3 }),
          statistics: buildStatistics({ limitPerMinute: null }),
          message: 'Grüße, "quoted" and \u2028 odd',
          folder: '/srv/data/runs/1',
        };
        const updated = await store.updateRun(run.id, full);
        expect(updated).toEqual({ ...run, ...full, updatedAt: updated.updatedAt });
        expect(updated.updatedAt >= run.updatedAt).toBe(true);

        const cleared = await store.updateRun(run.id, { message: null, summary: null });
        await reopen();
        expect(await store.findRun(run.id)).toEqual(cleared);
        expect(cleared).toEqual({ ...updated, message: null, summary: null, updatedAt: cleared.updatedAt });
      });

      it('lists the newest first, as many as asked', async () => {
        for (const job of ['one', 'two', 'three']) await store.createRun({ ...ACME, job });
        expect((await store.listRuns(2)).map((run) => run.job)).toEqual(['three', 'two']);
        expect((await store.listRuns(10)).map((run) => run.id)).toEqual([3, 2, 1]);
      });

      const allowed: readonly (readonly [RunStatus, RunStatus])[] = [
        ['reading', 'planned'],
        ['planned', 'pushing'],
        ['breached', 'pushing'],
        ['pushing', 'interrupted'],
        ['interrupted', 'pushing'],
        ['failed', 'pushing'],
        ['verifying', 'done'],
        ['done', 'done'],
      ];
      it.each(allowed)('takes a run from %s to %s', async (from, to) => {
        const { id } = await store.createRun(ACME);
        for (const status of PATHS[from]) await store.updateRun(id, { status });
        expect((await store.updateRun(id, { status: to })).status).toBe(to);
      });

      const refused: readonly (readonly [RunStatus, RunStatus])[] = [
        ['reading', 'pushing'],
        ['planned', 'verifying'],
        ['breached', 'done'],
        ['pushing', 'planned'],
        ['failed', 'done'],
        ...RUN_STATUSES.filter((status) => status !== 'done').map((status) => ['done', status] as const),
      ];
      it.each(refused)('never takes a run from %s to %s, and keeps it as it was', async (from, to) => {
        const { id } = await store.createRun(ACME);
        for (const status of PATHS[from]) await store.updateRun(id, { status });
        await expect(store.updateRun(id, { status: to, message: 'no' })).rejects.toThrow('assertion failed');
        expect(await store.findRun(id)).toMatchObject({ status: from, message: null });
      });

      it('asserts that the run is there', async () => {
        await expect(store.updateRun(7, { message: 'x' })).rejects.toThrow('run 7 is in the store');
        await expect(store.savePlan(7, NO_PARTS)).rejects.toThrow('run 7 is in the store');
        await expect(store.adopt(7, ['a'])).rejects.toThrow('run 7 is in the store');
      });
    });

    describe('plans', () => {
      const rejects: readonly Reject[] = [
        {
          row: { file: 0, line: 3 },
          column: 'E-mail',
          code: 'invalid-email',
          value: 'jane@@acme',
          hint: 'Write one address.',
        },
        { row: { file: 1, line: 9 }, column: null, code: 'broken-quote', value: '"', hint: 'Close the quote.' },
      ];
      const warnings: readonly Warning[] = [
        { row: { file: 0, line: 4 }, column: 'Name', code: 'text-cut', value: 'x'.repeat(200), hint: 'Shorten it.' },
      ];
      const skips: readonly Skip[] = [{ row: { file: 0, line: 5 }, code: 'blank-row', reason: 'The row is blank.' }];
      const skippedRecords: readonly SkippedRecord[] = [
        { rows: [{ file: 0, line: 6 }], clientId: null, label: 'Nobody', reason: 'It is archived.' },
      ];

      it('gives back every part as it was, each with its own run', async () => {
        const [first, second] = [await store.createRun(ACME), await store.createRun(ACME)];
        const changes = [
          buildChange(1, 'create', {
            contacts: [
              {
                kind: 'add',
                id: null,
                label: 'J',
                fields: [{ field: 'is_primary', before: '', after: 'true' }],
              },
            ],
          }),
          buildChange(2, 'update', { label: '<script>', reason: "O'Neil \u0000 ✓" }),
          buildChange(3, 'restore'),
          buildChange(4, 'archive', { rows: [], fields: [] }),
          buildChange(5, 'delete'),
        ];
        await store.savePlan(first.id, {
          ...NO_PARTS,
          changes: toPlanned(changes),
          rejects,
          warnings,
          skips,
          skippedRecords,
        });
        await store.savePlan(second.id, { ...NO_PARTS, changes: toPlanned([buildChange(1)]) });
        await reopen();
        expect(await collect(store.readChanges(first.id))).toEqual(
          changes.map((change) => ({ change, status: 'planned', outcome: null })),
        );
        expect(await collect(store.readRejects(first.id))).toEqual(rejects);
        expect(await collect(store.readWarnings(first.id))).toEqual(warnings);
        expect(await collect(store.readSkips(first.id))).toEqual(skips);
        expect(await collect(store.readSkippedRecords(first.id))).toEqual(skippedRecords);
        expect(await collect(store.readChanges(second.id))).toHaveLength(1);
        expect(await collect(store.readRejects(second.id))).toEqual([]);
        expect(await store.countParts(first.id)).toEqual({
          changes: 5,
          rejects: 2,
          warnings: 1,
          skips: 1,
          skippedRecords: 1,
        });
        expect(await store.countParts(second.id)).toEqual({
          changes: 1,
          rejects: 0,
          warnings: 0,
          skips: 0,
          skippedRecords: 0,
        });
      });

      it('reads many in the order of the plan, over several pages, while they are being finished', async () => {
        const total = 1_777;
        const { id } = await store.createRun(ACME);
        const descending = Array.from({ length: total }, (_, index) => buildChange(total - index));
        const many = Array.from({ length: total }, (_, index) => ({
          ...rejects[0]!,
          row: { file: 0, line: total - index },
        }));
        await store.savePlan(id, { ...NO_PARTS, changes: toPlanned(descending), rejects: many });
        const seen: number[] = [];
        for await (const { change } of store.readChanges(id, 'planned')) {
          seen.push(change.seq);
          if (change.seq % 100 !== 0) continue;
          const seqs = Array.from({ length: 100 }, (_, index) => change.seq - index);
          await store.beginChanges(id, seqs);
          await store.finishChanges(
            id,
            seqs.map((seq) => buildOutcome(seq)),
          );
        }
        expect(seen).toEqual(Array.from({ length: total }, (_, index) => index + 1));
        expect((await collect(store.readRejects(id))).map((reject) => reject.row.line)).toEqual(
          many.map((reject) => reject.row.line),
        );
        expect(await collect(store.readChanges(id, 'planned'))).toHaveLength(77);
        expect(await collect(store.readChanges(id, 'done'))).toHaveLength(1_700);
      });

      it('stores all of a plan or nothing', async () => {
        const { id } = await store.createRun(ACME);
        function* breaking(): Generator<SkippedRecord> {
          yield* skippedRecords;
          throw new Error('the plan broke off');
        }
        const changes = Array.from({ length: 450 }, (_, index) => buildChange(index + 1));
        const parts = { ...NO_PARTS, changes: toPlanned(changes), rejects, matchedIds: ['a'] };
        await expect(store.savePlan(id, { ...parts, skippedRecords: breaking() })).rejects.toThrow('broke off');
        expect(await collect(store.readChanges(id))).toEqual([]);
        expect(await collect(store.readRejects(id))).toEqual([]);

        await store.savePlan(id, parts);
        expect(await collect(store.readChanges(id))).toHaveLength(450);
        expect(await collect(store.readRejects(id))).toHaveLength(2);
      });
    });

    describe('outcomes', () => {
      let id: number;

      beforeEach(async () => {
        id = (await store.createRun(ACME)).id;
        await store.savePlan(id, { ...NO_PARTS, changes: toPlanned([1, 2, 3].map((seq) => buildChange(seq))) });
      });

      it('notes what is being sent and what became of it', async () => {
        await store.beginChanges(id, [1, 3]);
        await store.finishChanges(id, [buildOutcome(3, 'failed', { clientId: null, reason: 'The server said no.' })]);
        await reopen();
        const stored = await collect(store.readChanges(id));
        expect(stored.map((entry) => entry.status)).toEqual(['sending', 'planned', 'done']);
        expect(stored.map((entry) => entry.outcome)).toEqual([
          null,
          null,
          buildOutcome(3, 'failed', { clientId: null, reason: 'The server said no.' }),
        ]);
        expect((await collect(store.readChanges(id, 'sending'))).map((entry) => entry.change.seq)).toEqual([1]);
      });

      it('finishes a change that was never begun, and begins one again that is in doubt', async () => {
        await store.finishChanges(id, [buildOutcome(2, 'skipped')]);
        await store.beginChanges(id, [1]);
        await store.beginChanges(id, [1]);
        expect((await collect(store.readChanges(id))).map((entry) => entry.status)).toEqual([
          'sending',
          'done',
          'planned',
        ]);
      });

      it('never begins a change that has its outcome, and begins none of the others with it', async () => {
        await store.finishChanges(id, [buildOutcome(2)]);
        await expect(store.beginChanges(id, [1, 2])).rejects.toThrow('have no outcome yet');
        expect(await collect(store.readChanges(id, 'sending'))).toEqual([]);
        await store.beginChanges(id, [1]);
        expect(await collect(store.readChanges(id, 'sending'))).toHaveLength(1);
      });

      it('asserts that the changes are in the plan', async () => {
        await expect(store.beginChanges(id, [1, 4])).rejects.toThrow('assertion failed');
        await expect(store.finishChanges(id, [buildOutcome(1), buildOutcome(4)])).rejects.toThrow('change 4 is in');
        expect((await collect(store.readChanges(id))).map((entry) => entry.status)).toEqual(Array(3).fill('planned'));
      });
    });

    describe('ownership', () => {
      it('adopts the matched clients and the given ones, once each, for this job at this target only', async () => {
        const matchedIds = Array.from({ length: 25_001 }, (_, index) => `m${index}`);
        const { id } = await store.createRun(ACME);
        await store.savePlan(id, { ...NO_PARTS, matchedIds });
        expect((await store.readOwned(TARGET, 'acme')).size).toBe(0);

        await store.adopt(id, ['new', 'm7']);
        await store.adopt(id, ['new', 'newer']);
        await reopen();
        expect(new Set(await store.readOwned(TARGET, 'acme'))).toEqual(new Set([...matchedIds, 'new', 'newer']));
        expect((await store.readOwned(TARGET, 'other')).size).toBe(0);
        expect((await store.readOwned('https://elsewhere.example', 'acme')).size).toBe(0);

        const other = await store.createRun({ ...ACME, job: 'other' });
        await store.adopt(other.id, ['new']);
        expect([...(await store.readOwned(TARGET, 'other'))]).toEqual(['new']);
      });
    });

    describe('several processes', () => {
      let compiled: ReturnType<typeof compile>;

      beforeAll(() => {
        compiled = compile(engine.source);
      });

      afterAll(() => {
        rmSync(compiled.folder, { recursive: true, force: true });
      });

      /** Runs `body`, which may use `store` and `say(text)`, in another process on the same state. */
      function startOther(body: string): ChildProcess {
        const script = `
          import { openStore } from ${JSON.stringify(compiled.url)};
          const say = (text) => process.stdout.write(text + '\\n');
          const store = await openStore(${JSON.stringify({ dataDir: place.dataDir, stateUrl: place.stateUrl })});
          ${body}`;
        return spawn(process.execPath, ['--input-type=module', '--eval', script], {
          stdio: ['pipe', 'pipe', 'inherit'],
        });
      }

      it('keeps an outcome that was noted when the process is killed right after', async () => {
        const { id } = await store.createRun(ACME);
        await store.savePlan(id, { ...NO_PARTS, changes: toPlanned([1, 2, 3].map((seq) => buildChange(seq))) });
        await store.close();
        const child = startOther(`
          await store.beginChanges(${id}, [1, 2]);
          await store.finishChanges(${id}, [${JSON.stringify(buildOutcome(1))}]);
          say('noted');
          setInterval(() => {}, 1000);`);
        await once(child.stdout!, 'data');
        child.kill('SIGKILL');
        expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);

        store = await engine.openStore(place);
        const stored = await collect(store.readChanges(id));
        expect(stored.map((entry) => entry.status)).toEqual(['done', 'sending', 'planned']);
        expect(stored[0]!.outcome).toEqual(buildOutcome(1));
      });

      it('keeps nothing of a plan when the process is killed in the middle of it', async () => {
        const { id } = await store.createRun(ACME);
        await store.close();
        const child = startOther(`
          const change = ${JSON.stringify(buildChange(1))};
          function* changes() {
            for (let seq = 1; seq <= 5000; seq++) yield { seq, body: JSON.stringify({ ...change, seq }) };
            process.kill(process.pid, 'SIGKILL');
          }
          const none = [];
          await store.savePlan(${id}, { changes: changes(), rejects: none, warnings: none, skips: none,
            skippedRecords: none, matchedIds: none });`);
        expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);

        store = await engine.openStore(place);
        expect(await collect(store.readChanges(id))).toEqual([]);
        await store.savePlan(id, { ...NO_PARTS, changes: toPlanned([buildChange(1)]) });
        expect(await collect(store.readChanges(id))).toHaveLength(1);
      });

      it('lets two processes write at once, and loses nothing of either', async () => {
        await store.close();
        await place.remove();
        // A new one, so that both also race to make the tables.
        place = await engine.makePlace();
        const body = (job: string): string => `
          say('open');
          for (let index = 0; index < 40; index++) {
            const run = await store.createRun({ job: '${job}', target: 'x', files: [] });
            await store.updateRun(run.id, { status: 'planned' });
            await store.adopt(run.id, ['${job}' + index]);
          }
          await store.close();`;
        const children = ['left', 'right'].map((job) => startOther(body(job)));
        const exits = await Promise.all(children.map((child) => once(child, 'exit')));
        expect(exits.map(([code]) => code as number)).toEqual([0, 0]);

        store = await engine.openStore(place);
        const runs = await store.listRuns(100);
        expect(runs.map((run) => run.id).toSorted((a, b) => b - a)).toEqual(
          Array.from({ length: 80 }, (_, index) => 80 - index),
        );
        expect(runs.every((run) => run.status === 'planned')).toBe(true);
        for (const job of ['left', 'right']) expect((await store.readOwned('x', job)).size).toBe(40);
      });
    });
  });
}
