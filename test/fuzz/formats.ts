/** Small exports of one client list in each format that is no delimited text. */

import { buildZip } from '../support/zip.js';
import type { Export, Exports } from './samples.js';

const COLUMNS = ['ID', 'Company', 'First Name', 'Email', 'Phone', 'Created'] as const;
const ROWS: readonly (readonly string[])[] = [
  ['K-1', 'Müller & Söhne', 'Ada', 'ada@mueller.example', '+49 731 1', '45000'],
  ['K-2', 'Acme "Best" <Ltd>', 'Bob', 'bob@acme.example', '5550100', '45001.5'],
  ['K-3', 'Ünal, Ayşe', 'Ayşe', 'ayse@unal.example', '', '45002'],
  ['K-4', 'Line\nBreak', 'Eve', 'eve@line.example', '0043 1 5', ''],
];

const objects = ROWS.map((cells) => Object.fromEntries(cells.map((cell, at) => [COLUMNS[at] ?? '', cell])));
const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const text = (name: string, content: string): Export => ({ name, bytes: Buffer.from(content) });

const PACKAGE = 'http://schemas.openxmlformats.org/package/2006/relationships';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const SHEET = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';

/** The damage is done to the sheet, or to the file around it. */
function workbook(): Export {
  const rows = [COLUMNS, ...ROWS].map((cells, row) => {
    const written = cells.map((cell, at) => {
      const place = `r="${String.fromCodePoint(65 + at)}${row + 1}"`;
      if (row > 0 && at === 5) return cell === '' ? '' : `<c ${place} s="1"><v>${cell}</v></c>`;
      if (at === 1) return `<c ${place} t="s"><v>${row}</v></c>`;
      return `<c ${place} t="inlineStr"><is><t xml:space="preserve">${escape(cell)}</t></is></c>`;
    });
    return `<row r="${row + 1}">${written.join('')}</row>`;
  });
  const strings = [COLUMNS, ...ROWS].map((cells) => `<si><t>${escape(cells[1] ?? '')}</t></si>`);
  const sheet = `<worksheet xmlns="${SHEET}"><sheetData>${rows.join('')}</sheetData></worksheet>`;
  const pack = (inner: Buffer): Buffer =>
    buildZip([
      {
        name: '[Content_Types].xml',
        content:
          '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
      },
      {
        name: '_rels/.rels',
        content: `<Relationships xmlns="${PACKAGE}"><Relationship Id="r1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
      },
      {
        name: 'xl/workbook.xml',
        content: `<workbook xmlns="${SHEET}" xmlns:r="${OFFICE}"><sheets><sheet name="Clients" sheetId="1" r:id="r1"/></sheets></workbook>`,
      },
      {
        name: 'xl/_rels/workbook.xml.rels',
        content: `<Relationships xmlns="${PACKAGE}"><Relationship Id="r1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="${OFFICE}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="r3" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`,
      },
      {
        name: 'xl/styles.xml',
        content: `<styleSheet xmlns="${SHEET}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`,
      },
      { name: 'xl/sharedStrings.xml', content: `<sst xmlns="${SHEET}">${strings.join('')}</sst>` },
      { name: 'xl/worksheets/sheet1.xml', content: inner },
    ]);
  return { name: 'clients.xlsx', bytes: Buffer.from(sheet), pack };
}

function openDocument(): Export {
  const rows = [COLUMNS, ...ROWS].map((cells) => {
    const written = cells.map(
      (cell) => `<table:table-cell office:value-type="string"><text:p>${escape(cell)}</text:p></table:table-cell>`,
    );
    return `<table:table-row>${written.join('')}</table:table-row>`;
  });
  const space = (name: string): string => `xmlns:${name}="urn:oasis:names:tc:opendocument:xmlns:${name}:1.0"`;
  const content = `<office:document-content ${space('office')} ${space('table')} ${space('text')}><office:body><office:spreadsheet><table:table table:name="Clients">${rows.join('')}</table:table></office:spreadsheet></office:body></office:document-content>`;
  const pack = (inner: Buffer): Buffer =>
    buildZip([
      { name: 'mimetype', content: 'application/vnd.oasis.opendocument.spreadsheet' },
      { name: 'content.xml', content: inner },
    ]);
  return { name: 'clients.ods', bytes: Buffer.from(content), pack };
}

function cards(): Export {
  const card = ([id = '', company = '', first = '', email = '', phone = '']: readonly string[]): string =>
    [
      'BEGIN:VCARD',
      'VERSION:3.0',
      `UID:${id}`,
      `N:;${first};;;`,
      `FN:${first}`,
      `ORG:${company.replaceAll('\n', String.raw`\n`).replaceAll(',', String.raw`\,`)}`,
      `EMAIL;TYPE=INTERNET:${email}`,
      `TEL;TYPE=WORK:${phone}`,
      'END:VCARD',
      '',
    ].join('\r\n');
  return text('clients.vcf', ROWS.map(card).join(''));
}

function entries(): Export {
  const entry = ([id = '', company = '', first = '', email = '', phone = '']: readonly string[]): string =>
    [
      `dn: uid=${id},ou=people`,
      'objectClass: inetOrgPerson',
      `cn:: ${Buffer.from(first).toString('base64')}`,
      `sn: ${id}`,
      `o:: ${Buffer.from(company).toString('base64')}`,
      `mail: ${email}`,
      `telephoneNumber: ${phone}`,
      '',
      '',
    ].join('\n');
  return text('clients.ldif', `version: 1\n\n${ROWS.map(entry).join('')}`);
}

function lists(): Export {
  const line = (cells: readonly string[]): string => `${cells.join('\t')}\r\n`;
  const rows = ROWS.map(([, company = '', , email = '', phone = '']) =>
    line(['CUST', company.replaceAll('\n', ' '), email, phone]),
  );
  return text('clients.iif', line(['!CUST', 'NAME', 'EMAIL', 'PHONE1']) + rows.join(''));
}

export const FORMATS: readonly Exports[] = [
  [workbook()],
  [openDocument()],
  [text('clients.json', JSON.stringify(objects, null, 2))],
  [text('wrapped.json', JSON.stringify({ count: ROWS.length, data: { clients: objects } }))],
  [text('clients.jsonl', objects.map((object) => `${JSON.stringify(object)}\n`).join(''))],
  [cards()],
  [entries()],
  [lists()],
];
