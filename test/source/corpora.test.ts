/** Public collections of small CSV files with their expected values, when they are at hand. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cellsOf, readPath } from './write.js';

const samples = join(import.meta.dirname, '../../../shared/samples');
const spectrum = join(samples, 'csv-spectrum');
const testData = join(samples, 'csv-test-data');

type Expected = readonly (readonly string[])[] | readonly Readonly<Record<string, string>>[];

function readJson(path: string): Expected {
  const parsed = JSON.parse(readFileSync(path, 'utf8')) as Expected | Readonly<Record<string, string>>;
  return Array.isArray(parsed) ? (parsed as Expected) : [parsed as Readonly<Record<string, string>>];
}

describe.skipIf(!existsSync(spectrum))('csv-spectrum', () => {
  // The expected value of this one has another phone number than its file.
  const names = existsSync(spectrum) ? readdirSync(join(spectrum, 'csvs')).map((name) => name.replace('.csv', '')) : [];
  it.each(names)('%s', async (name) => {
    const result = await readPath(join(spectrum, 'csvs', `${name}.csv`));
    const objects = cellsOf(result).map((cells) =>
      Object.fromEntries(result.profile.columns.map((column, index) => [column, cells[index]])),
    );
    const expected = readJson(join(spectrum, 'json', `${name}.json`));
    expect(result.broken).toEqual([]);
    if (name === 'location_coordinates') {
      expect(objects.map((row) => row['Location Coordinates'])).toEqual(
        expected.map((row) => (row as Record<string, string>)['Location Coordinates']),
      );
    } else if (name.endsWith('_crlf')) {
      // Some copies of the collection lost the CR of their line ends.
      const unify = (value: unknown): string => JSON.stringify(value).replaceAll('\\r\\n', '\\n');
      expect(unify(objects)).toBe(unify(expected));
    } else {
      expect(objects).toEqual(expected);
    }
  });
});

describe.skipIf(!existsSync(testData))('csv-test-data', () => {
  const names = existsSync(testData)
    ? readdirSync(join(testData, 'json')).map((name) => name.replace('.json', ''))
    : [];
  const good = names.filter((name) => name !== 'all-empty');
  it.each(good)('%s', async (name) => {
    const { profile, rows, broken } = await readPath(join(testData, 'csv', `${name}.csv`));
    const expected = readJson(join(testData, 'json', `${name}.json`));
    const records = rows.map((row) => row.cells);
    if (name.startsWith('header-')) {
      const objects = records.map((cells) =>
        Object.fromEntries(profile.columns.map((column, index) => [column, cells[index]])),
      );
      expect(objects).toEqual(expected);
    } else {
      expect([profile.columns, ...records]).toEqual(expected);
    }
    expect(broken).toEqual([]);
  });

  it.each([
    ['bad-header-less-fields', ['too-few-cells']],
    ['bad-header-more-fields', ['too-many-cells']],
    ['bad-missing-quote', ['broken-quote']],
    ['bad-quotes-with-unescaped-quote', ['broken-quote']],
    ['bad-header-wrong-header', []],
  ])('%s has no row that can be read', async (name, codes) => {
    const { rows, broken } = await readPath(join(testData, 'csv', `${name}.csv`));
    expect(rows).toEqual([]);
    expect(broken.map((row) => row.code)).toEqual(codes);
  });

  it.each(['all-empty', 'bad-header-no-header'])('%s is refused as empty', async (name) => {
    await expect(readPath(join(testData, 'csv', `${name}.csv`))).rejects.toMatchObject({ code: 'file-empty' });
  });
});
