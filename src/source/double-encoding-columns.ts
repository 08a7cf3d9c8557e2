/**
 * Which columns of a file are encoded twice, decided by all of their cells.
 *
 * A column is repaired when each of its cells that is no ASCII can be undone, and at least one of them (or three of them,
 * if they could also be true text) can be nothing else. A column where only some cells look so is left alone, and said: it
 * holds true text too, and which cell is which nobody can tell for sure. Pure but for the rows that are given.
 */

import { hasOnlyAscii, isStrong, undoDoubleEncoding } from './double-encoding.js';
import { findGarbled } from './garbled-text.js';
import type { GarbledText } from './garbled-text.js';
import type { ColumnRepair, FileNote, FileProfile } from './profile.js';
import type { Row, RowBatch } from './row.js';

/** Cells that could be true text as well count for one that could not. */
const WEAK_CELLS_MIN = 3;
const FIRST_LINES_MAX = 3;
const SHOWN_CHARACTERS_MAX = 40;

export interface DoubleEncodingFindings {
  readonly columns: readonly string[];
  readonly repairs: readonly ColumnRepair[];
  readonly notes: readonly FileNote[];
}

/**
 * @param profile without repairs
 * @param batches all rows of the file
 */
export async function findDoubleEncoding(
  profile: Pick<FileProfile, 'columns' | 'unit'>,
  batches: AsyncIterable<RowBatch>,
): Promise<DoubleEncodingFindings> {
  const columns = repairNames(profile.columns);
  const counts = profile.columns.map(() => new ColumnCount());
  for await (const { rows } of batches) {
    for (const { line, cells } of rows) {
      for (let index = 0; index < counts.length; index++) {
        const cell = cells[index]!;
        if (!hasOnlyAscii(cell)) counts[index]!.push(cell, line);
      }
    }
  }
  const repairs: ColumnRepair[] = [];
  const notes: FileNote[] = [];
  for (const [index, count] of counts.entries()) {
    const name = columns[index]!;
    const { times } = count;
    if (times !== 0) repairs.push({ index, times });
    const note = times > 0 ? count.noteRepair(name) : count.noteSuspicion(name, profile.unit);
    for (const one of [note, count.noteGarbled(name, profile.unit)]) if (one !== undefined) notes.push(one);
  }
  return { columns, repairs, notes: [...noteNames(profile.columns, columns), ...notes] };
}

/** The rows with their cells repaired. */
export function repairRows(rows: readonly Row[], repairs: readonly ColumnRepair[]): readonly Row[] {
  return rows.map((row) => {
    const cells = [...row.cells];
    for (const { index, times } of repairs) cells[index] = undoTimes(cells[index]!, times);
    return { ...row, cells };
  });
}

function undoTimes(cell: string, times: ColumnRepair['times']): string {
  let text = cell;
  for (let time = 0; time < times; time++) text = undoDoubleEncoding(text) ?? text;
  return text;
}

/** All names or none, by the rule for cells. */
function repairNames(names: readonly string[]): readonly string[] {
  const count = new ColumnCount();
  for (const name of names) if (!hasOnlyAscii(name)) count.push(name, 0);
  const { times } = count;
  return times === 0
    ? names
    : names.map((name) =>
        undoTimes(name, times)
          .replace(/^\ufeff+/, '')
          .trim(),
      );
}

function noteNames(before: readonly string[], after: readonly string[]): readonly FileNote[] {
  const at = after.findIndex((name, index) => name !== before[index]);
  if (at === -1) return [];
  const message = `The names of the columns were encoded twice and are repaired, such as ${show(before[at]!)} → ${show(after[at]!)}.`;
  return [{ code: 'double-encoding-repaired', message }];
}

/** What the cells of one column that are no ASCII look like. */
class ColumnCount {
  #all = 0;
  #undone = 0;
  #strong = 0;
  /** Of those that are no ASCII when they are undone, how many can be undone again, and how many of them are strong. */
  #left = 0;
  #undoneTwice = 0;
  #strongTwice = 0;
  readonly #firstLines: number[] = [];
  #example: string | undefined;
  /** UTF-8 that was read as another encoding. */
  #garbled = 0;
  #firstGarbled: (GarbledText & { readonly cell: string; readonly line: number }) | undefined;

  push(cell: string, line: number): void {
    this.#all++;
    const undone = undoDoubleEncoding(cell);
    if (undone === undefined) {
      this.#pushGarbled(cell, line);
      return;
    }
    this.#undone++;
    if (isStrong(cell)) {
      this.#strong++;
      this.#example ??= cell;
      if (this.#firstLines.length < FIRST_LINES_MAX) this.#firstLines.push(line);
    }
    if (hasOnlyAscii(undone)) return;
    this.#left++;
    if (undoDoubleEncoding(undone) === undefined) return;
    this.#undoneTwice++;
    if (isStrong(undone)) this.#strongTwice++;
  }

  #pushGarbled(cell: string, line: number): void {
    const found = findGarbled(cell);
    if (found === undefined) return;
    this.#garbled++;
    this.#firstGarbled ??= { ...found, cell, line };
  }

  /** How often the column is to be undone. */
  get times(): 0 | 1 | 2 {
    if (this.#all === 0 || this.#undone < this.#all || !isEnough(this.#strong, this.#undone)) return 0;
    return this.#left > 0 && this.#undoneTwice === this.#left && isEnough(this.#strongTwice, this.#undoneTwice) ? 2 : 1;
  }

  noteRepair(name: string): FileNote {
    const { times } = this;
    const before = this.#example ?? '';
    const cells = this.#undone === 1 ? 'cell was' : 'cells were';
    const often = times === 2 ? 'encoded three times' : 'encoded twice';
    const example = before === '' ? '' : `, such as ${show(before)} → ${show(undoTimes(before, times === 2 ? 2 : 1))}`;
    const message = `Column ${show(name)}: ${this.#undone} ${cells} ${often} (UTF-8 read as windows-1252) and repaired${example}.`;
    return { code: 'double-encoding-repaired', message };
  }

  noteSuspicion(name: string, unit: FileProfile['unit']): FileNote | undefined {
    if (this.#strong === 0 || this.#example === undefined) return undefined;
    const where = `${unit}${this.#firstLines.length === 1 ? '' : 's'} ${this.#firstLines.join(', ')}`;
    const message =
      `Column ${show(name)}: ${this.#strong} of ${this.#all} cells with other letters than a to z look as if they were ` +
      `encoded twice, such as ${show(this.#example)} (first on ${where}); the others do not, so none is changed.`;
    return { code: 'double-encoding-suspected', message };
  }

  noteGarbled(name: string, unit: FileProfile['unit']): FileNote | undefined {
    if (this.#firstGarbled === undefined) return undefined;
    const { cell, meant, encoding, line } = this.#firstGarbled;
    const message =
      `Column ${show(name)}: ${this.#garbled} of ${this.#all} cells with other letters than a to z look as if UTF-8 had ` +
      `been read as ${encoding}, such as ${show(cell)} for ${show(meant)} (first on ${unit} ${line}); none is changed. ` +
      'Export the file again as UTF-8.';
    return { code: 'double-encoding-suspected', message };
  }
}

function isEnough(strong: number, all: number): boolean {
  return strong > 0 || all >= WEAK_CELLS_MIN;
}

function show(text: string): string {
  return `"${text.length > SHOWN_CHARACTERS_MAX ? `${text.slice(0, SHOWN_CHARACTERS_MAX)}…` : text}"`;
}
