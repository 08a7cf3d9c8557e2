/** A limit of one target inside that of its server. */

import { describe, expect, it } from 'vitest';
import { createThrottle } from '../../src/push/throttle.js';
import { capThrottle } from '../../src/worker/cap-throttle.js';

const answer = (limit: number | null, remaining: number | null) =>
  ({ status: 200, limit, remaining, retryAfterSeconds: null, ms: 1 }) as const;
const WINDOW_MS = 60_000;

describe('two limits at once', () => {
  it('hold a target to its own, while others of the server go on', async () => {
    const server = createThrottle({ windowMs: WINDOW_MS });
    const capped = capThrottle(createThrottle({ windowMs: WINDOW_MS, requestsPerMinute: 2 }), server);
    for (const remaining of [499, 498]) {
      await capped.acquire();
      capped.observe(answer(500, remaining));
    }
    const stop = new AbortController();
    const third = capped.acquire(stop.signal);
    for (let remaining = 497; remaining > 480; remaining -= 1) {
      await server.acquire();
      server.observe(answer(500, remaining));
    }
    stop.abort(new Error('nobody waits'));
    await expect(third).rejects.toThrow('nobody waits');
    expect(capped.limitPerMinute).toBe(2);
    expect(server.limitPerMinute).toBe(500);
  });

  it('give back the place of a request that the server had none for', async () => {
    const own = createThrottle({ windowMs: WINDOW_MS, requestsPerMinute: 2 });
    const server = createThrottle({ windowMs: WINDOW_MS, requestsPerMinute: 1 });
    const capped = capThrottle(own, server);
    await capped.acquire();
    capped.observe(answer(null, null));
    const stop = new AbortController();
    const second = capped.acquire(stop.signal);
    setImmediate(() => stop.abort(new Error('nobody waits')));
    await expect(second).rejects.toThrow('nobody waits');
    // It would wait for the next window if the second one had kept its place.
    await own.acquire(AbortSignal.timeout(5000));
  });
});
