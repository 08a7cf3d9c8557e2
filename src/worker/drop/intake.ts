/**
 * From a take to a run.
 *
 * Invariant: each step may be repeated. The run and the claim on its content come into being in one transaction, so after
 * a crash the same content either makes the run, or is found to have made it already, by the name of the take.
 */

import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { SyncError } from '../../errors.js';
import type { Job } from '../../job/schema.js';
import type { FileStore } from '../../run/files/file-store.js';
import { storeInputs } from '../../run/files/inputs.js';
import { overridesOf } from '../../run/sources.js';
import type { Run, Store } from '../../run/store.js';
import type { RunRequest } from '../../run/request.js';
import { isPacked, unpack } from '../../source/unpack.js';
import { parseMarker } from './completeness.js';
import { createMatcher } from './names.js';
import { countRows, digestFile } from './print.js';
import { moveTake, readMarker, writeNote, writeReason } from './take.js';
import type { Take } from './take.js';

export type IntakeStore = Pick<Store, 'createRunOnce' | 'findRun' | 'noteArrival' | 'releaseReplaced'>;

export interface DropJob {
  readonly job: Job;
  /** Base URL. */
  readonly target: string;
}

export type Intake =
  | { readonly kind: 'run'; readonly run: Run }
  /** The same content came before, in run `runId`. */
  | { readonly kind: 'known'; readonly runId: number }
  | { readonly kind: 'refused'; readonly reason: string };

export interface IntakeOptions {
  readonly origin?: RunRequest['origin'];
  readonly files?: FileStore | null;
  /** It is what its source holds now: content that came back after other content is used once more. */
  readonly isCurrent?: boolean;
  /** What somebody wants otherwise than the job says. */
  readonly asked?: Asked;
}

export type Asked = Partial<Omit<RunRequest, 'paths' | 'inputs' | 'origin'>>;

const UNPACKED = 'unpacked';

/** @param take whole. Throws what the file system and the store throw: the take stays as it is, and may be tried again. */
export async function enterTake(
  store: IntakeStore,
  { job, target }: DropJob,
  take: Take,
  { origin = 'drop', files = null, isCurrent = false, asked = {} }: IntakeOptions = {},
): Promise<Intake> {
  if (take.reason !== null) return await refuse(take, take.reason);
  let opened: OpenedTake;
  try {
    opened = await openTake(job, take);
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    return await refuse(take, error.hint === undefined ? error.message : `${error.message} ${error.hint}`);
  }
  const inputs = files === null ? {} : { inputs: await storeInputs(files, opened.exports) };
  if (isCurrent) await store.releaseReplaced(job.name, opened.digest);
  const answer = await store.createRunOnce(
    { job: job.name, target, files: [], request: { ...requestOf(job, opened.exports, origin), ...asked, ...inputs } },
    { digest: opened.digest, name: take.id },
  );
  if ('run' in answer) return { kind: 'run', run: answer.run };
  const { runId, name, at } = answer.earlier;
  const earlier = await store.findRun(runId);
  if (name === take.id && earlier !== undefined) return { kind: 'run', run: earlier };
  await rm(path.join(take.path, UNPACKED), { recursive: true, force: true });
  await writeNote(
    take,
    `The same content was taken before, on ${at}: run ${runId}${earlier === undefined ? '' : `, which is ${earlier.status}`}. ` +
      `Nothing was done. To use it once more: ninja-sync enqueue FILE --job ${job.name}`,
  );
  // Nothing changed, but the export came.
  await store.noteArrival(job.name, new Date().toISOString());
  await moveTake(take, 'done');
  return { kind: 'known', runId };
}

export interface OpenedTake {
  /** Paths, in the order of the patterns. */
  readonly exports: readonly string[];
  /** SHA-256 of all its content, hex. */
  readonly digest: string;
}

/**
 * Opens archives, and holds the files against their markers.
 *
 * @throws SyncError when they cannot be used
 */
export async function openTake(job: Job, take: Take): Promise<OpenedTake> {
  const { exports, contents } = await openExports(job, take);
  await checkMarkers(job, take, exports);
  return { exports, digest: await digestAll(contents) };
}

async function refuse(take: Take, reason: string): Promise<Intake> {
  await rm(path.join(take.path, UNPACKED), { recursive: true, force: true });
  await writeReason(take, reason);
  await moveTake(take, 'failed');
  return { kind: 'refused', reason };
}

