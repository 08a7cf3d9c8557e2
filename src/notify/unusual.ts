/**
 * Is a run far from those before it? Pure.
 *
 * A value is far when it differs from the median of the last runs by more than five times their usual spread (the median
 * absolute deviation, scaled to a standard deviation), by more than half of the median, and by more than a floor: small
 * numbers move by large shares every day. All three have to be crossed, so jobs whose runs are always equal may move by
 * half before anybody is told.
 */

import type { Run } from '../run/store.js';
import { countChanges } from './message.js';

/** Good runs that are needed before anything is said. */
const RUNS_MIN = 5;
/** Of the last so many. */
export const RUNS_COMPARED = 20;

const SPREADS_MAX = 5;
const SHARE_MIN = 0.5;
/** A median absolute deviation times this is the standard deviation of normally distributed values. */
const SPREAD_OF_DEVIATION = 1.4826;

interface Measure {
  readonly name: 'rows' | 'changes' | 'seconds';
  readonly floor: number;
  /** A run that is quicker than usual worries nobody. */
  readonly both: boolean;
  readonly of: (run: Run) => number | null;
}

const MEASURES: readonly Measure[] = [
  { name: 'rows', floor: 20, both: true, of: ({ summary }) => summary?.counts.rows ?? null },
  {
    name: 'changes',
    floor: 20,
    both: true,
    of: ({ summary }) => (summary === null ? null : countChanges(summary.counts)),
  },
  { name: 'seconds', floor: 120, both: false, of: ({ statistics }) => statistics?.seconds ?? null },
];

/**
 * @param history good runs of the same job and target before it
 * @returns a sentence for each measure that is far off; none when all is as usual or too little is known
 */
export function findUnusual(run: Run, history: readonly Run[]): readonly string[] {
  return MEASURES.flatMap((measure) => {
    const value = measure.of(run);
    const values = history.slice(0, RUNS_COMPARED).flatMap((earlier) => measure.of(earlier) ?? []);
    if (value === null || values.length < RUNS_MIN) return [];
    const usual = medianOf(values);
    if (!isFar(value, usual, values, measure)) return [];
    return [`It has ${show(value)} ${measure.name}; usual are ${show(usual)} (median of ${values.length} runs).`];
  });
}

function isFar(value: number, usual: number, values: readonly number[], { floor, both }: Measure): boolean {
  const distance = both ? Math.abs(value - usual) : value - usual;
  const spread = SPREAD_OF_DEVIATION * medianOf(values.map((other) => Math.abs(other - usual)));
  return distance > Math.max(SPREADS_MAX * spread, SHARE_MIN * usual, floor);
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const [upper = 0, lower = 0] = [sorted[middle], sorted[middle - 1]];
  return sorted.length % 2 === 1 ? upper : (upper + lower) / 2;
}

function show(value: number): string {
  return String(Math.round(value));
}
