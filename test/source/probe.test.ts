/** What `profileFile` finds out about a file, and which files it refuses with which words. */

import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { encode } from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import type { SyncError } from '../../src/errors.js';
import { profileFile } from '../../src/source/probe.js';
import type { FileOverrides } from '../../src/source/profile.js';
import { cellsOf, inFolder, readAll, writeFile } from './write.js';

async function refusal(content: string | Buffer, overrides: FileOverrides = {}): Promise<SyncError> {
  return profileFile(writeFile(content), overrides).then(
    () => expect.fail('the file was not refused'),
    (error: unknown) => error as SyncError,
  );
}

describe('encoding', () => {
  const text = 'Name;Ort;Betrag\r\nMüller – “Söhne”;Köln;5 €\r\nŽižek;Łódź?;1\r\n'.replace('Łódź?', 'Lodz');
  const bom = { utf8: Buffer.from([0xef, 0xbb, 0xbf]), le: Buffer.from([0xff, 0xfe]), be: Buffer.from([0xfe, 0xff]) };

  it.each([
    ['utf-8 without a mark', Buffer.from(text), 'utf-8', false],
    ['utf-8 with a mark', Buffer.concat([bom.utf8, Buffer.from(text)]), 'utf-8', true],
    ['utf-8 with two marks', Buffer.concat([bom.utf8, bom.utf8, Buffer.from(text)]), 'utf-8', true],
    ['windows-1252 with its own characters', encode(text, 'windows-1252'), 'windows-1252', false],
    ['utf-16le with a mark', Buffer.concat([bom.le, encode(text, 'utf-16le')]), 'utf-16le', true],
    ['utf-16be with a mark', Buffer.concat([bom.be, encode(text, 'utf-16be')]), 'utf-16be', true],
    ['utf-16le without a mark', encode(text, 'utf-16le'), 'utf-16le', false],
    ['utf-16be without a mark', encode(text, 'utf-16be'), 'utf-16be', false],
    ['utf-16le with two marks', Buffer.concat([bom.le, bom.le, encode(text, 'utf-16le')]), 'utf-16le', true],
  ])('reads %s', async (_, bytes, encoding, marked) => {
    for (const blockBytes of [undefined, 64]) {
      const result = await readAll(bytes, {}, blockBytes);
      expect(result.profile).toMatchObject({ encoding, bom: marked, delimiter: ';', lineEnd: 'crlf', headerLine: 1 });
      expect(result.profile.columns).toEqual(['Name', 'Ort', 'Betrag']);
      expect(cellsOf(result)).toEqual([
        ['Müller – “Söhne”', 'Köln', '5 €'],
        ['Žižek', 'Lodz', '1'],
      ]);
      expect(result.bytesRead).toBe(bytes.length);
    }
  });

  it('decides by the whole file: one windows-1252 byte far behind the sample is found', async () => {
    const rows = 'Acme,Berlin\n'.repeat(40_000);
    const plain = await readAll(`Name,City\n${rows}Mueller,Koeln\n`);
    expect(plain.profile.encoding).toBe('utf-8');
    const late = await readAll(Buffer.concat([Buffer.from(`Name,City\n${rows}`), encode('Müller,Köln\n', 'win1252')]));
    expect(late.profile.encoding).toBe('windows-1252');
    expect(late.rows.at(-1)?.cells).toEqual(['Müller', 'Köln']);
  });

  it.each([0, 1, 2, 3])('is not misled by a character that lies across two blocks (shift %i)', async (shift) => {
    const filler = 'x'.repeat(256 * 1024 - 'Name\n'.length - 3 + shift);
    const { profile, rows } = await readAll(`Name\n${filler}😎é\n`);
    expect(profile.encoding).toBe('utf-8');
    expect(rows[0]?.cells[0]?.endsWith('x😎é')).toBe(true);
  });

  it('takes a file that was cut inside its last character as UTF-8 if it has others, else as windows-1252', async () => {
    const cut = Buffer.from('Name\nMüller\nMül').subarray(0, -2);
    expect((await profileFile(writeFile(cut))).encoding).toBe('utf-8');
    expect((await profileFile(writeFile(encode('Name\nMiller\nCafé', 'win1252')))).encoding).toBe('windows-1252');
  });

  it('refuses UTF-8 with a broken byte, and reads it when the encoding is stated', async () => {
    const bytes = Buffer.concat([Buffer.from(`Name\n${'Müller\n'.repeat(20)}Caf`), Buffer.from([0xe9, 10])]);
    const error = await refusal(bytes);
    expect(error.code).toBe('file-encoding');
    expect(error.message).toContain('1 byte that is not, the first on line 22');
    const stated = await readAll(bytes, { encoding: 'utf-8' });
    expect(stated.rows.at(-1)?.cells).toEqual(['Caf\ufffd']);
    expect((await readAll(bytes, { encoding: 'windows-1252' })).rows.at(-1)?.cells).toEqual(['Café']);
  });

  it('refuses windows-1252 that is stated to be UTF-8, and reads it when nothing is stated', async () => {
    const bytes = encode('Name,City\nMüller,Köln\n', 'win1252');
    expect((await refusal(bytes, { encoding: 'utf-8' })).code).toBe('file-encoding');
    expect(cellsOf(await readAll(bytes))).toEqual([['Müller', 'Köln']]);
  });

  it('strips a byte order mark inside the first header cell behind a sep line', async () => {
    const { profile } = await readAll('sep=;\n\ufeffName;City\nA;B\n');
    expect(profile.columns).toEqual(['Name', 'City']);
  });
});

