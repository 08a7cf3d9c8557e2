/**
 * What becomes of each line: a row, a broken one, or one that is left out because a report has written it. A line alone
 * does not show it: a piece of a row looks like a row, and a title is one only above a repeated header. So a line waits
 * until its neighbours are known, at most `PIECES_MAX` of them.
 */

import { countFilled } from './cell-kinds.js';
import { isCutByCount, isCutByShape, isOpen, PIECES_MAX } from './cut-rows.js';
import type { FileProfile } from './profile.js';
import { isReportLine, isUnsureSum } from './report-lines.js';
import type { BrokenRow, LeftLine, Row } from './row.js';
import { isSameHeader } from './tables.js';

const VALUE_LENGTH_MAX = 200;

/** A line as it is by itself. */
export interface Candidate {
  /** With all its cells, also those behind the last column. */
  readonly row: Row;
  /** Why it cannot be a row as it stands, whatever its neighbours are. */
  readonly broken: BrokenRow | null;
  /** What it is instead where it is no piece of a row: the cells that it lacks are blank. */
  readonly padded: Row | null;
}

interface Line extends Candidate {
  /** A blank line is above it, or above the lines of one cell before it. */
  readonly isApart: boolean;
  /** Lines that are one row together with it; of a row that is cut. */
  cut: { readonly first: Row; readonly last: Row } | null;
}

export interface Sorted {
  /** As they stand: those with blank cells behind the last column have them still. */
  readonly rows: Row[];
  readonly broken: BrokenRow[];
  readonly left: LeftLine[];
}

type Shape = Pick<FileProfile, 'columns' | 'rowShape' | 'unit' | 'delimiter' | 'partial' | 'path' | 'tablePath'>;

export class RowSorter {
  readonly #profile: Shape;
  #waiting: Line[] = [];
  #lastLine = 0;
  #sorted: Sorted = { rows: [], broken: [], left: [] };

  constructor(profile: Shape) {
    this.#profile = profile;
  }

