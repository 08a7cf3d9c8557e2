/** `.xlsx` files as rows: each cell as a person sees it in the sheet, and nothing lost on the way. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { profileFile } from '../../../src/source/probe.js';
import type { FileOverrides } from '../../../src/source/profile.js';
import { PROPERTY_RUNS, PROPERTY_SEED as seed } from '../../support/property.js';
import { buildXlsx } from '../../support/workbook.js';
import type { CellSpec, WorkbookSpec, XmlCell } from '../../support/workbook.js';
import { cellsOf, readPath, writeFile } from '../write.js';
import type { ReadResult } from '../write.js';

let count = 0;

async function read(spec: WorkbookSpec, overrides: FileOverrides = {}, name?: string): Promise<ReadResult> {
  return await readPath(writeFile(buildXlsx(spec), name ?? `book-${++count}.xlsx`), overrides);
}

const oneSheet = (...rows: WorkbookSpec['sheets'][number]['rows']): WorkbookSpec => ({
  sheets: [{ name: 'Sheet1', rows }],
});

/** The text of one cell. */
async function textOf(cell: CellSpec, spec: Partial<WorkbookSpec> = {}): Promise<string | undefined> {
  const { rows } = await read({
    ...spec,
    sheets: [
      {
        name: 'S',
        rows: [
          ['Name', 'Value'],
          ['Acme', cell],
        ],
      },
    ],
  });
  return rows[0]?.cells[1];
}

const number = (raw: string, format?: string): XmlCell => ({ raw, ...(format === undefined ? {} : { format }) });
const codesOf = ({ profile }: ReadResult): readonly string[] => profile.notes.map(({ code }) => code);

describe('numbers', () => {
  it.each<[string, XmlCell, string]>([
    ['a phone number that was typed in as a number', number('4930123456'), '4930123456'],
    ['the same, as programs write it', number('4.930123456E9'), '4930123456'],
    ['the same, shown with an exponent', number('4930123456', '0.00E+00'), '4930123456'],
    ['a customer number with thousands separators', number('10023', '#,##0'), '10023'],
    ['a whole number with decimals', number('10023.0', '0.00'), '10023'],
    ['a postal code', number('1067', '00000'), '01067'],
    ['a postal code of zeros', number('0', '00000'), '00000'],
    ['a US social security number', number('12345678', '000-00-0000'), '012-34-5678'],
    ['a phone number with a format', number('5551234567', '[<=9999999]###-####;(###) ###-####'), '(555) 123-4567'],
    ['a number with letters in front', number('42', '"KD-"0000'), 'KD-0042'],
    ['a number with digits in front', number('30123456', '"49"0'), '4930123456'],
    ['16 digits', number('1234567890123450'), '1234567890123450'],
    ['19 digits', number('4.8768760000001101E+18'), '4876876000000110100'],
    ['the noise of binary fractions', number('19.989999999999998'), '19.99'],
    ['an amount with a rounding format', number('12.7', '0'), '12.7'],
    ['a small fraction', number('1E-7'), '0.0000001'],
    ['a share', number('0.125', '0%'), '12.5%'],
    ['an amount of money', number('1234.5', '"€"#,##0.00'), '€1,234.50'],
    [
      'an amount in the format of accountants',
      number('-1234.5', '_(* #,##0.00_);_(* \\(#,##0.00\\);_(* "-"??_);_(@_)'),
      '-1234.5',
    ],
    ['a number that its format hides', number('7', ';;;'), '7'],
    ['a number in a column of text', number('123', '@'), '123'],
    ['a number with a format that nobody understands', number('12', '[[['), '12'],
  ])('%s', async (_, cell, expected) => {
    expect(await textOf(cell)).toBe(expected);
  });

  it('of more than 15 digits have lost some, which is said', async () => {
    const result = await read(oneSheet(['Name', 'Id'], ['A', '1'], ['B', number('4876876000000110100')]));
    expect(result.profile.notes).toEqual([
      expect.objectContaining({ code: 'digits-lost', message: expect.stringContaining('the first in B3') as string }),
    ]);
    expect(codesOf(await read(oneSheet(['Name', 'Id'], ['B', number('487687600000011')])))).toEqual([]);
    expect(codesOf(await read(oneSheet(['Name', 'Id'], ['B', number('123', '0000000000000000')])))).toEqual([]);
  });
});

