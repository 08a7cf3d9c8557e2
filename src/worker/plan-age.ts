/** Does a stored plan still say what the job would do now? */

import { stat } from 'node:fs/promises';
import { showDuration } from '../job/duration.js';
import type { Job } from '../job/schema.js';
import type { Run, RunFile } from '../run/store.js';
import { findBytes } from '../run/open-files.js';
import { digestFile } from './drop/print.js';

/**
 * Why a plan of which nothing was sent has to be made again, in a sentence; `null`: it is good.
 *
 * @param now milliseconds since 1970
 */
export async function whyStale(run: Run, job: Job, now: number): Promise<string | null> {
  const ageMs = now - Date.parse(run.summary?.plannedAt ?? run.updatedAt);
  const { expires } = job.approval;
  if (ageMs > expires) {
    return `The plan was ${showDuration(ageMs)} old, and the job allows ${showDuration(expires)}: it was made again.`;
  }
  const changed = await findChanged(run.files);
  return changed === null ? null : `${changed} changed since the plan was made: it was made again.`;
}

/** Name of the first file whose bytes are others by now; one that is gone did not change. */
export async function findChanged(files: readonly RunFile[]): Promise<string | null> {
  for (const { path, name, bytes, digest } of files) {
    const file = await findBytes(path);
    const size = file === null ? null : await sizeOf(file);
    if (file === null || size === null) continue;
    if (size !== bytes || (await digestFile(file)) !== digest) return name;
  }
  return null;
}

/** Bytes; `null`: the file is not there. */
async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch {
    return null;
  }
}
