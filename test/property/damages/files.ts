/** Damages of whole files: how to inflict each on a sound export, and what may become of it. */

import iconv from 'iconv-lite';
import { buildZip } from '../../support/zip.js';
import { writeCsv } from './exports.js';
import type { Export } from './exports.js';
import type { Reaction } from './judge.js';

export interface FileDamage {
  readonly id: string;
  readonly inflict: (sound: Export) => Buffer | string;
  /** What the file should have said, where that is not the sound export. */
  readonly meant?: (sound: Export) => Export;
  /** Each of these is an answer; nothing else is. */
  readonly reactions: readonly Reaction[];
  /** Where it is repaired that is a guess, so a note or a remark says so. */
  readonly guess?: boolean;
  readonly name?: string;
  readonly applies?: (sound: Export) => boolean;
}

const repaired = (id: string, inflict: FileDamage['inflict']): FileDamage => ({ id, inflict, reactions: ['repaired'] });
const guessed = (id: string, inflict: FileDamage['inflict']): FileDamage => ({ ...repaired(id, inflict), guess: true });
const noticed = (id: string, inflict: FileDamage['inflict']): FileDamage => ({
  id,
  inflict,
  reactions: ['flagged', 'refused'],
});
/** Put right where it can be, else said. */
const answered = (id: string, inflict: FileDamage['inflict']): FileDamage => ({
  id,
  inflict,
  reactions: ['repaired', 'flagged', 'refused'],
});

const csv = (sound: Export): string => writeCsv(sound);
const lines = (sound: Export): readonly string[] => csv(sound).trimEnd().split('\n');
const joined = (all: readonly string[]): string => all.map((line) => `${line}\n`).join('');
const withLines = (sound: Export, at: number, ...more: readonly string[]): string =>
  joined(lines(sound).toSpliced(at, 0, ...more));
/** Line 6 (a row with umlauts in the middle of the file) made into another one. */
const withRow = (sound: Export, change: (line: string) => string): string =>
  joined(lines(sound).map((line, nth) => (nth === 5 ? change(line) : line)));
const empty = (sound: Export): string => ','.repeat(sound.columns.length - 1);
const cutName = (line: string): string => line.replace('Brasserie', 'Brass\nerie');
/** As wide as the table, with blank cells. */
const fill = (sound: Export, line: string): string =>
  line + ','.repeat(Math.max(0, sound.columns.length - line.split(',').length));
/** As many blank cells behind a row as the table has columns; the pieces of a row that is cut have them once. */
const trail = (sound: Export, line: string): string =>
  line.endsWith('Brass') ? line : `${line}${','.repeat(sound.columns.length)}`;
/** Above the sixth row. */
const between = (sound: Export, ...more: readonly string[]): string => withLines(sound, 6, ...more);
const cells = (sound: Export, change: (cell: string, column: number) => string): Export => ({
  ...sound,
  rows: sound.rows.map((row) => row.map(change)),
});
const inId = (sound: Export, change: (id: string) => string): Export => {
  const at = sound.columns.indexOf(sound.roles.id ?? '');
  return cells(sound, (cell, column) => (column === at ? change(cell) : cell));
};
const renamed = (sound: Export, from: string, to: string): Export => cells(sound, (cell) => cell.replace(from, to));
const hasNumbers = (sound: Export): boolean => sound.numericIds;