describe('dates', () => {
  it.each<[string, XmlCell, string]>([
    ['a date', number('45356', 'yyyy\\-mm\\-dd'), '2024-03-05'],
    ['a date in a built-in format', { raw: '45356', formatId: 14 }, '2024-03-05'],
    ['a date and time in a built-in format', { raw: '45356.5', formatId: 22 }, '2024-03-05 12:00:00'],
    ['a German date', number('45356', 'dd"."mm"."yyyy'), '2024-03-05'],
    ['a date with a locale', number('45356', '[$-409]d\\-mmm\\-yyyy;@'), '2024-03-05'],
    ['a long date', number('45356', '[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy'), '2024-03-05'],
    ['a date and time', number('45356.430902777778', 'd/m/yy h:mm'), '2024-03-05 10:20:30'],
    ['the last second of a day', number('45356.999999999', 'yyyy-mm-dd hh:mm'), '2024-03-06 00:00:00'],
    ['a time of day', number('0.4309027777777778', 'h:mm'), '10:20:30'],
    ['hours that passed', number('1.5', '[h]:mm:ss'), '36:00:00'],
    ['a date before 1900-03-01', number('59', 'yyyy-mm-dd'), '1900-02-28'],
    ['a number that is no date', number('-3', 'yyyy-mm-dd'), '-3'],
    ['a word with the letters of a date', number('3', '"Day "0'), 'Day 3'],
    ['a colour with the letter of a date', number('3', '[Red]0'), '3'],
    ['a date as text of the strict variant', { raw: '2024-03-05T00:00:00', type: 'd' }, '2024-03-05'],
    ['a time as text of the strict variant', { raw: '2024-03-05T10:20:30.000', type: 'd' }, '2024-03-05 10:20:30'],
  ])('%s', async (_, cell, expected) => {
    expect(await textOf(cell)).toBe(expected);
  });

  it('count from 1904 where the workbook says so', async () => {
    expect(await textOf(number('43894', 'yyyy-mm-dd'), { date1904: true })).toBe('2024-03-05');
  });
});

describe('texts', () => {
  it.each<[string, XmlCell, string]>([
    ['TRUE and FALSE', { raw: '1', type: 'b' }, 'TRUE'],
    ['an error', { raw: '#N/A', type: 'e' }, '#N/A'],
    ['the result of a formula', { raw: 'Acme & Co', type: 'str', formula: 'A1&" & Co"' }, 'Acme & Co'],
    ['a number that a formula made', { raw: '42', formula: '6*7' }, '42'],
    ['a text in the cell', { type: 'inlineStr', xml: '<is><t>in</t></is>' }, 'in'],
    [
      'a rich text without its phonetic runs',
      {
        type: 'inlineStr',
        xml: '<is><r><rPr><b/></rPr><t xml:space="preserve">Old </t></r><r><t>Town</t></r><rPh sb="0" eb="1"><t>no</t></rPh></is>',
      },
      'Old Town',
    ],
    ['escaped line ends', { type: 'inlineStr', xml: '<is><t>a_x000D_\nb_x000A_c</t></is>' }, 'a\nb\nc'],
    ['an escaped escape', { type: 'inlineStr', xml: '<is><t>_x005F_x000D_</t></is>' }, '_x000D_'],
    ['blanks at the edges', { type: 'inlineStr', xml: '<is><t xml:space="preserve"> a </t></is>' }, ' a '],
    ['marked characters', { type: 'inlineStr', xml: '<is><t><![CDATA[a<b]]>&amp;</t></is>' }, 'a<b&'],
  ])('%s', async (_, cell, expected) => {
    expect(await textOf(cell)).toBe(expected);
  });

  it('shared by cells may be rich too', async () => {
    const strings =
      '<sst><si><t>Name</t></si><si><r><t>Ac</t></r><r><t>me_x000A_Ltd</t></r><rPh><t>x</t></rPh></si><si><t>City</t></si></sst>';
    const cell = (at: number): XmlCell => ({ raw: String(at), type: 's' });
    const result = await read({
      ...oneSheet([cell(0), cell(2)], [cell(1), 'Köln']),
      inline: true,
      parts: { 'xl/sharedStrings.xml': strings },
    });
    expect(cellsOf(result)).toEqual([['Acme\nLtd', 'Köln']]);
  });

  it('of ten thousand cells come back in any order', async () => {
    const rows = Array.from({ length: 2000 }, (_, index) => [`Name ${index}`, `Ort ${index % 7}`, `x${index * 31}`]);
    const result = await read(oneSheet(['Name', 'City', 'Id'], ...rows));
    expect(cellsOf(result)).toEqual(rows);
  });

  it('that a cell names and the workbook lacks are a damage', async () => {
    await expect(read(oneSheet(['Name', 'City'], ['A', { raw: '17', type: 's' }]))).rejects.toMatchObject({
      code: 'file-binary',
      message: expect.stringContaining('cell B2') as string,
    });
  });
});

