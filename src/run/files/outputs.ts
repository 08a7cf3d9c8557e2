/**
 * What a run makes (report, rejects), kept like what it reads: whoever asks for it gets it, on whatever machine.
 *
 * A file store that is away never stops a run: what could not be stored is said, and lies on the machine that made it.
 */

import { access, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { SyncError } from '../../errors.js';
import type { RunContext } from '../context.js';
import type { FileRole, KeptFile } from '../file-book.js';
import type { Run, Store } from '../store.js';
import { measureFile } from './file-store.js';
import type { FileStore } from './file-store.js';

const REPORT_PAGE = 'report.html';

/** Where a run's report and rejects are on the machine that makes them. */
export function runFolder(dataDir: string, runId: number): string {
  return path.join(dataDir, 'runs', String(runId));
}

/** @param paths absolute; they take the place of what the run had in this role */
export async function storeOutputs(
  { files = null, store, onNotice }: Pick<RunContext, 'files' | 'store' | 'onNotice'>,
  runId: number,
  role: FileRole,
  paths: readonly string[],
): Promise<void> {
  if (files === null) return;
  try {
    const kept: KeptFile[] = [];
    for (const file of paths) {
      const name = role === 'input' ? path.resolve(file) : path.basename(file);
      kept.push({ ...(await files.put(file)), role, name });
    }
    await store.replaceRunFiles(runId, [role], kept);
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    onNotice(`${WORDS[role]} of run ${runId} could not be stored in ${files.place}: ${error.message}`);
  }
}

const WORDS: Readonly<Record<FileRole, string>> = {
  input: 'The input files',
  report: 'The report',
  rejects: 'The rejects',
};

/** What is asked for on this machine. */
interface Here {
  readonly store: Pick<Store, 'listRunFiles'>;
  readonly files: FileStore | null;
  readonly dataDir: string;
}

/**
 * The page of a run's report on this machine, fetched when the one that is here is missing or older.
 *
 * @returns absolute path; `null`: the run has none
 * @throws SyncError as `FileStore.fetch`
 */
export async function locateReport(here: Here, run: Run): Promise<string | null> {
  if (run.folder === null || run.prunedAt !== null) return null;
  const kept = here.files === null ? [] : await here.store.listRunFiles(run.id);
  const page = kept.find(({ name }) => name === REPORT_PAGE);
  if (here.files === null || page === undefined) return path.join(run.folder, REPORT_PAGE);
  const own = runFolder(here.dataDir, run.id);
  for (const folder of [run.folder, own])
    if (await isSame(path.join(folder, REPORT_PAGE), page.digest)) return path.join(folder, REPORT_PAGE);
  await fetchOutputs(here.files, kept, ['report'], own);
  return path.join(own, REPORT_PAGE);
}

/**
 * Where a file of rejects is: as it was stored, else as it lies on this machine.
 *
 * @param folder for what is fetched; it is there
 * @returns absolute path; `null`: it is not on this machine, and cannot be fetched
 */
export async function locateRejects(here: Here, run: Run, name: string, folder: string): Promise<string | null> {
  const kept = (await here.store.listRunFiles(run.id)).find((file) => file.role === 'rejects' && file.name === name);
  const places = [run.folder, runFolder(here.dataDir, run.id)].flatMap((place) =>
    place === null ? [] : [path.join(place, name)],
  );
  for (const place of places)
    if (kept === undefined || here.files === null ? await isThere(place) : await isSame(place, kept.digest))
      return place;
  if (kept === undefined || here.files === null) return null;
  const to = path.join(folder, name);
  await here.files.fetch(kept.digest, to);
  return to;
}

/** Writes those of the files that have one of these roles into the folder, which is made. */
export async function fetchOutputs(
  files: FileStore,
  kept: readonly KeptFile[],
  roles: readonly FileRole[],
  folder: string,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { role, name, digest } of kept) {
    const to = path.join(folder, path.basename(name));
    if (roles.includes(role) && !(await isSame(to, digest))) await files.fetch(digest, to);
  }
}

async function isSame(file: string, digest: string): Promise<boolean> {
  return (await isThere(file)) && (await measureFile(file)).digest === digest;
}

async function isThere(file: string): Promise<boolean> {
  return await access(file).then(
    () => true,
    () => false,
  );
}
