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
  return !isPlainLatin(text) && MISREAD.some((pattern) => pattern.test(text));
}

/** More accents in a row are none of a word. */
const ACCENTS_MAX = 3;

/**
 * Nothing but ASCII, small letters of Latin-1, and capital ones that begin a word: none of the patterns can fit, as in
 * nearly every text with an umlaut.
 */
function isPlainLatin(text: string): boolean {
  let accents = 0;
  let before = 0x20;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x7f) accents = 0;
    else {
      const isSmall = code >= 0xdf && code <= 0xff && code !== 0xf7;
      const begins = (before === 0x20 || before === 0x2d) && code >= 0xc0 && code < 0xdf && code !== 0xd7;
      accents += 1;
      if ((!isSmall && !begins) || accents > ACCENTS_MAX) return false;
    }
    before = code;
  }
  return true;
}
