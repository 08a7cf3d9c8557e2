/**
 * Where a job fetches its exports: what every kind of source does. Files that were fetched lie in a folder of the data,
 * as a take, so that they go the way of dropped files from there.
 */

import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Job } from '../../job/schema.js';
import type { SourcePlace } from '../../job/source-address.js';
import type { Run, Store } from '../../run/store.js';
import type { S3Settings } from '../../s3/client.js';
import type { Variables } from '../../secret.js';
import { nameTake, writeIntent } from '../drop/take.js';
import type { Take } from '../drop/take.js';

type SourceStore = Pick<
  Store,
  'findRun' | 'findContent' | 'readFetched' | 'noteFetched' | 'forgetFetched' | 'listPolls' | 'notePoll'
>;

export interface SourceDeps {
  readonly store: SourceStore;
  readonly dataDir: string;
  readonly variables: Variables;
  readonly s3: S3Settings;
  readonly signal: AbortSignal;
  /** ISO 8601 UTC with milliseconds. */
  readonly now: () => string;
  /** Certificate authority, PEM, beside the usual ones. */
  readonly ca?: string | undefined;
}

/** What became of files that were fetched. */
export type Fate =
  /** A run was made of them. */
  | { readonly kind: 'run'; readonly run: Run }
  /** The same content came before, in run `runId`. */
  | { readonly kind: 'known'; readonly runId: number }
  | { readonly kind: 'refused'; readonly reason: string };

export type Look =
  /** Files of one run. Whoever gets them tells what became of them, unless nothing was to be taken. */
  | FetchedFiles
  /** There is nothing to run, and this is why. `runId`: the run that has the content. */
  | { readonly kind: 'nothing'; readonly message: string; readonly runId?: number };

export interface FetchedFiles {
  readonly kind: 'files';
  /** The job, with the patterns of its files. */
  readonly job: Job;
  /** The source holds this now, and nothing that is newer; otherwise it may be an old file that was sent once more. */
  readonly isCurrent: boolean;
  readonly take: Take;
  /** Tells the source what became of them. */
  readonly settle: (fate: Fate) => Promise<void>;
  /** Removes what is here of them. */
  readonly drop: () => Promise<void>;
}

export interface RemoteSource {
  /** Puts away at the source what belongs to runs that have ended. */
  tidy(): Promise<void>;
  /**
   * Oldest first. With `peek` nothing is changed at the source.
   *
   * @throws SyncError `source-…`, `config-invalid`; `interrupted` when the signal is aborted
   */
  fetch(how: 'take' | 'peek'): AsyncGenerator<Look>;
  /** What can be said of the source without taking anything, in a few words. @throws as `fetch` does */
  check(): Promise<string>;
  close(): Promise<void>;
}

/** The job as the rules of drop folders see it: which names count, and which belong together. */
export function asDropJob(job: Job, place: Pick<SourcePlace, 'pattern' | 'together'>): Job {
  const { pattern, together } = place;
  const drop = { folder: '.', complete: 'rename' as const, settle: 0, wait: 0, pattern };
  return { ...job, drop: { ...drop, ...(together === undefined ? {} : { together }) } };
}

export class Incoming {
  readonly #folder: string;
  readonly #job: string;

  constructor({ dataDir }: Pick<SourceDeps, 'dataDir'>, job: Job) {
    this.#folder = path.join(dataDir, 'incoming', job.name);
    this.#job = job.name;
  }

  /** A new folder for what is on its way. */
  async open(): Promise<string> {
    const folder = path.join(this.#folder, 'coming', randomUUID());
    await mkdir(folder, { recursive: true });
    return folder;
  }

  /**
   * Makes a take of what came. One of the same name that is there already has the same files.
   *
   * @param coming folder with the files
   * @param id by default a new one
   */
  async keep(
    coming: string,
    names: { readonly files: readonly string[]; readonly markers: readonly string[] },
    how: 'take' | 'peek',
    now: string,
    id = nameTake(names.files, now),
  ): Promise<Take> {
    const intent = { job: this.#job, files: [...names.files], markers: [...names.markers], reason: null };
    const take = { ...intent, id, folder: this.#folder, path: this.#pathOf(id, how) };
    await writeIntent(coming, intent);
    await mkdir(path.dirname(take.path), { recursive: true });
    try {
      await rename(coming, take.path);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
      await rm(coming, { recursive: true, force: true });
    }
    return take;
  }

  /** Removes a take that is of no use, wherever it went. */
  async drop({ id }: Take): Promise<void> {
    for (const place of ['processing', 'done', 'failed', 'planned'])
      await rm(path.join(this.#folder, place, id), { recursive: true, force: true });
  }

  #pathOf(id: string, how: 'take' | 'peek'): string {
    return path.join(this.#folder, how === 'take' ? 'processing' : 'planned', id);
  }
}
