/** Delimiter, quote, escape and line ends: each damage beside the same file without it. */

import { describe, expect, it } from 'vitest';
import type { SyncError } from '../../src/errors.js';
import { profileFile } from '../../src/source/probe.js';
import type { FileOverrides } from '../../src/source/profile.js';
import { cellsOf, readAll, writeFile } from './write.js';
import type { ReadResult } from './write.js';

const COLUMNS = ['Name', 'City', 'Note'];
const ROWS = [
  ['Acme', 'Bonn', 'x'],
  ['Müller, Hans', 'Köln', 'a "b" c'],
  ['Foo; Bar', 'Rome', 'y'],
];

function tableOf(result: ReadResult): readonly (readonly string[])[] {
  return [result.profile.columns, ...cellsOf(result)];
}

function codesOf(result: ReadResult): readonly string[] {
  return result.profile.notes.map((note) => note.code);
}

async function refusal(content: string, overrides: FileOverrides = {}): Promise<SyncError> {
  return profileFile(writeFile(content), overrides).then(
    () => expect.fail('the file was not refused'),
    (error: unknown) => error as SyncError,
  );
}

describe('the same table', () => {
  const twin = 'Name,City,Note\nAcme,Bonn,x\n"Müller, Hans",Köln,"a ""b"" c"\nFoo; Bar,Rome,y\n';

  it.each<[string, string, readonly string[]]>([
    ['without damage', twin, []],
    ['with a byte order mark in the middle', twin.replace('Foo;', '\ufeffFoo;'), []],
    [
      'with apostrophes where they are needed',
      "Name,City,Note\nAcme,Bonn,x\n'Müller, Hans',Köln,'a \"b\" c'\n'Foo; Bar',Rome,y\n",
      [],
    ],
    [
      'with a backslash before quotes',
      'Name,City,Note\nAcme,Bonn,x\n"Müller, Hans",Köln,"a \\"b\\" c"\n"Foo; Bar",Rome,"y"\n',
      ['backslash-escapes'],
    ],
    [
      'with a blank behind each comma',
      'Name, City, Note\nAcme, Bonn, x\n"Müller, Hans", "Köln", "a ""b"" c"\n"Foo; Bar", "Rome", "y"\n'.replaceAll(
        /, (?=[A-Zxy]\w*[,\n])/g,
        ',',
      ),
      ['blanks-around-quotes'],
    ],
    [
      'where a spreadsheet took lines for cells',
      'Name,City,Note\nAcme,Bonn,x\n"""Müller, Hans"",Köln,""a """"b"""" c"""\nFoo; Bar,Rome,y\n',
      ['lines-unwrapped'],
    ],
    [
      'where a spreadsheet took all lines for cells',
      '"Name,City,Note"\n"Acme,Bonn,x"\n"""Müller, Hans"",Köln,""a """"b"""" c"""\n"Foo; Bar,Rome,y"\n',
      ['lines-unwrapped'],
    ],
    ['with CR at the end of one line', twin.replace('x\n', 'x\r'), ['line-ends-mixed']],
    ['with LF at the end of one line among CR', twin.replaceAll('\n', '\r').replace('x\r', 'x\n'), ['line-ends-mixed']],
    ['with CR CR LF', twin.replaceAll('\n', '\r\r\n'), ['line-ends-doubled']],
    ['with CRLF and LF', twin.replace('x\n', 'x\r\n'), []],
  ])('%s', async (_, text, codes) => {
    const result = await readAll(text);
    expect(tableOf(result)).toEqual([COLUMNS, ...ROWS]);
    expect(result.rows.map((row) => row.line)).toEqual([2, 3, 4]);
    expect(result.broken).toEqual([]);
    expect(codesOf(result)).toEqual(codes);
    expect(result.profile.endsWithLineEnd).toBe(true);
  });
});

