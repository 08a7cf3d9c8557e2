/** The worker as people run it: the built command line over a real Redis, and everything that one says to it. */

import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '../../src/run/open-store.js';
import type { RunStatus } from '../../src/run/status.js';
import type { Run, Store } from '../../src/run/store.js';
import { startSandbox } from '../../src/sandbox/server.js';
import type { Sandbox } from '../../src/sandbox/server.js';
import { openRedis } from '../support/redis.js';
import type { TestRedis } from '../support/redis.js';
import { readLines, runCli, startCli } from './cli.js';
import type { Ended, Environment } from './cli.js';

let redis: TestRedis;
let sandbox: Sandbox;
let folder: string;
let env: Environment;
let store: Store;
let workers: ReturnType<typeof startCli>[];
let count = 0;

beforeAll(async () => {
  [redis, sandbox] = await Promise.all([openRedis(), startSandbox()]);
});

afterAll(async () => {
  await Promise.all([redis.close(), sandbox.close()]);
});

beforeEach(async () => {
  sandbox.reset();
  workers = [];
  count += 1;
  folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-worker-'));
  mkdirSync(path.join(folder, 'jobs'));
  const dataDir = path.join(folder, 'data');
  env = {
    NINJA_URL: sandbox.url,
    NINJA_TOKEN: sandbox.tokens.admin,
    DATA_DIR: dataDir,
    REDIS_URL: redis.url,
    REDIS_PREFIX: `${redis.prefix}-${count}`,
    HEALTH_PORT: '0',
  };
  store = await openStore({ dataDir });
});

