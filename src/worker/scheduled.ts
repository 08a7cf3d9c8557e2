/**
 * A schedule that came due becomes a run, unless its job has one that is not through: that one does the work of both.
 *
 * A plan that waits for a person shows an export that may be yesterday's. When the export is another one by now, nobody
 * should approve the old one: its run is cancelled, and the new one takes its place.
 */

import { SyncError } from '../errors.js';
import { isFetched, isSnapshot } from '../job/fetched.js';
import { jobFiles } from '../job/files.js';
import type { Job } from '../job/schema.js';
import type { Logger } from '../log.js';
import type { RunStatus } from '../run/status.js';
import type { Run, Store } from '../run/store.js';
import { packedPath } from '../run/open-files.js';
import { staggerOf } from '../targets/expand.js';
import { findChanged } from './plan-age.js';

export interface ScheduledDeps {
  readonly store: Pick<Store, 'createRun' | 'updateRun' | 'listUnfinished'>;
  readonly loadJob: (name: string) => Promise<Job>;
  /** What runs call it. @throws SyncError `target-unset` */
  readonly targetOf: (job: Job) => string;
  readonly log: Pick<Logger, 'info'>;
  readonly onEnd: (run: Run) => Promise<void>;
  /** Fetches what is new at the source of the job. */
  readonly poll: (job: Job) => Promise<readonly Run[]>;
  /** Milliseconds since 1970; default the clock. */
  readonly now?: () => number;
}

const PARKED: ReadonlySet<RunStatus> = new Set(['awaiting-approval', 'breached']);

/**
 * @returns the new run; none when there is one already, or the job has no schedule any more; of a job whose files are
 *   fetched, one for each that is new
 */
export async function startScheduled(deps: ScheduledDeps, name: string): Promise<readonly Run[]> {
  const { store, loadJob, targetOf, log, now = Date.now } = deps;
  const job = await loadJob(name);
  if (job.schedule === undefined) {
    log.info({ job: name }, 'the job has no schedule any more: nothing is run');
    return [];
  }
  const onGoing = (run: Run): void =>
    log.info({ job: name, run: run.id, status: run.status }, 'the run before is not through: it stands for this one');
  if (isFetched(job)) return await startFetched({ ...deps, onGoing }, job);
  const unfinished = await store.listUnfinished(job.name);
  const going = unfinished.find(({ status }) => !PARKED.has(status));
  if (going !== undefined) {
    onGoing(going);
    return [];
  }
  const [parked] = unfinished;
  if (parked !== undefined && !(await hasNewExport(job, parked))) {
    log.info({ job: name, run: parked.id, status: parked.status }, 'the plan of this export waits for a person');
    return [];
  }
  const delayMs = staggerOf(job);
  const run = await store.createRun({
    job: job.name,
    target: targetOf(job),
    files: [],
    request: {
      // Those of the job, as they are when it is planned.
      paths: [],
      overrides: {},
      origin: 'schedule',
      priority: 0,
      notBefore: delayMs === 0 ? null : new Date(now() + delayMs).toISOString(),
      window: job.window ?? null,
      share: job.share,
      approved: false,
      allow: [],
    },
  });
  for (const old of unfinished) await deps.onEnd(await replace(store, old, run));
  return [run];
}

interface FetchDeps extends Pick<ScheduledDeps, 'store' | 'poll' | 'onEnd'> {
  /** This run is not through, and stands for the one that would be made. */
  readonly onGoing: (run: Run) => void;
}

/**
 * Looks at the source of a job, now.
 *
 * @returns the new runs, oldest first; none also when an export that replaces the one before has a run that is not through
 * @throws SyncError as `pollSource` does
 */
export async function startFetched(deps: FetchDeps, job: Job): Promise<readonly Run[]> {
  // Each file that lies in a folder is a run, whatever became of the one before.
  if (!isSnapshot(job)) return await deps.poll(job);
  const unfinished = await deps.store.listUnfinished(job.name);
  const going = unfinished.find(({ status }) => !PARKED.has(status));
  if (going !== undefined) {
    deps.onGoing(going);
    return [];
  }
  const runs = await deps.poll(job);
  for (const run of runs) for (const old of unfinished) await deps.onEnd(await replace(deps.store, old, run));
  return runs;
}

async function replace(store: ScheduledDeps['store'], old: Run, run: Run): Promise<Run> {
  const message = `A newer export came while its plan waited for a person: run ${run.id} takes its place. Nothing was sent.`;
  return await store.updateRun(old.id, { status: 'cancelled', message });
}

/** Is what the schedule would read something else than what the parked run has read? */
async function hasNewExport(job: Job, parked: Run): Promise<boolean> {
  let paths: readonly string[];
  try {
    paths = await jobFiles(job);
  } catch (error) {
    // Nothing came.
    if (error instanceof SyncError) return false;
    throw error;
  }
  const read = new Set(parked.files.map(({ path }) => packedPath(path)));
  const isSame = read.size === paths.length && paths.every((path) => read.has(path));
  return !isSame || (await findChanged(parked.files)) !== null;
}
