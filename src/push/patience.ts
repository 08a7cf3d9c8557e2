/**
 * Waiting for a target that is down. Whoever meets it waits here, and one probe goes out for all of them.
 *
 * Invariant: the waiting counts until a change gets through, so a target whose front answers while its database does not
 * cannot hold a run for ever.
 */

import { SyncError } from '../errors.js';
import { judgeFailure } from './verdict.js';

const PAUSE_MIN_MS = 250;
const PAUSE_MAX_MS = 30_000;

export interface PatienceOptions {
  /** Milliseconds of waiting in a row. */
  readonly patienceMs: number;
  readonly runId: number;
  /** A cheap request that a healthy target answers. */
  readonly probe: () => Promise<void>;
  /** Ends early when the run is stopped. */
  readonly sleep: (ms: number) => Promise<void>;
  /** @throws SyncError when the run is stopped */
  readonly checkStop: () => void;
  readonly onNotice: (message: string) => void;
}

export class Patience {
  readonly #options: PatienceOptions;
  #waiting: Promise<void> | null = null;
  #waitedMs = 0;
  #pauseMs = PAUSE_MIN_MS;
  #told = false;

  constructor(options: PatienceOptions) {
    this.#options = options;
  }

  /**
   * Resolves when the target answers again.
   *
   * @throws SyncError `cause` when the patience is used up; what the probe meets when waiting will not help; what stops the run
   */
  wait(cause: SyncError): Promise<void> {
    this.#waiting ??= this.#probeUntilBack(cause).finally(() => {
      this.#waiting = null;
    });
    return this.#waiting;
  }

  /** A change got through. */
  answered(): void {
    if (this.#waiting !== null) return;
    this.#waitedMs = 0;
    this.#pauseMs = PAUSE_MIN_MS;
    if (!this.#told) return;
    this.#told = false;
    this.#options.onNotice('The target answers again: going on.');
  }

  async #probeUntilBack(cause: SyncError): Promise<void> {
    const { patienceMs, probe, sleep, checkStop } = this.#options;
    for (;;) {
      checkStop();
      const leftMs = patienceMs - this.#waitedMs;
      if (leftMs <= 0) throw this.#givenUp(cause);
      const pauseMs = Math.min(leftMs, this.#pauseMs * (0.75 + Math.random() / 2));
      await sleep(pauseMs);
      this.#waitedMs += pauseMs;
      this.#pauseMs = Math.min(PAUSE_MAX_MS, this.#pauseMs * 2);
      checkStop();
      try {
        await probe();
        return;
      } catch (error) {
        if (!(error instanceof SyncError) || judgeFailure(error, false) !== 'away') throw error;
        this.#tell(error);
      }
    }
  }

  /** Once an outage, and not for a connection that broke and works again at once. */
  #tell({ message }: SyncError): void {
    if (this.#told) return;
    this.#told = true;
    const { patienceMs, runId, onNotice } = this.#options;
    const why = message.replace(/\.$/, '');
    onNotice(
      `The target does not answer (${why}): waiting, up to ${lengthOf(patienceMs)}. Ctrl-C stops; go on later with: ninja-sync resume ${runId}`,
    );
  }

  #givenUp(cause: SyncError): SyncError {
    const { patienceMs, runId } = this.#options;
    const waited = patienceMs > 0 ? ` It was waited for, ${lengthOf(patienceMs)} in all.` : '';
    return new SyncError(cause.code, `${cause.message}${waited} The rest was not sent.`, {
      retry: 'later',
      hint: `When the target is back: ninja-sync resume ${runId}`,
      details: cause.details,
      cause,
    });
  }
}

function lengthOf(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes >= 1) return minutes === 1 ? '1 minute' : `${minutes} minutes`;
  const seconds = Math.max(1, Math.round(ms / 1000));
  return seconds === 1 ? '1 second' : `${seconds} seconds`;
}
