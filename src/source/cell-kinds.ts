/** What a cell looks like, to tell a header from a row and one delimiter from another. Never used to change a value. */

const NUMBER = /^[-+(]{0,2}[$€£]?\s?-?\d[\d.,' \u00a0\u202f]*(?:[eE][-+]?\d+)?\s?[%€$£]?\)?$/;
const DATE = /^\d{1,4}[-./]\d{1,2}[-./]\d{1,4}(?:[ T].{0,30})?$/;
const EMAIL = /^[^@\s,;|]+@[^@\s,;|]+$/;
const URL_LIKE = /^(?:https?:\/\/|www\.)[^\s;|]+$/i;

export function isBlank(cell: string): boolean {
  return cell === '' || cell.trim() === '';
}

export function isNumber(cell: string): boolean {
  return NUMBER.test(cell.trim());
}

/** A value that no column would be called. */
export function isValue(cell: string): boolean {
  const text = cell.trim();
  return NUMBER.test(text) || DATE.test(text) || EMAIL.test(text) || URL_LIKE.test(text);
}

export function countFilled(cells: readonly string[]): number {
  let filled = 0;
  for (const cell of cells) if (!isBlank(cell)) filled++;
  return filled;
}

/** The cells without the blank ones at the end. */
export function trimTrailingBlanks(cells: readonly string[]): readonly string[] {
  let width = cells.length;
  while (width > 0 && isBlank(cells[width - 1]!)) width--;
  return width === cells.length ? cells : cells.slice(0, width);
}