afterEach(async () => {
  for (const worker of workers) if (worker.exitCode === null && worker.signalCode === null) worker.kill('SIGKILL');
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const cli = (...args: readonly string[]): Promise<Ended> => runCli(args, env, folder);

function startWorker(over: Environment = {}): { readonly log: () => string; readonly stop: () => Promise<number> } {
  const child = startCli(['worker'], { ...env, ...over }, folder);
  workers.push(child);
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  return {
    log: () => log,
    stop: async () => {
      const startedAt = performance.now();
      const ended = once(child, 'close');
      child.kill('SIGTERM');
      await ended;
      expect(child.signalCode).toBe('SIGTERM');
      return performance.now() - startedAt;
    },
  };
}

const WAIT_MS = 25_000;

async function until<Value>(read: () => Promise<Value | false | null | undefined> | Value | false): Promise<Value> {
  const end = performance.now() + WAIT_MS;
  for (;;) {
    const value = await read();
    if (value !== false && value !== null && value !== undefined) return value;
    if (performance.now() > end) throw new Error(`it did not come to that: ${JSON.stringify(await store.listRuns(5))}`);
    await delay(20);
  }
}

const untilRun = (id: number, isThere: (run: Run) => boolean): Promise<Run> =>
  until(async () => {
    const run = await store.findRun(id);
    return run !== undefined && isThere(run) && run;
  });

function writeFile(name: string, clients: number): string {
  const rows = Array.from({ length: clients }, (_, nth) => `C-${nth},Client ${nth},client${nth}@example.com`);
  writeFileSync(path.join(folder, name), ['ID,Company,Email', ...rows, ''].join('\n'));
  return name;
}

function writeJob(name: string, text: string): void {
  writeFileSync(path.join(folder, `jobs/${name}.yaml`), text);
}

const numbersOf = (): readonly string[] =>
  sandbox
    .clients()
    .map((client) => client.id_number)
    .sort();

/** Each of four requests at once takes so long that there is time to do something in the middle. */
function slowDown(): void {
  sandbox.fault({ kind: 'latency', method: 'POST', path: '/clients', delayMs: 600 });
}

async function speedUp(): Promise<void> {
  await fetch(`${sandbox.url}/_sandbox/faults`, { method: 'POST', body: '[]' });
}

describe('a worker', () => {
  it('carries out what is enqueued, and tells how it is', async () => {
    writeFile('clients.csv', 3);
    writeJob('crm', 'source: { files: clients.csv }\n');
    const port = await findPort();
    const worker = startWorker({ HEALTH_PORT: String(port) });
    const enqueued = await cli('enqueue', 'clients.csv', '--job', 'crm', '--priority', '3', '--share', '0.5');
    expect(enqueued).toMatchObject({ code: 0 });
    expect(enqueued.text).toBe('Run 1 is queued: clients.csv with job crm, priority 3, with 50 % of the rate limit\n');
    expect(enqueued.stderr).toBe('Next: ninja-sync status 1 --watch\n');
    const watched = await cli('status', '1', '--watch', '--json');
    expect(readLines(watched).summary).toMatchObject({ status: 'done', rowOutcomes: { created: 3 } });
    expect(watched.code).toBe(0);
    expect(numbersOf()).toEqual(['C-0', 'C-1', 'C-2']);

    const health = `http://127.0.0.1:${port}`;
    const ready = await until(async () => (await fetch(`${health}/readyz`)).status === 200);
    expect(ready).toBe(true);
    const metrics = await (await fetch(`${health}/metrics`)).text();
    expect(metrics).toContain('ninja_sync_runs_total{job="crm",status="done"} 1');

    expect((await cli('doctor')).text).toMatch(/^ok +redis +answers; 1 worker up$/m);
    const status = await cli('status');
    expect(status.text).toContain('Runs: 0 at work, 0 waiting, 0 for a person. 1 worker.');
    expect(status.text).toMatch(/^ +crm +last good run 1, .* ago$/m);
    expect(readLines(await cli('status', '--json'))).toMatchObject({
      lines: [{ type: 'last-good', job: 'crm', run: 1 }, { type: 'summary' }],
      summary: { active: 0, waiting: 0, parked: 0, queue: { workers: 1, waiting: 0, paused: false } },
    });
    expect((await cli('runs')).text).toMatch(/ done .* crm .* clients\.csv \(enqueue\)$/m);
    expect(await worker.stop()).toBeLessThan(10_000);
    expect(worker.log()).toContain('"the worker ended"');
    expect(worker.log()).not.toContain('client0@example.com');
    expect(worker.log()).not.toContain(sandbox.tokens.admin);
  });

  it('finds by itself what was enqueued while Redis was away', async () => {
    writeFile('clients.csv', 2);
    writeJob('crm', 'source: { files: clients.csv }\n');
    const away = { ...env, REDIS_URL: 'redis://127.0.0.1:1' };
    const enqueued = await runCli(['enqueue', '--job', 'crm'], away, folder);
    expect(enqueued).toMatchObject({ code: 0, text: 'Run 1 is queued: the files of job crm\n' });
    expect(enqueued.stderr).toContain('Redis cannot be used');
    expect(enqueued.stderr).toContain('The run is stored');
    const status = await runCli(['status'], away, folder);
    expect(status).toMatchObject({ code: 0 });
    expect(status.text).toContain('1 waiting');
    expect(status.text).toContain('Redis cannot be reached');

    expect((await runCli(['worker', '--once'], away, folder)).code).toBe(1);
    expect(sandbox.clients()).toEqual([]);
    expect((await cli('worker', '--once')).code).toBe(0);
    expect(numbersOf()).toEqual(['C-0', 'C-1']);
  });

  it('runs what its schedule says, each second if it has to', async () => {
    writeFile('clients.csv', 2);
    writeJob('crm', 'source: { files: clients.csv }\nschedule: { cron: "* * * * * *", timezone: Europe/Berlin }\n');
    const before = await cli('schedule');
    expect(before.text).toContain('crm  "* * * * * *"  (not in the queue yet)');
    expect(before.text.match(/Europe\/Berlin   \d{4}-\d\d-\d\d \d\d:\d\d UTC$/gm)).toHaveLength(3);

    const worker = startWorker();
    const done = await until(async () => {
      const runs = (await store.listRuns(20)).filter(({ status }) => status === 'done');
      return runs.length >= 2 && runs;
    });
    expect(done.map(({ request }) => request?.origin)).toEqual(done.map(() => 'schedule'));
    expect(numbersOf()).toEqual(['C-0', 'C-1']);
    const listed = readLines(await cli('schedule', 'list', '--json')).lines[0];
    expect(listed).toMatchObject({ type: 'schedule', job: 'crm', cron: '* * * * * *', note: null });

    rmSync(path.join(folder, 'jobs/crm.yaml'));
    const synced = await cli('schedule', 'sync');
    expect(synced).toMatchObject({ code: 0, text: 'removed  crm\n' });
    await worker.stop();
    expect((await cli('schedule', 'list')).stderr).toContain('has a schedule');
  });
});

describe('a plan that waits for a person', () => {
  const untilStatus = (id: number, wanted: RunStatus): Promise<Run> => untilRun(id, ({ status }) => status === wanted);

  it('is sent when somebody approves it, and never when somebody rejects it', async () => {
    writeFile('clients.csv', 2);
    writeJob('crm', 'source: { files: clients.csv }\napproval: required\n');
    const worker = startWorker();
    await cli('enqueue', '--job', 'crm');
    await untilStatus(1, 'awaiting-approval');
    const status = await cli('status');
    expect(status.text).toMatch(/^For a person\n +1 +crm +awaiting-approval /m);
    expect(status.stderr).toContain('Next: ninja-sync show 1');
    const shown = await cli('show', '1');
    expect(shown.text).toContain('+ create "Client 0"');
    expect(shown.stderr).toContain('ninja-sync approve 1\n');
    expect(shown.stderr).toContain('ninja-sync reject 1\n');
    expect(sandbox.clients()).toEqual([]);

    expect((await cli('approve', '1')).text).toBe('Run 1 is approved: a worker carries its plan out.\n');
    await untilStatus(1, 'done');
    expect(numbersOf()).toEqual(['C-0', 'C-1']);

    writeFile('clients.csv', 3);
    await cli('enqueue', '--job', 'crm');
    await untilStatus(2, 'awaiting-approval');
    expect(await cli('reject', '2', '--reason', 'too many')).toMatchObject({ code: 0 });
    expect(await store.findRun(2)).toMatchObject({
      status: 'rejected',
      message: 'A person refused the plan: too many',
    });
    expect((await cli('approve', '2')).stderr).toContain('Run 2 is rejected: there is nothing to approve');
    await worker.stop();
    expect(sandbox.clients()).toHaveLength(2);
  });

  it('because it crosses limits, needs every one of them named', async () => {
    sandbox.seed([{ name: 'Somebody', id_number: 'X-1' }]);
    writeFile('clients.csv', 4);
    writeJob('crm', 'source: { files: clients.csv }\n');
    const worker = startWorker();
    await cli('enqueue', '--job', 'crm', '--approve');
    await untilStatus(1, 'breached');
    const refused = await cli('approve', '1');
    expect(refused.code).toBe(4);
    expect(refused.stderr).toContain('ninja-sync approve 1 --allow create');
    const approved = await cli('approve', '1', '--allow', 'create', '--json');
    expect(readLines(approved).summary).toMatchObject({ run: 1, status: 'planned', queued: true });
    await untilStatus(1, 'done');
    await worker.stop();
    expect(sandbox.clients()).toHaveLength(5);
  });
});

describe('a run in the middle', () => {
  const SIZE = 60;

  beforeEach(() => {
    writeFile('clients.csv', SIZE);
    writeJob('crm', 'source: { files: clients.csv }\n');
    slowDown();
  });

  const untilSome = (clients: number): Promise<boolean> => until(() => sandbox.clients().length >= clients);

  it('is paused between two changes, and goes on when somebody resumes it', async () => {
    const worker = startWorker();
    await cli('enqueue', '--job', 'crm');
    await untilSome(3);
    const paused = await cli('pause', '1');
    expect(paused.text).toBe('Run 1 (pushing): It is to pause between two changes.\n');
    await untilRun(1, ({ status }) => status === 'interrupted');
    const sent = sandbox.clients().length;
    expect(sent).toBeLessThan(SIZE);
    expect((await cli('status')).text).toMatch(/^Paused\n +1 +crm +interrupted +It is paused\.$/m);
    expect((await cli('show', '1')).stderr).toContain('ninja-sync resume 1');
    expect(sandbox.clients()).toHaveLength(sent);

    await speedUp();
    expect((await cli('resume', '1')).text).toBe('Run 1 (interrupted): a worker goes on with it.\n');
    await untilRun(1, ({ status }) => status === 'done');
    expect(new Set(numbersOf()).size).toBe(SIZE);
    expect(sandbox.clients()).toHaveLength(SIZE);
    await worker.stop();
  });

  it('is cancelled: what was sent stays, and nothing more comes', async () => {
    const worker = startWorker();
    await cli('enqueue', '--job', 'crm');
    await untilSome(3);
    expect((await cli('cancel', '1')).text).toContain('It is to end between two changes');
    await untilRun(1, ({ status, stop }) => status === 'cancelled' && stop === null);
    const sent = sandbox.clients().length;
    expect(sent).toBeLessThan(SIZE);
    await cli('enqueue', '--job', 'crm', '--at', '+1h');
    expect((await cli('cancel', '2')).text).toContain('Run 2 is cancelled. Somebody cancelled the run.');
    expect((await cli('cancel', '2')).stderr).toContain('Run 2 is cancelled.');
    await worker.stop();
    expect(sandbox.clients()).toHaveLength(sent);
  });

  it('is given back within ten seconds of a SIGTERM, and the next worker goes on', async () => {
    const worker = startWorker();
    await cli('enqueue', '--job', 'crm');
    await untilSome(3);
    const status = await cli('status');
    expect(status.text).toMatch(/^At work\n +1 +crm +pushing +by enqueue\n +Applying .* of 60 changes/m);
    expect(await worker.stop()).toBeLessThan(10_000);
    const sent = sandbox.clients().length;
    expect(sent).toBeLessThan(SIZE);
    expect((await store.findRun(1))?.status).toBe('interrupted');
    expect(await store.listLeases()).toEqual([]);

    await speedUp();
    expect((await cli('worker', '--once')).code).toBe(0);
    expect((await store.findRun(1))?.status).toBe('done');
    expect(new Set(numbersOf()).size).toBe(SIZE);
    expect(sandbox.clients()).toHaveLength(SIZE);
  });

  it('waits while the whole queue is paused', async () => {
    await speedUp();
    expect((await cli('pause', '--all')).code).toBe(0);
    await cli('enqueue', '--job', 'crm');
    expect((await cli('status')).text).toContain('The queue is paused: ninja-sync resume --all');
    expect((await cli('worker', '--once')).code).toBe(0);
    expect(sandbox.clients()).toEqual([]);
    expect((await cli('resume', '--all')).text).toBe('Workers take runs again.\n');
    expect((await cli('resume', '1', '--here')).stderr).toContain('nothing of it was sent so far');
    expect((await cli('worker', '--once')).code).toBe(0);
    expect(sandbox.clients()).toHaveLength(SIZE);
  });
});

describe('mistakes', () => {
  it.each([
    ['worker without Redis', ['worker'], { REDIS_URL: '' }, 2, 'REDIS_URL is not set'],
    ['worker without a token', ['worker'], { NINJA_TOKEN: '' }, 2, 'No token'],
    ['a file', ['enqueue', 'missing.csv', '--job', 'crm'], {}, 2, 'missing.csv is not there'],
    ['a job elsewhere', ['enqueue', '--job', 'other/far.yaml'], {}, 2, 'Workers do not find the job'],
    ['no run', ['pause'], {}, 2, 'Which run?'],
    ['two wishes', ['resume', '7', '--all'], {}, 2, '"7" is one run'],
    ['an unknown run', ['approve', '99'], {}, 2, 'There is no run "99"'],
    ['a queue that is away', ['pause', '--all'], { REDIS_URL: 'redis://127.0.0.1:1' }, 1, 'Redis cannot be used'],
  ] as const)('%s', async (_name, args, over, code, message) => {
    writeFile('clients.csv', 1);
    writeJob('crm', 'source: { files: clients.csv }\n');
    mkdirSync(path.join(folder, 'other'));
    writeFileSync(path.join(folder, 'other/far.yaml'), readFileSync(path.join(folder, 'jobs/crm.yaml')));
    const ended = await runCli(args, { ...env, ...over }, folder);
    expect([ended.code, ended.stderr]).toEqual([code, expect.stringContaining(message)]);
    expect(await store.listRuns(5)).toEqual([]);
  });
});

async function findPort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
