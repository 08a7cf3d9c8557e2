/** The compact table against a Set. */

import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSeenIds } from '../../src/ninja/seen-ids.js';

describe('seen ids', () => {
  it('says the same as a Set', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string({ maxLength: 3 }), fc.string()), { maxLength: 300 }), (ids) => {
        const seen = createSeenIds();
        const set = new Set<string>();
        for (const id of ids) {
          expect(seen.add(id)).toBe(!set.has(id));
          set.add(id);
        }
        expect(seen.size).toBe(set.size);
      }),
    );
  });

  it('tells 300,000 ids apart, and knows each again', () => {
    const random = Array.from({ length: 150_000 }, () => randomBytes(8).toString('base64url').slice(0, 10));
    const counted = Array.from({ length: 150_000 }, (_, index) => `client-${index}`);
    const ids = [...new Set([...random, ...counted])];
    const seen = createSeenIds();
    expect(ids.filter((id) => !seen.add(id))).toEqual([]);
    expect(seen.size).toBe(ids.length);
    expect(ids.filter((id) => seen.add(id))).toEqual([]);
  });
});
