/** Which company is behind which target, in every engine of the store. */

import { describe, expect, it } from 'vitest';
import type { KnownTarget, Store } from '../../../src/run/store.js';
import type { State } from './engine.js';

const URL = 'https://ninja.example';
const aTarget = (target: string, company: string, since = '2026-11-30T00:00:00.000Z'): KnownTarget => ({
  target,
  company,
  companyName: `The ${company}`,
  since,
});

async function aRun(store: Store, target: string, job = 'crm') {
  return await store.createRun({ job, target, files: [] });
}

export function describeTargets(state: State): void {
  describe('the company of a target', () => {
    it('is noted once, and stays', async () => {
      const { store } = state;
      expect(await store.listTargets()).toEqual([]);
      expect(await store.claimTarget(aTarget('acme', 'k1'))).toEqual(aTarget('acme', 'k1'));
      expect(await store.claimTarget(aTarget('acme', 'k2'))).toEqual(aTarget('acme', 'k1'));
      expect(await store.listTargets()).toEqual([aTarget('acme', 'k1')]);
    });

    it.each([
      ['two names', 'acme', 'acme-2'],
      ['a name and an address', 'acme', URL],
      ['an address and a name', URL, 'acme'],
    ])('never stands under %s', async (_what, first, second) => {
      const { store } = state;
      await store.claimTarget(aTarget(first, 'k1'));
      expect(await store.claimTarget(aTarget(second, 'k1'))).toEqual(aTarget(first, 'k1'));
      expect(await store.claimTarget(aTarget(second, 'k2'))).toEqual(aTarget(second, 'k2'));
    });

    it('may stand under two addresses, as it always could', async () => {
      const { store } = state;
      await store.claimTarget(aTarget(URL, 'k1'));
      const copy = aTarget('https://copy.example', 'k1');
      expect(await store.claimTarget(copy)).toEqual(copy);
    });

    it('is one of those that ask at once', async () => {
      const { store } = state;
      const answers = await Promise.all(['a', 'b', 'c'].map((name) => store.claimTarget(aTarget(name, 'k1'))));
      expect(new Set(answers.map(({ target }) => target)).size).toBe(1);
    });
  });

  describe('a company that somebody accepts', () => {
    it('leaves what was known of the one before, and takes it up again', async () => {
      const { store } = state;
      await store.claimTarget(aTarget('acme', 'k1'));
      const run = await aRun(store, 'acme');
      const former = 'acme (before 2026-12-01T00:00:00.000Z)';
      const other = aTarget('acme', 'k2', '2026-12-01T00:00:00.000Z');
      expect(await store.acceptTarget(other, URL)).toEqual([{ from: 'acme', to: former }]);
      expect((await store.findRun(run.id))?.target).toBe(former);
      expect(await store.claimTarget(aTarget('acme', 'k1'))).toEqual(other);
      expect(await store.claimTarget(aTarget('new', 'k1'))).toMatchObject({ target: former });

      const back = await store.acceptTarget(aTarget('acme', 'k1', '2026-12-02T00:00:00.000Z'), URL);
      expect(back.at(-1)).toEqual({ from: former, to: 'acme' });
      expect((await store.findRun(run.id))?.target).toBe('acme');
      expect(await store.acceptTarget(aTarget('acme', 'k1'), URL)).toEqual([]);
    });

    it('takes a new name', async () => {
      const { store } = state;
      await store.claimTarget(aTarget(URL, 'k1'));
      const run = await aRun(store, URL);
      expect(await store.acceptTarget(aTarget('acme', 'k1'), URL)).toEqual([{ from: URL, to: 'acme' }]);
      expect((await store.findRun(run.id))?.target).toBe('acme');
      expect((await store.listTargets()).map(({ target }) => target)).toEqual(['acme']);
    });

    it('takes the jobs of its templates to the new name', async () => {
      const { store } = state;
      await store.claimTarget(aTarget('acme_1', 'k1'));
      const own = await aRun(store, 'acme_1', 'crm@acme_1');
      const other = await aRun(store, 'acme_1', 'crm@acmex1');
      await store.acceptTarget(aTarget('acme', 'k1'), URL);
      expect((await store.findRun(own.id))?.job).toBe('crm@acme');
      expect((await store.findRun(other.id))?.job).toBe('crm@acmex1');
    });

    it('takes the runs of an address of which nobody noted the company', async () => {
      const { store } = state;
      const run = await aRun(store, URL);
      expect(await store.hasUnclaimedRuns(URL)).toBe(true);
      expect(await store.acceptTarget(aTarget('acme', 'k1'), URL)).toEqual([{ from: URL, to: 'acme' }]);
      expect(await store.hasUnclaimedRuns(URL)).toBe(false);
      expect((await store.findRun(run.id))?.target).toBe('acme');
      expect(await store.claimTarget(aTarget('acme', 'k1'))).toEqual(aTarget('acme', 'k1'));
    });

    it('leaves the runs of an address whose company is another one', async () => {
      const { store } = state;
      const run = await aRun(store, URL);
      await store.claimTarget(aTarget(URL, 'k1'));
      expect(await store.acceptTarget(aTarget('acme', 'k2'), URL)).toEqual([]);
      expect((await store.findRun(run.id))?.target).toBe(URL);
    });

    it('waits for the run that writes', async () => {
      const { store } = state;
      await store.claimTarget(aTarget('acme', 'k1'));
      const run = await aRun(store, 'acme');
      const wish = { target: 'acme', runId: run.id, host: 'here', pid: process.pid, ttlMs: 60_000 };
      const answer = await store.acquireLease(wish);
      await expect(store.acceptTarget(aTarget('acme', 'k2'), URL)).rejects.toMatchObject({ code: 'target-busy' });
      expect(await store.listTargets()).toEqual([aTarget('acme', 'k1')]);
      if ('taken' in answer) await store.releaseLease(answer.taken);
      expect(await store.acceptTarget(aTarget('acme', 'k2'), URL)).toHaveLength(1);
    });
  });
}
