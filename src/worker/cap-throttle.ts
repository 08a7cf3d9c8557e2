/**
 * Two limits at once: that of one target, and that of the server which it shares with others.
 *
 * Invariant: what waits for the server holds no place of the server's; the target's own place is given back when nothing is
 * sent.
 */

import type { Throttle } from '../push/throttle.js';

const UNSENT = { status: 0, limit: null, remaining: null, retryAfterSeconds: null, ms: 0, unsent: true } as const;

/** @param own knows nothing of what the server announces: that is about all of its companies together */
export function capThrottle(own: Throttle, server: Throttle): Throttle {
  return {
    get limitPerMinute() {
      const limits = [own.limitPerMinute, server.limitPerMinute].filter((limit) => limit !== null);
      return limits.length === 0 ? null : Math.min(...limits);
    },
    get throttled() {
      return server.throttled;
    },
    acquire: async (signal) => {
      await own.acquire(signal);
      try {
        await server.acquire(signal);
      } catch (error) {
        own.observe(UNSENT);
        throw error;
      }
    },
    observe: (answer) => {
      own.observe({ ...answer, status: answer.status === 429 ? 200 : answer.status, limit: null, remaining: null });
      server.observe(answer);
    },
  };
}
