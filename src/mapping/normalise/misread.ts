/**
 * Text whose bytes were read in another encoding than they were written in, and saved so: `M³ller` (windows-1252 read as DOS),
 * `M¸ller` (as Macintosh), `Mьller` (as windows-1251), `K”ln` (DOS read as windows-1252), `Èâàíîâ` (windows-1251 read so).
 *
 * Found by what no name has: marks inside of a word, one letter of another script in it, many accents in a row, control
 * characters. Where a letter became another letter of the same script (`Muńoz`) nothing shows. Pure.
 */

const OTHER_SCRIPT = String.raw`[\p{Script=Cyrillic}\p{Script=Greek}]`;
const LATIN = String.raw`\p{Script=Latin}`;

const MISREAD: readonly RegExp[] = [
  /[\u0080-\u0084\u0086-\u009f\u2500-\u259f]/u,
  /\p{L}[÷¶¤¦¬¢¥¸ˆ˜‰‹›„”“†‡‚±ⁿ₧⌠⌡\u2200-\u22ff]\p{Ll}/u,
  /\p{L}[¹²³]\p{Ll}{2}/u,
  /(?:^|[\s-])[÷‹†‡‰£¯™ƒ]\p{Ll}{2}/u,
  /\p{Ll}{2}§(?![\p{L}\p{N}\s])/u,
  /\p{L}[ŸŠ]\p{Ll}|\p{Ll}[ŽŒ]\p{Ll}/u,
  /Ă[–‰§©´«¨±¶¤ˇ…\u00a0\u00ad]|Ă[ĽźłşĄŁ]\p{Ll}|Г[¶¤©§±«¨´–‰][\p{L}\s]/u,
  /[À-ÖØ-öø-ÿ]{4}/u,
  /\p{L}\p{Ll}[À-ÖØ-Þ](?:\p{Ll}|(?!\p{L}))/u,
  new RegExp(`${LATIN}${OTHER_SCRIPT}{1,2}${LATIN}`, 'u'),
  new RegExp(String.raw`(?:^|[\s-])${OTHER_SCRIPT}{1,2}${LATIN}{2}`, 'u'),
  new RegExp(String.raw`${LATIN}{2}${OTHER_SCRIPT}{1,2}(?!\p{L})`, 'u'),
];

/** A text that no name or address is. */
export function isMisread(text: string): boolean {
  return MISREAD.some((pattern) => pattern.test(text));
}
