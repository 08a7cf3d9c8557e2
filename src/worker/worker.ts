/**
 * A worker: takes runs out of the queue and carries them on, makes runs of schedules and dropped files, and keeps the queue
 * as full as the state store says.
 *
 * Invariants: while Redis is away nothing ends: runs that are at work go on under their lease, everything else waits. What
 * a worker holds is given back when it is closed; when it dies, others find it: the queue by the lock that runs out, the
 * target by the lease.
 */

import { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { SyncError } from '../errors.js';
import type { Job } from '../job/schema.js';
import type { Logger } from '../log.js';
import { parseAddress } from '../ninja/address.js';
import type { RequestReport } from '../ninja/http.js';
import type { ChangeKind, OutcomeKind } from '../plan/change.js';
import type { Throttle } from '../push/throttle.js';
import { openTarget } from '../run/target.js';
import type { Run, Store } from '../run/store.js';
import { finishDrop } from './drop/finish.js';
import type { FolderStatus } from './drop/folder.js';
import { watchDrops } from './drop/watch.js';
import type { DropWatch } from './drop/watch.js';
import { findJob, loadJobs } from './jobs.js';
import type { LoadedJobs } from './jobs.js';
import { leaveWhenStopped } from './leaving-throttle.js';
import { createProcessor } from './processor.js';
import type { ActiveRun, Processor } from './processor.js';
import { connectionOf, enqueueRun, openQueue, QUEUE_NAME } from './queue.js';
import { reconcile } from './reconcile.js';
import { startScheduled } from './scheduled.js';
import { listSchedules, syncSchedules } from './schedules.js';
import { createSharedThrottle } from './shared-throttle.js';
import { within } from './within.js';

export interface WorkerOptions {
  /** Closed by whoever opened it, after the worker. */
  readonly store: Store;
  readonly redisUrl: string;
  /** In front of every key in Redis. */
  readonly prefix: string;
  /** Workers that targets see under another IP address have another name here. */
  readonly egress?: string;
  readonly dataDir: string;
  readonly jobsDir: string;
  /** Base URL of the target; without it each job says its own. */
  readonly url: string | undefined;
  readonly token: string | undefined;
  readonly secret?: string | undefined;
  readonly log: Logger;
  readonly events?: WorkerEvents;
  /** Runs at once; default 2. */
  readonly concurrency?: number;
  /** Milliseconds since 1970; default the clock. */
  readonly now?: () => number;
  readonly times?: Partial<WorkerTimes>;
}

/** In milliseconds. */
export interface WorkerTimes {
  /** How long a run stays with a worker that does not show itself. */
  readonly lock: number;
  /** How often workers look for such runs. With `lock` it says how soon the run of a dead worker goes on: 20 s. */
  readonly stalled: number;
  /** How long the lease of a target lasts without being extended. */
  readonly lease: number;
  /** How often the queue is held against the state store. */
  readonly reconcile: number;
  /** How often active runs are asked whether somebody stops them. */
  readonly stops: number;
  /** How long a target may be down before its run gives its slot to others. */
  readonly patience: number;
  /** How long a stopped run may wait for the rate limit to look at what it wrote last. */
  readonly grace: number;
  /** How long `close` waits for runs to be given back: Docker kills after ten seconds. */
  readonly close: number;
  /** Length of the server's throttle window. */
  readonly window: number;
}

const TIMES: WorkerTimes = {
  lock: 15_000,
  stalled: 5000,
  lease: 20_000,
  reconcile: 10_000,
  stops: 1000,
  patience: 60_000,
  grace: 3000,
  close: 8000,
  window: 60_000,
};
const CONCURRENCY = 2;
/** Redis is told what is given back within this time, or it is away. */
const GIVE_BACK_MS = 2000;
/** Never reached: runs count the deaths of their workers themselves, and forget them when they get on. */
const STALLED_MAX = 1_000_000;
/** A message that comes again and again is logged this often. */
const REPEAT_MS = 60_000;

/** Hooks for who measures. They must not throw. */
export interface WorkerEvents {
  /** A run reached a status from which it does not go on by itself, after so many seconds of its last leg. */
  readonly onRunEnd?: (run: Run, seconds: number) => void;
  /** A change has its outcome. */
  readonly onChange?: (kind: ChangeKind, outcome: OutcomeKind) => void;
  /** A leg begins to work with the target of its run. */
  readonly onConnect?: (throttle: Throttle, run: Run) => void;
  /** Each attempt of a request. */
  readonly onRequest?: (report: RequestReport, run: Run) => void;
  /** A run keeps to the rate limit alone (false: Redis is away), or together with others again. */
  readonly onThrottle?: (shared: boolean, run: Run) => void;
}

export interface WorkerStatus {
  readonly redis: boolean;
  readonly store: boolean;
  readonly active: readonly ActiveRun[];
  readonly drops: readonly FolderStatus[];
}

export interface RunningWorker {
  /** Asks Redis and the store; takes a second at most when they do not answer. */
  status(): Promise<WorkerStatus>;
  /** Holds the queue against the state store now. */
  reconcile(): Promise<void>;
  /**
   * Takes nothing more, gives back what it has and closes everything but the store.
   *
   * @param options.force does not wait for the runs: they are found like those of a dead worker
   */
  close(options?: { readonly force?: boolean }): Promise<void>;
}

/** Returns when everything was begun; Redis may be away. */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const jobs = await loadJobs(options.jobsDir, options.log);
  return new WorkerProcess(options, jobs);
}

