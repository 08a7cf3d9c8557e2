/** vCards as tables: the spellings of the versions, and of the programs that write them. */

import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SyncError } from '../../../src/errors.js';
import { cellsOf, readPath, writeFile } from '../write.js';
import type { ReadResult } from '../write.js';

const SHARED = path.join(import.meta.dirname, '../../../../shared/samples/vcard');
let count = 0;

async function read(content: string | Buffer): Promise<ReadResult> {
  return readPath(writeFile(content, `cards-${++count}.vcf`));
}

/** Column → cell, of the filled ones. */
function objectsOf(result: ReadResult): readonly Readonly<Record<string, string>>[] {
  return cellsOf(result).map((cells) =>
    Object.fromEntries(cells.flatMap((cell, at) => (cell === '' ? [] : [[result.profile.columns[at]!, cell]]))),
  );
}

function card(version: string, ...lines: readonly string[]): string {
  return ['BEGIN:VCARD', `VERSION:${version}`, ...lines, 'END:VCARD', ''].join('\r\n');
}

async function readCard(version: string, ...lines: readonly string[]): Promise<Readonly<Record<string, string>>> {
  return objectsOf(await read(card(version, ...lines)))[0]!;
}

async function refusalOf(content: string): Promise<SyncError> {
  try {
    await read(content);
  } catch (error) {
    if (error instanceof SyncError) return error;
    throw error;
  }
  throw new Error('the file was not refused');
}

