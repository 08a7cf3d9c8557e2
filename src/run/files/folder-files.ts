/** Files in a folder that all workers see: on one machine, or on a disk that several share. */

import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { diskTrouble, isOfDisk } from '../../disk-trouble.js';
import { checkDigest, fileGone, measureFile } from './file-store.js';
import type { FileStore } from './file-store.js';

/** @param folder absolute; made when it is missing */
export function openFolderFiles(folder: string): FileStore {
  const pathOf = (digest: string): string => path.join(folder, digest);

  const put: FileStore['put'] = async (file, onMeasured) => {
    const measured = await measureFile(file);
    await onMeasured?.(measured);
    if (await has(measured.digest)) return measured;
    await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
      throw diskTrouble(folder, cause);
    });
    await writeWhole(createReadStream(file), pathOf(measured.digest), measured.digest, file);
    return measured;
  };

  async function has(digest: string): Promise<boolean> {
    return (await stat(pathOf(digest)).catch(nullIfMissing)) !== null;
  }

  return {
    place: folder,
    put,
    has,
    async fetch(digest, to) {
      if (!(await has(digest))) throw fileGone(digest, folder);
      await writeWhole(createReadStream(pathOf(digest)), to, digest, pathOf(digest));
    },
    remove: (digest) => rm(pathOf(digest), { force: true }),
    close: () => undefined,
  };
}

/**
 * Writes the bytes beside `to` and renames them when they are whole and on the disk.
 *
 * @param what the bytes are, for messages
 * @throws SyncError `file-changed`, `state-unusable`; what `from` ends with
 */
export async function writeWhole(from: Readable, to: string, digest: string, what: string): Promise<void> {
  const temporary = `${to}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    const handle = await open(temporary, 'wx').catch((cause: unknown) => {
      throw diskTrouble(path.dirname(to), cause);
    });
    try {
      await pipeline(from, checkDigest(digest, what), handle.createWriteStream({ flush: true }));
    } finally {
      await handle.close().catch(() => undefined);
    }
    await rename(temporary, to);
  } catch (error) {
    await rm(temporary, { force: true });
    throw isOfDisk(error) ? diskTrouble(path.dirname(to), error) : error;
  }
}

function nullIfMissing(error: unknown): null {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  return null;
}
