/**
 * Clients that a job owns, for millions of them: their ids as bytes in one array instead of a string each, and what the
 * job knows in arrays beside. Exact, unlike a set of hashes: who is in it may be archived.
 *
 * A client with an id of ten characters takes 25 to 31 bytes.
 */

import { assert } from '../../errors.js';
import type { OwnedClients } from '../store.js';

const CAPACITY_MIN = 1024;
/** Ids of the API have ten characters, all of them ASCII. */
const BYTES_PER_ID = 10;
const LOAD_MAX = 0.75;
const ABSENCES_MAX = 0xffff;
/** Stands before the two bytes of a character that is not ASCII. */
const WIDE = 0x80;

export class PackedClients implements OwnedClients {
  /** The characters of all ids, one behind the other. */
  #bytes: Uint8Array<ArrayBuffer>;
  /** Where the n-th id ends. */
  #ends: Uint32Array<ArrayBuffer>;
  #hashes: Uint32Array<ArrayBuffer>;
  #absences: Uint16Array<ArrayBuffer>;
  /** Number of the id in the slot, plus one; 0 is a free slot. */
  #slots: Int32Array<ArrayBuffer>;
  #size = 0;
  /** The id that is being looked for, in bytes. */
  #wanted = new Uint8Array(64);
  #wantedLength = 0;

  /** @param expected how many there will be, as far as known: the arrays are made for as many */
  constructor(expected = 0) {
    const capacity = Math.max(expected, CAPACITY_MIN);
    this.#bytes = new Uint8Array(capacity * BYTES_PER_ID);
    this.#ends = new Uint32Array(capacity);
    this.#hashes = new Uint32Array(capacity);
    this.#absences = new Uint16Array(capacity);
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(capacity / LOAD_MAX)));
  }

  get size(): number {
    return this.#size;
  }

  has(id: string): boolean {
    return this.#find(id) !== -1;
  }

  baselineHashOf(id: string): number {
    return this.#hashes[this.#find(id)] ?? 0;
  }

  absencesOf(id: string): number {
    return this.#absences[this.#find(id)] ?? 0;
  }

  /** @param absences more than 65,535 are as many as that */
  add(id: string, baselineHash: number, absences: number): void {
    assert(!this.has(id), `client ${id} is added once`);
    const nth = this.#size;
    if (nth === this.#ends.length) this.#widen();
    const end = this.#endOf(nth - 1) + this.#wantedLength;
    if (end > this.#bytes.length) this.#bytes = copyTo(new Uint8Array(this.#bytes.length * 2 + end), this.#bytes);
    this.#bytes.set(this.#wanted.subarray(0, this.#wantedLength), end - this.#wantedLength);
    this.#ends[nth] = end;
    this.#hashes[nth] = baselineHash;
    this.#absences[nth] = Math.min(absences, ABSENCES_MAX);
    this.#size += 1;
    if (this.#size > this.#slots.length * LOAD_MAX) this.#rehash();
    else this.#place(nth);
  }

  *[Symbol.iterator](): Generator<string> {
    for (let nth = 0; nth < this.#size; nth += 1) yield this.#read(nth);
  }

  /** Number of the client, -1 when it is not in. */
  #find(id: string): number {
    this.#encode(id);
    const mask = this.#slots.length - 1;
    let slot = hash(this.#wanted, 0, this.#wantedLength) & mask;
    for (;;) {
      const held = this.#slots[slot] ?? 0;
      if (held === 0) return -1;
      if (this.#isWanted(held - 1)) return held - 1;
      slot = (slot + 1) & mask;
    }
  }

  /** Into the first free slot; the client is in none yet. */
  #place(nth: number): void {
    const mask = this.#slots.length - 1;
    let slot = hash(this.#bytes, this.#endOf(nth - 1), this.#endOf(nth)) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = nth + 1;
  }

  #isWanted(nth: number): boolean {
    const start = this.#endOf(nth - 1);
    if (this.#endOf(nth) - start !== this.#wantedLength) return false;
    for (let at = 0; at < this.#wantedLength; at += 1) {
      if (this.#bytes[start + at] !== this.#wanted[at]) return false;
    }
    return true;
  }

  /** Every UTF-16 unit for itself, so that two texts never become the same bytes. */
  #encode(id: string): void {
    if (id.length * 3 > this.#wanted.length) this.#wanted = new Uint8Array(id.length * 3);
    let length = 0;
    for (let at = 0; at < id.length; at += 1) {
      const unit = id.charCodeAt(at);
      if (unit >= WIDE) {
        this.#wanted[length] = WIDE;
        this.#wanted[length + 1] = unit >>> 8;
        length += 2;
      }
      this.#wanted[length] = unit & 0xff;
      length += 1;
    }
    this.#wantedLength = length;
  }

  #read(nth: number): string {
    let id = '';
    for (let at = this.#endOf(nth - 1); at < this.#endOf(nth); at += 1) {
      let unit = this.#bytes[at] ?? 0;
      if (unit === WIDE) {
        unit = ((this.#bytes[at + 1] ?? 0) << 8) | (this.#bytes[at + 2] ?? 0);
        at += 2;
      }
      id += String.fromCharCode(unit);
    }
    return id;
  }

  #endOf(nth: number): number {
    return nth < 0 ? 0 : (this.#ends[nth] ?? 0);
  }

  #widen(): void {
    const capacity = this.#ends.length * 2;
    this.#ends = copyTo(new Uint32Array(capacity), this.#ends);
    this.#hashes = copyTo(new Uint32Array(capacity), this.#hashes);
    this.#absences = copyTo(new Uint16Array(capacity), this.#absences);
  }

  #rehash(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    for (let nth = 0; nth < this.#size; nth += 1) this.#place(nth);
  }
}

function copyTo<Target extends { set(source: ArrayLike<number>): void }>(
  target: Target,
  source: ArrayLike<number>,
): Target {
  target.set(source);
  return target;
}

/** FNV-1a, mixed at the end. */
function hash(bytes: Uint8Array, start: number, end: number): number {
  let value = 0x811c_9dc5;
  for (let at = start; at < end; at += 1) value = Math.imul(value ^ (bytes[at] ?? 0), 0x0100_0193);
  return (value ^ (value >>> 15)) >>> 0;
}
