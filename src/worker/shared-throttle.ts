/**
 * The rate limit of one target, kept by all workers together through Redis.
 *
 * Without Redis each worker keeps a share of the last known limit on its own, so that all of them together still stay
 * inside; when Redis is back they go on together.
 */

import { createHash, randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { assert } from '../errors.js';
import { createThrottle } from '../push/throttle.js';
import type { Throttle, ThrottleAnswer } from '../push/throttle.js';
import { ACQUIRE, OBSERVE } from './throttle-scripts.js';

export interface SharedThrottleOptions {
  readonly redis: Redis;
  /** Base URL: what the server counts for one IP address is counted together. */
  readonly target: string;
  /** Runs of one target share each window evenly. */
  readonly runId: number;
  /** A cap below the server's own limit, in requests a minute. */
  readonly requestsPerMinute?: number | undefined;
  /** Share of the limit that is left to people; default 0.1. */
  readonly headroom?: number;
  /** Share of what is left that this run may use; default all. */
  readonly share?: number;
  /** Workers that share the target at most, for the time without Redis. */
  readonly workers: () => number;
  /** Length of the server's window; 60 s. */
  readonly windowMs?: number;
  /** Told once when Redis goes and once when it is back. */
  readonly onChange?: (shared: boolean) => void;
}

const MINUTE_MS = 60_000;
const HEADROOM = 0.1;
const MARGIN_SHARE = 1 / 60;
/** A request may take 60 s to be answered and 60 s to be read. */
const FLIGHT_MS = 130_000;
/** Redis is on the same network: a script that takes longer has no Redis behind it. */
const SCRIPT_TIMEOUT_MS = 2000;
/** After a failure Redis is not asked again for this long. */
const RETRY_MS = 1000;

export function createSharedThrottle(options: SharedThrottleOptions): Throttle {
  return new SharedThrottle(options);
}

class SharedThrottle implements Throttle {
  readonly #options: SharedThrottleOptions;
  readonly #keys: readonly [string, string, string, string];
  readonly #windowMs: number;
  /** Grants that have no answer yet: from Redis by their token, from the throttle of this worker alone. */
  readonly #flights: (string | Throttle)[] = [];
  readonly #waiting: Waiter[] = [];
  #polling = false;
  #limit: number | null = null;
  #throttled = 0;
  #alone: Throttle | null = null;
  #askAgainAt = 0;

  constructor(options: SharedThrottleOptions) {
    this.#options = options;
    this.#windowMs = options.windowMs ?? MINUTE_MS;
    const tag = `ninja-sync:throttle:{${createHash('sha256').update(options.target).digest('hex').slice(0, 16)}}`;
    this.#keys = [`${tag}:state`, `${tag}:flights`, `${tag}:got`, `${tag}:wants`];
  }

  get limitPerMinute(): number | null {
    const { requestsPerMinute, headroom = HEADROOM } = this.#options;
    const own = this.#limit === null ? null : (this.#limit * MINUTE_MS) / this.#windowMs;
    const limits = [own, requestsPerMinute ?? null].filter((limit) => limit !== null);
    return limits.length === 0 ? null : Math.max(1, Math.floor(Math.min(...limits) * (1 - headroom)));
  }

  get throttled(): number {
    return this.#throttled;
  }

  acquire(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason);
        return;
      }
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        reject(signal?.reason);
      };
      const waiter: Waiter = {
        signal,
        grant: () => {
          signal?.removeEventListener('abort', leave);
          resolve();
        },
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.#waiting.push(waiter);
      void this.#poll();
    });
  }

  observe(answer: ThrottleAnswer): void {
    const flight = this.#flights.shift();
    assert(flight !== undefined, 'observe follows acquire');
    if (typeof flight === 'string') void this.#tell(flight, answer);
    else flight.observe(answer);
    if (answer.status === 429) this.#throttled += 1;
    if (answer.limit !== null && answer.limit > 0) this.#limit = answer.limit;
  }

  /** One asks for all that wait in this process, in their order. */
  async #poll(): Promise<void> {
    if (this.#polling) return;
    this.#polling = true;
    while (this.#waiting.length > 0) {
      const token = randomUUID();
      const waitMs = await this.#ask(token);
      const first = this.#waiting[0];
      if (waitMs === 0) {
        // Whoever asked may have gone meanwhile: what was granted is given back as unused.
        this.#flights.push(token);
        if (first === undefined) this.observe(UNUSED);
        else {
          this.#waiting.shift();
          first.grant();
        }
      } else if (waitMs === null) {
        const alone = this.#goAlone();
        if (first === undefined) break;
        await alone.acquire(first.signal).then(
          () => {
            this.#flights.push(alone);
            if (this.#waiting[0] === first) {
              this.#waiting.shift();
              first.grant();
            } else this.observe(UNUSED);
          },
          () => undefined,
        );
      } else await sleep(waitMs);
    }
    this.#polling = false;
  }

  /** 0: granted; milliseconds to wait; `null`: there is no Redis. */
  async #ask(token: string): Promise<number | null> {
    if (Date.now() < this.#askAgainAt) return null;
    const { redis, runId, requestsPerMinute, headroom = HEADROOM, share = 1 } = this.#options;
    const cap = requestsPerMinute === undefined ? 0 : Math.max(1, (requestsPerMinute * this.#windowMs) / MINUTE_MS);
    try {
      const reply = await inTime(
        redis.eval(
          ACQUIRE,
          this.#keys.length,
          ...this.#keys,
          token,
          String(runId),
          String(this.#windowMs),
          String(Math.max(1, this.#windowMs * MARGIN_SHARE)),
          String(headroom),
          String(share),
          String(Math.floor(cap)),
          String(FLIGHT_MS),
        ),
      );
      const [granted = 0, waitMs = 0, limit = 0] = reply as readonly number[];
      if (limit > 0) this.#limit = limit;
      this.#goTogether();
      return granted === 1 ? 0 : Math.max(1, Math.min(waitMs, 1000));
    } catch {
      this.#askAgainAt = Date.now() + RETRY_MS;
      return null;
    }
  }

  async #tell(token: string, answer: ThrottleAnswer): Promise<void> {
    const retryMs = answer.retryAfterSeconds === null ? -1 : answer.retryAfterSeconds * 1000;
    try {
      await inTime(
        this.#options.redis.eval(
          OBSERVE,
          this.#keys.length,
          ...this.#keys,
          token,
          String(this.#windowMs),
          String(Math.max(1, this.#windowMs * MARGIN_SHARE)),
          String(answer.status),
          String(answer.limit ?? -1),
          String(answer.remaining ?? -1),
          String(retryMs),
          String(Math.round(answer.ms ?? 0)),
        ),
      );
    } catch {
      // The flight is forgotten in its time; until then it counts as one that is under way.
      this.#askAgainAt = Date.now() + RETRY_MS;
    }
  }

  #goAlone(): Throttle {
    if (this.#alone === null) {
      this.#alone = createThrottle({ requestsPerMinute: this.#ownShare(), windowMs: this.#windowMs });
      this.#options.onChange?.(false);
    }
    return this.#alone;
  }

  #goTogether(): void {
    if (this.#alone === null) return;
    this.#alone = null;
    this.#options.onChange?.(true);
  }

  #ownShare(): number | undefined {
    const limit = this.limitPerMinute;
    return limit === null ? undefined : Math.max(1, Math.floor(limit / Math.max(1, this.#options.workers())));
  }
}

interface Waiter {
  readonly signal: AbortSignal | undefined;
  readonly grant: () => void;
}

const UNUSED: ThrottleAnswer = { status: 0, limit: null, remaining: null, retryAfterSeconds: null, ms: 0 };

async function inTime<Value>(promise: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([
      promise,
      new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error('Redis did not answer in time')), SCRIPT_TIMEOUT_MS);
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
