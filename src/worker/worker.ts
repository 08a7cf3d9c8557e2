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
import { startNotifier } from '../notify/notifier.js';
import type { Notifier } from '../notify/notifier.js';
import type { Run } from '../run/store.js';
import { createDailyPrune } from './daily-prune.js';
import type { DailyPrune } from './daily-prune.js';
import { finishDrop } from './drop/finish.js';
import { dropsOf } from './drop/drop-jobs.js';
import { watchDrops } from './drop/watch.js';
import type { DropWatch } from './drop/watch.js';
import { watchJobs } from './job-watch.js';
import type { JobWatch } from './job-watch.js';
import { JobFiles, loadJobs, NO_TARGETS_FILE } from './jobs.js';
import type { LoadedJobs } from './jobs.js';
import { TIMES } from './options.js';
import type { RunningWorker, WorkerOptions, WorkerStatus, WorkerTimes } from './options.js';
import { createProcessor } from './processor.js';
import type { Processor } from './processor.js';
import { connectionOf, enqueueRun, openQueue, QUEUE_NAME, withTelemetry } from './queue.js';
import { reconcile } from './reconcile.js';
import { Fetching } from './remote/fetching.js';
import { startScheduled } from './scheduled.js';
import { ScheduleWatch } from './schedule-watch.js';
import { connectTarget, targetOf } from './targets.js';
import type { TargetDeps } from './targets.js';
import { createTroubles } from './troubles.js';
import { answers, within } from './within.js';

export type { RunningWorker, WorkerEvents, WorkerOptions, WorkerStatus, WorkerTimes } from './options.js';

const CONCURRENCY = 2;
/** Of a window of the rate limit: who may send nothing for longer gives its slot to others. */
const REST_SHARE = 1 / 12;
/** Redis is told what is given back within this time, or it is away. */
const GIVE_BACK_MS = 2000;
/** Never reached: runs count the deaths of their workers themselves, and forget them when they get on. */
const STALLED_MAX = 1_000_000;
/** Messages about runs that have just ended leave within this time, or another worker sends them. */
const LAST_WORDS_MS = 2000;
/** Of the time between two: clocks of timers are not exact. */
const TURN_SHARE = 0.9;
const DAY_MS = 24 * 60 * 60_000;

/** Returns when everything was begun; Redis may be away. */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { jobsDir, log, targets = NO_TARGETS_FILE } = options;
  const watch = watchJobs(jobsDir, targets, log);
  const loaded = (await watch.readChanged()) ?? (await loadJobs(jobsDir, log, await targets.read()));
  return new WorkerProcess(options, loaded, watch);
}

class WorkerProcess implements RunningWorker {
  readonly #options: WorkerOptions;
  readonly #times: WorkerTimes;
  readonly #now: () => number;
  readonly #jobs: JobWatch;
  readonly #jobFiles: JobFiles;
  readonly #queue;
  readonly #redis: Redis;
  readonly #processor: Processor;
  readonly #worker: Worker;
  readonly #drops: DropWatch;
  readonly #notifier: Notifier;
  readonly #prune: DailyPrune;
  readonly #schedules: ScheduleWatch;
  readonly #fetching: Fetching;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #tell: (error: unknown) => void;
  #reconciling: Promise<void> | null = null;
  #readingStops = false;
  #workers = 1;
  #closing: Promise<void> | null = null;

