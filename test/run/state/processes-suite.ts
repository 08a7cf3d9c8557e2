/** What every engine does when several processes use a state, and when one is killed. */

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildChange, buildClaim, buildOutcome, NO_PARTS, toPlanned } from '../build.js';
import { compile } from '../compile.js';
import { ACME, TARGET, collect, takeLease } from './engine.js';
import type { Engine, State } from './engine.js';

export function describeProcesses(engine: Engine, state: State): void {
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
      const { dataDir, stateUrl } = state.place;
      const script = `
        import { openStore } from ${JSON.stringify(compiled.url)};
        const say = (text) => process.stdout.write(text + '\\n');
        const store = await openStore(${JSON.stringify({ dataDir, stateUrl })});
        ${body}`;
      return spawn(process.execPath, ['--input-type=module', '--eval', script], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
    }

    it('keeps what was noted when the process is killed right after, and hands its target to the next', async () => {
      const { id } = await state.store.createRun(ACME);
      const claims = [1, 2].map((change) => buildClaim(`client${change}`, { change }));
      await state.store.savePlan(id, {
        ...NO_PARTS,
        changes: toPlanned([1, 2, 3].map((seq) => buildChange(seq))),
        claims,
      });
      await state.close();
      const child = startOther(`
        const wish = { target: '${TARGET}', runId: ${id}, host: 'here', pid: process.pid, ttlMs: 3600000 };
        const { taken } = await store.acquireLease(wish);
        await store.beginChanges(${id}, [1, 2], taken);
        await store.finishChanges(${id}, [${JSON.stringify(buildOutcome(1))}]);
        say(JSON.stringify(taken));
        setInterval(() => {}, 1000);`);
      const [said] = (await once(child.stdout!, 'data')) as [Buffer];
      await state.reopen();
      const wish = { target: TARGET, runId: id, host: 'here', pid: process.pid, ttlMs: 60_000 };
      expect(await state.store.acquireLease(wish)).toEqual({ held: JSON.parse(said.toString()) });
      child.kill('SIGKILL');
      expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);

      const lease = await takeLease(state.store, id);
      const stored = await collect(state.store.readChanges(id));
      expect(stored.map((entry) => entry.status)).toEqual(['done', 'sending', 'planned']);
      expect(stored[0]!.outcome).toEqual(buildOutcome(1));
      expect([...(await state.store.readOwned(TARGET, 'acme'))]).toEqual(['client1']);
      await state.store.beginChanges(id, [2], lease);
    });

    it('keeps nothing of a plan when the process is killed in the middle of it', async () => {
      const { id } = await state.store.createRun(ACME);
      await state.close();
      const child = startOther(`
        const change = ${JSON.stringify(buildChange(1))};
        function* changes() {
          for (let seq = 1; seq <= 5000; seq++) yield { seq, body: JSON.stringify({ ...change, seq }) };
          process.kill(process.pid, 'SIGKILL');
        }
        const none = [];
        await store.savePlan(${id}, { changes: changes(), rejects: none, warnings: none, skips: none,
          skippedRecords: none, claims: none });`);
      expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);

      await state.reopen();
      expect(await collect(state.store.readChanges(id))).toEqual([]);
      await state.store.savePlan(id, { ...NO_PARTS, changes: toPlanned([buildChange(1)]) });
      expect(await collect(state.store.readChanges(id))).toHaveLength(1);
    });

    it('goes on with claims where it was killed between two portions of them', async () => {
      const claims = Array.from({ length: 40_000 }, (_, nth) => buildClaim(`c${nth}`, { absences: 1 }));
      const { id } = await state.store.createRun(ACME);
      await state.store.savePlan(id, { ...NO_PARTS, claims });
      const child = startOther(`
        say('open');
        await store.adopt(${id});
        say('adopted');`);
      await once(child.stdout!, 'data');
      // The first portion was committed; not all of them need to be.
      await vi.waitUntil(async () => (await state.store.readOwned(TARGET, 'acme')).size > 0, { timeout: 10_000 });
      child.kill('SIGKILL');
      await once(child, 'exit');
      await state.store.adopt(id);
      const owned = await state.store.readOwned(TARGET, 'acme');
      expect(owned.size).toBe(claims.length);
      expect(claims.filter(({ clientId }) => owned.absencesOf(clientId ?? '') !== 1)).toEqual([]);
    });

    it('lets two processes write at once, and loses nothing of either', async () => {
      // A new place, so that both also race to make the tables.
      await state.moveToNewPlace();
      const body = (job: string): string => `
        say('open');
        for (let index = 0; index < 40; index++) {
          const run = await store.createRun({ job: '${job}', target: 'x', files: [] });
          const claim = { change: null, clientId: '${job}' + index, baseline: null, baselineHash: 0, absences: 0 };
          const none = [];
          await store.savePlan(run.id, { changes: none, rejects: none, warnings: none, skips: none,
            skippedRecords: none, claims: [claim] });
          await store.updateRun(run.id, { status: 'planned' });
          await store.adopt(run.id);
        }
        await store.close();`;
      const children = ['left', 'right'].map((job) => startOther(body(job)));
      const exits = await Promise.all(children.map((child) => once(child, 'exit')));
      expect(exits.map(([code]) => code as number)).toEqual([0, 0]);

      await state.reopen();
      const runs = await state.store.listRuns(100);
      expect(runs.map((run) => run.id).toSorted((a, b) => b - a)).toEqual(
        Array.from({ length: 80 }, (_, index) => 80 - index),
      );
      expect(runs.every((run) => run.status === 'planned')).toBe(true);
      for (const job of ['left', 'right']) expect((await state.store.readOwned('x', job)).size).toBe(40);
    });
  });
}
