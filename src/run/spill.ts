/**
 * A temporary append-only file for texts that do not fit in memory, read back by index.
 *
 * Invariants: the file has no name (it is unlinked as soon as it is open), so a crash leaves nothing behind. What is on
 * disk is always a whole number of blocks: the rest is still in the write buffer, so a cached block never goes stale.
 */

import { closeSync, mkdirSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { assert, SyncError } from '../errors.js';

/** Small, because texts are also read in an order that has nothing to do with the one in which they were written. */
const BLOCK_BYTES = 16 * 1024;
/** A multiple of the block, so that each flush ends at the end of a block. */
const WRITE_BUFFER_BYTES = 16 * BLOCK_BYTES;
const CACHED_BLOCKS_MAX = 64;
const OFFSETS_PER_CHUNK = 65_536;
/** UTF-8 takes at most this many bytes for a UTF-16 unit. */
const BYTES_PER_UNIT_MAX = 3;

export interface Spill {
  /** How many texts were appended. */
  readonly count: number;
  /** Bytes of all texts, as UTF-8. */
  readonly bytes: number;
  /**
   * Adds a text and returns its index: 0, 1, 2… Lone surrogates come back as U+FFFD.
   *
   * @throws SyncError `state-unusable` when the disk takes no more
   */
  append(text: string): number;
  /** The text with that index, whether it is on disk yet or not. */
  read(index: number): string;
  /** Frees the disk space. Nothing can be appended or read afterwards; a second call does nothing. */
  close(): void;
}

/**
 * Opens an empty spill file in `folder`, which is made when it is missing.
 *
 * @throws SyncError `state-unusable` when no file can be made there
 */
export function openSpill(folder: string): Spill {
  const name = path.join(folder, `spill-${process.pid}-${randomUUID()}.tmp`);
  try {
    mkdirSync(folder, { recursive: true });
    const descriptor = openSync(name, 'wx+', 0o600);
    unlinkSync(name);
    return new SpillFile(descriptor, folder);
  } catch (cause) {
    throw spillError(folder, cause);
  }
}

class SpillFile implements Spill {
  readonly #folder: string;
  readonly #offsets = new OffsetList();
  readonly #blocks: BlockCache;
  readonly #writeBuffer = Buffer.allocUnsafeSlow(WRITE_BUFFER_BYTES);
  #descriptor: number | null;
  #buffered = 0;
  /** Bytes on disk, a multiple of `BLOCK_BYTES`. */
  #flushed = 0;

  constructor(descriptor: number, folder: string) {
    this.#descriptor = descriptor;
    this.#folder = folder;
    this.#blocks = new BlockCache(descriptor);
  }

  get count(): number {
    return this.#offsets.length;
  }

  get bytes(): number {
    return this.#flushed + this.#buffered;
  }

  append(text: string): number {
    assert(this.#descriptor !== null, 'the spill file is open');
    const index = this.#offsets.push(this.bytes);
    if (text.length * BYTES_PER_UNIT_MAX <= WRITE_BUFFER_BYTES - this.#buffered) {
      this.#buffered += this.#writeBuffer.write(text, this.#buffered, 'utf8');
    } else {
      this.#appendInPieces(Buffer.from(text, 'utf8'));
    }
    if (this.#buffered === WRITE_BUFFER_BYTES) this.#flush();
    return index;
  }

  read(index: number): string {
    assert(this.#descriptor !== null, 'the spill file is open');
    assert(Number.isInteger(index) && index >= 0 && index < this.count, 'the spill file holds the text');
    const start = this.#offsets.at(index);
    const end = index + 1 < this.count ? this.#offsets.at(index + 1) : this.bytes;
    const from = start % BLOCK_BYTES;
    if (start >= this.#flushed) {
      return this.#writeBuffer.toString('utf8', start - this.#flushed, end - this.#flushed);
    }
    if (from + (end - start) <= BLOCK_BYTES) {
      return this.#blocks.get(start - from).toString('utf8', from, from + (end - start));
    }
    return this.#readInPieces(start, end);
  }

  close(): void {
    if (this.#descriptor === null) return;
    closeSync(this.#descriptor);
    this.#descriptor = null;
    this.#blocks.clear();
    this.#offsets.clear();
  }

  #appendInPieces(bytes: Buffer): void {
    let done = 0;
    while (done < bytes.length) {
      const copied = bytes.copy(this.#writeBuffer, this.#buffered, done);
      this.#buffered += copied;
      done += copied;
      if (this.#buffered === WRITE_BUFFER_BYTES) this.#flush();
    }
  }

  /** Joins the bytes before decoding them: a character may lie across two blocks. */
  #readInPieces(start: number, end: number): string {
    const bytes = Buffer.allocUnsafe(end - start);
    let position = start;
    while (position < end) {
      const from = position % BLOCK_BYTES;
      position +=
        position >= this.#flushed
          ? this.#writeBuffer.copy(bytes, position - start, position - this.#flushed, end - this.#flushed)
          : this.#blocks
              .get(position - from)
              .copy(bytes, position - start, from, Math.min(BLOCK_BYTES, from + end - position));
    }
    return bytes.toString('utf8');
  }

  #flush(): void {
    assert(this.#descriptor !== null, 'the spill file is open');
    try {
      let written = 0;
      while (written < WRITE_BUFFER_BYTES) {
        const rest = WRITE_BUFFER_BYTES - written;
        written += writeSync(this.#descriptor, this.#writeBuffer, written, rest, this.#flushed + written);
      }
    } catch (cause) {
      throw spillError(this.#folder, cause);
    }
    this.#flushed += WRITE_BUFFER_BYTES;
    this.#buffered = 0;
  }
}

/** Whole blocks of the file, the least recently used one is given up first. */
class BlockCache {
  readonly #descriptor: number;
  /** Insertion order is the order of use. */
  readonly #blocks = new Map<number, Buffer>();
  #latestOffset = -1;
  #latest: Buffer | undefined;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** @param offset of the block's first byte; the whole block must be on disk */
  get(offset: number): Buffer {
    if (offset === this.#latestOffset && this.#latest !== undefined) return this.#latest;
    let block = this.#blocks.get(offset);
    if (block === undefined) block = this.#load(offset);
    else this.#blocks.delete(offset);
    this.#blocks.set(offset, block);
    this.#latestOffset = offset;
    this.#latest = block;
    return block;
  }

  clear(): void {
    this.#blocks.clear();
    this.#latest = undefined;
  }

  #load(offset: number): Buffer {
    const block = this.#takeBuffer();
    let got = 0;
    while (got < BLOCK_BYTES) {
      const read = readSync(this.#descriptor, block, got, BLOCK_BYTES - got, offset + got);
      assert(read > 0, 'the spill file holds whole blocks');
      got += read;
    }
    return block;
  }

  #takeBuffer(): Buffer {
    const oldest = this.#blocks.size < CACHED_BLOCKS_MAX ? undefined : this.#blocks.entries().next().value;
    if (oldest === undefined) return Buffer.allocUnsafeSlow(BLOCK_BYTES);
    this.#blocks.delete(oldest[0]);
    return oldest[1];
  }
}

/**
 * Ascending numbers in chunks: growing never copies, so memory has no peak. Within a chunk they are counted from its
 * first one, in four bytes each: a chunk's texts have far less than 4 GB.
 */
class OffsetList {
  readonly #chunks: Uint32Array[] = [];
  readonly #starts: number[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(offset: number): number {
    const index = this.#length;
    const place = index % OFFSETS_PER_CHUNK;
    if (place === 0) {
      this.#chunks.push(new Uint32Array(OFFSETS_PER_CHUNK));
      this.#starts.push(offset);
    }
    const chunk = this.#chunks.at(-1);
    const within = offset - (this.#starts.at(-1) ?? 0);
    assert(chunk !== undefined && within <= 0xffff_ffff, 'a chunk of offsets is there and spans less than 4 GB');
    chunk[place] = within;
    this.#length = index + 1;
    return index;
  }

  at(index: number): number {
    const chunk = Math.floor(index / OFFSETS_PER_CHUNK);
    const within = this.#chunks[chunk]?.[index % OFFSETS_PER_CHUNK];
    const start = this.#starts[chunk];
    assert(within !== undefined && start !== undefined, 'the offset is known');
    return start + within;
  }

  clear(): void {
    this.#chunks.length = 0;
    this.#starts.length = 0;
    this.#length = 0;
  }
}

function spillError(folder: string, cause: unknown): SyncError {
  const text = cause instanceof Error ? cause.message : String(cause);
  return new SyncError('state-unusable', `Temporary data cannot be kept in ${folder}: ${text}.`, {
    hint: 'Make room there, make the folder writable, or choose another one with DATA_DIR.',
    retry: 'later',
    cause,
  });
}