class WorkerProcess implements RunningWorker {
  readonly #options: WorkerOptions;
  readonly #times: WorkerTimes;
  readonly #now: () => number;
  readonly #queue;
  readonly #redis: Redis;
  readonly #processor: Processor;
  readonly #worker: Worker;
  readonly #drops: DropWatch;
  #schedules: LoadedJobs['schedules'];
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #logged = new Map<string, number>();
  #reconciling: Promise<void> | null = null;
  #readingStops = false;
  #isSynced = false;
  #workers = 1;
  #closing: Promise<void> | null = null;

  constructor(options: WorkerOptions, { jobs, schedules }: LoadedJobs) {
    const { redisUrl: url, prefix, log, store } = options;
    this.#options = options;
    this.#times = { ...TIMES, ...options.times };
    this.#now = options.now ?? ((): number => Date.now());
    this.#schedules = schedules;
    this.#queue = openQueue({ url, prefix }, true);
    // A throttle that waits for Redis would stop the run: it goes alone instead.
    this.#redis = new Redis(url, { maxRetriesPerRequest: 0, enableOfflineQueue: false, retryStrategy });
    this.#processor = createProcessor(this.#processing());
    this.#worker = new Worker(QUEUE_NAME, (job, token) => this.#processor.process(job, token ?? ''), {
      connection: connectionOf(url, true),
      prefix,
      concurrency: options.concurrency ?? CONCURRENCY,
      lockDuration: this.#times.lock,
      stalledInterval: this.#times.stalled,
      maxStalledCount: STALLED_MAX,
    });
    const onError = (error: Error): void => this.#trouble(error);
    this.#worker.on('error', onError);
    this.#queue.on('error', onError);
    this.#redis.on('error', onError);
    this.#worker.on('lockRenewalFailed', (ids: string[]) => {
      for (const id of ids) this.#processor.stop(Number(id.replace(/^run-/, '')), 'lock');
    });
    this.#drops = watchDrops({
      jobs: jobs.flatMap((job) => this.#asDrop(job)),
      store,
      log,
      onRun: (run) => enqueueRun(this.#queue, run, this.#now()),
      now: () => new Date(this.#now()).toISOString(),
    });
    this.#every(this.#times.reconcile, () => this.reconcile());
    this.#every(this.#times.stops, () => this.#readStops());
    void this.reconcile();
  }

  async status(): Promise<WorkerStatus> {
    const { store } = this.#options;
    const [redis, isStored] = await Promise.all([answers(this.#redis.ping()), answers(store.listRuns(1))]);
    return { redis, store: isStored, active: this.#processor.listActive(), drops: this.#drops.status() };
  }

  /** One at a time; what goes wrong is tried again the next time. */
  reconcile(): Promise<void> {
    this.#reconciling ??= this.#fillQueue().finally(() => {
      this.#reconciling = null;
    });
    return this.#reconciling;
  }

  close({ force = false }: { readonly force?: boolean } = {}): Promise<void> {
    this.#closing ??= this.#closeAll(force);
    return this.#closing;
  }

  async #closeAll(force: boolean): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    const deadline = performance.now() + this.#times.close;
    await this.#worker.pause(true);
    const ended = Promise.all([this.#drops.close(), this.#processor.stopAll()]);
    const areEnded = !force && (await within(ended, deadline));
    const soon = Math.min(deadline, performance.now() + GIVE_BACK_MS);
    const isBack = areEnded && (await within(this.#processor.whenGivenBack(), soon));
    // With nothing under way it closes at once; what hangs because Redis is away is left behind.
    await within(this.#worker.close(!isBack), performance.now() + 1000);
    await within(this.#queue.close(), performance.now() + 500);
    this.#redis.disconnect();
  }

  async #fillQueue(): Promise<void> {
    const { store, log } = this.#options;
    try {
      if (!this.#isSynced || (await this.#lostSchedules())) await this.#syncSchedules();
      const added = await reconcile({
        store,
        queue: this.#queue,
        isActive: (runId) => this.#processor.isActive(runId),
        now: this.#now,
      });
      if (added.length > 0) log.info({ runs: added }, 'runs were put into the queue');
      this.#workers = Math.max(1, await this.#queue.getWorkersCount());
    } catch (error) {
      this.#trouble(error);
    }
  }

  /** Somebody emptied Redis. */
  async #lostSchedules(): Promise<boolean> {
    return this.#schedules.wanted.length > 0 && (await this.#queue.getJobSchedulersCount()) === 0;
  }

  async #syncSchedules(): Promise<void> {
    // They may be others by now.
    if (this.#isSynced) ({ schedules: this.#schedules } = await loadJobs(this.#options.jobsDir, this.#options.log));
    const { wanted, unreadable } = this.#schedules;
    // Those of jobs that cannot be read stay as they are until somebody mended the job.
    const held = await listSchedules(this.#queue);
    const kept = held.filter(({ job }) => unreadable.includes(job));
    const { added, changed, removed } = await syncSchedules(this.#queue, [...wanted, ...kept]);
    this.#isSynced = true;
    this.#options.log.info({ added, changed, removed }, 'schedules are those of the job files');
  }

  async #readStops(): Promise<void> {
    if (this.#readingStops) return;
    this.#readingStops = true;
    try {
      await this.#processor.readStops();
    } catch (error) {
      this.#trouble(error);
    } finally {
      this.#readingStops = false;
    }
  }

  #processing(): Parameters<typeof createProcessor>[0] {
    const { store, dataDir, log } = this.#options;
    const load = (name: string): Promise<Job> => findJob(name, this.#options.jobsDir);
    return {
      store,
      dataDir,
      log,
      queue: this.#queue,
      now: this.#now,
      loadJob: load,
      patienceMs: this.#times.patience,
      leaseMs: this.#times.lease,
      openTarget: (run, job, signal) => this.#connect(run, job, signal),
      startScheduled: (name) =>
        startScheduled(
          { store, loadJob: load, targetOf: (job) => this.#targetOf(job), log, onEnd: (run) => this.#end(run, 0) },
          name,
        ),
      onEnd: (run, seconds) => this.#end(run, seconds),
      onOutcome: (kind, outcome) => this.#options.events?.onChange?.(kind, outcome),
    };
  }

  #connect(run: Run, { target: wish }: Job, signal: AbortSignal): ReturnType<typeof openTarget> {
    const { url, token, secret, prefix, egress = '', log, events } = this.#options;
    const shared = createSharedThrottle({
      redis: this.#redis,
      prefix,
      egress,
      target: run.target,
      runId: run.id,
      requestsPerMinute: wish['requests-per-minute'],
      headroom: wish.headroom,
      share: run.request?.share ?? 1,
      workers: () => this.#workers,
      windowMs: this.#times.window,
      onChange: (isShared) => events?.onThrottle?.(isShared, run),
    });
    events?.onConnect?.(shared, run);
    return openTarget({
      url: url ?? run.target,
      token,
      secret,
      concurrency: wish.concurrency,
      throttle: leaveWhenStopped(shared, signal, this.#times.grace),
      log: log.child({ run: run.id, job: run.job }),
      onRequest: (report) => events?.onRequest?.(report, run),
    });
  }

  /** @throws SyncError `target-unset` */
  #targetOf(job: Job): string {
    const url = this.#options.url ?? job.target.url;
    if (url !== undefined) return parseAddress(url).url;
    throw new SyncError('target-unset', `${job.name}: nobody said which Invoice Ninja server is meant.`, {
      hint: 'Set NINJA_URL for the worker, or write target.url in the job file.',
    });
  }

  #asDrop(job: Job): readonly { readonly job: Job; readonly target: string }[] {
    if (job.drop === undefined) return [];
    try {
      return [{ job, target: this.#targetOf(job) }];
    } catch (error) {
      this.#options.log.error({ job: job.name, error: messageOf(error) }, 'the drop folder of a job is not watched');
      return [];
    }
  }

  async #end(run: Run, seconds: number): Promise<void> {
    this.#options.events?.onRunEnd?.(run, seconds);
    await finishDrop(this.#options.store, run);
  }

  #every(ms: number, act: () => Promise<void>): void {
    this.#timers.push(setInterval(() => void act(), ms));
  }

  /** Connections that are away say so every second or two. */
  #trouble(error: unknown): void {
    const message = messageOf(error);
    const now = performance.now();
    if (this.#closing !== null || now - (this.#logged.get(message) ?? Number.NEGATIVE_INFINITY) < REPEAT_MS) return;
    this.#logged.set(message, now);
    this.#options.log.warn({ error: message }, 'the queue or the state does not work as it should; the worker goes on');
  }
}

function retryStrategy(times: number): number {
  return Math.min(2000, 50 * times);
}

const ANSWER_MS = 1000;

async function answers(asked: Promise<unknown>): Promise<boolean> {
  const answered = asked.then(
    () => true,
    () => false,
  );
  return (await within(answered, performance.now() + ANSWER_MS)) && (await answered);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
