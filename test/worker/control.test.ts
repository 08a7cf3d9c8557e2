/** What people ask of the runs of workers, over a real store. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseJob } from '../../src/job/load.js';
import type { RunRequest } from '../../src/run/request.js';
import { openStore } from '../../src/run/open-store.js';
import type { RunStatus } from '../../src/run/status.js';
import type { Run, Store } from '../../src/run/store.js';
import { approveRun, cancelRun, enqueueFiles, pauseRun, rejectRun, resumeRun } from '../../src/worker/control.js';
import { buildRequest, buildRowOutcomes, buildSummary } from '../run/build.js';

const TARGET = 'https://ninja.example';
let folder: string;
let store: Store;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-control-'));
  store = await openStore({ dataDir: folder });
});

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The way to each status, along the table of `status.ts`. */
const WAY: Readonly<Record<RunStatus, readonly RunStatus[]>> = {
  'queued': [],
  'reading': ['reading'],
  'planned': ['reading', 'planned'],
  'awaiting-approval': ['reading', 'planned', 'awaiting-approval'],
  'breached': ['reading', 'breached'],
  'pushing': ['reading', 'planned', 'pushing'],
  'verifying': ['reading', 'planned', 'pushing', 'verifying'],
  'done': ['reading', 'planned', 'pushing', 'verifying', 'done'],
  'failed': ['reading', 'planned', 'pushing', 'failed'],
  'interrupted': ['reading', 'planned', 'pushing', 'interrupted'],
  'rejected': ['reading', 'breached', 'rejected'],
  'cancelled': ['cancelled'],
};

async function stage(status: RunStatus, over: Partial<Run> = {}, request: Partial<RunRequest> = {}): Promise<Run> {
  let run = await store.createRun({ job: 'acme', target: TARGET, files: [], request: buildRequest(request) });
  for (const next of WAY[status]) run = await store.updateRun(run.id, { status: next });
  return Object.keys(over).length === 0 ? run : await store.updateRun(run.id, over);
}

/** As `plan` and `apply` make it: no worker has to do with it. */
async function stageOfCommand(...way: readonly RunStatus[]): Promise<Run> {
  let run = await store.createRun({ job: 'acme', target: TARGET, files: [] });
  for (const next of way) run = await store.updateRun(run.id, { status: next });
  return run;
}

const guard = (name: string, ok: boolean) => ({
  guard: name,
  ok,
  measured: 9,
  limit: 5,
  message: `${name} is over its limit.`,
});

const job = (text: string) => parseJob(text, '/srv/jobs/acme.yaml', { layouts: [] });
const PLAIN = job('columns: { name: Company }');

describe('enqueueFiles', () => {
  it('stores a run with what was asked for; the job says the rest', async () => {
    const file = path.join(folder, 'clients.csv');
    writeFileSync(file, 'Company\nAcme\n');
    const own = job(
      'columns: { name: Company }\nshare: 0.5\nwindow: { hours: 22:00-06:00, timezone: Europe/Berlin }\n',
    );
    const run = await enqueueFiles(store, { job: own, target: TARGET, paths: [path.relative(process.cwd(), file)] });
    expect(run).toMatchObject({ job: 'acme', target: TARGET, status: 'queued', stop: null });
    expect(run.request).toEqual({
      paths: [file],
      overrides: {},
      origin: 'enqueue',
      priority: 0,
      notBefore: null,
      window: { hours: '22:00-06:00', timezone: 'Europe/Berlin' },
      share: 0.5,
      approved: false,
      allow: [],
    });
    expect((await store.listDue()).map(({ id }) => id)).toEqual([run.id]);

    const wish = {
      job: own,
      target: TARGET,
      paths: [file],
      overrides: { delimiter: ';' as const },
      priority: 3,
      notBefore: Date.UTC(2026, 0, 2, 3),
      window: { hours: '01:00-02:00', timezone: 'UTC' },
      share: 0.1,
      approved: true,
      allow: ['archive'],
    };
    expect((await enqueueFiles(store, wish)).request).toEqual({
      paths: [file],
      overrides: { delimiter: ';' },
      origin: 'enqueue',
      priority: 3,
      notBefore: '2026-01-02T03:00:00.000Z',
      window: { hours: '01:00-02:00', timezone: 'UTC' },
      share: 0.1,
      approved: true,
      allow: ['archive'],
    });
  });

  it('without files takes those of the job when it begins', async () => {
    const withFiles = job('source: { files: "exports/*.csv" }\ncolumns: { name: Company }');
    expect((await enqueueFiles(store, { job: withFiles, target: TARGET, paths: [] })).request?.paths).toEqual([]);
    await expect(enqueueFiles(store, { job: PLAIN, target: TARGET, paths: [] })).rejects.toMatchObject({
      code: 'usage',
      hint: 'ninja-sync enqueue FILE --job acme',
    });
  });

  it('refuses a file that is not there, and stores nothing', async () => {
    const missing = path.join(folder, 'missing.csv');
    await expect(enqueueFiles(store, { job: PLAIN, target: TARGET, paths: [missing] })).rejects.toMatchObject({
      code: 'file-missing',
    });
    expect(await store.listRuns(10)).toEqual([]);
  });
});