  /** @param isCutOff it is the last line, and the file ends in it */
  take(candidate: Candidate, isCutOff: boolean): void {
    const { row } = candidate;
    const { columns, partial } = this.#profile;
    const isApart = row.line !== this.#lastLine + 1;
    if (partial) {
      this.#settle({ ...candidate, isApart, cut: null });
      return;
    }
    if (isReportLine(row.cells, columns.length)) {
      this.#settleAll();
      this.#leave(row, 'a sum, a count, a page number or a note of a report');
    } else {
      const line: Line = { ...candidate, isApart: isApart || this.#isBelowGap(), cut: null };
      if (this.#isTitleAbove(row.cells)) this.#leave(this.#waiting.pop()!.row, 'the title above a repeated header');
      if (isApart) this.#settleAll();
      else if (!isCutOff) this.#findCut(line);
      this.#wait(line);
    }
    this.#lastLine = row.endLine;
  }

  /** What is settled since the last call. @param atEnd no line follows, at least none that belongs to the last one */
  flush(atEnd: boolean): Sorted {
    if (atEnd) this.#settleAll();
    const sorted = this.#sorted;
    this.#sorted = { rows: [], broken: [], left: [] };
    return sorted;
  }

  #isBelowGap(): boolean {
    const above = this.#waiting.at(-1);
    return above !== undefined && (countFilled(above.row.cells) === 0 || isTitle(above));
  }

  /** Alone on its line, or behind a blank line; a client of whom only the name is known may be the last of a file that another was put behind. */
  #isTitleAbove(cells: readonly string[]): boolean {
    const above = this.#waiting.at(-1);
    if (above === undefined || countFilled(above.row.cells) !== 1 || this.#profile.columns.length < 2) return false;
    if (above.row.cells.length > 1 && !above.isApart) return false;
    return isSameHeader(cells, this.#profile.columns);
  }

  #findCut(line: Line): void {
    const { rowShape, columns } = this.#profile;
    const before = this.#waiting.at(-1);
    if (before === undefined || columns.length < 2 || isTitle(before)) return;
    if (line.broken !== null && before.broken !== null) return;
    if (this.#isUncut(line.row) || this.#isUncut(before.row)) return;
    if (isCutByCount(before.row.cells, line.row.cells, rowShape)) {
      markCut([before, line]);
      return;
    }
    if (line.broken !== null || !isOpen(this.#waiting[0]!.row.cells, rowShape)) return;
    for (let start = 0; start < this.#waiting.length; start++) {
      const pieces = [...this.#waiting.slice(start), line];
      if (pieces.some(({ broken, cut }) => broken !== null || cut !== null)) continue;
      const cells = pieces.map(({ row }) => row.cells);
      if (!isOpen(cells[0]!, rowShape) || !isCutByShape(cells, rowShape, columns.length)) continue;
      markCut(pieces);
      return;
    }
  }

  /** In a table that was written out: a line as it stands, whose cells could not be told. */
  #isUncut({ cells }: Row): boolean {
    const { path, tablePath } = this.#profile;
    return cells.length === 1 && tablePath !== path && /[",;\t|]/.test(cells[0]!);
  }

  /** Behind a line that may go on the next one may belong to it; the others are settled. */
  #wait(line: Line): void {
    const above = this.#waiting.at(-1);
    const goesOn = above !== undefined && above.cut === null && isOpen(above.row.cells, this.#profile.rowShape);
    if (!goesOn) this.#settleAll();
    else if (this.#waiting.length >= PIECES_MAX - 1) this.#settle(this.#waiting.shift()!);
    this.#waiting.push(line);
  }

  #settleAll(): void {
    for (const line of this.#waiting) this.#settle(line);
    this.#waiting = [];
  }

  #settle({ row, broken, padded, cut }: Line): void {
    if (padded !== null && cut === null) this.#sorted.rows.push(padded);
    else if (broken !== null) this.#sorted.broken.push(broken);
    else if (cut !== null) this.#sorted.broken.push(this.#breakAtCut(row, cut));
    else if (!this.#profile.partial && isUnsureSum(row.cells, this.#profile.columns.length))
      this.#sorted.broken.push(this.#breakAtSum(row));
    else this.#sorted.rows.push(row);
  }

  #leave({ line, endLine, cells }: Row, what: string): void {
    const text = (cells.find((cell) => cell.trim() !== '') ?? '').trim().slice(0, VALUE_LENGTH_MAX);
    this.#sorted.left.push({ line, endLine, reason: `"${text}" is ${what}.` });
  }

  #breakAtCut({ line, endLine, cells }: Row, { first, last }: NonNullable<Line['cut']>): BrokenRow {
    const { unit, delimiter } = this.#profile;
    const hint = `${unit}s ${first.line} to ${last.endLine} look like one row that a line break inside of a cell has cut: make one ${unit} of them, or put the cell into quotes`;
    return { line, endLine, code: 'cut-row', value: show(cells, delimiter), hint };
  }

  #breakAtSum({ line, endLine, cells }: Row): BrokenRow {
    const { unit, delimiter } = this.#profile;
    const hint = `${unit} ${line} looks like a sum below rows: delete it; if it is a client, fill in a cell that is no number, such as the city`;
    return { line, endLine, code: 'sum-row', value: show(cells, delimiter), hint };
  }
}

/** One text on its line, with a blank line above: a title of what follows, and no beginning of a row. */
function isTitle({ row, isApart }: Line): boolean {
  return row.cells.length === 1 && isApart;
}

function markCut(pieces: readonly Line[]): void {
  const cut = { first: pieces[0]!.row, last: pieces.at(-1)!.row };
  for (const line of pieces) line.cut = line.cut === null ? cut : { first: line.cut.first, last: cut.last };
}

/** Without the delimiters at the end: no more of the line is needed to find it. */
function show(cells: readonly string[], delimiter: string): string {
  const text = cells.join(delimiter).slice(0, VALUE_LENGTH_MAX);
  return text.slice(0, text.length - (/[,;\t|]+$/.exec(text)?.[0].length ?? 0));
}
