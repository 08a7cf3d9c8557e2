/**
 * The part of a worker that tells people: again and again it makes messages of what happened and sends those that are due.
 *
 * Invariants: it never throws and never waits for a run, nor a run for it; what it cannot do now it does the next time;
 * any number of workers may do it at once.
 */

import type { Job } from '../job/schema.js';
import type { Store } from '../run/store.js';
import { NO_CHANNELS, loadChannels } from './channels.js';
import { collectLate, collectRuns } from './collect.js';
import type { CollectDeps } from './collect.js';
import { deliverDue } from './deliver.js';
import type { NoticeLog } from './deliver.js';
import type { SendOptions } from './send.js';

export interface NotifierOptions {
  readonly store: Store;
  /** `notify.yaml`; `undefined`: nobody is told. */
  readonly file: string | undefined;
  /** `null` where there is no such job any more. */
  readonly loadJob: (name: string) => Promise<Job | null>;
  /** All that can be read. */
  readonly loadJobs: () => Promise<readonly Job[]>;
  readonly log: NoticeLog;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Between two rounds, in milliseconds. */
  readonly everyMs: number;
  /** Between two looks for late exports, in milliseconds. */
  readonly lateMs: number;
  /** What went wrong in a round. */
  readonly onTrouble: (error: unknown) => void;
  readonly sending?: SendOptions | undefined;
}

export interface Notifier {
  /** @param withinMs for a last round; 0: none, what is left is sent by others */
  close(withinMs: number): Promise<void>;
}

export function startNotifier(options: NotifierOptions): Notifier {
  const { store, now, log, onTrouble } = options;
  const closing = new AbortController();
  let lookedAt = Number.NEGATIVE_INFINITY;
  let round: Promise<void> | null = null;

  async function work(): Promise<void> {
    try {
      const channels = options.file === undefined ? NO_CHANNELS : await loadChannels(options.file);
      const deps: CollectDeps = { store, channels, loadJob: options.loadJob, now, log };
      await collectRuns(deps);
      if (channels.all.length === 0) return;
      if (performance.now() - lookedAt >= options.lateMs) {
        lookedAt = performance.now();
        await collectLate(deps, await options.loadJobs());
      }
      await deliverDue({ store, channels, now, log, sending: options.sending, signal: closing.signal });
    } catch (error) {
      onTrouble(error);
    }
  }

  function begin(): Promise<void> {
    round ??= work().finally(() => {
      round = null;
    });
    return round;
  }

  const timer = setInterval(() => void begin(), options.everyMs);
  void begin();
  return {
    close: async (withinMs) => {
      clearInterval(timer);
      if (withinMs === 0) return closing.abort();
      const over = setTimeout(() => closing.abort(), withinMs);
      await round;
      await begin();
      clearTimeout(over);
      closing.abort();
    },
  };
}