describe('approveRun', () => {
  it('sends a plan on that waited for a person', async () => {
    const run = await stage('awaiting-approval', { message: 'The job wants a person.' });
    expect(await store.listDue()).toEqual([]);
    const approved = await approveRun(store, run);
    expect(approved).toMatchObject({ status: 'planned', message: null, request: { approved: true, allow: [] } });
    expect((await store.listDue()).map(({ id }) => id)).toEqual([run.id]);
  });

  it('needs every guard that is crossed, and keeps those that were allowed before', async () => {
    const guards = [guard('archive', false), guard('rows', false), guard('fields', false), guard('create', true)];
    const summary = buildSummary({ guards });
    const run = await stage('breached', { summary }, { allow: ['fields'] });
    await expect(approveRun(store, run, ['archive'])).rejects.toMatchObject({
      code: 'guard-breached',
      message: 'rows is over its limit.',
      hint: `If that is what you want: ninja-sync approve ${run.id} --allow rows`,
    });
    expect(await store.findRun(run.id)).toMatchObject({ status: 'breached', request: { approved: false } });
    const approved = await approveRun(store, run, ['archive', 'rows']);
    expect(approved).toMatchObject({
      status: 'planned',
      request: { approved: true, allow: ['fields', 'archive', 'rows'] },
    });
  });

  it.each(['queued', 'reading', 'planned', 'pushing', 'done', 'failed', 'cancelled'] as const)(
    'refuses a run that is %s',
    async (status) => {
      const run = await stage(status);
      await expect(approveRun(store, run)).rejects.toMatchObject({ code: 'run-not-appliable' });
      expect(await store.findRun(run.id)).toMatchObject({ status, request: { approved: false } });
    },
  );

  it('of a plan that a command made names the command that applies it', async () => {
    const breached = await stageOfCommand('breached');
    const planned = await stageOfCommand('planned');
    for (const run of [breached, planned])
      await expect(approveRun(store, run)).rejects.toMatchObject({
        code: 'run-not-appliable',
        hint: `ninja-sync apply ${run.id}`,
      });
  });

  it('says so when somebody else decided in the meantime', async () => {
    const run = await stage('awaiting-approval');
    await rejectRun(store, run);
    await expect(approveRun(store, run)).rejects.toMatchObject({
      code: 'run-not-appliable',
      message: `Run ${run.id} became rejected in the meantime.`,
    });
  });
});

describe('rejectRun', () => {
  it.each([
    ['awaiting-approval', null, 'A person refused the plan.'],
    ['breached', 'last month', 'A person refused the plan: last month'],
  ] as const)('ends a run that is %s', async (status, reason, message) => {
    const run = await stage(status, { stop: 'pause' });
    expect(await rejectRun(store, run, reason)).toMatchObject({ status: 'rejected', stop: null, message });
    expect(await store.listUnfinished()).toEqual([]);
  });

  it('refuses a run that does not wait for a person', async () => {
    const run = await stage('pushing');
    await expect(rejectRun(store, run)).rejects.toMatchObject({ code: 'run-not-appliable' });
    expect(await store.findRun(run.id)).toMatchObject({ status: 'pushing', stop: null });
  });
});