describe('text that looks like a damage and is none', () => {
  it.each<[string, string, readonly (readonly string[])[]]>([
    [
      'a backslash at the end of a quoted path',
      'Name,Folder,City\nAcme,"C:\\a\\",Bonn\nFoo,"D:\\b, c\\",Rome\n',
      [
        ['Acme', 'C:\\a\\', 'Bonn'],
        ['Foo', 'D:\\b, c\\', 'Rome'],
      ],
    ],
    [
      'names with apostrophes',
      "Name,City\n't Hooft,'s-Gravenhage\nO'Hara,Bonn\n'Bob',Rome\n",
      [
        ["'t Hooft", "'s-Gravenhage"],
        ["O'Hara", 'Bonn'],
        ["'Bob'", 'Rome'],
      ],
    ],
    [
      'ids in apostrophes inside of quotes',
      'Id,City\n"\'001\'",Bonn\n"\'002\'",Rome\n"\'003\'",Oslo\n',
      [
        ["'001'", 'Bonn'],
        ["'002'", 'Rome'],
        ["'003'", 'Oslo'],
      ],
    ],
    [
      'lists of the same length',
      'foo,bar\nA,x;y;z\nB,x;y;z\nC,x;y;z\nD,x;y;z\n',
      [
        ['A', 'x;y;z'],
        ['B', 'x;y;z'],
        ['C', 'x;y;z'],
        ['D', 'x;y;z'],
      ],
    ],
    ['names with commas in one column', 'Name\nSmith, John\nDoe, Jane\n', [['Smith, John'], ['Doe, Jane']]],
    [
      'quoted names with commas in one column',
      '"Last, First"\n"Smith, John"\n"Doe, Jane"\n',
      [['Smith, John'], ['Doe, Jane']],
    ],
    [
      'CR inside of cells',
      'Name,City,Note\nAcme,Bonn,"x\ry"\nFoo,a\rb,z\n',
      [
        ['Acme', 'Bonn', 'x\ry'],
        ['Foo', 'a\rb', 'z'],
      ],
    ],
    [
      'LF inside of cells of an old Mac file',
      'Name,City\rAcme,"Bonn\nBeuel"\rFoo,Rome\r',
      [
        ['Acme', 'Bonn\nBeuel'],
        ['Foo', 'Rome'],
      ],
    ],
    [
      'addresses with commas between semicolons',
      'Name;Address\nAcme;1 Road, Bonn\nFoo;2 Street, Rome\n',
      [
        ['Acme', '1 Road, Bonn'],
        ['Foo', '2 Street, Rome'],
      ],
    ],
    [
      'decimal commas in quotes between commas',
      'Name,Sum\nAcme,"1,5"\nFoo,"2,5"\n',
      [
        ['Acme', '1,5'],
        ['Foo', '2,5'],
      ],
    ],
    [
      'times and words in one column',
      'When\n10:15:20\n11:15:21\n12:15:22\n',
      [['10:15:20'], ['11:15:21'], ['12:15:22']],
    ],
    [
      'a quoted note with as many commas as columns',
      'Name,City,Zip\nAcme,Bonn,1\nFoo,Rome,2\n\n"All, of, it"\n"Copyright (c) 2020, all, rights"\n',
      [
        ['Acme', 'Bonn', '1'],
        ['Foo', 'Rome', '2'],
      ],
    ],
  ])('%s', async (_, text, rows) => {
    const result = await readAll(text);
    expect(cellsOf(result)).toEqual(rows);
    expect(result.broken).toEqual([]);
    expect(codesOf(result).filter((code) => code !== 'footer-left-out')).toEqual([]);
  });

  it('is not glued: two rows of one column behind the sample, the first of which ends with CR', async () => {
    const rows = 'a@x.de\n'.repeat(20_000);
    const { broken, rows: read } = await readAll(`Email\n${rows}b@x.de\rc@x.de\nd@x.de\n`);
    expect(broken.map((row) => [row.line, row.code])).toEqual([[20_002, 'too-many-cells']]);
    expect(broken[0]!.hint).toContain('the first of which ends with CR');
    expect(read).toHaveLength(20_001);
  });
});

describe('a text that is written anew', () => {
  it('keeps its line numbers, and its broken lines stay broken', async () => {
    const text =
      'Name,Note,City\nAcme,"a\nb",Bonn\n\nFoo,"5\\" pipe",Rome\nBar,"never closed\nBaz,"x" y,Oslo\nOne\n1,2,3,4\nEnd,"",Bern\n';
    const { rows, broken } = await readAll(text);
    expect(rows.map((row) => [row.line, ...row.cells])).toEqual([
      [2, 'Acme', 'a\nb', 'Bonn'],
      [5, 'Foo', '5" pipe', 'Rome'],
      [10, 'End', '', 'Bern'],
    ]);
    expect(broken.map((row) => row.line)).toEqual([6, 7, 8, 9]);
  });

  it('is read in any encoding and over any block', async () => {
    const rows = Array.from({ length: 40_000 }, (_, index) => [`Müller ${index}`, `"${index}`, 'x\ny']);
    const body = rows.map((cells) => cells.map((cell) => `"${cell.replaceAll('"', '\\"')}"`).join(';')).join('\r\n');
    const text = Buffer.from(`Name;Note;Text\r\n${body}\r\n`, 'utf16le');
    const result = await readAll(text, { encoding: 'utf-16le' });
    expect(cellsOf(result)).toEqual(rows);
    expect(result.rows.at(-1)!.line).toBe(1 + 2 * 40_000 - 1);
  });
});

describe('delimiters that are not read', () => {
  it.each([
    ['carets', 'Name^City\nA^B\nC^D\n', 'carets'],
    ['colons', 'Name:City:Zip\nA:B:1\nC:D:2\nE:F:3\n', 'colons'],
    ['blanks', 'Name City Zip\nA "B C" 1\nC D 2\nE F 3\n', 'blanks'],
    ['what the sep line says', 'sep=^\nName^City\nA^B\n', '"^"'],
  ])('are named: %s', async (_, text, words) => {
    const error = await refusal(text);
    expect(error.code).toBe('file-not-csv');
    expect(error.message).toContain(`its columns are separated by ${words}`);
    expect(error.hint).toContain('commas, semicolons, tabs');
  });

  it.each([
    ['names of three words', 'Full Name\nAda King Lovelace\nJoan Ann Clarke\nMary Lou Ford\n'],
    ['urls', 'Website\nhttps://a.de:80\nhttps://b.de:81\nhttps://c.de:82\n'],
    ['a caret in each cell of commas', 'Name,Tag\nA,x^y\nB,x^y\n'],
  ])('are not seen in %s', async (_, text) => {
    const { rows, broken } = await readAll(text);
    expect(rows.length).toBeGreaterThan(1);
    expect(broken).toEqual([]);
  });

  it('are no matter where the person says the delimiter', async () => {
    expect((await readAll('Name^City\nA^B\nC^D\n', { delimiter: ',' })).profile.columns).toEqual(['Name^City']);
  });
});
