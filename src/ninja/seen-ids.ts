/**
 * The ids that a snapshot has read, in little memory: 64 bits of hash for each, in typed arrays, where a `Set` of a
 * million strings takes about 80 MB. Two ids with one hash (one chance in 30 million for a million ids) would look like
 * one client read twice, and the count at the end would say so: it can stop a run, never lose a client in silence.
 */

const FILLED_MAX = 0.7;

export interface SeenIds {
  /** True when the id was not there yet. */
  add(id: string): boolean;
  readonly size: number;
}

export function createSeenIds(): SeenIds {
  let high = new Uint32Array(1024);
  let low = new Uint32Array(1024);
  let size = 0;

  /** The slot of the hash, or the free one where it belongs. `0, 0` marks a free slot. */
  function slotOf(h: number, l: number): number {
    const mask = high.length - 1;
    let slot = l & mask;
    while ((high[slot] !== 0 || low[slot] !== 0) && (high[slot] !== h || low[slot] !== l)) slot = (slot + 1) & mask;
    return slot;
  }

  function grow(): void {
    const [oldHigh, oldLow] = [high, low];
    high = new Uint32Array(oldHigh.length * 2);
    low = new Uint32Array(oldLow.length * 2);
    for (let index = 0; index < oldHigh.length; index += 1) {
      const h = oldHigh[index] ?? 0;
      const l = oldLow[index] ?? 0;
      if (h === 0 && l === 0) continue;
      const slot = slotOf(h, l);
      high[slot] = h;
      low[slot] = l;
    }
  }

  return {
    add(id) {
      const [h, l] = hash(id);
      const slot = slotOf(h, l);
      if (high[slot] === h && low[slot] === l) return false;
      high[slot] = h;
      low[slot] = l;
      size += 1;
      if (size > high.length * FILLED_MAX) grow();
      return true;
    },
    get size() {
      return size;
    },
  };
}

/** Two 32-bit multiply-and-xor hashes that mix into each other at the end; never both zero. */
function hash(id: string): readonly [number, number] {
  let h = 0xdeadbeef;
  let l = 0x41c6ce57;
  for (let index = 0; index < id.length; index += 1) {
    const unit = id.charCodeAt(index);
    h = Math.imul(h ^ unit, 2_654_435_761);
    l = Math.imul(l ^ unit, 1_597_334_677);
  }
  h = Math.imul(h ^ (h >>> 16), 2_246_822_507) ^ Math.imul(l ^ (l >>> 13), 3_266_489_909);
  l = Math.imul(l ^ (l >>> 16), 2_246_822_507) ^ Math.imul(h ^ (h >>> 13), 3_266_489_909);
  return [h >>> 0, l >>> 0 || 1];
}