const ENCODINGS: readonly FileDamage[] = [
  repaired('byte order mark', (sound) => `\ufeff${csv(sound)}`),
  repaired('two byte order marks', (sound) => `\ufeff\ufeff${csv(sound)}`),
  repaired('UTF-16, low byte first', (sound) => Buffer.from(`\ufeff${csv(sound)}`, 'utf16le')),
  repaired('UTF-16, high byte first', (sound) => Buffer.from(`\ufeff${csv(sound)}`, 'utf16le').swap16()),
  repaired('UTF-16 without a mark', (sound) => Buffer.from(csv(sound), 'utf16le')),
  answered('UTF-32', (sound) => iconv.encode(csv(sound), 'utf-32le', { addBOM: true })),
  answered('UTF-32, high byte first', (sound) => iconv.encode(csv(sound), 'utf-32be', { addBOM: true })),
  repaired('windows-1252', (sound) => iconv.encode(csv(sound), 'windows-1252')),
  guessed('code page 850 of DOS', (sound) => iconv.encode(csv(sound), 'cp850')),
  guessed('Macintosh', (sound) => iconv.encode(csv(sound), 'macintosh')),
  guessed('read as windows-1252 and written as UTF-8', (sound) =>
    iconv.decode(Buffer.from(csv(sound)), 'windows-1252'),
  ),
  answered('one row in another encoding', (sound) => {
    const [before, row, after] = [lines(sound).slice(0, 4), lines(sound).slice(4, 5), lines(sound).slice(5)];
    return Buffer.concat([
      Buffer.from(joined(before)),
      iconv.encode(joined(row), 'windows-1252'),
      Buffer.from(joined(after)),
    ]);
  }),
  noticed('characters lost to U+FFFD', (sound) => csv(sound).replaceAll('ö', '\ufffd')),
  answered('NUL bytes between the rows', (sound) => csv(sound).replaceAll('\n', '\n\0')),
  answered('NUL bytes at the end', (sound) => csv(sound) + '\0'.repeat(512)),
];

const DIALECTS: readonly FileDamage[] = [
  repaired('semicolons', (sound) => writeCsv(sound, ';')),
  repaired('tabs', (sound) => writeCsv(sound, '\t')),
  repaired('bars', (sound) => writeCsv(sound, '|')),
  repaired('a line that names the separator', (sound) => `sep=;\n${writeCsv(sound, ';')}`),
  repaired('everything in quotes', (sound) =>
    [sound.columns, ...sound.rows].map((row) => `${row.map((cell) => `"${cell}"`).join(',')}\n`).join(''),
  ),
  repaired('CR alone as line end', (sound) => writeCsv(sound, ',', '\r')),
  repaired('CRLF as line end', (sound) => writeCsv(sound, ',', '\r\n')),
  repaired('mixed line ends', (sound) =>
    lines(sound)
      .map((line, nth) => line + (nth % 2 === 0 ? '\n' : '\r\n'))
      .join(''),
  ),
  repaired('no line end at the end', (sound) => csv(sound).trimEnd()),
  repaired('blanks behind separators in the header', (sound) =>
    csv(sound).replace(/^.*$/m, (line) => line.replaceAll(',', ', ')),
  ),
  answered('every line in one quoted cell', (sound) =>
    lines(sound)
      .map((line) => `"${line.replaceAll('"', '""')}"\n`)
      .join(''),
  ),
  answered('every line in one quoted cell with separators behind it', (sound) =>
    lines(sound)
      .map((line) => `"${line.replaceAll('"', '""')}",,\n`)
      .join(''),
  ),
  {
    ...answered('quotes that are escaped by a backslash', (sound) =>
      csv(sound).replace('Lindenhof Möbel GmbH', '"Lindenhof \\"Möbel\\" GmbH"'),
    ),
    meant: (sound) => renamed(sound, 'Lindenhof Möbel GmbH', 'Lindenhof "Möbel" GmbH'),
  },
];

