/** One look at the drop folder of a job: takes what is whole, goes on with what a crash left, finishes what has ended. */

import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { showDuration } from '../../job/duration.js';
import type { Job } from '../../job/schema.js';
import type { FileStore } from '../../run/files/file-store.js';
import type { Run } from '../../run/store.js';
import { within } from '../within.js';
import { Arrivals } from './arrivals.js';
import type { Arrival, Coming, Look } from './arrivals.js';
import { finishDrop, hasEnded, takeOf } from './finish.js';
import type { FinishStore } from './finish.js';
import { enterTake, patternsOf } from './intake.js';
import type { DropJob, IntakeStore } from './intake.js';
import { pairFiles } from './pairing.js';
import { changedAtOf, isWhole, listTakes, noteRun, putBack, readRunOf, takeFiles } from './take.js';
import type { Take } from './take.js';

/** What is used of a pino logger. */
interface DropLog {
  info(context: object, message: string): void;
  warn(context: object, message: string): void;
}

export interface FolderOptions {
  readonly store: IntakeStore & FinishStore;
  readonly fileStore?: FileStore | null;
  /** Told of each run that was made, also of one that a crashed worker had made: it may be told twice. */
  readonly onRun: (run: Run) => Promise<void> | void;
  readonly log: DropLog;
  /** ISO 8601 UTC. */
  readonly now: () => string;
  /** In ms; never goes back. */
  readonly clock: () => number;
}

export interface FolderStatus {
  readonly job: string;
  readonly folder: string;
  /** Files that lie there and are not taken yet. */
  readonly waiting: number;
  /** How long the oldest of them has been waiting. */
  readonly oldestMs: number;
  /** The folder can be listed, and files can be taken out of it. */
  readonly readable: boolean;
}

/** A queue that is away must keep no file waiting. */
const TELLING_MS = 2000;
/** A take that is younger than this is most likely under way at another worker. To be wrong costs work, nothing else. */
const TAKING_MS = 10_000;

export class DropFolder {
  readonly path: string;
  readonly #drop: NonNullable<Job['drop']>;
  readonly #entry: DropJob;
  readonly #options: FolderOptions;
  readonly #arrivals: Arrivals;
  #readable = true;

  constructor(entry: DropJob, drop: NonNullable<Job['drop']>, options: FolderOptions) {
    this.path = folderOf(entry.job, drop);
    this.#drop = drop;
    this.#entry = entry;
    this.#options = options;
    this.#arrivals = new Arrivals(this.path, entry.job, drop, options.clock);
  }

