/**
 * The rate limit of one target, inside one process: requests are let through as fast as the server's window allows.
 *
 * The server counts in fixed windows (hosted: 500 requests in 60 s for each IP), which begin with the first request after
 * the previous window is over. It announces limit and remaining on answers that it executed, and nothing at all on a
 * 429 (FACTS.md "Throttling" [397-411]). So:
 *
 *   low        the smallest `remaining` that was announced in this window. Requests in flight may or may not be
 *              counted in it, so `low - inFlight` more are certainly free.
 *   windowEnd  the latest time at which the window can end: it began before its first answer was received, so the
 *              arrival of that answer plus the window's length plus a margin (the server counts whole seconds).
 *   probing    nothing is known about the present window: one request goes ahead, the others wait for its answer.
 *
 * Answers overtake each other, so a `remaining` that rises is a new window only when its request was sent after the
 * smaller number had been received. An answer to a request from before the window says nothing about the window.
 *
 * Invariant: every granted `acquire()` is followed by exactly one `observe()`, with status 0 when there was no answer.
 */

import { assert } from '../errors.js';

export interface ThrottleAnswer {
  /** HTTP status; 0 when no answer arrived. */
  readonly status: number;
  /** `X-RateLimit-Limit`: requests in a window. */
  readonly limit: number | null;
  /** `X-RateLimit-Remaining`: requests left in this window. */
  readonly remaining: number | null;
  readonly retryAfterSeconds: number | null;
  /** It was let through and then not sent: it counts as if it had never asked. */
  readonly unsent?: boolean;
  /** Milliseconds since `acquire` let it through; without it the answer counts as one to the latest request. */
  readonly ms?: number;
  /** What was asked for, without ids: only requests of one kind can be expected to take the same time. */
  readonly kind?: string;
}

export interface Throttle {
  /** Resolves when a request may be sent, in the order of the calls. Rejects with the signal's reason when it is aborted. */
  acquire(signal?: AbortSignal): Promise<void>;
  /** Tells what became of a request that was let through. */
  observe(answer: ThrottleAnswer): void;
  /** Requests a minute that are allowed, as far as known; `null`: no limit. */
  readonly limitPerMinute: number | null;
  /** Answers with status 429 so far. */
  readonly throttled: number;
}

export interface ThrottleOptions {
  /** A cap below the server's own limit. Without it and without announced limits, nothing is limited. */
  readonly requestsPerMinute?: number | undefined;
  /** Milliseconds; only differences count. */
  readonly now?: () => number;
  /** May end early when the signal is aborted (nobody waits any more). */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Length of the server's window. */
  readonly windowMs?: number;
  /** Requests of each window that are left to others behind the same IP address. */
  readonly reserve?: number;
}

const MINUTE_MS = 60_000;
/** The end of a window is known to the second only (the server stores whole seconds). */
const MARGIN_SHARE = 1 / 60;
/** A `Retry-After` is believed up to this many windows. */
const RETRY_AFTER_WINDOWS_MAX = 10;

export function createThrottle(options: ThrottleOptions = {}): Throttle {
  return new WindowThrottle(options);
}

class WindowThrottle implements Throttle {
  readonly #now: () => number;
  readonly #sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly #windowMs: number;
  readonly #marginMs: number;
  readonly #reserve: number;
  /** Own cap, in requests a window. */
  readonly #cap: number | null;
  /** Callers of `acquire` in order, each with what lets it through. */
  readonly #waiting: (() => void)[] = [];

  /** The server's own limit, in requests a window; `null` as long as it announced none. */
  #limit: number | null = null;
  /** Has any answer arrived? Before that, nothing is known about limits. */
  #answered = false;
  #inFlight = 0;
  #throttled = 0;

  /** `null`: no answer of the present window has arrived yet. The next five mean nothing then. */
  #windowEnd: number | null = null;
  /** When the first answer of the present window was received. */
  #beganAt = 0;
  #low = 0;
  /** When the answer that announced `low` was received. */
  #lowAt = 0;
  /** By how much `low` was lowered for answers that announced nothing. */
  #guessed = 0;
  /** Requests let through in this window. */
  #taken = 0;

  #probeOut = false;
  /** Answers to requests that were sent earlier say nothing about the present window. */
  #probingSince = Number.NEGATIVE_INFINITY;
  /** After a 429: nothing is sent before this time. */
  #blockedUntil = Number.NEGATIVE_INFINITY;
  #blocksInARow = 0;

  /** When the timer that is set will call `#pump`. */
  #wakeAt = Number.POSITIVE_INFINITY;
  #timers = new AbortController();

  constructor(options: ThrottleOptions) {
    const { requestsPerMinute, windowMs = MINUTE_MS, reserve = 0 } = options;
    assert(requestsPerMinute === undefined || requestsPerMinute > 0, 'requestsPerMinute is positive');
    this.#now = options.now ?? (() => performance.now());
    this.#sleep = options.sleep ?? sleepUntilAborted;
    this.#windowMs = windowMs;
    this.#marginMs = Math.max(1, windowMs * MARGIN_SHARE);
    this.#reserve = reserve;
    this.#cap =
      requestsPerMinute === undefined ? null : Math.max(1, Math.floor((requestsPerMinute * windowMs) / MINUTE_MS));
  }

  get limitPerMinute(): number | null {
    const limits = [this.#limit, this.#cap].filter((limit) => limit !== null);
    return limits.length === 0 ? null : Math.round((Math.min(...limits) * MINUTE_MS) / this.#windowMs);
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
        if (this.#waiting.length === 0) this.#stopTimers();
        reject(signal?.reason);
      };
      const grant = (): void => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.#waiting.push(grant);
      this.#pump();
    });
  }

