/** Files of a job that fetches them (`source.from`), for commands that work by themselves, without workers. */

import { SyncError } from '../errors.js';
import type { Job } from '../job/schema.js';
import type { FileStore } from '../run/files/file-store.js';
import { decide } from '../worker/decide.js';
import { endOf, finishDrop, wroteAnything } from '../worker/drop/finish.js';
import { openTake } from '../worker/drop/intake.js';
import type { Asked, OpenedTake } from '../worker/drop/intake.js';
import { openSource } from '../worker/remote/open.js';
import { explain, pollSource } from '../worker/remote/poll.js';
import type { FetchedFiles, RemoteSource } from '../worker/remote/source.js';
import { startFetched } from '../worker/scheduled.js';
import type { Run, Store } from '../run/store.js';
import { EXIT_DONE, exitCodeOf, targetKeyOf } from './command.js';
import type { Session } from './command.js';

function openHere({ config, signal }: Session, store: Store, job: Job): Promise<RemoteSource> {
  const { dataDir, variables, s3 } = config;
  return openSource({ store, dataDir, variables, s3, signal, now: () => new Date().toISOString() }, job);
}

/**
 * A copy of what the next run would read; nothing is taken.
 *
 * @returns absolute paths
 * @throws SyncError `source-…`; `file-missing` when there is nothing
 */
export async function copyFetched(session: Session, store: Store, job: Job): Promise<readonly string[]> {
  const source = await openHere(session, store, job);
  try {
    let why = '';
    for await (const look of source.fetch('peek')) {
      if (look.kind === 'files') {
        session.io.talk(`Fetched: ${look.take.files.join(' and ')}.`);
        return (await openTake(look.job, look.take)).exports;
      }
      why = look.message;
    }
    throw new SyncError('file-missing', `${job.name}: ${why}`, { hint: 'Has the export come?' });
  } finally {
    await source.close();
  }
}

/** What can be said of the source without taking anything. @throws SyncError `source-…` */
export async function checkSourceOf(session: Session, store: Store, job: Job): Promise<string> {
  const source = await openHere(session, store, job);
  try {
    return await source.check();
  } finally {
    await source.close();
  }
}

/**
 * Looks at the source now, as the schedule of the job does in a worker: what is new there becomes runs for the workers. What
 * was found is told, also when it is nothing.
 *
 * @returns the new runs, oldest first
 * @throws SyncError `source-…`; runs that were made before stay
 */
export async function pollHere(
  session: Session,
  { store, files }: { readonly store: Store; readonly files: FileStore | null },
  job: Job,
  asked: Asked,
): Promise<readonly Run[]> {
  const { config, io, signal } = session;
  const { dataDir, variables, s3 } = config;
  const tell = (_context: object, message: string): void => io.notice(message);
  const now = (): string => new Date().toISOString();
  const deps = { store, dataDir, variables, s3, signal, now, files, asked, log: { info: tell, warn: tell } };
  return await startFetched(
    {
      store,
      poll: (one) => pollSource({ ...deps, targetOf: (own) => targetKeyOf(session, own) }, one),
      onGoing: ({ id, status }) => io.notice(`Nothing is fetched: run ${id} is ${status}. It stands for this one.`),
      onEnd: async (run) => {
        await finishDrop(store, run, files);
      },
    },
    job,
  );
}

/** What a run does with the files: plans them and carries the plan out. */
export interface FetchedRun {
  readonly plan: (paths: readonly string[]) => Promise<Run>;
  /** @returns the exit code */
  readonly carryOut: (planned: Run, paths: readonly string[]) => Promise<number>;
}

/**
 * Takes the next files and runs them: the same content once, as workers do.
 *
 * @returns the exit code; that of the run that has the content when there is nothing new
 */
export async function runFetched(session: Session, store: Store, job: Job, work: FetchedRun): Promise<number> {
  const source = await openHere(session, store, job);
  try {
    await source.tidy();
    for await (const look of source.fetch('take')) {
      if (look.kind === 'files') return await runLook(session, store, look, work);
      session.io.talk(look.message);
      if (look.runId !== undefined) return await tellKnown(session, store, job, look.runId);
    }
    return EXIT_DONE;
  } finally {
    // What cannot be put away now is put away by the next run.
    await source.tidy().catch((error: unknown) => {
      if (!(error instanceof SyncError)) throw error;
      session.io.notice(error.message);
    });
    await source.close();
  }
}

async function runLook(session: Session, store: Store, look: FetchedFiles, work: FetchedRun): Promise<number> {
  const { job, take } = look;
  let opened: OpenedTake;
  let planned: Run;
  try {
    opened = await openTake(job, take);
    if (look.isCurrent) await store.releaseReplaced(job.name, opened.digest);
    const earlier = await store.findContent(job.name, { digest: opened.digest });
    if (earlier !== undefined) {
      session.io.talk(`${take.files.join(' and ')} has the content of run ${earlier.runId}.`);
      await look.settle({ kind: 'known', runId: earlier.runId });
      await look.drop();
      return await tellKnown(session, store, job, earlier.runId);
    }
    session.io.talk(`Fetched: ${take.files.join(' and ')}.`);
    planned = await work.plan(opened.exports);
  } catch (error) {
    if (error instanceof SyncError && decide(error, 1).kind === 'fail') {
      await look.settle({ kind: 'refused', reason: explain(error) });
      await look.drop();
    }
    throw error;
  }
  const { digest, exports } = opened;
  await store.claimContent({ job: job.name, digest, runId: planned.id, name: take.id });
  await look.settle({ kind: 'run', run: planned });
  const code = await work.carryOut(planned, exports);
  const ended = await store.findRun(planned.id);
  // The same content may be tried again when nothing of it was sent.
  if (ended !== undefined && endOf(ended)?.place === 'failed' && !(await wroteAnything(store, ended.id)))
    await store.releaseContent(ended.id);
  return code;
}

async function tellKnown(session: Session, store: Store, job: Job, runId: number): Promise<number> {
  const run = await store.findRun(runId);
  if (session.io.json) session.io.emit({ type: 'summary', run: runId, status: run?.status ?? null, unchanged: true });
  session.io.talk(
    `Nothing is to be done: run ${runId} is ${run?.status ?? 'gone'}. To plan it all the same: ninja-sync plan --job ${job.name}`,
  );
  return run === undefined ? EXIT_DONE : exitCodeOf(run);
}
