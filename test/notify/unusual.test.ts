import { describe, expect, it } from 'vitest';
import { findUnusual } from '../../src/notify/unusual.js';
import type { Run } from '../../src/run/store.js';
import { buildStatistics } from '../run/build.js';
import { buildRun, withCounts } from './builders.js';

const NOTHING = { create: 0, update: 0, archive: 0 };
const ofRows = (rows: number): Run => buildRun(withCounts({ ...NOTHING, rows }));
const ofChanges = (update: number): Run => buildRun(withCounts({ ...NOTHING, rows: 1000, update }));
const ofSeconds = (seconds: number): Run =>
  buildRun({ ...withCounts({ ...NOTHING, rows: 1000 }), statistics: buildStatistics({ seconds }) });

describe('a run against its history', () => {
  it.each([
    ['rows that are twice as many', ofRows(2000), [1000, 1001, 999, 1000, 1002].map(ofRows), 1],
    ['rows that are all gone', ofRows(0), [1000, 1001, 999, 1000, 1002].map(ofRows), 1],
    ['rows within half of the usual', ofRows(1400), [1000, 1001, 999, 1000, 1002].map(ofRows), 0],
    ['rows that always differ widely', ofRows(2000), [100, 1900, 700, 1000, 1300, 400, 1600].map(ofRows), 0],
    ['too few runs to know', ofRows(2000), [1000, 1001, 999, 1000].map(ofRows), 0],
    ['small numbers, though ten times as many', ofRows(20), [2, 2, 1, 2, 3].map(ofRows), 0],
    ['changes that are many times as many', ofChanges(300), [3, 0, 12, 5, 2].map(ofChanges), 1],
    ['no changes where there are always many', ofChanges(0), [300, 280, 310, 305, 290].map(ofChanges), 1],
    ['a run that takes four times as long', ofSeconds(2400), [600, 610, 590, 600, 620].map(ofSeconds), 1],
    ['a run that is quicker', ofSeconds(2), [600, 610, 590, 600, 620].map(ofSeconds), 0],
    ['two minutes more than nothing', ofSeconds(100), [1, 1, 2, 1, 1].map(ofSeconds), 0],
  ] as const)('%s', (_name, run, history, count) => {
    expect(findUnusual(run, history)).toHaveLength(count);
  });

  it('is told with what is usual', () => {
    expect(findUnusual(ofRows(2000), [1000, 1001, 999, 1000, 1002].map(ofRows))).toEqual([
      'It has 2000 rows; usual are 1000 (median of 5 runs).',
    ]);
  });
});
