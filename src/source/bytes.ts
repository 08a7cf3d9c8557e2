/**
 * Bytes of a file in blocks, as they stand or decoded to UTF-8.
 *
 * Everything behind this module works on UTF-8, whatever the file is written in: delimiters, quotes and line ends are
 * then single bytes which never occur inside another character. Decoding windows-1252 and UTF-16 is iconv-lite's, since
 * Node's own TextDecoder gives other characters for 0x80 to 0x9F in some of its versions. One block is in memory at a time.
 */

import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { getDecoder } from 'iconv-lite';
import type { Encoding } from './profile.js';

/** Large enough that the cost per block does not show, small enough that a batch of rows stays in the processor's cache. */
export const BLOCK_BYTES = 256 * 1024;
/** How much of the beginning and of the end of a file is looked at before its first row is read. */
export const SAMPLE_BYTES = 64 * 1024;

const LF = 10;
const CR = 13;
const UTF8_BOM = Buffer.from([0xef, 0xbb, 0xbf]);

export function isWide(encoding: Encoding): boolean {
  return encoding === 'utf-16le' || encoding === 'utf-16be';
}

/**
 * Yields the first `bytesMax` bytes of a file. Every block but the last has exactly `blockBytes` bytes, so that a
 * two-byte unit is never cut as long as `blockBytes` is even. Throws what the file system throws.
 */
export async function* readBlocks(path: string, bytesMax: number, blockBytes = BLOCK_BYTES): AsyncGenerator<Buffer> {
  const file = await open(path);
  try {
    for (let position = 0; position < bytesMax;) {
      const block = await readAt(file, position, Math.min(blockBytes, bytesMax - position));
      if (block.length === 0) return;
      position += block.length;
      yield block;
    }
  } finally {
    await file.close();
  }
}

/** The bytes from `start` to `end` of a file, fewer when it ends before. */
export async function readSlice(path: string, start: number, end: number): Promise<Buffer> {
  const file = await open(path);
  try {
    return await readAt(file, start, end - start);
  } finally {
    await file.close();
  }
}

/** Reads until `length` bytes are there or the file ends: a single read may return fewer. */
async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const block = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(block, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return block.subarray(0, filled);
}

/** Returns a function which decodes one block after the other to UTF-8, without the byte order marks of the beginning. */
export function createUtf8Decoder(encoding: Encoding): (block: Buffer, atEnd: boolean) => Buffer {
  let atStart = true;
  const withoutBom = (utf8: Buffer): Buffer => {
    if (atStart) utf8 = stripBom(utf8);
    atStart &&= utf8.length === 0;
    return utf8;
  };
  if (encoding === 'utf-8') return (block) => withoutBom(block);
  const decoder = getDecoder(encoding, { stripBOM: false });
  return (block, atEnd) => {
    const text = decoder.write(block) + (atEnd ? (decoder.end() ?? '') : '');
    return withoutBom(Buffer.from(text, 'utf8'));
  };
}

/** Some exporters write the mark in front of a text that already has one: all of them go. */
function stripBom(utf8: Buffer): Buffer {
  let start = 0;
  while (utf8.subarray(start, start + UTF8_BOM.length).equals(UTF8_BOM)) start += UTF8_BOM.length;
  return utf8.subarray(start);
}

export function decodeToUtf8(bytes: Buffer, encoding: Encoding): Buffer {
  return createUtf8Decoder(encoding)(bytes, true);
}

/**
 * Offset just behind the next line end at or after `from`, -1 when there is none. `bytes` starts at a unit's first byte.
 * A line ends with LF (CRLF ends with it too); with CR only in a file without any LF.
 */
export function findLineEnd(bytes: Buffer, from: number, encoding: Encoding, crOnly: boolean): number {
  const code = crOnly ? CR : LF;
  if (!isWide(encoding)) return bytes.indexOf(code, from) + 1 || -1;
  const low = encoding === 'utf-16le' ? 0 : 1;
  for (let at = bytes.indexOf(code, from); at !== -1; at = bytes.indexOf(code, at + 1)) {
    const unit = at - low;
    if (unit >= from && unit % 2 === 0 && bytes[unit + 1 - low] === 0) return unit + 2;
  }
  return -1;
}