describe('digest, size and line ends', () => {
  it('takes size and SHA-256 of the raw bytes', async () => {
    const bytes = encode('Name;Ort\r\nMüller;Köln', 'utf-16le');
    const profile = await profileFile(writeFile(bytes, 'list.csv'));
    expect(profile.name).toBe('list.csv');
    expect(profile.bytes).toBe(bytes.length);
    expect(profile.digest).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(profile.endsWithLineEnd).toBe(false);
  });

  it.each([
    ['a,b\n1,2\n', 'lf', true],
    ['a,b\r\n1,2\r\n', 'crlf', true],
    ['a,b\r1,2\r', 'cr', true],
    ['a,b\r1,2', 'cr', false],
    ['a,b\r\n1,2\n', 'mixed', true],
    ['a,b\n1,"x\ry"\n', 'lf', true],
    ['a,b\n1,2', 'lf', false],
    ['a,b', 'lf', false],
  ])('finds the line ends of %j', async (text, lineEnd, endsWithLineEnd) => {
    for (const encoding of ['utf-8', 'utf-16le', 'utf-16be'] as const) {
      const profile = await profileFile(writeFile(encode(text, encoding)), { encoding });
      expect(profile).toMatchObject({ lineEnd, endsWithLineEnd });
    }
  });
});

describe('delimiter and quote', () => {
  it.each([
    ['commas', 'name,city\nA,Berlin\nB,Bonn\n', ','],
    ['semicolons', 'name;city\nA;Berlin\nB;Bonn\n', ';'],
    ['tabs', 'name\tcity\nA\tBerlin\n', '\t'],
    ['bars', 'name|city\nA|Berlin\n', '|'],
    ['semicolons around decimal commas', 'a;b;c\n1,5;2,5;3,5\n1,5;2,5;3,5\n', ';'],
    ['semicolons where each row has one comma', 'Name;Stadt;Land\nMüller, H;Bonn;DE\nMaier, K;Köln;DE\n', ';'],
    ['semicolons where the header has as many commas', 'Name, Vorname;Ort, Land\nA, B;C, D\nE, F;G, H\n', ';'],
    ['commas around lists with semicolons', 'name,mails\nA,a@x.de;b@x.de\nB,c@x.de;d@x.de\n', ','],
    ['commas where all semicolons are quoted', 'name,tags,n\nA,"x;y;z",1\nB,"x;y;z",2\n', ','],
    ['a header alone', 'name;city;zip', ';'],
    ['titles without delimiters first', 'Report\n\nAll of it, really\nname;city\nA;B\nC;D\nE;F\n', ';'],
    ['a sep line against the look of the rest', 'sep=;\na,b;c,d\n1,2;3,4\n', ';'],
    ['one column', 'name\nA\nB\n', ','],
    ['prose', 'Dear all\nplease find the list below\nbest regards\n', ','],
    ['Windows line ends', 'name;city\r\nA;Berlin\r\n', ';'],
    ['old Mac line ends', 'name;city\rA;Berlin\rB;Bonn\r', ';'],
  ])('finds the delimiter of %s', async (_, text, delimiter) => {
    expect((await profileFile(writeFile(text))).delimiter).toBe(delimiter);
  });

  it('takes the apostrophe as quote only when it wraps every line', async () => {
    const wrapped = await readAll("'name','city'\n'O''Hara','Rome, Italy'\n");
    expect(wrapped.profile.quote).toBe("'");
    expect(cellsOf(wrapped)).toEqual([["O'Hara", 'Rome, Italy']]);
    const guarded = await readAll("id,phone\n'0012,'+49 30\n");
    expect(guarded.profile.quote).toBe('"');
    expect(cellsOf(guarded)).toEqual([["'0012", "'+49 30"]]);
  });

  it('obeys the stated delimiter', async () => {
    const path = writeFile('a,b;c\n1,2;3\n');
    expect((await profileFile(path, { delimiter: ';' })).columns).toEqual(['a,b', 'c']);
    expect((await profileFile(path, { delimiter: ',' })).columns).toEqual(['a', 'b;c']);
  });
});

