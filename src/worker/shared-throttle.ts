/**
 * The rate limit of one target, kept by all workers together through Redis.
 *
 * Without Redis each worker keeps a share of the last known limit on its own, so that all of them together still stay
 * inside; when Redis is back they go on together.
 */

import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { assert } from '../errors.js';
import { createThrottle } from '../push/throttle.js';
import type { Throttle, ThrottleAnswer } from '../push/throttle.js';
import { openLink } from './throttle-link.js';
import type { ThrottleLink } from './throttle-link.js';

export interface SharedThrottleOptions {
  readonly redis: Redis;
  /** In front of every key. */
  readonly prefix: string;
  /** Base URL: what the server counts for one IP address is counted together. */
  readonly target: string;
  /** Workers that reach the server from another IP address have another name here. */
  readonly egress?: string;
  /** Runs that wait at the same time get the same number of requests. */
  readonly runId: number;
  /** A cap below the server's own limit, in requests a minute. */
  readonly requestsPerMinute?: number | undefined;
  /** Share of the server's limit that is left to people; default 0.1. */
  readonly headroom?: number;
  /** Share of what is left that this run may use; default all. */
  readonly share?: number;
  /** Runs that share the target at most, in all workers, for the time without Redis. */
  readonly workers: () => number;
  /** Length of the server's window; 60 s. */
  readonly windowMs?: number;
  /** After this a request of a worker that died counts as executed. */
  readonly flightMs?: number;
  /** Told with each answer for how many milliseconds nothing may be sent; 0: something was let through. */
  readonly onRest?: (waitMs: number) => void;
  /** Told once when Redis goes and once when it is back. */
  readonly onChange?: (shared: boolean) => void;
}

const MINUTE_MS = 60_000;
const HEADROOM = 0.1;
/** A request may take 60 s to be answered and 60 s to be read. */
const FLIGHT_MS = 130_000;
/** While Redis is away it is looked for this often. */
const LOOK_MS = 1000;
/** Nobody sleeps longer than this without asking again: what is known of the window may have changed. */
const SLEEP_MAX_MS = 1000;
/** A shorter wait is one for somebody's answer, and may end with one. */
const POLL_MAX_MS = 50;

export function createSharedThrottle(options: SharedThrottleOptions): Throttle {
  return new SharedThrottle(options);
}

class SharedThrottle implements Throttle {
  readonly #options: SharedThrottleOptions;
  readonly #link: ThrottleLink;
  readonly #windowMs: number;
  /** Grants that have no answer yet: from Redis by their token, or from the throttle of this worker alone. */
  readonly #flights: (string | Throttle)[] = [];
  readonly #waiting: (() => void)[] = [];
  #serving = false;
  #looking = false;
  /** Requests a window, as announced. */
  #limit: number | null = null;
  #throttled = 0;
  /** `null`: all workers go together. */
  #alone: Throttle | null = null;
  /** Ends what `#serve` waits for. */
  #wake = new AbortController();
  #polls = false;

