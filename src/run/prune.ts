/**
 * What nobody keeps any more, deleted: rows and files of old runs, messages that are through.
 *
 * Terms: a run is *pruned* when its changes, claims, remarks and files are gone; its line stays, and so does what its job
 * knows of clients (`owned`), which content it took, and whatever guards compare. Which runs may go says `state/prune.ts`.
 *
 * Invariants: it may be cut off at any moment and begun again, also by several at once; each transaction is short, and
 * half of the time is left to others; a file that a run needs, or is about to need, is never removed (`file-book.ts`).
 */

import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { REMOVAL_MAX_MS } from './file-book.js';
import type { FileStore } from './files/file-store.js';
import type { FileCounts, KeepRule, PruneCounts, PruneLine, PruneStore } from './prune-store.js';

export interface PruneDeps {
  readonly store: { readonly pruning: PruneStore };
  /** `null`: nobody named a file store; what is in one stays. */
  readonly files: FileStore | null;
  /** Its folders of runs are those of this machine. */
  readonly dataDir: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** It ends between two portions. */
  readonly signal?: AbortSignal;
}

export interface KeepingJob {
  readonly name: string;
  readonly keep: KeepRule;
}

export interface PrunedJob extends PruneCounts {
  readonly job: string;
  /** Numbers of the runs, in their order. */
  readonly runs: readonly number[];
  readonly notices: number;
}

export interface Pruned {
  /** Those that have something to delete. */
  readonly jobs: readonly PrunedJob[];
  /** In the file store. */
  readonly files: FileCounts;
  /** Folders of this machine. */
  readonly folders: FileCounts;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** From storing a file to the run that names it passes less. */
const FILE_AGE_MIN_MS = DAY_MS;
const RUNS_PER_PORTION = 50;
const ROWS_PER_PORTION = 2000;
const FILES_PER_PAGE = 500;
const REST_MAX_MS = 500;
/** Folders of runs in the data folder: what they made, and what was fetched for them. */
const FOLDERS = ['runs', 'inputs'] as const;

/** What `prune` would delete now. */
export async function planPrune(deps: PruneDeps, jobs: readonly KeepingJob[]): Promise<Pruned> {
  const { pruning } = deps.store;
  const planned: PrunedJob[] = [];
  for (const { name, keep } of jobs) {
    const runs: number[] = [];
    for (const line of await pruning.findPruneLines(name, keep, deps.now()))
      for await (const ids of portionsOf(pruning, line)) runs.push(...ids);
    const notices = await pruning.countOldNotices(name, keep, deps.now());
    if (runs.length === 0 && notices === 0) continue;
    const sorted = runs.toSorted((one, other) => one - other);
    planned.push({ job: name, runs: sorted, notices, ...(await pruning.countRows(sorted)) });
  }
  const ids = planned.flatMap(({ runs }) => runs);
  const before = fileLine(deps);
  let files: FileCounts = { count: 0, bytes: 0 };
  if (deps.files !== null) {
    files = await pruning.countFilesOf(ids, before);
    for await (const { bytes } of removableFiles(pruning, before)) files = addFile(files, bytes);
  }
  return { jobs: planned, files, folders: await measureFolders(deps, ids) };
}

/**
 * Deletes it.
 *
 * @throws SyncError what the file store throws; what was deleted before stays deleted, and the rest goes the next time
 */
export async function prune(deps: PruneDeps, jobs: readonly KeepingJob[]): Promise<Pruned> {
  const { pruning } = deps.store;
  // What somebody left half done is finished first, so that each count is that of its job.
  await deleteRows(deps);
  const done: PrunedJob[] = [];
  for (const job of jobs) {
    const pruned = await pruneJob(deps, job);
    if (pruned.runs.length > 0 || pruned.notices > 0) done.push(pruned);
  }
  const folders = await pruneFolders(deps);
  let files: FileCounts = { count: 0, bytes: 0 };
  const store = deps.files;
  if (store !== null)
    for await (const { digest, bytes } of removableFiles(pruning, fileLine(deps))) {
      if (isOver(deps)) break;
      if (await removeFile(deps, store, digest)) files = addFile(files, bytes);
    }
  return { jobs: done, files, folders };
}

async function pruneJob(deps: PruneDeps, { name, keep }: KeepingJob): Promise<PrunedJob> {
  const { pruning } = deps.store;
  const runs: number[] = [];
  let counts: PruneCounts = { changes: 0, claims: 0, remarks: 0 };
  for (const line of await pruning.findPruneLines(name, keep, deps.now())) {
    for await (const ids of portionsOf(pruning, line)) {
      if (isOver(deps)) break;
      const at = new Date(deps.now()).toISOString();
      runs.push(...(await resting(() => pruning.beginPruning(line, ids, at))));
      counts = addCounts(counts, await deleteRows(deps));
    }
  }
  const notices = isOver(deps) ? 0 : await resting(() => pruning.deleteOldNotices(name, keep, deps.now()));
  return { job: name, runs: runs.toSorted((one, other) => one - other), notices, ...counts };
}

async function* portionsOf(pruning: PruneStore, line: PruneLine): AsyncGenerator<readonly number[]> {
  let after = 0;
  for (;;) {
    const ids = await pruning.listPrunable(line, after, RUNS_PER_PORTION);
    if (ids.length > 0) yield ids;
    const last = ids.at(-1);
    if (last === undefined || ids.length < RUNS_PER_PORTION) return;
    after = last;
  }
}

async function deleteRows(deps: PruneDeps): Promise<PruneCounts> {
  let counts: PruneCounts = { changes: 0, claims: 0, remarks: 0 };
  while (!isOver(deps)) {
    const deleted = await resting(() => deps.store.pruning.deletePruned(ROWS_PER_PORTION));
    if (deleted === null) break;
    counts = addCounts(counts, deleted);
  }
  return counts;
}

/** Folders of runs that are pruned, whoever did it: each machine has its own. */
export async function pruneFolders(deps: PruneDeps): Promise<FileCounts> {
  let counts: FileCounts = { count: 0, bytes: 0 };
  for (const folder of await listFolders(deps)) {
    if (isOver(deps)) break;
    counts = addFile(counts, await measureFolder(folder.path));
    await rm(folder.path, { recursive: true, force: true });
  }
  return counts;
}

async function measureFolders(deps: PruneDeps, runIds: readonly number[]): Promise<FileCounts> {
  let counts: FileCounts = { count: 0, bytes: 0 };
  for (const folder of await listFolders(deps, runIds)) counts = addFile(counts, await measureFolder(folder.path));
  return counts;
}

/** @param others of runs that are not pruned yet */
async function listFolders(
  { store, dataDir }: PruneDeps,
  others: readonly number[] = [],
): Promise<readonly { readonly id: number; readonly path: string }[]> {
  const found: { id: number; path: string }[] = [];
  for (const place of FOLDERS) {
    for (const name of await readdir(path.join(dataDir, place)).catch(noNames))
      if (/^\d{1,10}$/.test(name)) found.push({ id: Number(name), path: path.join(dataDir, place, name) });
  }
  const pruned = new Set([...others, ...(await store.pruning.listPruned(found.map(({ id }) => id)))]);
  return found.filter(({ id }) => pruned.has(id));
}

async function measureFolder(folder: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(folder, { recursive: true }).catch(noNames))
    bytes += (await stat(path.join(folder, name)).catch(() => null))?.size ?? 0;
  return bytes;
}

