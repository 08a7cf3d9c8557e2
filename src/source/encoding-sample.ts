/**
 * Cells with bytes that ASCII lacks, gathered from all over a file while it is read once: the evidence for its encoding.
 *
 * What is kept is bounded. Each cell counts once, so that one name in every row does not outweigh all others, and no block
 * gives more than its share, so that the end of a file is heard as well as its beginning.
 */

import { isAscii, isUtf8 } from 'node:buffer';

/** Distinct cells, in bytes: enough for some thousand letters, few enough to be decoded by every candidate. */
const SAMPLE_BYTES_MAX = 32 * 1024;
const BLOCK_SHARE_BYTES = 4 * 1024;
/** Behind so many blocks the same names come again and again: then one of sixteen is looked at. */
const BLOCKS_MAX = 32;
const BLOCKS_LEFT_OUT = 16;
/** Of a longer cell only its beginning, or what is around its first such byte. */
const CELL_BYTES_MAX = 240;
const LEAD_IN_BYTES = 60;

/** None of these is a part of a longer character, in any encoding that is weighed. `|` is, in some. */
const ENDS_A_CELL = new Uint8Array(128);
for (const end of '\t\n\r",;') ENDS_A_CELL[end.charCodeAt(0)] = 1;

export class CellSample {
  readonly #cells = new Set<string>();
  #bytes = 0;
  #blocks = 0;
  /** The end of what was seen, in which a cell may have begun. */
  #rest: Buffer = Buffer.alloc(0);

  /** A block in which nothing is to be gathered; the first half of a cell may be in it. */
  pass(block: Buffer): void {
    this.#rest = lastCell(block);
  }

  /** A block with bytes that are neither ASCII nor UTF-8. */
  push(block: Buffer): void {
    if (this.#bytes >= SAMPLE_BYTES_MAX) return;
    this.#blocks += 1;
    if (this.#blocks > BLOCKS_MAX && this.#blocks % BLOCKS_LEFT_OUT !== 0) this.pass(block);
    else this.#gather(block, false);
  }

  /** The cells, in the order of the file. Those that are UTF-8 say nothing about the others, so they are left out. */
  finish(): readonly Buffer[] {
    if (this.#rest.length > 0 && !isAscii(this.#rest)) this.#gather(Buffer.alloc(0), true);
    const cells = [...this.#cells].map((cell) => Buffer.from(cell, 'latin1'));
    const telling = cells.filter((cell) => !isUtf8(cell));
    return telling.length > 0 ? telling : cells;
  }

  #gather(block: Buffer, atEnd: boolean): void {
    const bytes = Buffer.concat([this.#rest, block]);
    const before = this.#bytes;
    let start = 0;
    this.#rest = Buffer.alloc(0);
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at]!;
      if (byte < 0x80) {
        if (ENDS_A_CELL[byte] === 1) start = at + 1;
        continue;
      }
      const end = findCellEnd(bytes, at);
      if (end === -1 && !atEnd && bytes.length - at < CELL_BYTES_MAX) {
        this.#rest = bytes.subarray(Math.max(start, at - LEAD_IN_BYTES));
        return;
      }
      const from = Math.max(start, at - LEAD_IN_BYTES);
      const until = end === -1 ? bytes.length : end;
      this.#add(bytes.toString('latin1', from, Math.min(until, from + CELL_BYTES_MAX)));
      if (this.#bytes >= SAMPLE_BYTES_MAX || this.#bytes - before >= BLOCK_SHARE_BYTES) break;
      at = until;
      start = until + 1;
    }
    this.#rest = atEnd ? Buffer.alloc(0) : lastCell(bytes);
  }

  #add(cell: string): void {
    const trimmed = cell.trim();
    if (this.#cells.has(trimmed)) return;
    this.#cells.add(trimmed);
    this.#bytes += trimmed.length;
  }
}

/** What stands behind the last end of a cell. Never a part of the cell before: cut inside of a character it would mislead. */
function lastCell(bytes: Buffer): Buffer {
  let start = bytes.length;
  while (start > 0 && bytes.length - start < LEAD_IN_BYTES && ENDS_A_CELL[bytes[start - 1]!] !== 1) start--;
  return bytes.subarray(start);
}

function findCellEnd(bytes: Buffer, from: number): number {
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte < 0x80 && ENDS_A_CELL[byte] === 1) return at;
  }
  return -1;
}
