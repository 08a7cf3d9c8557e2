/**
 * The files that are named, as tables: an archive (`.gz`, `.zip`) among them is opened into the scratch folder of the
 * process, and each table in it is a file of its own, called `archive.zip › companies.csv`.
 *
 * Only archives whose tables belong together are taken: parts of one export, or exports of one product. Which of several
 * unrelated files is meant is not guessed. A readme, a document or a picture beside the tables is left out and said.
 */

import { createHash } from 'node:crypto';
import { open, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { SyncError } from '../errors.js';
import { detectLayout } from '../mapping/detect.js';
import { LAYOUTS } from '../mapping/layouts/index.js';
import { findContainer } from '../source/containers/index.js';
import { scratchFolder } from '../source/containers/table-file.js';
import { profileFile } from '../source/probe.js';
import type { FileNote, FileOverrides, FileProfile } from '../source/profile.js';
import { SAMPLE_BYTES } from '../source/bytes.js';
import { isAppleDocument } from '../source/refuse.js';
import { unpack } from '../source/unpack.js';

const BETWEEN = ' › ';
const FILES_SHOWN_MAX = 10;
/** What lies beside exports and is no table: texts for people by their names, documents and pictures by their endings. */
const COMPANION =
  /(?:^|[/ ›])(?:(?:read[ _-]?me|liesmich|lisez[ _-]?moi|leeme|leggimi|licen[cs]e|notice|changelog)(?:[ ._-][^/›]*)?\.(?:txt|md|rtf|html?)|(?:readme|license)|[^/›]*\.(?:md|pdf|rtf|docx?|png|jpe?g|gif|url))$/i;
const TAKE_APART = 'Unpack it and name the files that you mean.';

/**
 * Profiles the files in their order, those of an archive sorted by name.
 *
 * @throws SyncError as `profileFile` does; `file-unreadable` or `file-binary` for an archive that cannot be used
 */
export async function profileFiles(
  paths: readonly string[],
  overrides: FileOverrides = {},
): Promise<readonly FileProfile[]> {
  const profiles: FileProfile[] = [];
  for (const file of paths) {
    if (await isArchive(file)) profiles.push(...(await profileArchive(file, overrides)));
    else profiles.push(await profileFile(file, overrides));
  }
  return profiles;
}

/** The file that lies in the file system: the archive of `archive.zip › companies.csv`. */
export function packedPath(profilePath: string): string {
  return profilePath.split(BETWEEN, 1)[0] ?? profilePath;
}

/** Where the bytes of a profiled file are now; an archive is opened for that. `null`: they are not there any more. */
export async function findBytes(profilePath: string): Promise<string | null> {
  const archive = packedPath(profilePath);
  if (archive === profilePath || (await isThere(profilePath))) return profilePath;
  try {
    const inside = await openArchive(archive);
    return inside.find(({ label }) => label === profilePath)?.file ?? null;
  } catch {
    return null;
  }
}

async function isThere(file: string): Promise<boolean> {
  return await stat(file).then(
    () => true,
    () => false,
  );
}

async function profileArchive(archive: string, overrides: FileOverrides): Promise<readonly FileProfile[]> {
  const inside = await openArchive(archive);
  if (inside.length === 0) throw refuse(archive, 'is an archive without any file', 'Check the export.');
  const others = inside.filter(({ label }) => COMPANION.test(label));
  const candidates = others.length === inside.length ? inside : inside.filter((one) => !others.includes(one));
  for (const { file, label } of candidates) if (await isArchive(file)) throw refuseNested(archive, label);
  const tables = await profileTables(archive, candidates, overrides);
  if (candidates.length === inside.length) return tables;
  return tables.map((profile, nth) =>
    nth > 0 ? profile : { ...profile, notes: [...profile.notes, noteOthers(others)] },
  );
}

async function profileTables(
  archive: string,
  candidates: readonly Inside[],
  overrides: FileOverrides,
): Promise<readonly FileProfile[]> {
  const [only] = candidates;
  if (only !== undefined && candidates.length === 1) return [await profileInside(only, overrides)];
  const profiles: (FileProfile | SyncError)[] = [];
  for (const one of candidates) {
    profiles.push(
      await profileInside(one, overrides).catch((error: unknown) => {
        if (error instanceof SyncError) return error;
        throw error;
      }),
    );
  }
  const tables = profiles.filter((profile): profile is FileProfile => !(profile instanceof SyncError));
  if (tables.length < profiles.length || !belongTogether(tables)) throw refuseUnrelated(archive, candidates, profiles);
  return tables;
}

function noteOthers(others: readonly Inside[]): FileNote {
  const shown = others.slice(0, FILES_SHOWN_MAX).map(({ label }) => `"${nameOf(label)}"`);
  const more = others.length > shown.length ? ` and ${others.length - shown.length} more` : '';
  return { code: 'archive-others', message: `Not read, since it is no table: ${shown.join(', ')}${more}.` };
}

interface Inside {
  /** Absolute. */
  readonly file: string;
  /** As it is called. */
  readonly label: string;
}

/** Opened once for the same bytes. */
async function openArchive(archive: string): Promise<readonly Inside[]> {
  const { size, mtimeMs, ino } = await stat(archive);
  const key = createHash('sha256').update(JSON.stringify([path.resolve(archive), size, mtimeMs, ino]));
  const folder = path.join(scratchFolder(), `${key.digest('hex').slice(0, 40)}.archive`);
  const files = await unpack(archive, folder);
  const now = new Date();
  await utimes(folder, now, now);
  return files.map((file) => {
    const name = path.relative(folder, file).split(path.sep).join(BETWEEN);
    return { file, label: `${archive}${BETWEEN}${name}` };
  });
}

/** Called as people know it, in its errors as well. */
async function profileInside({ file, label }: Inside, overrides: FileOverrides): Promise<FileProfile> {
  try {
    const profile = await profileFile(file, overrides);
    return { ...profile, path: label, name: nameOf(label) };
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    const { code, retry, hint, details, cause } = error;
    throw new SyncError(code, error.message.replaceAll(file, label), {
      retry,
      ...(hint === undefined ? {} : { hint }),
      details,
      cause,
    });
  }
}

function nameOf(label: string): string {
  const archive = packedPath(label);
  return path.basename(archive) + label.slice(archive.length);
}

/** By its first bytes: sheets are zips as well, and no archives to anybody. */
async function isArchive(file: string): Promise<boolean> {
  const head = await readHead(file);
  if (head[0] === 0x1f && head[1] === 0x8b) return true;
  const start = head.toString('latin1', 0, 4);
  if (start !== 'PK\u0003\u0004' && start !== 'PK\u0005\u0006') return false;
  return !isAppleDocument(head) && findContainer(head, head.toString('latin1'), path.basename(file)) === undefined;
}

/** Blank for what is no file: `profileFile` says why. */
async function readHead(file: string): Promise<Buffer> {
  try {
    if (!(await stat(file)).isFile()) return Buffer.alloc(0);
    const handle = await open(file);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(SAMPLE_BYTES), 0, SAMPLE_BYTES, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch {
    return Buffer.alloc(0);
  }
}

/** Parts of one export have the same columns; exports of one product are known by their layouts. */
function belongTogether(profiles: readonly FileProfile[]): boolean {
  const headers = new Set(profiles.map(({ columns }) => columns.join('\n')));
  if (headers.size === 1) return true;
  const products = new Set(profiles.map((profile) => productOf(profile)));
  return products.size === 1 && !products.has(null);
}

function productOf({ columns }: FileProfile): string | null {
  return detectLayout(columns, LAYOUTS)?.layout.product ?? null;
}

function refuseUnrelated(
  archive: string,
  inside: readonly Inside[],
  profiles: readonly (FileProfile | SyncError)[],
): SyncError {
  const lines = inside.slice(0, FILES_SHOWN_MAX).map(({ label }, index) => {
    const profile = profiles[index]!;
    return `  ${nameOf(label)}: ${profile instanceof SyncError ? 'cannot be read as a table' : describe(profile)}`;
  });
  if (inside.length > lines.length) lines.push(`  and ${inside.length - lines.length} more`);
  const message = `holds ${inside.length} files that do not belong together:\n${lines.join('\n')}`;
  return refuse(archive, message, TAKE_APART);
}

function describe(profile: FileProfile): string {
  const { columns } = profile;
  const title = detectLayout(columns, LAYOUTS)?.layout.title;
  return title ?? `${columns.slice(0, 4).join(', ')}${columns.length > 4 ? ', …' : ''}`;
}

function refuseNested(archive: string, label: string): SyncError {
  return refuse(archive, `holds another archive: "${nameOf(label)}"`, TAKE_APART);
}

function refuse(archive: string, what: string, hint: string): SyncError {
  return new SyncError('file-unreadable', `${archive}: ${what}`, { hint });
}
