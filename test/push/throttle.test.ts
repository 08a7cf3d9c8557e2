/** The throttle against a simulated server with a fixed window. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createThrottle } from '../../src/push/throttle.js';
import type { Throttle } from '../../src/push/throttle.js';
import { FakeClock, play, settle } from './window-server.js';
import type { Scene } from './window-server.js';

async function whenGranted(throttle: Throttle, then: () => void): Promise<void> {
  await throttle.acquire();
  then();
}

describe('a window that only this process uses', () => {
  it('is used to 95 % and more without a single 429', async () => {
    const played = await play({ limit: 500, connections: 4, latenciesMs: [60], otherEveryMs: null, minutes: 10 });
    expect(played.server.refused).toBe(0);
    expect(played.executed).toBeGreaterThanOrEqual(0.95 * 500 * 10);
    expect(played.throttle.limitPerMinute).toBe(500);
    expect(played.throttle.throttled).toBe(0);
  });

  it('is used fully when one connection alone is too slow to fill it', async () => {
    const played = await play({ limit: 500, connections: 1, latenciesMs: [200], otherEveryMs: null, minutes: 5 });
    expect(played.server.refused).toBe(0);
    expect(played.executed).toBeGreaterThanOrEqual(0.99 * 300 * 5);
  });
});

describe('a server without a limit', () => {
  it('gets everything at once after the first answer', async () => {
    const throttle = createThrottle();
    await throttle.acquire();
    throttle.observe({ status: 200, limit: null, remaining: null, retryAfterSeconds: null });
    await Promise.all(Array.from({ length: 5000 }, () => throttle.acquire()));
    expect(throttle.limitPerMinute).toBeNull();
  });

  it('gets one request first, since its limit is not known yet', async () => {
    const throttle = createThrottle();
    await throttle.acquire();
    let second = false;
    void whenGranted(throttle, () => {
      second = true;
    });
    await settle();
    expect(second).toBe(false);
    throttle.observe({ status: 0, limit: null, remaining: null, retryAfterSeconds: null });
    await settle();
    expect(second).toBe(true);
  });

  it('is kept at the cap of the configuration', async () => {
    const scene: Scene = {
      limit: 1_000_000,
      connections: 4,
      latenciesMs: [20],
      otherEveryMs: null,
      minutes: 10,
      announced: false,
    };
    const capped = await play({ ...scene, options: { requestsPerMinute: 120 } });
    expect(capped.executed).toBeLessThanOrEqual(1200);
    expect(capped.executed).toBeGreaterThanOrEqual(0.95 * 1200);
    expect(capped.throttle.limitPerMinute).toBe(120);
    const free = await play({ ...scene, minutes: 1 });
    expect(free.executed).toBeGreaterThan(10_000);
  });
});

describe('a cap and an announced limit', () => {
  it('the smaller one counts', async () => {
    const scene: Scene = { limit: 300, connections: 4, latenciesMs: [30], otherEveryMs: null, minutes: 5 };
    const below = await play({ ...scene, options: { requestsPerMinute: 100 } });
    expect(below.executed).toBeLessThanOrEqual(500);
    expect(below.throttle.limitPerMinute).toBe(100);
    const above = await play({ ...scene, options: { requestsPerMinute: 900 } });
    expect(above.server.refused).toBe(0);
    expect(above.executed).toBeGreaterThanOrEqual(0.95 * 1500);
    expect(above.throttle.limitPerMinute).toBe(300);
  });

  it('a reserve is left to others', async () => {
    const played = await play({
      limit: 200,
      connections: 4,
      latenciesMs: [30],
      otherEveryMs: null,
      minutes: 5,
      options: { reserve: 50 },
    });
    for (const window of played.server.windows) expect(window.own).toBeLessThanOrEqual(150);
    expect(played.executed).toBeGreaterThanOrEqual(0.95 * 750);
  });
});

describe('a 429', () => {
  const refused = { status: 429, limit: null, remaining: null, retryAfterSeconds: null };

  async function grantedAfter(answers: readonly (typeof refused | { retryAfterSeconds: number })[]): Promise<number> {
    const clock = new FakeClock();
    const throttle = createThrottle({ now: clock.now, sleep: clock.sleep });
    for (const answer of answers) {
      await throttle.acquire();
      throttle.observe({ ...refused, ...answer });
    }
    let at = Number.NaN;
    void whenGranted(throttle, () => {
      at = clock.time;
    });
    const begin = clock.time;
    await clock.run(begin + 1_000_000);
    return at - begin;
  }

  it('without a known window waits for a full one', async () => {
    expect(await grantedAfter([refused])).toBe(61_000);
  });

  it('with Retry-After waits as long as it says', async () => {
    expect(await grantedAfter([{ ...refused, retryAfterSeconds: 7 }])).toBe(7_000);
  });

  it('with a Retry-After of a day waits ten windows', async () => {
    expect(await grantedAfter([{ ...refused, retryAfterSeconds: 86_400 }])).toBe(600_000);
  });

  it('inside a known window waits for its end only', async () => {
    const clock = new FakeClock();
    const throttle = createThrottle({ now: clock.now, sleep: clock.sleep });
    await throttle.acquire();
    throttle.observe({ status: 200, limit: 500, remaining: 400, retryAfterSeconds: null });
    clock.time += 20_000;
    await throttle.acquire();
    throttle.observe(refused);
    const before = clock.time;
    let at = Number.NaN;
    void whenGranted(throttle, () => {
      at = clock.time;
    });
    await clock.run(before + 100_000);
    expect(at - before).toBe(41_000);
    expect(throttle.throttled).toBe(1);
  });
});

describe('waiting', () => {
  it('ends with the reason of an aborted signal and leaves no timer behind', async () => {
    const clock = new FakeClock();
    const throttle = createThrottle({ now: clock.now, sleep: clock.sleep });
    await throttle.acquire();
    throttle.observe({ status: 200, limit: 10, remaining: 0, retryAfterSeconds: null });
    const stop = new AbortController();
    const waiting = throttle.acquire(stop.signal);
    expect(clock.pending).toBe(1);
    stop.abort(new Error('stop'));
    await expect(waiting).rejects.toThrow('stop');
    expect(clock.pending).toBe(0);
    await expect(throttle.acquire(stop.signal)).rejects.toThrow('stop');
    let granted = false;
    void whenGranted(throttle, () => {
      granted = true;
    });
    await clock.run(clock.time + 61_000);
    expect(granted).toBe(true);
  });

  it('is in the order of the calls', async () => {
    const clock = new FakeClock();
    const throttle = createThrottle({ requestsPerMinute: 2, now: clock.now, sleep: clock.sleep });
    const order: number[] = [];
    for (let index = 0; index < 6; index += 1) {
      void whenGranted(throttle, () => {
        order.push(index);
        throttle.observe({ status: 200, limit: null, remaining: null, retryAfterSeconds: null });
      });
    }
    await clock.run(clock.time + 200_000);
    expect(order).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

describe('any server with a fixed window', () => {
  const scene = fc.record({
    limit: fc.integer({ min: 20, max: 600 }),
    connections: fc.integer({ min: 1, max: 8 }),
    latenciesMs: fc.array(fc.integer({ min: 5, max: 800 }), { minLength: 1, maxLength: 7 }),
  });

  it('is used to 95 %, or as fast as the connections are, and never answers 429, when nobody else uses it', async () => {
    await fc.assert(
      fc.asyncProperty(scene, async (given) => {
        const minutes = 6;
        const { server, executed } = await play({ ...given, otherEveryMs: null, minutes });
        const latency = given.latenciesMs.reduce((sum, ms) => sum + ms, 0) / given.latenciesMs.length;
        const fastest = (given.connections * 60_000 * minutes) / latency;
        expect(server.refused).toBe(0);
        expect(executed).toBeGreaterThanOrEqual(0.95 * Math.min(given.limit * minutes, fastest * 0.97) - 20);
      }),
      { numRuns: 100 },
    );
  });

  it('is used to 95 % of what others leave, with few 429, when others eat a part', async () => {
    await fc.assert(
      fc.asyncProperty(scene, fc.integer({ min: 1, max: 60 }), async (given, othersPercent) => {
        const minutes = 8;
        const otherEveryMs = 60_000 / ((given.limit * othersPercent) / 100);
        const { server, executed } = await play({ ...given, otherEveryMs, minutes });
        // What others took in each whole window was not ours to use.
        const whole = server.windows.slice(0, -1);
        const left = whole.reduce((sum, window) => sum + server.limit - window.others, 0);
        const latency = given.latenciesMs.reduce((sum, ms) => sum + ms, 0) / given.latenciesMs.length;
        const fastest = (given.connections * 60_000 * minutes) / latency;
        expect(executed).toBeGreaterThanOrEqual(0.95 * Math.min(left, fastest * 0.9) - given.limit * 0.1);
        // Others may take what was announced as free, which costs at most what is in flight, once in a window.
        expect(server.refused).toBeLessThanOrEqual(server.windows.length * given.connections);
      }),
      { numRuns: 100 },
    );
  });
});
