/** When a message that could not be delivered is tried again. Pure. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** After the n-th attempt; then always the last one. */
const PAUSES_MS = [
  10 * SECOND,
  30 * SECOND,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  20 * MINUTE,
  30 * MINUTE,
  60 * MINUTE,
];
/** Somebody who is back on Monday gets what happened on Friday. */
const GIVE_UP_MS = 3 * 24 * 60 * MINUTE;
const PAUSE_MAX_MS = 60 * MINUTE;

/**
 * @param attempts begun so far, 1 or more
 * @param dueAt ISO 8601 UTC: when it was to be delivered
 * @param wantedMs how long the receiver wants to be left alone; 0: it does not say
 * @returns ISO 8601 UTC; `null`: it is given up
 */
export function nextAttempt(attempts: number, dueAt: string, now: number, wantedMs: number): string | null {
  const pause = PAUSES_MS[Math.min(attempts, PAUSES_MS.length) - 1] ?? PAUSE_MAX_MS;
  const next = now + Math.max(pause, Math.min(wantedMs, PAUSE_MAX_MS));
  return next > Date.parse(dueAt) + GIVE_UP_MS ? null : new Date(next).toISOString();
}
