import { describe, expect, it } from 'vitest';
import type { Throttle } from '../../src/push/throttle.js';
import { leaveWhenStopped } from '../../src/worker/leaving-throttle.js';
import { stopError } from '../../src/worker/stop.js';

/** Nobody ever gets through, but for those who say so. */
function closedThrottle(): Throttle & { readonly waiting: AbortSignal[] } {
  const waiting: AbortSignal[] = [];
  return {
    waiting,
    acquire: (signal) =>
      new Promise((_, reject) => {
        if (signal === undefined) throw new Error('nobody could leave');
        if (signal.aborted) reject(signal.reason as Error);
        waiting.push(signal);
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      }),
    observe: () => undefined,
    limitPerMinute: 500,
    throttled: 3,
  };
}

describe('a throttle that can be left', () => {
  it('lets those who wait go when the run is stopped, with the reason', async () => {
    const stopping = new AbortController();
    const throttle = leaveWhenStopped(closedThrottle(), stopping.signal, 1);
    const connection = new AbortController();
    const waits = [throttle.acquire(connection.signal), throttle.acquire()];
    const reason = stopError('pause');
    stopping.abort(reason);
    for (const wait of waits) await expect(wait).rejects.toBe(reason);
    await expect(throttle.acquire(connection.signal)).rejects.toBe(reason);
  });

  it('is left when the connection is closed, too', async () => {
    const throttle = leaveWhenStopped(closedThrottle(), new AbortController().signal, 1);
    const connection = new AbortController();
    const waits = throttle.acquire(connection.signal);
    connection.abort(new Error('closed'));
    await expect(waits).rejects.toThrow('closed');
  });

  it('makes one signal for each connection, not one for each request', () => {
    const inner = closedThrottle();
    const throttle = leaveWhenStopped(inner, new AbortController().signal, 1);
    const connection = new AbortController();
    for (let nth = 0; nth < 20; nth += 1) throttle.acquire(connection.signal).catch(() => undefined);
    expect(new Set(inner.waiting).size).toBe(1);
    expect(throttle).toMatchObject({ limitPerMinute: 500, throttled: 3 });
  });
});
