/** How often, and how soon, something is sent again. Pure, apart from the chance in the delays. */

/** Requests that one change is worth. */
export const ATTEMPTS_MAX = 4;
/** Times that one change waits for a target that is away and then answers something else, but never this change. */
export const PAUSES_MAX = 5;

const BUDGET_MIN = 20;
const BUDGET_RATIO = 0.1;
const DELAY_MS = 250;
/** A server that broke off may still be at work: it is looked again so much later each time. */
export const LOOK_AGAIN_MS: readonly number[] = [500, 1000, 2000];
/** All of that at once. */
export const STRAGGLER_MS: number = LOOK_AGAIN_MS.reduce((sum, ms) => sum + ms, 0);

/** Milliseconds before the attempt after the n-th (from 1). */
export function delayAfter(attempt: number, random: number): number {
  return Math.round(DELAY_MS * 2 ** (attempt - 1) * (0.5 + random));
}

/** What all changes of a run together may send again: a target that fails every tenth time is ill. */
export class RetryBudget {
  #left: number;

  constructor(changes: number) {
    this.#left = Math.max(BUDGET_MIN, Math.ceil(changes * BUDGET_RATIO));
  }

  take(): boolean {
    if (this.#left === 0) return false;
    this.#left -= 1;
    return true;
  }
}
