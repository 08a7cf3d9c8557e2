/** `.ods` files as rows, by the same rules as `.xlsx`. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FileOverrides } from '../../../src/source/profile.js';
import { PROPERTY_RUNS, PROPERTY_SEED as seed } from '../../support/property.js';
import { buildOds, odsText, odsValue } from '../../support/workbook.js';
import type { OdsTableSpec } from '../../support/workbook.js';
import { cellsOf, readPath, writeFile } from '../write.js';
import type { ReadResult } from '../write.js';

let count = 0;

async function read(tables: readonly OdsTableSpec[], overrides: FileOverrides = {}): Promise<ReadResult> {
  return await readPath(writeFile(buildOds(tables), `book-${++count}.ods`), overrides);
}

const readRowsOf = async (...rows: OdsTableSpec['rows']): Promise<ReadResult> => await read([{ name: 'Sheet1', rows }]);
const row = (cells: string, attributes = ''): string => `<table:table-row${attributes}>${cells}</table:table-row>`;

async function textOf(cell: string): Promise<string | undefined> {
  const { rows } = await readRowsOf(['Name', 'Value'], row(odsText('Acme') + cell));
  return rows[0]?.cells[1];
}

describe('cells', () => {
  it.each<[string, string, string]>([
    ['a postal code', odsValue('float', '1067', '01067'), '01067'],
    ['a phone number that is shown with an exponent', odsValue('float', '4930123456', '4,93E+09'), '4930123456'],
    ['a number in a narrow column', odsValue('float', '4930123456', '###'), '4930123456'],
    ['a German number', odsValue('float', '1234.5', '1.234,50'), '1234.5'],
    ['a customer number with letters', odsValue('float', '42', 'KD-0042'), 'KD-0042'],
    ['an amount of money', odsValue('currency', '12.5', '12,50 €'), '12,50 €'],
    ['a share', odsValue('percentage', '0.125', '13 %'), '12.5%'],
    ['a date', odsValue('date', '2024-03-05', '05.03.24'), '2024-03-05'],
    ['a date and time', odsValue('date', '2024-03-05T10:20:30', '05.03.24 10:20'), '2024-03-05 10:20:30'],
    ['a time', odsValue('time', 'PT10H20M30S', '10:20'), '10:20:30'],
    ['TRUE and FALSE', odsValue('boolean', 'true', 'WAHR'), 'TRUE'],
    ['an error', odsValue('string', '', '#N/A', ' calcext:value-type="error"'), '#N/A'],
    ['the result of a formula', odsValue('float', '42', '42', ' table:formula="of:=6*7"'), '42'],
    ['lines and blanks', odsText('a  b\nc'), 'a  b\nc'],
    [
      'a tab and a line break',
      '<table:table-cell office:value-type="string"><text:p>a<text:tab/>b<text:line-break/>c</text:p></table:table-cell>',
      'a\tb\nc',
    ],
    [
      'a link',
      '<table:table-cell office:value-type="string"><text:p>see <text:a xlink:href="https://x.de">x.de</text:a></text:p></table:table-cell>',
      'see x.de',
    ],
    [
      'a text without its comment',
      '<table:table-cell office:value-type="string"><office:annotation><dc:creator>me</dc:creator><text:p>call him</text:p></office:annotation><text:p>Köln</text:p></table:table-cell>',
      'Köln',
    ],
    ['a text without paragraphs', '<table:table-cell office:value-type="string" office:string-value="Köln"/>', 'Köln'],
  ])('%s', async (_, cell, expected) => {
    expect(await textOf(cell)).toBe(expected);
  });

  it('behind a merged one are blank', async () => {
    const covered =
      '<table:covered-table-cell office:value-type="string"><text:p>old</text:p></table:covered-table-cell>';
    expect(cellsOf(await readRowsOf(['Name', 'City', 'Zip'], row(odsText('A') + covered + odsText('1'))))).toEqual([
      ['A', '', '1'],
    ]);
  });

  it('without a stored result and numbers that lost digits are said', async () => {
    const formula = '<table:table-cell table:formula="of:=[.A1]"/>';
    const { profile } = await readRowsOf(
      ['Name', 'Id'],
      row(odsText('A') + formula),
      row(odsText('B') + odsValue('float', '4876876000000110100', '4,9E+18')),
    );
    expect(
      profile.notes.map(({ code, message }) => [code, / in (\w+)/.exec(message.slice(message.indexOf('first')))?.[1]]),
    ).toEqual([
      ['formula-without-value', 'B2'],
      ['digits-lost', 'B3'],
    ]);
  });
});

describe('runs', () => {
  const blankRun = (columns: number): string => `<table:table-cell table:number-columns-repeated="${columns}"/>`;

  it('of cells and rows are written out, blank ones to the end of the sheet are nothing', async () => {
    const twice = odsText('x').replace('<table:table-cell', '<table:table-cell table:number-columns-repeated="2"');
    const { rows, profile } = await readRowsOf(
      row(odsText('Name') + odsText('City') + odsText('Zip') + blankRun(16_381)),
      row(odsText('A') + twice, ' table:number-rows-repeated="3"'),
      row(blankRun(16_384), ' table:number-rows-repeated="4"'),
      row(blankRun(2) + odsText('9')),
      row(blankRun(16_384), ' table:number-rows-repeated="1048567"'),
    );
    expect(rows.map(({ line, cells }) => [line, ...cells])).toEqual([
      [2, 'A', 'x', 'x'],
      [3, 'A', 'x', 'x'],
      [4, 'A', 'x', 'x'],
      [9, '', '', '9'],
    ]);
    expect(profile).toMatchObject({ format: 'ods', unit: 'row', sheet: 'Sheet1', columns: ['Name', 'City', 'Zip'] });
  });

  it.each([
    ['rows', row(odsText('A'), ' table:number-rows-repeated="1000000"')],
    [
      'cells',
      row(odsText('A').replace('<table:table-cell', '<table:table-cell table:number-columns-repeated="1000000"')),
    ],
    ['a number that is none', row(odsText('A'), ' table:number-rows-repeated="many"')],
  ])('that no sheet has are refused: %s', async (_, repeated) => {
    await expect(readRowsOf(['Name'], repeated)).rejects.toMatchObject({ code: 'file-not-csv' });
  });
});

it('reads hidden rows and says so', async () => {
  const { rows, profile } = await readRowsOf(['Name', 'x'], row(odsText('A'), ' table:visibility="filter"'), [
    'B',
    '1',
  ]);
  expect(rows.map((one) => one.cells[0])).toEqual(['A', 'B']);
  expect(profile.notes.map(({ code }) => code)).toEqual(['hidden-rows']);
});

describe('sheets', () => {
  const table = (name: string, city: string, hidden = false): OdsTableSpec => ({
    name,
    hidden,
    rows: [
      ['Name', 'City'],
      ['A', city],
    ],
  });

  it('that are hidden or not the first are left out, and named', async () => {
    const tables = [table('old', 'no', true), table('Clients', 'Köln'), table('More', 'Bonn')];
    const result = await read(tables);
    expect(cellsOf(result)).toEqual([['A', 'Köln']]);
    expect(result.profile.notes.map(({ code }) => code)).toEqual(['sheet-hidden', 'sheets-left-out']);
    expect(cellsOf(await read(tables, { sheet: 'More' }))).toEqual([['A', 'Bonn']]);
    await expect(read(tables, { sheet: 'Mor' })).rejects.toMatchObject({ code: 'usage' });
  });
});

it('reads any grid as it was written', async () => {
  // White space at the edges of a paragraph and control characters are not kept by the format.
  const text = fc
    .string({ unit: 'grapheme', maxLength: 12 })
    .map((value) => value.replaceAll(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, '?').trim());
  const grid = fc.array(fc.array(text, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(grid, async (rows) => {
      const result = await readRowsOf(['Name', 'City', 'Email'], ...rows, ['Last', 'of', 'all']);
      expect(cellsOf(result)).toEqual([
        ...rows.filter((cells) => cells.some((cell) => cell !== '')),
        ['Last', 'of', 'all'],
      ]);
    }),
    { numRuns: PROPERTY_RUNS, seed },
  );
});
