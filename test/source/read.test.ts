/** From a profiled file to rows: cells, line numbers, broken rows. */

import { appendFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { profileFile } from '../../src/source/probe.js';
import type { Delimiter } from '../../src/source/profile.js';
import { readFirstRows, readRows } from '../../src/source/read.js';
import { CELL_BYTES_MAX, RECORD_BYTES_MAX } from '../../src/source/records.js';
import { cellsOf, formatRecord, readAll, writeFile } from './write.js';

describe('rows', () => {
  it.each([
    [
      'a blank line is no row',
      'a,b\n\n1,2\n\n\n3,4\n',
      [
        [3, 3, '1', '2'],
        [6, 6, '3', '4'],
      ],
    ],
    ['a line of blanks is no row', 'a,b\n  \n1,2\n', [[3, 3, '1', '2']]],
    ['a line of delimiters is a row', 'a,b,c\n,,\n', [[2, 2, '', '', '']]],
    [
      'in one column a blank line is a row',
      'a\n1\n\n2\n',
      [
        [2, 2, '1'],
        [3, 3, ''],
        [4, 4, '2'],
      ],
    ],
    [
      'a quoted cell may hold everything',
      'a,b\n"x,""y""\n\nz",2\n3,4\n',
      [
        [2, 4, 'x,"y"\n\nz', '2'],
        [5, 5, '3', '4'],
      ],
    ],
    ['CRLF stays inside a cell', 'a,b\r\n"x\r\ny",2\r\n', [[2, 3, 'x\r\ny', '2']]],
    ['a quote in an unquoted cell is text', 'a,b\n5" pipe,37°36\'37.8"N\n', [[2, 2, '5" pipe', '37°36\'37.8"N']]],
    ['blanks around cells stay', 'a,b\n 1 ,\t2 \n', [[2, 2, ' 1 ', '\t2 ']]],
    ['CR is text where lines end with LF', 'a,b\n1\r2,3\n', [[2, 2, '1\r2', '3']]],
    [
      'mixed line ends',
      'a,b\r\n1,2\n3,4\r\n"5",6\r\n"7","8"\n',
      [
        [2, 2, '1', '2'],
        [3, 3, '3', '4'],
        [4, 4, '5', '6'],
        [5, 5, '7', '8'],
      ],
    ],
    [
      'old Mac line ends',
      'a,b\r1,2\r"x\ry",4\r',
      [
        [2, 2, '1', '2'],
        [3, 4, 'x\ry', '4'],
      ],
    ],
    ['no line end at the end', 'a,b\n1,"2"', [[2, 2, '1', '2']]],
    ['an empty cell at the end', 'a,b\n1,', [[2, 2, '1', '']]],
    ['an empty quoted cell at the end', 'a,b\n1,""', [[2, 2, '1', '']]],
    [
      'trailing blank cells are cut',
      'a,b\n1,2,,\n3,4, ,""\n',
      [
        [2, 2, '1', '2'],
        [3, 3, '3', '4'],
      ],
    ],
    [
      'a header longer than the rows by blank columns',
      'a,b,,\n1,2\n3,4,,\n',
      [
        [2, 2, '1', '2'],
        [3, 3, '3', '4'],
      ],
    ],
    ['characters beyond the basic plane', 'a,b\n😎,"𝒳\n"\n', [[2, 3, '😎', '𝒳\n']]],
  ])('%s', async (_, text, expected) => {
    for (const blockBytes of [undefined, 64, 16]) {
      const { rows, broken } = await readAll(text, { delimiter: ',' }, blockBytes);
      expect(rows.map((row) => [row.line, row.endLine, ...row.cells])).toEqual(expected);
      expect(broken).toEqual([]);
    }
  });

  it('comes in batches of one block, with the bytes consumed', async () => {
    const text = `a,b\n${'1,2\n'.repeat(1000)}`;
    const profile = await profileFile(writeFile(text));
    const batches: number[] = [];
    for await (const batch of readRows(profile, 1024)) batches.push(batch.bytesRead);
    expect(batches).toEqual([1024, 2048, 3072, 4004]);
  });

  it('gives the first few only when asked', async () => {
    const profile = await profileFile(writeFile('a,b,c\n1,2,0\n3,0\n4,5,0\n6,7,0\n'));
    expect((await readFirstRows(profile, 2)).map((row) => row.line)).toEqual([2, 4]);
    expect((await readFirstRows(profile, 10)).map((row) => row.line)).toEqual([2, 4, 5]);
  });

  it('refuses a file that has another size than the profile says', async () => {
    const path = writeFile('a,b\n1,2\n');
    const profile = await profileFile(path);
    expect(await readFirstRows(profile, 9)).toHaveLength(1);
    appendFileSync(path, '3,4\n');
    await expect(readFirstRows(profile, 9)).rejects.toMatchObject({ code: 'file-changed' });
  });
});

describe('broken rows', () => {
  it.each([
    ['at the end of the file', 'a,b\n1,y\n2,"x', [3]],
    ['with lines behind it', 'a,b\n1,"x\n2,y\n', [2]],
    ['after a doubled one', 'a,b\n1,"x""\n2,y\n', [2]],
    ['not when another one closes it, wherever', 'a,b\n1,"x\n2,"y"\n3,z\n', []],
    ['not when there is text behind it', 'a,b\n1,"x"y\n2,y\n', []],
    ['not when it is a row that is too short', 'a,b\n1\n', []],
  ])('say where a quote is never closed: %s', async (_, text, lines) => {
    for (const blockBytes of [undefined, 16, 4]) {
      const { broken } = await readAll(text, { delimiter: ',' }, blockBytes);
      expect(broken.flatMap((row) => (row.neverClosed === true ? [row.line] : []))).toEqual(lines);
      expect(broken.length + lines.length).toBeGreaterThan(0);
    }
  });

  it.each([
    ['never closed', 'a,b\n1,"x\n2,y\n3,z\n', [[2, 'broken-quote', '1,"x']], ['2', '3']],
    ['never closed before a quoted cell', 'a,b\n1,"x\n2,"y"\n3,z\n', [[2, 'broken-quote', '1,"x']], ['2', '3']],
    ['never closed before an empty quoted cell', 'a,b\n1,"x\n2,""\n3,z\n', [[2, 'broken-quote', '1,"x']], ['2', '3']],
    ['closed, then more text', 'a,b\n1,"x"y\n2,y\n', [[2, 'broken-quote', '1,"x"y']], ['2']],
    ['quotes that are not doubled', 'a,b\n1,"say "hi", ok"\n2,y\n', [[2, 'broken-quote', '1,"say "hi", ok"']], ['2']],
    ['on the last line without a line end', 'a,b\n1,y\n2,"x', [[3, 'broken-quote', '2,"x']], ['1']],
    ['a lone CR behind the quote', 'a,b\n1,"x"\r2\n2,y\n', [[2, 'broken-quote', '1,"x"\r2']], ['2']],
    ['in a file with Windows line ends', 'a,b\r\n1,"x\r\n2,y\r\n', [[2, 'broken-quote', '1,"x']], ['2']],
    ['in a file with old Mac line ends', 'a,b\r1,"x\r2,y\r', [[2, 'broken-quote', '1,"x']], ['2']],
    [
      'twice',
      'a,b\n1,"x\n2,y\n"3" ,z\n4,z\n',
      [
        [2, 'broken-quote', '1,"x'],
        [4, 'broken-quote', '"3" ,z'],
      ],
      ['2', '4'],
    ],
    ['too few cells', 'a,b,c\n1,x\n2,y,z\n', [[2, 'too-few-cells', '1,x']], ['2']],
    ['too many cells', 'a,b\n1,2,3\n2,y\n', [[2, 'too-many-cells', '1,2,3']], ['2']],
    [
      'both kinds, in order',
      'a,b,c\n1,x\n2,"x\n3,x\n4,y,z\n',
      [
        [2, 'too-few-cells', '1,x'],
        [3, 'broken-quote', '2,"x'],
        [4, 'too-few-cells', '3,x'],
      ],
      ['4'],
    ],
  ])('%s', async (_, text, expected, left) => {
    for (const blockBytes of [undefined, 64, 16]) {
      const { rows, broken } = await readAll(text, { delimiter: ',' }, blockBytes);
      expect(broken.map((row) => [row.line, row.code, row.value])).toEqual(expected);
      expect(rows.map((row) => row.cells[0])).toEqual(left);
      expect(broken.every((row) => row.hint.startsWith(`line ${row.line} has `))).toBe(true);
    }
  });

  it('say how many cells there are, on which lines, and what may be wrong', async () => {
    const { broken } = await readAll(
      `a,b,c\n1,2,3,4\n1,2\n"x\ny",2\n${'1,2,3\n'.repeat(20_000)}1, "2, 3",4\n1,2\r3,4,5\n`,
      {
        delimiter: ',',
      },
    );
    expect(broken.map((row) => row.hint)).toEqual([
      'line 2 has 4 cells, the header has 3: a delimiter inside a cell without quotes?',
      'line 3 has 2 cells, the header has 3: a line break inside a cell without quotes, or a row that was cut off?',
      'lines 4 to 5 have 2 cells, the header has 3: a line break inside a cell without quotes, or a row that was cut off?',
      'line 20006 has 4 cells, the header has 3: a blank between a delimiter and a quote?',
      'line 20007 has 4 cells, the header has 3: two rows, the first of which ends with CR?',
    ]);
  });

  it('show at most 200 characters of the line and no half character', async () => {
    const { broken } = await readAll(`a,b\n${'é'.repeat(300)}\n${'x'.repeat(199)}😎\n`);
    expect(broken.map((row) => row.value)).toEqual(['é'.repeat(200), 'x'.repeat(199)]);
  });

  it('end the look-ahead at the largest cell: a longer one is broken, one just within it is a row', async () => {
    const filler = 'x'.repeat(CELL_BYTES_MAX - 10);
    const within = await readAll(`a,b\n"${filler}",1\n2,3\n`);
    expect(within.rows.map((row) => row.line)).toEqual([2, 3]);
    const beyond = await readAll(`a,b\n"${filler}${filler}",1\n2,3\n`);
    expect(beyond.broken.map((row) => [row.line, row.code])).toEqual([[2, 'broken-quote']]);
    expect(beyond.rows.map((row) => row.line)).toEqual([3]);
  });

  it('lose one line to a stray quote, however many rows follow it', async () => {
    const rows = Array.from({ length: 100_000 }, (_, index) => `${index},row ${index}\n`).join('');
    const { rows: read, broken } = await readAll(`a,b\n${rows}x,"stray\n${rows}`);
    expect(broken.map((row) => row.line)).toEqual([100_002]);
    expect(read).toHaveLength(200_000);
  });

  it.each([
    ['in the last cell', 'a;b;c\n1;2;"x\n3;4;y"\n5;6;z\n', [[2, 3]], ['5']],
    ['in the first cell', 'a;b;c\n"1;2;x\n3";4;y\n5;6;z\n', [[2, 3]], ['5']],
    ['over many rows', 'a,b,c\n1,2,"x\n3,4,y\n5,6,z\n7,8,z"\n9,10,z\n', [[2, 5]], ['9']],
    ['in two columns', 'a;b\n1;"x\n3;y"\n5;z\n', [[2, 3]], ['5']],
    ['beside escaped quotes', 'a;b;c\n"x \\"y\\" z";2;3\n1;2;"x\n3;4;y"\n5;6;z\n', [[3, 3]], ['x "y" z', '5']],
  ])('are rows that a stray quote makes one row of, %s', async (_, text, expected, left) => {
    for (const blockBytes of [undefined, 64, 16]) {
      const { rows, broken } = await readAll(text, {}, blockBytes);
      expect(broken.map((row) => [row.line, row.endLine])).toEqual(expected);
      expect(rows.map((row) => row.cells[0])).toEqual(left);
    }
  });

  it.each([
    ['an address', 'a;b;c\n1;2;"Bonn\nHauptstr. 1"\n', 1],
    ['prose', 'a,b,c\n1,2,"Postfach 1\nHauptstr. 1, 53111, Bonn"\n', 1],
    ['a comma', 'a,b\n1,"Hauptstr. 1\n53111,Bonn"\n', 1],
    ['a list in a row with other quotes', 'a;b;c\n"1";2;"x\n3;4;y"\n', 1],
  ])('are not rows with %s in a cell of several lines', async (_, text, count) => {
    const { rows, broken } = await readAll(text, { delimiter: text.startsWith('a;') ? ';' : ',' });
    expect(broken).toEqual([]);
    expect(rows).toHaveLength(count);
  });

  it('do not include a line without an end: that is no table', async () => {
    const path = writeFile(`a,b\n${'x'.repeat(RECORD_BYTES_MAX + 600_000)}\n`);
    await expect(readFirstRows(await profileFile(path), 5)).rejects.toMatchObject({ code: 'file-not-csv' });
  });
});

const cell = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    'a',
    'Müller',
    '"',
    '""',
    ',',
    ';',
    '\n',
    '\r\n',
    '\r',
    'x\ny',
    "O'Hara",
    '5" pipe',
    '😎',
    '\u00a0',
  ),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc
    .array(fc.constantFrom('"', ',', ';', '\t', '|', '\n', '\r', 'a', 'ü', ' '), { maxLength: 8 })
    // What looks like a further row is rejected on purpose.
    .map((all) => all.join('').replace(/(\n.*?[^,;\t|]*)[,;\t|]+/gs, '$1')),
);
const table = fc
  .integer({ min: 2, max: 5 })
  .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 30 }));
