/** A workbook and an OpenDocument sheet, small. Each value has a mark of its own, so that one that was lost on the way can be told. */

export interface Book {
  readonly name: string;
  readonly parts: Readonly<Record<string, string>>;
  /** The part that holds the cells. */
  readonly cells: string;
}

const COLUMNS = ['ID', 'Company', 'First Name', 'Email', 'Phone', 'Balance', 'Active', 'Created'] as const;
const ROWS = 6;
const mark = (row: number, column: number): string => `77${row}${column}${(row + column) % 10}`;

const PACKAGE = 'http://schemas.openxmlformats.org/package/2006/relationships';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const SHEET = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';

function workbook(): Book {
  const row = (number: number): string => {
    const place = (column: number): string => `r="${String.fromCodePoint(65 + column)}${number}"`;
    const text = (column: number, value: string): string =>
      `<c ${place(column)} t="inlineStr"><is><t>${value}</t></is></c>`;
    if (number === 1) return COLUMNS.map((name, column) => text(column, name)).join('');
    return [
      text(0, `K-${mark(number, 0)}`),
      `<c ${place(1)} t="s"><v>${number - 2}</v></c>`,
      `<c ${place(2)} t="inlineStr"><is><r><t>Ada </t></r><r><t>${mark(number, 2)}</t></r></is></c>`,
      `<c ${place(3)} t="str"><f>A${number}&amp;"@a.example"</f><v>k${mark(number, 3)}@a.example</v></c>`,
      `<c ${place(4)}><v>${mark(number, 4)}</v></c>`,
      `<c ${place(5)} s="2"><v>12.5</v></c>`,
      `<c ${place(6)} t="b"><v>1</v></c>`,
      `<c ${place(7)} s="1"><v>4500${number}</v></c>`,
    ].join('');
  };
  const rows = Array.from({ length: ROWS + 1 }, (_, at) => `<row r="${at + 1}">${row(at + 1)}</row>`);
  const strings = Array.from({ length: ROWS }, (_, at) => `<si><t>Company ${at} &amp; Söhne</t></si>`);
  return {
    name: 'clients.xlsx',
    cells: 'xl/worksheets/sheet1.xml',
    parts: {
      '[Content_Types].xml':
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
      '_rels/.rels': `<Relationships xmlns="${PACKAGE}"><Relationship Id="r1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
      'xl/workbook.xml': `<workbook xmlns="${SHEET}" xmlns:r="${OFFICE}"><workbookPr date1904="false"/><sheets><sheet name="Clients" sheetId="1" r:id="r1"/></sheets></workbook>`,
      'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${PACKAGE}"><Relationship Id="r1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="${OFFICE}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="r3" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`,
      'xl/styles.xml': `<styleSheet xmlns="${SHEET}"><numFmts><numFmt numFmtId="164" formatCode="#,##0.00"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs></styleSheet>`,
      'xl/sharedStrings.xml': `<sst xmlns="${SHEET}">${strings.join('')}</sst>`,
      'xl/worksheets/sheet1.xml': `<worksheet xmlns="${SHEET}"><sheetData>${rows.join('')}</sheetData></worksheet>`,
    },
  };
}

function openDocument(): Book {
  const cell = (type: string, attributes: string, shown: string): string =>
    `<table:table-cell office:value-type="${type}"${attributes}><text:p>${shown}</text:p></table:table-cell>`;
  const row = (number: number): string => {
    if (number === 1) return COLUMNS.map((name) => cell('string', '', name)).join('');
    return [
      cell('string', '', `K-${mark(number, 0)}`),
      cell('string', '', `Company ${mark(number, 1)}`),
      cell('string', '', `<text:span>Ada</text:span><text:s/>${mark(number, 2)}`),
      cell('string', '', `k${mark(number, 3)}@a.example`),
      cell('float', ` office:value="${mark(number, 4)}"`, mark(number, 4)),
      cell('currency', ' office:currency="EUR" office:value="12.5"', '12.50 €'),
      cell('boolean', ' office:boolean-value="true"', 'TRUE'),
      cell('date', ` office:date-value="2024-03-0${number}"`, `0${number}.03.24`),
    ].join('');
  };
  const rows = Array.from({ length: ROWS + 1 }, (_, at) => `<table:table-row>${row(at + 1)}</table:table-row>`);
  const space = (name: string): string => `xmlns:${name}="urn:oasis:names:tc:opendocument:xmlns:${name}:1.0"`;
  return {
    name: 'clients.ods',
    cells: 'content.xml',
    parts: {
      'mimetype': 'application/vnd.oasis.opendocument.spreadsheet',
      'content.xml': `<office:document-content ${space('office')} ${space('table')} ${space('text')}><office:body><office:spreadsheet><table:table table:name="Clients">${rows.join('')}<table:table-row table:number-rows-repeated="900"><table:table-cell table:number-columns-repeated="8"/></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>`,
    },
  };
}

export const BOOKS: readonly Book[] = [workbook(), openDocument()];
