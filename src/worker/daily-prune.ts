/**
 * Old runs deleted once a day, by one worker of all; folders of runs by each on its own disk.
 *
 * Invariants: it is never in the way of runs (short portions, half of the time left to others); who is closed in the
 * middle, or cannot finish, gives its turn to another one; a worker that dies leaves the rest to the next day.
 */

import type { Job } from '../job/schema.js';
import type { Logger } from '../log.js';
import type { FileStore } from '../run/files/file-store.js';
import { prune, pruneFolders } from '../run/prune.js';
import type { Pruned } from '../run/prune.js';
import type { Store } from '../run/store.js';
import { keepingJobs } from './jobs.js';

export interface DailyPruneOptions {
  readonly store: Pick<Store, 'pruning'>;
  readonly files: FileStore | null;
  readonly dataDir: string;
  readonly loadJobs: () => Promise<readonly Job[]>;
  /** False: another worker has done it today, or does it now. */
  readonly takeTurn: () => Promise<boolean>;
  readonly giveTurnBack: () => Promise<void>;
  readonly log: Logger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface DailyPrune {
  /** Does what is due; one at a time. It never throws. */
  look(): Promise<void>;
  /** Resolves when the portion that is at work has ended. */
  close(): Promise<void>;
}

export function createDailyPrune(options: DailyPruneOptions): DailyPrune {
  const { log } = options;
  const closing = new AbortController();
  const deps = { ...options, signal: closing.signal };
  let looking: Promise<void> | null = null;

  async function look(): Promise<void> {
    if (closing.signal.aborted) return;
    try {
      await pruneFolders(deps);
      if (closing.signal.aborted || !(await options.takeTurn())) return;
      let isThrough = false;
      try {
        const pruned = await prune(deps, keepingJobs(await options.loadJobs()));
        isThrough = !closing.signal.aborted;
        tell(log, pruned);
      } finally {
        if (!isThrough) await options.giveTurnBack();
      }
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (!closing.signal.aborted)
        log.warn({ error: message }, 'old runs are not all deleted yet; the worker goes on, and tries again later');
    }
  }

  return {
    look: () => {
      looking ??= look().finally(() => {
        looking = null;
      });
      return looking;
    },
    close: async () => {
      closing.abort();
      await looking;
    },
  };
}

function tell(log: Logger, { jobs, files, folders }: Pruned): void {
  for (const { job, runs, ...counts } of jobs) log.info({ job, runs: runs.length, ...counts }, 'old runs were pruned');
  if (files.count > 0) log.info({ files: files.count, bytes: files.bytes }, 'files that no run needs were removed');
  if (folders.count > 0) log.info({ folders: folders.count, bytes: folders.bytes }, 'folders of old runs were removed');
}
