/**
 * `.ods`, the sheets of LibreOffice and of web offices: a zip with one XML file, read as a stream, twice: the sheets
 * follow each other in it, so which one is read is known only at its end.
 *
 * What a cell is follows the same rules as in `.xlsx`, see there.
 */

import type { Container, ContainerFacts, ContainerInput, TableSink } from './container.js';
import { OdsParser } from './workbook/ods-table.js';
import { DOWNLOAD_AGAIN, openParts, refuse } from './workbook/parts.js';
import type { Parts } from './workbook/parts.js';
import { chooseSheet, ContentCheck, findSheet } from './workbook/sheet-choice.js';
import type { SheetChoice } from './workbook/sheet-choice.js';
import { SheetFindings, SheetRows } from './workbook/sheet-rows.js';
import type { SheetRow } from './workbook/sheet-rows.js';
import { readXml } from './workbook/xml.js';
import { zipNames } from './workbook/zip-names.js';

const CONTENT = 'content.xml';
const MANIFEST = 'META-INF/manifest.xml';
const SHEET_TYPE = /^application\/vnd\.oasis\.opendocument\.spreadsheet(?:-template)?$/;
/** Of the file that says what a document is, or of its list of contents. */
const SMALL_PART_CHARACTERS_MAX = 1024 * 1024;

export const ODS: Container = {
  format: 'ods',
  unit: 'row',
  header: 'row',
  // Its bytes are no text, and the text in it says its encoding itself.
  encodings: 'mixed',
  recognises: (head) => {
    const names = zipNames(head);
    return names[0] === 'mimetype' || (names.includes(CONTENT) && names.includes(MANIFEST));
  },
  convert: async (input, sink) => {
    const parts = await openParts(input.path);
    try {
      await refuseOthers(input.path, parts);
      return await convert(input, parts, sink);
    } finally {
      parts.close();
    }
  },
};

async function convert(input: ContainerInput, parts: Parts, sink: TableSink): Promise<ContainerFacts> {
  const sheets = await surveySheets(input, parts);
  const wanted = input.overrides.sheet;
  const names = sheets.map((sheet) => sheet.name);
  const choice: SheetChoice =
    wanted === undefined
      ? chooseSheet(
          input.name,
          sheets.map(({ name, hidden, check }) => ({ name, hidden, holds: check.content })),
        )
      : { index: findSheet(input.name, names, wanted), notes: [] };
  const findings = new SheetFindings();
  const rows = new SheetRows(sink, input.overrides.headerLine);
  let pending: SheetRow[] = [];
  const parser = new OdsParser(input.name, {
    onTable: ({ index }) => index === choice.index,
    onRow: (row) => void pending.push(row),
    findings,
  });
  for await (const _ of readXml(input.path, parts, CONTENT, parser, 'qualified')) {
    for (const row of pending) await rows.write(row);
    pending = [];
  }
  return { sheet: names[choice.index] ?? '', notes: [...choice.notes, ...findings.notes()] };
}

interface SurveyedSheet {
  readonly name: string;
  readonly hidden: boolean;
  readonly check: ContentCheck;
}

async function surveySheets(input: ContainerInput, parts: Parts): Promise<readonly SurveyedSheet[]> {
  const sheets: SurveyedSheet[] = [];
  const parser = new OdsParser(input.name, {
    onTable: ({ name, hidden }) => {
      sheets.push({ name, hidden, check: new ContentCheck() });
      return true;
    },
    onRow: ({ cells }) => sheets.at(-1)?.check.add(cells),
    findings: new SheetFindings(),
  });
  for await (const _ of readXml(input.path, parts, CONTENT, parser, 'qualified')) continue;
  return sheets;
}

async function refuseOthers(path: string, parts: Parts): Promise<void> {
  const manifest = await readSmall(parts, MANIFEST);
  if (manifest.includes('encryption-data') || parts.find('encrypted-package') !== undefined)
    throw refuse(path, 'is protected by a password', 'Save it without a password, then use that file.');
  const type =
    (await readSmall(parts, 'mimetype')).trim() ||
    (/full-path="\/"[^>]*media-type="([^"]+)"|media-type="([^"]+)"[^>]*full-path="\/"/
      .exec(manifest)
      ?.slice(1)
      .join('') ??
      '');
  const isSheet = type === '' ? parts.find(CONTENT) !== undefined : SHEET_TYPE.test(type);
  if (!isSheet) {
    const what = type.startsWith('application/vnd.oasis.')
      ? 'an OpenDocument file, but no sheet'
      : 'a zip archive, but no sheet';
    throw refuse(
      path,
      `is ${what} (${type.slice(0, 80) || 'of no known type'})`,
      'Export the data as CSV, .xlsx or .ods.',
    );
  }
  if (parts.find(CONTENT) === undefined)
    throw refuse(path, `is damaged: "${CONTENT}" is missing in it`, DOWNLOAD_AGAIN);
}

/** Empty when there is no such part. */
async function readSmall(parts: Parts, name: string): Promise<string> {
  const found = parts.find(name);
  let text = '';
  if (found === undefined) return text;
  for await (const block of parts.read(found)) {
    text += block.toString('latin1');
    if (text.length > SMALL_PART_CHARACTERS_MAX) break;
  }
  return text;
}
