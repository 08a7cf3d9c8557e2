/**
 * One leg of a run, with its books: how far it is for those who watch, and how often in a row it got nowhere, so that
 * neither a run that kills its workers nor a target that never answers is tried for ever.
 */

import type { Job as QueueJob } from 'bullmq';
import { SyncError } from '../errors.js';
import type { Job } from '../job/schema.js';
import type { Logger } from '../log.js';
import type { Target } from '../run/context.js';
import type { Run } from '../run/store.js';
import { inSpan } from '../tracing.js';
import { advanceRun } from './advance.js';
import type { Leg, Step } from './advance.js';
import { decide } from './decide.js';
import { openProgressNote } from './progress.js';
import type { RunPayload } from './queue.js';

type Given =
  | 'store'
  | 'dataDir'
  | 'files'
  | 'signal'
  | 'now'
  | 'loadJob'
  | 'onPush'
  | 'restsUntil'
  | 'onOutcome'
  | 'patienceMs'
  | 'leaseMs';

export interface LegWork extends Pick<Leg, Given> {
  readonly log: Logger;
  /**
   * @param signal ends the waiting for the rate limit
   * @param onRest told for how many milliseconds the rate limit lets nothing through
   */
  readonly openTarget: (run: Run, job: Job, signal: AbortSignal, onRest: (waitMs: number) => void) => Promise<Target>;
  readonly onRest: (waitMs: number) => void;
}

export type LegEnd =
  | { readonly kind: 'step'; readonly step: Step }
  /** `attempt`: legs in a row that got nowhere, this one included. */
  | { readonly kind: 'error'; readonly error: unknown; readonly attempt: number };

/** Legs in a row whose worker died: it is the run that kills them. */
const DEATHS_MAX = 5;

/** @param payload of the queue's job, where the books are kept */
export async function runLeg(work: LegWork, job: QueueJob, payload: RunPayload): Promise<LegEnd> {
  const { store, signal, now } = work;
  const { run: runId, errors, deaths } = payload;
  const log = work.log.child({ run: runId });
  const note = openProgressNote({ store, runId, now });
  let errorsBefore = errors;
  let sent = Number.POSITIVE_INFINITY;
  const gotSomewhere = (): void => {
    if (errorsBefore === 0 && deaths === 0) return;
    errorsBefore = 0;
    void job.updateData({ run: runId }).catch(() => undefined);
  };
  const leg: Leg = {
    ...work,
    openTarget: (run, definition) => work.openTarget(run, definition, signal, work.onRest),
    onProgress: (progress) => {
      note.tell(progress);
      if (progress.phase !== 'pushing') return;
      if (progress.done > sent) gotSomewhere();
      sent = progress.done;
    },
    onPlanned: gotSomewhere,
    onNotice: (notice) => log.info({ notice }, 'notice'),
    goesOn: (error) => decide(error, errorsBefore + 1).kind !== 'fail',
  };
  try {
    if (deaths >= DEATHS_MAX) throw killedWorkers(runId, deaths);
    // A queue that cannot be written (it is full, or was emptied) is no reason to fail a run.
    await job.updateData({ run: runId, errors, deaths: deaths + 1 }).catch(() => undefined);
    const attributes = { 'ninja_sync.run.id': runId, 'ninja_sync.attempt': errorsBefore + 1 };
    return { kind: 'step', step: await inSpan('run leg', () => advanceRun(leg, runId), { attributes }) };
  } catch (error) {
    return { kind: 'error', error, attempt: errorsBefore + 1 };
  } finally {
    await note.close();
  }
}

function killedWorkers(runId: number, deaths: number): SyncError {
  return new SyncError(
    'run-not-appliable',
    `The worker died ${deaths} times in a row while it was at run ${runId}: it is not tried again by itself.`,
    { hint: `Look at what killed it (memory?), then: ninja-sync resume ${runId}` },
  );
}
