/** Trouble with the queue or the state is logged; connections that are away say so every second or two. */

import type { Logger } from '../log.js';

/** A message that comes again and again is logged this often. */
const REPEAT_MS = 60_000;

export function createTroubles(log: Pick<Logger, 'warn'>): (error: unknown) => void {
  const logged = new Map<string, number>();
  return (error) => {
    const message = textOf(error);
    const now = performance.now();
    if (now - (logged.get(message) ?? Number.NEGATIVE_INFINITY) < REPEAT_MS) return;
    logged.set(message, now);
    log.warn({ error: message }, 'the queue or the state does not work as it should; the worker goes on');
  };
}

export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