it('says which formulas have no stored result', async () => {
  const result = await read(
    oneSheet(
      ['Name', 'Sum'],
      ['A', { formula: 'SUM(1,2)' }],
      ['B', { formula: 'A1', raw: '' }],
      ['C', { formula: '""', raw: '', type: 'str' }],
    ),
  );
  expect(cellsOf(result)).toEqual([
    ['A', ''],
    ['B', ''],
    ['C', ''],
  ]);
  expect(result.profile.notes).toEqual([
    expect.objectContaining({
      code: 'formula-without-value',
      message: expect.stringMatching(/^2 cells.*B2/) as string,
    }),
  ]);
});

describe('rows', () => {
  it('keep their numbers over gaps, and short ones are filled up', async () => {
    const { rows, broken, profile } = await read(
      oneSheet(['Name', 'City', 'Zip'], ['A', 'Köln', '1'], { cells: ['B'], number: 9 }, [null, 'Bonn']),
    );
    expect(rows.map(({ line, cells }) => [line, ...cells])).toEqual([
      [2, 'A', 'Köln', '1'],
      [9, 'B', '', ''],
      [10, '', 'Bonn', ''],
    ]);
    expect(broken).toEqual([]);
    expect(profile).toMatchObject({ format: 'xlsx', unit: 'row', sheet: 'Sheet1', headerLine: 1 });
  });

  it('are found below a title', async () => {
    const result = await read(
      oneSheet(['Companies of Acme'], [], ['Name', 'City', 'Zip'], ['A', 'Köln'], ['B', 'Bonn', '5']),
    );
    expect(result.profile).toMatchObject({ headerLine: 3, columns: ['Name', 'City', 'Zip'] });
    expect(result.rows.map((row) => row.line)).toEqual([4, 5]);
  });

  it('do not end with a sum or a note, and one with a name alone is a row', async () => {
    const head = [
      ['Name', 'City', 'Zip'],
      ['A', 'Köln', '1'],
      ['B', 'Bonn', '2'],
    ];
    const name = await read(oneSheet(...head, { cells: ['Only a name'], number: 6 }));
    expect(name.rows.map((row) => row.cells[0])).toEqual(['A', 'B', 'Only a name']);
    const note = await read(oneSheet(...head, { cells: ['Copyright (c) 2024 Acme'], number: 6 }));
    expect(note.rows.map((row) => row.cells[0])).toEqual(['A', 'B']);
    expect(note.profile.notes[0]?.message).toContain('Rows 4 to 6');
  });

  it('with a value beside the header are rejected, with the number of the row', async () => {
    const { rows, broken } = await read(oneSheet(['Name', 'City'], ['A', 'Köln', null, 'call him'], ['B', 'Bonn']));
    expect(rows.map((row) => row.cells[0])).toEqual(['B']);
    expect(broken[0]?.hint).toMatch(/^row 2 has 4 cells, the header has 2/);
  });

  it('of a second table are no rows of the first', async () => {
    const tables = oneSheet(
      ['Name', 'City', 'Zip'],
      ['A', 'Köln', '1'],
      [],
      ['Person', 'Email', 'Phone'],
      ['B', 'b@x.de', '2'],
    );
    await expect(read(tables)).rejects.toMatchObject({
      code: 'file-not-csv',
      message: expect.stringContaining('second table begins on row 4') as string,
    });
  });

  it('that are hidden are read, and so are hidden columns', async () => {
    const result = await read({
      sheets: [
        {
          name: 'Accounts',
          before: '<cols><col min="1" max="1" hidden="1"/></cols>',
          rows: [
            ['(Do Not Modify) Account', 'Account Name'],
            { cells: ['id-1', 'A'], hidden: true },
            { cells: ['id-2', 'B'] },
          ],
        },
      ],
    });
    expect(cellsOf(result)).toEqual([
      ['id-1', 'A'],
      ['id-2', 'B'],
    ]);
    expect(result.profile.notes.map(({ code, message }) => `${code}: ${message.slice(0, 15)}`)).toEqual([
      'hidden-rows: 1 row is hidden',
    ]);
  });

  it('in the wrong order are refused', async () => {
    const spec = oneSheet(['Name', 'City'], { cells: ['A', 'b'], number: 5 }, { cells: ['B', 'c'], number: 3 });
    await expect(read(spec)).rejects.toMatchObject({
      code: 'file-not-csv',
      message: expect.stringContaining('"3"') as string,
    });
  });

  it('far away cost nothing, and those that no sheet has are refused', async () => {
    const far = await read(oneSheet(['Name', 'City'], { cells: ['A', 'b'], number: 1_048_576 }));
    expect(far.rows.map((row) => row.line)).toEqual([1_048_576]);
    await expect(read(oneSheet(['Name'], { cells: ['A'], number: 999_999_999 }))).rejects.toMatchObject({
      code: 'file-not-csv',
    });
  });
});

