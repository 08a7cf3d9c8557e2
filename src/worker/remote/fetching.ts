/** A worker's looks at the sources of jobs, with what it was started with. */

import { isFetched } from '../../job/fetched.js';
import type { Job } from '../../job/schema.js';
import type { Run } from '../../run/store.js';
import type { WorkerOptions } from '../options.js';
import { targetOf } from '../targets.js';
import { Polls, tidySource } from './poll.js';
import type { SourceDeps } from './source.js';

const AMAZON = { region: 'us-east-1', pathStyle: false };
/** For putting away files at a source when their run has ended. */
const TIDY_MS = 10_000;

export class Fetching {
  readonly #options: WorkerOptions;
  readonly #now: () => number;
  readonly #polls = new Polls();

  constructor(options: WorkerOptions, now: () => number) {
    this.#options = options;
    this.#now = now;
  }

  /** The new runs, oldest first. @throws SyncError as `Polls.poll` */
  poll(job: Job, signal: AbortSignal): Promise<readonly Run[]> {
    const { store, log, files = null, url } = this.#options;
    const deps = { ...this.#deps(signal), store, log, files, targetOf: (one: Job): string => targetOf(one, url) };
    return this.#polls.poll(deps, job);
  }

  /** What cannot be put away now is put away by the next look at the source. */
  async tidy(job: Job): Promise<void> {
    if (isFetched(job)) await tidySource(this.#deps(AbortSignal.timeout(TIDY_MS)), job);
  }

  #deps(signal: AbortSignal): SourceDeps {
    const { store, dataDir, variables = (): undefined => undefined, s3 = AMAZON, sourceCa } = this.#options;
    return { store, dataDir, variables, s3, signal, now: () => new Date(this.#now()).toISOString(), ca: sourceCa };
  }
}
