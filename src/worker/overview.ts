/** What the workers have to do, are doing, and wait for: from the state store, with what only the queue knows. */

import type { Queue } from 'bullmq';
import type { RunStatus } from '../run/status.js';
import type { Run, Store } from '../run/store.js';
import { listSchedules } from './schedules.js';
import type { UpcomingRun } from './schedules.js';

export interface Overview {
  /** A process holds the target for it, or extends its right to. */
  readonly active: readonly Run[];
  /** A worker takes it by itself. */
  readonly waiting: readonly Run[];
  /** A person has to say yes or no. */
  readonly parked: readonly Run[];
  /** Somebody paused or cancelled it. */
  readonly stopped: readonly Run[];
  /** Of each job the newest run that was through. */
  readonly lastGood: readonly Run[];
}

/** What the queue knows; runs that wait behind another one of their job are not in it. */
export interface QueueState {
  /** Somebody paused the whole queue. */
  readonly paused: boolean;
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  readonly workers: number;
  readonly schedules: readonly UpcomingRun[];
}

const PARKED: ReadonlySet<RunStatus> = new Set(['awaiting-approval', 'breached']);
/** How far back a job's last good run is looked for. */
const RUNS_READ_MAX = 1000;

/** @param now milliseconds since 1970 */
export async function readOverview(
  store: Pick<Store, 'listUnfinished' | 'listRuns' | 'listLeases'>,
  now: number,
): Promise<Overview> {
  const recent = await store.listRuns(RUNS_READ_MAX);
  const held = new Set(
    (await store.listLeases()).filter(({ expiresAt }) => Date.parse(expiresAt) > now).map(({ runId }) => runId),
  );
  const unfinished = await store.listUnfinished();
  const byCommands = recent.filter(({ id, request }) => request === null && held.has(id)).toReversed();
  const idle = unfinished.filter(({ id }) => !held.has(id));
  return {
    active: [...unfinished.filter(({ id }) => held.has(id)), ...byCommands],
    stopped: idle.filter(({ stop }) => stop !== null),
    parked: idle.filter(({ status, stop }) => stop === null && PARKED.has(status)),
    waiting: idle.filter(({ status, stop }) => stop === null && !PARKED.has(status)),
    lastGood: newestGood(recent),
  };
}

/** @param runs newest first */
function newestGood(runs: readonly Run[]): readonly Run[] {
  const newest = new Map<string, Run>();
  for (const run of runs)
    if (run.status === 'done' && run.undoes === null && !newest.has(run.job)) newest.set(run.job, run);
  return [...newest.values()].sort((a, b) => a.job.localeCompare(b.job));
}

export async function readQueueState(queue: Queue): Promise<QueueState> {
  const counts = await queue.getJobCounts('wait', 'prioritized', 'active', 'delayed');
  const schedules = await listSchedules(queue);
  const { wait = 0, prioritized = 0, active = 0, delayed = 0 } = counts;
  return {
    paused: await queue.isPaused(),
    waiting: wait + prioritized,
    active,
    // The next run of each schedule stands there as well.
    delayed: Math.max(0, delayed - schedules.filter(({ next }) => next > 0).length),
    workers: await queue.getWorkersCount(),
    schedules,
  };
}
