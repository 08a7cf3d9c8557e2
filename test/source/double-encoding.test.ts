/** Text that was encoded twice: which columns are repaired, which are only spoken of, which are never touched. */

import * as fc from 'fast-check';
import { decode, encode } from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { isStrong, undoDoubleEncoding } from '../../src/source/double-encoding.js';
import { writeRejectsFile } from '../../src/source/rejects-file.js';
import type { ReadResult } from './write.js';
import { cellsOf, inFolder, readAll, readPath } from './write.js';

/** As a program does that takes UTF-8 for windows-1252; bytes that this lacks become control characters. */
function mangle(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) => {
      const character = decode(Buffer.from([byte]), 'windows-1252');
      return character === '\ufffd' ? String.fromCharCode(byte) : character;
    })
    .join('');
}

const notesOf = (result: ReadResult, code: string): readonly string[] =>
  result.profile.notes.filter((note) => note.code === code).map(({ message }) => message);

describe('one cell', () => {
  it.each([
    'Müller',
    'Łódź',
    'Dvořák',
    'Žižek',
    'Straße – “Nord”',
    'Иван Петров',
    '山田太郎',
    'Ο Νίκος',
    'Ørsted 5 €',
    'CÔTE',
  ])('%s comes back', (text) => {
    expect(undoDoubleEncoding(mangle(text))).toBe(text);
    expect(isStrong(mangle(text))).toBe(true);
    expect(undoDoubleEncoding(undoDoubleEncoding(mangle(mangle(text)))!)).toBe(text);
  });

  it.each([
    'JOÃO',
    'CONCEIÇÃO',
    'SÃO PAULO',
    'Müller',
    'CAFÉ’S',
    'KÖ“',
    'Ärzte',
    '“IRMÃ”',
    'IRMÃ\u00a0MARIA',
    'IRMû',
    'ÂNGELA',
    'Â',
    'Ã',
    'Smith',
    '5 €',
    'KŘÍŽ',
    'TOMÁŠ',
  ])('%s is never undone, or is no strong evidence', (text) => {
    expect(undoDoubleEncoding(text) !== undefined && isStrong(text)).toBe(false);
  });

  it('names of any letters come back, and are told from plain text', () => {
    const letters = Array.from('abcdefgäöüßéèêáíóúñçãõåøæłśżźćńčřžýěůőűşğıąęșțабвгдежзαβγδεζη');
    const name = fc.string({ unit: fc.constantFrom(...letters.slice(0, 40)), minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(name, (text) => {
        if (/^[ -~]*$/.test(text)) return;
        expect(undoDoubleEncoding(mangle(text))).toBe(text);
        expect(undoDoubleEncoding(text)).toBe(undefined);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a file', () => {
  const rows = [
    ['1', 'Müller', 'Köln'],
    ['2', 'Smith', 'London'],
    ['3', 'Bärbel Groß', 'Düsseldorf'],
  ];
  const write = (header: string, lines: readonly (readonly string[])[]): string =>
    `${[header, ...lines.map((cells) => cells.join(','))].join('\n')}\n`;

  it('with columns that are all encoded twice is repaired, header and all, and says so', async () => {
    const result = await readAll(mangle(write('Nr,Name,Größe', rows)));
    expect(result.profile.columns).toEqual(['Nr', 'Name', 'Größe']);
    expect(cellsOf(result)).toEqual(rows);
    const notes = notesOf(result, 'double-encoding-repaired');
    expect(notes).toHaveLength(3);
    expect(notes[1]).toContain('Column "Name": 2 cells were encoded twice');
    expect(notes[1]).toContain('"MÃ¼ller" → "Müller"');
  });

  it('that was encoded three times is repaired as well', async () => {
    const result = await readAll(mangle(mangle(write('Nr,Name,City', rows))));
    expect(cellsOf(result)).toEqual(rows);
    expect(notesOf(result, 'double-encoding-repaired')[0]).toContain('encoded three times');
  });

  it.each(['utf-16le', 'utf-16be', 'utf-32le'])('in %s is repaired as well', async (encoding) => {
    const result = await readAll(encode(`\ufeff${mangle(write('Nr,Name,City', rows))}`, encoding));
    expect(cellsOf(result)).toEqual(rows);
  });

  it('with one such column among sound ones has only that one repaired', async () => {
    const lines = rows.map(([nr, name, city]) => [nr!, mangle(name!), city!]);
    const result = await readAll(write('Nr,Name,City', lines));
    expect(cellsOf(result)).toEqual(rows);
    expect(result.profile.repairs).toEqual([{ index: 1, times: 1 }]);
  });

  it('where only some cells of a column look so is left alone, and says where', async () => {
    const lines = [...rows.map((cells) => cells.map(mangle)), ['4', 'Jörg', 'Ulm']];
    const result = await readAll(write('Nr,Name,City', lines));
    expect(result.rows.map(({ cells }) => cells[1])).toEqual(['MÃ¼ller', 'Smith', mangle('Bärbel Groß'), 'Jörg']);
    expect(result.rows.map(({ cells }) => cells[2])).toEqual(['Köln', 'London', 'Düsseldorf', 'Ulm']);
    const [note] = notesOf(result, 'double-encoding-suspected');
    expect(note).toContain('Column "Name": 2 of 3 cells');
    expect(note).toContain('lines 2, 4');
  });

  it.each([
    ['Portuguese capitals', 'Nome,Cidade\nJOÃO,SÃO PAULO\nCONCEIÇÃO,MARANHÃO\nIRMÃ ÂNGELA,ÉVORA\n'],
    ['true capitals before quotation marks', 'Name,City\nCAFÉ’S,X\nÎ’S,Y\n'],
    ['umlauts', 'Name,City\nMüller,Köln\nÄrzte,Öhringen\n'],
  ])('with %s is never touched', async (_, text) => {
    const result = await readAll(text);
    expect(result.profile.repairs).toBeUndefined();
    expect(result.profile.notes).toEqual([]);
    expect([result.profile.columns, ...cellsOf(result)]).toEqual(
      text
        .trim()
        .split('\n')
        .map((line) => line.split(',')),
    );
  });

  it('that is windows-1252 with a column of UTF-8 in it has that column repaired', async () => {
    const lines = rows.flatMap(([nr, name, city]) => [
      Buffer.from(`${nr},${name},`),
      encode(`${city} Süd,Größe Übung Café\n`, 'windows-1252'),
    ]);
    const result = await readAll(Buffer.concat([Buffer.from('Nr,Name,City,Note\n'), ...lines]));
    expect(result.profile.encoding).toBe('windows-1252');
    expect(cellsOf(result)).toEqual(rows.map((cells) => [...cells.slice(0, 2), `${cells[2]} Süd`, 'Größe Übung Café']));
  });

  it('of rejects has the rows as in the source, and they are repaired again', async () => {
    const source = await readAll(mangle(write('Nr,Name,City', rows)));
    const out = inFolder('doubled-rejects.csv');
    const reasons = [{ column: 'Name', code: 'x', value: 'Müller', hint: 'h' }];
    await writeRejectsFile(source.profile, [{ line: 2, endLine: 2, reasons }], out);
    const again = await readPath(out);
    expect(again.rows.map(({ cells }) => cells.slice(0, 3))).toEqual([rows[0]]);
    expect(again.rows[0]?.cells).toContain('Müller');
  });
});

describe('UTF-8 that was read as something else', () => {
  it.each(['cp850', 'cp437', 'macintosh', 'windows-1250', 'windows-1251'])(
    '%s is said and not changed',
    async (name) => {
      const wrong = (text: string): string => decode(Buffer.from(text), name);
      const names = name === 'windows-1251' ? ['Мюллер Роман', 'Москва'] : ['Müller', 'Schäfer'];
      const text = `Name;Ort\n${names.map(wrong).join(';Bonn\n')};Bonn\n`;
      const result = await readAll(text);
      expect(cellsOf(result).map(([cell]) => cell)).toEqual(names.map(wrong));
      const [said] = notesOf(result, 'double-encoding-suspected');
      expect(said).toContain(`2 of 2 cells`);
      expect(said).toContain(`such as "${wrong(names[0]!)}" for "${names[0]!}" (first on line 2)`);
    },
  );

  it.each([
    'RĂŞCANU;CĂLIN;ŞTEFĂNIŢĂ;“CASĂ”',
    'Ĺudovít;Ľubica;Kĺč',
    'Россия;Рё;РОМА;«Роснефть»;ООО «Р°»',
    '√9 GmbH;A ≈ B;Größe √',
    '├ A ┤;┼;Ä…;Łódź',
  ])('but nothing of %s', async (cells) => {
    const result = await readAll(`Name;Ort\n${cells.split(';').join(';Bonn\n')};Bonn\n`, { delimiter: ';' });
    expect(notesOf(result, 'double-encoding-suspected')).toEqual([]);
  });

  it('is no part of the name of the first column, where a mark was encoded twice, too', async () => {
    const { profile } = await readAll('ï»¿Name;Ort\nMÃ¼ller;KÃ¶ln\n');
    expect(profile.columns).toEqual(['Name', 'Ort']);
  });
});
