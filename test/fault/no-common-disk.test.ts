/**
 * Two workers that share no disk, only Redis, PostgreSQL and a bucket: what one leaves, the other finishes, also when the
 * file that was enqueued is gone. A bucket that is away for a while, or that refuses, is no loss.
 */

import { appendFileSync, cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../e2e/cli.js';
import type { Ended } from '../e2e/cli.js';
import { openPostgres } from '../support/postgres.js';
import type { TestPostgres } from '../support/postgres.js';
import { openTestS3 } from '../support/s3.js';
import type { TestS3 } from '../support/s3.js';
import { openStage, TOKEN } from '../worker/stage.js';
import type { Stage } from '../worker/stage.js';
import { startWorkerProcess } from './worker-process.js';
import type { WorkerProcess } from './worker-process.js';

const CLIENTS = 80;

let postgres: TestPostgres;
let s3: TestS3;
let stage: Stage;
let stateUrl: string;
let filesUrl: string;
let workers: WorkerProcess[];

beforeAll(async () => {
  [postgres, s3] = await Promise.all([openPostgres(), openTestS3()]);
}, 60_000);

afterAll(async () => {
  postgres.close();
  await s3.close();
});

beforeEach(async () => {
  stateUrl = await postgres.createDatabase();
  filesUrl = `s3://${await s3.createBucket()}/ninja-sync`;
  stage = await openStage({ redis: { own: true }, stateUrl });
  stage.job('acme');
  workers = [];
});

afterEach(async () => {
  for (const child of workers) child.kill('SIGKILL');
  await stage.close();
});

/** A machine: its own data folder and its own copy of the job files. */
function machine(name: string, over: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const folder = path.join(stage.folder, name);
  mkdirSync(path.join(folder, 'data'), { recursive: true });
  cpSync(stage.jobsDir, path.join(folder, 'jobs'), { recursive: true });
  return {
    NINJA_TOKEN: TOKEN,
    REDIS_URL: stage.redis.url,
    REDIS_PREFIX: stage.redis.prefix,
    STATE_URL: stateUrl,
    FILES_URL: filesUrl,
    ...s3.env,
    DATA_DIR: path.join(folder, 'data'),
    JOBS_DIR: path.join(folder, 'jobs'),
    HEALTH_PORT: '0',
    LOG_LEVEL: 'warn',
    ...over,
  };
}

function startWorker(name: string): WorkerProcess {
  const child = startWorkerProcess(stage, machine(name));
  workers.push(child);
  return child;
}

/** From a machine of its own, whose file is gone afterwards. */
async function enqueue(over: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const file = stage.exportOf(CLIENTS);
  const ended = await runCli(['enqueue', file, '--job', 'acme', '--json'], machine('desk', over), stage.folder);
  rmSync(file);
  return ended;
}

const creates = (): number =>
  stage.sandbox.requests.filter(({ method, path: asked }) => method === 'POST' && asked.endsWith('/clients')).length;

describe('workers without a common disk', () => {
  it('any machine shows the report and prints the rejects, also when the one that made them is gone', async () => {
    const file = stage.exportOf(3);
    appendFileSync(file, '"C-4","Client 4","Ulm","mail4@people.example","one cell too many"\n');
    expect((await runCli(['enqueue', file, '--job', 'acme'], machine('desk'), stage.folder)).code).toBe(0);
    startWorker('one');
    await stage.until({ id: 1 }, 'done');
    await stage.untilIdle();
    const made = readFileSync(path.join(stage.folder, 'one/data/runs/1/rejects.csv'), 'utf8');
    expect(made).toContain('one cell too many');
    rmSync(path.join(stage.folder, 'one'), { recursive: true, force: true });

    for (const name of ['desk', 'other']) {
      const rejects = await runCli(['rejects', '1'], machine(name), stage.folder);
      expect(rejects, rejects.stderr).toMatchObject({ code: 0, text: made });
      const shown = await runCli(['show', '1'], machine(name), stage.folder);
      const page = path.join(stage.folder, name, 'data/runs/1/report.html');
      expect(shown.stderr).toContain(`Report: ${page}\n`);
      // It was written again after the push.
      expect(readFileSync(page, 'utf8')).toContain('undo 1');
    }
    const { FILES_URL: _, ...without } = machine('desk');
    const refused = await runCli(['rejects', '1'], without, stage.folder);
    expect(refused).toMatchObject({ code: 2, text: '' });
    expect(refused.stderr).toContain('set FILES_URL here');
  });

  it('a command keeps its files as workers do, and is no worse off when the bucket is away', async () => {
    const file = stage.exportOf(2);
    const over = { NINJA_URL: stage.sandbox.url };
    const planned = await runCli(['plan', file, '--job', 'acme'], machine('desk', over), stage.folder);
    expect(planned.code, planned.stderr).toBe(0);
    const kept = await stage.store.listRunFiles(1);
    expect(kept.map(({ role, name }) => [role, name])).toEqual([
      ['input', file],
      ['report', 'report.html'],
      ['report', 'report.json'],
    ]);
    await s3.stop();
    try {
      const run = await runCli(['run', file, '--job', 'acme'], machine('desk', over), stage.folder);
      expect(run.code, run.stderr).toBe(0);
      expect(run.stderr).toContain('The input files of run 2 could not be stored in s3://');
      expect(run.stderr).toContain('The report of run 2 could not be stored');
      const shown = await runCli(['show', '2'], machine('other', over), stage.folder);
      expect(shown.code).toBe(0);
    } finally {
      await s3.start();
    }
    expect(stage.names()).toHaveLength(2);
  });

  it('one is killed in the middle of a push, and the other finishes: each client once', async () => {
    stage.sandbox.fault({ kind: 'latency', method: 'POST', path: '/clients$', when: 'after', delayMs: 40 });
    const { code, stderr } = await enqueue();
    expect(code, stderr).toBe(0);
    const one = startWorker('one');
    await stage.eventually(() => creates() >= 20);
    one.kill('SIGKILL');
    rmSync(path.join(stage.folder, 'one'), { recursive: true, force: true });
    expect(stage.names().length).toBeLessThan(CLIENTS);

    startWorker('other');
    await stage.eventually(async () => (await stage.find({ id: 1 })).status === 'done', 50_000);
    expect(creates()).toBe(CLIENTS);
    expect(new Set(stage.names()).size).toBe(CLIENTS);
    expect((await stage.find({ id: 1 })).rowOutcomes).toMatchObject({ created: CLIENTS, failed: 0, skipped: 0 });
  });

  it('a bucket that is away is said, and the run goes on when it is back', async () => {
    expect((await enqueue()).code).toBe(0);
    await s3.stop();
    try {
      startWorker('one');
      await stage.eventually(async () => (await stage.find({ id: 1 })).message !== null);
      expect((await stage.find({ id: 1 })).message).toMatch(
        /^S3 could not .* s3:\/\/bucket-.*: the server does not answer \(ECONNREFUSED\)\. It is tried again by itself\.$/,
      );
      const refused = await enqueue();
      expect(refused.code).toBe(1);
      expect(refused.text).toContain('"code":"s3-failed"');
      expect(await stage.store.listRuns(2)).toHaveLength(1);
    } finally {
      await s3.start();
    }
    await stage.promoteAll();
    await stage.until({ id: 1 }, 'done');
    expect(stage.names()).toHaveLength(CLIENTS);
  });

  it('wrong credentials are named where they are used, and by doctor', async () => {
    const wrong = { AWS_SECRET_ACCESS_KEY: 'another-secret' };
    const refused = await enqueue(wrong);
    expect(refused.code).toBe(1);
    expect(refused.text).toContain('the server refuses these credentials (403');
    expect(await stage.store.listRuns(1)).toEqual([]);
    const [bad, good] = [
      await runCli(['doctor'], machine('desk', { NINJA_URL: stage.sandbox.url, ...wrong })),
      await runCli(['doctor'], machine('desk', { NINJA_URL: stage.sandbox.url })),
    ];
    expect(bad.text).toMatch(/PROBLEM {2}files .*refuses these credentials/);
    expect(good.text).toMatch(/ok {7}files +written, read and removed \(s3:\/\/bucket-/);
    expect(bad.text + bad.stderr + refused.text + refused.stderr).not.toContain('another-secret');
  });
});
