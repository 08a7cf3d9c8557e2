import { describe, expect, it } from 'vitest';
import { IdSet } from '../../src/run/id-set.js';

describe('a set of ids', () => {
  it('holds what a Set would hold, in the order in which it came, for 100,000 ids with repetitions', () => {
    const ids = new IdSet();
    const known = new Set<string>();
    for (let nth = 0; nth < 100_000; nth += 1) {
      const id = `V${((nth * 7_368_787) % 60_000).toString(36)}`;
      ids.add(id);
      known.add(id);
    }
    expect(ids.size).toBe(known.size);
    expect([...ids]).toEqual([...known]);
    for (let nth = 0; nth < 120_000; nth += 1) {
      const id = `V${nth.toString(36)}`;
      if (ids.has(id) !== known.has(id)) expect.fail(id);
    }
  });

  it.each([
    ['abc', 'ab'],
    ['ab', 'abc'],
    ['', 'a'],
    ['Köln', 'Koln'],
    ['\u{1f600}', '\ud83d'],
  ])('tells %j from %j', (held, other) => {
    const ids = new IdSet();
    expect(ids.has(held)).toBe(false);
    ids.add(held);
    expect([ids.has(held), ids.has(other), [...ids]]).toEqual([true, false, [held]]);
  });
});
