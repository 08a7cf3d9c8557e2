/** Rows that lack their last cells, and cells that begin with a quoted word: which are read, which are rejected. */

import { describe, expect, it } from 'vitest';
import { cellsOf, readAll } from './write.js';

const HEADER = 'Nr;Firma;Ort;E-Mail;Telefon';
const SOUND = ['1;Müller GmbH;Bonn;a@x.de;030 1', '4;Kurz AG;Berlin;d@x.de;030 4', '5;Ober AG;Mainz;e@x.de;030 5'];

/** The row among sound ones, with others behind it. */
async function readRow(row: string, header = HEADER, sound: readonly string[] = SOUND) {
  const [first = '', ...others] = sound;
  return await readAll(`${[header, first, row, ...others].join('\n')}\n`);
}

describe('a row that lacks its last cells', () => {
  it('is filled up where its last cell can only be of its own column, and says so', async () => {
    const { rows, broken } = await readRow('3;Braun AG;Köln;c@x.de');
    expect(broken).toEqual([]);
    expect(rows.map(({ cells }) => cells[0])).toEqual(['1', '3', '4', '5']);
    expect(rows[1]).toMatchObject({ line: 3, cells: ['3', 'Braun AG', 'Köln', 'c@x.de', ''] });
    expect(rows[1]?.remark).toMatchObject({ code: 'row-padded', hint: expect.stringContaining('"Telefon"') });
    expect(rows.filter(({ remark }) => remark !== undefined)).toHaveLength(1);
  });

  it.each([
    ['it may lack one in the middle', '3;Braun AG;c@x.de;030 3'],
    ['two of its cells have grown together', '3;Braun AGKöln;c@x.de;030 3'],
    ['its last two have', '3;Braun AG;Köln;c@x.deKiel'],
    ['its last but one has grown together with the next', '3;Braun AG;Köln030 1'],
    ['it has too few to tell', '3;Braun AG'],
    ['it is a note', 'Erstellt von;Frau Meier;Hausverwaltung'],
    ['it is a sum', 'Summe;12;3'],
  ])('is rejected where %s', async (_, row) => {
    const { rows, broken } = await readRow(row);
    expect(broken.map(({ line, code }) => [line, code])).toEqual([[3, 'too-few-cells']]);
    expect(rows).toHaveLength(3);
  });

  it('is rejected where a later column holds the same', async () => {
    const sound = ['1;a@x.de;030 1;b@x.de', '2;c@x.de;030 2;d@x.de', '3;e@x.de;030 3;f@x.de'];
    const { broken } = await readRow('9;g@x.de', 'Nr;E-Mail;Telefon;Zweite', sound);
    expect(broken).toHaveLength(1);
  });

  it('is rejected as the last line of a file that may be cut off', async () => {
    const text = [HEADER, ...SOUND, '3;Braun AG;Köln;c@x.de'].join('\n');
    expect((await readAll(text)).broken).toHaveLength(1);
    expect((await readAll(`${text}\n`)).broken).toEqual([]);
  });

  it('is the same row whatever the blocks are', async () => {
    const text = `${[HEADER, ...SOUND, '3;Braun AG;Köln;c@x.de', ...SOUND].join('\n')}\n`;
    const whole = await readAll(text);
    for (const size of [40, 64, 100]) expect((await readAll(text, {}, size)).rows).toEqual(whole.rows);
  });
});

describe('a row with a delimiter more than the others', () => {
  const sound = SOUND.map((row) => `${row};`);

  it.each([
    ['the other rows end with it, too', '3;Braun AG;Köln;c@x.de;030 3;', sound],
    ['it ends with one', '3;Braun AG;Köln;c@x.de;030 3;', SOUND],
    ['it ends with several', '3;Braun AG;Köln;c@x.de;;;;', SOUND],
    ['its address is none', '3;Braun AG;Köln;nobody;030 3;', SOUND],
  ])('is a row where %s', async (_, row, others) => {
    const { rows, broken } = await readRow(row, HEADER, others);
    expect(broken).toEqual([]);
    expect(rows[1]?.cells.slice(0, 3)).toEqual(['3', 'Braun AG', 'Köln']);
  });

  it.each([
    ['and its last cell is blank', '3;Braun; AG;Köln;c@x.de;', SOUND],
    ['and every row ends with one', '3;Braun; AG;Köln;c@x.de;;', sound],
  ])('is none where the delimiter is inside of a cell %s', async (_, row, others) => {
    const { broken } = await readRow(row, HEADER, others);
    expect(broken.map(({ line, code }) => [line, code])).toEqual([[3, 'too-many-cells']]);
  });
});

describe('a quoted word at the beginning of a cell', () => {
  it('is text, and said', async () => {
    const { rows, broken } = await readRow('2;"Zum Löwen" GmbH;"Ulm; Mitte";b@x.de;030 2');
    expect(broken).toEqual([]);
    expect(rows[1]).toMatchObject({ line: 3, cells: ['2', '"Zum Löwen" GmbH', 'Ulm; Mitte', 'b@x.de', '030 2'] });
    expect(rows[1]?.remark).toMatchObject({ code: 'quote-kept', column: 'Firma', value: '"Zum Löwen" GmbH' });
  });

  it.each([
    ['the quotes hold a separator', '2;"Zum; Löwen" GmbH;Ulm;b@x.de;030 2', 'broken-quote'],
    ['a quote inside of a quoted cell was not doubled', '2;"Rack 19" groß";Ulm;b@x.de;030 2', 'broken-quote'],
    ['there is no blank behind the word', '2;"Zum Löwen"GmbH;Ulm;b@x.de;030 2', 'broken-quote'],
    ['the line then lacks cells', '2;"Zum Löwen" GmbH;b@x.de;030 2', 'broken-quote'],
    ['the quote is never closed', '2;"Zum Löwen GmbH;Ulm;b@x.de;030 2', 'broken-quote'],
  ])('is no text where %s', async (_, row, code) => {
    const { broken } = await readRow(row);
    expect(broken.map((one) => one.code)).toEqual([code]);
  });
});

describe('lines above the header', () => {
  it.each([
    ['a title and a date', 'Kundenliste;;\nStand;01.02.2024;\n'],
    ['several', 'Kundenliste;;\nMandant:;Muster GmbH;\nStand;01.02.2024;\nErsteller;Frau Meier\n\n'],
  ])('are left out: %s', async (_, above) => {
    const result = await readAll(`${above}Kundennummer;Firma;E-Mail\n1;Müller GmbH;a@x.de\n2;Braun AG;c@x.de\n`);
    expect(result.profile.columns).toEqual(['Kundennummer', 'Firma', 'E-Mail']);
    expect(cellsOf(result)).toEqual([
      ['1', 'Müller GmbH', 'a@x.de'],
      ['2', 'Braun AG', 'c@x.de'],
    ]);
  });
});

describe('a list of one column', () => {
  it('that holds the name of another column was put together from two', async () => {
    await expect(readAll('Firma\nMüller GmbH\nE-Mail\na@x.de\n')).rejects.toThrow(/a second table begins on line 3/);
    await expect(readAll('E-Mail\na@x.de\nb@x.de\nFirma\nMüller GmbH\n')).rejects.toThrow(/line 4/);
  });

  it('may repeat its own', async () => {
    expect((await readAll('Firma\nMüller GmbH\nFirma\nKurz AG\n')).rows).toHaveLength(3);
  });
});