describe('header', () => {
  const padded = (first: string): string => `"${first}","","",""\n`;
  it.each([
    ['the first line', 'Name,Email\nA,a@x.de\n', 1, ['Name', 'Email']],
    ['the first line with text', '\n\nName,Email\nA,a@x.de\n', 3, ['Name', 'Email']],
    ['below a sep line', 'sep=,\nName,Email\nA,a@x.de\n', 2, ['Name', 'Email']],
    [
      'below a title and a date',
      'Acme\nContacts\n"As of May 1, 2026"\n\nName,Mail,City\nA,a@x.de,B\nC,,D\n',
      5,
      ['Name', 'Mail', 'City'],
    ],
    [
      'below a date with a comma',
      'As of May 1, 2026\nName,Mail,City,Zip\nA,a@x.de,B,1\nC,,D,2\n',
      2,
      ['Name', 'Mail', 'City', 'Zip'],
    ],
    [
      'below titles of full width',
      `${padded('Invoice Ninja v4')}${padded('')}${padded('CLIENTS')}Name,Phone,City,Phone\nA,1,B,2\n`,
      4,
      ['Name', 'Phone', 'City', 'Phone'],
    ],
    [
      'below the DATEV line',
      '"EXTF";700;16;"Debitoren"\nKonto;Name;Ort;PLZ;Land\n10000;A;B;1;DE\n10001;C;D;2;DE\n',
      2,
      ['Konto', 'Name', 'Ort', 'PLZ', 'Land'],
    ],
    ['the first line although it has years', 'Name,2023,2024\nA,1,2\nB,3,4\n', 1, ['Name', '2023', '2024']],
    [
      'the first line although rows look like one',
      'Name,City,Zip\nAcme,Berlin,Mitte\nFoo,Bonn,Zentrum\n',
      1,
      ['Name', 'City', 'Zip'],
    ],
    ['the first line although it is shorter than the rows', 'Name,Email\nA,B,C,D,E\nF,G,H,I,J\n', 1, ['Name', 'Email']],
    ['a known name in one column whose rows have commas', 'Name\nSmith, John\nDoe, Jane\n', 1, ['Name']],
    ['without empty columns at the end', 'Name,Email,,\nA,B,,\n', 1, ['Name', 'Email']],
    ['with an empty column in the middle', 'Name,,City\nA,B,C\n', 1, ['Name', '', 'City']],
    ['trimmed', '  Name ,"\tCity "\nA,B\n', 1, ['Name', 'City']],
    ['over two lines', '"Name\n(full)",City\nA,B\n', 1, ['Name\n(full)', 'City']],
  ])('is %s', async (_, text, headerLine, columns) => {
    const { profile, rows, broken } = await readAll(text);
    expect(profile).toMatchObject({ headerLine, preambleLines: headerLine - 1, columns });
    expect(rows.length + broken.length).toBeGreaterThan(0);
    expect(Math.min(...[...rows, ...broken].map((row) => row.line))).toBeGreaterThan(headerLine);
  });

  it('is the stated line, also far behind the sample', async () => {
    const text = `${'some title\n'.repeat(20_000)}Name,City\nA,B\n`;
    const { profile, rows } = await readAll(text, { headerLine: 20_001, delimiter: ',' });
    expect(profile).toMatchObject({ columns: ['Name', 'City'], preambleLines: 20_000 });
    expect(rows).toEqual([{ line: 20_002, endLine: 20_002, cells: ['A', 'B'] }]);
    const error = await refusal('Name,City\nA,B\n', { headerLine: 3 });
    expect(error.code).toBe('usage');
    expect(error.message).toContain('header line 3 is not in the file, which has 2 lines');
  });

  it('alone, without rows, is a profile and no rows', async () => {
    const { profile, rows, broken } = await readAll('Name,City\n');
    expect(profile.columns).toEqual(['Name', 'City']);
    expect([rows, broken]).toEqual([[], []]);
  });
});

