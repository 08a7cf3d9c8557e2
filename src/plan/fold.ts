/**
 * Text as the target's database compares it. Two texts with the same key are "the same" to its unique rules and to its
 * exact filters, whatever bytes they have.
 */

const PLAIN = /^[\x20-\x7e]*$/;
/** Marks, control and format characters: they weigh nothing. */
const WEIGHTLESS = /[\p{M}\p{Cc}\p{Cf}]/gu;

/**
 * Imitates the collation utf8mb4_unicode_ci: letter case and accents do not count, compatibility forms (full width,
 * ligatures, superscripts) equal their plain form, `ß` equals `ss`. It is not the collation's table, and where the two
 * could differ it errs on the side of "equal": a false match is reported to a person, a missed one makes a double.
 */
export function foldText(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase();
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('ς', 'σ')
    .normalize('NFKD')
    .replaceAll(WEIGHTLESS, '');
}

/** `foldText` without trailing blanks, which the collation ignores when it compares whole values (FACTS.md [049, 050, 211]). */
export function foldKey(text: string): string {
  const folded = foldText(text);
  return folded.endsWith(' ') ? folded.replace(/ +$/, '') : folded;
}
