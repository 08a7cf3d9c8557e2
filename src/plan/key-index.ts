/**
 * From key texts to numbers, for millions of keys: 64-bit hashes in typed arrays instead of strings in a Map.
 *
 * Two different texts may share a hash (about one chance in 10^7 for a million keys), so a find is a candidate: whoever
 * uses it compares the texts themselves before anything is decided.
 */

const START_CAPACITY = 1024;

export class KeyIndex {
  /** The newest entry of each slot, plus one; 0 is an empty slot. A power of two, not less than there is room for entries. */
  #heads: Int32Array<ArrayBuffer>;
  #high: Uint32Array<ArrayBuffer>;
  #low: Uint32Array<ArrayBuffer>;
  #values: Int32Array<ArrayBuffer>;
  /** The next older entry of the slot, plus one. */
  #next: Int32Array<ArrayBuffer>;
  #entries = 0;
  #hashHigh = 0;
  #hashLow = 0;

  /** @param entriesExpected room from the start: growing leaves holes in the memory */
  constructor(entriesExpected = 0) {
    const room = Math.max(START_CAPACITY, entriesExpected);
    this.#heads = new Int32Array(2 ** Math.ceil(Math.log2(room)));
    this.#high = new Uint32Array(room);
    this.#low = new Uint32Array(room);
    this.#values = new Int32Array(room);
    this.#next = new Int32Array(room);
  }

  /** Adds a value under a key, which may hold several. */
  add(key: string, value: number): void {
    if (this.#entries === this.#values.length) this.#grow();
    this.#hash(key);
    const entry = this.#entries;
    this.#high[entry] = this.#hashHigh;
    this.#low[entry] = this.#hashLow;
    this.#values[entry] = value;
    this.#link(entry);
    this.#entries += 1;
  }

  /** The newest value under the key, or -1. */
  first(key: string): number {
    this.#hash(key);
    const entry = this.#find(this.#heads[this.#hashLow & (this.#heads.length - 1)] ?? 0, this.#hashHigh, this.#hashLow);
    return entry === 0 ? -1 : (this.#values[entry - 1] ?? -1);
  }

  /** Every value under the key, newest first. */
  forEach(key: string, visit: (value: number) => void): void {
    this.#hash(key);
    const [high, low] = [this.#hashHigh, this.#hashLow];
    let entry = this.#find(this.#heads[low & (this.#heads.length - 1)] ?? 0, high, low);
    while (entry !== 0) {
      visit(this.#values[entry - 1] ?? -1);
      entry = this.#find(this.#next[entry - 1] ?? 0, high, low);
    }
  }

  /** The first entry with the hash, from this one of a slot's chain on; 0 when there is none. */
  #find(from: number, high: number, low: number): number {
    let entry = from;
    while (entry !== 0 && (this.#low[entry - 1] !== low || this.#high[entry - 1] !== high))
      entry = this.#next[entry - 1] ?? 0;
    return entry;
  }

  /** Puts an entry in front of its slot's chain. */
  #link(entry: number): void {
    const slot = (this.#low[entry] ?? 0) & (this.#heads.length - 1);
    this.#next[entry] = this.#heads[slot] ?? 0;
    this.#heads[slot] = entry + 1;
  }

  /** Two 32-bit multiply-xor hashes in one pass, then mixed (the finaliser of MurmurHash3). */
  #hash(key: string): void {
    let a = 0xdeadbeef;
    let b = 0x41c6ce57;
    for (let index = 0; index < key.length; index += 1) {
      const code = key.charCodeAt(index);
      a = Math.imul(a ^ code, 2_654_435_761);
      b = Math.imul(b ^ code, 1_597_334_677);
    }
    a = Math.imul(a ^ (a >>> 16), 2_246_822_507) ^ Math.imul(b ^ (b >>> 13), 3_266_489_909);
    b = Math.imul(b ^ (b >>> 16), 2_246_822_507) ^ Math.imul(a ^ (a >>> 13), 3_266_489_909);
    this.#hashHigh = a >>> 0;
    this.#hashLow = b >>> 0;
  }

  /** One array after the other, so that little more than the new ones is needed at a time. */
  #grow(): void {
    this.#heads = new Int32Array(this.#heads.length * 2);
    this.#high = widen(this.#high);
    this.#low = widen(this.#low);
    this.#values = widen(this.#values);
    this.#next = widen(this.#next);
    for (let entry = 0; entry < this.#entries; entry += 1) this.#link(entry);
  }
}

/** Twice the room, same numbers. */
export function widen<Numbers extends Uint8Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>>(
  array: Numbers,
): Numbers {
  const wider = new (array.constructor as new (length: number) => Numbers)(array.length * 2);
  wider.set(array);
  return wider;
}
