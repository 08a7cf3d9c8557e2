/** The input files of a command: those on the command line, else those of the job. */

import { isFetched } from '../job/fetched.js';
import { jobFiles } from '../job/files.js';
import type { Job } from '../job/schema.js';
import type { Store } from '../run/store.js';
import type { Session } from './command.js';

/** Of a job that fetches its files, a copy of the next ones: nothing is taken. */
export async function inputFiles(
  session: Session,
  store: Store,
  job: Job,
  given: readonly string[],
): Promise<readonly string[]> {
  if (given.length > 0) return given;
  if (!isFetched(job)) return await jobFiles(job);
  // Loaded here: other commands start faster without it.
  const { copyFetched } = await import('./fetched-files.js');
  return await copyFetched(session, store, job);
}
