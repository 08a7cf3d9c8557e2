/** A small writer of workbooks, for tests: what Excel and LibreOffice write, and what others do differently. */

import { buildZip } from './zip.js';
import type { Member } from './zip.js';

/** Text, number, TRUE or FALSE, nothing, or a cell with what its XML says. */
export type CellSpec = string | number | boolean | null | XmlCell;

export interface XmlCell {
  /** What stands in `<v>`; without it there is none. */
  readonly raw?: string;
  readonly type?: string;
  /** A number format, such as `00000` or `yyyy-mm-dd`. */
  readonly format?: string;
  /** The number of a built-in format. */
  readonly formatId?: number;
  readonly formula?: string;
  /** Inside of the cell, as it is. */
  readonly xml?: string;
}

interface SheetSpec {
  readonly name: string;
  readonly state?: 'hidden' | 'veryHidden';
  /** Row by row; a row may say its number, and that it is hidden. */
  readonly rows: readonly (readonly CellSpec[] | RowSpec)[];
  /** Before and behind the cells: `<cols>`, `<mergeCells>`. */
  readonly before?: string;
  readonly behind?: string;
}

interface RowSpec {
  readonly cells: readonly CellSpec[];
  readonly number?: number;
  readonly hidden?: boolean;
}

export interface WorkbookSpec {
  readonly sheets: readonly SheetSpec[];
  readonly date1904?: boolean;
  /** Texts stand in the cells themselves. */
  readonly inline?: boolean;
  /** Rows and cells without their numbers. */
  readonly bare?: boolean;
  /** Of all elements of sheets, such as `x:`. */
  readonly prefix?: string;
  /** The variant of the format with other namespaces. */
  readonly strict?: boolean;
  /** Targets of the workbook's relations begin with this. */
  readonly targets?: string;
  /** Parts that are left out, or have other content. */
  readonly parts?: Readonly<Record<string, string | null>>;
}

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

