/**
 * Text that was UTF-8 and was read as something else than windows-1252: `M├╝ller`, `M√ºller`, `MĂĽller`, `РњСЋР»Р»РµСЂ`.
 *
 * It is rare, so it is not repaired, but said: what comes out is wrong in every name with an accent. Pure.
 */

import { isUtf8 } from 'node:buffer';
import { decode } from 'iconv-lite';
import { isPlausible } from './double-encoding.js';

export interface GarbledText {
  /** What the text was before. */
  readonly meant: string;
  /** As which its UTF-8 was read. */
  readonly encoding: string;
}

/** So many letters that come out as such are no accident. */
const LETTERS_MIN = 2;
/** No letters, but what the first byte of an umlaut or accent becomes. */
const SYMBOL = /[├┼√≈]/;
/** What nearly each such text has: those, and the capitals that windows-1250 makes of them. */
const TRACES = ['├', '┼', '√', '≈', 'Ă', 'Ĺ'].map((trace) => Buffer.from(trace));
/** The vowels of Russian begin with it when windows-1251 makes two letters of them; what stands behind it then. */
const CAPITAL_R = Buffer.from('Р');
const BEHIND_R = new Set(['°', 'µ', 'ѕ', 'ё'].map((letter) => Buffer.from(letter).readUInt16BE(0)));

const TABLES = ['cp850', 'cp437', 'macintosh', 'windows-1250', 'windows-1251'].map((encoding) => {
  const bytes = new Map<number, number>();
  for (let byte = 0x80; byte <= 0xff; byte++) {
    const character = decode(Buffer.from([byte]), encoding);
    if (character !== '\ufffd') bytes.set(character.codePointAt(0)!, byte);
  }
  return { encoding, bytes };
});

/** Is there something in a block of UTF-8 that makes the cells worth a look? */
export function hasGarbledTrace(utf8: Buffer): boolean {
  for (let at = utf8.indexOf(CAPITAL_R); at !== -1; at = utf8.indexOf(CAPITAL_R, at + 2))
    if (at + 4 <= utf8.length && BEHIND_R.has(utf8.readUInt16BE(at + 2))) return true;
  return TRACES.some((trace) => utf8.includes(trace));
}

/** What a text was; undefined when it is not, as a whole and beyond doubt, such text. */
export function findGarbled(text: string): GarbledText | undefined {
  for (const { encoding, bytes } of TABLES) {
    const meant = undo(text, bytes);
    if (meant === undefined || !isPlausible(meant) || /\p{Lu}\p{Ll}\p{Lu}/u.test(meant)) continue;
    const letters = meant.match(/[^\p{ASCII}]/gu)?.filter((character) => /\p{L}/u.test(character)).length ?? 0;
    if (letters >= LETTERS_MIN || (letters > 0 && (SYMBOL.test(text) || /Ă\p{Ll}|Ă[¤¶Ľ]|Ĺ‚/u.test(text))))
      return { meant, encoding };
  }
  return undefined;
}

function undo(text: string, table: ReadonlyMap<number, number>): string | undefined {
  const bytes = Buffer.allocUnsafe(text.length);
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const byte = code < 0x80 ? code : table.get(code);
    if (byte === undefined) return undefined;
    bytes[index] = byte;
  }
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}
