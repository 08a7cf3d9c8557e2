/**
 * The rows of a sheet on their way into the table.
 *
 * A sheet does not store blank cells behind the last value of a row, so a short row is no damage: it is filled up to the
 * widest row so far. That is at least as wide as the header, and titles above the header stay as short as they are.
 */

import { SyncError } from '../../../errors.js';
import { isBlank } from '../../cell-kinds.js';
import type { FileNote } from '../../profile.js';
import type { TableSink } from '../container.js';
import { DIGITS_KEPT } from './number-text.js';

/** `XFD`, the last column of a sheet. */
export const COLUMNS_MAX = 16_384;
/** Sixteen times a sheet of Excel. */
export const ROWS_MAX = 16_777_216;
/** The header is among these rows, or is the first one with a value, or is named by the caller. */
const HEADER_ROWS_MAX = 100;
/** A single value far to the right must not make every row as wide. */
const FILLED_UP_MAX = 2_000;

export interface SheetRow {
  readonly line: number;
  readonly cells: readonly string[];
}

export class SheetRows {
  readonly #sink: TableSink;
  readonly #widthUntil: number;
  #width = 0;
  #first = true;

  /** @param headerLine as the caller says */
  constructor(sink: TableSink, headerLine: number | undefined) {
    this.#sink = sink;
    this.#widthUntil = Math.max(HEADER_ROWS_MAX, headerLine ?? 0);
  }

  async write({ line, cells }: SheetRow): Promise<void> {
    if (this.#first || line <= this.#widthUntil)
      this.#width = Math.max(this.#width, Math.min(cells.length, FILLED_UP_MAX));
    this.#first = false;
    const missing = this.#width - cells.length;
    await this.#sink.writeRow(line, missing > 0 ? [...cells, ...Array.from({ length: missing }, () => '')] : cells);
  }
}

/** The cells up to the last one that holds anything; undefined for a blank row. */
export function trimRow(cells: readonly string[]): readonly string[] | undefined {
  if (cells.every(isBlank)) return undefined;
  let width = cells.length;
  while (cells[width - 1] === '') width -= 1;
  return width === cells.length ? cells : cells.slice(0, width);
}

export function countFilledUpTo(cells: readonly string[], countMax: number): number {
  let filled = 0;
  for (const cell of cells) if (!isBlank(cell)) filled += 1;
  return Math.min(filled, countMax);
}

/** What is said about the cells of a sheet: how many, and the first. */
export class SheetFindings {
  hiddenRows = 0;
  readonly #formulas = new Finding();
  readonly #longNumbers = new Finding();

  /** A formula whose result the writer did not store. */
  noteFormula(line: number, column: number): void {
    this.#formulas.add(line, column);
  }

  noteLongNumber(line: number, column: number): void {
    this.#longNumbers.add(line, column);
  }

  notes(): readonly FileNote[] {
    const { hiddenRows } = this;
    const formulas = this.#formulas;
    const long = this.#longNumbers;
    return [
      ...(hiddenRows === 0
        ? []
        : [
            {
              code: 'hidden-rows',
              message: `${hiddenRows === 1 ? '1 row is hidden (a filter?) and is' : `${hiddenRows} rows are hidden (a filter?) and are`} read like the others.`,
            },
          ]),
      ...(formulas.count === 0
        ? []
        : [
            {
              code: 'formula-without-value',
              message: `${cellsAre(formulas.count, 'formula')} without a stored result, the first in ${formulas.first}, and counted as blank: open the file in Excel or LibreOffice and save it.`,
            },
          ]),
      ...(long.count === 0
        ? []
        : [
            {
              code: 'digits-lost',
              message: `${cellsAre(long.count, 'number')} of more than ${DIGITS_KEPT} digits, the first in ${long.first}: Excel keeps only ${DIGITS_KEPT} of them, so an id among them is not the real one. Export such columns as text.`,
            },
          ]),
    ];
  }
}

function cellsAre(count: number, what: string): string {
  return count === 1 ? `1 cell is a ${what}` : `${count} cells are ${what}s`;
}

class Finding {
  count = 0;
  first = '';

  add(line: number, column: number): void {
    if (this.count === 0) this.first = `${columnName(column)}${line}`;
    this.count += 1;
  }
}

/** `A` for 0, `AA` for 26. */
export function columnName(column: number): string {
  const letter = String.fromCharCode(65 + (column % 26));
  return column < 26 ? letter : columnName(Math.floor(column / 26) - 1) + letter;
}

export function refuseSize(name: string, what: string): SyncError {
  return new SyncError('file-not-csv', `${name}: ${what}, which no sheet of an export has`, {
    hint: 'Copy the table into a new workbook, save it and use that.',
  });
}
