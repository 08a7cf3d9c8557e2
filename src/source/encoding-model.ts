/**
 * How likely a decoded text is, by its characters that ASCII lacks.
 *
 * Terms: a *model* says how often each such letter occurs in a kind of text, and beside which letters it stands. A
 * character's *likelihood* is how often it occurs, times how well it fits the letters on both sides; a capital inside of
 * a small word, a quotation mark between two letters, a character that does not exist make it small. The likelihoods of
 * all characters multiply, so that one text of much evidence and one of little are compared by the same measure.
 * Everything is a natural logarithm. Pure.
 */

import { WORDS } from './encoding-words.js';
import type { Language } from './encoding-words.js';

export interface TextScore {
  readonly logLikelihood: number;
  /** Share of the characters that are at home where they stand; 0 to 1. */
  readonly fit: number;
}

/** Neighbours that the words do not have count as if they had been seen so often in all. */
const UNSEEN_NEIGHBOURS = 4;
const EDGE_SHARE = 0.15;
const ASCII_SHARE = 0.03;
/** Latin letters beside Cyrillic ones and the like: `CafИ`. */
const FOREIGN_SHARE = 0.0003;
const ODD_SHARE = 0.01;
const LETTER_SHARE = 0.95;
const UNKNOWN_LETTER = Math.log(2e-5);
const UNKNOWN_SYMBOL = Math.log(2e-5);
const DRAWING = Math.log(1e-7);
const NO_CHARACTER = Math.log(1e-9);
const CAPITAL_INSIDE = Math.log(0.01);
const SMALL_AMONG_CAPITALS = Math.log(0.02);
const CAPITAL = Math.log(0.4);
/** `5 Ç` */
const ALONE = Math.log(0.15);
const BETWEEN_LETTERS = Math.log(0.002);
const BESIDE_LETTER = Math.log(0.05);
const KNOWN_WORD = 2;

/** Share of the characters that are no ASCII: what stands in lists besides letters. */
const SYMBOLS = new Map<string, number>(
  Object.entries({
    '\u00a0': 0.004,
    '’': 0.008,
    '–': 0.005,
    '“': 0.003,
    '”': 0.003,
    '„': 0.002,
    '€': 0.003,
    '§': 0.001,
    '°': 0.002,
    '®': 0.001,
    '©': 0.001,
    '™': 0.0005,
    '´': 0.001,
    '·': 0.0005,
    '«': 0.001,
    '»': 0.001,
    '…': 0.001,
    '‘': 0.001,
    '—': 0.001,
    '•': 0.0005,
    '£': 0.001,
    '²': 0.0005,
    '³': 0.0003,
    '½': 0.0003,
    'º': 0.002,
    'ª': 0.001,
    '№': 0.0005,
    '¿': 0.0003,
    '¡': 0.0003,
    '×': 0.0003,
    'µ': 0.0002,
    '±': 0.0002,
  }),
);
const JOINS_LETTERS = new Set('’·\u00a0');
const OPENS_A_WORD = new Set('“„«‘’¿¡»–—•…\u00a0');
const CLOSES_A_WORD = new Set('”“’‘»«™®©…–—ªº´°\u00a0');

interface Model {
  readonly latin: boolean;
  /** Natural logarithm of a letter's share. */
  readonly letters: ReadonlyMap<string, number>;
  readonly counts: ReadonlyMap<string, number>;
  /** By the pair, `_` for the edge of a word. */
  readonly before: ReadonlyMap<string, number>;
  readonly after: ReadonlyMap<string, number>;
  readonly words: ReadonlySet<string>;
}

const models = new Map<string, Model>();

function modelOf(languages: readonly Language[]): Model {
  const name = languages.join(' ');
  let model = models.get(name);
  if (model === undefined) models.set(name, (model = buildModel(languages.flatMap((language) => WORDS[language]))));
  return model;
}

function buildModel(words: readonly string[]): Model {
  const counts = new Map<string, number>();
  const before = new Map<string, number>();
  const after = new Map<string, number>();
  const add = (into: Map<string, number>, key: string): unknown => into.set(key, (into.get(key) ?? 0) + 1);
  let all = 0;
  for (const word of words) {
    for (let at = 0; at < word.length; at++) {
      const letter = word[at]!;
      if (letter < '\u0080' || !isLetter(letter)) continue;
      all++;
      add(counts, letter);
      add(before, neighbour(word[at - 1]) + letter);
      add(after, letter + neighbour(word[at + 1]));
    }
  }
  const letters = new Map([...counts].map(([letter, count]) => [letter, Math.log((count / all) * LETTER_SHARE)]));
  return {
    latin: /[a-z]{2}/.test(words.join(' ')),
    letters,
    counts,
    before,
    after,
    words: new Set(words.filter((word) => /[^ -~]/.test(word))),
  };
}

/** Letters and the marks that belong to them (Thai, Hebrew) alike. */
function isLetter(character: string | undefined): boolean {
  return character !== undefined && /^[\p{L}\p{M}]/u.test(character);
}

function neighbour(character: string | undefined): string {
  if (character === undefined) return '_';
  return isLetter(character) ? character : '_';
}

/** A character that is no ASCII between its neighbours, and how often it stands so. */
interface Place {
  readonly prior: string | undefined;
  readonly character: string;
  readonly next: string | undefined;
  count: number;
}