  observe(answer: ThrottleAnswer): void {
    assert(this.#inFlight > 0, 'observe follows acquire');
    const now = this.#now();
    const sentAt = now - (answer.ms ?? 0);
    this.#inFlight -= 1;
    // Whatever the caller's clock says: when nothing is under way, the probe is not either.
    if (this.#inFlight === 0) this.#probeOut = false;
    if (answer.unsent === true) {
      this.#taken -= 1;
      if (this.#windowEnd === null) this.#probeOut = false;
      this.#pump();
      return;
    }
    if (answer.status !== 0) this.#answered = true;
    if (answer.limit !== null && answer.limit > 0) this.#limit = answer.limit;
    if (answer.status === 429) this.#block(now, answer.retryAfterSeconds);
    else if (sentAt >= this.#probingSince) this.#count(now, sentAt, answer);
    this.#pump();
  }

  /** A request of the present window was executed, or may have been: keeps `low` and the window's end. */
  #count(now: number, sentAt: number, { status, remaining }: ThrottleAnswer): void {
    if (status !== 0) this.#blocksInARow = 0;
    if (this.#windowEnd === null) {
      this.#probeOut = false;
      // Without an answer nothing tells that the window began: the next request probes again.
      if (status !== 0) this.#beginWindow(now, remaining ?? (this.#limit ?? Number.POSITIVE_INFINITY) - 1);
      return;
    }
    if (remaining === null || (sentAt < this.#beganAt && remaining < this.#low)) {
      this.#low -= 1;
      this.#guessed += 1;
    } else if (remaining > this.#low + this.#guessed) {
      if (sentAt >= this.#lowAt) this.#beginWindow(now, remaining);
    } else if (sentAt >= this.#lowAt || remaining < this.#low) {
      this.#low = remaining;
      this.#lowAt = now;
      this.#guessed = 0;
    }
  }

  #beginWindow(now: number, remaining: number): void {
    this.#windowEnd = now + this.#windowMs + this.#marginMs;
    this.#beganAt = now;
    this.#low = remaining;
    this.#lowAt = now;
    this.#guessed = 0;
    this.#taken = this.#inFlight + 1;
  }

  #forgetWindow(now: number): void {
    this.#windowEnd = null;
    this.#probingSince = now;
    this.#probeOut = false;
  }

  /**
   * A 429: the window is used up. It ends at `windowEnd` at the latest when its start is known, after a full window
   * otherwise. When the request after that is refused again, somebody else drains each window early; shorter waits then
   * shift this process towards the window's start.
   */
  #block(now: number, retryAfterSeconds: number | null): void {
    this.#throttled += 1;
    if (now >= this.#blockedUntil) {
      this.#blocksInARow += 1;
      const known = this.#windowEnd !== null && this.#windowEnd > now;
      const fullWindow = now + this.#windowMs + this.#marginMs;
      if (known) this.#blockedUntil = this.#windowEnd ?? fullWindow;
      else this.#blockedUntil = this.#blocksInARow > 1 ? now + this.#windowMs / 4 : fullWindow;
    }
    if (retryAfterSeconds !== null && retryAfterSeconds > 0) {
      this.#blockedUntil = now + Math.min(retryAfterSeconds * 1000, RETRY_AFTER_WINDOWS_MAX * this.#windowMs);
    }
    this.#forgetWindow(this.#blockedUntil);
  }

  /** Lets through whoever may go now, and sets a timer when only time can let the next one through. */
  #pump(): void {
    while (this.#waiting.length > 0) {
      const now = this.#now();
      if (this.#windowEnd !== null && now >= this.#windowEnd) this.#forgetWindow(now);
      const waitUntil = this.#blockedTill(now);
      if (waitUntil !== null) {
        this.#wake(now, waitUntil);
        return;
      }
      if (this.#windowEnd === null) this.#probeOut = this.#isLimited();
      this.#inFlight += 1;
      this.#taken += 1;
      this.#waiting.shift()?.();
    }
  }

  /** As long as nothing has been answered, it may be. */
  #isLimited(): boolean {
    return !this.#answered || this.#limit !== null || this.#cap !== null;
  }

  /** `null`: a request may go. Otherwise the time from which it may; infinite when an answer has to come first. */
  #blockedTill(now: number): number | null {
    if (now < this.#blockedUntil) return this.#blockedUntil;
    if (!this.#isLimited()) return null;
    if (this.#windowEnd === null) return this.#probeOut ? Number.POSITIVE_INFINITY : null;
    const capped = this.#cap !== null && this.#taken >= this.#cap;
    if (capped || this.#low - this.#inFlight - this.#reserve <= 0) return this.#windowEnd;
    return null;
  }

  #wake(now: number, at: number): void {
    if (at === Number.POSITIVE_INFINITY || at >= this.#wakeAt) return;
    this.#wakeAt = at;
    void this.#pumpAt(at, Math.max(1, Math.ceil(at - now)));
  }

  async #pumpAt(at: number, delayMs: number): Promise<void> {
    await this.#sleep(delayMs, this.#timers.signal);
    if (this.#wakeAt === at) this.#wakeAt = Number.POSITIVE_INFINITY;
    this.#pump();
  }

  /** Nobody waits: a timer would only keep the process alive. */
  #stopTimers(): void {
    this.#timers.abort();
    this.#timers = new AbortController();
    this.#wakeAt = Number.POSITIVE_INFINITY;
  }
}

function sleepUntilAborted(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    signal.addEventListener('abort', wake, { once: true });
  });
}
