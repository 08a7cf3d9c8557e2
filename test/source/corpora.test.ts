/**
 * Public collections of small CSV files with their expected values, when they are at hand. What is expected is stated for
 * every file of both: none is left out, and a file that is new there fails.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cellsOf, readPath } from './write.js';
import type { ReadResult } from './write.js';

const samples = join(import.meta.dirname, '../../../shared/samples');
const spectrum = join(samples, 'csv-spectrum');
const testData = join(samples, 'csv-test-data');

type Expected = readonly (readonly string[])[] | readonly Readonly<Record<string, string>>[];

/** `objects`, `arrays`: equal to the JSON beside it, in that form. Otherwise what is refused, row for row. */
type Outcome =
  | 'objects'
  | 'arrays'
  | { readonly refused: string }
  | {
      readonly columns: readonly string[];
      readonly rows: readonly (readonly string[])[];
      readonly broken: readonly string[];
    };

const SPECTRUM: Readonly<Record<string, 'objects' | 'one column'>> = {
  comma_in_quotes: 'objects',
  empty: 'objects',
  empty_crlf: 'objects',
  escaped_quotes: 'objects',
  json: 'objects',
  // Its JSON has another phone number than the file.
  location_coordinates: 'one column',
  newlines: 'objects',
  newlines_crlf: 'objects',
  quotes_and_newlines: 'objects',
  simple: 'objects',
  simple_crlf: 'objects',
  utf8: 'objects',
};

const HEADER = ['foo', 'bar', 'baz'];
const TEST_DATA: Readonly<Record<string, Outcome>> = {
  // A file without a single text is no export; the JSON has a row of nothing for each line.
  'all-empty': { refused: 'file-empty' },
  'bad-header-less-fields': { columns: HEADER, rows: [], broken: ['2 too-few-cells'] },
  'bad-header-more-fields': { columns: HEADER, rows: [], broken: ['2 too-many-cells'] },
  'bad-header-no-header': { refused: 'file-empty' },
  // Nothing in it says that its only line is no header.
  'bad-header-wrong-header': { columns: ['qux', 'quux', 'quuz'], rows: [], broken: [] },
  'bad-missing-quote': { columns: HEADER, rows: [], broken: ['2 broken-quote'] },
  'bad-quotes-with-unescaped-quote': { columns: HEADER, rows: [], broken: ['2 broken-quote'] },
  // Quotes inside of a cell that does not begin with one can be read in one way only.
  'bad-unescaped-quote': { columns: HEADER, rows: [['1', 'This "quotes" must be escaped', '3']], broken: [] },
  'empty-field': 'arrays',
  'empty-one-column': 'arrays',
  'header-no-rows': 'objects',
  'header-simple': 'objects',
  'leading-space': 'arrays',
  'one-column': 'arrays',
  'quotes-empty': 'arrays',
  'quotes-with-comma': 'arrays',
  'quotes-with-escaped-quote': 'arrays',
  'quotes-with-newline': 'arrays',
  'quotes-with-space': 'arrays',
  'simple-crlf': 'arrays',
  'simple-lf': 'arrays',
  'trailing-newline': 'arrays',
  'trailing-newline-one-field': 'arrays',
  'trailing-space': 'arrays',
  'utf8': 'arrays',
};

function readJson(path: string): Expected {
  const parsed = JSON.parse(readFileSync(path, 'utf8')) as Expected | Readonly<Record<string, string>>;
  return Array.isArray(parsed) ? (parsed as Expected) : [parsed as Readonly<Record<string, string>>];
}

function objectsOf(result: ReadResult): readonly Readonly<Record<string, string>>[] {
  return cellsOf(result).map((cells) =>
    Object.fromEntries(result.profile.columns.map((column, index) => [column, cells[index]!])),
  );
}

function namesIn(folder: string, ending: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .map((name) => name.slice(0, -ending.length))
    .toSorted();
}

describe.skipIf(!existsSync(spectrum))('csv-spectrum', () => {
  it('is stated completely', () => {
    expect(namesIn(join(spectrum, 'csvs'), '.csv')).toEqual(Object.keys(SPECTRUM).toSorted());
  });

  it.each(Object.entries(SPECTRUM))('%s', async (name, form) => {
    const result = await readPath(join(spectrum, 'csvs', `${name}.csv`));
    const expected = readJson(join(spectrum, 'json', `${name}.json`)) as readonly Readonly<Record<string, string>>[];
    const pick = (rows: readonly Readonly<Record<string, string>>[]): unknown =>
      form === 'objects' ? rows : rows.map((row) => row['Location Coordinates']);
    // Some copies of the collection lost the CR of their line ends.
    const unify = (value: unknown): string => JSON.stringify(value).replaceAll('\\r\\n', '\\n');
    expect(result.broken).toEqual([]);
    expect(unify(pick(objectsOf(result)))).toBe(unify(pick(expected)));
    expect(result.profile.notes).toEqual([]);
  });
});

describe.skipIf(!existsSync(testData))('csv-test-data', () => {
  it('is stated completely', () => {
    expect(namesIn(join(testData, 'csv'), '.csv')).toEqual(Object.keys(TEST_DATA).toSorted());
  });

  it.each(Object.entries(TEST_DATA))('%s', async (name, outcome) => {
    const reading = readPath(join(testData, 'csv', `${name}.csv`));
    if (typeof outcome === 'object' && 'refused' in outcome) {
      await expect(reading).rejects.toMatchObject({ code: outcome.refused });
      return;
    }
    const result = await reading;
    const broken = result.broken.map(({ line, code }) => `${line} ${code}`);
    if (typeof outcome === 'object') {
      expect({ columns: result.profile.columns, rows: cellsOf(result), broken }).toEqual(outcome);
      return;
    }
    const expected = readJson(join(testData, 'json', `${name}.json`));
    expect(outcome === 'objects' ? objectsOf(result) : [result.profile.columns, ...cellsOf(result)]).toEqual(expected);
    expect(broken).toEqual([]);
    expect(result.profile.notes).toEqual([]);
  });
});
