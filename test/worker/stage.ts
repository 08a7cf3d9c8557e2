/** Everything that workers need, in one place: a Redis, a state, a sandbox, job files and exports. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Queue } from 'bullmq';
import { createLogger } from '../../src/log.js';
import type { RunRequest } from '../../src/run/request.js';
import { openStore } from '../../src/run/open-store.js';
import type { RunStatus } from '../../src/run/status.js';
import type { Run, Store } from '../../src/run/store.js';
import { startSandbox } from '../../src/sandbox/server.js';
import type { Sandbox, SandboxOptions } from '../../src/sandbox/server.js';
import { enqueueRun, openQueue } from '../../src/worker/queue.js';
import { startWorker } from '../../src/worker/worker.js';
import type { RunningWorker, WorkerOptions, WorkerTimes } from '../../src/worker/worker.js';
import { buildRequest } from '../run/build.js';
import { openRedis } from '../support/redis.js';
import type { TestRedis } from '../support/redis.js';
import { csv } from '../support/rehearsal.js';

/** As in earnest, but for what tests would wait for. */
const QUICK: Partial<WorkerTimes> = {
  lock: 3000,
  stalled: 500,
  lease: 5000,
  reconcile: 200,
  stops: 50,
  patience: 200,
  grace: 100,
};

export interface Stage {
  readonly redis: TestRedis;
  readonly store: Store;
  readonly sandbox: Sandbox;
  readonly queue: Queue;
  /** Folder of jobs, exports and state. */
  readonly folder: string;
  readonly dataDir: string;
  readonly jobsDir: string;
  /** What workers logged, one line each. */
  readonly logs: readonly string[];
  /** Writes `jobs/NAME.yaml`; guards stop nothing unless the job says so. */
  job(name: string, settings?: Readonly<Record<string, unknown>>): void;
  /** Writes an export of clients numbered `from` to `from + count - 1`, and gives its path. */
  exportOf(count: number, options?: { readonly from?: number; readonly name?: string; readonly city?: string }): string;
  /** Stores a run as `enqueue` does; nothing is in the queue yet. */
  ask(job: string, paths: readonly string[], over?: Partial<RunRequest> & { readonly target?: string }): Promise<Run>;
  /** Stores a run and queues it. */
  enqueue(job: string, paths: readonly string[], over?: Parameters<Stage['ask']>[2]): Promise<Run>;
  worker(over?: Partial<WorkerOptions>): Promise<RunningWorker>;
  /** Resolves when the run has the status; fails when it ends otherwise. */
  until(run: Pick<Run, 'id'>, ...statuses: readonly RunStatus[]): Promise<Run>;
  find(run: Pick<Run, 'id'>): Promise<Run>;
  /** Of the sandbox's clients, sorted. */
  names(): readonly string[];
  /** Asks until the answer is there; what went on is told when it never is. */
  eventually<Answer>(
    question: () => Promise<Answer | null | false> | Answer | null | false,
    deadlineMs?: number,
  ): Promise<Answer>;
  /** What waits for its time (schedules, runs that are tried again) has waited enough. */
  promoteAll(): Promise<void>;
  /** Resolves when the queue holds nothing but schedules. */
  untilIdle(): Promise<void>;
  close(): Promise<void>;
}

export const TOKEN = 'a-token-that-must-not-leak';
const ENDS: readonly RunStatus[] = ['done', 'failed', 'cancelled', 'rejected'];

