/** `ninja-sync worker`: carries out what schedules, dropped files and people ask for, until it is told to stop. */

import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { SyncError } from '../../errors.js';
import type { Job } from '../../job/schema.js';
import { createLogger } from '../../log.js';
import type { Logger } from '../../log.js';
import { parseAddress } from '../../ninja/address.js';
import type { Store } from '../../run/store.js';
import { openTargetsFile } from '../../targets/file.js';
import { loadJobs } from '../../worker/jobs.js';
import type { Monitor, WatchedJob } from '../../worker/monitor.js';
import { EXIT_DONE, action, useFiles, useStore } from '../command.js';
import type { CommonOptions, Session } from '../command.js';
import { parseWhole } from '../moment.js';
import { readQueue, redisUnset, withQueue } from '../queue.js';
import { describeWorker } from '../show-worker.js';

interface WorkerCommandOptions extends CommonOptions {
  readonly concurrency?: string;
  readonly once?: boolean;
}

const CONCURRENCY_MAX = 64;

export function addWorker(program: Command): void {
  program
    .command('worker')
    .description('carry out what schedules, dropped files and "enqueue" ask for, until a signal stops it')
    .option('--concurrency <n>', 'runs at a time (else WORKER_CONCURRENCY, else 2)')
    .option('--once', 'work off what is due, then end')
    .option('--url <url>', 'the Invoice Ninja server (else NINJA_URL, else each job says its own)')
    .option('--token <token>', 'its API token (better: NINJA_TOKEN or NINJA_TOKEN_FILE)')
    .addHelpText(
      'after',
      `
Environment: REDIS_URL (needed), NINJA_TOKEN_FILE, DATA_DIR, STATE_URL, JOBS_DIR, HEALTH_PORT (9464; 0 is none), LOG_LEVEL (info).
It logs JSON lines to stderr. SIGTERM and Ctrl-C: nothing new is taken, what is under way stops between two requests
within ten seconds and is carried on by the next worker. A second signal ends it at once, which loses nothing either.

Example:
  REDIS_URL=redis://127.0.0.1:6379 ninja-sync worker
  ninja-sync worker --concurrency 4`,
    )
    .action(action(worker));
}

async function worker(session: Session, options: WorkerCommandOptions): Promise<number> {
  const { config } = session;
  const { redisUrl, redisPrefix: prefix, egress, dataDir, jobsDir, notifyFile, url, token, readToken, secret } = config;
  if (redisUrl === undefined) throw redisUnset();
  const concurrency =
    options.concurrency === undefined
      ? config.workerConcurrency
      : parseWhole('--concurrency', options.concurrency, 1, CONCURRENCY_MAX);
  const isOnce = options.once === true;
  // One that has nobody to wait for it would wait for Redis for ever.
  if (isOnce) await withQueue(session, (queue) => queue.getWorkersCount());
  // Loaded here: other commands start faster without it.
  const [{ startWorker }, { workOff }] = await Promise.all([
    import('../../worker/worker.js'),
    import('../../worker/once.js'),
  ]);
  const store = await useStore(session);
  const files = await useFiles(session, store);
  const log = createLogger(config, { level: 'info' });
  const targets = openTargetsFile(config.targetsFile, ({ message }) =>
    log.error({ error: message }, 'targets.yaml cannot be used: the targets stay as they were'),
  );
  const known = await targets.read();
  if (token === undefined && known.list.length === 0) throw tokenUnset();
  const { jobs } = await loadJobs(jobsDir, log, known);
  const monitor = isOnce ? null : await watch(session, store, redisUrl, jobs);
  const running = await startWorker({
    store,
    redisUrl,
    prefix,
    egress,
    dataDir,
    files,
    jobsDir,
    notifyFile,
    targets,
    url,
    token,
    readToken,
    secret,
    variables: config.variables,
    s3: config.s3,
    log,
    concurrency,
    ...(monitor === null
      ? {}
      : { events: { ...monitor.events, onJobs: (now) => monitor.setJobs(watchedOf(now, url)) } }),
  });
  monitor?.watch(running);
  await introduce(session, log, { jobs, concurrency, health: monitor?.url ?? null });
  if (isOnce) await workOff(running, { url: redisUrl, prefix }, session.signal);
  else await untilAborted(session.signal);
  const startedAt = performance.now();
  await running.close();
  log.info({ ms: Math.round(performance.now() - startedAt) }, 'the worker ended');
  if (session.signal.aborted) session.raiseAgain();
  return EXIT_DONE;
}

async function watch(session: Session, store: Store, redisUrl: string, jobs: readonly Job[]): Promise<Monitor | null> {
  const { health: address, redisPrefix: prefix, url } = session.config;
  if (address === null) return null;
  const { startMonitor } = await import('../../worker/monitor.js');
  const monitor = await startMonitor({ address, store, redisUrl, prefix, jobs: watchedOf(jobs, url) });
  session.defer(() => monitor.close());
  return monitor;
}

function watchedOf(jobs: readonly Job[], url: string | undefined): readonly WatchedJob[] {
  return jobs.flatMap(({ name, target }) => {
    if (target.name !== undefined) return [{ name, target: target.name }];
    const named = url ?? target.url;
    return named === undefined ? [] : [{ name, target: parseAddress(named).url }];
  });
}

interface Introduction {
  readonly jobs: readonly Job[];
  readonly concurrency: number;
  readonly health: string | null;
}

/** For people on a terminal as a block, for machines as a line of the log. */
async function introduce(session: Session, log: Logger, introduction: Introduction): Promise<void> {
  const { jobs, concurrency, health } = introduction;
  const isReachable = (await readQueue(session, (queue) => queue.getWorkersCount())) !== null;
  log.info(
    { pid: process.pid, concurrency, redis: isReachable, jobs: jobs.map(({ name }) => name), health },
    'the worker runs',
  );
  if (!process.stderr.isTTY) return;
  for (const line of describeWorker(session.config, { ...introduction, isReachable }, Date.now()))
    session.io.talk(line);
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  // A timer that never ends keeps the process alive, whatever else does.
  await delay(2 ** 31 - 1, undefined, { signal }).catch(() => undefined);
}

function tokenUnset(): SyncError {
  return new SyncError('target-unset', 'No token: the worker could not ask any Invoice Ninja server.', {
    hint: 'Make one in Invoice Ninja (Settings, Account Management, API Tokens) and set NINJA_TOKEN or NINJA_TOKEN_FILE.',
  });
}
