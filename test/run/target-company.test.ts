/** Two companies of one server, and tokens that somebody swapped. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyRun } from '../../src/run/apply-run.js';
import type { RunContext, Target } from '../../src/run/context.js';
import { openStore } from '../../src/run/open-store.js';
import { planRun } from '../../src/run/plan-run.js';
import { openRehearsal } from '../../src/run/rehearse.js';
import { openTarget } from '../../src/run/target.js';
import { describeClaim } from '../../src/run/target-company.js';
import { undoRun } from '../../src/run/undo-run.js';
import { startSandbox } from '../../src/sandbox/server.js';
import type { Sandbox } from '../../src/sandbox/server.js';
import { aJob, csv } from '../support/rehearsal.js';

const JOB = aJob({ columns: { id_number: 'Id', name: 'Name' }, policy: { missing: 'archive' } });
const CAPS_OFF = ['empty', 'columns', 'truncated', 'balance'] as const;

let folder: string;
let sandbox: Sandbox;
let context: RunContext;
let open: Target[];

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-company-'));
  sandbox = await startSandbox();
  const store = await openStore({ dataDir: folder });
  open = [];
  context = {
    store,
    dataDir: folder,
    now: () => new Date().toISOString(),
    onProgress: () => undefined,
    onNotice: () => undefined,
  };
});

afterEach(async () => {
  for (const { ninja } of open) await ninja.close();
  await context.store.close();
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

async function connect(token: keyof Sandbox['tokens'], key?: string): Promise<Target> {
  const named = key === undefined ? {} : { key };
  const target = await openTarget({ url: sandbox.url, token: sandbox.tokens[token], ...named });
  open.push(target);
  return target;
}

function write(name: string, ...rows: readonly (readonly [string, string])[]): string {
  const file = path.join(folder, name);
  writeFileSync(file, csv([['Id', 'Name'], ...rows]));
  return file;
}

async function sync(target: Target, file: string) {
  const run = await planRun(context, target, JOB, [file]);
  return await applyRun(context, target, run, { allow: CAPS_OFF });
}

const namesOf = async (target: Target): Promise<readonly string[]> =>
  (await target.ninja.list({ status: ['active'] })).clients.map(({ name }) => name).toSorted();

describe('two companies of one server', () => {
  it('share no lease, no baseline and no ownership, though both know the same id_number', async () => {
    const [acme, globex] = [await connect('admin', 'acme'), await connect('other_company', 'globex')];
    await sync(acme, write('a.csv', ['1', 'Acme One'], ['2', 'Acme Two']));
    const run = await sync(globex, write('g.csv', ['1', 'Globex One']));
    expect(run.summary?.counts).toMatchObject({ create: 1, archive: 0 });
    expect(await namesOf(acme)).toEqual(['Acme One', 'Acme Two']);
    expect(await namesOf(globex)).toEqual(['Globex One']);
    expect((await context.store.readOwned('acme', JOB.name)).size).toBe(2);
    expect((await context.store.readOwned('globex', JOB.name)).size).toBe(1);

    const wish = { target: 'acme', runId: run.id, host: 'elsewhere', pid: 1, ttlMs: 60_000 };
    expect(await context.store.acquireLease(wish)).toHaveProperty('taken');
    await sync(globex, write('g2.csv', ['1', 'Globex Uno']));
    expect(await namesOf(globex)).toEqual(['Globex Uno']);
    await expect(sync(acme, write('a2.csv', ['1', 'Acme Uno']))).rejects.toMatchObject({ code: 'target-busy' });
  });
});

describe('a token of another company', () => {
  it.each([['acme'], [undefined]])('is refused before anything is planned, for the target %s', async (key) => {
    const right = await connect('admin', key);
    await sync(right, write('a.csv', ['1', 'One']));
    const before = (await context.store.listRuns(9)).length;
    const swapped = await connect('other_company', key);
    const error = await planRun(context, swapped, JOB, [write('a.csv', ['1', 'One'])]).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code: 'target-company', retry: 'never' });
    expect(String(error)).toContain('"Other Company"');
    expect(String(error)).toContain('"Untitled Company"');
    expect(await context.store.listRuns(9)).toHaveLength(before);
    expect(await namesOf(swapped)).toEqual([]);
    expect((await sync(right, write('a.csv', ['1', 'Uno']))).summary?.counts.update).toBe(1);
  });

  it('is refused when the plan of the right one is applied, and when it is undone', async () => {
    const right = await connect('admin', 'acme');
    const swapped = await connect('other_company', 'acme');
    const planned = await planRun(context, right, JOB, [write('a.csv', ['1', 'One'])]);
    const refusal = { code: 'target-company' };
    await expect(applyRun(context, swapped, planned, { allow: CAPS_OFF })).rejects.toMatchObject(refusal);
    expect((await context.store.findRun(planned.id))?.status).toBe('planned');
    const done = await applyRun(context, right, planned, { allow: CAPS_OFF });
    await expect(undoRun(context, swapped, done)).rejects.toMatchObject(refusal);
    await expect(openRehearsal(context, swapped, { name: JOB.name, concurrency: 1 })).rejects.toMatchObject(refusal);
  });

  it('is the new one when somebody says so; nothing that was owned before counts for it', async () => {
    const right = await connect('admin', 'acme');
    const first = await sync(right, write('a.csv', ['1', 'One'], ['2', 'Two']));
    const swapped = await connect('other_company', 'acme');
    const { company } = swapped.access;
    if (company === null) throw new Error('the sandbox says its company');
    await context.store.acceptTarget(describeClaim('acme', company, context.now()), sandbox.url);
    await sync(swapped, write('a.csv', ['1', 'Uno']));
    expect(await namesOf(swapped)).toEqual(['Uno']);
    expect(await namesOf(right)).toEqual(['One', 'Two']);
    const past = (await context.store.findRun(first.id)) ?? first;
    await expect(undoRun(context, swapped, past)).rejects.toMatchObject({ code: 'run-not-appliable' });
  });
});

describe('one company', () => {
  it('is refused under a second name', async () => {
    await sync(await connect('admin', 'acme'), write('a.csv', ['1', 'One']));
    for (const key of ['acme-2', undefined]) {
      const again = await connect('admin', key);
      await expect(sync(again, write('a.csv', ['1', 'One']))).rejects.toThrow('is the target acme already');
    }
  });

  it('keeps what was known of its address when it gets a name', async () => {
    await sync(await connect('admin'), write('a.csv', ['1', 'One'], ['2', 'Two']));
    const named = await connect('admin', 'acme');
    await expect(sync(named, write('a.csv', ['1', 'One']))).rejects.toMatchObject({ code: 'target-company' });
    const { company } = named.access;
    if (company === null) throw new Error('the sandbox says its company');
    await context.store.acceptTarget(describeClaim('acme', company, context.now()), sandbox.url);
    const run = await sync(named, write('a.csv', ['1', 'One']));
    expect(run.summary?.counts).toMatchObject({ create: 0, archive: 1 });
  });

  it('of runs that are older than these notes has to be said before a name is used', async () => {
    await context.store.createRun({ job: JOB.name, target: sandbox.url, files: [] });
    const named = await connect('admin', 'acme');
    await expect(sync(named, write('a.csv', ['1', 'One']))).rejects.toThrow('nobody noted the company');
    await sync(await connect('admin'), write('a.csv', ['1', 'One']));
    expect((await context.store.listTargets()).map(({ target }) => target)).toEqual([sandbox.url]);
  });
});
