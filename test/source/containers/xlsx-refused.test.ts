/** What looks like a workbook and cannot be read: refused with what it is and what to do. */

import { describe, expect, it } from 'vitest';
import { profileFiles } from '../../../src/run/open-files.js';
import { SyncError } from '../../../src/errors.js';
import { buildOds, buildXlsx, zipOf } from '../../support/workbook.js';
import { buildZip } from '../../support/zip.js';
import { writeFile } from '../write.js';

const BOOK = buildXlsx({
  sheets: [
    {
      name: 'S',
      rows: [
        ['Name', 'City'],
        ['A', 'Köln'],
      ],
    },
  ],
});

async function refusal(content: string | Buffer, name: string): Promise<SyncError> {
  return await profileFiles([writeFile(content, name)]).then(
    () => expect.fail('the file was not refused'),
    (error: unknown) => {
      expect(error).toBeInstanceOf(SyncError);
      return error as SyncError;
    },
  );
}

/** An old container of Office with one stream, in a directory behind the first 64 KB. */
function oldOffice(stream: string, at: number): Buffer {
  const bytes = Buffer.alloc(at + 2048);
  Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]).copy(bytes);
  bytes.writeUInt16LE(9, 30);
  bytes.writeUInt32LE(at / 512 - 1, 48);
  Buffer.from(stream, 'utf16le').copy(bytes, at + 128);
  return bytes;
}

const HTML =
  '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><body><table><tr><td>Name</td></tr></table></body></html>';
const XML_2003 =
  '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>';

describe('refused, with what it is and what to do', () => {
  it.each<[string, string, string | Buffer, string, RegExp, RegExp]>([
    ['an old workbook', 'a.xls', oldOffice('Workbook', 1024), 'file-binary', /old Excel workbook/, /save it as .xlsx/],
    [
      'a workbook with a password',
      'b.xlsx',
      oldOffice('EncryptedPackage', 1024),
      'file-binary',
      /password/,
      /without a password/,
    ],
    [
      'the same, its directory at the end',
      'c.xlsx',
      oldOffice('EncryptedPackage', 512 * 200),
      'file-binary',
      /password/,
      /without/,
    ],
    [
      'a binary workbook',
      'd.xlsb',
      zipOf({ '[Content_Types].xml': '<a/>', 'xl/workbook.bin': 'x' }),
      'file-binary',
      /\.xlsb/,
      /save it as .xlsx/,
    ],
    [
      'a Word document',
      'e.xlsx',
      zipOf({ '[Content_Types].xml': '<a/>', 'word/document.xml': '<a/>' }),
      'file-binary',
      /Word/,
      /Export/,
    ],
    [
      'a Numbers document',
      'f.numbers',
      zipOf({ 'Index/Document.iwa': 'x', 'Index/Tables/Tile.iwa': 'y' }),
      'file-binary',
      /Numbers/,
      /Export it from Numbers/,
    ],
    ['an HTML page', 'g.xls', HTML, 'file-not-csv', /HTML page that is called a workbook/, /save it as .xlsx/],
    [
      'a plain HTML table',
      'h.xls',
      '<table><tr><td>Name</td></tr></table>',
      'file-not-csv',
      /HTML/,
      /save it as .xlsx/,
    ],
    ['a workbook of 2003 in XML', 'i.xls', XML_2003, 'file-not-csv', /2003/, /save it as .xlsx/],
    ['a workbook that was cut off', 'j.xlsx', BOOK.subarray(0, BOOK.length - 40), 'file-binary', /cut off/, /again/],
    [
      'a workbook without a sheet that it names',
      'k.xlsx',
      buildXlsx({ sheets: [{ name: 'S', rows: [] }], parts: { 'xl/worksheets/sheet1.xml': null } }),
      'file-binary',
      /sheet "S" has no/,
      /again/,
    ],
    [
      'a sheet that is no XML',
      'l.xlsx',
      buildXlsx({ sheets: [{ name: 'S', rows: [] }], parts: { 'xl/worksheets/sheet1.xml': '<sheetData><row>' } }),
      'file-binary',
      /no sound XML/,
      /again/,
    ],
    [
      'a text document',
      'm.ods',
      buildOds([], { mimetype: 'application/vnd.oasis.opendocument.text' }),
      'file-binary',
      /no sheet/,
      /Export/,
    ],
    [
      'a document with a password',
      'n.ods',
      buildOds([], { 'META-INF/manifest.xml': '<manifest:encryption-data/>' }),
      'file-binary',
      /password/,
      /without/,
    ],
    [
      'a document without content',
      'o.ods',
      buildOds([], { 'content.xml': null }),
      'file-binary',
      /content.xml/,
      /again/,
    ],
  ])('%s', async (_, name, content, code, message, hint) => {
    const error = await refusal(content, name);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.message).toContain(name);
    expect(error.hint).toMatch(hint);
  });

  it('an encrypted part, and one whose check sum is wrong', async () => {
    const part = (extra: object): Buffer =>
      buildZip([
        { name: '[Content_Types].xml', content: '<a/>' },
        { name: 'xl/workbook.xml', content: '<workbook><sheets/></workbook>', ...extra },
      ]);
    expect((await refusal(part({ encrypted: true }), 'p.xlsx')).message).toContain('password');
    expect((await refusal(part({ damaged: true }), 'q.xlsx')).message).toContain('check sum');
  });

  it('a bomb', async () => {
    const parts = {
      'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${' '.repeat(70 * 1024 ** 2)}</sheetData></worksheet>`,
    };
    const bomb = buildXlsx({ sheets: [{ name: 'S', rows: [] }], parts });
    expect(bomb.length).toBeLessThan(200_000);
    expect((await refusal(bomb, 'r.xlsx')).message).toMatch(/unpacks to \d+ times its size/);
  });
});

it('finds a workbook in a zip archive, and an archive of workbooks is no workbook', async () => {
  const archive = writeFile(buildZip([{ name: 'clients.xlsx', content: BOOK }]), 'export.zip');
  const [profile] = await profileFiles([archive]);
  expect(profile).toMatchObject({ format: 'xlsx', name: 'export.zip › clients.xlsx', columns: ['Name', 'City'] });
});
