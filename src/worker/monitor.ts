/** What a supervisor hears of a worker: `health.ts` and `metrics.ts` wired to the worker, its queue and its store. */

import type { HealthAddress } from '../config.js';
import type { Store } from '../run/store.js';
import { startHealth } from './health.js';
import type { HealthServer, Readiness } from './health.js';
import { createMetrics } from './metrics.js';
import type { MetricSources } from './metrics.js';
import { openQueue } from './queue.js';
import { listSchedules } from './schedules.js';
import { within } from './within.js';
import type { RunningWorker, WorkerEvents, WorkerStatus } from './worker.js';

export interface MonitorOptions {
  readonly address: HealthAddress;
  readonly store: Store;
  readonly redisUrl: string;
  readonly prefix: string;
  /** The jobs that a worker of this configuration knows, each with its target. */
  readonly jobs: readonly WatchedJob[];
  /** Milliseconds since 1970; default the clock. */
  readonly now?: () => number;
}

export interface WatchedJob {
  readonly name: string;
  /** What runs call it. */
  readonly target: string;
}

export interface Monitor {
  /** For the worker. */
  readonly events: WorkerEvents;
  /** Where it answers. */
  readonly url: string;
  /** From now on it is this worker that is told about; before, nothing is ready. */
  watch(worker: Pick<RunningWorker, 'status'>): void;
  /** They are others by now. */
  setJobs(jobs: readonly WatchedJob[]): void;
  close(): Promise<void>;
}

/** The states of the queue that people ask about. */
const DEPTH_STATES = ['waiting', 'prioritized', 'delayed', 'active'] as const;
const CLOSE_MS = 500;

/** @throws SyncError `config-invalid` when nobody can listen at the address */
export async function startMonitor(options: MonitorOptions): Promise<Monitor> {
  const { address, store, redisUrl, prefix, now = () => Date.now() } = options;
  let { jobs } = options;
  const metrics = createMetrics(now);
  const queue = openQueue({ url: redisUrl, prefix }, true);
  let worker: Pick<RunningWorker, 'status'> | null = null;

  async function readMetrics(): Promise<string> {
    const status = await worker?.status();
    const sources: MetricSources = {
      queueDepth: () => queue.getJobCounts(...DEPTH_STATES),
      schedules: () => listSchedules(queue),
      goodRuns: () => findGoodRuns(store, jobs),
      drops: () => status?.drops ?? [],
      activeRuns: () => status?.active.length ?? 0,
    };
    return await metrics.render(sources);
  }

  let health: HealthServer;
  try {
    health = await startHealth({
      ...address,
      readiness: async () => describe(await worker?.status()),
      metrics: async () => ({ contentType: metrics.contentType, text: await readMetrics() }),
    });
  } catch (error) {
    await within(queue.close(), performance.now() + CLOSE_MS);
    throw error;
  }
  return {
    url: health.url,
    events: {
      onRunEnd: (run) => metrics.countRun(run),
      onChange: (kind, outcome) => metrics.countChange(kind, outcome),
      onRequest: (report, run) => metrics.countRequest(run.target, report),
      onConnect: (throttle, run) => metrics.watchThrottle(run.target, throttle),
      onThrottle: (shared) => metrics.noteThrottle(shared),
    },
    watch: (running) => {
      worker = running;
    },
    setJobs: (wanted) => {
      jobs = wanted;
    },
    close: async () => {
      await health.close();
      await within(queue.close(), performance.now() + CLOSE_MS);
    },
  };
}

function describe(status: WorkerStatus | undefined): Readiness {
  if (status === undefined) return { worker: 'is starting' };
  const unreadable = status.drops.filter(({ readable }) => !readable).map(({ job }) => job);
  return {
    redis: status.redis ? 'ok' : 'does not answer',
    state: status.store ? 'ok' : 'does not answer',
    drops: unreadable.length === 0 ? 'ok' : `cannot be read: ${unreadable.join(', ')}`,
  };
}

async function findGoodRuns(
  store: Pick<Store, 'findNewestDone'>,
  jobs: readonly WatchedJob[],
): Promise<readonly { readonly job: string; readonly at: number }[]> {
  const runs = await store.findNewestDone(jobs.map(({ name, target }) => ({ job: name, target })));
  return runs.map(({ job, updatedAt }) => ({ job, at: Date.parse(updatedAt) }));
}