describe('what other writers leave out or write differently', () => {
  const rows = [
    ['Name', 'City'],
    ['A', 'Köln'],
    [null, 'Bonn'],
    ['C', null],
  ];
  const expected = [
    ['A', 'Köln'],
    ['', 'Bonn'],
    ['C', ''],
  ];
  it.each<[string, Partial<WorkbookSpec>]>([
    ['nothing', {}],
    ['texts in the cells', { inline: true }],
    ['texts in the cells and no list of texts', { inline: true, parts: { 'xl/sharedStrings.xml': null } }],
    ['no styles', { parts: { 'xl/styles.xml': null } }],
    ['no numbers of rows and cells', { bare: true }],
    ['prefixes', { prefix: 'x:' }],
    ['the strict variant', { strict: true }],
    ['absolute targets', { targets: '/xl/' }],
    ['targets with a dot', { targets: './' }],
    ['no list of relations', { parts: { 'xl/_rels/workbook.xml.rels': null, '_rels/.rels': null } }],
  ])('%s', async (_, variant) => {
    const result = await read({ sheets: [{ name: 'S', rows }], ...variant });
    expect(cellsOf(result)).toEqual(expected);
  });

  it('a workbook that is called .csv, or nothing', async () => {
    for (const name of ['renamed.csv', 'renamed'])
      expect(cellsOf(await read({ sheets: [{ name: 'S', rows }] }, {}, name))).toEqual(expected);
  });
});