describe('.vcf', () => {
  it('has a row a card, on the line of its beginning', async () => {
    const result = await read(`${card('3.0', 'FN:A', 'N:A;;;;')}\r\n${card('4.0', 'FN:B', 'N:B;;;;')}`);
    expect(result.profile).toMatchObject({ format: 'vcard', unit: 'line', headerLine: 0 });
    expect(result.rows.map(({ line }) => line)).toEqual([1, 7]);
  });

  it.each([
    ['2.1', 'TEL;WORK;VOICE:1', 'TEL work'],
    ['2.1', 'TEL;CELL;PREF:1', 'TEL cell'],
    ['2.1', 'TEL;WORK;FAX:1', 'TEL fax'],
    ['3.0', 'TEL;TYPE=WORK,VOICE:1', 'TEL work'],
    ['3.0', 'tel;type=HOME;type=VOICE;type=pref:1', 'TEL home'],
    ['3.0', 'item1.TEL:1\r\nitem1.X-ABLabel:_$!<Mobile>!$_', 'TEL cell'],
    ['3.0', 'item1.TEL:1\r\nitem1.X-ABLabel:Empfang', 'TEL other'],
    ['4.0', 'TEL;VALUE=uri;TYPE="work,cell":tel:1', 'TEL cell'],
    ['4.0', 'TEL;TYPE=work;LABEL="a:b;c":1', 'TEL work'],
  ])('%s %j is a %s', async (version, line, column) => {
    expect(await readCard(version, 'FN:A B', 'N:B;A;;;', line)).toMatchObject({ [column]: '1' });
  });

  it('takes the preferred address first, then that of the work', async () => {
    expect(
      await readCard('3.0', 'FN:A', 'N:A;;;;', 'EMAIL;TYPE=HOME:h@x.example', 'EMAIL;TYPE=WORK:w@x.example'),
    ).toMatchObject({ 'EMAIL': 'w@x.example', 'EMAIL 2': 'h@x.example' });
    expect(
      await readCard('4.0', 'FN:A', 'N:A;;;;', 'EMAIL;PREF=2;TYPE=work:w@x.example', 'EMAIL;PREF=1:p@x.example'),
    ).toMatchObject({ 'EMAIL': 'p@x.example', 'EMAIL 2': 'w@x.example' });
  });

  it('unfolds as its version does, also in the middle of a character', async () => {
    expect(await readCard('3.0', 'FN:Jane', 'N:Doe;Jane;;;', 'NOTE:one t', ' wo', '\t three')).toMatchObject({
      NOTE: 'one two three',
    });
    expect(await readCard('2.1', 'N:Doe;Jane', 'NOTE:one', ' two')).toMatchObject({ NOTE: 'one two' });
    const bytes = Buffer.from(card('3.0', 'FN:Zo\u00eb', 'N:Zo\u00eb;;;;'));
    const at = bytes.indexOf(0xc3) + 1;
    const folded = Buffer.concat([bytes.subarray(0, at), Buffer.from('\r\n '), bytes.subarray(at)]);
    expect(objectsOf(await read(folded))[0]).toMatchObject({ FN: 'Zoë' });
  });

  it('reads quoted-printable with soft breaks and in a charset of its own', async () => {
    expect(
      await readCard(
        '2.1',
        'N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCl=',
        'ler;J=C3=BCrgen',
        'ORG;QUOTED-PRINTABLE;CHARSET=windows-1252:M=F6bel=3B Holz;Einkauf',
        'NOTE;ENCODING=QUOTED-PRINTABLE:a=0D=0Ab=',
      ),
    ).toMatchObject({
      'N.family': 'Müller',
      'N.given': 'Jürgen',
      'ORG': 'Möbel; Holz',
      'ORG unit': 'Einkauf',
      'NOTE': 'a\nb',
    });
  });

  it('undoes escapes, and in 2.1 only those that it has', async () => {
    expect(await readCard('3.0', 'FN:A\\, B', 'N:B;A\\;x;;;', 'NOTE:x\\ny\\\\n\\"z\\"')).toMatchObject({
      'FN': 'A, B',
      'N.given': 'A;x',
      'NOTE': 'x\ny\\n"z"',
    });
    expect(await readCard('2.1', 'N:B;A', 'NOTE:C:\\new\\;x')).toMatchObject({ NOTE: 'C:\\new;x' });
  });

  it('reads the parts of an address, and one that stands in a single part', async () => {
    expect(
      await readCard('3.0', 'FN:A', 'N:A;;;;', 'ADR;TYPE=HOME:;;Weg 1\\nHof;Köln;NRW;50667;Germany'),
    ).toMatchObject({
      'ADR street': 'Weg 1\nHof',
      'ADR city': 'Köln',
      'ADR region': 'NRW',
      'ADR code': '50667',
      'ADR country': 'Germany',
    });
    expect(await readCard('3.0', 'FN:A', 'N:A;;;;', 'ADR:;Weg 1\\, Köln;;;;;')).toMatchObject({
      'ADR street': 'Weg 1, Köln',
    });
  });

  it('gives an employee the address of the work only as that of the company', async () => {
    const employee = await readCard('3.0', 'FN:A', 'N:A;;;;', 'ORG:Acme', 'ADR;TYPE=HOME:;;Home 1;;;;');
    expect(employee['ADR street']).toBeUndefined();
    expect(employee['ADR home street']).toBe('Home 1');
    const atWork = await readCard(
      '3.0',
      'FN:A',
      'N:A;;;;',
      'ORG:Acme',
      'ADR;TYPE=HOME:;;Home 1;;;;',
      'ADR;TYPE=WORK:;;Work 1;;;;',
    );
    expect(atWork['ADR street']).toBe('Work 1');
  });

  it.each([
    ['X-ABShowAs:COMPANY', 'N:;;;;', 'FN:Acme', 'ORG:Acme;'],
    ['KIND:org', 'FN:Acme'],
    ['N:;;;;', 'FN:Acme', 'ORG:Acme'],
    ['X-ABShowAs:COMPANY', 'N:Acme;;;;', 'FN:Acme', 'ORG:Acme'],
  ])('is a company with %s', async (...lines) => {
    const company = await readCard('3.0', ...lines, 'TEL;TYPE=WORK:1', 'URL:acme.example', 'NOTE:x');
    expect(company).toMatchObject({
      'KIND': 'company',
      'ORG': 'Acme',
      'ORG TEL': '1',
      'ORG URL': 'acme.example',
      'ORG NOTE': 'x',
    });
    expect(company).not.toHaveProperty('TEL work');
    expect(company).not.toHaveProperty(['N.family']);
    expect(company).not.toHaveProperty(['FN alone']);
  });

  it('is a person in all other cases', async () => {
    expect(await readCard('3.0', 'FN:Jane Doe', 'N:Doe;Jane;;;', 'ORG:Acme')).toMatchObject({ KIND: 'person' });
    expect(await readCard('2.1', 'FN:Jane Doe')).toMatchObject({ 'KIND': 'person', 'FN alone': 'Jane Doe' });
  });

  it('leaves groups out, and pictures, and says so', async () => {
    const result = await read(
      card('4.0', 'KIND:group', 'FN:All') +
        card(
          '3.0',
          'FN:A',
          'N:A;;;;',
          'PHOTO;ENCODING=b;TYPE=JPEG:/9j/',
          ` ${'A'.repeat(200_000)}`,
          ' AAAA',
          'EMAIL:a@x.example',
        ) +
        card(
          '2.1',
          'N:B',
          'PHOTO;JPEG;ENCODING=BASE64:',
          '/9j/4AAQSkZJRgABAQAAAQABAAD',
          'qrvM3Q==',
          '',
          'EMAIL:b@x.example',
        ),
    );
    expect(objectsOf(result).map((row) => row['EMAIL'])).toEqual(['a@x.example', 'b@x.example']);
    expect(result.profile.notes.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      'groups-left-out: 1 card is that of a group, a place or a device, and left out.',
      'pictures-left-out: 2 pictures, sounds and keys are left out.',
    ]);
    expect(result.profile.tableBytes).toBeLessThan(2_000);
  });

  it('keeps other properties under their names, and a card inside of a card out', async () => {
    const row = await readCard(
      '2.1',
      'N:Doe;Jane',
      'X-SKYPE:jane',
      'BDAY:1980-01-02',
      'AGENT:',
      'BEGIN:VCARD',
      'N:Agent;X',
      'END:VCARD',
      'EMAIL:j@x.example',
    );
    expect(row).toMatchObject({ 'X-SKYPE': 'jane', 'BDAY': '1980-01-02', 'N.family': 'Doe', 'EMAIL': 'j@x.example' });
  });

  it('reads values that are no UTF-8 by themselves, and says so', async () => {
    const latin = Buffer.from(card('2.1', 'N:M\u00fcller', 'EMAIL:a@x.example'), 'latin1');
    const result = await read(Buffer.concat([Buffer.from(card('3.0', 'FN:Zoë', 'N:Zoë;;;;')), latin]));
    expect(objectsOf(result).map((row) => row['N.family'])).toEqual(['Zoë', 'Müller']);
    expect(result.profile.notes.map(({ code }) => code)).toEqual(['encoding-guessed']);
    expect(result.profile.notes[0]?.message).toContain(
      'One value is not UTF-8 and read as windows-1252, the first on line 8: "Müller"',
    );
  });

  it('tells lines that are nothing', async () => {
    const result = await read(`${card('3.0', 'FN:A', 'N:A;;;;', 'a line that lost its fold')}trailing words\r\n`);
    expect(result.profile.notes).toEqual([
      { code: 'lines-left-out', message: '2 lines are no property of a card and left out, the first is line 5.' },
    ]);
  });

  it('reads UTF-16', async () => {
    const result = await read(Buffer.from(`\ufeff${card('3.0', 'FN:Zoë', 'N:Zoë;;;;')}`, 'utf16le'));
    expect(objectsOf(result)[0]).toMatchObject({ FN: 'Zoë' });
  });

  it.each([
    ['BEGIN:VCARD\r\nVERSION:3.0\r\nFN:A\r\n', 'is cut off: the card that begins on line 1 has no end'],
    ['BEGIN:VCARD\r\nFN:A\r\nBEGIN:VCARD\r\nFN:B\r\nEND:VCARD\r\n', 'line 3 begins a card inside of that of line 1'],
    [card('4.0', 'KIND:group', 'FN:All'), 'holds no card of a person or a company'],
  ])('%j is refused', async (content, message) => {
    const error = await refusalOf(content);
    expect(error.code).toBe('file-not-csv');
    expect(error.message).toContain(message);
  });
});

