/** When the last export of a job came. */

import { stat } from 'node:fs/promises';
import path from 'node:path';
import { glob } from 'tinyglobby';
import type { Job } from '../job/schema.js';
import type { Store } from '../run/store.js';

export interface Arrival {
  /** Milliseconds since 1970; `null`: none ever came. */
  readonly last: number | null;
  /** Since when somebody could have waited for one: the job's file is that old. */
  readonly since: number;
}

/**
 * An export has come when a run has read it. Where a job names its files and no folder is watched, runs may read the same
 * old file again: it has to be new as well, each of those that belong together.
 */
export async function findArrival(store: Pick<Store, 'findLastArrival'>, job: Job): Promise<Arrival> {
  const since = (await timeOf(job.path)) ?? Number.POSITIVE_INFINITY;
  const read = await store.findLastArrival(job.name);
  if (read === null) return { last: null, since };
  const readAt = Date.parse(read);
  const files = job.drop === undefined ? await findFilesTime(job) : null;
  return { last: files === null ? readAt : Math.min(readAt, files), since };
}

/** When the oldest of the files that belong together came; `null` where the job names none. */
async function findFilesTime(job: Job): Promise<number | null> {
  if (job.source.files === undefined) return null;
  const project = path.dirname(path.dirname(job.path));
  const times: number[] = [];
  for (const pattern of [job.source.files].flat()) {
    const isGlob = /[*?[\]{}]/.test(pattern);
    const found = isGlob
      ? await glob([pattern], { cwd: project, absolute: true, onlyFiles: true })
      : [path.resolve(project, pattern)];
    const known: number[] = [];
    for (const file of found) known.push(...[await timeOf(file)].filter((time) => time !== null));
    // Who takes files away after a run has none between two.
    if (known.length > 0) times.push(Math.max(...known));
  }
  return times.length === 0 ? null : Math.min(...times);
}

/** A copy may keep the time of its original: when it came here tells the change of its entry. */
async function timeOf(file: string): Promise<number | null> {
  try {
    const { mtimeMs, ctimeMs } = await stat(file);
    return Math.max(mtimeMs, ctimeMs);
  } catch {
    return null;
  }
}
