import { expect, it } from 'vitest';
import { createMinuteCount } from '../../src/worker/minute-count.js';

it('counts what happened in the last sixty seconds, and forgets the rest', () => {
  let now = 1_000_000;
  const count = createMinuteCount(() => now);
  const after = (seconds: number, times: number): number => {
    now += seconds * 1000;
    for (let nth = 0; nth < times; nth += 1) count.count();
    return count.read();
  };
  expect(after(0, 3)).toBe(3);
  expect(after(30, 2)).toBe(5);
  expect(after(29, 0)).toBe(5);
  expect(after(1, 0)).toBe(2);
  expect(after(3600, 1)).toBe(1);
});

it('keeps its count when the clock is set back', () => {
  let now = 1_000_000;
  const count = createMinuteCount(() => now);
  count.count();
  now -= 30_000;
  count.count();
  expect(count.read()).toBe(2);
});
