import { describe, expect, it } from 'vitest';
import { createMatcher, markersOf } from '../../../src/worker/drop/names.js';

describe('names in a drop folder', () => {
  it.each([
    ['*.csv', 'x.csv'],
    ['*.csv', 'X.CSV'],
    ['*.csv', 'x.csv.gz'],
    ['*.csv', 'x.csv.zip'],
    ['*.csv', 'x.zip'],
    ['*.csv', 'Kunden (2) [neu].csv'],
    ['customers-*.csv', 'customers-2026.zip'],
    ['{a,b}*.txt', 'b1.txt'],
    ['*', 'anything'],
  ])('for "%s" holds %s', (pattern, name) => {
    expect(createMatcher([pattern])(name)).toBe(0);
  });

  it.each<readonly [string, string]>([
    ['*.csv', 'x.txt'],
    ['*.csv', 'x.xlsx.gz'],
    ['customers-*.csv', 'orders-1.zip'],
    ...['.x', 'x.part', 'x.csv.part', 'x.TMP', 'x.filepart', 'x.crdownload', '~$x.csv', 'x.csv~', 'x.swp'].map(
      (name) => ['*', name] as const,
    ),
    ['*', 'x.csv.done'],
    ['*', 'x.csv.OK'],
    ['**', '.hidden.csv'],
  ])('for "%s" does not hold %s', (pattern, name) => {
    expect(createMatcher([pattern])(name)).toBe(-1);
  });

  it('go by the first pattern that fits', () => {
    const matches = createMatcher(['companies*.csv', '*.csv']);
    expect(['companies-1.csv', 'contacts-1.csv', 'x.txt'].map(matches)).toEqual([0, 1, -1]);
  });

  it('have two markers', () => {
    expect(markersOf('x.csv')).toEqual(['x.csv.done', 'x.csv.ok']);
  });
});
