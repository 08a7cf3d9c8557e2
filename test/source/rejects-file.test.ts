/** Rejected rows as a file to mend: original bytes but for guards, our columns behind them, readable again. */

import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { decode, encode } from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { profileFile } from '../../src/source/probe.js';
import type { Encoding, FileOverrides } from '../../src/source/profile.js';
import { writeRejectsFile } from '../../src/source/rejects-file.js';
import type { RejectedRow } from '../../src/source/rejects-file.js';
import { PROPERTY_RUNS, PROPERTY_SEED } from '../support/property.js';
import { formatRecord, inFolder, readAll, readPath, writeFile } from './write.js';

function reject(line: number, endLine = line, changes: Partial<RejectedRow['reasons'][number]> = {}): RejectedRow {
  return {
    line,
    endLine,
    reasons: [{ column: 'Email', code: 'email-invalid', value: 'a@', hint: 'Mend it.', ...changes }],
  };
}

let count = 0;

async function write(
  content: string | Buffer,
  rejected: readonly RejectedRow[],
  overrides: FileOverrides = {},
): Promise<string> {
  const outPath = inFolder(`rejects-${++count}.csv`);
  await writeRejectsFile(await profileFile(writeFile(content), overrides), rejected, outPath);
  expect(existsSync(`${outPath}.part`)).toBe(false);
  return outPath;
}

const HEAD = 'ninja_sync_line,ninja_sync_column,ninja_sync_code,ninja_sync_value,ninja_sync_hint';

