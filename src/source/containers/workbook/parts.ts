/**
 * The files inside a workbook, which is a zip archive.
 *
 * A workbook comes from outside. Invariant: what comes out of it is bounded by what its directory says (yauzl refuses an
 * entry that unpacks to more), the directory is held against limits before anything is unpacked, and a part that was
 * read to its end has the check sum that it was packed with.
 */

import { basename } from 'node:path';
import { crc32 } from 'node:zlib';
import { openPromise } from 'yauzl';
import type { Entry, ZipFile } from 'yauzl';
import { SyncError } from '../../../errors.js';

/** Of one part, unpacked: far above a full sheet of 1,048,576 rows. */
const PART_BYTES_MAX = 8 * 1024 ** 3;
/** Unpacked bytes for each packed one. Sheets reach 40; a bomb has a thousand. */
const RATIO_MAX = 200;
/** Below so many unpacked bytes the ratio does not matter. */
const RATIO_FROM_BYTES = 64 * 1024 ** 2;
const PARTS_MAX = 10_000;

export const SAVE_AGAIN = 'Open it in Excel or LibreOffice and save it as .xlsx or as "CSV UTF-8", then use that file.';
export const DOWNLOAD_AGAIN = 'It was not copied or downloaded completely: download or export it again.';

export interface Parts {
  /** As they stand in the archive. */
  readonly names: readonly string[];
  /** The name as it stands in the archive, whatever its case; undefined when there is no such part. */
  find(name: string): string | undefined;
  /** The bytes of a part in blocks. Throws `file-binary` when it is damaged. */
  read(name: string): AsyncGenerator<Buffer>;
  close(): void;
}

/**
 * @param path of the archive
 * @throws SyncError `file-binary` for an archive that is damaged, protected or meant to do harm
 */
export async function openParts(path: string): Promise<Parts> {
  const entries = new Map<string, Entry>();
  const { zip, list } = await openZip(path);
  try {
    for await (const entry of list) {
      if (entry.fileName.endsWith('/')) continue;
      if (entries.size >= PARTS_MAX) throw refuse(path, `holds more than ${PARTS_MAX} parts, which no workbook does`);
      checkEntry(path, entry);
      entries.set(entry.fileName.toLowerCase(), entry);
    }
  } catch (error) {
    zip.close();
    throw explain(path, error);
  }
  return {
    names: [...entries.values()].map((entry) => entry.fileName),
    find: (name) => entries.get(name.toLowerCase())?.fileName,
    read: (name) => readEntry(path, zip, entries.get(name.toLowerCase()), name),
    close: () => zip.close(),
  };
}

/** A workbook that cannot be used. `what` goes on after the path: `is damaged`. */
export function refuse(path: string, what: string, hint: string = SAVE_AGAIN): SyncError {
  return new SyncError('file-binary', `${basename(path)}: ${what}`, { hint });
}

async function openZip(path: string): Promise<{ readonly zip: ZipFile; readonly list: AsyncIterable<Entry> }> {
  try {
    const zip = await openPromise(path, { autoClose: false });
    return { zip, list: zip.eachEntry() };
  } catch (error) {
    throw explain(path, error);
  }
}

function checkEntry(path: string, entry: Entry): void {
  const { fileName, uncompressedSize, compressedSize } = entry;
  if (entry.isEncrypted())
    throw refuse(path, 'is protected by a password', 'Save it without a password, then use that file.');
  const ratio = uncompressedSize / Math.max(compressedSize, 1);
  if (uncompressedSize > PART_BYTES_MAX)
    throw refuse(path, `"${fileName}" in it unpacks to ${uncompressedSize} bytes, limit ${PART_BYTES_MAX}`);
  if (uncompressedSize > RATIO_FROM_BYTES && ratio > RATIO_MAX) {
    throw refuse(
      path,
      `"${fileName}" in it unpacks to ${Math.round(ratio)} times its size, limit ${RATIO_MAX}, which no export reaches`,
    );
  }
}

async function* readEntry(path: string, zip: ZipFile, entry: Entry | undefined, name: string): AsyncGenerator<Buffer> {
  if (entry === undefined) throw refuse(path, `is damaged: "${name}" is missing in it`, DOWNLOAD_AGAIN);
  let sum = 0;
  try {
    const stream = await zip.openReadStreamPromise(entry);
    for await (const block of stream as AsyncIterable<Buffer>) {
      sum = crc32(block, sum);
      yield block;
    }
  } catch (error) {
    throw explain(path, error);
  }
  if (sum !== entry.crc32) throw refuse(path, `is damaged: the check sum of "${name}" is another`, DOWNLOAD_AGAIN);
}

/** What the file system says passes; everything else is about the archive. */
function explain(path: string, error: unknown): unknown {
  if (error instanceof SyncError || !(error instanceof Error)) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (code !== undefined && !code.startsWith('Z_')) return error;
  const cut = /end of central directory/i.test(error.message);
  return refuse(path, cut ? 'is a workbook that was cut off' : `is damaged (${error.message})`, DOWNLOAD_AGAIN);
}
