/** What a worker is given, and what it shows. */

import type { Job } from '../job/schema.js';
import type { Logger } from '../log.js';
import type { RequestReport } from '../ninja/http.js';
import type { ChangeKind, OutcomeKind } from '../plan/change.js';
import type { Throttle } from '../push/throttle.js';
import type { FileStore } from '../run/files/file-store.js';
import type { Run, Store } from '../run/store.js';
import type { S3Settings } from '../s3/client.js';
import type { Variables } from '../secret.js';
import type { TargetsFile } from '../targets/file.js';
import type { FolderStatus } from './drop/folder.js';
import type { ActiveRun } from './processor.js';

export interface WorkerOptions {
  /** Closed by whoever opened it, after the worker. */
  readonly store: Store;
  readonly redisUrl: string;
  /** In front of every key in Redis. */
  readonly prefix: string;
  /** Workers that targets see under another IP address have another name here. */
  readonly egress?: string;
  readonly dataDir: string;
  /** Where inputs are that other workers can get as well; without it they are read where they lie. */
  readonly files?: FileStore | null;
  readonly jobsDir: string;
  /** Who is told what; without it nobody is. */
  readonly notifyFile?: string | undefined;
  /** Those that jobs name; by default there are none. */
  readonly targets?: TargetsFile;
  /** Base URL of the target of jobs that name none; without it each job says its own. */
  readonly url: string | undefined;
  readonly token: string | undefined;
  /** That token as it is now. */
  readonly readToken?: () => string | undefined;
  readonly secret?: string | undefined;
  /** The environment, for secrets that job files name; by default none is set. */
  readonly variables?: Variables;
  /** By default Amazon's, as the environment says. */
  readonly s3?: S3Settings;
  /** Certificate authority of sources, PEM, beside the usual ones. */
  readonly sourceCa?: string;
  readonly log: Logger;
  readonly events?: WorkerEvents;
  /** Runs at once; default 2. */
  readonly concurrency?: number;
  /** Milliseconds since 1970; default the clock. */
  readonly now?: () => number;
  readonly times?: Partial<WorkerTimes>;
}

/** In milliseconds. */
export interface WorkerTimes {
  /** How long a run stays with a worker that does not show itself. */
  readonly lock: number;
  /** How often workers look for such runs. With `lock` it says how soon the run of a dead worker goes on: 20 s. */
  readonly stalled: number;
  /** How long the lease of a target lasts without being extended. */
  readonly lease: number;
  /** How often the queue is held against the state store. */
  readonly reconcile: number;
  /** How often active runs are asked whether somebody stops them. */
  readonly stops: number;
  /** How often messages are made and sent. */
  readonly notify: number;
  /** How often somebody looks for exports that did not come. */
  readonly late: number;
  /** How often somebody looks whether old runs were deleted today. */
  readonly prune: number;
  /** How long a target may be down before its run gives its slot to others. */
  readonly patience: number;
  /** How long a stopped run may wait for the rate limit to look at what it wrote last. */
  readonly grace: number;
  /** How long `close` waits for runs to be given back: Docker kills after ten seconds. */
  readonly close: number;
  /** Length of the server's throttle window. */
  readonly window: number;
}

export const TIMES: WorkerTimes = {
  lock: 15_000,
  stalled: 5000,
  lease: 20_000,
  reconcile: 10_000,
  stops: 1000,
  notify: 5000,
  late: 60_000,
  prune: 60 * 60_000,
  patience: 60_000,
  grace: 3000,
  close: 8000,
  window: 60_000,
};

/** Hooks for who measures. They must not throw. */
export interface WorkerEvents {
  /** Job files or targets changed: these are the jobs from now on. */
  readonly onJobs?: (jobs: readonly Job[]) => void;
  /** A run reached a status from which it does not go on by itself, after so many seconds of its last leg. */
  readonly onRunEnd?: (run: Run, seconds: number) => void;
  /** A change has its outcome. */
  readonly onChange?: (kind: ChangeKind, outcome: OutcomeKind) => void;
  /** A leg begins to work with the target of its run. */
  readonly onConnect?: (throttle: Throttle, run: Run) => void;
  /** Each attempt of a request. */
  readonly onRequest?: (report: RequestReport, run: Run) => void;
  /** A run keeps to the rate limit alone (false: Redis is away), or together with others again. */
  readonly onThrottle?: (shared: boolean, run: Run) => void;
}

export interface WorkerStatus {
  readonly redis: boolean;
  readonly store: boolean;
  readonly active: readonly ActiveRun[];
  readonly drops: readonly FolderStatus[];
}

export interface RunningWorker {
  /** Asks Redis and the store; takes a second at most when they do not answer. */
  status(): Promise<WorkerStatus>;
  /** Holds the queue against the state store now. */
  reconcile(): Promise<void>;
  /**
   * Takes nothing more, gives back what it has and closes everything but the store.
   *
   * @param options.force does not wait for the runs: they are found like those of a dead worker
   */
  close(options?: { readonly force?: boolean }): Promise<void>;
}
