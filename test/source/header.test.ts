/** Where the table begins and ends in its file: titles above it, notes below it, other tables beside it. */

import { describe, expect, it } from 'vitest';
import type { SyncError } from '../../src/errors.js';
import type { FileOverrides } from '../../src/source/profile.js';
import { cellsOf, readAll } from './write.js';

async function refusal(content: string, overrides: FileOverrides = {}): Promise<SyncError> {
  return readAll(content, overrides).then(
    () => expect.fail('the file was not refused'),
    (error: unknown) => error as SyncError,
  );
}

const TABLE = 'Name,Email,City\nAcme,a@x.de,Bonn\nFoo,f@x.de,Rome\n';
const ROWS = [
  ['Acme', 'a@x.de', 'Bonn'],
  ['Foo', 'f@x.de', 'Rome'],
];

describe('the table is found below', () => {
  it.each([
    ['nothing', ''],
    ['a title and a date', 'Customer Contact List\nAs of May 1, 2026\n\n'],
    ['prose with as many commas as the table', 'Customer list, Acme Inc., Berlin\nAs of May 1, 2026, all\n\n'],
    ['a note that is named like a column', 'Notes:\n"Some addresses are missing, as people hide them."\n\n'],
    ['a title of two cells', 'Report,Clients\n'],
    ['braces', '{}\n'],
    ['board and group', 'My board\n\nGroup one\n'],
    ['a sep line', 'sep=,\n'],
    ['titles of full width', 'Invoice export,,\n,,\nCLIENTS,,\n'],
    ['twenty-five lines', 'about this list\n'.repeat(25)],
  ])('%s', async (_, preamble) => {
    for (const end of ['\n', '\r\n', '\r']) {
      const result = await readAll((preamble + TABLE).replaceAll('\n', end));
      expect(result.profile.columns).toEqual(['Name', 'Email', 'City']);
      expect(result.profile.headerLine).toBe(preamble.split('\n').length);
      expect(cellsOf(result)).toEqual(ROWS);
      expect(result.broken).toEqual([]);
    }
  });

  it('never below rows: names of columns further down are not the header', async () => {
    const result = await readAll('Firm,Sum\nAcme,1\nFoo,2\nName,Email\nBar,3\n');
    expect(result.profile.headerLine).toBe(1);
    expect(result.rows.map((row) => row.line)).toEqual([2, 3, 4, 5]);
  });
});

describe('a second line of the header is refused', () => {
  it.each([
    ['units', 'Name,Weight,Price\n,kg,EUR\nA,1,2\nB,3,4\n'],
    ['types', 'Name,Email,Since\ntext,email,date\nA,a@x.de,2020-01-01\nB,b@x.de,2020-01-02\n'],
    ['names under groups', 'Client,,Amounts,\nName,Town,Open,Paid\nA,Bonn,1,2\nB,Rome,3,4\n'.replace(',,', ',Place,')],
  ])('%s', async (_, text) => {
    const error = await refusal(text);
    expect(error.code).toBe('file-not-csv');
    expect(error.message).toContain('line 2');
    expect(error.message).toContain('belongs to the header');
    expect((await readAll(text, { headerLine: 2 })).rows.map((row) => row.line)).toEqual([3, 4]);
  });

  it.each([
    ['a row without values', 'Name,Weight,Price\nAcme,,\nA,1,2\nB,3,4\n'],
    ['placeholders', 'Name,Weight,Price\nAcme,n/a,unknown\nA,1,2\nB,3,4\n'],
    ['one odd cell', 'Name,Weight,Price\nAcme,heavy,2\nA,1,2\nB,3,4\n'],
    ['only texts', 'Name,City\nAcme,Bonn\nFoo,Rome\nBar,Oslo\n'],
  ])('but not %s', async (_, text) => {
    expect((await readAll(text)).rows[0]!.line).toBe(2);
  });
});

describe('a second table is refused, with its line', () => {
  it.each([
    ['of another width', `${TABLE}\nInvoice,Amount\n1,5\n2,6\n`, 5],
    ['with a title', `${TABLE}\nInvoices\nInvoice,Amount\n1,5\n2,6\n`, 6],
    ['of the same width', `${TABLE}\nClient,Phone,Country\nAcme,123,DE\n`, 5],
    ['far behind the sample', `${TABLE}${'Bar,b@x.de,Oslo\n'.repeat(20_000)}\nClient,Phone,Country\nA,1,DE\n`, 20_005],
    ['of other names, without a blank line', `${TABLE}Client,Phone,Country\nAcme,123,DE\n`, 4],
    ['of the same names in another order', 'Name;City\nA;Bonn\nB;Ulm\nCity;Name\nUlm;C\n', 4],
    ['of the same unusual names in another order', 'Nr;Foo\n1;Bonn\n2;Ulm\nFoo;Nr\nUlm;3\n', 4],
    ['between semicolons', `${TABLE}\nInvoice,Amount\n1,5\n2,6\n`.replaceAll(',', ';'), 5],
  ])('%s', async (_, text, line) => {
    const error = await refusal(text);
    expect(error.code).toBe('file-not-csv');
    expect(error.message).toContain(`a second table begins on line ${line} (`);
    expect(error.hint).toContain('a file of its own');
  });

  it.each([
    ['the same header again', `${TABLE}\n${TABLE}`, 5],
    ['the same header in other letters', `${TABLE}\n${TABLE.replace('Name,Email', ' NAME,email')}`, 5],
    ['a client that is called as a column is', 'Name,City,Notes\nCompany,Bonn,\nContact,Notes,\n', 2],
    ['a client that is called as a column of two is', 'Name,City\nCompany,Stadt\n', 1],
    ['blank lines', TABLE.replace('Foo', '\n\nFoo'), 2],
    ['rows of texts behind a blank line', `${TABLE}\nBar,,Oslo\nBaz,,Bern\n`, 4],
  ])('but not %s', async (_, text, count) => {
    const { rows, broken } = await readAll(text);
    expect(rows).toHaveLength(count);
    expect(broken).toEqual([]);
  });
});

describe('what is left out below the rows', () => {
  it.each([
    ['nothing', '', 0, ''],
    ['a sum and a time', 'TOTAL,,3\n"Thursday, Oct 1, 2026 10:15:22 AM GMT+2"\n', 2, 'TOTAL'],
    ['a sum in Russian', 'Итого,,3\n\n', 2, 'Итого'],
    ['a sum in Polish', 'Razem:,,3\n\n', 2, 'Razem:'],
    ['a sum in Portuguese', 'Total geral,,3\n\n', 2, 'Total geral'],
    ['a sum in Japanese', '合計,,3\n\n', 2, '合計'],
    ['a note', '\n\nCopyright (c) 2000-2026\n', 3, 'Copyright (c) 2000-2026'],
  ])('is said: %s', async (_, footer, lines, words) => {
    const { profile, rows, broken } = await readAll(`Name,City,Sum\nAcme,Bonn,1\nFoo,Rome,2\n${footer}`);
    expect([rows.length, broken.length, profile.footerLines]).toEqual([2, 0, lines]);
    const said = profile.notes.map(({ code, message }) => `${code}: ${message}`);
    const where = `Lines 4 to ${3 + lines} are`;
    expect(said).toEqual(lines === 0 ? [] : [`footer-left-out: ${where} below the rows and left out: "${words}".`]);
  });
});