  status(): FolderStatus {
    return { job: this.#entry.job.name, folder: this.path, ...this.#arrivals.count(), readable: this.#readable };
  }

  /**
   * Looks once. An error about the folder is told once and shows in the status; it is not thrown.
   *
   * @param sweeps looks at the takes under way, too
   * @returns ms until it is worth while to look again; infinite when only a change in the folder can tell
   */
  async look(sweeps: boolean): Promise<number> {
    try {
      await mkdir(path.join(this.path, 'processing'), { recursive: true });
      await access(this.path, constants.R_OK | constants.W_OK | constants.X_OK);
      if (sweeps) await this.#goOn();
      const nextMs = await this.#takeNew();
      this.#readable = true;
      return nextMs;
    } catch (error) {
      const context = { job: this.#entry.job.name, folder: this.path, error: messageOf(error) };
      if (this.#readable) this.#options.log.warn(context, 'the drop folder cannot be used; it is tried again');
      this.#readable = false;
      return Number.POSITIVE_INFINITY;
    }
  }

  /** Takes that are in `processing`: of runs that have ended, and of workers that died. */
  async #goOn(): Promise<void> {
    const { store, fileStore } = this.#options;
    for (const take of await listTakes(this.path, this.#entry.job.name)) {
      const run = await this.#runOf(take);
      if (run !== null && hasEnded(run))
        await this.#guard(take.id, async () => void (await finishDrop(store, run, fileStore)));
      else if (run === null) await this.#guard(take.id, () => this.#recover(take));
    }
  }

  async #recover(take: Take): Promise<void> {
    const changedAt = await changedAtOf(take);
    if (changedAt === null || Math.abs(Date.parse(this.#options.now()) - changedAt) < TAKING_MS) return;
    if (await isWhole(take)) await this.#enter(take);
    else await putBack(take);
  }

  /** What was noted counts only as long as the run names the take: the state may be another one by now. */
  async #runOf(take: Take): Promise<Run | null> {
    const runId = await readRunOf(take);
    const run = runId === null ? undefined : await this.#options.store.findRun(runId);
    return run !== undefined && run.job === take.job && takeOf(run)?.id === take.id ? run : null;
  }

  async #takeNew(): Promise<number> {
    const look = await this.#arrivals.look();
    const { groups, waiting } = pairFiles(look.whole, patternsOf(this.#entry.job).length);
    for (const group of groups) await this.#take(group, null);
    const nextMs = Math.min(look.nextMs, ...waiting.map((file) => this.#waitMs(file, look)));
    for (const file of waiting)
      if (this.#waitMs(file, look) <= 0) await this.#take([file], this.#explainWait(file, waiting));
    return Math.max(0, nextMs);
  }

  async #take(group: readonly Arrival[], reason: string | null): Promise<void> {
    const intent = {
      job: this.#entry.job.name,
      files: group.map((file) => file.name),
      markers: group.flatMap((file) => file.marker ?? []),
      reason,
    };
    await this.#guard(intent.files.join(', '), async () => {
      const take = await takeFiles(this.path, intent, this.#options.now());
      for (const file of group) this.#arrivals.forget(file.name);
      if (take !== null) await this.#enter(take);
    });
  }

  async #enter(take: Take): Promise<void> {
    const { log, store, fileStore } = this.#options;
    const intake = await enterTake(store, this.#entry, take, { files: fileStore ?? null });
    const context = { job: take.job, files: take.files };
    if (intake.kind === 'refused') log.warn({ ...context, reason: intake.reason }, 'dropped files cannot be used');
    else if (intake.kind === 'known') log.info({ ...context, run: intake.runId }, 'the same content was taken before');
    else {
      log.info({ ...context, run: intake.run.id }, 'dropped files are taken');
      await this.#tell(intake.run);
      await noteRun(take, intake.run.id);
    }
  }

  /** The run is stored: whoever looks there for what is due finds it, also when it cannot be told of now. */
  async #tell(run: Run): Promise<void> {
    const tell = async (): Promise<void> => {
      try {
        await this.#options.onRun(run);
      } catch (error) {
        const context = { job: run.job, run: run.id, error: messageOf(error) };
        this.#options.log.warn(context, 'the run could not be enqueued yet');
      }
    };
    await within(tell(), performance.now() + TELLING_MS);
  }

  /** What cannot be dealt with keeps nothing else waiting; it stays where it is, for a later look. */
  async #guard(files: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const context = { job: this.#entry.job.name, files, error: messageOf(error) };
      this.#options.log.warn(context, 'dropped files could not be dealt with; they are tried again');
    }
  }

  /** How much longer a file waits for others: while one of them is still coming, its time begins anew. */
  #waitMs(file: Arrival, { coming }: Look): number {
    const moved = coming.filter((other: Coming) => other.pattern !== file.pattern).map((other) => other.movedAt);
    return Math.max(file.wholeAt, ...moved) + this.#drop.wait - this.#options.clock();
  }

  #explainWait(file: Arrival, waiting: readonly Arrival[]): string {
    const missing = patternsOf(this.#entry.job).filter(
      (_pattern, index) => index !== file.pattern && waiting.every((other) => other.pattern !== index),
    );
    const what = missing.length === 0 ? 'the file that belongs to it' : missing.map((one) => `"${one}"`).join(' and ');
    return (
      `${file.name} waited ${showDuration(this.#drop.wait)} for ${what}, which did not come. ` +
      'Drop the files together; this one may be dropped again.'
    );
  }
}

/** Relative folders count from the project: the folder above that of the job files. */
function folderOf(job: Job, drop: NonNullable<Job['drop']>): string {
  return path.resolve(path.dirname(path.dirname(job.path)), drop.folder);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