export function buildXlsx(spec: WorkbookSpec): Buffer {
  const strings: string[] = [];
  const formats: string[] = [];
  const sheets = spec.sheets.map((sheet) => sheetXml(spec, sheet, strings, formats));
  const base = spec.strict === true ? 'http://purl.oclc.org/ooxml' : 'http://schemas.openxmlformats.org';
  const kind = `${base}/officeDocument${spec.strict === true ? '' : '/2006'}/relationships`;
  const relation = (id: string, type: string, target: string): string =>
    `<Relationship Id="${id}" Type="${kind}/${type}" Target="${target}"/>`;
  const relations = (inner: string): string =>
    `${HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${inner}</Relationships>`;
  const at = spec.targets ?? '';
  const parts: Record<string, string | null> = {
    '[Content_Types].xml': `${HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
    '_rels/.rels': relations(relation('rId1', 'officeDocument', 'xl/workbook.xml')),
    'xl/workbook.xml': `${HEAD}<workbook xmlns="${base}/spreadsheetml/2006/main" xmlns:r="${kind}"><workbookPr${spec.date1904 === true ? ' date1904="1"' : ''}/><sheets>${spec.sheets
      .map(
        ({ name, state }, index) =>
          `<sheet name="${escapeXml(name)}" sheetId="${index + 1}"${state === undefined ? '' : ` state="${state}"`} r:id="rId${index + 10}"/>`,
      )
      .join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relations(
      [
        ...sheets.map((_, index) => relation(`rId${index + 10}`, 'worksheet', `${at}worksheets/sheet${index + 1}.xml`)),
        relation('rId1', 'styles', `${at}styles.xml`),
        relation('rId2', 'sharedStrings', `${at}sharedStrings.xml`),
      ].join(''),
    ),
    'xl/styles.xml': stylesXml(formats),
    'xl/sharedStrings.xml': `${HEAD}<sst>${strings.map((text) => `<si>${text}</si>`).join('')}</sst>`,
    ...Object.fromEntries(sheets.map((xml, index) => [`xl/worksheets/sheet${index + 1}.xml`, xml])),
    ...spec.parts,
  };
  return zipOf(parts);
}

export function zipOf(parts: Readonly<Record<string, string | null>>): Buffer {
  const members = Object.entries(parts).filter((part): part is [string, string] => part[1] !== null);
  return buildZip(members.map(([name, content]): Member => ({ name, content })));
}

function sheetXml(spec: WorkbookSpec, sheet: SheetSpec, strings: string[], formats: string[]): string {
  const p = spec.prefix ?? '';
  let number = 0;
  const rows = sheet.rows.map((row) => {
    const { cells, number: own, hidden } = 'cells' in row ? row : { cells: row, number: undefined, hidden: false };
    number = own ?? number + 1;
    const xml = cells.map((cell, column) =>
      cell === null && spec.bare !== true
        ? ''
        : cellXml(spec, cell, `${columnName(column)}${number}`, strings, formats),
    );
    const attributes = `${spec.bare === true ? '' : ` r="${number}"`}${hidden === true ? ' hidden="1"' : ''}`;
    return `<${p}row${attributes}>${xml.join('')}</${p}row>`;
  });
  return `${HEAD}<${p}worksheet${p === '' ? '' : ' xmlns:x="urn:x"'}>${sheet.before ?? ''}<${p}sheetData>${rows.join('')}</${p}sheetData>${sheet.behind ?? ''}</${p}worksheet>`;
}

function cellXml(spec: WorkbookSpec, cell: CellSpec, at: string, strings: string[], formats: string[]): string {
  const p = spec.prefix ?? '';
  const r = spec.bare === true ? '' : ` r="${at}"`;
  const tag = (attributes: string, inner: string): string => `<${p}c${r}${attributes}>${inner}</${p}c>`;
  if (cell === null) return `<${p}c${r}/>`;
  if (typeof cell === 'number') return tag('', `<${p}v>${cell}</${p}v>`);
  if (typeof cell === 'boolean') return tag(' t="b"', `<${p}v>${Number(cell)}</${p}v>`);
  if (typeof cell === 'string') {
    const text = `<${p}t xml:space="preserve">${escapeXml(cell)}</${p}t>`;
    if (spec.inline === true) return tag(' t="inlineStr"', `<${p}is>${text}</${p}is>`);
    strings.push(text.replaceAll(`<${p}t`, '<t').replaceAll(`</${p}t`, '</t'));
    return tag(' t="s"', `<${p}v>${strings.length - 1}</${p}v>`);
  }
  const style = styleOf(cell, formats);
  const inner = [
    cell.formula === undefined ? '' : `<${p}f>${escapeXml(cell.formula)}</${p}f>`,
    cell.raw === undefined ? '' : `<${p}v>${escapeXml(cell.raw)}</${p}v>`,
    cell.xml ?? '',
  ];
  return tag(`${style}${cell.type === undefined ? '' : ` t="${cell.type}"`}`, inner.join(''));
}

function styleOf({ format, formatId }: XmlCell, formats: string[]): string {
  const wanted = format ?? (formatId === undefined ? undefined : `#${formatId}`);
  if (wanted === undefined) return '';
  if (!formats.includes(wanted)) formats.push(wanted);
  return ` s="${formats.indexOf(wanted) + 1}"`;
}

function stylesXml(formats: readonly string[]): string {
  const own = formats.map((code, index) => (/^#\d+$/.test(code) ? Number(code.slice(1)) : 200 + index));
  const list = formats.map((code, index) =>
    own[index]! < 200 ? '' : `<numFmt numFmtId="${own[index]}" formatCode="${escapeXml(code)}"/>`,
  );
  const xfs = [0, ...own].map((id) => `<xf numFmtId="${id}" applyNumberFormat="1"/>`);
  return `${HEAD}<styleSheet><numFmts>${list.join('')}</numFmts><cellStyleXfs><xf numFmtId="49"/></cellStyleXfs><cellXfs>${xfs.join('')}</cellXfs></styleSheet>`;
}

/** `A` for 0, `AA` for 26. */
function columnName(column: number): string {
  const letter = String.fromCharCode(65 + (column % 26));
  return column < 26 ? letter : columnName(Math.floor(column / 26) - 1) + letter;
}

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#13;');
}

export interface OdsTableSpec {
  readonly name: string;
  readonly hidden?: boolean;
  /** Each row: the XML of its cells, or its texts. */
  readonly rows: readonly (readonly string[] | string)[];
}

export function buildOds(tables: readonly OdsTableSpec[], parts: Readonly<Record<string, string | null>> = {}): Buffer {
  const xml = tables.map(({ name, hidden, rows }) => {
    const inner = rows.map((row) =>
      typeof row === 'string' ? row : `<table:table-row>${row.map(odsText).join('')}</table:table-row>`,
    );
    return `<table:table table:name="${escapeXml(name)}" table:style-name="${hidden === true ? 'ta2' : 'ta1'}">${inner.join('')}</table:table>`;
  });
  return zipOf({
    'mimetype': 'application/vnd.oasis.opendocument.spreadsheet',
    'content.xml': `${HEAD}<office:document-content><office:automatic-styles><style:style style:name="ta1" style:family="table"><style:table-properties table:display="true"/></style:style><style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style></office:automatic-styles><office:body><office:spreadsheet>${xml.join('')}</office:spreadsheet></office:body></office:document-content>`,
    'META-INF/manifest.xml': `${HEAD}<manifest:manifest><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>`,
    ...parts,
  });
}

/** A cell with a text, as LibreOffice writes it. */
export function odsText(text: string): string {
  if (text === '') return '<table:table-cell/>';
  const paragraphs = text
    .split('\n')
    .map(
      (line) =>
        `<text:p>${escapeXml(line).replaceAll(/ {2,}/g, (blanks) => ` <text:s text:c="${blanks.length - 1}"/>`)}</text:p>`,
    );
  return `<table:table-cell office:value-type="string">${paragraphs.join('')}</table:table-cell>`;
}

/** `odsValue('float', '123', '00123')`. */
export function odsValue(type: string, value: string, shown: string, extra = ''): string {
  const name = type === 'date' || type === 'time' || type === 'boolean' ? `${type}-value` : 'value';
  return `<table:table-cell office:value-type="${type}" office:${name}="${value}"${extra}><text:p>${escapeXml(shown)}</text:p></table:table-cell>`;
}