describe('footer', () => {
  const table = 'Name,City,Zip,Balance\nAcme,Berlin,10115,1\nFoo,Bonn,53111,2\n';
  it.each([
    ['nothing', '', 0],
    ['one blank line', '\n', 0],
    ['three blank lines', '\n\n\n', 0],
    [
      'a Salesforce report',
      '\n"My report"\n"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."\n"Confidential Information - Do Not Distribute"\n"Generated By:  Jo Doe 01/02/2026"\n',
      5,
    ],
    ['notes with commas and no quotes', '\nMy report\nCopyright (c) 2000-2026, all rights reserved.\n', 3],
    ['a note without a line end', '\n\nMy report', 3],
    ['a sum', 'Total,,,3\n', 1],
    ['a German sum and a note', 'Summe,,,"3,00"\nThursday, Oct 1, 2026 10:15:22 AM\n', 2],
    ['a report that a spreadsheet filled up', ',,,\nMy report,,,\nCopyright 2026,,,\n', 3],
  ])('behind the rows: %s', async (_, footer, footerLines) => {
    for (const end of ['\n', '\r\n', '\r']) {
      const text = (table + footer).replaceAll('\n', end);
      for (const encoding of ['utf-8', 'utf-16be'] as const) {
        const { profile, rows, broken } = await readAll(encode(text, encoding), {}, 64);
        expect(profile.footerLines).toBe(footerLines);
        expect(rows.map((row) => row.cells[0])).toEqual(['Acme', 'Foo']);
        expect(broken).toEqual([]);
      }
    }
  });

  it.each([
    ['a name behind a blank line', `${table}\nBar,,,\n`, 3],
    ['names behind a blank line, then blank lines', `${table}\nBar,,,\nBaz,,,\n\n`, 4],
    ['a name between blank lines and a report note', `${table}\nBar,,,\n\nMy report\n`, 3],
    ['a client called Total with an address', `${table}Total,Paris,75000,1\n`, 3],
    ['TotalEnergies', `${table}TotalEnergies SE,,,\n`, 3],
    ['short lines in two columns', 'Name,City\nA,B\n\nC\n', 1],
  ])('leaves %s where it is', async (_, text, rowCount) => {
    const { rows } = await readAll(text);
    expect(rows).toHaveLength(rowCount);
  });

  it('is not looked for in the middle', async () => {
    const { profile, broken, rows, left } = await readAll(`${table}\nMy report\nCopyright 2026\nBar,Rome,1,2\n`);
    expect(profile.footerLines).toBe(0);
    expect(rows).toHaveLength(3);
    expect(broken.map((row) => [row.line, row.code])).toEqual([[5, 'too-few-cells']]);
    expect(left.map(({ line }) => line)).toEqual([6]);
  });

  it('is found at the end of a file much larger than the sample, also when the sample begins inside a cell', async () => {
    const rows = 'Acme,"Berlin\nMitte, ""x""",10115,1\n'.repeat(20_000);
    const { profile, rows: read } = await readAll(`Name,City,Zip,Balance\n${rows}\nMy report\nConfidential\n`);
    expect(profile.footerLines).toBe(3);
    expect(read).toHaveLength(20_000);
    expect(read.at(-1)).toMatchObject({ line: 40_000, endLine: 40_001 });
  });

  it('never swallows the header', async () => {
    expect((await profileFile(writeFile('\nTotal\n'))).columns).toEqual(['Total']);
  });
});

