/** The job files of a worker: it knows them by the names that runs carry. */

import { SyncError } from '../errors.js';
import { listJobs, loadJob } from '../job/load.js';
import type { Job } from '../job/schema.js';
import type { Logger } from '../log.js';
import { LAYOUTS } from '../mapping/layouts/index.js';
import type { Schedule } from './schedules.js';

export interface LoadedJobs {
  readonly jobs: readonly Job[];
  readonly schedules: {
    readonly wanted: readonly Schedule[];
    /** Names of jobs that cannot be read. */
    readonly unreadable: readonly string[];
  };
}

const LAYOUT_NAMES = LAYOUTS.map(({ name }) => name);

/** All that can be read; the others are logged. */
export async function loadJobs(jobsDir: string, log: Pick<Logger, 'error'>): Promise<LoadedJobs> {
  const jobs: Job[] = [];
  const unreadable: string[] = [];
  for (const name of await listJobs(jobsDir)) {
    try {
      jobs.push(await loadJob(name, jobsDir, { layouts: LAYOUT_NAMES }));
    } catch (error) {
      unreadable.push(name);
      const message = error instanceof Error ? error.message : String(error);
      log.error({ job: name, error: message }, 'a job cannot be read: it is left out, its schedule stays');
    }
  }
  const wanted = jobs.flatMap(({ name, schedule }) => (schedule === undefined ? [] : [{ job: name, ...schedule }]));
  return { jobs, schedules: { wanted, unreadable } };
}

/**
 * The job of that name, as its file is now. A job that gives itself a name is found by it, whatever its file is called.
 *
 * @throws SyncError `job-unknown`, `job-invalid`
 */
export async function findJob(name: string, jobsDir: string): Promise<Job> {
  let unknown: unknown;
  try {
    const job = await loadJob(name, jobsDir, { layouts: LAYOUT_NAMES });
    if (job.name === name) return job;
  } catch (error) {
    if (!(error instanceof SyncError) || error.code !== 'job-unknown') throw error;
    unknown = error;
  }
  const { jobs } = await loadJobs(jobsDir, { error: () => undefined });
  const found = jobs.find((job) => job.name === name);
  if (found !== undefined) return found;
  throw unknown ?? new SyncError('job-unknown', `No job in ${jobsDir} is called ${name} any more.`);
}
