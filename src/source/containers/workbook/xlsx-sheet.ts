/**
 * The cells of one sheet of an `.xlsx` workbook, from its XML to texts.
 *
 * Invariant: what is read stands where the format has it. A value outside of a cell, two values for one cell, or a cell
 * that says to be of another row would be left out or put into a place by chance, so the sheet is refused.
 */

import type { SyncError } from '../../../errors.js';
import { columnName, COLUMNS_MAX, refuseSize, ROWS_MAX, trimRow } from './sheet-rows.js';
import type { SheetRow } from './sheet-rows.js';
import { booleanText } from './number-text.js';
import { refuse } from './parts.js';
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
  #place: 'outside' | 'sheet' | 'row' | 'cell' = 'outside';
  #line = 0;
  #hidden = false;
  #row: string[] = [];
  #column = -1;
  #type = 'n';
  #style = 0;
  #formula = false;
  #text = '';
  #capture = false;
  #inText = false;
  #phonetic = false;
  /** Elements whose texts are no values, one inside the other. */
  #foreign = 0;

  constructor(name: string, cells: CellReader) {
    this.#name = name;
    this.#cells = cells;
  }

  open(name: string, attributes: Attributes): void {
    if (this.#place === 'outside') {
      this.#openOutside(name, attributes);
    } else if (name === 'c') {
      this.#openCell(attributes);
    } else if (name === 'v') {
      this.#openValue();
      this.#capture = true;
    } else if (name === 't') {
      if (!this.#inText) throw this.#refuse('has a text outside of a cell');
      this.#capture = !this.#phonetic;
    } else if (name === 'is') {
      this.#openValue();
      this.#inText = true;
    } else if (name === 'f' || name === 'extLst') {
      this.#formula ||= name === 'f';
      this.#foreign += 1;
    } else if (name === 'rPh') {
      this.#phonetic = true;
    } else if (name === 'row') {
      this.#openRow(attributes);
    } else if (name === 'sheetData') {
      throw this.#refuse('has a second table inside of the first');
    }
  }

  text(text: string): void {
    if (this.#capture) this.#text += text;
    else if (this.#place !== 'outside' && this.#foreign === 0 && !this.#phonetic && /\S/.test(text))
      throw this.#refuse(`has a text outside of a cell: "${text.trim().slice(0, 40)}"`);
  }

  close(name: string): void {
    if (this.#place === 'outside') return;
    if (name === 'c') this.#closeCell();
    else if (name === 'v' || name === 't') this.#capture = false;
    else if (name === 'is') this.#inText = false;
    else if (name === 'f' || name === 'extLst') this.#foreign -= 1;
    else if (name === 'row') this.#closeRow();
    else if (name === 'rPh') this.#phonetic = false;
    else if (name === 'sheetData') this.#place = 'outside';
  }

  /** Drawings have rows too, which bear no number. */
  #openOutside(name: string, attributes: Attributes): void {
    if (name === 'sheetData') this.#place = 'sheet';
    else if ((name === 'row' || name === 'c') && attributes['r'] !== undefined)
      throw this.#refuse(`has ${name === 'row' ? 'row' : 'cell'} "${attributes['r']}" outside of its table`);
  }

  #openValue(): void {
    if (this.#place !== 'cell') throw this.#refuse('has a value outside of a cell');
    if (this.#text !== '') throw this.#refuse(`has two values in cell ${columnName(this.#column)}${this.#line}`);
  }

  #refuse(what: string): SyncError {
    return refuse(this.#name, `is damaged: its sheet ${what}, at row ${this.#line}`);
  }

  /** A row or a cell without a number stands behind the one before. */
  #openRow(attributes: Attributes): void {
    if (this.#place !== 'sheet') throw this.#refuse('has a row inside of another');
    this.#place = 'row';
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
    if (this.#place !== 'row') throw this.#refuse('has a cell that is in no row');
    this.#place = 'cell';
    const reference = attributes['r'];
    this.#column = reference === undefined ? this.#column + 1 : columnOf(reference);
    if (this.#column < 0 || this.#column >= COLUMNS_MAX)
      throw refuseSize(this.#name, `row ${this.#line} has a cell "${reference ?? `number ${this.#column + 1}`}"`);
    if (reference !== undefined && !isOfRow(reference, this.#line))
      throw this.#refuse(`has a cell "${reference}" in another row`);
    this.#type = attributes['t'] ?? 'n';
    this.#style = Number(attributes['s'] ?? 0);
    this.#formula = false;
    this.#text = '';
  }

  #closeCell(): void {
    this.#place = 'row';
    const [type, raw, formula] = [this.#type, this.#text, this.#formula];
    this.#text = '';
    if (raw === '' && !formula) return;
    const column = this.#column;
    const text = this.#cells.readCell({ line: this.#line, column, type, style: this.#style, raw, formula });
    if (text === '') return;
    while (this.#row.length < column) this.#row.push('');
    if ((this.#row[column] ?? '') !== '') throw this.#refuse(`has cell ${columnName(column)}${this.#line} twice`);
    this.#row[column] = text;
  }

  #closeRow(): void {
    this.#place = 'sheet';
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

/** Is `B7` a cell of row 7? A reference without a number is one of any row. */
function isOfRow(reference: string, line: number): boolean {
  let at = 0;
  while (at < reference.length && reference.charCodeAt(at) > 57) at++;
  return at === reference.length || Number(reference.slice(at)) === line;
}

/** The text of a cell of a type that needs nothing but itself. */
export function readPlainCell(type: string, raw: string): string {
  if (type === 'b') return booleanText(raw.trim());
  return type === 'e' ? raw.trim() : unescapeText(raw);
}