describe('sheets', () => {
  const table = (name: string, city: string, state?: 'hidden' | 'veryHidden'): WorkbookSpec['sheets'][number] => ({
    name,
    ...(state === undefined ? {} : { state }),
    rows: [
      ['Name', 'City'],
      ['A', city],
    ],
  });

  it('that are hidden are left out, and named', async () => {
    const result = await read({
      sheets: [table('hiddenSheet', 'no', 'veryHidden'), table('b', 'no', 'hidden'), table('Accounts', 'Köln')],
    });
    expect(cellsOf(result)).toEqual([['A', 'Köln']]);
    expect(result.profile).toMatchObject({ sheet: 'Accounts' });
    expect(result.profile.notes).toEqual([
      { code: 'sheet-hidden', message: 'The hidden sheets "hiddenSheet", "b" are left out.' },
    ]);
  });

  it('beside the first with rows are named, with the way to choose one', async () => {
    const spec = { sheets: [table('Companies', 'Köln'), table('Archive', 'Bonn'), { name: 'Blank', rows: [] }] };
    const result = await read(spec);
    expect(cellsOf(result)).toEqual([['A', 'Köln']]);
    expect(result.profile.notes).toEqual([
      expect.objectContaining({
        code: 'sheets-left-out',
        message: expect.stringMatching(/"Companies" is read, and not "Archive".*--sheet "Archive"/) as string,
      }),
    ]);
    const other = await read(spec, { sheet: 'archive' });
    expect(cellsOf(other)).toEqual([['A', 'Bonn']]);
    expect(other.profile).toMatchObject({ sheet: 'Archive', notes: [] });
  });

  it('with a text or two in front are no tables', async () => {
    const result = await read({
      sheets: [{ name: 'Read me', rows: [['Exported by Acme'], ['2024']] }, table('Clients', 'Köln')],
    });
    expect(result.profile.sheet).toBe('Clients');
    expect(codesOf(result)).toEqual(['sheets-left-out']);
  });

  it('with one column are read where there is no other', async () => {
    const result = await read({
      sheets: [
        { name: 'a', rows: [] },
        { name: 'b', rows: [['Email'], ['a@x.de']] },
      ],
    });
    expect(cellsOf(result)).toEqual([['a@x.de']]);
  });

  it('that are not there are a mistake, with the nearest name', async () => {
    await expect(read({ sheets: [table('Companies', 'x')] }, { sheet: 'Compnies' })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('Did you mean "Companies"?') as string,
      hint: 'Its sheets are: "Companies".',
    });
  });

  it('without any value are refused, and a hidden one is offered', async () => {
    await expect(read({ sheets: [{ name: 'a', rows: [] }] })).rejects.toMatchObject({ code: 'file-empty' });
    await expect(read({ sheets: [{ name: 'a', rows: [] }, table('h', 'x', 'hidden')] })).rejects.toMatchObject({
      code: 'file-empty',
      hint: expect.stringContaining('--sheet "h"') as string,
    });
  });

  it('of charts alone are refused', async () => {
    const relations =
      '<Relationships><Relationship Id="rId10" Type="a/chartsheet" Target="chartsheets/sheet1.xml"/></Relationships>';
    const spec = { sheets: [{ name: 'Chart', rows: [] }], parts: { 'xl/_rels/workbook.xml.rels': relations } };
    await expect(read(spec)).rejects.toMatchObject({
      code: 'file-not-csv',
      message: expect.stringContaining('chart') as string,
    });
  });
});

it('reads any grid as it was written', async () => {
  const text = fc
    .string({ unit: 'grapheme', maxLength: 12 })
    .map((value) => value.replaceAll(/[\p{Cc}\p{Cs}\uFFFE\uFFFF_]/gu, '?'));
  const grid = fc.array(fc.array(text, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(grid, fc.boolean(), fc.boolean(), async (rows, inline, bare) => {
      const { sheets } = oneSheet(['Name', 'City', 'Email'], ...rows, ['Last', 'of', 'all']);
      const result = await read({ sheets, inline, bare });
      const filled = rows.filter((cells) => cells.some((cell) => cell.trim() !== ''));
      expect(cellsOf(result)).toEqual([...filled, ['Last', 'of', 'all']]);
      expect(result.broken).toEqual([]);
    }),
    { numRuns: PROPERTY_RUNS, seed },
  );
});

it('has one digest and one table for the same bytes, whichever sheet was asked for before', async () => {
  const path = writeFile(
    buildXlsx({
      sheets: [
        {
          name: 'a',
          rows: [
            ['Name', 'x'],
            ['A', '1'],
          ],
        },
        {
          name: 'b',
          rows: [
            ['Name', 'x'],
            ['B', '2'],
          ],
        },
      ],
    }),
    'twice.xlsx',
  );
  const [first, second, again] = [
    await profileFile(path),
    await profileFile(path, { sheet: 'b' }),
    await profileFile(path),
  ];
  expect(first.digest).toBe(second.digest);
  expect(first.tablePath).not.toBe(second.tablePath);
  expect(again.tablePath).toBe(first.tablePath);
});
