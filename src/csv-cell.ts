/**
 * Cells of the CSV files that this program writes: none of them can become a formula in a spreadsheet, and each is read
 * again as exactly the text that it was.
 *
 * A spreadsheet takes a cell for a formula by its first sign; some drop blanks and quotes before it, or read the
 * full-width sign as the plain one. Such a cell gets one apostrophe in front. Because a cell that has apostrophes before
 * such a sign counts as one, too (and gets a further one), taking one away where it was put is exact for any text:
 * `unguardCell(guardCell(text)) === text`.
 */

/** Blanks, quotes and what cannot be seen, then the sign. Tab and return are signs of their own. */
const FORMULA = /^['"\s\p{Cc}\p{Cf}]*[=+\-@\t\r＝＋－＠]/u;

/** With an apostrophe in front of what a spreadsheet could take for a formula; all other text as it is. */
export function guardCell(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** Without the one apostrophe that `guardCell` has put there. `'s-Hertogenbosch` stays. */
export function unguardCell(text: string): string {
  return text.charCodeAt(0) === 0x27 && FORMULA.test(text) ? text.slice(1) : text;
}
