/**
 * Ids of clients, for millions of them: their characters in one array instead of a string each. Exact, unlike a set of
 * hashes: who is in it may be archived.
 */

const START_CAPACITY = 1024;
const SLOTS_PER_ID_MIN = 2;

export class IdSet {
  /** The characters of all ids, one behind the other. */
  #units = new Uint16Array(START_CAPACITY * 10);
  /** Where the n-th id ends. */
  #ends = new Uint32Array(START_CAPACITY);
  /** Number of the id in the slot, plus one; 0 is a free slot. */
  #slots = new Int32Array(START_CAPACITY * SLOTS_PER_ID_MIN);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(id: string): boolean {
    return this.#slots[this.#slotOf(id)] !== 0;
  }

  add(id: string): void {
    if ((this.#size + 1) * SLOTS_PER_ID_MIN > this.#slots.length) this.#grow();
    const slot = this.#slotOf(id);
    if (this.#slots[slot] !== 0) return;
    const start = this.#endOf(this.#size - 1);
    while (start + id.length > this.#units.length) this.#units = widen(this.#units);
    for (let at = 0; at < id.length; at += 1) this.#units[start + at] = id.charCodeAt(at);
    if (this.#size === this.#ends.length) {
      const ends = new Uint32Array(this.#ends.length * 2);
      ends.set(this.#ends);
      this.#ends = ends;
    }
    this.#ends[this.#size] = start + id.length;
    this.#size += 1;
    this.#slots[slot] = this.#size;
  }

  *[Symbol.iterator](): Generator<string> {
    for (let nth = 0; nth < this.#size; nth += 1) yield this.#read(nth);
  }

  /** The slot that holds the id, or the free one where it would go. */
  #slotOf(id: string): number {
    const mask = this.#slots.length - 1;
    let slot = hash(id) & mask;
    for (;;) {
      const held = this.#slots[slot] ?? 0;
      if (held === 0 || this.#equals(held - 1, id)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #equals(nth: number, id: string): boolean {
    const start = this.#endOf(nth - 1);
    if (this.#endOf(nth) - start !== id.length) return false;
    for (let at = 0; at < id.length; at += 1) if (this.#units[start + at] !== id.charCodeAt(at)) return false;
    return true;
  }

  #read(nth: number): string {
    return String.fromCharCode(...this.#units.subarray(this.#endOf(nth - 1), this.#endOf(nth)));
  }

  #endOf(nth: number): number {
    return nth < 0 ? 0 : (this.#ends[nth] ?? 0);
  }

  #grow(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    for (let nth = 0; nth < this.#size; nth += 1) this.#slots[this.#slotOf(this.#read(nth))] = nth + 1;
  }
}

function widen(units: Uint16Array<ArrayBuffer>): Uint16Array<ArrayBuffer> {
  const wider = new Uint16Array(units.length * 2);
  wider.set(units);
  return wider;
}

/** FNV-1a over the characters, mixed at the end. */
function hash(id: string): number {
  let value = 0x811c_9dc5;
  for (let at = 0; at < id.length; at += 1) value = Math.imul(value ^ id.charCodeAt(at), 0x0100_0193);
  return (value ^ (value >>> 15)) >>> 0;
}
