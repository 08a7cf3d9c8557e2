/**
 * Runs of one job stand in line: a later export is compared with what the earlier one left, so they go one after the
 * other. Whoever is not first leaves the queue; it is put back when the one before it ends or parks.
 *
 * Invariant: the order is total (what has begun, then by priority, then by number), so one of them is always free to go.
 */

import type { Run, Store } from '../run/store.js';
import { notBeforeOf } from './queue.js';

/** Enough to meet one that goes first, in nearly every case. */
const PAGE = 20;

/** Is there a run of its job that goes first? */
export async function isBehind(store: Pick<Store, 'listDue'>, run: Run, now: number): Promise<boolean> {
  for (const limit of [PAGE, undefined]) {
    const due = await store.listDue(run.job, limit);
    if (due.some((other) => other.id !== run.id && mayGo(other, now) && compare(other, run) < 0)) return true;
    if (limit === undefined || due.length < limit) return false;
  }
  return false;
}

/**
 * Of the runs of one job, the one that goes first.
 *
 * @param now milliseconds since 1970: those that are wanted later do not stand in line yet
 */
export function firstInLine(runs: readonly Run[], now: number): Run | undefined {
  return runs.filter((run) => mayGo(run, now)).sort(compare)[0];
}

/** The job's run that goes first, among its oldest. */
export async function nextInLine(store: Pick<Store, 'listDue'>, job: string, now: number): Promise<Run | undefined> {
  return firstInLine(await store.listDue(job, PAGE), now);
}

function mayGo(run: Run, now: number): boolean {
  return hasBegun(run) || notBeforeOf(run) <= now;
}

function compare(one: Run, other: Run): number {
  const begun = Number(hasBegun(other)) - Number(hasBegun(one));
  if (begun !== 0) return begun;
  // Once it has begun, its priority has done its work.
  const priority = hasBegun(one) ? 0 : (one.request?.priority ?? 0) - (other.request?.priority ?? 0);
  return priority === 0 ? one.id - other.id : priority;
}

function hasBegun({ status }: Run): boolean {
  return status !== 'queued';
}
