/** The jobs whose drop folders a worker watches. */

import type { Job } from '../../job/schema.js';
import type { WorkerOptions } from '../options.js';
import { targetOf } from '../targets.js';
import { textOf } from '../troubles.js';
import type { DropJob } from './intake.js';

/** A job whose target nobody knows is left out, and the log says so. */
export function dropsOf(jobs: readonly Job[], { url, log }: Pick<WorkerOptions, 'url' | 'log'>): readonly DropJob[] {
  return jobs.flatMap((job) => {
    if (job.drop === undefined) return [];
    try {
      return [{ job, target: targetOf(job, url) }];
    } catch (error) {
      log.error({ job: job.name, error: textOf(error) }, 'the drop folder of a job is not watched');
      return [];
    }
  });
}