const blockSize = fc.constantFrom(16, 64, 100, 4096);

describe('any table', () => {
  it('is read back as it was written, with the right line numbers', async () => {
    const written = fc.record({
      rows: table,
      delimiter: fc.constantFrom<Delimiter>(',', ';', '\t', '|'),
      lineEnd: fc.constantFrom('\n', '\r\n'),
      blockBytes: blockSize,
      last: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(written, async ({ rows, delimiter, lineEnd, blockBytes, last }) => {
        const header = rows[0]!.map((_, index) => `column ${index}`);
        let text = header.join(delimiter) + lineEnd;
        const expected: { line: number; endLine: number; cells: readonly string[] }[] = [];
        for (const cells of rows) {
          const line = text.split('\n').length;
          text += formatRecord(cells, delimiter) + lineEnd;
          expected.push({ line, endLine: text.split('\n').length - 1, cells });
        }
        if (!last) text = text.slice(0, -lineEnd.length);
        const result = await readAll(Buffer.from(text), { delimiter, headerLine: 1, encoding: 'utf-8' }, blockBytes);
        // Rows which look like a footer are left out on purpose: those are the last ones, if any.
        const kept = expected.filter(
          (row) => result.profile.footerLines === 0 || row.line <= (result.rows.at(-1)?.line ?? 0),
        );
        expect(result.broken).toEqual([]);
        expect(result.rows).toEqual(kept);
      }),
      { numRuns: 300 },
    );
  });

  it('loses exactly the line on which a quote is broken', async () => {
    // A cell that begins with a delimiter or a line break may close the stray quote by chance: nobody can tell then.
    const plain = fc.stringMatching(/^[a-zé"]{1,2}[a-zé", ]{0,8}$/);
    const quotedRow = fc
      .array(plain, { minLength: 3, maxLength: 3 })
      .map((cells) => cells.map((each) => `"${each.replaceAll('"', '""')}"`).join(','));
    const safeRow = quotedRow.filter((line) => !line.includes('"""'));
    const broken = fc.constantFrom('1,"forgot to close,3', '"x,y,z', '1,2,"z', '1,"a"b,3', '"a"b"c",2,3');
    await fc.assert(
      fc.asyncProperty(
        fc.array(safeRow, { maxLength: 12 }),
        broken,
        fc.array(safeRow, { maxLength: 12 }),
        blockSize,
        async (before, line, after, blockBytes) => {
          const text = `${['a,b,c', ...before, line, ...after].join('\n')}\n`;
          const result = await readAll(text, { delimiter: ',', headerLine: 1 }, blockBytes);
          expect(result.broken.map((row) => [row.line, row.code, row.value])).toEqual([
            [before.length + 2, 'broken-quote', line],
          ]);
          expect(result.rows).toHaveLength(before.length + after.length);
          expect(cellsOf(result).every((cells) => cells.length === 3)).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('of random bytes never throws anything but a refusal, and accounts for every line', async () => {
    const piece = fc.constantFrom('"', '""', ',', '\n', 'a', '1', ' ', ',"', '",', '"\n', 'x,y');
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 80 }), blockSize, async (pieces, blockBytes) => {
        const text = `a,b\n${pieces.join('')}`;
        const { profile, rows, broken } = await readAll(text, { delimiter: ',', headerLine: 1 }, blockBytes);
        const ranges = [...rows, ...broken].sort((one, other) => one.line - other.line);
        let next = 2;
        const lines = text.split('\n');
        for (const { line, endLine } of ranges) {
          for (; next < line; next++) expect(lines[next - 1]!.replaceAll('"', '').trim()).toBe('');
          next = endLine + 1;
        }
        expect(next).toBeLessThanOrEqual(lines.length + 1);
        expect(rows.every((row) => row.cells.length === profile.columns.length)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
