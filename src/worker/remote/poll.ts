/**
 * One look at the source of a job: what is new there becomes runs. How it went is kept, for those who ask why no run came.
 *
 * Invariant: it may be repeated at any time and at several workers at once; the same files make one run.
 */

import { diskTrouble, isOfDisk } from '../../disk-trouble.js';
import { SyncError } from '../../errors.js';
import { showDuration } from '../../job/duration.js';
import type { Job } from '../../job/schema.js';
import type { FileStore } from '../../run/files/file-store.js';
import type { Run, Store } from '../../run/store.js';
import { enterTake } from '../drop/intake.js';
import type { Asked } from '../drop/intake.js';
import { isSnapshot } from '../../job/fetched.js';
import { openSource } from './open.js';
import type { Fate, Look, SourceDeps } from './source.js';

/** What is used of a pino logger. */
interface PollLog {
  info(context: object, message: string): void;
  warn(context: object, message: string): void;
}

export interface PollDeps extends SourceDeps {
  readonly store: Store;
  /** Base URL. @throws SyncError `target-unset` */
  readonly targetOf: (job: Job) => string;
  readonly log: PollLog;
  /** Where all workers get what was fetched; `null`: at its path. */
  readonly files: FileStore | null;
  /** Of the runs that are made, where they are not to be as the job says. */
  readonly asked?: Asked;
}

/** A source that gives a byte now and then would hold a slot of the worker for ever. */
const POLL_MS = 60 * 60_000;

/** The looks of one worker: one at a time for each job, so that a slow source holds one slot and not all of them. */
export class Polls {
  readonly #underWay = new Set<string>();

  /**
   * @returns the new runs, oldest first; none while another look at the same source is under way
   * @throws SyncError as `pollSource`
   */
  async poll(deps: PollDeps, job: Job): Promise<readonly Run[]> {
    if (this.#underWay.has(job.name)) {
      deps.log.info({ job: job.name }, 'the look before is not through: it stands for this one');
      return [];
    }
    this.#underWay.add(job.name);
    try {
      return await pollSource(deps, job);
    } finally {
      this.#underWay.delete(job.name);
    }
  }
}

/**
 * @param limitMs what is not through by then is given up until the next time
 * @returns the new runs, oldest first
 * @throws SyncError as sources do, `source-unreachable` after `limitMs`, `state-unusable` when nothing can be written here;
 *   runs that were made before stay
 */
export async function pollSource(deps: PollDeps, job: Job, limitMs = POLL_MS): Promise<readonly Run[]> {
  const { store, now } = deps;
  const target = deps.targetOf(job);
  const late = AbortSignal.timeout(limitMs);
  const source = await openSource({ ...deps, signal: AbortSignal.any([deps.signal, late]) }, job);
  const runs: Run[] = [];
  const messages: string[] = [];
  try {
    await source.tidy();
    for await (const look of source.fetch('take')) {
      const { run, message } = await settle(deps, { job, target }, look);
      if (run !== null) runs.push(run);
      messages.push(message);
      deps.log.info({ job: job.name, ...(run === null ? {} : { run: run.id }) }, message);
    }
    await store.notePoll({ job: job.name, at: now(), ok: true, message: messages.join(' ') });
    return runs;
  } catch (cause) {
    const isLate = late.aborted && !deps.signal.aborted && cause instanceof SyncError && cause.code === 'interrupted';
    const error = isLate ? tookTooLong(job, limitMs) : isOfDisk(cause) ? diskTrouble(deps.dataDir, cause) : cause;
    const message = error instanceof SyncError ? explain(error) : 'Something went wrong inside the program.';
    if (!(error instanceof SyncError && error.code === 'interrupted'))
      await store.notePoll({ job: job.name, at: now(), ok: false, message });
    throw error;
  } finally {
    await source.close();
  }
}

function tookTooLong(job: Job, limitMs: number): SyncError {
  return new SyncError('source-unreachable', `${job.name}: its source took longer than ${showDuration(limitMs)}.`, {
    retry: 'later',
    hint: 'What came whole until then is used. Is the server, or the line, very slow?',
  });
}

async function settle(
  deps: PollDeps,
  entry: { readonly job: Job; readonly target: string },
  look: Look,
): Promise<{ readonly run: Run | null; readonly message: string }> {
  if (look.kind === 'nothing') return { run: null, message: look.message };
  const intake = await enterTake(deps.store, { ...entry, job: look.job }, look.take, {
    origin: 'remote',
    files: deps.files,
    isCurrent: look.isCurrent,
    ...(deps.asked === undefined ? {} : { asked: deps.asked }),
  });
  await look.settle(intake);
  if (intake.kind !== 'run') await look.drop();
  return { run: intake.kind === 'run' ? intake.run : null, message: tell(look.take.files, intake) };
}

function tell(files: readonly string[], fate: Fate): string {
  const names = files.join(' and ');
  if (fate.kind === 'run') return `${names} was fetched: run ${fate.run.id}.`;
  if (fate.kind === 'refused') return `${names} cannot be used: ${fate.reason}`;
  return `${names} has the content of run ${fate.runId}: nothing is to be done.`;
}

export function explain({ message, hint }: SyncError): string {
  return hint === undefined ? message : `${message} ${hint}`;
}

/** Puts away at its source what a run used that has ended. Where nothing is to be put away nobody is asked. */
export async function tidySource(deps: SourceDeps, job: Job): Promise<void> {
  if (job.source.from === undefined || isSnapshot(job)) return;
  const source = await openSource(deps, job);
  try {
    await source.tidy();
  } finally {
    await source.close();
  }
}
