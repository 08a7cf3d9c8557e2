/** Whatever the limits are: more is never better, and what was not measured never passes. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failureLimit } from '../../src/plan/guards.js';
import type { Guard } from '../../src/plan/guards.js';
import { aFile, resultOf } from '../support/guard-inputs.js';
import type { GuardWish } from '../support/guard-inputs.js';
import { PROPERTY_RUNS, PROPERTY_SEED as seed } from '../support/property.js';

const RUNS = PROPERTY_RUNS * 10;

interface World {
  readonly limits: NonNullable<GuardWish['limits']>;
  readonly of: number;
  readonly earlier: readonly number[];
}

const cap = fc.record({ count: fc.nat(2000), ratio: fc.double({ min: 0, max: 1, noNaN: true }) });
const world: fc.Arbitrary<World> = fc.record({
  limits: fc.record({
    archive: cap,
    delete: cap,
    update: cap,
    create: cap,
    rejects: cap,
    failures: cap,
    namesakes: fc.double({ min: 0, max: 1, noNaN: true }),
    rows: fc.double({ min: 0, max: 1, noNaN: true }),
    fields: fc.nat(1000),
  }),
  of: fc.nat(5000),
  earlier: fc.array(fc.nat(5000), { minLength: 1, maxLength: 5 }),
});

/** How each guard comes to measure so much. Rows are better the more there are. */
const MEASURES: readonly (readonly [Guard, (measured: number, world: World) => GuardWish])[] = [
  ['archive', (archive, { of }) => ({ counts: { archive }, ownedClients: of })],
  ['delete', (deleted, { of }) => ({ counts: { delete: deleted }, ownedClients: of })],
  ['update', (update, { of }) => ({ counts: { update, clients: of } })],
  ['create', (create, { of }) => ({ counts: { create, records: of } })],
  ['namesakes', (namesakes, { of }) => ({ namesakes, counts: { create: of } })],
  ['rejects', (rejectedRows, { of }) => ({ counts: { rejectedRows, rows: of } })],
  [
    'rows',
    (rows, { earlier }) => ({ files: [aFile({ rows })], history: earlier.map((old) => [aFile({ rows: old })]) }),
  ],
  ['fields', (guardedFields) => ({ guardedFields })],
  ['balance', (balances) => ({ balances })],
];

const passes = (guard: Guard, wish: GuardWish, { limits }: World): boolean => resultOf(guard, { ...wish, limits }).ok;

describe('a guard', { timeout: 600_000 }, () => {
  it.each(MEASURES)('that stops so much stops more of it: %s', (guard, wishFor) => {
    fc.assert(
      fc.property(world, fc.nat(6000), fc.nat(6000), (all, one, other) => {
        const [less, more] = [Math.min(one, other), Math.max(one, other)];
        const [better, worse] = guard === 'rows' ? [more, less] : [less, more];
        if (!passes(guard, wishFor(better, all), all)) expect(passes(guard, wishFor(worse, all), all)).toBe(false);
      }),
      { numRuns: RUNS, seed },
    );
  });

  it.each(MEASURES)('neither passes always nor never: %s', (guard, wishFor) => {
    const verdicts = new Set(
      fc
        .sample(fc.tuple(world, fc.nat(6000)), { numRuns: RUNS, seed })
        .map(([all, measured]) => passes(guard, wishFor(measured, all), all)),
    );
    expect(verdicts.size).toBe(2);
  });

  it.each(MEASURES)('never passes what is not a number: %s', (guard, wishFor) => {
    fc.assert(
      fc.property(world, (all) => {
        expect(passes(guard, wishFor(Number.NaN, all), all)).toBe(false);
        if (guard !== 'fields' && guard !== 'balance') {
          const unknown = { ...all, of: Number.NaN, earlier: [...all.earlier, Number.NaN] };
          expect(passes(guard, wishFor(0, unknown), all)).toBe(false);
        }
      }),
      { numRuns: RUNS, seed },
    );
  });

  it('lets no more changes fail than the job says, and no fewer the more there are', () => {
    fc.assert(
      fc.property(cap, fc.nat(100_000), fc.nat(1000), (failures, changes, more) => {
        const limit = failureLimit({ failures }, changes);
        expect(limit).toBeLessThanOrEqual(failures.count);
        expect(limit).toBeLessThanOrEqual(Math.max(3, changes));
        expect(failureLimit({ failures }, changes + more)).toBeGreaterThanOrEqual(limit);
      }),
      { numRuns: RUNS, seed },
    );
  });
});
