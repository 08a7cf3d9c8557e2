/** The cells of one sheet of an `.xlsx` workbook, from its XML to texts. */

import { ROWS_MAX, COLUMNS_MAX, refuseSize, trimRow } from './sheet-rows.js';
import type { SheetRow } from './sheet-rows.js';
import { unescapeText } from './shared-strings.js';
import type { Attributes, XmlHandler } from './xml.js';

/** What the cells of a sheet mean. */
export interface CellReader {
  /** @param raw as it stands in the XML */
  readCell(cell: RawCell): string;
  onHiddenRow(): void;
}

export interface RawCell {
  readonly line: number;
  /** From 0. */
  readonly column: number;
  /** `n` number, `s` shared text, `str` text of a formula, `inlineStr`, `b`, `e` error, `d` ISO date. */
  readonly type: string;
  readonly style: number;
  readonly raw: string;
  readonly formula: boolean;
}

/** Gathers rows with values in `rows`, for the caller to take out. Blank rows are not among them. */
export class XlsxSheetParser implements XmlHandler {
  rows: SheetRow[] = [];
  readonly #name: string;
  readonly #cells: CellReader;
  #inData = false;
  #line = 0;
  #hidden = false;
  #row: string[] = [];
  #column = -1;
  #type = 'n';
  #style = 0;
  #formula = false;
  #text = '';
  #capture = false;
  #phonetic = false;

  constructor(name: string, cells: CellReader) {
    this.#name = name;
    this.#cells = cells;
  }

  open(name: string, attributes: Attributes): void {
    if (!this.#inData) {
      this.#inData = name === 'sheetData';
    } else if (name === 'c') {
      this.#openCell(attributes);
    } else if (name === 'v') {
      this.#capture = true;
      this.#text = '';
    } else if (name === 't') {
      this.#capture = !this.#phonetic;
    } else if (name === 'f') {
      this.#formula = true;
    } else if (name === 'rPh') {
      this.#phonetic = true;
    } else if (name === 'row') {
      this.#openRow(attributes);
    }
  }

  text(text: string): void {
    if (this.#capture) this.#text += text;
  }

  close(name: string): void {
    if (!this.#inData) return;
    if (name === 'c') this.#closeCell();
    else if (name === 'v' || name === 't') this.#capture = false;
    else if (name === 'row') this.#closeRow();
    else if (name === 'rPh') this.#phonetic = false;
    else if (name === 'sheetData') this.#inData = false;
  }

  /** A row or a cell without a number stands behind the one before. */
  #openRow(attributes: Attributes): void {
    const line = attributes['r'] === undefined ? this.#line + 1 : Number(attributes['r']);
    if (!Number.isSafeInteger(line) || line <= this.#line)
      throw refuseSize(this.#name, `row "${attributes['r']}" comes behind row ${this.#line}`);
    if (line > ROWS_MAX) throw refuseSize(this.#name, `it has a row ${line}`);
    this.#line = line;
    this.#hidden = attributes['hidden'] === '1' || attributes['hidden'] === 'true';
    this.#row = [];
    this.#column = -1;
  }

  #openCell(attributes: Attributes): void {
    const reference = attributes['r'];
    this.#column = reference === undefined ? this.#column + 1 : columnOf(reference);
    if (this.#column < 0 || this.#column >= COLUMNS_MAX)
      throw refuseSize(this.#name, `row ${this.#line} has a cell "${reference ?? `number ${this.#column + 1}`}"`);
    this.#type = attributes['t'] ?? 'n';
    this.#style = Number(attributes['s'] ?? 0);
    this.#formula = false;
    this.#text = '';
  }

  #closeCell(): void {
    const [type, raw, formula] = [this.#type, this.#text, this.#formula];
    this.#text = '';
    if (raw === '' && !formula) return;
    const column = this.#column;
    const text = this.#cells.readCell({ line: this.#line, column, type, style: this.#style, raw, formula });
    if (text === '') return;
    while (this.#row.length < column) this.#row.push('');
    this.#row[column] = text;
  }

  #closeRow(): void {
    const cells = trimRow(this.#row);
    if (cells === undefined) return;
    this.rows.push({ line: this.#line, cells });
    if (this.#hidden) this.#cells.onHiddenRow();
  }
}

/** 0 for `A1`, 26 for `AA7`; -1 when it is no reference. */
function columnOf(reference: string): number {
  let column = 0;
  for (let index = 0; index < reference.length; index++) {
    const code = reference.charCodeAt(index) & ~32;
    if (code < 65 || code > 90) break;
    column = column * 26 + (code - 64);
    if (column > COLUMNS_MAX) break;
  }
  return column - 1;
}

/** The text of a cell of a type that needs nothing but itself. */
export function readPlainCell(type: string, raw: string): string {
  if (type === 'b') return raw.trim() === '1' || raw.trim() === 'true' ? 'TRUE' : 'FALSE';
  return type === 'e' ? raw.trim() : unescapeText(raw);
}
