/** The input files of a command: those on the command line, else those of the job. */

import { jobFiles } from '../job/files.js';
import type { Job } from '../job/schema.js';

export async function inputFiles(job: Job, given: readonly string[]): Promise<readonly string[]> {
  return given.length > 0 ? given : await jobFiles(job);
}
