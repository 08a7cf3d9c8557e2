/**
 * Text that was UTF-8, was read as windows-1252 and saved as UTF-8 again: `MÃ¼ller`. Undone for one cell at a time; whether
 * a whole column is such text is decided in `double-encoding-columns.ts`.
 *
 * True text can look so: `CAFÉ’S` would become `CAFɒS`. So what comes out must be a text that somebody writes, and a cell is
 * *strong* evidence only where what goes in is a text that nobody writes. Pure.
 */

import { isUtf8 } from 'node:buffer';
import { decode } from 'iconv-lite';

/** The byte that each character was, by its code; the control characters too, which some programs put for 0x81 and the like. */
const BYTES = new Map<number, number>();
for (let byte = 0x80; byte <= 0xff; byte++) {
  BYTES.set(byte, byte);
  const character = decode(Buffer.from([byte]), 'windows-1252');
  if (character !== '\ufffd') BYTES.set(character.codePointAt(0)!, byte);
}
for (const [code, byte] of BYTES) if (code !== byte && code < 0x100) BYTES.delete(code);

/** What stands in text for 0x80 to 0x9F: quotation marks, dashes, and letters such as Š. */
const MARKS = '€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ';
const STRONG = [
  /[\u00c2-\u00df][\u0080-\u00bf]/,
  new RegExp(`[ÂÃ][${MARKS}]\\p{L}`, 'u'),
  new RegExp(`[\\u00e0-\\u00ef][\\u0080-\\u00bf${MARKS}]{2}`, 'u'),
  new RegExp(`\\u00f0[\\u0090-\\u00bf${MARKS}][\\u0080-\\u00bf${MARKS}]{2}`, 'u'),
];
const SCRIPTS = [
  /^(?:\p{Script=Latin}|µ|[\u0300-\u0315]|[\u0323-\u0328])+$/u,
  /^[\p{Script=Cyrillic}\u0300-\u0306]+$/u,
  /^\p{Script=Greek}+$/u,
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー々]+$/u,
  /^\p{Script=Hangul}+$/u,
  /^[\p{Script=Arabic}\p{M}]+$/u,
  /^[\p{Script=Hebrew}\p{M}]+$/u,
  /^[\p{Script=Thai}\p{M}]+$/u,
];
/** One letter of these by itself is no word, unless others are beside it. */
const NEEDS_TWO = new Set(SCRIPTS.filter((script) => !/Latin|Han/.test(script.source)));
const LONGEST = 8;

export function hasOnlyAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) >= 0x80) return false;
  return true;
}

/** The text before it was encoded twice; undefined when it is not, as a whole, such text. Plain ASCII is not. */
export function undoDoubleEncoding(text: string): string | undefined {
  const bytes = Buffer.allocUnsafe(text.length);
  let wasAscii = true;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const byte = code < 0x80 ? code : BYTES.get(code);
    if (byte === undefined) return undefined;
    wasAscii &&= byte < 0x80;
    bytes[index] = byte;
  }
  if (wasAscii || !isUtf8(bytes)) return undefined;
  const undone = bytes.toString('utf8');
  // Where it happened more than once, what is undone once is no plausible text yet.
  const isDone = isPlausible(undone) || undoDoubleEncoding(undone) !== undefined;
  return isDone ? undone : undefined;
}

/** Can the text be nothing else? */
export function isStrong(text: string): boolean {
  return STRONG.some((pattern) => pattern.test(text));
}

/** No characters that no text has, and words of one script. */
export function isPlausible(text: string): boolean {
  if (/[\u0080-\u009f\u0250-\u02af\ufffd\p{Cn}\p{Co}\p{Cs}]/u.test(text)) return false;
  // A small letter behind capitals: the text was `IRMÃ`, and what follows it no letter but a space that does not break.
  if (/\p{Lu}{2}[à-ÿ](?!\p{Ll})/u.test(text)) return false;
  const words = [...text.matchAll(/[\p{L}\p{M}]+/gu)].map(([word]) => word);
  return words.every((word) => {
    const script = SCRIPTS.find((pattern) => pattern.test(word));
    if (script === undefined) return false;
    return !NEEDS_TWO.has(script) || words.some((other) => other.length > 1 && script.test(other));
  });
}

/** Do the bytes of UTF-8 at `at` begin with a character that was encoded twice? */
export function isDoubledAt(utf8: Buffer, at: number): boolean {
  const characters = Array.from(utf8.toString('utf8', at, at + LONGEST * 2)).slice(0, 4);
  const bytes = Buffer.from(characters.map((character) => BYTES.get(character.codePointAt(0)!) ?? 0));
  return [2, 3, 4].some((length) => bytes.length >= length && bytes[1] !== 0 && isUtf8(bytes.subarray(0, length)));
}