describe('writeRejectsFile', () => {
  it('writes harmless rows byte by byte, in the order of the source, with our columns', async () => {
    const out = await write('Report\n\nName,Email,City\nA, a@ ,"Ber""lin"\nB,b@x.de,Bonn\n"C\nD",c@,Rome', [
      reject(6, 7),
      reject(4),
    ]);
    expect(readFileSync(out, 'utf8')).toBe(
      `Name,Email,City,${HEAD}\nA, a@ ,"Ber""lin",4,Email,email-invalid,a@,Mend it.\n"C\nD",c@,Rome,6,Email,email-invalid,a@,Mend it.\n`,
    );
  });

  it('still rejects rows that a stray quote makes one of, when nobody mended them', async () => {
    const path = writeFile('a;b;c\n1;2;"x\n3;4;y"\n5;6;z\n');
    const { broken } = await readPath(path);
    const rejected = broken.map(({ line, endLine, code, value, hint }) => ({
      line,
      endLine,
      reasons: [{ column: null, code, value, hint }],
    }));
    const out = inFolder('swallowed.csv');
    await writeRejectsFile(await profileFile(path), rejected, out);
    const again = await readPath(out);
    expect(again.rows).toEqual([]);
    expect(again.broken.map(({ line, endLine, code }) => [line, endLine, code])).toEqual([[2, 3, 'broken-quote']]);
  });

  it('writes the header alone when nothing was rejected', async () => {
    expect(readFileSync(await write('Name\r\nA\r\n', []), 'utf8')).toBe(`Name,${HEAD}\r\n`);
  });

  it('can be told from an export, and from one that is called nearly the same', async () => {
    const isPartial = async (content: string): Promise<boolean> => (await profileFile(writeFile(content))).partial;
    expect((await profileFile(await write('Name,Email\nA,a@\n', [reject(2)]))).partial).toBe(true);
    expect(await isPartial('Name,NINJA_SYNC_CODE\nA,x\n')).toBe(true);
    expect(await isPartial('Name,Email\nA,a@\n')).toBe(false);
    expect(await isPartial('Name,ninja_sync\nninja_sync_code,x\n')).toBe(false);
  });

  it('joins several reasons of a row, also when they come as two rejects', async () => {
    const out = await write('a,b\n1,2\n', [
      reject(2),
      reject(2, 2, { column: null, code: 'key-missing', value: '', hint: 'No key.' }),
    ]);
    expect(readFileSync(out, 'utf8').split('\n')[1]).toBe(
      '1,2,2,"Email | ",email-invalid | key-missing,"a@ | ",Mend it. | No key.',
    );
  });

  it.each(['=1+1', '+49', '-5', '@cmd', '\tx', '\r=x'])(
    'guards the cell %j, which a spreadsheet would run',
    async (value) => {
      const out = await write('a,b\n1,2\n', [reject(2, 2, { value })]);
      expect(parse(readFileSync(out, 'utf8'))[1]?.[5]).toBe(`'${value.replace('\r', ' ')}`);
      const { rows } = await readPath(out);
      expect(rows[0]?.cells[5]).toBe(value.replace('\r', ' '));
    },
  );

  it('guards the cells of the row too, and reads them again as they were', async () => {
    const source = `"=Name",Phone,Note\n"=HYPERLINK(""https://evil.example"")",+49 30 1," '-x"\nB, @cmd ,'t Hooft\n`;
    const { profile, rows } = await readPath(writeFile(source));
    const out = await write(source, [reject(2), reject(3)]);
    const text = readFileSync(out, 'utf8');
    expect(parse(text)[1]?.slice(0, 3)).toEqual([`'=HYPERLINK("https://evil.example")`, "'+49 30 1", "' '-x"]);
    expect(text).toContain(`\nB,"' @cmd ",'t Hooft,3,`);
    const again = await readPath(out);
    expect(again.profile.columns.slice(0, 3)).toEqual(profile.columns);
    expect(again.rows.map((row) => row.cells.slice(0, 3))).toEqual(rows.map((row) => row.cells));
  });

  it('guards a row whose quotes are broken, wherever a cell may begin', async () => {
    const out = await write('a,b\n"x" y,=1+1\n"z" y,"=2"\n', [reject(2), reject(3)]);
    const lines = readFileSync(out, 'utf8').split('\n');
    expect(lines[1]).toMatch(/^"x" y,'=1\+1,/);
    expect(lines[2]).toMatch(/^"z" y,"'=2",/);
    expect((await readPath(out)).broken.map((row) => row.code)).toEqual(['broken-quote', 'broken-quote']);
  });

  it('guards once what is rejected again', async () => {
    const first = await write('a,b\n=1,2\n', [reject(2)]);
    const second = inFolder(`rejects-${++count}.csv`);
    await writeRejectsFile(await profileFile(first), [reject(2)], second);
    expect(readFileSync(second, 'utf8').split('\n')[1]).toMatch(/^'=1,2,/);
    expect((await readPath(second)).rows[0]?.cells.slice(0, 2)).toEqual(['=1', '2']);
  });

  it('gives back any cells, in any dialect', async () => {
    const cell = fc
      .array(fc.constantFrom("'", '"', ' ', '=', '+', '-', '@', '\t', '\n', '＝', ';', ',', 'ä', '1'), { maxLength: 5 })
      .map((signs) => signs.join(''));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 4 }),
        fc.constantFrom(',', ';', '\t'),
        async (table, delimiter) => {
          const lines = table.map(([one, other]) => formatRecord(['x', one, other], delimiter));
          const source = [formatRecord(['a', 'b', 'c'], delimiter), ...lines, ''].join('\n');
          const before = await readAll(source);
          const out = await write(
            source,
            before.rows.map((row) => reject(row.line, row.endLine)),
          );
          const after = await readPath(out);
          expect(after.rows.map((row) => row.cells.slice(0, 3))).toEqual(before.rows.map((row) => row.cells));
        },
      ),
      { numRuns: PROPERTY_RUNS, seed: PROPERTY_SEED },
    );
  });

  it('leaves a harmless cell as it is, but on one line', async () => {
    const { rows } = await readPath(await write('a,b\n1,2\n', [reject(2, 2, { value: 'x "y", z\nw' })]));
    expect(rows[0]?.cells[5]).toBe('x "y", z w');
  });

  it.each([
    ['a short row is filled up', 'a,b,c\n1\n', '1,,,2'],
    ['blank cells behind the last column are cut', 'a,b\n1,2,,\n', '1,2,2'],
    ['a long row stays', 'a,b\n1,2,3\n', '1,2,3,2'],
    ['a header with blank columns keeps them', 'a,b,,\n1,2\n', '1,2,,,2'],
    ['a row with a broken quote stays', 'a,b\n1,"x\n', '1,"x,2'],
  ])('%s', async (_, content, start) => {
    const out = await write(content, [reject(2)], { delimiter: ',' });
    expect(readFileSync(out, 'utf8').split('\n')[1]).toBe(`${start},Email,email-invalid,a@,Mend it.`);
  });

  it.each<[Encoding, boolean, string]>([
    ['utf-8', true, '\n'],
    ['utf-8', false, '\r'],
    ['windows-1252', false, '\r\n'],
    ['utf-16le', true, '\r\n'],
    ['utf-16be', true, '\n'],
    ['utf-16le', false, '\r'],
  ])('keeps %s (mark: %s) with line ends %j and can be read again', async (encoding, bom, end) => {
    const text = `${bom ? '\ufeff' : ''}Name;Email;Ort${end}Müller;a@;Köln${end}Maier;b@x.de;Bonn${end}"Groß;Co";c@;Ulm`;
    const out = await write(
      encode(text, encoding),
      [reject(2, 2, { hint: 'Größe → ✓' }), reject(4, 4, { hint: 'a; b' })],
      { encoding },
    );
    const written = decode(readFileSync(out), encoding, { stripBOM: false });
    expect(written.startsWith('\ufeff')).toBe(bom);
    expect(written.split(end)).toHaveLength(4);
    const { profile, rows, broken } = await readPath(out, { encoding });
    expect(profile).toMatchObject({ delimiter: ';', bom, encoding, headerLine: 1 });
    expect(profile.columns).toEqual(['Name', 'Email', 'Ort', ...HEAD.split(',')]);
    expect(broken).toEqual([]);
    const hint = encoding === 'windows-1252' ? 'Größe ? ?' : 'Größe → ✓';
    expect(rows.map((row) => row.cells)).toEqual([
      ['Müller', 'a@', 'Köln', '2', 'Email', 'email-invalid', 'a@', hint],
      ['Groß;Co', 'c@', 'Ulm', '4', 'Email', 'email-invalid', 'a@', 'a; b'],
    ]);
  });

  it('stays readable where the apostrophe is the quote', async () => {
    const out = await write("'name','mail'\n'O''Hara','a@'\n", [reject(2, 2, { value: `x"y'z` })]);
    const { profile, rows } = await readPath(out);
    expect(profile.quote).toBe("'");
    expect(rows[0]?.cells.slice(0, 6)).toEqual(["O'Hara", 'a@', '2', 'Email', 'email-invalid', "x`y'z"]);
  });

  it('leaves each broken row on its own line for the rows behind it', async () => {
    const source = 'a,b,c\n1,"x,2\n3,4,5\n6,"y\n7,8,9\n';
    const read = await readPath(writeFile(source));
    const rejected = read.broken.map((row) =>
      reject(row.line, row.endLine, { column: null, code: row.code, value: row.value, hint: row.hint }),
    );
    const again = await readPath(await write(source, [...rejected, reject(5)]));
    expect(again.broken.map((row) => [row.line, row.code])).toEqual([
      [2, 'broken-quote'],
      [3, 'broken-quote'],
    ]);
    expect(again.rows.map((row) => row.cells[0])).toEqual(['7']);
  });

  it('copes with rows that lie across blocks', async () => {
    const rows = Array.from({ length: 30_000 }, (_, index) => `${index},"line one\nline two of ${index}"\n`).join('');
    const rejected = Array.from({ length: 30_000 }, (_, index) => reject(2 + index * 2, 3 + index * 2)).filter(
      (_, index) => index % 7 === 0,
    );
    const again = await readPath(await write(`a,b\n${rows}`, rejected));
    expect(again.rows).toHaveLength(rejected.length);
    expect(again.rows.every((row, index) => row.cells[1] === `line one\nline two of ${index * 7}`)).toBe(true);
  });

  it('says where it could not write', async () => {
    const profile = await profileFile(writeFile('a\n1\n'));
    await expect(writeRejectsFile(profile, [], inFolder('nowhere/out.csv'))).rejects.toMatchObject({
      code: 'file-unreadable',
    });
  });
});
