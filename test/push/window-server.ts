/** A server with a fixed window, its users, and a clock that only moves when everybody waits. */

import { createThrottle } from '../../src/push/throttle.js';
import type { Throttle, ThrottleOptions } from '../../src/push/throttle.js';

/** A clock with timers; `run` fires them in order of time until the given time, letting promises settle in between. */
export class FakeClock {
  time = 1_000_000;
  #timers: { at: number; fire: () => void; cancelled: boolean }[] = [];

  readonly now = (): number => this.time;

  readonly sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const timer = { at: this.time + ms, fire: resolve, cancelled: false };
      this.#timers.push(timer);
      signal?.addEventListener('abort', () => {
        timer.cancelled = true;
        resolve();
      });
    });

  get pending(): number {
    return this.#timers.filter((timer) => !timer.cancelled).length;
  }

  async run(until: number): Promise<void> {
    await settle();
    for (;;) {
      const next = this.#timers.filter((timer) => !timer.cancelled).sort((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > until) break;
      this.#timers = this.#timers.filter((timer) => timer !== next && !timer.cancelled);
      this.time = Math.max(this.time, next.at);
      next.fire();
      await settle();
    }
    this.time = until;
  }
}

export async function settle(): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) await Promise.resolve();
}

/** Fixed window as Laravel's limiter: begins with the first request after the last one ended; a 429 is not counted. */
class WindowServer {
  windows: { start: number; own: number; others: number }[] = [];
  refused = 0;
  readonly #clock: FakeClock;
  readonly limit: number;
  readonly windowMs: number;

  constructor(clock: FakeClock, limit: number, windowMs = 60_000) {
    this.#clock = clock;
    this.limit = limit;
    this.windowMs = windowMs;
  }

  /** `null`: refused with 429. Otherwise the requests that remain. */
  take(who: 'own' | 'others'): number | null {
    let window = this.windows.at(-1);
    if (window === undefined || this.#clock.time >= window.start + this.windowMs) {
      window = { start: this.#clock.time, own: 0, others: 0 };
      this.windows.push(window);
    }
    if (window.own + window.others >= this.limit) {
      if (who === 'own') this.refused += 1;
      return null;
    }
    window[who] += 1;
    return this.limit - window.own - window.others;
  }
}

export interface Scene {
  readonly limit: number;
  readonly connections: number;
  readonly latenciesMs: readonly number[];
  readonly otherEveryMs: number | null;
  readonly minutes: number;
  readonly options?: ThrottleOptions;
  readonly announced?: boolean;
}

export interface Played {
  readonly throttle: Throttle;
  readonly server: WindowServer;
  readonly executed: number;
  /** Own executed requests by minute of the clock. */
  readonly sentAt: readonly number[];
}

/** Workers that send one request after the other, as fast as the throttle lets them. */
export async function play(scene: Scene): Promise<Played> {
  const clock = new FakeClock();
  const server = new WindowServer(clock, scene.limit);
  const throttle = createThrottle({ ...scene.options, now: clock.now, sleep: clock.sleep });
  const begin = clock.time;
  const until = begin + scene.minutes * 60_000;
  const sentAt: number[] = [];
  let sent = 0;
  const work = async (): Promise<void> => {
    while (clock.time < until) {
      await throttle.acquire();
      const latency = scene.latenciesMs[sent % scene.latenciesMs.length] ?? 50;
      sent += 1;
      const grantedAt = clock.time;
      await clock.sleep(latency / 2);
      const remaining = server.take('own');
      if (remaining !== null) sentAt.push(clock.time - begin);
      await clock.sleep(latency / 2);
      const announced = scene.announced !== false && remaining !== null;
      throttle.observe({
        status: remaining === null ? 429 : 200,
        limit: announced ? scene.limit : null,
        remaining: announced ? remaining : null,
        retryAfterSeconds: null,
        ms: clock.time - grantedAt,
      });
    }
  };
  const others = async (everyMs: number): Promise<void> => {
    while (clock.time < until) {
      server.take('others');
      await clock.sleep(everyMs);
    }
  };
  for (let index = 0; index < scene.connections; index += 1) void work();
  if (scene.otherEveryMs !== null) void others(scene.otherEveryMs);
  await clock.run(until);
  return { throttle, server, executed: sentAt.length, sentAt };
}
