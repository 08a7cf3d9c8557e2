/**
 * The same measure as `encoding-model.ts` for languages that have thousands of characters: how often each occurs is told
 * by the list of common ones, and by the part of its character set that it is in (sets are sorted by how usual their
 * characters are). Neighbours say nothing, but for Latin letters, which seldom touch these characters.
 */

import { encode } from 'iconv-lite';
import type { AsianLanguage } from './encoding-candidates.js';
import { isNoCharacter } from './encoding-model.js';
import type { TextScore } from './encoding-model.js';
import { COMMON_CHARACTERS } from './encoding-words.js';

/** Characters of a character set by the first byte of each, in the encoding that orders them so. */
interface Part {
  readonly encoding: 'euc-jp' | 'gbk' | 'big5' | 'euc-kr';
  readonly leads: readonly [first: number, last: number];
  readonly share: number;
  readonly size: number;
}

const PARTS: Readonly<Record<AsianLanguage, readonly Part[]>> = {
  japanese: [
    { encoding: 'euc-jp', leads: [0xb0, 0xcf], share: 0.2, size: 2965 },
    { encoding: 'euc-jp', leads: [0xd0, 0xf4], share: 0.01, size: 3390 },
  ],
  simplified: [
    { encoding: 'gbk', leads: [0xb0, 0xd7], share: 0.45, size: 3755 },
    { encoding: 'gbk', leads: [0xd8, 0xf7], share: 0.02, size: 3008 },
  ],
  traditional: [
    { encoding: 'big5', leads: [0xa4, 0xc6], share: 0.45, size: 5401 },
    { encoding: 'big5', leads: [0xc9, 0xf9], share: 0.02, size: 7652 },
  ],
  korean: [
    { encoding: 'euc-kr', leads: [0xb0, 0xc8], share: 0.4, size: 2350 },
    { encoding: 'euc-kr', leads: [0xca, 0xfd], share: 0.01, size: 4888 },
  ],
};
const COMMON_SHARE = 0.45;
const KANA_SHARE = 0.3;
const KANA_COUNT = 170;
const PUNCTUATION = Math.log(0.03 / 150);
const HALF_WIDTH = Math.log(0.005 / 63);
const RARE = Math.log(1e-7);
/** Of a character that lists hold every day. */
const AT_HOME_MIN = Math.log(1e-5);
const NO_CHARACTER = Math.log(1e-9);
const BESIDE_ASCII_LETTER = Math.log(0.1);

export function scoreAsianText(cells: readonly string[], language: AsianLanguage): TextScore {
  const common = new Set(Array.from(COMMON_CHARACTERS[language]).filter((character) => character.trim() !== ''));
  const known = new Map<string, number>();
  let logLikelihood = 0;
  let atHome = 0;
  let all = 0;
  for (const cell of cells) {
    const characters = Array.from(cell);
    for (const [at, character] of characters.entries()) {
      if (character < '\u0080') continue;
      const score = known.get(character) ?? scoreCharacter(character, language, common);
      known.set(character, score);
      all++;
      if (score > AT_HOME_MIN) atHome++;
      logLikelihood += score;
      for (const beside of [characters[at - 1], characters[at + 1]])
        if (beside !== undefined && /[a-z]/i.test(beside)) logLikelihood += BESIDE_ASCII_LETTER;
    }
  }
  return { logLikelihood, fit: all === 0 ? 1 : atHome / all };
}

function scoreCharacter(character: string, language: AsianLanguage, common: ReadonlySet<string>): number {
  if (isNoCharacter(character)) return NO_CHARACTER;
  if (common.has(character)) return Math.log(COMMON_SHARE / common.size);
  if (/^[\u3041-\u30ff]/.test(character)) return language === 'japanese' ? Math.log(KANA_SHARE / KANA_COUNT) : RARE;
  if (/^[\uff61-\uff9f]/.test(character)) return language === 'japanese' ? HALF_WIDTH : RARE;
  if (/^[\u3000-\u303f\uff01-\uff60]/.test(character)) return PUNCTUATION;
  for (const { encoding, leads, share, size } of PARTS[language]) {
    const bytes = encode(character, encoding);
    if (bytes.length !== 2 || bytes[1]! < (encoding === 'big5' ? 0x40 : 0xa1)) continue;
    if (bytes[0]! >= leads[0] && bytes[0]! <= leads[1]) return Math.log(share / size);
  }
  return RARE;
}