const FRAMES: readonly FileDamage[] = [
  repaired('the title of a report before the header', (sound) =>
    withLines(sound, 0, 'Customer Contact List', '', 'As of 23 November 2026', ''),
  ),
  repaired('titles as wide as the table', (sound) => withLines(sound, 0, `My Company${empty(sound)}`, empty(sound))),
  repaired('blank lines before the header', (sound) => withLines(sound, 0, '', '', '')),
  repaired('a copyright note at the end', (sound) =>
    withLines(
      sound,
      13,
      '',
      '"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."',
      '"Generated By:  Ada"',
    ),
  ),
  repaired('a total at the end', (sound) => `${csv(sound)}Total${empty(sound)}\n`),
  repaired('a time stamp at the end', (sound) => `${csv(sound)}\n"Monday, Nov 23, 2026 09:14:00 AM GMT+1"\n`),
  repaired('the header again in the middle', (sound) => withLines(sound, 6, lines(sound)[0] ?? '')),
  repaired('blank rows', (sound) => withLines(sound, 5, empty(sound), '', empty(sound))),
  repaired('blank rows at the end', (sound) => csv(sound) + `${empty(sound)}\n`.repeat(20)),
  repaired('blank columns at the end', (sound) => joined(lines(sound).map((line) => `${line},,,,`))),
  repaired('a separator behind the header alone', (sound) => csv(sound).replace('\n', ',\n')),
  repaired('a separator behind the rows alone', (sound) =>
    joined(lines(sound).map((line, nth) => (nth === 0 ? line : `${line},`))),
  ),
  ...['Anzahl Datensätze: 2', 'Seite 1 von 2', '(12 rows affected)', 'Records: 12', 'Grand total,17'].flatMap(
    (text) => [
      repaired(`"${text}" between the rows`, (sound) => between(sound, text)),
      repaired(`"${text}" between the rows, as wide as the table`, (sound) => between(sound, fill(sound, text))),
      repaired(`"${text}" at the end`, (sound) => `${csv(sound)}${text}\n`),
    ],
  ),
  repaired('the title of a group above a repeated header', (sound) =>
    between(sound, '', 'Leads', lines(sound)[0] ?? ''),
  ),
  repaired('the title of a group above a repeated header, as wide as the table', (sound) =>
    between(sound, empty(sound), fill(sound, 'Leads'), lines(sound)[0] ?? ''),
  ),
  guessed('the title of a group behind a blank line', (sound) => between(sound, '', 'Leads')),
  guessed('a sum whose word is a name, too', (sound) => between(sound, fill(sound, 'Total,17'))),
  noticed(
    'another table below',
    (sound) => `${csv(sound)}\nInvoice,Amount,Due\n1,100.00,2026-01-01\n2,200.00,2026-01-02\n`,
  ),
  noticed('a row of units below the header', (sound) =>
    withLines(sound, 1, sound.columns.map((_, nth) => (nth < 5 ? 'text' : '')).join(',')),
  ),
];

const ROWS: readonly FileDamage[] = [
  {
    ...answered('a quote inside a cell', (sound) =>
      withRow(sound, (line) => line.replace('Brasserie', 'Brasserie "x"')),
    ),
    meant: (sound) => renamed(sound, 'Brasserie', 'Brasserie "x"'),
  },
  {
    ...answered('a quote at the start of a cell', (sound) =>
      withRow(sound, (line) => line.replace('Brasserie', '"x" Brasserie')),
    ),
    meant: (sound) => renamed(sound, 'Brasserie', '"x" Brasserie'),
  },
  repaired('a title, and a word with its value, above the header', (sound) =>
    withLines(sound, 0, `Customers${empty(sound)}`, `As of,2026-11-23${empty(sound).slice(1)}`),
  ),
  noticed('a quote that nothing closes', (sound) => withRow(sound, (line) => line.replace('Brasserie', '"Brasserie'))),
  noticed('a separator inside a cell without quotes', (sound) =>
    withRow(sound, (line) => line.replace('Brasserie', 'Brasserie, x')),
  ),
  answered('a row that lacks its last cells', (sound) =>
    withRow(sound, (line) => line.split(',').slice(0, -2).join(',')),
  ),
  noticed('a row that lacks a cell in the middle', (sound) =>
    withRow(sound, (line) => line.split(',').toSpliced(2, 1).join(',')),
  ),
  noticed('a row that is cut in two', (sound) => withRow(sound, (line) => line.replace('Brasserie', 'Brass\nerie'))),
  noticed('a row that is cut in two in its first cell', (sound) =>
    withRow(sound, (line) => `${line.slice(0, 3)}\n${line.slice(3)}`),
  ),
  noticed('a row that is cut in three', (sound) =>
    withRow(sound, (line) => line.replace('Brasserie du ', 'Brass\nerie\ndu ')),
  ),
  noticed('a row that is cut in two, with blank cells behind all rows', (sound) =>
    joined(
      withRow(sound, cutName)
        .trimEnd()
        .split('\n')
        .map((line) => trail(sound, line)),
    ),
  ),
  noticed('a row that is cut in two and filled up by a spreadsheet', (sound) =>
    joined(
      withRow(sound, cutName)
        .trimEnd()
        .split('\n')
        .map((line) => fill(sound, line)),
    ),
  ),
  noticed('a row that is cut in three and filled up by a spreadsheet', (sound) =>
    joined(
      withRow(sound, (line) => line.replace('Brasserie du ', 'Brass\nerie\ndu '))
        .trimEnd()
        .split('\n')
        .map((line) => fill(sound, line)),
    ),
  ),
  noticed('a file that is cut off', (sound) =>
    csv(sound).slice(0, -Math.round((lines(sound).at(-1)?.length ?? 0) * 0.9)),
  ),
];

