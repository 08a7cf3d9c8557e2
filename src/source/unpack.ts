/**
 * Opens `.gz` and `.zip` files into a folder.
 *
 * An archive comes from outside. Invariants: nothing is written outside of the folder; what comes out is bounded, however
 * small the archive is; and the folder is there whole or not at all, so that opening may be repeated at any time.
 */

import { createReadStream, createWriteStream } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createGunzip } from 'node:zlib';
import { openPromise } from 'yauzl';
import type { Entry, ZipFile } from 'yauzl';
import { SyncError } from '../errors.js';

export interface UnpackLimits {
  /** Of all files together, unpacked. */
  readonly bytesMax: number;
  /** Unpacked bytes for each packed one. Exports reach 30; a bomb has a thousand. */
  readonly ratioMax: number;
  /** Below so many unpacked bytes the ratio does not matter. */
  readonly ratioFromBytes: number;
  readonly filesMax: number;
}

const LIMITS: UnpackLimits = {
  bytesMax: 4 * 1024 ** 3,
  ratioMax: 200,
  ratioFromBytes: 64 * 1024 ** 2,
  filesMax: 10_000,
};
const ENDING = /\.(?:gz|zip)$/i;
/** What programs put into archives beside the files: resource forks, thumbnails, dot files. */
const JUNK = /(?:^|\/)(?:__MACOSX\/|\.|Thumbs\.db$|desktop\.ini$)/i;
const TYPE_OF_FILE = 0o170000;
const LINK = 0o120000;

export function isPacked(name: string): boolean {
  return ENDING.test(name);
}

/** `customers.csv` of `customers.csv.gz`. */
export function withoutPacking(name: string): string {
  return name.replace(ENDING, '');
}

/**
 * Opens an archive into `folder`, which is made by that. A folder that is there was made from this archive before.
 *
 * @returns absolute paths of the files in it, sorted
 * @throws SyncError `file-unreadable` for an archive that is damaged, encrypted or meant to do harm; what the file system
 *   throws passes through
 */
export async function unpack(
  archive: string,
  folder: string,
  limits: UnpackLimits = LIMITS,
): Promise<readonly string[]> {
  const target = path.resolve(folder);
  if (!(await isThere(target))) {
    const draft = `${target}.${randomUUID().slice(0, 8)}.tmp`;
    try {
      await mkdir(draft, { recursive: true });
      await ((await isZip(archive)) ? unzip : gunzip)(archive, draft, limits);
      await rename(draft, target).catch(async (error: unknown) => {
        // Another process opened the same archive meanwhile.
        if (!(await isThere(target))) throw error;
      });
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  }
  const entries = await readdir(target, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

/**
 * Names of the files in a zip, without junk.
 *
 * @throws SyncError `file-unreadable`
 */
export async function listZip(archive: string): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { entry } of readEntries(archive, LIMITS.filesMax)) names.push(entry.fileName);
  return names;
}

async function gunzip(archive: string, folder: string, limits: UnpackLimits): Promise<void> {
  const budget = new Budget(archive, (await stat(archive)).size, limits);
  const out = path.join(folder, withoutPacking(path.basename(archive)) || 'unpacked');
  try {
    await pipeline(createReadStream(archive), createGunzip(), budget.meter(), createWriteStream(out, { flags: 'wx' }));
  } catch (error) {
    throw explain(archive, error);
  }
}

async function unzip(archive: string, folder: string, limits: UnpackLimits): Promise<void> {
  const budget = new Budget(archive, (await stat(archive)).size, limits);
  for await (const { entry, zip } of readEntries(archive, limits.filesMax)) {
    refuseEntry(archive, entry);
    const out = path.resolve(folder, entry.fileName);
    if (!out.startsWith(folder + path.sep)) throw refuse(archive, `"${entry.fileName}" leads out of the archive`);
    await mkdir(path.dirname(out), { recursive: true });
    try {
      await writeEntry(archive, await zip.openReadStreamPromise(entry), entry, out, budget);
    } catch (error) {
      throw explain(archive, error);
    }
  }
}

async function writeEntry(archive: string, from: Readable, entry: Entry, out: string, budget: Budget): Promise<void> {
  let sum = 0;
  const check = (block: Buffer): void => void (sum = crc32(block, sum));
  await pipeline(from, budget.meter(check), createWriteStream(out, { flags: 'wx' }));
  if (sum !== entry.crc32) throw refuse(archive, `"${entry.fileName}" is damaged: its check sum is another`);
}

async function* readEntries(
  archive: string,
  filesMax: number,
): AsyncGenerator<{ readonly entry: Entry; readonly zip: ZipFile }> {
  let count = 0;
  try {
    const zip = await openPromise(archive);
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith('/') || JUNK.test(entry.fileName)) continue;
      count += 1;
      if (count > filesMax) throw refuse(archive, `it holds more than ${filesMax} files`);
      yield { entry, zip };
    }
  } catch (error) {
    throw explain(archive, error);
  }
}

function refuseEntry(archive: string, entry: Entry): void {
  const { fileName } = entry;
  if (entry.isEncrypted()) throw refuse(archive, `"${fileName}" is encrypted`, 'Pack it without a password.');
  if (!entry.canDecodeFileData()) throw refuse(archive, `"${fileName}" is packed by a method that is not known here`);
  if (((entry.externalFileAttributes >>> 16) & TYPE_OF_FILE) === LINK)
    throw refuse(archive, `"${fileName}" is a link, not a file`);
}

/** What may still come out of an archive, over all of its files. */
class Budget {
  readonly #archive: string;
  readonly #bytesMax: number;
  readonly #why: string;
  #bytes = 0;

  constructor(archive: string, packedBytes: number, { bytesMax, ratioMax, ratioFromBytes }: UnpackLimits) {
    const byRatio = Math.max(ratioFromBytes, packedBytes * ratioMax);
    this.#archive = archive;
    this.#bytesMax = Math.min(bytesMax, byRatio);
    this.#why =
      byRatio < bytesMax
        ? `it unpacks to more than ${ratioMax} times its size, which no export does`
        : `it unpacks to more than ${bytesMax} bytes`;
  }

  meter(onBlock: (block: Buffer) => void = () => undefined): Transform {
    return new Transform({
      transform: (block: Buffer, _encoding, done) => {
        this.#bytes += block.length;
        if (this.#bytes > this.#bytesMax) return done(refuse(this.#archive, this.#why));
        onBlock(block);
        return done(null, block);
      },
    });
  }
}

/** What the file system says passes; everything else is about the archive. */
function explain(archive: string, error: unknown): unknown {
  if (error instanceof SyncError || !(error instanceof Error)) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EEXIST') return refuse(archive, 'it holds two files with the same name');
  if (code === 'EISDIR' || code === 'ENOTDIR' || code === 'ENAMETOOLONG')
    return refuse(archive, 'a name in it cannot be the name of a file');
  if (code !== undefined && !code.startsWith('Z_')) return error;
  return refuse(archive, code === 'Z_BUF_ERROR' ? 'it is cut off' : `it is damaged (${error.message})`);
}

function refuse(archive: string, why: string, hint = 'Pack it again, or use the file without packing it.'): SyncError {
  return new SyncError('file-unreadable', `${path.basename(archive)} cannot be opened: ${why}.`, { hint });
}

/** By its name, else by its first bytes. */
async function isZip(archive: string): Promise<boolean> {
  if (ENDING.test(archive)) return /\.zip$/i.test(archive);
  const file = await open(archive);
  try {
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return buffer.toString('latin1') === 'PK';
  } finally {
    await file.close();
  }
}

async function isThere(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
