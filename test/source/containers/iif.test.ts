/** Lists of QuickBooks Desktop: the customers out of several tables in one file. */

import { describe, expect, it } from 'vitest';
import { SyncError } from '../../../src/errors.js';
import { cellsOf, readPath, writeFile } from '../write.js';
import type { ReadResult } from '../write.js';

let count = 0;

async function read(content: string | Buffer): Promise<ReadResult> {
  return readPath(writeFile(content, `lists-${++count}.iif`));
}

const lines = (...all: readonly (readonly string[])[]): string =>
  all.map((cells) => `${cells.join('\t')}\r\n`).join('');

const HDR = [
  ['!HDR', 'PROD', 'VER'],
  ['HDR', 'QuickBooks Pro', 'Version 30'],
];
const CUSTOMERS = [
  ['!CUST', 'NAME', 'REFNUM', 'BADDR1', 'NOTEPAD'],
  ['CUST', 'Acme', '1', '"480 Mesa Road, 2nd"', '"a ""quoted"" word"'],
  ['CUST', 'Bolt', '2', '12" pipes', ''],
];

describe('.iif', () => {
  it('has the rows of the customers on their lines, and counts the other tables', async () => {
    const result = await read(
      lines(
        ...HDR,
        ['!CUSTNAMEDICT', 'INDEX', 'LABEL'],
        ['!ENDCUSTNAMEDICT'],
        ['CUSTNAMEDICT', '0', 'Birthday'],
        ['ENDCUSTNAMEDICT'],
        ...CUSTOMERS,
        ['!VEND', 'NAME'],
        ['VEND', 'Steel Ltd'],
        ['VEND', 'Glass Ltd'],
        ['!EMP', 'NAME'],
        ['EMP', 'Jane'],
      ),
    );
    expect(result.profile).toMatchObject({ format: 'iif', unit: 'line', headerLine: 0, endsWithLineEnd: true });
    expect(result.profile.columns).toEqual(CUSTOMERS[0]);
    expect(result.rows.map(({ line }) => line)).toEqual([8, 9]);
    expect(cellsOf(result)).toEqual([
      ['CUST', 'Acme', '1', '480 Mesa Road, 2nd', 'a "quoted" word'],
      ['CUST', 'Bolt', '2', '12" pipes', ''],
    ]);
    expect(result.profile.notes).toEqual([
      {
        code: 'tables-left-out',
        message: 'Rows that are no customers are left out: 1 of CUSTNAMEDICT, 2 of VEND, 1 of EMP.',
      },
    ]);
  });

  it('rejects a row that is too short, and no other', async () => {
    const result = await read(lines(...CUSTOMERS, ['CUST', 'Cut']));
    expect(result.rows.length).toBe(2);
    expect(result.broken).toMatchObject([{ line: 4, code: 'too-few-cells' }]);
  });

  it('reads windows-1252, and says so', async () => {
    const result = await read(
      Buffer.from(lines(...CUSTOMERS, ['CUST', 'Caf\u00e9 Ol\u00e9 M\u00fcnchen', '3', '', '']), 'latin1'),
    );
    expect(cellsOf(result).at(-1)?.[1]).toBe('Café Olé München');
    expect(result.profile.notes.map(({ code }) => code)).toEqual(['encoding-guessed']);
  });

  it.each([
    [
      lines(...HDR, ['!TRNS', 'DATE'], ['!ENDTRNS'], ['TRNS', '1/1/26'], ['ENDTRNS']),
      'without customers: it holds 1 of TRNS',
    ],
    [lines(...CUSTOMERS, ['!CUST', 'NAME'], ['CUST', 'X']), 'line 4 is a second header of customers'],
    [lines(...HDR, ['CUST', 'X'], ['!CUST', 'NAME']), 'line 3 is a customer above the header'],
    [lines(...CUSTOMERS).replace('Bolt', 'Bo\r\nlt'), 'line 4 does not begin with the keyword of a table: "lt'],
  ])('%j is refused', async (content, message) => {
    const error = await read(content).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SyncError);
    expect((error as SyncError).code).toBe('file-not-csv');
    expect((error as SyncError).message).toContain(message);
  });
});
