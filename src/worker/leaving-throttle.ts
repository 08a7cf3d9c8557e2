/**
 * A throttle whose queue can be left: requests that wait for the rate limit are not under way, and a run that is stopped
 * does not wait a minute for them.
 */

import { setMaxListeners } from 'node:events';
import type { Throttle } from '../push/throttle.js';

/**
 * @param stop of the run
 * @param graceMs for the requests that a stopped run still makes, to look at what it wrote last
 */
export function leaveWhenStopped(throttle: Throttle, stop: AbortSignal, graceMs: number): Throttle {
  const leaving = new AbortController();
  setMaxListeners(0, leaving.signal);
  const leave = (): void => void setTimeout(() => leaving.abort(stop.reason), graceMs).unref();
  if (stop.aborted) leave();
  else stop.addEventListener('abort', leave, { once: true });
  /** One for each signal that callers wait with, which is one for each connection. */
  const joined = new WeakMap<AbortSignal, AbortSignal>();

  function join(signal: AbortSignal): AbortSignal {
    const known = joined.get(signal);
    if (known !== undefined) return known;
    const both = AbortSignal.any([signal, leaving.signal]);
    setMaxListeners(0, both);
    joined.set(signal, both);
    return both;
  }

  return {
    acquire: (signal) => throttle.acquire(signal === undefined ? leaving.signal : join(signal)),
    observe: (answer) => throttle.observe(answer),
    get limitPerMinute() {
      return throttle.limitPerMinute;
    },
    get throttled() {
      return throttle.throttled;
    },
  };
}
