/**
 * Taking at an SSH server, as in a drop folder: by renaming, within the folder of the job.
 *
 *     FOLDER/x.csv ──rename──► FOLDER/processing/TAKE/x.csv ──rename of TAKE──► FOLDER/done/TAKE/ or FOLDER/failed/TAKE/
 *
 * Invariants: of two workers that take a file one gets it; a file is always in exactly one of these places; what a take is
 * for is written down in it before the first file moves.
 */

import type { SftpFolder } from './sftp.js';

/** What each take holds beside its files. */
const TAKE_FILE = '.take.json';
const RUN_FILE = '.run';
const BACK = '.back-';
/** Names of takes begin with the time. */
const TAKE_ID = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z-[\da-f]{8}-/;

export interface SftpIntent {
  readonly job: string;
  /** In the order of the patterns. */
  readonly files: readonly string[];
  readonly markers: readonly string[];
}

export interface SftpTake extends SftpIntent {
  readonly id: string;
  /** Relative to the folder. */
  readonly path: string;
}

/** @returns `null` when another worker was faster, or somebody removed a file: those that had moved are back */
export async function takeAt(folder: SftpFolder, id: string, intent: SftpIntent): Promise<SftpTake | null> {
  const take = { ...intent, id, path: `processing/${id}` };
  await folder.makeFolder('processing');
  await folder.makeFolder(take.path);
  await folder.write(`${take.path}/${TAKE_FILE}`, JSON.stringify(intent));
  for (const name of [...intent.markers, ...intent.files]) {
    if (await folder.move(name, `${take.path}/${name}`)) continue;
    await putBackAt(folder, take);
    return null;
  }
  return (await isWholeAt(folder, take)) ? take : null;
}

/** Those of the job that are under way, oldest first; also those that were being put back when their worker died. */
export async function listTakesAt(folder: SftpFolder, job: string): Promise<readonly SftpTake[]> {
  const takes: SftpTake[] = [];
  for (const { name, kind } of (await folder.list('processing')) ?? []) {
    const id = name.startsWith(BACK) ? name.slice(BACK.length) : name;
    if (kind !== 'folder' || !TAKE_ID.test(id)) continue;
    const path = `processing/${name}`;
    const intent = parseIntent(await folder.read(`${path}/${TAKE_FILE}`));
    if (intent?.job === job) takes.push({ ...intent, id, path });
  }
  return takes.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function parseIntent(text: string | null): SftpIntent | null {
  try {
    const value = JSON.parse(text ?? '') as Partial<SftpIntent> | null;
    const isList = (list: unknown): boolean =>
      Array.isArray(list) && list.every((name) => typeof name === 'string' && !name.includes('/'));
    if (typeof value?.job !== 'string' || !isList(value.files) || !isList(value.markers)) return null;
    return value as SftpIntent;
  } catch {
    return null;
  }
}

/** When it was begun, in ms since 1970, by the clock of who took it. */
export function takenAt({ id }: Pick<SftpTake, 'id'>): number {
  return Date.parse(id.replace(TAKE_ID, '$1-$2-$3T$4:$5:$6.$7Z ').slice(0, 24));
}

/** Are all of its files in it, and is nobody putting them back? */
export async function isWholeAt(folder: SftpFolder, take: SftpTake): Promise<boolean> {
  return !isGoingBack(take) && (await hasAll(folder, take));
}

async function hasAll(folder: SftpFolder, take: SftpTake): Promise<boolean> {
  const names = new Set(((await folder.list(take.path)) ?? []).map(({ name }) => name));
  return [...take.files, ...take.markers].every((name) => names.has(name));
}

/** Undoes a take. A file whose place is taken by a newer one of the same name goes to `failed`. */
export async function putBackAt(folder: SftpFolder, take: SftpTake): Promise<void> {
  const going = { ...take, path: `processing/${BACK}${take.id}` };
  // From here on the worker that made it, if it lives, finds nothing at its place.
  if (!isGoingBack(take) && !(await folder.move(take.path, going.path))) return;
  let isBack = true;
  for (const name of [...take.files, ...take.markers]) {
    const isHere = (await folder.look(`${going.path}/${name}`)) !== null;
    if (isHere && !(await folder.move(`${going.path}/${name}`, name))) isBack = false;
  }
  if (!isBack) {
    await moveTakeAt(folder, going, 'failed', {
      kind: 'reason',
      text: 'A newer file of the same name came before this one was used.',
    });
    return;
  }
  await folder.remove(`${going.path}/${TAKE_FILE}`);
  await folder.removeFolder(going.path);
}

function isGoingBack({ path }: SftpTake): boolean {
  return path.startsWith(`processing/${BACK}`);
}

export async function noteRunAt(folder: SftpFolder, take: SftpTake, runId: number): Promise<void> {
  // It may have ended, and moved, meanwhile.
  if ((await folder.look(take.path)) !== null) await folder.write(`${take.path}/${RUN_FILE}`, `${runId}\n`);
}

export async function readRunAt(folder: SftpFolder, take: SftpTake): Promise<number | null> {
  const text = await folder.read(`${take.path}/${RUN_FILE}`);
  return text === null || !/^\d+\n$/.test(text) ? null : Number(text);
}

/** Moves the whole take to its last place, with a word beside the file. One that moved already stays. */
export async function moveTakeAt(
  folder: SftpFolder,
  take: SftpTake,
  place: 'done' | 'failed',
  word: { readonly kind: 'reason' | 'note'; readonly text: string } | null,
): Promise<void> {
  if ((await folder.look(take.path)) === null) return;
  if (word !== null) await folder.write(`${take.path}/${take.files[0]}.${word.kind}.txt`, `${word.text}\n`);
  await folder.makeFolder(place);
  await folder.move(take.path, `${place}/${take.id}`);
}
