import { describe, expect, it } from 'vitest';
import type { GuardResult } from '../../src/plan/change.js';
import type { Guard, GuardInput } from '../../src/plan/guards.js';
import { aFile, breached, resultOf } from '../support/guard-inputs.js';
import type { GuardWish } from '../support/guard-inputs.js';

/** With these rows in each of the last runs, the newest first. */
const runsOf = (...rows: readonly number[]): GuardInput['history'] => rows.map((count) => [aFile({ rows: count })]);

describe('a guard on files stops one step beyond its limit and not at it', () => {
  it.each<readonly [Guard, string, GuardWish, GuardWish]>([
    ['empty', 'one row', { files: [aFile({ rows: 1 })], history: [] }, { files: [aFile({ rows: 0 })], history: [] }],
    [
      'rows',
      'the share of the median',
      { files: [aFile({ rows: 80 })], history: runsOf(100, 1000, 10) },
      { files: [aFile({ rows: 79 })], history: runsOf(100, 1000, 10) },
    ],
    [
      'rows',
      'the middle of two runs',
      { files: [aFile({ rows: 120 })], history: runsOf(100, 200) },
      { files: [aFile({ rows: 119 })], history: runsOf(100, 200) },
    ],
    [
      'rows',
      'each file at its place',
      { files: [aFile({ rows: 50 }), aFile()], history: [[aFile({ rows: 50 }), aFile()]] },
      { files: [aFile(), aFile({ rows: 50 })], history: [[aFile({ rows: 50 }), aFile()]] },
    ],
    [
      'rows',
      'a file that is no longer there',
      { files: [aFile()], history: [[aFile(), aFile({ rows: 25 })]] },
      { files: [aFile()], history: [[aFile(), aFile({ rows: 26 })]] },
    ],
    [
      'columns',
      'a column in other letters, and one more',
      { files: [aFile({ columns: ['NAME', ' mail', 'Phone', 'City'] })] },
      { files: [aFile({ columns: ['Name', 'Phone', 'City'] })] },
    ],
    [
      'columns',
      'also in a file of corrected rows',
      { files: [aFile({ partial: true })] },
      { files: [aFile({ partial: true, columns: ['Name'] })] },
    ],
    ['truncated', 'an open quote', {}, { files: [aFile({ openQuoteLine: 7 })] }],
    ['truncated', 'a short last row', {}, { files: [aFile({ shortLastLine: 9 })] }],
    [
      'truncated',
      'a line end that the last file had',
      { files: [aFile({ endsWithLineEnd: false })], history: [[aFile({ endsWithLineEnd: false })]] },
      { files: [aFile({ endsWithLineEnd: false })] },
    ],
    [
      'truncated',
      'a line end without a last file',
      { files: [aFile({ endsWithLineEnd: false })], history: [] },
      { files: [aFile({ endsWithLineEnd: false })], history: [[aFile()], [aFile({ endsWithLineEnd: false })]] },
    ],
    ['truncated', 'the last record of the last run', {}, { files: [aFile({ holdsLastRecord: false })] }],
    [
      'truncated',
      'an open quote in a file of corrected rows',
      { files: [aFile({ partial: true, holdsLastRecord: false, endsWithLineEnd: false })] },
      { files: [aFile({ partial: true, openQuoteLine: 2 })] },
    ],
  ])('%s: %s', (guard, _, passes, stops) => {
    expect(breached(passes)).toEqual([]);
    expect(breached(stops)).toEqual([guard]);
  });

  it('rows: with the share that a person meant', () => {
    const wish = { limits: { rows: 0.7 }, files: [aFile({ rows: 3 })], history: runsOf(10) };
    expect(resultOf('rows', wish)).toMatchObject({ ok: true, limit: 3 });
  });
});