function requestOf(job: Job, paths: readonly string[], origin: RunRequest['origin']): RunRequest {
  return {
    paths,
    overrides: {},
    origin,
    priority: 0,
    notBefore: null,
    window: job.window ?? null,
    share: job.share,
    approved: false,
    allow: [],
  };
}

interface Opened {
  /** In the order of the patterns. */
  readonly exports: readonly string[];
  /** With the documents that came in archives. */
  readonly contents: readonly string[];
}

async function openExports(job: Job, take: Take): Promise<Opened> {
  const exports: string[] = [];
  const contents: string[] = [];
  for (const name of take.files) {
    const file = path.join(take.path, name);
    // Files in two archives may have the same name: each archive has a folder of its own.
    const inside = isPacked(name) ? await unpack(file, path.join(take.path, UNPACKED, name)) : [file];
    contents.push(...inside);
    exports.push(...(isPacked(name) ? choose(job, take, name, inside) : inside));
  }
  return { exports, contents };
}

/** Which of the files of an archive are the exports: what else it holds are documents. */
function choose(job: Job, take: Take, archive: string, files: readonly string[]): readonly string[] {
  const patterns = patternsOf(job);
  const whole = patterns.length > 1 && take.files.length === 1;
  // An archive among several files stands for the one pattern that it fits.
  const wanted = whole ? patterns : [patterns[createMatcher(patterns)(archive)] ?? job.drop?.pattern ?? '*'];
  if (!whole && files.length === 1) return files;
  return wanted.map((pattern) => {
    const fits = createMatcher([pattern]);
    const found = files.filter((file) => fits(path.basename(file)) === 0);
    const [only] = found;
    if (only !== undefined && found.length === 1) return only;
    const names = files.slice(0, 5).map((file) => path.basename(file));
    throw new SyncError(
      'file-unreadable',
      `${archive} holds ${found.length === 0 ? 'no file' : `${found.length} files`} for "${pattern}", and needs one: ${names.join(', ') || 'it is empty'}${files.length > 5 ? ', …' : ''}.`,
      {
        hint:
          found.length === 0
            ? 'Check the pattern in the job.'
            : 'Files that belong together: name their patterns in `together`.',
      },
    );
  });
}

export function patternsOf(job: Job): readonly string[] {
  return job.drop?.together ?? [job.drop?.pattern ?? '*'];
}

/** Holds the files against what their markers say. */
async function checkMarkers(job: Job, take: Take, exports: readonly string[]): Promise<void> {
  for (const marker of take.markers) {
    const name = take.files.find((file) => marker.startsWith(`${file}.`));
    if (name === undefined) continue;
    const manifest = parseMarker(await readMarker(take, marker));
    if (manifest === null)
      throw new SyncError('file-unreadable', `${marker} cannot be read.`, {
        hint: 'It may be empty, or say rows=NUMBER and sha256=DIGEST.',
      });
    await checkDigest(take, name, marker, manifest.sha256);
    if (manifest.rows === null) continue;
    const own = isPacked(name) && take.files.length === 1 ? exports : [exports[take.files.indexOf(name)] ?? ''];
    let rows = 0;
    for (const file of own) rows += await countRows(file, overridesOf(job));
    if (rows !== manifest.rows)
      throw mismatch(name, `has ${rows} rows behind its header, ${marker} says ${manifest.rows}`);
  }
}

async function checkDigest(take: Take, name: string, marker: string, said: string | null): Promise<void> {
  if (said === null) return;
  const digest = await digestFile(path.join(take.path, name));
  if (digest !== said) throw mismatch(name, `has the SHA-256 ${digest}, ${marker} says ${said}`);
}

function mismatch(name: string, what: string): SyncError {
  return new SyncError('file-changed', `${name} ${what}.`, { hint: 'It was not sent whole. Send it again.' });
}

/** Of several files in any order: the digest of their sorted digests. */
async function digestAll(paths: readonly string[]): Promise<string> {
  const digests: string[] = [];
  for (const file of paths) digests.push(await digestFile(file));
  const [only = ''] = digests;
  return digests.length === 1 ? only : createHash('sha256').update(digests.sort().join('\n')).digest('hex');
}
