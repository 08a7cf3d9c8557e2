/** Files of text of the formula's rows. */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { cellsOf, COLUMNS, digitsOf, placeOf, variantOf } from './formula.js';

export interface CsvOptions {
  readonly rows: number;
  /** Every cell in quotes, as HubSpot writes them; else only the cells that need it. */
  readonly quoteAll?: boolean;
  /** Rows in another order than the target's clients. */
  readonly shuffled?: boolean;
}

const CHUNK_LENGTH = 1024 * 1024;
/** A prime that divides no round number: multiplying with it goes through all rows, each time far from the one before. */
const STRIDE = 7_368_787;

export async function writeCsv(path: string, options: CsvOptions): Promise<void> {
  const out = createWriteStream(path);
  let text = `${COLUMNS.map((column) => quote(column, options.quoteAll === true)).join(',')}\n`;
  for (let nth = 0; nth < options.rows; nth += 1) {
    const index = options.shuffled === true ? (nth * STRIDE) % options.rows : nth;
    const cells = cellsOf(variantOf(index), digitsOf(index), placeOf(index) === 'apart');
    text += `${cells.map((cell) => quote(cell, options.quoteAll === true)).join(',')}\n`;
    if (text.length < CHUNK_LENGTH) continue;
    if (!out.write(text)) await once(out, 'drain');
    text = '';
  }
  out.end(text);
  await once(out, 'close');
}

/** An object a line. */
export async function writeJsonLines(path: string, rows: number): Promise<void> {
  const out = createWriteStream(path);
  let text = '';
  for (let index = 0; index < rows; index += 1) {
    const cells = cellsOf(variantOf(index), digitsOf(index), placeOf(index) === 'apart');
    text += `${JSON.stringify(Object.fromEntries(COLUMNS.map((column, nth) => [column, cells[nth]])))}\n`;
    if (text.length < CHUNK_LENGTH) continue;
    if (!out.write(text)) await once(out, 'drain');
    text = '';
  }
  out.end(text);
  await once(out, 'close');
}

function quote(cell: string, always: boolean): string {
  return always || /[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
