/**
 * What becomes of dropped files when their run ends: they go to `done` or `failed`, with report and rejects beside them.
 *
 * Invariant: it may be repeated, by several workers too. The run names the new place of its files before they move, and
 * files are looked for at all places.
 */

import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FileStore } from '../../run/files/file-store.js';
import { fetchOutputs } from '../../run/files/outputs.js';
import type { Run, Store } from '../../run/store.js';
import type { RunStatus } from '../../run/status.js';
import { PLACES, TAKE_ID, moveTake, readTake, writeReason } from './take.js';
import type { Place, Take } from './take.js';

export type FinishStore = Pick<Store, 'updateRun' | 'releaseContent' | 'readChanges' | 'listRunFiles'>;

/** Where the files of a run go that ended so. Of other runs they stay in `processing`. */
const LAST_PLACE: Partial<Record<RunStatus, Exclude<Place, 'processing'>>> = {
  done: 'done',
  failed: 'failed',
  rejected: 'failed',
  cancelled: 'failed',
};
const WORDS: Partial<Record<RunStatus, string>> = {
  failed: 'failed',
  rejected: 'was refused by a person',
  cancelled: 'was cancelled',
};
const REPORT_FILE = /^(?:report\.(?:html|json)|rejects(?:-\d+)?\.csv)$/;

/**
 * Moves the files of an ended run to their last place. A failed run that wrote nothing gives its content free: the same
 * file may be dropped again.
 *
 * @param files where the reports are of runs that another machine planned or pushed
 * @returns the folder with the files; `null` for a run that has not ended, has no dropped files, or whose files are gone
 */
export async function finishDrop(store: FinishStore, run: Run, files: FileStore | null = null): Promise<string | null> {
  const place = LAST_PLACE[run.status];
  const take = place === undefined ? null : await findTake(run);
  if (place === undefined || take === null) return null;
  try {
    await putReports(store, run, take, files);
    await writeReason(take, place === 'failed' ? explain(run) : null);
    if (place === 'failed' && !(await wroteAnything(store, run.id))) await store.releaseContent(run.id);
    await store.updateRun(run.id, movePaths(run, take, path.join(take.folder, place, take.id)));
    return await moveTake(take, place);
  } catch (error) {
    // Another worker does the same, and was faster.
    const now = await findTake(run);
    if (now !== null && now.path !== take.path) return now.path;
    throw error;
  }
}

/** Is it one whose files have a last place? */
export function hasEnded(run: Run): boolean {
  return LAST_PLACE[run.status] !== undefined;
}

/** Where the files of an ended run belong, and why when they failed. `null`: it has not ended. */
export function endOf(
  run: Run,
): { readonly place: Exclude<Place, 'processing'>; readonly reason: string | null } | null {
  const place = LAST_PLACE[run.status];
  if (place === undefined) return null;
  return { place, reason: place === 'failed' ? explain(run) : null };
}

/** Where a run's dropped files are: its folder at any of the places. `null`: they are no dropped files. */
export function takeOf(run: Run): { readonly folder: string; readonly id: string } | null {
  const origin = run.request?.origin;
  const [first] = origin === 'drop' || origin === 'remote' ? (run.request?.paths ?? []) : [];
  if (first === undefined) return null;
  const parts = first.split(path.sep);
  const at = parts.findIndex((part, index) => TAKE_ID.test(part) && PLACES.some((place) => place === parts[index - 1]));
  const id = parts[at];
  return id === undefined ? null : { folder: parts.slice(0, at - 1).join(path.sep), id };
}

async function findTake(run: Run): Promise<Take | null> {
  const named = takeOf(run);
  if (named === null) return null;
  for (const place of PLACES) {
    const take = await readTake(named.folder, named.id, path.join(named.folder, place, named.id));
    if (take !== null) return take;
  }
  return null;
}

async function putReports(store: FinishStore, run: Run, take: Take, files: FileStore | null): Promise<void> {
  if (run.folder === null || run.prunedAt !== null) return;
  const kept = files === null ? [] : await store.listRunFiles(run.id);
  if (files === null || !kept.some(({ role }) => role !== 'input')) return await copyReports(run, run.folder, take);
  const fetched = await mkdtemp(path.join(tmpdir(), 'ninja-sync-reports-'));
  try {
    await fetchOutputs(files, kept, ['report', 'rejects'], fetched);
    await copyReports(run, fetched, take);
  } finally {
    await rm(fetched, { recursive: true, force: true });
  }
}

/** The names of the run's folder, with a number where a dropped file has the same. */
async function copyReports(run: Run, from: string, take: Take): Promise<void> {
  const dropped = new Set([...take.files, ...take.markers]);
  for (const name of await readdir(from)) {
    if (!REPORT_FILE.test(name)) continue;
    const { name: stem, ext } = path.parse(name);
    const to = dropped.has(name) ? `${stem}-of-run-${run.id}${ext}` : name;
    await copyFile(path.join(from, name), path.join(take.path, to));
  }
}

function explain(run: Run): string {
  const again = run.summary === null ? '' : ` Look at it with "ninja-sync show ${run.id}".`;
  return `Run ${run.id} of ${run.job} ${WORDS[run.status] ?? run.status}${run.message === null ? '.' : `: ${run.message}`}${again}`;
}

/** Was anything of the run sent? */
export async function wroteAnything(store: Pick<Store, 'readChanges'>, runId: number): Promise<boolean> {
  for (const status of ['sending', 'done'] as const) {
    for await (const _change of store.readChanges(runId, status)) return true;
  }
  return false;
}

function movePaths(run: Run, take: Take, to: string): Pick<Run, 'files' | 'request'> {
  const places = PLACES.map((place) => path.join(take.folder, place, take.id) + path.sep);
  const move = (file: string): string => {
    const from = places.find((start) => file.startsWith(start));
    return from === undefined ? file : path.join(to, file.slice(from.length));
  };
  return {
    files: run.files.map((file) => ({ ...file, path: move(file.path) })),
    request: run.request === null ? null : { ...run.request, paths: run.request.paths.map(move) },
  };
}
