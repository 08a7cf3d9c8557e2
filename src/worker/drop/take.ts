/**
 * Taking: files that belong to one run go from the drop folder into a folder of their own, by renaming.
 *
 *     FOLDER/x.csv ──rename──► FOLDER/processing/TAKE/x.csv ──rename of TAKE──► FOLDER/done/TAKE/ or FOLDER/failed/TAKE/
 *
 * Invariants: of two workers that take a file one gets it; a file is always in exactly one of these places; and what a take
 * is for is written down in it before the first file moves, so that whoever finds it after a crash can go on.
 */

import { randomUUID } from 'node:crypto';
import {
  link,
  lstat,
  mkdir,
  open,
  readFile,
  readdir,
  rename,
  rm,
  rmdir,
  stat,
  unlink,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { withoutPacking } from '../../source/unpack.js';

export const PLACES = ['processing', 'done', 'failed'] as const;
export type Place = (typeof PLACES)[number];

const TAKE_FILE = '.take.json';
const RUN_FILE = '.run';
const BACK = '.back-';
const STEM_LENGTH_MAX = 60;
/** A marker is a few lines: the rest of a larger one does not count. */
const MARKER_BYTES_MAX = 64 * 1024;

/** What a take is for. */
const intentSchema = z.object({
  job: z.string(),
  /** Names of the dropped files, in the order of the patterns. */
  files: z.array(z.string()).min(1),
  /** Names of the markers that came with them. */
  markers: z.array(z.string()),
  /** They go to `failed` for this. */
  reason: z.string().nullable(),
});

export type Intent = z.output<typeof intentSchema>;

export interface Take extends Intent {
  /** Unique; begins with the time. */
  readonly id: string;
  /** Absolute path of the drop folder. */
  readonly folder: string;
  /** Absolute path of its own folder. */
  readonly path: string;
}

/** `20261122T212310123Z-3f9a1c2e-customers` */
export const TAKE_ID = /^\d{8}T\d{9}Z-[\da-f]{8}-/;

/**
 * Moves the files into a new take: the markers first, so that none is left beside a later file of the same name.
 *
 * @param now ISO 8601 UTC with milliseconds
 * @returns `null` when another worker was faster, or somebody removed a file: those that had moved are back
 */
export async function takeFiles(folder: string, intent: Intent, now: string): Promise<Take | null> {
  const id = nameTake(intent.files, now);
  const take = { ...intent, id, folder, path: path.join(folder, 'processing', id) };
  await mkdir(take.path, { recursive: true });
  await writeIntent(take.path, intent);
  for (const name of [...intent.markers, ...intent.files]) {
    if (!(await renameIfThere(path.join(folder, name), path.join(take.path, name)))) {
      await putBack(take);
      return null;
    }
  }
  return (await isWhole(take)) ? take : null;
}

/** @param now ISO 8601 UTC with milliseconds */
export function nameTake([first = '']: readonly string[], now: string): string {
  const stem = withoutPacking(first)
    .replace(/\.[^.]*$/, '')
    .slice(0, STEM_LENGTH_MAX);
  return `${now.replaceAll(/[-:.]/g, '')}-${randomUUID().slice(0, 8)}-${stem}`;
}

export async function writeIntent(folder: string, { job, files, markers, reason }: Intent): Promise<void> {
  await writeFile(path.join(folder, TAKE_FILE), JSON.stringify({ job, files, markers, reason } satisfies Intent));
}

/** The takes of a job that are under way, oldest first; those that were being put back when their worker died too. */
export async function listTakes(folder: string, job: string): Promise<readonly Take[]> {
  const entries = await readdir(path.join(folder, 'processing'), { withFileTypes: true }).catch(emptyIfMissing);
  const takes: Take[] = [];
  for (const entry of entries) {
    const id = entry.name.startsWith(BACK) ? entry.name.slice(BACK.length) : entry.name;
    if (!entry.isDirectory() || !TAKE_ID.test(id)) continue;
    const take = await readTake(folder, id, path.join(folder, 'processing', entry.name));
    if (take?.job === job) takes.push(take);
  }
  return takes.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** @returns `null` without a readable intent: its worker died before any file moved, or somebody else made the folder */
export async function readTake(folder: string, id: string, at: string): Promise<Take | null> {
  try {
    const text = await readFile(path.join(at, TAKE_FILE), 'utf8');
    return { ...intentSchema.parse(JSON.parse(text)), id, folder, path: at };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code !== 'ENOENT') throw error;
    return null;
  }
}

/** Are all of its files in it, and is nobody putting them back? */
export async function isWhole(take: Take): Promise<boolean> {
  return !isGoingBack(take) && (await hasAll(take));
}

async function hasAll(take: Take): Promise<boolean> {
  const names = new Set<string>(await readdir(take.path).catch(emptyIfMissing));
  return [...take.files, ...take.markers].every((name) => names.has(name));
}

/** When it last changed, in ms since 1970; `null`: it is not there any more. */
export async function changedAtOf(take: Take): Promise<number | null> {
  return (await stat(take.path).catch(nullIfMissing))?.mtimeMs ?? null;
}

/** The run that was made of it, as far as it was noted. */
export async function readRunOf(take: Take): Promise<number | null> {
  const text = await readFile(path.join(take.path, RUN_FILE), 'utf8').catch(nullIfMissing);
  return text === null || !/^\d+\n$/.test(text) ? null : Number(text);
}

export async function noteRun(take: Take, runId: number): Promise<void> {
  await writeFile(path.join(take.path, RUN_FILE), `${runId}\n`);
}

/**
 * Undoes a take that is not whole. A file whose place is taken by a newer one of the same name goes to `failed`.
 *
 * @returns false when it turned out to be whole: its worker lives, and goes on
 */
export async function putBack(take: Take): Promise<boolean> {
  const going = { ...take, path: path.join(path.dirname(take.path), BACK + take.id) };
  if (!isGoingBack(take)) {
    // From here on the worker that made it, if it lives, finds nothing at its place.
    if (!(await renameIfThere(take.path, going.path))) return true;
    if (await hasAll(going)) {
      await rename(going.path, take.path);
      return false;
    }
  }
  let allBack = true;
  for (const name of [...take.files, ...take.markers]) {
    allBack = (await moveIfFree(path.join(going.path, name), path.join(take.folder, name))) && allBack;
  }
  if (!allBack) {
    await writeReason(going, 'A newer file of the same name was dropped before this one was used.');
    await moveTake(going, 'failed');
    return true;
  }
  await rm(path.join(going.path, TAKE_FILE), { force: true });
  await rmdir(going.path).catch(ignoreMissing);
  return true;
}

function isGoingBack(take: Take): boolean {
  return path.basename(take.path).startsWith(BACK);
}

/** Moves the whole take to its last place; one that is there already stays. */
export async function moveTake(take: Take, place: Place): Promise<string> {
  const to = path.join(take.folder, place, take.id);
  await mkdir(path.dirname(to), { recursive: true });
  if (take.path !== to) await renameIfThere(take.path, to);
  return to;
}

export async function readMarker(take: Take, name: string): Promise<string> {
  const file = await open(path.join(take.path, name));
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MARKER_BYTES_MAX), 0, MARKER_BYTES_MAX, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** The same content came before: nothing to do. */
export async function writeNote(take: Take, text: string): Promise<void> {
  await writeFile(path.join(take.path, `${take.files[0]}.note.txt`), `${text}\n`);
}

/** Why it is in `failed`; `null`: it is not any more. */
export async function writeReason(take: Take, text: string | null): Promise<void> {
  const file = path.join(take.path, `${take.files[0]}.reason.txt`);
  await (text === null ? rm(file, { force: true }) : writeFile(file, `${text}\n`));
}

async function renameIfThere(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    ignoreMissing(error);
    return false;
  }
}

/**
 * Renaming would replace a file that came meanwhile: a link does not.
 *
 * @returns false when another file has the name; true too when there is nothing to move
 */
async function moveIfFree(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return true;
    if (code === 'EEXIST') {
      const [here, there] = [await lstat(from), await lstat(to)];
      // A crash came between the link and the removal below.
      if (here.ino !== there.ino || here.dev !== there.dev) return false;
    } else {
      // No links on this file system (FAT, some shares).
      if ((await lstat(to).catch(nullIfMissing)) !== null) return false;
      return await renameIfThere(from, to);
    }
  }
  await unlink(from);
  return true;
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

function ignoreMissing(error: unknown): void {
  if (codeOf(error) !== 'ENOENT') throw error;
}

function nullIfMissing(error: unknown): null {
  ignoreMissing(error);
  return null;
}

function emptyIfMissing(error: unknown): never[] {
  ignoreMissing(error);
  return [];
}
