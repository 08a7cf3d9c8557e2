import { describe, expect, it } from 'vitest';
import type { OutcomeKind } from '../../src/plan/change.js';
import { Breaker } from '../../src/push/breaker.js';
import type { BreakerOptions } from '../../src/push/breaker.js';

const LIMITS: BreakerOptions = { runId: 7, changes: 100, failuresMax: 3, failedBefore: 0 };

/** Position (from 1) of the outcome that stops the run; `null`: none does. */
function stopOf(kinds: readonly OutcomeKind[], options: Partial<BreakerOptions> = {}): number | null {
  const breaker = new Breaker({ ...LIMITS, ...options });
  const at = kinds.findIndex((kind) => breaker.count(kind, 'Why.') !== null);
  return at === -1 ? null : at + 1;
}
const times = (count: number, kind: OutcomeKind): readonly OutcomeKind[] => Array<OutcomeKind>(count).fill(kind);

describe('a run stops', () => {
  it.each<[string, readonly OutcomeKind[], Partial<BreakerOptions>, number | null]>([
    [
      'at the failure that is one too many',
      ['failed', 'updated', 'failed', 'updated', 'failed', 'updated', 'failed'],
      {},
      7,
    ],
    ['not at as many as the limit', ['failed', 'updated', 'failed', 'updated', 'failed'], {}, null],
    ['sooner when some failed before', ['failed'], { failedBefore: 3 }, 1],
    ['not for what failed before alone', ['updated'], { failedBefore: 50 }, null],
    ['at ten refusals in a row', times(12, 'rejected'), {}, 10],
    ['not at nine', [...times(9, 'rejected'), 'created', ...times(9, 'rejected')], {}, null],
    [
      'not for refusals that are not in a row, however many',
      Array.from({ length: 80 }, (_, nth): OutcomeKind => (nth % 2 === 0 ? 'rejected' : 'updated')),
      {},
      null,
    ],
    ['at ten in a row of which some were left alone', [...times(9, 'rejected'), 'skipped', 'rejected'], {}, 11],
    ['at ten failures in a row, whatever the limit', times(10, 'failed'), { failuresMax: 1000 }, 10],
    ['never when failures are allowed', times(100, 'failed'), { failuresMax: null }, null],
  ])('%s', (_, kinds, options, expected) => {
    expect(stopOf(kinds, options)).toBe(expected);
  });

  it('and says how many failed, against which limit, why, and how to go on', () => {
    const stop = new Breaker({ ...LIMITS, failuresMax: 0 }).count('failed', 'The server said no.');
    expect(stop?.code).toBe('too-many-failures');
    expect(stop?.message).toBe(
      '1 of 100 changes failed, limit 0: the rest was not sent. The last one: The server said no.',
    );
    expect(stop?.hint).toContain('ninja-sync resume 7 --allow failures');
  });
});
