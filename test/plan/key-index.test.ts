import { describe, expect, it } from 'vitest';
import { KeyIndex } from '../../src/plan/key-index.js';

/** The same numbers in every run, 0 to below `limit`. */
function numbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

const valuesOf = (index: KeyIndex, key: string): number[] => {
  const values: number[] = [];
  index.forEach(key, (value) => values.push(value));
  return values;
};

describe('key index', () => {
  it('holds what a Map of lists would hold, for 100,000 keys with several values', () => {
    const next = numbers(7);
    const index = new KeyIndex();
    const map = new Map<string, number[]>();
    for (let value = 0; value < 200_000; value += 1) {
      const n = next(100_000);
      const key = n % 3 === 0 ? `id-${n}` : n % 3 === 1 ? `mail.${n}@firma-${n % 97}.example` : `${n}`;
      index.add(key, value);
      map.set(key, [value, ...(map.get(key) ?? [])]);
    }
    let wrong = 0;
    for (const [key, values] of map) {
      if (index.first(key) !== values[0] || valuesOf(index, key).join() !== values.join()) wrong += 1;
    }
    expect(map.size).toBeGreaterThan(80_000);
    expect(wrong).toBe(0);
    for (let n = 0; n < 100_000; n += 1) if (index.first(`absent-${n}`) !== -1) wrong += 1;
    expect(wrong).toBe(0);
  });

  it('knows nothing at first, and keys of any length afterwards', () => {
    const index = new KeyIndex();
    expect([index.first(''), index.first('a')]).toEqual([-1, -1]);
    const keys = ['', 'a', 'aa', 'b', 'ab', 'ba', '\u0000', '\u0000\u0000', '😀', 'x'.repeat(10_000)];
    keys.forEach((key, value) => index.add(key, value));
    expect(keys.map((key) => index.first(key))).toEqual(keys.map((_, value) => value));
  });
});
