/**
 * Who gives up its slot. A run whose window of the rate limit is used up would keep it doing nothing, most of its time: a
 * few large ones would stop all others. It goes to whoever waits, and the run comes back when the window ends. Where
 * nobody waits it stays, which is quicker. What is not sending yet stays as well, as it would have to begin again.
 */

import type { Queue } from 'bullmq';

export interface Resting {
  readonly run: number;
  /** Milliseconds since 1970: when it has to stop sending; `null` before it sends. */
  until: number | null;
  /** Milliseconds since 1970: before that the rate limit lets nothing through. */
  restsUntil: number;
}

/**
 * @param now milliseconds since 1970
 * @param restMs a shorter rest is not worth it
 * @returns numbers of runs; not more than wait for a slot
 */
export async function findYielding(
  queue: Pick<Queue, 'getJobCounts'>,
  legs: Iterable<Resting>,
  now: number,
  restMs: number,
): Promise<readonly number[]> {
  const resting = [...legs].filter(({ until, restsUntil }) => until !== null && restsUntil - now >= restMs);
  if (resting.length === 0) return [];
  const { wait = 0, prioritized = 0 } = await queue.getJobCounts('wait', 'prioritized');
  return resting.slice(0, wait + prioritized).map(({ run }) => run);
}
