/**
 * Bytes of a file in blocks, as they stand or decoded to UTF-8.
 *
 * Everything behind this module works on UTF-8, whatever the file is written in: delimiters, quotes and line ends are
 * then single bytes which never occur inside another character. Decoding is iconv-lite's, since Node's own TextDecoder
 * gives other characters for 0x80 to 0x9F in some of its versions. One block is in memory at a time.
 *
 * Line ends are searched in the bytes as they stand. In every encoding that is read, LF and CR are either single bytes that
 * are part of no other character, or one unit of two (UTF-16) or four bytes (UTF-32).
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

/** Bytes of the smallest piece of a text: a character has one or more of them. */
export function unitBytesOf(encoding: Encoding): 1 | 2 | 4 {
  if (encoding === 'utf-16le' || encoding === 'utf-16be') return 2;
  return encoding === 'utf-32le' || encoding === 'utf-32be' ? 4 : 1;
}

export function isWide(encoding: Encoding): boolean {
  return unitBytesOf(encoding) > 1;
}

/**
 * Offset of the first unit of a file: 2 where UTF-32 stands behind the mark of UTF-16, as some programs write it; then the
 * file's size is no multiple of four. (One that is cut off inside of a character is refused when it is first looked at.)
 */
function findFirstUnit(encoding: Encoding, fileBytes: number): 0 | 2 {
  return unitBytesOf(encoding) === 4 && fileBytes % 4 === 2 ? 2 : 0;
}

/** The first offset at or behind `offset` where a unit begins. */
export function alignToUnit(offset: number, encoding: Encoding, fileBytes: number): number {
  const unit = unitBytesOf(encoding);
  const over = (offset - findFirstUnit(encoding, fileBytes)) % unit;
  return over === 0 ? offset : offset + (over < 0 ? -over : unit - over);
}

/**
 * Yields the bytes of a file from `start` on, up to offset `end`. Every block but the last has exactly `blockBytes` bytes,
 * so that no unit is cut as long as `blockBytes` is a multiple of four. Throws what the file system throws.
 */
export async function* readBlocks(
  path: string,
  end: number,
  blockBytes = BLOCK_BYTES,
  start = 0,
): AsyncGenerator<Buffer> {
  const file = await open(path);
  try {
    for (let position = start; position < end;) {
      const block = await readAt(file, position, Math.min(blockBytes, end - position));
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
  let atFirstBlock = true;
  return (raw, atEnd) => {
    const block = atFirstBlock && unitBytesOf(encoding) === 4 && hasMarkOfUtf16(raw) ? raw.subarray(2) : raw;
    atFirstBlock &&= raw.length === 0;
    const text = decoder.write(block) + (atEnd ? (decoder.end() ?? '') : '');
    return withoutBom(Buffer.from(text, 'utf8'));
  };
}

/** Does the file begin with the mark of UTF-16, and is the next unit no part of that? */
export function hasMarkOfUtf16(head: Buffer): boolean {
  if (head[0] === 0xff && head[1] === 0xfe) return head[2] !== 0 && head[4] === 0 && head[5] === 0;
  return head[0] === 0xfe && head[1] === 0xff && head[2] === 0 && head[3] === 0 && head.length > 4;
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
  const unit = unitBytesOf(encoding);
  const low = lowByteOf(encoding);
  for (let at = bytes.indexOf(code, from); at !== -1; at = bytes.indexOf(code, at + 1)) {
    const start = at - low;
    if (start >= from && start % unit === 0 && hasOneByte(bytes, start, at, unit)) return start + unit;
  }
  return -1;
}

/** Offset of the byte in a unit that holds the lowest bits. */
export function lowByteOf(encoding: Encoding): number {
  return encoding.endsWith('be') ? unitBytesOf(encoding) - 1 : 0;
}

/** Are all bytes of a unit zero but the one at `at`? What is before or behind the buffer counts as zero. */
export function hasOneByte(bytes: Buffer, start: number, at: number, unit: number): boolean {
  for (let index = start; index < start + unit; index++) if (index !== at && (bytes[index] ?? 0) !== 0) return false;
  return true;
}
