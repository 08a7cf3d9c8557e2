/**
 * Rows that can be read although they do not stand as they should, each with a remark:
 *
 * - A row lacks its last cells. It is filled up only where nothing else can be meant: its last cell is of the kind that
 *   its column has, and of none that a column behind it has. So no cell before it is missing, or grown together with the
 *   next one, since then the last cell would be one of another column.
 * - A cell begins with a word in quotes, `"Zum Löwen" GmbH`. It is text as it stands where the quote closes before other
 *   words and the line then has as many cells as the header.
 *
 * All other such rows are rejected. Pure.
 */

import { countFilled, isBlank } from './cell-kinds.js';
import type { CellKind, CellShape } from './profile.js';
import type { Marks } from './records.js';
import type { Row } from './row.js';

/** So many cells of a column, and all of one kind, say what it holds. */
const CELLS_MIN = 3;
/** A row that lacks more is no row: a title, a sum. */
const CELLS_LEFT_MIN = 3;
/** By so many cells the row must fit better. */
const SHIFT_SCORE_MIN = 2;

const KINDS: readonly (readonly [CellKind, RegExp])[] = [
  // In capitals or without: `a@x.deUlm` are two cells.
  ['email', /^[^@\s,;|]+@[^@\s,;|]+\.(?:[a-z]{2,}|[A-Z]{2,})$/],
  ['url', /^(?:https?:\/\/|www\.)[^\s;|]+$/i],
  ['code', /^[A-Z]{2,3}$/],
  ['number', /^[-+(]?\d[\d\s()./,-]*$/],
  ['words', /^(?!.*(?:\p{Ll}\p{Lu}|www\.))[\p{L}\p{M}][\p{L}\p{M}\s.,'’&()-]*$/u],
];
const PATTERNS = new Map(KINDS);

/** What the columns hold, `null` where that cannot be said; by the rows of a sample that have as many cells as most. */
export function findCellShapes(rows: readonly Row[], width: number, count: number): readonly CellShape[] {
  const whole = rows.filter(({ cells }) => cells.length === Math.max(width, count));
  return Array.from({ length: width }, (_, column) => {
    const filled = whole.map(({ cells }) => cells[column]!.trim()).filter((cell) => cell !== '');
    const fill = filled.length === whole.length ? 'always' : filled.length === 0 ? 'never' : null;
    const kind = KINDS.find(([, pattern]) => filled.every((cell) => pattern.test(cell)))?.[0] ?? null;
    return { kind: filled.length < CELLS_MIN ? null : kind, fill: whole.length < CELLS_MIN ? null : fill };
  });
}

/** The row with blank cells behind its own; null where it is not certain that they are the ones that it lacks. */
export function padRow(row: Row, shapes: readonly CellShape[], names: readonly string[]): Row | null {
  const { cells } = row;
  const last = cells.findLastIndex((cell) => !isBlank(cell));
  if (row.line !== row.endLine || last + 1 < Math.max(CELLS_LEFT_MIN, shapes.length / 2)) return null;
  if (countFilled(cells) < CELLS_LEFT_MIN) return null;
  const isInPlace = cells.every((cell, at) => isBlank(cell) || fits(cell, shapes[at]) !== false);
  const isCertain = cells.some((cell, at) => shapes[at]?.kind !== 'words' && fits(cell, shapes[at]) === true);
  const isLast = fits(cells[last]!, shapes[last]) === true;
  const isNoOther = shapes.slice(last + 1).every((shape) => fits(cells[last]!, shape) === false);
  if (!isInPlace || !isCertain || !isLast || !isNoOther) return null;
  const missing = names.slice(cells.length).map((name) => `"${name}"`);
  const hint =
    `The row has ${cells.length} cells and the header ${shapes.length}; its last cell can only be "${names[last]}", ` +
    `so ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} taken as blank.`;
  const filled = [...cells, ...names.slice(cells.length).map(() => '')];
  return { ...row, cells: filled, remark: { code: 'row-padded', column: null, value: cells.join(' │ '), hint } };
}

/**
 * Would the cells fit their columns better if two of them, side by side, were one? Then the delimiter between them is text.
 * One cell more or less is no evidence: an address may be none.
 */
export function isShifted(cells: readonly string[], shapes: readonly CellShape[]): boolean {
  const score = (from: number, to: number, shift: number): number => {
    let sum = 0;
    for (let at = from; at < to; at++) {
      const cell = cells[at + shift] ?? '';
      const { fill } = shapes[at]!;
      const isFit = isBlank(cell) ? undefined : fits(cell, shapes[at]);
      if (isFit !== undefined) sum += isFit ? 1 : -1;
      if (fill !== null && (fill === 'always') === isBlank(cell)) sum -= 1;
    }
    return sum;
  };
  const asItStands = score(0, shapes.length, 0);
  return shapes.some((_, at) => score(0, at, 0) + score(at + 1, shapes.length, 1) >= asItStands + SHIFT_SCORE_MIN);
}

/** Undefined: nobody knows what the column holds. */
function fits(cell: string, shape: CellShape | undefined): boolean | undefined {
  const kind = shape?.kind ?? null;
  return kind === null ? undefined : PATTERNS.get(kind)!.test(cell.trim());
}

/** The cells of a line that has a quoted word at the beginning of a cell; null where that is not all that is wrong. */
export function cutStrayQuotes(text: string, { delimiter, quote }: Marks): readonly string[] | null {
  const cells: string[] = [];
  for (let pos = 0; pos <= text.length; pos++) {
    const cell = text[pos] === quote ? cutQuoted(text, pos, delimiter, quote) : cutPlain(text, pos, delimiter);
    if (cell === null) return null;
    cells.push(cell.value);
    pos = cell.end;
  }
  return cells;
}

interface Cut {
  readonly value: string;
  /** The offset of the delimiter behind it, or of the end. */
  readonly end: number;
}

function cutPlain(text: string, start: number, delimiter: string): Cut {
  const found = text.indexOf(delimiter, start);
  const end = found === -1 ? text.length : found;
  return { value: text.slice(start, end), end };
}

function cutQuoted(text: string, start: number, delimiter: string, quote: string): Cut | null {
  let close = start + 1;
  while (close < text.length && (text[close] !== quote || text[close + 1] === quote))
    close += text[close] === quote ? 2 : 1;
  if (close >= text.length) return null;
  const next = text[close + 1];
  if (next === undefined || next === delimiter)
    return { value: text.slice(start + 1, close).replaceAll(quote + quote, quote), end: close + 1 };
  const cut = cutPlain(text, start, delimiter);
  // Two quotes in all, a word between them, and another one behind a blank.
  const isWord = cut.end > close && cut.value.split(quote).length === 3 && /\S/.test(text.slice(start + 1, close));
  return isWord && /^[ ,-]/.test(next) && /[\p{L}\p{N}]/u.test(text.slice(close + 1, cut.end)) ? cut : null;
}