const IDS: readonly FileDamage[] = [
  {
    ...noticed('ids rounded after 15 digits', (sound) =>
      writeCsv(inId(sound, (id) => `${(id + '4876876000111').slice(0, 15)}000`)),
    ),
    applies: hasNumbers,
  },
  {
    ...noticed('ids rounded until they are all the same', (sound) => writeCsv(inId(sound, () => '487687600000011000'))),
    applies: hasNumbers,
  },
  {
    ...noticed('ids all in scientific notation', (sound) =>
      writeCsv(inId(sound, (id) => Number(id).toExponential(5).toUpperCase())),
    ),
    applies: hasNumbers,
  },
  { ...repaired('ids all behind guards', (sound) => csv(inId(sound, (id) => `="${id}"`))), applies: hasNumbers },
];

const escapeHtml = (cell: string): string => cell.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const html = (sound: Export): string => {
  const row = (all: readonly string[], tag: string): string =>
    `<tr>${all.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join('')}</tr>`;
  return `<html><head><meta charset="utf-8"></head><body><table>${row(sound.columns, 'th')}${sound.rows.map((all) => row(all, 'td')).join('')}</table></body></html>`;
};

const OTHERS: readonly FileDamage[] = [
  { ...answered('a web page called .xls', html), name: 'export.xls' },
  { ...answered('a web page called .csv', html), name: 'export.csv' },
  { ...answered('a workbook called .csv', workbook), name: 'export.csv' },
  { ...answered('a workbook', workbook), name: 'export.xlsx' },
  {
    ...answered('a zip with the file in it', (sound) => buildZip([{ name: 'export.csv', content: csv(sound) }])),
    name: 'export.zip',
  },
  { id: 'the header alone', inflict: (sound) => `${lines(sound)[0]}\n`, reactions: ['refused'] },
  { id: 'nothing', inflict: () => '', reactions: ['refused'] },
  { id: 'blank lines alone', inflict: () => '\n\n\n', reactions: ['refused'] },
  { id: 'the start of a PDF', inflict: () => '%PDF-1.7\n%\u00e2\u00e3\n1 0 obj\n', reactions: ['refused'] },
];

export const FILE_DAMAGES: readonly FileDamage[] = [...ENCODINGS, ...DIALECTS, ...FRAMES, ...ROWS, ...IDS, ...OTHERS];

/** The least that programs take for a workbook: every cell a text of its own. */
function workbook(sound: Export): Buffer {
  const cell = (text: string): string =>
    text === '' ? '<c/>' : `<c t="inlineStr"><is><t xml:space="preserve">${escapeHtml(text)}</t></is></c>`;
  const rows = [sound.columns, ...sound.rows].map((all) => `<row>${all.map(cell).join('')}</row>`).join('');
  const space = 'http://schemas.openxmlformats.org';
  const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
  const relation = (type: string, target: string): string =>
    `${head}<Relationships xmlns="${space}/package/2006/relationships"><Relationship Id="rId1" Type="${space}/officeDocument/2006/relationships/${type}" Target="${target}"/></Relationships>`;
  return buildZip([
    {
      name: '[Content_Types].xml',
      content: `${head}<Types xmlns="${space}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`,
    },
    { name: '_rels/.rels', content: relation('officeDocument', 'xl/workbook.xml') },
    {
      name: 'xl/workbook.xml',
      content: `${head}<workbook xmlns="${space}/spreadsheetml/2006/main" xmlns:r="${space}/officeDocument/2006/relationships"><sheets><sheet name="Export" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    },
    { name: 'xl/_rels/workbook.xml.rels', content: relation('worksheet', 'worksheets/sheet1.xml') },
    {
      name: 'xl/worksheets/sheet1.xml',
      content: `${head}<worksheet xmlns="${space}/spreadsheetml/2006/main"><sheetData>${rows}</sheetData></worksheet>`,
    },
  ]);
}
