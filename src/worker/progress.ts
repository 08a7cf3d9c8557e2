/** How far a run is, kept with it for those who watch: written once a second at most, with a rate. */

import type { Progress } from '../run/context.js';
import type { RunProgress, Store } from '../run/store.js';

export interface ProgressOptions {
  readonly store: Pick<Store, 'updateRun'>;
  readonly runId: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly everyMs?: number;
}

export interface ProgressNote {
  tell(progress: Progress): void;
  /** Nothing is written any more when it resolves. */
  close(): Promise<void>;
}

const EVERY_MS = 1000;
const MINUTE_MS = 60_000;

/** A progress that cannot be written is not worth a run: the next one may be. */
export function openProgressNote({ store, runId, now, everyMs = EVERY_MS }: ProgressOptions): ProgressNote {
  let begin: { readonly phase: Progress['phase']; readonly at: number; readonly done: number } | null = null;
  let writing: Promise<unknown> | null = null;
  let writtenAt = Number.NEGATIVE_INFINITY;
  let closed = false;

  function rateOf({ done }: Progress, at: number): number {
    if (begin === null || at <= begin.at) return 0;
    return Math.round(((done - begin.done) * MINUTE_MS) / (at - begin.at));
  }

  return {
    tell(progress) {
      const clock = performance.now();
      const isNewPhase = begin?.phase !== progress.phase;
      if (isNewPhase) begin = { phase: progress.phase, at: clock, done: progress.done };
      if (closed || writing !== null || (!isNewPhase && clock - writtenAt < everyMs)) return;
      writtenAt = clock;
      const { phase, done, total, unit } = progress;
      const noted: RunProgress = {
        phase,
        done,
        total,
        unit,
        ratePerMinute: rateOf(progress, clock),
        at: new Date(now()).toISOString(),
      };
      writing = store
        .updateRun(runId, { progress: noted })
        .catch(() => undefined)
        .finally(() => {
          writing = null;
        });
    },
    async close() {
      closed = true;
      await writing;
    },
  };
}
