/** Sheets whose XML is sound and says what no sheet says: a value that would be lost or put elsewhere is refused. */

import { describe, expect, it } from 'vitest';
import { profileFile } from '../../../src/source/probe.js';
import { BOOKS } from '../../fuzz/books.js';
import { packBook } from '../../fuzz/damage-xml.js';
import { cellsOf, readPath, writeFile } from '../write.js';

const [XLSX, ODS] = BOOKS as readonly [(typeof BOOKS)[number], (typeof BOOKS)[number]];
let count = 0;

function write(book: typeof XLSX, old: string, now: string, part = book.cells): string {
  const xml = book.parts[part] ?? '';
  expect(xml).toContain(old);
  let damaged = xml.replace(old, now);
  // Where the table ends early it does not end again.
  if (now.startsWith('</sheetData>')) damaged = damaged.replace('</sheetData></worksheet>', '</worksheet>');
  const parts = { ...book.parts, [part]: damaged };
  return writeFile(packBook({ ...book, parts }), `damaged-${++count}-${book.name}`);
}

describe('a workbook is refused', () => {
  const strings = 'xl/sharedStrings.xml';
  it.each<[string, typeof XLSX, string, string, RegExp, string?]>([
    ['with a cell twice', XLSX, '<c r="B3"', '<c r="A3"', /has cell A3 twice, at row 3/],
    ['with a cell of another row', XLSX, '<c r="B3"', '<c r="B4"', /has a cell "B4" in another row, at row 3/],
    ['with two values for a cell', XLSX, '<v>77246</v>', '<v>1</v><v>2</v>', /has two values in cell E2/],
    ['with a text beside the value', XLSX, '<v>77246</v>', '<x>77246</x>', /text outside of a cell: "77246", at row 2/],
    ['with a row in a row', XLSX, '<row r="3">', '<row r="3"><row r="4"/>', /has a row inside of another/],
    ['with rows behind its table', XLSX, '<row r="3">', '</sheetData><row r="3">', /row "3" outside of its/],
    ['with a text whose number is blank', XLSX, '<v>0</v>', '<v> </v>', /cell B2 has text number {2}, which it lacks/],
    ['with a type that does not exist', XLSX, 't="s"><v>0', 't="S"><v>0', /cell B2 is of an unknown type "S"/],
    ['with a style that does not exist', XLSX, 's="1"', 's="9"', /cell H2 has style 9, which it lacks/],
    [
      'with a text in a text',
      XLSX,
      '<si>',
      '<si><si><t>x</t></si>',
      /list of texts has one inside of another/,
      strings,
    ],
    ['with a text outside of the text', XLSX, '<si>', '<si>Acme', /list of texts has a text in the wrong/, strings],
    ['whose sheet lies nowhere', XLSX, 'r:id="r1"', 'r:id="r7"', /not say where sheet "Clients"/, 'xl/workbook.xml'],
    ['with a text between cells', ODS, '</table:table-cell>', '</table:table-cell>Acme', /outside of a cell: "Acme"/],
    ['with a paragraph in no cell', ODS, '<table:table-row>', '<table:table-row><text:p/>', /a text outside of a cell/],
    [
      'with a row outside',
      ODS,
      '</table:table>',
      '</table:table><table:table-row/>',
      /has a row outside of a table, behind row 90\d/,
    ],
  ])('%s', async (_, book, old, now, message, part) => {
    const refused = profileFile(write(book, old, now, part));
    await expect(refused).rejects.toMatchObject({
      code: 'file-binary',
      message: expect.stringMatching(message) as string,
    });
  });
});

describe('a value is as it is shown', () => {
  it.each<[string, typeof XLSX, string, string, number, string]>([
    ['a number without its value', ODS, ' office:value="77246"', '', 4, '77246'],
    ['an amount without its value', ODS, ' office:value="12.5"', '', 5, '12.50 €'],
    ['a truth without its value', ODS, ' office:boolean-value="true"', '', 6, 'TRUE'],
    ['a text that is called a truth', XLSX, 't="b"><v>1', 't="b"><v>Acme', 6, 'Acme'],
    ['a text that is called a number', XLSX, '<v>77246</v>', '<v>0x10</v>', 4, '0x10'],
    ['a number beyond all numbers', XLSX, '<v>77246</v>', '<v>1E400</v>', 4, '1E400'],
    ['a day that is a text', XLSX, 's="1"><v>45002', 's="1"><v>soon', 7, 'soon'],
  ])('%s', async (_, book, old, now, column, expected) => {
    const [first] = cellsOf(await readPath(write(book, old, now)));
    expect(first?.[column]).toBe(expected);
  });
});
