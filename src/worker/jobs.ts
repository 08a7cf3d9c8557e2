/** The job files of a worker: it knows them by the names that runs carry. */

import { SyncError } from '../errors.js';
import { listJobs, loadJob } from '../job/load.js';
import type { Job } from '../job/schema.js';
import { isNamed } from '../job/target-name.js';
import type { Logger } from '../log.js';
import type { KeepingJob } from '../run/prune.js';
import { LAYOUTS } from '../mapping/layouts/index.js';
import { bindJob, expandJob, pickJob, staggerOf, templateOf } from '../targets/expand.js';
import type { TargetsFile } from '../targets/file.js';
import { findTarget } from '../targets/load.js';
import type { Targets } from '../targets/load.js';
import type { Schedule } from './schedules.js';

export interface LoadedJobs {
  readonly jobs: readonly Job[];
  readonly schedules: {
    readonly wanted: readonly Schedule[];
    /** Names of job files that cannot be read. */
    readonly unreadable: readonly string[];
  };
}

const LAYOUT_NAMES = LAYOUTS.map(({ name }) => name);

/** Where nobody has a targets.yaml. */
export const NO_TARGETS: Targets = { path: 'targets.yaml', list: [] };
export const NO_TARGETS_FILE: TargetsFile = { path: NO_TARGETS.path, read: async () => NO_TARGETS };

/** All that can be read, for each target that a job has; the others are logged. */
export async function loadJobs(jobsDir: string, log: Pick<Logger, 'error'>, targets: Targets): Promise<LoadedJobs> {
  const jobs: Job[] = [];
  const unreadable: string[] = [];
  for (const name of await listJobs(jobsDir)) {
    try {
      jobs.push(...expandJob(await loadJob(name, jobsDir, { layouts: LAYOUT_NAMES }), targets));
    } catch (error) {
      unreadable.push(name);
      const message = error instanceof Error ? error.message : String(error);
      log.error({ job: name, error: message }, 'a job cannot be read: it is left out, its schedule stays');
    }
  }
  const wanted = jobs.flatMap((job) => {
    const { name, schedule } = job;
    if (schedule === undefined) return [];
    const { cron, timezone } = schedule;
    return [{ job: name, cron, timezone, delayMs: staggerOf(job) }];
  });
  return { jobs, schedules: { wanted, unreadable } };
}

/**
 * The job of that name, as its file is now. A job that gives itself a name is found by it, whatever its file is called.
 *
 * @throws SyncError `job-unknown`, `job-invalid`
 */
export async function findJob(name: string, jobsDir: string, targets: Targets): Promise<Job> {
  let unknown: unknown;
  const template = templateOf(name);
  try {
    const file = await loadJob(template, jobsDir, { layouts: LAYOUT_NAMES });
    if (file.name === template) return pickJob(expandJob(file, targets), name, file);
  } catch (error) {
    if (!(error instanceof SyncError) || error.code !== 'job-unknown') throw error;
    unknown = error;
  }
  const { jobs } = await loadJobs(jobsDir, { error: () => undefined }, targets);
  const found = jobs.find((job) => job.name === name);
  if (found !== undefined) return found;
  throw unknown ?? new SyncError('job-unknown', `No job in ${jobsDir} is called ${name} any more.`);
}

/** Is it one of those that come of this file? */
export function isOfFile(job: string, files: readonly string[]): boolean {
  return files.includes(templateOf(job));
}

/**
 * The job of a run. One that names no target may have been asked for with one.
 *
 * @param target what the run calls it
 */
export async function findJobOf(
  run: { readonly job: string; readonly target: string },
  jobsDir: string,
  targets: Targets,
): Promise<Job> {
  const job = await findJob(run.job, jobsDir, targets);
  return job.target.name === undefined && isNamed(run.target) ? bindJob(job, findTarget(targets, run.target)) : job;
}

/** Those of which old runs go. */
export function keepingJobs(jobs: readonly Job[]): readonly KeepingJob[] {
  return jobs.flatMap(({ name, keep }) => (keep === undefined ? [] : [{ name, keep }]));
}

/** The jobs as their files and targets.yaml say now. */
export class JobFiles {
  readonly #jobsDir: string;
  readonly #targets: TargetsFile;

  constructor(jobsDir: string, targets: TargetsFile) {
    this.#jobsDir = jobsDir;
    this.#targets = targets;
  }

  /** Those that can be read. */
  async readAll(): Promise<readonly Job[]> {
    return (await loadJobs(this.#jobsDir, { error: () => undefined }, await this.#targets.read())).jobs;
  }

  /** @throws SyncError as `findJob` */
  async find(name: string): Promise<Job> {
    return await findJob(name, this.#jobsDir, await this.#targets.read());
  }

  /** @throws SyncError as `findJobOf` */
  async findOf(run: Parameters<typeof findJobOf>[0]): Promise<Job> {
    return await findJobOf(run, this.#jobsDir, await this.#targets.read());
  }
}
