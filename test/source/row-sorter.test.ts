/** Lines that look like rows and are none: pieces of a row that a line break has cut, and lines of a report. */

import { describe, expect, it } from 'vitest';
import { readAll } from './write.js';

const HEAD = 'Id,Name,Email,City\n';
const rows = (from: number, count: number): string =>
  Array.from({ length: count }, (_, nth) => `${from + nth},Firm ${from + nth},mail${from + nth}@x.example,Bonn\n`).join(
    '',
  );

async function sort(text: string): Promise<{ broken: readonly string[]; left: readonly number[]; rows: number }> {
  const all = await readAll(text);
  for (const blockBytes of [64, 17]) {
    const again = await readAll(text, {}, blockBytes);
    const lines = (result: typeof all): unknown => [
      result.rows.map(({ line }) => line),
      result.broken.map(({ line, code }) => `${line} ${code}`).toSorted(),
      result.left.map(({ line }) => line),
    ];
    expect(lines(again)).toEqual(lines(all));
  }
  const broken = all.broken.map(({ line, code }) => `${line} ${code}`);
  return { broken, left: all.left.map(({ line }) => line), rows: all.rows.length };
}

describe('a row that a line break has cut', () => {
  it.each([
    [
      'in its first cell',
      `Name,City,Id\n${'Acme,Bonn,1\n'.repeat(9)}Brass\nerie,Ulm,2\n`,
      ['11 too-few-cells', '12 cut-row'],
      9,
    ],
    ['in its last cell', 'Id,City,Name\n1,Bonn,Acme\n2,Ulm,Brass\nerie\n', ['3 cut-row', '4 too-few-cells'], 1],
    [
      'in a cell in the middle',
      'Id,Name,City\n1,Acme,Bonn\n2,Brass\nerie,Ulm\n',
      ['3 too-few-cells', '4 too-few-cells'],
      1,
    ],
    ['with blank cells behind it', 'Id,Name\n1,A,,,\n2,B,,,\n3,C\nD,,,\n', ['4 cut-row', '5 cut-row'], 2],
    [
      'and was filled up',
      `${HEAD}${rows(1, 9)}10,Brass,,\nerie,mail@x.example,Ulm,\n`,
      ['11 cut-row', '12 cut-row'],
      9,
    ],
    [
      'twice and was filled up',
      `${HEAD}${rows(1, 9)}10,Br,,\nas,,,\nserie,m@x.example,Ulm,\n`,
      ['11 cut-row', '12 cut-row', '13 cut-row'],
      9,
    ],
    [
      'in a name in front and was filled up',
      `Name,Id,Email\n${'Acme,1,a@x.example\n'.repeat(9)}Brass,,\nerie,2,b@x.example\n`,
      ['11 cut-row', '12 cut-row'],
      9,
    ],
  ])('%s is rejected with all its pieces', async (_, text, broken, count) => {
    expect(await sort(text)).toEqual({ broken, left: [], rows: count });
  });

  it.each([
    ['a client with its name alone above a row', `${HEAD}${rows(1, 9)}10,Brass,,\n11,Foo,f@x.example,\n`, 11],
    ['a short row beside a whole one', 'Id,Name,City\n1,Acme\n2,Foo,Ulm\n', 1],
    ['a title beside a column of numbers', `${HEAD}${rows(1, 9)}Leads\n${rows(10, 1)}`, 9],
    ['a title behind a blank line', 'Name,City,Id\nAcme,Bonn,1\n\nLeads\nFoo,Ulm,2\n', 2],
    ['a file that is cut off', 'Name,City,Id\nAcme,Bonn,x\nFo', 1],
  ])('is not seen in %s', async (what, text, count) => {
    const { broken, rows: read } = await sort(text);
    // The row above the title may go on in it: its last cell is a text.
    const cut = what.startsWith('a title beside') ? 1 : 0;
    expect(broken.filter((one) => one.endsWith('cut-row'))).toHaveLength(cut);
    expect(read).toBe(count);
  });
});

describe('a line of a report', () => {
  it.each([
    'Summe,,3',
    'Grand total,,"1,200.00"',
    'Anzahl Datensätze: 2,,',
    'Anzahl Datensätze:,2,',
    'Number of records: 2',
    'Page 1 of 3,,',
    'Seite 1/3',
    '(12 rows affected)',
    '"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved.",,',
  ])('is left out and said: %s', async (line) => {
    expect(await sort(`Name,Item,Id\nAcme,x,1\n${line}\nFoo,y,2\n`)).toEqual({ broken: [], left: [3], rows: 2 });
  });

  it.each([
    'Total SE,,',
    'Page,,',
    'Page 44,,',
    'Count Basie,,',
    'Kunden,,',
    'Records Ltd,,',
    'Total,Paris,3',
    'Summe GmbH,,3',
    'Number One Records,,7',
    '3M,,',
  ])('is not what may be a client: %s', async (line) => {
    expect(await sort(`Name,Item,Id\nAcme,x,1\n${line}\nFoo,y,2\n`)).toEqual({ broken: [], left: [], rows: 3 });
  });

  it('that may be a company is rejected: "Total" with numbers alone', async () => {
    const { broken } = await readAll('Name,Item,Id\nAcme,x,1\nTotal,,3\nFoo,y,2\n');
    expect(broken).toMatchObject([{ line: 3, code: 'sum-row', value: 'Total,,3' }]);
  });

  it('is the title above a repeated header, alone on its line or behind a blank one', async () => {
    const head = 'Name,Item,Id\n';
    expect((await sort(`${head}Acme,x,1\nLeads\n${head}Foo,y,2\n`)).left).toEqual([3]);
    expect((await sort(`${head}Acme,x,1\n,,\nLeads,,\n${head}Foo,y,2\n`)).left).toEqual([4]);
    // The last row of one file, and the first of another: a client of whom only the name is known.
    expect((await sort(`${head}Acme,x,1\nLeads,,\n${head}Foo,y,2\n`)).left).toEqual([]);
  });
});
