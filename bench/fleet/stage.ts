/** What a fleet runs on: a PostgreSQL, a Redis, a sandbox for each target, job files, and workers as processes of their own. */

import { fork, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { openStore } from '../../src/run/open-store.js';
import type { Store } from '../../src/run/store.js';
import { openQueue } from '../../src/worker/queue.js';
import { findPort } from '../../test/support/port.js';
import { openPostgres } from '../../test/support/postgres.js';
import { openRedis } from '../../test/support/redis.js';
import type { Edge } from './figures.js';
import { readProcess } from './load.js';
import type { ProcessLoad } from './load.js';
import type { TargetCount } from './sandboxes.js';
import { jobFileOf } from './world.js';
import type { FleetTarget } from './world.js';

export interface StageOptions {
  readonly fleet: readonly FleetTarget[];
  readonly wish: { readonly targets: number; readonly runs: number };
  readonly workers: number;
  /** Runs at once in each of them. */
  readonly concurrency: number;
  readonly latencyMs: number;
  readonly folder: string;
  readonly cli: string;
  /** Of the schedules. */
  readonly cron: string;
}

export interface Stage {
  readonly store: Store;
  readonly database: Client;
  readonly queue: ReturnType<typeof openQueue>;
  readonly redisUrl: string;
  readonly stateUrl: string;
  readonly jobsDir: string;
  readonly exportsDir: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Milliseconds from the start of the workers until all of them took runs. */
  readonly startMs: number;
  countTargets(): Promise<readonly TargetCount[]>;
  readEdges(): Promise<readonly Edge[]>;
  readWorkers(): Promise<readonly ProcessLoad[]>;
  /** Lines of the workers' logs that hold the text. */
  countLogged(text: string): Promise<number>;
  /** Like a Prometheus; tells how long the slowest answer took, ms. */
  scrape(): Promise<number>;
  close(): Promise<void>;
}

/** In statements of the bench itself: they are left out of what is counted. */
export const OWN = '/* fleet_edges */';

const PREFIX = 'fleet';
const TOKEN = 'bench';
const START_MS = 60_000;

/** Notes when a run takes a status: the clock of the database, in the transaction of the change. */
const EDGES = `
  create table fleet_edges (run int not null, status text not null, at timestamptz not null default clock_timestamp());
  create function note_fleet_edge() returns trigger language plpgsql as $$
  begin insert into fleet_edges (run, status) values (new.id, new.status); return null; end $$;
  create trigger fleet_edges_new after insert on runs for each row execute function note_fleet_edge();
  create trigger fleet_edges_moved after update on runs for each row
    when (old.status is distinct from new.status) execute function note_fleet_edge();`;

export async function openStage(options: StageOptions): Promise<Stage> {
  const { fleet, folder, workers } = options;
  const closing: (() => Promise<void> | void)[] = [];
  const close = async (): Promise<void> => {
    for (const end of closing.splice(0).toReversed()) await end();
  };
  try {
    // As on a server that somebody relies on.
    const postgres = await openPostgres(['fsync=on', 'shared_preload_libraries=pg_stat_statements']);
    closing.push(() => postgres.close());
    const redis = await openRedis({ own: true });
    closing.push(() => redis.close());
    const stateUrl = await postgres.createDatabase();
    const [jobsDir, exportsDir] = [path.join(folder, 'jobs'), path.join(folder, 'exports')];
    for (const made of [jobsDir, exportsDir]) mkdirSync(made);
    const store = await openStore({ dataDir: folder, stateUrl });
    closing.push(() => store.close());
    const database = new Client({ connectionString: stateUrl });
    await database.connect();
    closing.push(() => database.end());
    await database.query(EDGES);
    const queue = openQueue({ url: redis.url, prefix: PREFIX }, true);
    closing.push(() => queue.close());

    const sandboxes = startSandboxes(options);
    closing.push(() => stop(sandboxes));
    const [{ urls }] = (await once(sandboxes, 'message')) as [{ readonly urls: readonly string[] }];
    for (const { jobs } of fleet) {
      for (const { name, target, isScheduled } of jobs) {
        const file = jobFileOf(urls[target] ?? '', `exports/${name}.csv`, isScheduled ? options.cron : null);
        await writeFile(path.join(jobsDir, `${name}.yaml`), file);
      }
    }
    const environment = {
      REDIS_URL: redis.url,
      REDIS_PREFIX: PREFIX,
      STATE_URL: stateUrl,
      JOBS_DIR: jobsDir,
      NINJA_TOKEN: TOKEN,
    };
    const begin = performance.now();
    const started = await Promise.all(
      Array.from({ length: workers }, (_, nth) =>
        startWorker(options, environment, path.join(folder, `worker-${nth}`)),
      ),
    );
    closing.push(async () => void (await Promise.all(started.map(({ child }) => stop(child)))));
    while ((await queue.getWorkersCount()) < workers) {
      if (performance.now() - begin > START_MS) throw new Error(`${workers} workers did not start.`);
      await delay(100);
    }
    return {
      store,
      database,
      queue,
      redisUrl: redis.url,
      stateUrl,
      jobsDir,
      exportsDir,
      environment,
      startMs: performance.now() - begin,
      countTargets: () => askCounts(sandboxes),
      readEdges: () => readEdges(database),
      readWorkers: () => Promise.all(started.map(({ child }) => readProcess(child.pid ?? 0))),
      countLogged: (text) => countLogged(started, text),
      scrape: () => scrape(started),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function startSandboxes({ wish, latencyMs }: StageOptions): ChildProcess {
  const script = fileURLToPath(new URL('sandboxes.js', import.meta.url));
  return fork(script, [wish.targets, wish.runs, latencyMs].map(String), { execArgv: [] });
}

async function askCounts(sandboxes: ChildProcess): Promise<readonly TargetCount[]> {
  const asked = once(sandboxes, 'message');
  sandboxes.send('count');
  const [{ counts }] = (await asked) as [{ readonly counts: readonly TargetCount[] }];
  return counts;
}

interface StartedWorker {
  readonly child: ChildProcess;
  readonly log: string;
  readonly healthUrl: string;
}

async function startWorker(
  { cli, concurrency }: StageOptions,
  environment: Readonly<Record<string, string>>,
  dataDir: string,
): Promise<StartedWorker> {
  mkdirSync(dataDir);
  const log = path.join(dataDir, 'log');
  const port = await findPort();
  const child = spawn(process.execPath, [cli, 'worker', '--concurrency', String(concurrency)], {
    env: { ...process.env, ...environment, DATA_DIR: dataDir, HEALTH_PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  child.stderr?.pipe(createWriteStream(log));
  return { child, log, healthUrl: `http://127.0.0.1:${port}` };
}

async function countLogged(workers: readonly StartedWorker[], text: string): Promise<number> {
  let count = 0;
  for (const { log } of workers) count += (await readFile(log, 'utf8')).split(text).length - 1;
  return count;
}

async function scrape(workers: readonly StartedWorker[]): Promise<number> {
  const times = workers.map(async ({ healthUrl }) => {
    const begin = performance.now();
    await (await fetch(`${healthUrl}/metrics`)).text();
    return performance.now() - begin;
  });
  return Math.max(...(await Promise.all(times)));
}

async function readEdges(database: Client): Promise<readonly Edge[]> {
  const { rows } = await database.query<{ run: number; status: string; at: string }>(
    'select run, status, extract(epoch from at) * 1000 as at from fleet_edges order by at',
  );
  return rows.map(({ run, status, at }) => ({ run, status, at: Number(at) }));
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) throw new Error(`A process of the fleet ended with ${child.exitCode}.`);
  const ended = once(child, 'exit');
  if (child.connected) child.disconnect();
  else child.kill('SIGTERM');
  await ended;
}