/** What is scored of a text. */
export interface TextParts {
  readonly places: Iterable<Place>;
  readonly words: ReadonlySet<string>;
}

export function partText(cells: readonly string[]): TextParts {
  const places = new Map<string, Place>();
  const words = new Set<string>();
  for (const cell of cells) {
    const characters = Array.from(cell);
    for (let at = 0; at < characters.length; at++) {
      const character = characters[at]!;
      if (character < '\u0080') continue;
      const [prior, next] = [characters[at - 1], characters[at + 1]];
      const key = `${prior ?? ''}\n${character}\n${next ?? ''}`;
      const place = places.get(key);
      if (place === undefined) places.set(key, { prior, character, next, count: 1 });
      else place.count++;
    }
    for (const [word] of cell.toLowerCase().matchAll(/[\p{L}\p{M}’-]{3,}/gu)) words.add(word);
  }
  return { places: [...places.values()], words };
}

/** Scores a text as one in these languages. */
export function scoreText({ places, words }: TextParts, languages: readonly Language[]): TextScore {
  const model = modelOf(languages);
  let logLikelihood = 0;
  let atHome = 0;
  let all = 0;
  for (const place of places) {
    const score = scorePlace(place, model);
    logLikelihood += score.logLikelihood * place.count;
    if (score.atHome) atHome += place.count;
    all += place.count;
  }
  for (const word of words) if (model.words.has(word)) logLikelihood += KNOWN_WORD;
  return { logLikelihood, fit: all === 0 ? 1 : atHome / all };
}

interface CharacterScore {
  readonly logLikelihood: number;
  readonly atHome: boolean;
}

function scorePlace(place: Place, model: Model): CharacterScore {
  const { prior, character, next } = place;
  if (isNoCharacter(character)) return { logLikelihood: NO_CHARACTER, atHome: false };
  return isLetter(character) && character !== 'ª' && character !== 'º'
    ? scoreLetter(place, model)
    : scoreSymbol(character, prior, next);
}

/** U+FFFD, control characters, what is not assigned, and private use: no text has them. */
export function isNoCharacter(character: string): boolean {
  return character === '\ufffd' || /^[\p{Cc}\p{Cn}\p{Co}\p{Cs}]/u.test(character);
}

function scoreLetter({ prior, character, next }: Place, model: Model): CharacterScore {
  const letter = character.toLowerCase();
  const known = model.letters.get(letter);
  const count = model.counts.get(letter) ?? 0;
  let score = known ?? UNKNOWN_LETTER;
  score += scoreNeighbour(prior, model, count, (other) => model.before.get(other + letter));
  score += scoreNeighbour(next, model, count, (other) => model.after.get(letter + other));
  if (!isLetter(prior) && !isLetter(next)) score += ALONE;
  let caseFits = true;
  if (isCapital(character)) {
    caseFits = !isSmall(prior);
    score += caseFits ? CAPITAL : CAPITAL_INSIDE;
  } else if (isSmall(character) && isCapital(prior) && isCapital(next)) {
    caseFits = false;
    score += SMALL_AMONG_CAPITALS;
  }
  return { logLikelihood: score, atHome: known !== undefined && caseFits };
}

function scoreNeighbour(
  character: string | undefined,
  model: Model,
  count: number,
  seenBeside: (other: string) => number | undefined,
): number {
  const other = neighbour(character?.toLowerCase());
  const seen = seenBeside(other) ?? 0;
  const isOdd = character !== undefined && character >= '\u0080' && !isLetter(character);
  let usual = other === '_' ? EDGE_SHARE : ASCII_SHARE;
  if (isOdd) usual = ODD_SHARE;
  let expected = usual;
  let weight = 1;
  if (other !== '_' && other >= '\u0080') {
    // Both letters score this pair.
    weight = 0.5;
    const share = model.letters.get(other);
    usual = Math.max(share === undefined ? 0 : Math.exp(share), 0.002);
    expected = share === undefined ? FOREIGN_SHARE : Math.exp(share);
  } else if (other !== '_' && !model.latin) expected = FOREIGN_SHARE;
  return weight * Math.log((seen + UNSEEN_NEIGHBOURS * expected) / (count + UNSEEN_NEIGHBOURS) / usual);
}

function isCapital(character: string | undefined): boolean {
  return character !== undefined && /^\p{Lu}/u.test(character);
}

function isSmall(character: string | undefined): boolean {
  return character !== undefined && /^\p{Ll}/u.test(character);
}

function scoreSymbol(symbol: string, prior: string | undefined, next: string | undefined): CharacterScore {
  const share = SYMBOLS.get(symbol);
  const isDrawing = symbol >= '\u2500' && symbol <= '\u25ff';
  let score = isDrawing ? DRAWING : UNKNOWN_SYMBOL;
  if (share !== undefined) score = Math.log(share);
  let place = 0;
  const [before, behind] = [isLetter(prior), isLetter(next)];
  if (before && behind) place = JOINS_LETTERS.has(symbol) ? 0 : BETWEEN_LETTERS;
  else if (behind) place = OPENS_A_WORD.has(symbol) ? 0 : BESIDE_LETTER;
  else if (before) place = CLOSES_A_WORD.has(symbol) ? 0 : BESIDE_LETTER;
  score += place;
  return { logLikelihood: score, atHome: share !== undefined && place === 0 };
}