export async function openStage(
  options: {
    readonly redis?: Parameters<typeof openRedis>[0];
    readonly sandbox?: SandboxOptions;
    /** Without it a SQLite file in `dataDir`. */
    readonly stateUrl?: string;
  } = {},
): Promise<Stage> {
  const folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-worker-'));
  const [jobsDir, dataDir] = [path.join(folder, 'jobs'), path.join(folder, 'data')];
  for (const made of [jobsDir, dataDir]) mkdirSync(made);
  const redis = await openRedis(options.redis);
  const sandbox = await startSandbox({ token: TOKEN, ...options.sandbox });
  const store = await openStore({ dataDir, stateUrl: options.stateUrl });
  const queue = openQueue({ url: redis.url, prefix: redis.prefix }, true);
  const logs: string[] = [];
  const log = createLogger(
    { logLevel: 'debug', token: TOKEN, secret: undefined, redisUrl: redis.url },
    { destination: { write: (line: string) => void logs.push(line) } },
  );
  const workers: RunningWorker[] = [];

  const find = async ({ id }: Pick<Run, 'id'>): Promise<Run> => {
    const run = await store.findRun(id);
    if (run === undefined) throw new Error(`there is no run ${id}`);
    return run;
  };
  const ask: Stage['ask'] = async (job, paths, { target = sandbox.url, ...over } = {}) =>
    await store.createRun({ job, target, files: [], request: buildRequest({ paths, ...over }) });
  return {
    redis,
    store,
    sandbox,
    queue,
    folder,
    dataDir,
    jobsDir,
    logs,
    job(name, settings = {}) {
      const cap = { count: 1_000_000, ratio: 1 };
      const target = { url: sandbox.url, ...(settings['target'] as object | undefined) };
      const guards = { create: cap, update: cap, archive: cap, rejects: cap, failures: cap, rows: 1 };
      writeFileSync(path.join(jobsDir, `${name}.yaml`), JSON.stringify({ guards, ...settings, target }));
    },
    exportOf(count, { from = 1, name = 'clients.csv', city = 'Ulm' } = {}) {
      const rows = Array.from({ length: count }, (_, n) => {
        const id = from + n;
        return [`C-${id}`, `Client ${id}`, city, `mail${id}@people.example`];
      });
      const file = path.join(folder, name);
      writeFileSync(file, csv([['ID', 'Company', 'City', 'Email'], ...rows]));
      return file;
    },
    ask,
    async enqueue(job, paths, over) {
      const run = await ask(job, paths, over);
      await enqueueRun(queue, run, Date.now());
      return run;
    },
    async worker(over = {}) {
      const worker = await startWorker({
        store,
        redisUrl: redis.url,
        prefix: redis.prefix,
        dataDir,
        jobsDir,
        url: undefined,
        token: TOKEN,
        log,
        ...over,
        times: { ...QUICK, ...over.times },
      });
      workers.push(worker);
      return worker;
    },
    async until(run, ...statuses) {
      return await eventually(
        async () => {
          const now = await find(run);
          if (statuses.includes(now.status)) return now;
          if (ENDS.includes(now.status))
            throw new Error(`run ${now.id} is ${now.status}: ${now.message}\n${lastLogs(logs)}`);
          return null;
        },
        () => lastLogs(logs),
      );
    },
    find,
    eventually: (question, deadlineMs) => eventually(question, () => lastLogs(logs), deadlineMs),
    async promoteAll() {
      for (const job of await queue.getDelayed()) await job.promote();
    },
    async untilIdle() {
      await eventually(async () => {
        const jobs = await queue.getJobs(['wait', 'active', 'delayed', 'prioritized', 'failed', 'completed']);
        return jobs.every(({ id = '' }) => id.startsWith('repeat:'));
      });
    },
    names: () =>
      sandbox
        .clients()
        .map(({ name }) => name)
        .sort((one, other) => one.localeCompare(other, 'en', { numeric: true })),
    async close() {
      for (const worker of workers) await worker.close({ force: true });
      await queue.close();
      await store.close();
      await sandbox.close();
      await redis.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Without those of single requests. */
function lastLogs(logs: readonly string[]): string {
  return logs
    .filter((line) => !line.includes('"level":20'))
    .slice(-20)
    .join('');
}

const DEADLINE_MS = 25_000;
const POLL_MS = 10;

/** Asks until the answer is there, and throws what the question throws. */
export async function eventually<Answer>(
  question: () => Promise<Answer | null | false> | Answer | null | false,
  explain: () => string = () => '',
  deadlineMs: number = DEADLINE_MS,
): Promise<Answer> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const answer = await question();
    if (answer !== null && answer !== false) return answer;
    if (performance.now() > end) throw new Error(`it did not happen in ${deadlineMs} ms\n${explain()}`);
    await new Promise((resolve) => {
      setTimeout(resolve, POLL_MS);
    });
  }
}