describe('a guard on files that cannot be measured', () => {
  const none = Number.NaN;
  it.each<readonly [string, Guard, GuardWish]>([
    ['rows of a file', 'empty', { files: [aFile({ rows: none })] }],
    ['rows beside those of earlier runs', 'rows', { files: [aFile({ rows: none })] }],
    ['rows of an earlier run', 'rows', { history: runsOf(100, none, 100) }],
    ['the share of rows', 'rows', { limits: { rows: none } }],
  ])('refuses: %s', (_, guard, wish) => {
    expect(resultOf(guard, {}).ok).toBe(true);
    expect(resultOf(guard, wish).ok).toBe(false);
  });
});

describe('the message of a breach says which file and why', () => {
  it.each<readonly [Guard, GuardWish, Partial<GuardResult>]>([
    [
      'empty',
      { files: [aFile({ rows: 0 }), aFile({ name: 'two.csv', rows: 0 })], history: [] },
      {
        measured: 2,
        limit: 0,
        message:
          'acme: 2 files without a row, limit 0: crm.csv, two.csv. Export again and plan again; if the file is right as it is, allow it once with --allow empty.',
      },
    ],
    [
      'rows',
      { files: [aFile(), aFile({ name: 'two.csv', rows: 60 })], history: [[aFile(), aFile()]] },
      {
        measured: 60,
        limit: 80,
        message:
          'acme: two.csv: 60 rows, the median of the last runs is 100, limit at least 80: 40 % fewer than usual, 20 % may be. Export again and plan again; if the file is right as it is, allow it once with --allow rows.',
      },
    ],
    [
      'columns',
      { files: [aFile({ columns: ['Name', 'Phone'] })] },
      {
        measured: 1,
        limit: 0,
        message:
          'acme: 1 column of the last run is gone, limit 0: "Mail" (crm.csv). Export again and plan again; if the file is right as it is, allow it once with --allow columns.',
      },
    ],
    [
      'columns',
      { files: [aFile({ columns: ['Name', 'Mail', 'Telephone'] })] },
      { measured: 1, message: expect.stringContaining('limit 0: "Phone" (crm.csv; now "Telephone"?).') as string },
    ],
    [
      'columns',
      {
        files: [aFile({ columns: ['Customer no', 'Favourite colour'] })],
        history: [[aFile({ columns: ['Customer nr', 'Shoe size'] })]],
      },
      {
        measured: 2,
        message: expect.stringContaining(
          'limit 0: "Customer nr" (crm.csv; now "Customer no"?), "Shoe size" (crm.csv).',
        ) as string,
      },
    ],
    [
      'columns',
      { files: [aFile({ columns: [] })], history: [[aFile({ columns: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] })]] },
      {
        measured: 7,
        message: expect.stringContaining(
          '7 columns of the last run are gone, limit 0: "a" (crm.csv), "b" (crm.csv), "c" (crm.csv), "d" (crm.csv), "e" (crm.csv) and 2 more.',
        ) as string,
      },
    ],
    [
      'truncated',
      {
        files: [aFile({ openQuoteLine: 7, shortLastLine: 9, endsWithLineEnd: false, holdsLastRecord: false }), aFile()],
      },
      {
        measured: 1,
        limit: 0,
        message:
          "acme: 1 file looks cut off, limit 0: crm.csv (line 7 opens a quote that is never closed; line 9, the last one, has fewer cells than the header; it ends without a line end, which the last run's file had; it lacks the last record of the last run's file). Export again and plan again; if the file is right as it is, allow it once with --allow truncated.",
      },
    ],
  ])('%s', (guard, wish, result) => {
    expect(resultOf(guard, wish)).toMatchObject({ ok: false, ...result });
  });
});

describe('a column that the last run had not', () => {
  const messageOf = (columns: readonly string[]): string =>
    resultOf('columns', { files: [aFile({ columns })], history: [[aFile()]] })?.message ?? '';

  it('is told when its name is that of a field', () => {
    expect(messageOf([...aFile().columns, 'VAT number', 'Shoe size', 'First name'])).toBe(
      'acme: every column of the last run is there. New, and only taken where the layout or the job does: "VAT number" (crm.csv), by its name vat_number, "First name" (crm.csv), by its name first_name of a contact.',
    );
    expect(messageOf([...aFile().columns, 'Shoe size'])).toBe('acme: every column of the last run is there.');
  });
});
