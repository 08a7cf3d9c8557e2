import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SyncError } from '../../src/errors.js';
import { openStore } from '../../src/run/open-store.js';
import { findPort } from '../support/port.js';
import { openPostgres } from '../support/postgres.js';
import type { TestPostgres } from '../support/postgres.js';
import { buildChange, buildOutcome, NO_PARTS, toPlanned } from './build.js';
import { takeLease, TARGET } from './state/engine.js';
import { describeStore } from './store-suite.js';

let postgres: TestPostgres;

beforeAll(async () => {
  postgres = await openPostgres();
}, 60_000);

afterAll(() => {
  postgres.close();
});

describeStore({
  name: 'PostgreSQL',
  source: 'run/open-store.ts',
  openStore,
  makePlace: async () => {
    const stateUrl = await postgres.createDatabase();
    return { dataDir: '/unused', stateUrl, remove: () => postgres.dropDatabase(stateUrl) };
  },
});

describe('where the PostgreSQL store is', () => {
  async function refusalOf(stateUrl: string): Promise<SyncError> {
    const refusal = await openStore({ dataDir: '/unused', stateUrl }).then(
      async (store) => await store.close(),
      (error: unknown) => error,
    );
    if (!(refusal instanceof SyncError)) throw new Error('it was not refused', { cause: refusal });
    expect(refusal.message + refusal.hint).not.toContain('hunter2');
    expect(refusal.code).toBe('state-unusable');
    return refusal;
  }

  it('is refused where nobody listens, to be tried again later', async () => {
    const refusal = await refusalOf(`postgres://sync:hunter2@127.0.0.1:${await findPort()}/state`);
    expect(refusal).toMatchObject({
      retry: 'later',
      message: expect.stringContaining('database "state" on 127.0.0.1'),
    });
    expect(refusal.message).toContain('cannot be reached');
    expect(refusal.hint).toContain('STATE_URL');
  });

  it('is refused when there is no such database or user, for good', async () => {
    const base = new URL(postgres.url);
    base.pathname = '/nowhere';
    expect(await refusalOf(base.href)).toMatchObject({ retry: 'never', hint: expect.stringContaining('createdb') });
    const user = new URL(postgres.url);
    user.username = 'nobody-we-know';
    expect(await refusalOf(user.href)).toMatchObject({ retry: 'never', hint: expect.stringContaining('user') });
  });

  it('is refused when the address is none', async () => {
    expect((await refusalOf('postgres://sync:hunter2@:port:/x')).hint).toContain('postgres://user:password@host');
  });
});

describe('a PostgreSQL store whose server goes away', () => {
  it('says so, and goes on when it is back', async () => {
    const stateUrl = await postgres.createDatabase();
    const store = await openStore({ dataDir: '/unused', stateUrl });
    const { id } = await store.createRun({ job: 'acme', target: TARGET, files: [] });
    await store.savePlan(id, { ...NO_PARTS, changes: toPlanned([buildChange(1)]) });
    const lease = await takeLease(store, id);
    postgres.stop('immediate');
    await expect(store.beginChanges(id, [1], lease)).rejects.toMatchObject({ code: 'state-unusable', retry: 'later' });
    postgres.start();
    await store.beginChanges(id, [1], lease);
    await store.finishChanges(id, [buildOutcome(1)]);
    expect(await store.findRun(id)).toMatchObject({ job: 'acme' });
    await store.close();
  });
});

describe('two that share a PostgreSQL store', () => {
  it('who notes what is sent keeps its lease until that is noted', async () => {
    const stateUrl = await postgres.createDatabase();
    const [one, other] = await Promise.all([1, 2].map(() => openStore({ dataDir: '/unused', stateUrl })));
    if (one === undefined || other === undefined) throw new Error('both are open');
    const { id } = await one.createRun({ job: 'acme', target: TARGET, files: [] });
    const changes = Array.from({ length: 200 }, (_, nth) => buildChange(nth + 1));
    await one.savePlan(id, { ...NO_PARTS, changes: toPlanned(changes) });
    for (let round = 0; round < 20; round += 1) {
      const lease = await takeLease(one, id);
      const seqs = changes.slice(round * 10, round * 10 + 10).map(({ seq }) => seq);
      let begun = false;
      const noting = one.beginChanges(id, seqs, lease).then(
        () => (begun = true),
        (error: unknown) => expect(error).toMatchObject({ code: 'lease-lost' }),
      );
      await other.breakLease(TARGET);
      // Whoever has the target now sees all that was noted, or the other never notes it.
      const seen: number[] = [];
      for await (const { change } of other.readChanges(id, 'sending'))
        if (seqs.includes(change.seq)) seen.push(change.seq);
      await noting;
      expect(seen).toEqual(begun ? seqs : []);
    }
    await one.close();
    await other.close();
  });

  it('of two that take the same content, one is told of the other', async () => {
    const stateUrl = await postgres.createDatabase();
    const stores = await Promise.all(Array.from({ length: 4 }, () => openStore({ dataDir: '/unused', stateUrl })));
    for (let round = 0; round < 10; round += 1) {
      const start = { job: 'acme', target: TARGET, files: [] };
      const answers = await Promise.all(
        stores.map((store) => store.createRunOnce(start, { digest: `digest-${round}`, name: 'a.csv' })),
      );
      const made = answers.flatMap((answer) => ('run' in answer ? [answer.run.id] : []));
      expect(made).toHaveLength(1);
      const told = answers.flatMap((answer) => ('earlier' in answer ? [answer.earlier.runId] : []));
      expect(new Set(told)).toEqual(new Set(made));
    }
    expect(await stores[0]?.listRuns(100)).toHaveLength(10);
    for (const store of stores) await store.close();
  });
});
