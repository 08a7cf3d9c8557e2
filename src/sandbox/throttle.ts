/** A fixed window per key, as the hosted service counts: it begins with the first request and all counts vanish at its end [404-411]. */

export interface Admission {
  readonly isAllowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  readonly retryAfterS: number;
  /** Unix seconds. */
  readonly resetAt: number;
}

interface Window {
  count: number;
  endsAtMs: number;
}

/** Addresses that are remembered at a time. */
const KEYS_MAX = 10_000;

export class Throttle {
  readonly #windows = new Map<string, Window>();

  constructor(readonly windowMs: number) {}

  /** Refused requests do not count. */
  admit(key: string, limit: number, nowMs: number): Admission {
    let window = this.#windows.get(key);
    if (window === undefined || nowMs >= window.endsAtMs) {
      if (this.#windows.size >= KEYS_MAX) this.#windows.clear();
      window = { count: 0, endsAtMs: nowMs + this.windowMs };
      this.#windows.set(key, window);
    }
    const isAllowed = window.count < limit;
    if (isAllowed) window.count++;
    return {
      isAllowed,
      limit,
      remaining: limit - window.count,
      retryAfterS: Math.ceil((window.endsAtMs - nowMs) / 1000),
      resetAt: Math.ceil(window.endsAtMs / 1000),
    };
  }
}
