/** The circuit breaker: when so much fails that going on would only make more of it. Pure. */

import { SyncError } from '../errors.js';
import type { OutcomeKind } from '../plan/change.js';

/** Failures and refusals in a row, whatever the limit. */
const FAILURES_IN_A_ROW_MAX = 10;

export interface BreakerOptions {
  readonly runId: number;
  readonly changes: number;
  /** Failed changes that the run may have; `null`: somebody allowed any number. */
  readonly failuresMax: number | null;
  /** Changes that failed when the run was pushed before. */
  readonly failedBefore: number;
}

export class Breaker {
  readonly #options: BreakerOptions;
  #failed: number;
  #inARow = 0;

  constructor(options: BreakerOptions) {
    this.#options = options;
    this.#failed = options.failedBefore;
  }

  /** @returns why the run must stop; `null`: it goes on */
  count(kind: OutcomeKind, reason: string): SyncError | null {
    if (kind === 'skipped') return null;
    if (kind !== 'failed' && kind !== 'rejected') {
      this.#inARow = 0;
      return null;
    }
    this.#inARow += 1;
    if (kind === 'failed') this.#failed += 1;
    const { failuresMax, changes } = this.#options;
    if (failuresMax === null) return null;
    if (kind === 'failed' && this.#failed > failuresMax) {
      return this.#stop(`${this.#failed} of ${changes} changes failed, limit ${failuresMax}`, reason);
    }
    if (this.#inARow < FAILURES_IN_A_ROW_MAX) return null;
    return this.#stop(`${this.#inARow} changes in a row failed or were refused`, reason);
  }

  #stop(what: string, reason: string): SyncError {
    const { runId } = this.#options;
    return new SyncError('too-many-failures', `${what}: the rest was not sent. The last one: ${reason}`, {
      hint: `When the cause is mended, or it does not matter: ninja-sync resume ${runId} --allow failures`,
      details: { failed: this.#failed, inARow: this.#inARow },
    });
  }
}