describe('what is written as a card', () => {
  const text = fc
    .string({ unit: 'grapheme', minLength: 1 })
    .map((value) => value.replaceAll(/\p{Cc}/gu, ' ').trim())
    .filter((value) => value.isWellFormed() && value !== '');
  const escape = (value: string): string => value.replaceAll(/[\\,;]/g, (character) => `\\${character}`);
  /** In lines of 20 bytes, wherever that cuts. */
  const fold = (line: string): Buffer => {
    const bytes = Buffer.from(line);
    const parts: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += 20) parts.push(bytes.subarray(at, at + 20), Buffer.from('\r\n '));
    return Buffer.concat([...parts.slice(0, -1), Buffer.from('\r\n')]);
  };

  it('is read back', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ given: text, family: text, note: text }), { minLength: 1, maxLength: 5 }),
        async (people) => {
          const parts = people.flatMap(({ given, family, note }) => [
            Buffer.from('BEGIN:VCARD\r\nVERSION:3.0\r\n'),
            fold(`N:${escape(family)};${escape(given)};;;`),
            fold(`NOTE:${escape(note)}`),
            Buffer.from('END:VCARD\r\n'),
          ]);
          const rows = objectsOf(await read(Buffer.concat(parts)));
          expect(rows.map((row) => [row['N.given'], row['N.family'], row['NOTE']])).toEqual(
            people.map(({ given, family, note }) => [given, family, note]),
          );
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe.skipIf(!existsSync(SHARED))('cards of other programs', () => {
  const CARDS: Readonly<Record<string, number>> = {
    'ezvcard_John_Doe_ANDROID.vcf': 6,
    'ezvcard_John_Doe_GMAIL.vcf': 1,
    'ezvcard_John_Doe_IPHONE.vcf': 1,
    'ezvcard_John_Doe_MS_OUTLOOK.vcf': 1,
    'ezvcard_rfc6350-example.vcf': 1,
    'roundcube_apple.vcf': 1,
  };
  const names = existsSync(SHARED) ? readdirSync(SHARED).filter((name) => name in CARDS) : [];

  it.each(names)('%s has all its cards', async (name) => {
    const result = await readPath(path.join(SHARED, name));
    expect(result.broken).toEqual([]);
    expect(result.rows.length).toBe(CARDS[name]);
    for (const row of objectsOf(result)) expect(row['FN'] ?? row['EMAIL']).toBeTruthy();
  });
});