function noNames(error: unknown): readonly string[] {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
  throw error;
}

async function* removableFiles(
  pruning: PruneStore,
  before: string,
): AsyncGenerator<{ readonly digest: string; readonly bytes: number }> {
  let after = '';
  for (;;) {
    const page = await pruning.listRemovable(before, after, FILES_PER_PAGE);
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < FILES_PER_PAGE) return;
    after = last.digest;
  }
}

/** Who wants to store it waits meanwhile. */
async function removeFile(deps: PruneDeps, files: FileStore, digest: string): Promise<boolean> {
  const { pruning } = deps.store;
  const now = deps.now();
  if (!(await pruning.beginRemoval(digest, fileLine(deps), now))) return false;
  // A machine that slept in between may be too late: others take the removal for dead by then.
  if (deps.now() - now > REMOVAL_MAX_MS / 4) return false;
  await files.remove(digest);
  await pruning.endRemoval(digest, now);
  return true;
}

function fileLine({ now }: PruneDeps): string {
  return new Date(now() - FILE_AGE_MIN_MS).toISOString();
}

function isOver({ signal }: PruneDeps): boolean {
  return signal?.aborted === true;
}

/** Others get as much time as it took. */
async function resting<Result>(work: () => Promise<Result>): Promise<Result> {
  const startedAt = performance.now();
  const result = await work();
  await delay(Math.min(performance.now() - startedAt, REST_MAX_MS));
  return result;
}

function addCounts(one: PruneCounts, other: PruneCounts): PruneCounts {
  return {
    changes: one.changes + other.changes,
    claims: one.claims + other.claims,
    remarks: one.remarks + other.remarks,
  };
}

function addFile({ count, bytes }: FileCounts, more: number): FileCounts {
  return { count: count + 1, bytes: bytes + more };
}
