/**
 * `.xlsx` (and `.xlsm`, `.xltx`): a zip of XML files, read as a stream.
 *
 * Each cell is what a person sees in the sheet, as far as that matters, see `workbook/number-text.ts`; a formula is its
 * stored result and is never evaluated. Columns that are hidden are read, since products keep their ids there; so are
 * hidden rows, since a client that a filter hides is still a client. Hidden sheets are left out.
 */

import { SyncError } from '../../errors.js';
import type { Container, ContainerFacts, ContainerInput, TableSink } from './container.js';
import { hasLostDigits, isoText, NUMBER } from './workbook/number-text.js';
import { readFormats } from './workbook/number-formats.js';
import type { CellFormats } from './workbook/number-formats.js';
import { DOWNLOAD_AGAIN, openParts, refuse } from './workbook/parts.js';
import type { Parts } from './workbook/parts.js';
import { readSharedStrings } from './workbook/shared-strings.js';
import type { SharedStrings } from './workbook/shared-strings.js';
import { chooseSheet, ContentCheck, findSheet } from './workbook/sheet-choice.js';
import type { SheetChoice, SheetContent, SheetSurvey } from './workbook/sheet-choice.js';
import { columnName, SheetFindings, SheetRows } from './workbook/sheet-rows.js';
import { readXml } from './workbook/xml.js';
import { readXlsxParts } from './workbook/xlsx-parts.js';
import type { XlsxParts, XlsxSheet } from './workbook/xlsx-parts.js';
import { readPlainCell, XlsxSheetParser } from './workbook/xlsx-sheet.js';
import type { CellReader, RawCell } from './workbook/xlsx-sheet.js';
import { zipNames } from './workbook/zip-names.js';

export const XLSX: Container = {
  format: 'xlsx',
  unit: 'row',
  header: 'row',
  // Its bytes are no text, and the text in it says its encoding itself.
  encodings: 'mixed',
  recognises: (head) => zipNames(head).some((name) => /^(?:\[Content_Types\]\.xml|_rels\/\.rels|xl\/.*)$/i.test(name)),
  convert: async (input, sink) => {
    const parts = await openParts(input.path);
    try {
      return await convert(input, parts, sink);
    } finally {
      parts.close();
    }
  },
};

const PLAIN_TYPES = new Set(['b', 'e', 'str', 'inlineStr']);

async function convert(input: ContainerInput, parts: Parts, sink: TableSink): Promise<ContainerFacts> {
  const workbook = await readXlsxParts(input.path, parts);
  const { index, notes } = await choose(input, parts, workbook);
  const sheet = workbook.sheets[index]!;
  const findings = new SheetFindings();
  const strings = await readSharedStrings(input.path, parts, workbook.sharedStrings);
  try {
    const formats = await readFormats(input.path, parts, workbook.styles, workbook.system);
    const cells = new XlsxCells({ path: input.path, strings, formats, findings });
    await writeRows(input, parts, sheet, cells, sink);
  } finally {
    strings.close();
  }
  return { sheet: sheet.name, notes: [...notes, ...findings.notes()] };
}

async function writeRows(
  input: ContainerInput,
  parts: Parts,
  sheet: XlsxSheet,
  cells: CellReader,
  sink: TableSink,
): Promise<void> {
  const parser = new XlsxSheetParser(input.name, cells);
  const rows = new SheetRows(sink, input.overrides.headerLine);
  for await (const _ of readXml(input.path, parts, sheet.part ?? '', parser, 'local')) {
    for (const row of parser.rows) await rows.write(row);
    parser.rows = [];
  }
}

async function choose(input: ContainerInput, parts: Parts, { sheets }: XlsxParts): Promise<SheetChoice> {
  if (sheets.every((sheet) => sheet.part === undefined)) throw refuseCharts(input.name, sheets);
  const wanted = input.overrides.sheet;
  if (wanted !== undefined) {
    const names = sheets.map((sheet) => sheet.name);
    const index = findSheet(input.name, names, wanted);
    if (sheets[index]!.part === undefined) throw refuseCharts(input.name, [sheets[index]!]);
    return { index, notes: [] };
  }
  const surveys: SheetSurvey[] = [];
  for (const { name, hidden, part } of sheets) {
    const holds = hidden || part === undefined ? 'nothing' : await survey(input, parts, part);
    surveys.push({ name, hidden, holds });
  }
  return chooseSheet(input.name, surveys);
}

/** Reads a sheet until it is clear what it holds; the texts themselves do not matter. */
async function survey(input: ContainerInput, parts: Parts, part: string): Promise<SheetContent> {
  const check = new ContentCheck();
  const parser = new XlsxSheetParser(input.name, { readCell: ({ raw }) => raw, onHiddenRow: () => undefined });
  for await (const _ of readXml(input.path, parts, part, parser, 'local')) {
    for (const row of parser.rows) check.add(row.cells);
    parser.rows = [];
    if (check.isDone) break;
  }
  return check.content;
}

interface CellSources {
  readonly path: string;
  readonly strings: SharedStrings;
  readonly formats: CellFormats;
  readonly findings: SheetFindings;
}

class XlsxCells implements CellReader {
  readonly #from: CellSources;

  constructor(from: CellSources) {
    this.#from = from;
  }

  readCell(cell: RawCell): string {
    const { type, raw, formula } = cell;
    if (formula && type !== 'str' && raw.trim() === '') {
      this.#from.findings.noteFormula(cell.line, cell.column);
      return '';
    }
    if (type === 's') return this.#sharedText(cell);
    if (type === 'n') return this.#number(cell);
    if (type === 'd') return isoText(raw, this.#from.formats.showsTime(cell.style));
    if (!PLAIN_TYPES.has(type))
      throw refuse(this.#from.path, `is damaged: cell ${cellName(cell)} is of an unknown type "${type}"`);
    return readPlainCell(type, raw);
  }

  onHiddenRow(): void {
    this.#from.findings.hiddenRows += 1;
  }

  #sharedText(cell: RawCell): string {
    const { raw } = cell;
    const text = /^\s*\d+\s*$/.test(raw) ? this.#from.strings.get(Number(raw)) : undefined;
    if (text !== undefined) return text;
    throw refuse(
      this.#from.path,
      `is damaged: cell ${cellName(cell)} has text number ${raw}, which it lacks`,
      DOWNLOAD_AGAIN,
    );
  }

  #number(cell: RawCell): string {
    const { raw, style, line, column } = cell;
    // Some writers leave out that a cell is a text.
    if (!NUMBER.test(raw)) return raw.trim();
    if (!this.#from.formats.has(style))
      throw refuse(
        this.#from.path,
        `is damaged: cell ${cellName(cell)} has style ${style}, which it lacks`,
        DOWNLOAD_AGAIN,
      );
    const text = this.#from.formats.of(style)(raw);
    if (hasLostDigits(text)) this.#from.findings.noteLongNumber(line, column);
    return text;
  }
}

function cellName({ line, column }: RawCell): string {
  return `${columnName(column)}${line}`;
}

function refuseCharts(name: string, sheets: readonly XlsxSheet[]): SyncError {
  const names = sheets.map((sheet) => `"${sheet.name}"`).join(', ');
  return new SyncError(
    'file-not-csv',
    `${name}: ${sheets.length === 0 ? 'has no sheet' : `${names} holds no cells, only a chart or a dialog`}`,
    {
      hint: 'Export the table itself as CSV or .xlsx.',
    },
  );
}
