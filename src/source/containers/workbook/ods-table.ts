/**
 * The tables of an `.ods` document, from its XML to texts.
 *
 * Runs of equal cells and rows are stored once with a count. Runs of blank ones may reach to the end of the sheet and cost
 * nothing; runs with values are written out, up to a limit. A text of a row that is in no cell would be left out, and rows
 * outside of a table as well, so such a document is refused.
 */

import { RECORD_BYTES_MAX } from '../../records.js';
import { refuse } from './parts.js';
import type { SyncError } from '../../../errors.js';
import {
  booleanText,
  chooseText,
  durationText,
  hasLostDigits,
  isoText,
  NUMBER,
  percentText,
  plainNumber,
} from './number-text.js';
import { COLUMNS_MAX, refuseSize, ROWS_MAX, trimRow } from './sheet-rows.js';
import type { SheetFindings, SheetRow } from './sheet-rows.js';
import type { Attributes, XmlHandler } from './xml.js';

/** Equal rows with values one behind the other. */
const ROW_RUN_MAX = 10_000;
/** Their texts are not of the cell: comments, drawings, the small characters above others. */
const NOT_OF_THE_CELL = /^(?:office:annotation|office:forms|table:shapes|draw:|text:ruby-text$|text:note$)/;
/** Behind a merged cell: what it holds is not seen. */
const COVERED = 'table:covered-table-cell';
const ERROR = /^(?:#(?:N\/A|REF!|VALUE!|DIV\/0!|NAME\?|NULL!|NUM!)|Err:\d+)$/;

interface OdsTable {
  /** Position among the tables of the document. */
  readonly index: number;
  readonly name: string;
  readonly hidden: boolean;
}

export interface OdsListener {
  /** @returns whether its rows are wanted */
  onTable(table: OdsTable): boolean;
  onRow(row: SheetRow): void;
  readonly findings: SheetFindings;
}

export class OdsParser implements XmlHandler {
  readonly #name: string;
  readonly #listener: OdsListener;
  readonly #hiddenStyles = new Set<string>();
  #style = '';
  #tables = 0;
  /** Tables inside of cells are not read. */
  #depth = 0;
  #wanted = false;
  /** Elements inside of one whose texts are not of the cell. */
  #foreign = 0;
  #line = 0;
  #rowRun = 1;
  #hiddenRow = false;
  #inRow = false;
  #row: string[] = [];
  #rowCharacters = 0;
  #column = 0;
  #cell: Attributes | null = null;
  #covered = false;
  #paragraphs = 0;
  #inParagraph = 0;
  #text = '';

  constructor(name: string, listener: OdsListener) {
    this.#name = name;
    this.#listener = listener;
  }

  open(name: string, attributes: Attributes): void {
    if (name === 'table:table') this.#openTable(attributes);
    else if (name === 'style:style') this.#style = attributes['style:name'] ?? '';
    else if (name === 'style:table-properties' && attributes['table:display'] === 'false')
      this.#hiddenStyles.add(this.#style);
    if (this.#depth === 0 && name === 'table:table-row') throw this.#refuse('has a row outside of a table');
    if (!this.#wanted || this.#depth !== 1) return;
    if (this.#foreign > 0 || NOT_OF_THE_CELL.test(name)) this.#foreign += 1;
    else if (name === 'table:table-row') this.#openRow(attributes);
    else if (name === 'table:table-cell' || name === COVERED) this.#openCell(attributes, name === COVERED);
    else if (this.#cell !== null) this.#openText(name, attributes);
    else if (name === 'text:p') throw this.#refuse('has a text outside of a cell');
  }

  text(text: string): void {
    if (this.#foreign > 0 || this.#depth !== 1) return;
    if (this.#inParagraph > 0) this.#text += text.replaceAll(/[ \t\r\n]+/g, ' ');
    else if (this.#inRow && /\S/.test(text))
      throw this.#refuse(`has a text outside of a cell: "${text.trim().slice(0, 40)}"`);
  }

  close(name: string): void {
    if (name === 'table:table') {
      this.#depth -= 1;
      if (this.#depth === 0) this.#wanted = false;
      return;
    }
    if (!this.#wanted || this.#depth !== 1) return;
    if (this.#foreign > 0) this.#foreign -= 1;
    else if (name === 'text:p' || name === 'text:h') this.#inParagraph -= 1;
    else if (name === 'table:table-row') this.#closeRow();
    else if (name === 'table:table-cell' || name === COVERED) this.#closeCell();
  }

  #openTable(attributes: Attributes): void {
    if (this.#depth === 1 && this.#wanted && this.#foreign === 0) throw this.#refuse('has a table inside of a table');
    this.#depth += 1;
    if (this.#depth !== 1) return;
    const hidden = this.#hiddenStyles.has(attributes['table:style-name'] ?? '');
    this.#wanted = this.#listener.onTable({ index: this.#tables, name: attributes['table:name'] ?? '', hidden });
    this.#tables += 1;
    this.#line = 0;
    this.#foreign = 0;
  }

  #openRow(attributes: Attributes): void {
    if (this.#inRow) throw this.#refuse('has a row inside of another');
    this.#inRow = true;
    this.#rowRun = this.#readRun(attributes['table:number-rows-repeated']);
    this.#hiddenRow = ['collapse', 'filter'].includes(attributes['table:visibility'] ?? '');
    this.#row = [];
    this.#rowCharacters = 0;
    this.#column = 0;
  }

  #openCell(attributes: Attributes, covered: boolean): void {
    if (!this.#inRow || this.#cell !== null)
      throw this.#refuse(`has a cell ${this.#inRow ? 'inside of another' : 'that is in no row'}`);
    this.#cell = attributes;
    this.#covered = covered;
    this.#paragraphs = 0;
    this.#inParagraph = 0;
    this.#text = '';
  }

  #openText(name: string, attributes: Attributes): void {
    if (name === 'text:p' || name === 'text:h') {
      if (this.#paragraphs > 0) this.#text += '\n';
      this.#paragraphs += 1;
      this.#inParagraph += 1;
    } else if (name === 'text:s') this.#text += ' '.repeat(Math.min(Number(attributes['text:c'] ?? 1) || 1, 1000));
    else if (name === 'text:tab') this.#text += '\t';
    else if (name === 'text:line-break') this.#text += '\n';
  }

  #closeCell(): void {
    const attributes = this.#cell ?? {};
    this.#cell = null;
    const text = this.#covered ? '' : this.#readCell(attributes);
    const run = this.#readRun(attributes['table:number-columns-repeated']);
    const start = this.#column;
    this.#column += run;
    if (text === '') return;
    if (this.#column > COLUMNS_MAX) throw refuseSize(this.#name, `row ${this.#line + 1} has ${this.#column} cells`);
    this.#rowCharacters += text.length * run;
    if (this.#rowCharacters > RECORD_BYTES_MAX)
      throw refuseSize(this.#name, `row ${this.#line + 1} has more than ${RECORD_BYTES_MAX} characters`);
    while (this.#row.length < start) this.#row.push('');
    for (let column = start; column < this.#column; column++) this.#row.push(text);
  }

  #closeRow(): void {
    this.#inRow = false;
    const line = this.#line + 1;
    this.#line += this.#rowRun;
    const cells = trimRow(this.#row);
    if (cells === undefined) return;
    if (this.#rowRun > ROW_RUN_MAX || this.#line > ROWS_MAX)
      throw refuseSize(this.#name, `row ${line} comes ${this.#rowRun} times`);
    for (let at = line; at <= this.#line; at++) this.#listener.onRow({ line: at, cells });
    if (this.#hiddenRow) this.#listener.findings.hiddenRows += this.#rowRun;
  }

  #readCell(attributes: Attributes): string {
    const type = attributes['office:value-type'] ?? '';
    const shown = this.#text;
    if (attributes['calcext:value-type'] === 'error' || ERROR.test(shown)) return shown;
    const value = (attributes['office:value'] ?? '').trim();
    switch (type) {
      case 'float':
        return this.#readNumber(value, shown);
      case 'percentage':
        return NUMBER.test(value) ? percentText(value) : shown;
      case 'currency':
        return NUMBER.test(value) ? chooseText(plainNumber(value), shown) : shown;
      case 'boolean':
        return booleanText(attributes['office:boolean-value'] ?? shown);
      case 'date':
        return isoText(attributes['office:date-value'] ?? shown, false);
      case 'time':
        return durationText(attributes['office:time-value'] ?? shown);
      default:
        if (attributes['table:formula'] !== undefined && type === '' && shown === '')
          this.#listener.findings.noteFormula(this.#line + 1, this.#column);
        return this.#paragraphs > 0 ? shown : (attributes['office:string-value'] ?? '');
    }
  }

  #readNumber(value: string, shown: string): string {
    if (!NUMBER.test(value)) return shown;
    const plain = plainNumber(value);
    if (!hasLostDigits(plain)) return chooseText(plain, shown);
    this.#listener.findings.noteLongNumber(this.#line + 1, this.#column);
    return plain;
  }

  #refuse(what: string): SyncError {
    return refuse(this.#name, `is damaged: its sheet ${what}, behind row ${this.#line}`);
  }

  #readRun(text: string | undefined): number {
    if (text === undefined) return 1;
    const run = Number(text);
    if (!Number.isSafeInteger(run) || run < 1)
      throw refuseSize(this.#name, `row ${this.#line + 1} or a cell in it comes "${text}" times`);
    return run;
  }
}
