/** Reads a file once for what its completeness is judged by: its digest, and how it ends. */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { SyncError } from '../../errors.js';
import { profileFile } from '../../source/probe.js';
import type { FileOverrides } from '../../source/profile.js';
import { readRows } from '../../source/read.js';
import { isPacked, listZip } from '../../source/unpack.js';
import type { Ending, FilePrint } from './completeness.js';

const QUOTE = 0x22;
/** LF and CR, in UTF-16 with a zero byte before or behind. */
const LINE_END = /(?:[\n\r]|[\n\r]\0)$/;

/** Workbooks are zip archives, whatever they are called. */
const WORKBOOK = /\.(?:xls[xm]|ods)$/i;

/** Throws what the file system throws. */
export async function printFile(file: string, overrides: FileOverrides): Promise<FilePrint> {
  const hash = createHash('sha256');
  let tail = '';
  let quotes = 0;
  for await (const block of createReadStream(file, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
    hash.update(block);
    for (let at = block.indexOf(QUOTE); at !== -1; at = block.indexOf(QUOTE, at + 1)) quotes += 1;
    tail = (tail + block.subarray(-2).toString('latin1')).slice(-2);
  }
  const digest = hash.digest('hex');
  if (isPacked(file) || WORKBOOK.test(file)) return { digest, ending: (await isPackedWhole(file)) ? 'line' : 'open' };
  return { digest, ending: await findEnding(file, tail, quotes, overrides) };
}

/** SHA-256, hex. */
export async function digestFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** Rows behind the header, those that cannot be read or are left out included. */
export async function countRows(file: string, overrides: FileOverrides): Promise<number> {
  let count = 0;
  for await (const batch of readRows(await profileFile(file, overrides)))
    count += batch.rows.length + batch.broken.length + batch.left.length;
  return count;
}

async function findEnding(file: string, tail: string, quotes: number, overrides: FileOverrides): Promise<Ending> {
  if (tail === '') return 'open';
  // Quotes come in pairs, also those inside of cells: only an odd one makes it worth while to look where cells end.
  if (quotes % 2 === 1 && (await endsInsideQuotes(file, overrides))) return 'open';
  return LINE_END.test(tail) ? 'line' : 'no-line-end';
}

async function endsInsideQuotes(file: string, overrides: FileOverrides): Promise<boolean> {
  try {
    for await (const batch of readRows(await profileFile(file, overrides)))
      if (batch.broken.some((row) => row.neverClosed === true)) return true;
    return false;
  } catch (error) {
    // What cannot be read at all is refused by the run, which says why.
    if (error instanceof SyncError) return false;
    throw error;
  }
}

/** An archive says by itself where it ends: gzip by its check sum, zip by the list of contents at its end. */
async function isPackedWhole(file: string): Promise<boolean> {
  try {
    if (/\.zip$/i.test(file) || WORKBOOK.test(file)) await listZip(file);
    else await pipeline(createReadStream(file), createGunzip(), discard());
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (error instanceof SyncError || code.startsWith('Z_')) return false;
    throw error;
  }
}

function discard(): Writable {
  return new Writable({ write: (_block, _encoding, done) => done() });
}