describe('pauseRun', () => {
  it.each(['queued', 'reading', 'planned', 'awaiting-approval', 'pushing', 'verifying', 'interrupted'] as const)(
    'keeps workers from a run that is %s, until it is resumed',
    async (status) => {
      const run = await stage(status);
      const isDue = status !== 'awaiting-approval';
      expect(await store.listDue()).toHaveLength(isDue ? 1 : 0);
      expect(await pauseRun(store, run)).toMatchObject({ status, stop: 'pause' });
      expect(await store.listDue()).toEqual([]);
      const resumed = await resumeRun(store, await pauseRun(store, run));
      expect(resumed).toMatchObject({ status, stop: null });
      expect(await store.listDue()).toHaveLength(isDue ? 1 : 0);
    },
  );

  it.each(['done', 'failed', 'rejected', 'cancelled'] as const)('refuses a run that is %s', async (status) => {
    await expect(pauseRun(store, await stage(status))).rejects.toMatchObject({ code: 'run-not-appliable' });
  });

  it('does not take back that somebody cancelled it', async () => {
    const run = await cancelRun(store, await stage('pushing'));
    await expect(pauseRun(store, run)).rejects.toMatchObject({ code: 'run-not-appliable' });
    expect((await store.findRun(run.id))?.stop).toBe('cancel');
  });

  it('of a run that a command carries out says how to stop that', async () => {
    const run = await stageOfCommand('planned', 'pushing');
    await expect(pauseRun(store, run)).rejects.toMatchObject({ hint: expect.stringContaining('Ctrl-C') as string });
  });
});

describe('cancelRun', () => {
  it.each(['queued', 'planned', 'awaiting-approval', 'breached'] as const)(
    'ends a run that is %s at once',
    async (status) => {
      const cancelled = await cancelRun(store, await stage(status, { stop: 'pause' }));
      expect(cancelled).toMatchObject({
        status: 'cancelled',
        stop: null,
        message: 'Somebody cancelled the run. Nothing was sent.',
      });
    },
  );

  it.each(['failed', 'interrupted'] as const)('says of a run that is %s that what was sent stays', async (status) => {
    const run = await stage(status, { rowOutcomes: buildRowOutcomes({ created: 1 }) });
    const cancelled = await cancelRun(store, run);
    expect(cancelled).toMatchObject({ status: 'cancelled', stop: null });
    expect(cancelled.message).toContain('What was sent stays');
  });

  it.each(['reading', 'pushing', 'verifying'] as const)(
    'leaves a run that is %s to the worker, which reads the request',
    async (status) => {
      const run = await stage(status);
      expect(await cancelRun(store, run)).toMatchObject({ status, stop: 'cancel' });
      expect(await store.listDue()).toEqual([]);
      expect((await store.listUnfinished()).map(({ id }) => id)).toEqual([run.id]);
    },
  );

  it('does not move a run that a worker took a moment ago', async () => {
    const seen = await stage('queued');
    await store.updateRun(seen.id, { status: 'reading' });
    expect(await cancelRun(store, seen)).toMatchObject({ status: 'reading', stop: 'cancel' });
  });

  it('puts away a plan that a command made, but not one that it carries out', async () => {
    expect(await cancelRun(store, await stageOfCommand('planned'))).toMatchObject({ status: 'cancelled' });
    const pushing = await stageOfCommand('planned', 'pushing');
    await expect(cancelRun(store, pushing)).rejects.toMatchObject({
      hint: expect.stringContaining('Ctrl-C') as string,
    });
  });

  it.each(['done', 'rejected', 'cancelled'] as const)('refuses a run that is %s', async (status) => {
    await expect(cancelRun(store, await stage(status))).rejects.toMatchObject({ code: 'run-not-appliable' });
  });
});

describe('resumeRun', () => {
  it('gives the rest of a failed run to the workers', async () => {
    const run = await stage('failed', { summary: buildSummary(), message: 'the target is down' });
    expect(await store.listDue()).toEqual([]);
    const resumed = await resumeRun(store, run, ['failures']);
    expect(resumed).toMatchObject({ status: 'interrupted', message: null, request: { allow: ['failures'] } });
    expect((await store.listDue()).map(({ id }) => id)).toEqual([run.id]);
  });

  it('begins a run again that failed before it had a plan', async () => {
    expect(await resumeRun(store, await stage('failed'))).toMatchObject({ status: 'queued' });
  });

  it('leaves a run alone that goes on anyway', async () => {
    expect(await resumeRun(store, await stage('pushing'))).toMatchObject({ status: 'pushing', stop: null });
  });

  it('of a run that waits for a person names the command', async () => {
    const run = await stage('breached');
    await expect(resumeRun(store, run)).rejects.toMatchObject({
      code: 'run-not-appliable',
      hint: `ninja-sync approve ${run.id}`,
    });
  });

  it.each(['done', 'rejected', 'cancelled'] as const)('refuses a run that is %s', async (status) => {
    await expect(resumeRun(store, await stage(status))).rejects.toMatchObject({ code: 'run-not-appliable' });
  });

  it('refuses a run of a command', async () => {
    const run = await stageOfCommand('planned', 'pushing', 'interrupted');
    await expect(resumeRun(store, run)).rejects.toMatchObject({ hint: `ninja-sync resume ${run.id}` });
  });
});