  constructor(options: WorkerOptions, { jobs, schedules }: LoadedJobs, watch: JobWatch) {
    const { redisUrl: url, prefix, log, store } = options;
    this.#options = options;
    this.#jobs = watch;
    this.#jobFiles = new JobFiles(options.jobsDir, options.targets ?? NO_TARGETS_FILE);
    this.#times = { ...TIMES, ...options.times };
    this.#now = options.now ?? ((): number => Date.now());
    this.#queue = openQueue({ url, prefix }, true);
    this.#schedules = new ScheduleWatch(this.#queue, log, schedules);
    this.#tell = createTroubles(log);
    this.#fetching = new Fetching(options, this.#now);
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
      ...withTelemetry(),
    });
    const onError = (error: Error): void => this.#trouble(error);
    this.#worker.on('error', onError);
    this.#queue.on('error', onError);
    this.#redis.on('error', onError);
    this.#worker.on('lockRenewalFailed', (ids: string[]) => {
      for (const id of ids) this.#processor.stop(Number(id.replace(/^run-/, '')), 'lock');
    });
    this.#drops = watchDrops({
      jobs: dropsOf(jobs, options),
      store,
      fileStore: options.files ?? null,
      log,
      onRun: (run) => enqueueRun(this.#queue, run, this.#now()),
      now: () => new Date(this.#now()).toISOString(),
    });
    this.#notifier = this.#startNotifier();
    this.#prune = this.#createPrune();
    this.#every(this.#times.reconcile, () => this.#reconcileSoon());
    this.#every(this.#times.stops, () => this.#readStops());
    this.#every(this.#times.prune, () => this.#prune.look());
    void this.reconcile().then(() => this.#prune.look());
  }

  async status(): Promise<WorkerStatus> {
    const { store } = this.#options;
    const [redis, isStored] = await Promise.all([answers(this.#redis.ping()), answers(store.listRuns(1))]);
    return { redis, store: isStored, active: this.#processor.listActive(), drops: this.#drops.status() };
  }

  /** One at a time; what goes wrong is tried again the next time. */
  reconcile(): Promise<void> {
    return this.#reconcileSoon(true);
  }

  /** @param isMyTurn whether or not another worker has just done it */
  #reconcileSoon(isMyTurn = false): Promise<void> {
    this.#reconciling ??= this.#fillQueue(isMyTurn).finally(() => {
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
    const ended = Promise.all([this.#drops.close(), this.#processor.stopAll(), this.#prune.close()]);
    const areEnded = !force && (await within(ended, deadline));
    const soon = Math.min(deadline, performance.now() + GIVE_BACK_MS);
    const isBack = areEnded && (await within(this.#processor.whenGivenBack(), soon));
    const words = this.#notifier.close(force ? 0 : LAST_WORDS_MS);
    await within(words, Math.min(deadline, performance.now() + LAST_WORDS_MS));
    // With nothing under way it closes at once; what hangs because Redis is away is left behind.
    await within(this.#worker.close(!isBack), performance.now() + 1000);
    await within(this.#queue.close(), performance.now() + 500);
    this.#redis.disconnect();
  }

  async #fillQueue(isMyTurn: boolean): Promise<void> {
    const { store, log } = this.#options;
    try {
      await this.#readJobs();
      await this.#schedules.sync();
      this.#workers = Math.max(1, await this.#queue.getWorkersCount());
      if (!isMyTurn && !(await this.#takeTurn())) return;
      const added = await reconcile({
        store,
        queue: this.#queue,
        isActive: (runId) => this.#processor.isActive(runId),
        now: this.#now,
      });
      if (added.length > 0) log.info({ runs: added }, 'runs were put into the queue');
    } catch (error) {
      this.#trouble(error);
    }
  }

  /** Of all workers one asks for every run that is due, or the more there are the more Redis would be asked. */
  async #takeTurn(): Promise<boolean> {
    const key = `${this.#options.prefix}:reconciled`;
    return (await this.#redis.set(key, '1', 'PX', Math.ceil(this.#times.reconcile * TURN_SHARE), 'NX')) === 'OK';
  }

  /** Somebody may have changed a job file or targets.yaml. */
  async #readJobs(): Promise<void> {
    const loaded = await this.#jobs.readChanged();
    if (loaded === null) return;
    const { jobs, schedules } = loaded;
    this.#schedules.change(schedules);
    await this.#drops.setJobs(dropsOf(jobs, this.#options));
    this.#options.events?.onJobs?.(jobs);
    this.#options.log.info({ jobs: jobs.length }, 'job files or targets changed and were read');
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
    const options = this.#options;
    const { store, dataDir, log, targets: file = NO_TARGETS_FILE } = options;
    const targets: TargetDeps = { file, options, times: this.#times, redis: this.#redis, workers: () => this.#workers };
    return {
      store,
      dataDir,
      files: options.files ?? null,
      log,
      queue: this.#queue,
      now: this.#now,
      loadJob: (run) => this.#jobFiles.findOf(run),
      patienceMs: this.#times.patience,
      leaseMs: this.#times.lease,
      restMs: this.#times.window * REST_SHARE,
      openTarget: (run, job, signal, onRest) => connectTarget(targets, run, job, signal, onRest),
      startScheduled: (name, signal) =>
        startScheduled(
          {
            store,
            loadJob: (wanted) => this.#jobFiles.find(wanted),
            now: this.#now,
            targetOf: (job) => targetOf(job, options.url),
            log,
            onEnd: (run) => this.#end(run, 0),
            poll: (job) => this.#fetching.poll(job, signal),
          },
          name,
        ),
      onEnd: (run, seconds) => this.#end(run, seconds),
      onOutcome: (kind, outcome) => options.events?.onChange?.(kind, outcome),
    };
  }

  #startNotifier(): Notifier {
    const { store, notifyFile: file, log } = this.#options;
    return startNotifier({
      store,
      file,
      loadJob: (name) => this.#jobFiles.find(name).catch(() => null),
      loadJobs: () => this.#jobFiles.readAll(),
      log,
      now: this.#now,
      everyMs: this.#times.notify,
      lateMs: this.#times.late,
      onTrouble: (error) => this.#trouble(error),
    });
  }

  #createPrune(): DailyPrune {
    const { store, files = null, dataDir, log, prefix } = this.#options;
    const turn = `${prefix}:pruned`;
    return createDailyPrune({
      store,
      files,
      dataDir,
      log,
      now: this.#now,
      loadJobs: () => this.#jobFiles.readAll(),
      takeTurn: async () => (await this.#redis.set(turn, '1', 'PX', Math.ceil(DAY_MS * TURN_SHARE), 'NX')) === 'OK',
      giveTurnBack: async () => void (await this.#redis.del(turn)),
    });
  }

  async #end(run: Run, seconds: number): Promise<void> {
    this.#options.events?.onRunEnd?.(run, seconds);
    await finishDrop(this.#options.store, run, this.#options.files);
    if (run.request?.origin === 'remote') await this.#fetching.tidy(await this.#jobFiles.find(run.job));
  }

  #trouble(error: unknown): void {
    if (this.#closing === null) this.#tell(error);
  }

  #every(ms: number, act: () => Promise<void>): void {
    this.#timers.push(setInterval(() => void act(), ms));
  }
}

function retryStrategy(times: number): number {
  return Math.min(2000, 50 * times);
}
