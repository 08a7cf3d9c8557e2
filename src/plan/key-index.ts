/**
 * From key texts to numbers, for millions of keys: 64-bit hashes in typed arrays instead of strings in a Map.
 *
 * Two different texts may share a hash (about one chance in 10^7 for a million keys), so a find is a candidate: whoever
 * uses it compares the texts themselves before anything is decided.
 */

const START_CAPACITY = 1024;
const LOAD_MAX = 0.6;

export class KeyIndex {
  #high = new Uint32Array(START_CAPACITY);
  #low = new Uint32Array(START_CAPACITY);
  /** Index of the newest entry of the slot's key, plus one; 0 is a free slot. */
  #head = new Int32Array(START_CAPACITY);
  #slotsUsed = 0;
  #values = new Int32Array(START_CAPACITY);
  #next = new Int32Array(START_CAPACITY);
  #entries = 0;
  #hashHigh = 0;
  #hashLow = 0;

  /** Adds a value under a key, which may hold several. */
  add(key: string, value: number): void {
    if ((this.#slotsUsed + 1) / this.#head.length > LOAD_MAX) this.#grow();
    const slot = this.#slotOf(key);
    if (this.#head[slot] === 0) {
      this.#high[slot] = this.#hashHigh;
      this.#low[slot] = this.#hashLow;
      this.#slotsUsed += 1;
    }
    if (this.#entries === this.#values.length) {
      this.#values = widen(this.#values);
      this.#next = widen(this.#next);
    }
    this.#values[this.#entries] = value;
    this.#next[this.#entries] = this.#head[slot] ?? 0;
    this.#entries += 1;
    this.#head[slot] = this.#entries;
  }

  /** The newest value under the key, or -1. */
  first(key: string): number {
    const entry = this.#head[this.#slotOf(key)] ?? 0;
    return entry === 0 ? -1 : (this.#values[entry - 1] ?? -1);
  }

  /** Every value under the key, newest first. */
  forEach(key: string, visit: (value: number) => void): void {
    let entry = this.#head[this.#slotOf(key)] ?? 0;
    while (entry !== 0) {
      visit(this.#values[entry - 1] ?? -1);
      entry = this.#next[entry - 1] ?? 0;
    }
  }

  /** The slot that holds the key, or the free one where it would go. Leaves the key's hash in `#hashHigh` and `#hashLow`. */
  #slotOf(key: string): number {
    this.#hash(key);
    const mask = this.#head.length - 1;
    let slot = this.#hashLow & mask;
    while (this.#head[slot] !== 0 && (this.#low[slot] !== this.#hashLow || this.#high[slot] !== this.#hashHigh))
      slot = (slot + 1) & mask;
    return slot;
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

  #grow(): void {
    const [high, low, head] = [this.#high, this.#low, this.#head];
    const capacity = head.length * 2;
    this.#high = new Uint32Array(capacity);
    this.#low = new Uint32Array(capacity);
    this.#head = new Int32Array(capacity);
    const mask = capacity - 1;
    for (let old = 0; old < head.length; old += 1) {
      if (head[old] === 0) continue;
      let slot = (low[old] ?? 0) & mask;
      while (this.#head[slot] !== 0) slot = (slot + 1) & mask;
      this.#high[slot] = high[old] ?? 0;
      this.#low[slot] = low[old] ?? 0;
      this.#head[slot] = head[old] ?? 0;
    }
  }
}

/** Twice the room, same numbers. */
export function widen(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const wider = new Int32Array(array.length * 2);
  wider.set(array);
  return wider;
}
