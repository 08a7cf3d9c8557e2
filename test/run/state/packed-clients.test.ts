import { describe, expect, it } from 'vitest';
import { PackedClients } from '../../../src/run/state/packed-clients.js';

const idOf = (nth: number): string => `V${nth.toString(36).padStart(9, '_')}`;

describe('packed clients', () => {
  it.each([
    ['as many as were expected', 100_000],
    ['more than were expected', 10],
  ])('hold what maps would hold, in the order in which it came, for %s', (_, expected) => {
    const clients = new PackedClients(expected);
    const known = new Map<string, readonly [number, number]>();
    for (let nth = 0; nth < 100_000; nth += 1) {
      const id = idOf((nth * 7_368_787) % 200_003);
      const marks = [(nth * 2_654_435_761) % 2 ** 32, nth % 70_000] as const;
      clients.add(id, ...marks);
      known.set(id, marks);
    }
    expect(clients.size).toBe(known.size);
    expect([...clients]).toEqual([...known.keys()]);
    for (let nth = 0; nth < 200_003; nth += 1) {
      const id = idOf(nth);
      const marks = known.get(id);
      const same =
        clients.has(id) === (marks !== undefined) &&
        clients.baselineHashOf(id) === (marks?.[0] ?? 0) &&
        clients.absencesOf(id) === Math.min(marks?.[1] ?? 0, 65_535);
      if (!same) expect.fail(id);
    }
  });

  it('take at most 40 bytes each', () => {
    const before = process.memoryUsage().arrayBuffers;
    const clients = new PackedClients(100_000);
    for (let nth = 0; nth < 100_000; nth += 1) clients.add(idOf(nth), nth, 0);
    const bytes = process.memoryUsage().arrayBuffers - before;
    expect(bytes / clients.size).toBeLessThan(40);
    expect(bytes / clients.size).toBeGreaterThan(10);
  });

  it.each([
    ['abc', 'ab'],
    ['ab', 'abc'],
    ['', 'a'],
    ['Köln', 'Koln'],
    ['\u{1f600}', '\ud83d'],
    ['\u0100', '\u0001\u0000'],
    ['\u8041', '\u0080A'],
    ['x'.repeat(200), 'x'.repeat(199)],
    ['ü'.repeat(100), 'ü'.repeat(99)],
  ])('tell %j from %j', (held, other) => {
    const clients = new PackedClients();
    expect(clients.has(held)).toBe(false);
    clients.add(held, 1, 2);
    expect([clients.has(held), clients.has(other), [...clients]]).toEqual([true, false, [held]]);
    clients.add(other, 3, 4);
    expect([...clients]).toEqual([held, other]);
    expect([clients.baselineHashOf(held), clients.absencesOf(other)]).toEqual([1, 4]);
  });

  it('take each client once', () => {
    const clients = new PackedClients();
    clients.add('a', 1, 0);
    expect(() => clients.add('a', 2, 0)).toThrow('client a is added once');
  });
});
