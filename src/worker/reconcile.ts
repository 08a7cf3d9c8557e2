/**
 * The queue filled from the state store. Redis may lose what it had, an approval may come while its run is being parked, a
 * command may store a run and die before it queues it: what the store says is due is in the queue soon afterwards.
 *
 * It may run at any time, and at several workers at once: a job that is there stays where it is.
 */

import type { Queue } from 'bullmq';
import type { RunStatus } from '../run/status.js';
import type { Run, Store } from '../run/store.js';
import { firstInLine } from './line.js';
import { enqueueRun, jobIdOf } from './queue.js';

export interface ReconcileDeps {
  readonly store: Pick<Store, 'listUnfinished'>;
  readonly queue: Queue;
  /** Has it a leg in this process? */
  readonly isActive: (runId: number) => boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** BullMQ's words for a job that nobody will ever take. */
const LOST: ReadonlySet<string> = new Set(['unknown', 'failed', 'completed']);
/** They wait for a person. */
const PARKED: ReadonlySet<RunStatus> = new Set(['awaiting-approval', 'breached']);
/** Questions to Redis at once. */
const AT_ONCE = 100;

/** @returns numbers of the runs that were not in the queue and are now */
export async function reconcile(deps: ReconcileDeps): Promise<readonly number[]> {
  const { queue, isActive, now } = deps;
  const wanted = (await listWanted(deps)).filter(({ id }) => !isActive(id));
  const added: number[] = [];
  for (let at = 0; at < wanted.length; at += AT_ONCE) {
    const some = wanted.slice(at, at + AT_ONCE);
    const states = await Promise.all(some.map(({ id }) => queue.getJobState(jobIdOf(id))));
    for (const [index, run] of some.entries()) {
      const state = states[index] ?? 'unknown';
      if (!LOST.has(state)) continue;
      // What is left of it would keep its number from being added.
      await queue.remove(jobIdOf(run.id));
      await enqueueRun(queue, run, now());
      added.push(run.id);
    }
  }
  return added;
}

/** Runs that have begun, of those that have not the first of each job, and those that have to be told that they end. */
async function listWanted({ store, now }: ReconcileDeps): Promise<readonly Run[]> {
  const unfinished = await store.listUnfinished();
  const due = unfinished.filter(({ status, stop }) => stop === null && !PARKED.has(status));
  const jobs = new Map<string, Run[]>();
  for (const run of due) {
    const runs = jobs.get(run.job);
    if (runs === undefined) jobs.set(run.job, [run]);
    else runs.push(run);
  }
  const begun = due.filter(({ status }) => status !== 'queued');
  const firsts = [...jobs.values()].flatMap((runs) => firstInLine(runs, now()) ?? []);
  const cancelled = unfinished.filter(({ stop }) => stop === 'cancel');
  return [...new Map([...begun, ...firsts, ...cancelled].map((run) => [run.id, run])).values()];
}
