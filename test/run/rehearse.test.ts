/** A run rehearsed on a copy: it does what the real run would do, and the real target and the real state stay as they are. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Job } from '../../src/job/schema.js';
import { applyRun } from '../../src/run/apply-run.js';
import type { RunContext, Target } from '../../src/run/context.js';
import { planRun } from '../../src/run/plan-run.js';
import { isRehearsal } from '../../src/run/rehearsal-name.js';
import { openRehearsal } from '../../src/run/rehearse.js';
import type { Rehearsal } from '../../src/run/rehearse.js';
import { openStore } from '../../src/run/open-store.js';
import type { Run, Store } from '../../src/run/store.js';
import { openTarget } from '../../src/run/target.js';
import { countRemaining } from '../../src/run/verify-run.js';
import type { Sandbox, SandboxOptions } from '../../src/sandbox/server.js';
import { startSandbox } from '../../src/sandbox/server.js';
import { aJob, csv } from '../support/rehearsal.js';

let folder: string;
let file: string;
let sandbox: Sandbox;
let store: Store;
let real: Target;
let context: RunContext;
const closers: (() => Promise<void>)[] = [];

async function open(options: SandboxOptions = {}): Promise<void> {
  folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-rehearse-'));
  file = path.join(folder, 'clients.csv');
  sandbox = await startSandbox(options);
  store = await openStore({ dataDir: folder });
  real = await openTarget({ url: sandbox.url, token: sandbox.tokens.admin });
  context = {
    store,
    dataDir: folder,
    now: () => new Date().toISOString(),
    onProgress: () => undefined,
    onNotice: () => undefined,
  };
}

beforeEach(() => open());

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
  await real.ninja.close();
  await store.close();
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

const write = (...rows: readonly (readonly string[])[]): void =>
  writeFileSync(file, csv([['ID Number', 'Name', 'City', 'Email'], ...rows]));

async function rehearse(job: Job): Promise<Rehearsal & { readonly planned: Run; readonly done: Run }> {
  const rehearsal = await openRehearsal(context, real, { name: job.name, concurrency: 4 });
  closers.push(() => rehearsal.close());
  const planned = await planRun(rehearsal.context, rehearsal.target, job, [file]);
  const done = await applyRun(rehearsal.context, rehearsal.target, planned, { allow: ['truncated'] });
  return { ...rehearsal, planned, done };
}

async function runForReal(job: Job): Promise<Run> {
  const planned = await planRun(context, real, job, [file]);
  return applyRun(context, real, planned, { allow: [] });
}

const changesOf = async (from: Store, run: Run): Promise<readonly unknown[]> => {
  const changes: unknown[] = [];
  for await (const { change } of from.readChanges(run.id)) changes.push(change);
  return changes;
};

describe('a rehearsal', () => {
  it('sends the real target nothing but GETs and the question for its permissions', async () => {
    sandbox.seed([{ name: 'Acme', id_number: 'A', city: 'Bonn' }]);
    write(['A', 'Acme', 'Ulm', 'a@example.com'], ['B', 'Bolt', 'Köln', 'b@example.com']);
    const before = sandbox.clients();
    const { done, copied, context: copy, target } = await rehearse(aJob());
    expect([copied, done.status, done.rowOutcomes]).toMatchObject([1, 'done', { created: 1, updated: 1 }]);
    expect(await countRemaining(copy, target, aJob(), [file])).toBe(0);

    expect(sandbox.clients()).toEqual(before);
    const writes = sandbox.requests.filter(({ method }) => method !== 'GET');
    expect(writes.map((request) => `${request.method} ${request.path.split('?')[0]}`)).toEqual([
      'POST /api/v1/refresh',
    ]);
    // The same files for real do write.
    await runForReal(aJob());
    expect(sandbox.clients()).toHaveLength(2);
  });

  it('plans what the real run plans', async () => {
    sandbox.seed([{ name: 'Acme', id_number: 'A', city: 'Bonn', contacts: [{ email: 'old@example.com' }] }]);
    write(['A', 'Acme', 'Ulm', 'a@example.com'], ['B', 'Bolt', '', 'b@example.com']);
    const rehearsal = await rehearse(aJob());
    const planned = await planRun(context, real, aJob(), [file]);
    const rehearsed = await changesOf(rehearsal.context.store, rehearsal.planned);
    expect(rehearsed).toHaveLength(2);
    expect(rehearsed).toEqual(await changesOf(store, planned));
    expect(rehearsal.planned.summary?.counts).toEqual(planned.summary?.counts);
    expect(rehearsal.planned.summary?.requests).toBe(planned.summary?.requests);
  });

  it('archives what the job owns for real and the file no longer holds', async () => {
    const job = aJob({ policy: { missing: 'archive' } });
    write(['A', 'Acme', 'Ulm', 'a@example.com'], ['B', 'Bolt', 'Köln', 'b@example.com']);
    await runForReal(job);
    sandbox.seed([{ name: 'Somebody else', id_number: 'Z' }]);
    write(['A', 'Acme', 'Ulm', 'a@example.com']);
    const { done } = await rehearse(job);
    expect(done.summary?.counts).toMatchObject({ archive: 1, create: 0, update: 0 });
    expect(sandbox.clients().map((client) => client.archived_at > 0)).toEqual([false, false, false]);
    // Neither what it archived nor that it ran is known for real.
    expect(await store.listRuns(10)).toHaveLength(1);
    expect((await store.readOwned(sandbox.url, job.name)).size).toBe(2);
  });

  it('knows what was pushed for real and how often a client was absent, and forgets what it saw itself', async () => {
    const job = aJob({ policy: { missing: { then: 'archive', after: 2 } } });
    const acme = ['A', 'Acme', 'Ulm', 'a@example.com'];
    write(acme, ['B', 'Bolt', 'Köln', 'b@example.com']);
    await runForReal(job);
    const acmeId = sandbox.clients()[0]?.id ?? '';
    sandbox.edit(acmeId, { fields: { city: 'Trier' } });
    write(acme.with(2, 'Bonn'));
    for (const _ of ['the first time', 'and again']) {
      const { planned, context: copy } = await rehearse(job);
      expect(await changesOf(copy.store, planned)).toMatchObject([
        { kind: 'update', fields: [{ field: 'city', then: 'Ulm', before: 'Trier', after: 'Bonn' }] },
      ]);
      expect(planned.summary?.counts).toMatchObject({ absent: 1, conflicts: 1, archive: 0 });
      expect(planned.summary?.guards.filter((guard) => !guard.ok).map((guard) => guard.guard)).toEqual(['truncated']);
    }
    const [absent] = sandbox.clients().slice(1);
    expect((await store.readOwned(sandbox.url, job.name)).absencesOf(absent?.id ?? '')).toBe(0);
  });

  it('keeps its runs and reports in a folder of their own, under a name that no real run has', async () => {
    write(['A', 'Acme', 'Ulm', 'a@example.com']);
    const { done, context: copy, target } = await rehearse(aJob());
    expect(done.folder).toBe(path.join(folder, 'rehearsals', 'runs', '1'));
    expect([isRehearsal(done.target), isRehearsal(real.ninja.url)]).toEqual([true, false]);
    write(['B', 'Bolt', 'Ulm', 'b@example.com']);
    const planned = await planRun(copy, target, aJob(), [file]);
    await expect(applyRun(copy, real, planned, { allow: [] })).rejects.toMatchObject({
      code: 'run-not-appliable',
      message: expect.stringContaining(`not for ${real.ninja.url}`),
    });
    expect((await applyRun(copy, target, planned, { allow: ['truncated'] })).status).toBe('done');
  });

  it('knows nothing of the rehearsal before', async () => {
    const job = aJob({ policy: { missing: 'archive' } });
    write(['A', 'Acme', 'Ulm', 'a@example.com'], ['B', 'Bolt', 'Köln', 'b@example.com']);
    await rehearse(job);
    write(['A', 'Acme', 'Ulm', 'a@example.com']);
    const { done } = await rehearse(job);
    expect(done.summary?.counts).toMatchObject({ create: 1, archive: 0 });
  });

  it('stops at a guard as the real run does', async () => {
    sandbox.seed(Array.from({ length: 20 }, (_, i) => ({ name: `Client ${i}`, id_number: `C${i}`, city: 'Bonn' })));
    write(...Array.from({ length: 20 }, (_, i) => [`C${i}`, `Client ${i}`, 'Ulm', '']));
    const job = aJob({ guards: { update: { count: 1, ratio: 0.01 } } });
    await expect(rehearse(job)).rejects.toMatchObject({ code: 'guard-breached' });
  });
});

describe('the real target', () => {
  it('gives its limit, so that the plan says how long the real run would take', async () => {
    await sandbox.close();
    await real.ninja.close();
    await store.close();
    rmSync(folder, { recursive: true });
    await open({ mode: 'hosted' });
    write(...Array.from({ length: 30 }, (_, i) => [`C${i}`, `Client ${i}`, 'Ulm', '']));
    const { planned } = await rehearse(aJob());
    expect(planned.summary).toMatchObject({ requestsPerMinute: 500 });
    expect(planned.summary?.minutes).toBeGreaterThan(0);
  });

  it('gives its permissions: what may not be written there is not rehearsed', async () => {
    write(['A', 'Acme', 'Ulm', 'a@example.com']);
    const viewer = await openTarget({ url: sandbox.url, token: sandbox.tokens.view_only });
    closers.push(() => viewer.ninja.close());
    const rehearsal = await openRehearsal(context, viewer, { name: 'rehearsal', concurrency: 1 });
    closers.push(() => rehearsal.close());
    const planned = await planRun(rehearsal.context, rehearsal.target, aJob(), [file]);
    await expect(applyRun(rehearsal.context, rehearsal.target, planned, { allow: [] })).rejects.toMatchObject({
      code: 'target-permission',
    });
  });
});