describe('refusals', () => {
  it.each([
    ['nothing at all', '', 'file-empty', '0 bytes'],
    ['blank lines', '\n \r\n\t\n', 'file-empty', 'blank lines'],
    ['many blank lines', '\n'.repeat(200_000), 'file-empty', '200000 lines'],
    [
      'blank UTF-16',
      Buffer.concat([Buffer.from([0xff, 0xfe]), encode('\n\n ', 'utf-16le')]),
      'file-empty',
      'blank lines',
    ],
    ['only delimiters', ',,,\n,,,\n', 'file-empty', 'blank cells'],
    ['a zip', Buffer.from('PK\x03\x04....clients.csv', 'latin1'), 'file-binary', 'zip archive'],
    ['an old workbook', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 1, 2, 3]), 'file-binary', '.xls'],
    ['a PDF', '%PDF-1.4\nfoo', 'file-binary', 'PDF'],
    ['gzip', Buffer.from([0x1f, 0x8b, 8, 0]), 'file-binary', 'gzip'],
    ['a PNG', Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10]), 'file-binary', 'PNG'],
    ['a JPEG', Buffer.from([0xff, 0xd8, 0xff, 0xe0]), 'file-binary', 'JPEG'],
    ['NUL bytes', Buffer.alloc(300), 'file-binary', 'NUL'],
    ['control characters', '\x01\x02\x03name\x04\n\x05\x06', 'file-binary', 'control characters'],
    ['HTML', '\n  <!DOCTYPE html>\n<html></html>', 'file-not-csv', 'HTML'],
    ['an HTML table', '<table><tr><td>a</td></tr></table>', 'file-not-csv', 'HTML'],
    ['XML', '\ufeff<?xml version="1.0"?><a/>', 'file-not-csv', 'XML'],
    ['XML without a declaration', '<ns:rows attr="1">', 'file-not-csv', 'XML'],
    ['a JSON object', '{"name": "A"}', 'file-not-csv', 'JSON'],
    ['empty JSON', '[]\n', 'file-empty', 'JSON'],
    ['a calendar', 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\n', 'file-not-csv', 'calendar'],
    ['a SYLK workbook', 'ID;PWXL;N;E\r\nP;PGeneral\r\nC;Y1;X1;K"Name"\r\nE\r\n', 'file-not-csv', 'SYLK'],
    ['a DIF workbook', 'TABLE\r\n0,1\r\n"EXCEL"\r\nVECTORS\r\n0,3\r\n""\r\n', 'file-not-csv', 'DIF'],
    ['a header with a broken quote', '"Name,City\nA,B\n', 'file-not-csv', 'header on line 1'],
  ])('refuses %s', async (_, content, code, words) => {
    const error = await refusal(content);
    expect(error.name).toBe('SyncError');
    expect(error.code).toBe(code);
    expect(error.message).toContain(words);
    expect(error.hint).toBeTruthy();
  });

  it.each([
    ['a name in angle brackets in a cell', 'Name,Mail\nMax,<max@x.de>\n'],
    ['a bracket in the header', '[id],name\n1,A\n'],
    ['a single NUL in a large text', `Name,City\n${'Acme,Berlin\n'.repeat(200)}A\0,B\n`],
    ['RIFF as part of a word', 'RIFFRAFF?,x\n1,2\n'.replace('RIFF', 'RIF F')],
  ])('reads %s', async (_, content) => {
    expect((await readAll(content)).rows.length).toBeGreaterThan(0);
  });

  it('names what is near a missing file', async () => {
    writeFile('a\n1\n', 'Clients-2026.csv');
    const missing = (name: string): Promise<SyncError> =>
      profileFile(inFolder(name)).then(
        () => expect.fail('read'),
        (error: unknown) => error as SyncError,
      );
    const near = await missing('clients_2026.txt');
    expect(near.code).toBe('file-missing');
    expect(near.message).toContain('clients_2026.txt');
    expect(near.hint).toBe('Did you mean "Clients-2026.csv"?');
    expect((await missing('invoices.csv')).hint).toBe('Check the path.');
    expect((await missing('nowhere/clients.csv')).message).toContain('there is no folder');
  });

  it('refuses a folder', async () => {
    mkdirSync(inFolder('drop'));
    await expect(profileFile(inFolder('drop'))).rejects.toMatchObject({ code: 'file-unreadable' });
  });
});