  constructor(options: SharedThrottleOptions) {
    const { windowMs = MINUTE_MS, headroom = HEADROOM, share = 1, requestsPerMinute } = options;
    this.#options = options;
    this.#windowMs = windowMs;
    const cap =
      requestsPerMinute === undefined ? 0 : Math.max(1, Math.floor((requestsPerMinute * windowMs) / MINUTE_MS));
    this.#link = openLink({
      redis: options.redis,
      prefix: options.prefix,
      target: options.target,
      egress: options.egress ?? '',
      runId: options.runId,
      windowMs,
      flightMs: options.flightMs ?? FLIGHT_MS,
      headroom,
      share,
      cap,
    });
  }

  get limitPerMinute(): number | null {
    const { requestsPerMinute, headroom = HEADROOM } = this.#options;
    const left = this.#limit === null ? null : (this.#limit * (1 - headroom) * MINUTE_MS) / this.#windowMs;
    const limits = [left, requestsPerMinute ?? null].filter((limit) => limit !== null);
    return limits.length === 0 ? null : Math.max(1, Math.floor(Math.min(...limits)));
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
        this.#waiting.splice(this.#waiting.indexOf(grant), 1);
        if (this.#waiting.length === 0) this.#wakeUp();
        reject(signal?.reason);
      };
      const grant = (): void => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.#waiting.push(grant);
      void this.#serve();
    });
  }

  observe(answer: ThrottleAnswer): void {
    const flight = this.#flights.shift();
    assert(flight !== undefined, 'observe follows acquire');
    if (answer.status === 429) this.#throttled += 1;
    if (typeof flight !== 'string') flight.observe(answer);
    else if (answer.unsent === true) void this.#link.giveBack(flight);
    else void this.#tell(flight, answer);
    if (answer.limit !== null && answer.limit > 0) this.#learn(answer.limit);
  }

  /** One asks for all that wait in this process, in their order. */
  async #serve(): Promise<void> {
    if (this.#serving) return;
    this.#serving = true;
    while (this.#waiting.length > 0) {
      if (this.#alone === null) await this.#askTogether();
      else await this.#askAlone(this.#alone);
    }
    this.#serving = false;
  }

  async #askTogether(): Promise<void> {
    const token = randomUUID();
    try {
      const { granted, waitMs, limit } = await this.#link.ask(token, this.#waiting.length > 1);
      if (limit !== null) this.#limit = limit;
      this.#options.onRest?.(granted ? 0 : waitMs);
      if (granted) this.#grant(token);
      else await this.#sleep(Math.min(Math.max(1, waitMs), SLEEP_MAX_MS));
    } catch {
      this.#goAlone();
    }
  }

  async #askAlone(alone: Throttle): Promise<void> {
    void this.#lookForRedis();
    const { signal } = this.#wake;
    try {
      await alone.acquire(signal);
    } catch (error) {
      if (!signal.aborted) throw error;
      return;
    }
    this.#grant(alone);
  }

  /** Whoever asked may have gone meanwhile. */
  #grant(flight: string | Throttle): void {
    const first = this.#waiting.shift();
    if (first !== undefined) {
      this.#flights.push(flight);
      first();
    } else if (typeof flight === 'string') void this.#link.giveBack(flight);
    else flight.observe(UNUSED);
  }

  async #tell(token: string, answer: ThrottleAnswer): Promise<void> {
    await this.#link.tell(token, answer);
    if (this.#polls) this.#wakeUp();
  }

  #learn(limit: number): void {
    const isNews = this.#limit !== limit;
    this.#limit = limit;
    if (isNews && this.#alone !== null) this.#alone = this.#throttleAlone();
  }

  #goAlone(): void {
    if (this.#alone !== null) return;
    this.#alone = this.#throttleAlone();
    this.#options.onChange?.(false);
  }

  #throttleAlone(): Throttle {
    const { workers, share = 1, headroom = HEADROOM } = this.#options;
    const limit = this.limitPerMinute;
    return createThrottle({
      windowMs: this.#windowMs,
      requestsPerMinute: limit === null ? undefined : Math.max(1, (limit * share) / Math.max(1, workers())),
      reserve: Math.ceil((this.#limit ?? 0) * headroom),
    });
  }

  /** As long as somebody waits for a grant; whoever comes later looks again. */
  async #lookForRedis(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    do {
      await delay(LOOK_MS, undefined, { ref: false });
      if (await this.#link.comeBack()) this.#goTogether();
    } while (this.#alone !== null && this.#waiting.length > 0);
    this.#looking = false;
  }

  #goTogether(): void {
    if (this.#alone === null) return;
    this.#alone = null;
    this.#options.onChange?.(true);
    this.#wakeUp();
  }

  #wakeUp(): void {
    this.#wake.abort();
    this.#wake = new AbortController();
  }

  async #sleep(ms: number): Promise<void> {
    const { signal } = this.#wake;
    this.#polls = ms <= POLL_MAX_MS;
    try {
      await delay(ms, undefined, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.#polls = false;
    }
  }
}

const UNUSED: ThrottleAnswer = { status: 0, limit: null, remaining: null, retryAfterSeconds: null, ms: 0 };
