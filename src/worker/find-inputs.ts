/** The files that a run is planned with, wherever the worker that plans it is. */

import { rm } from 'node:fs/promises';
import path from 'node:path';
import { SyncError } from '../errors.js';
import { jobFiles } from '../job/files.js';
import type { Job } from '../job/schema.js';
import { locateInputs, storeInputs } from '../run/files/inputs.js';
import type { Run } from '../run/store.js';
import type { Leg } from './advance.js';

/**
 * What the run names, else the job's own as they are now. With a file store what the run names comes from there, and what
 * the job names is stored first: a worker that does not see the job's folder goes on with what the last one read.
 *
 * @returns absolute paths on this machine
 */
export async function findInputs(
  { files, dataDir, store }: Pick<Leg, 'files' | 'dataDir' | 'store'>,
  { id, request }: Pick<Run, 'id' | 'request'>,
  job: Job,
): Promise<readonly string[]> {
  const { paths = [], inputs } = request ?? {};
  const folder = fetchedFolder(dataDir, id);
  if (files === null || request === null) return paths.length > 0 ? paths : await jobFiles(job);
  if (paths.length > 0) return inputs === undefined ? paths : await locateInputs(files, inputs, folder);
  try {
    const own = await jobFiles(job);
    await store.updateRun(id, { request: { ...request, inputs: await storeInputs(files, own) } });
    return own;
  } catch (error) {
    const isElsewhere = error instanceof SyncError && error.code === 'file-missing' && inputs !== undefined;
    if (!isElsewhere) throw error;
    return await locateInputs(files, inputs, folder);
  }
}

/** What was fetched for the run is of no use once it is planned: it is in the file store. */
export async function dropFetched({ dataDir }: Pick<Leg, 'dataDir'>, { id }: Pick<Run, 'id'>): Promise<void> {
  await rm(fetchedFolder(dataDir, id), { recursive: true, force: true });
}

function fetchedFolder(dataDir: string, runId: number): string {
  return path.join(dataDir, 'inputs', String(runId));
}
