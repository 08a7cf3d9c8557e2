/** What the edges of the runs and the counts of the targets come to. Pure. */

import type { TargetCount } from './sandboxes.js';
import type { FleetTarget, Kind } from './world.js';

/** A run took a status. */
export interface Edge {
  readonly run: number;
  readonly status: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface FleetRun {
  readonly id: number;
  readonly job: string;
  readonly target: number;
  readonly kind: Kind;
  readonly isScheduled: boolean;
  /** Milliseconds since 1970: when it was enqueued, or when its schedule came due. */
  readonly dueAt: number;
  readonly status: string;
  readonly rows: number;
  /** Rows that have an outcome. */
  readonly outcomes: number;
  /** Changes that were carried out. */
  readonly changes: number;
}

export interface Waits {
  readonly what: string;
  readonly runs: number;
  /** Seconds, from due to begin and from due to done. */
  readonly begin: Spread;
  readonly done: Spread;
}

export interface Spread {
  readonly median: number;
  readonly p95: number;
  readonly longest: number;
}

export interface TargetFigures {
  /** Most requests in a window, as a share of the server's limit. */
  readonly mostUsed: number;
  readonly throttled: number;
  /** Of windows in which a run was sending all the time: the share of what it may send (limit less headroom). */
  readonly usedWhileBusy: readonly number[];
  readonly requests: number;
}

const WINDOW_MS = 60_000;
/** What `target.headroom` leaves by default. */
const ALLOWED_SHARE = 0.9;

/** When each run began to read and when it was done. */
export function timesOf(edges: readonly Edge[]): {
  readonly beganAt: ReadonlyMap<number, number>;
  readonly doneAt: ReadonlyMap<number, number>;
  readonly sending: ReadonlyMap<number, readonly (readonly [from: number, to: number])[]>;
} {
  const beganAt = new Map<number, number>();
  const doneAt = new Map<number, number>();
  const open = new Map<number, number>();
  const sending = new Map<number, (readonly [number, number])[]>();
  for (const { run, status, at } of edges) {
    if (status === 'reading' && !beganAt.has(run)) beganAt.set(run, at);
    if (status === 'done') doneAt.set(run, at);
    const from = open.get(run);
    if (status === 'pushing') open.set(run, at);
    else if (from !== undefined) {
      open.delete(run);
      sending.set(run, [...(sending.get(run) ?? []), [from, at]]);
    }
  }
  return { beganAt, doneAt, sending };
}

export function waitsOf(what: string, runs: readonly FleetRun[], times: ReturnType<typeof timesOf>): Waits {
  const secondsTo = (when: ReadonlyMap<number, number>): readonly number[] =>
    runs.map(({ id, dueAt }) => Math.max(0, (when.get(id) ?? Number.NaN) - dueAt) / 1000);
  return { what, runs: runs.length, begin: spread(secondsTo(times.beganAt)), done: spread(secondsTo(times.doneAt)) };
}

function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return { median: at(0.5), p95: at(0.95), longest: at(1) };
}

/** Windows as the server counts them: each begins with the first request after the last one's end. */
export function figuresOfTarget(
  { limit }: FleetTarget,
  { sentAt, throttled }: TargetCount,
  sending: readonly (readonly [from: number, to: number])[],
): TargetFigures {
  const windows: { readonly from: number; count: number }[] = [];
  for (const at of sentAt) {
    const last = windows.at(-1);
    if (last === undefined || at >= last.from + WINDOW_MS) windows.push({ from: at, count: 1 });
    else last.count += 1;
  }
  const most = windows.reduce((high, { count }) => Math.max(high, count), 0);
  const busy = windows.filter(({ from }) =>
    sending.some(([begin, end]) => begin <= from + 1000 && end >= from + WINDOW_MS),
  );
  return {
    mostUsed: most / limit,
    throttled,
    usedWhileBusy: busy.map(({ count }) => count / Math.floor(limit * ALLOWED_SHARE)),
    requests: sentAt.length,
  };
}

/**
 * How many runs that were due later began earlier, for the run that was passed by most: with one queue and no
 * favourites it is a few. Runs that had to wait for another one of their own target are left out.
 */
export function countOvertaken(runs: readonly FleetRun[], times: ReturnType<typeof timesOf>): Spread {
  const byTarget = new Map<number, FleetRun[]>();
  for (const run of runs) byTarget.set(run.target, [...(byTarget.get(run.target) ?? []), run]);
  const free = runs.filter(({ id, target, dueAt }) =>
    (byTarget.get(target) ?? []).every(
      (other) => other.id === id || other.dueAt > dueAt || (times.doneAt.get(other.id) ?? Infinity) <= dueAt,
    ),
  );
  const counts = free.map(({ id, dueAt }) => {
    const began = times.beganAt.get(id) ?? Infinity;
    return runs.filter(
      (other) => other.dueAt > dueAt + 1000 && (times.beganAt.get(other.id) ?? Infinity) < began - 1000,
    ).length;
  });
  return spread(counts);
}
