/** The exports that a job names itself. */

import path from 'node:path';
import { glob } from 'tinyglobby';
import { SyncError } from '../errors.js';
import type { Job } from './schema.js';

/**
 * Absolute paths of `source.files`. Relative ones in a job count from the folder above its own: the project.
 *
 * @throws SyncError `usage` when the job names none, `file-missing` when a glob matches nothing
 */
export async function jobFiles(job: Job): Promise<readonly string[]> {
  const wanted = job.source.files === undefined ? [] : [job.source.files].flat();
  if (wanted.length === 0) {
    throw new SyncError(
      'usage',
      `${job.name}: no file. Neither the command line nor source.files in ${job.path} names one.`,
      {
        hint: `ninja-sync plan FILE --job ${job.name}`,
      },
    );
  }
  const project = path.dirname(path.dirname(job.path));
  const found: string[] = [];
  for (const pattern of wanted) {
    if (!/[*?[\]{}]/.test(pattern)) {
      found.push(path.resolve(project, pattern));
      continue;
    }
    const matches = await glob([pattern], { cwd: project, absolute: true, onlyFiles: true });
    if (matches.length === 0) {
      throw new SyncError('file-missing', `${job.name}: no file matches "${pattern}" in ${project}.`, {
        hint: 'Has the export come? Check source.files in the job.',
      });
    }
    found.push(...matches.toSorted());
  }
  return found;
}
