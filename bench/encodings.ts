/**
 * Are files read in the encoding that they were written in? Lists of people of many languages, in each code page in which
 * such lists are met, read as a run reads them: each file is read right, refused, or read wrong. A wrong one is noted as a
 * guess like all others, but nobody has to look at the note, so it is what counts.
 */

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { encode } from 'iconv-lite';
import { SyncError } from '../src/errors.js';
import { WORDS } from '../src/source/encoding-words.js';
import { profileFile } from '../src/source/probe.js';
import { readRows } from '../src/source/read.js';
import { PEOPLE, PLAIN } from './encodings-lists.js';
import type { People } from './encodings-lists.js';
import type { Line } from './measure.js';

interface EncodingsBench {
  /** Files of each language, code page and size. */
  readonly rounds: number;
  readonly folder: string;
}

const SIZES = [5, 20, 100] as const;
/** In the second kind of list, one person in so many is of the language. */
const ONE_IN = 10;
const KINDS = ['all of the language', `1 in ${ONE_IN}, others English`] as const;

type Outcome = 'right' | 'refused' | 'wrong';

export async function benchEncodings(bench: EncodingsBench): Promise<readonly Line[]> {
  const byLanguage = new Tally();
  const bySize = new Tally();
  const misread = new Tally();
  for (const people of PEOPLE) {
    for (const encoding of people.encodings) {
      for (const [kind, kindName] of KINDS.entries()) {
        for (const size of SIZES) {
          for (let round = 0; round < bench.rounds; round++) {
            const rows = makeRows(people, size, kind === 1, round);
            const answer = await read(rows, encoding, path.join(bench.folder, `${size}-${round}.csv`));
            if (answer === null) continue;
            byLanguage.add(`${people.language}, ${encoding}`, answer.outcome);
            bySize.add(`${size} rows, ${kindName}`, answer.outcome);
            if (answer.outcome === 'wrong') misread.add(`${encoding} as ${answer.encoding}`, answer.outcome);
          }
        }
      }
    }
  }
  return [...bySize.lines('by size'), ...byLanguage.lines('by language'), ...misread.lines('read wrong')];
}

class Tally {
  readonly #counts = new Map<string, Record<Outcome, number>>();

  add(what: string, outcome: Outcome): void {
    const counts = this.#counts.get(what) ?? { right: 0, refused: 0, wrong: 0 };
    counts[outcome] += 1;
    this.#counts.set(what, counts);
  }

  lines(title: string): readonly Line[] {
    return [...this.#counts].map(([what, { right, refused, wrong }]) => {
      const files = right + refused + wrong;
      const share = (count: number): string => ((count / files) * 100).toFixed(1);
      const figures = { files, 'right %': share(right), 'refused %': share(refused), 'wrong %': share(wrong) };
      return { bench: `encodings: ${title}`, what, figures };
    });
  }
}

/** Null for a list that happens to hold nothing but ASCII. */
async function read(
  rows: readonly (readonly string[])[],
  encoding: string,
  file: string,
): Promise<{ readonly outcome: Outcome; readonly encoding: string } | null> {
  const text = [['Number', 'Name', 'City'], ...rows].map((cells) => `${cells.join(';')}\r\n`).join('');
  if (/^[ -~\r\n]*$/.test(text)) return null;
  await writeFile(file, encode(text, encoding));
  try {
    const profile = await profileFile(file);
    const found: string[] = [];
    for await (const batch of readRows(profile)) found.push(...batch.rows.map(({ cells }) => cells.join(';')));
    const isRight = found.join('\n') === rows.map((cells) => cells.join(';')).join('\n');
    return { outcome: isRight ? 'right' : 'wrong', encoding: profile.encoding };
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    return { outcome: 'refused', encoding: '' };
  }
}

/** The same for the same arguments. */
function makeRows(people: People, size: number, isRare: boolean, round: number): readonly (readonly string[])[] {
  const random = randomFrom(`${people.language} ${size} ${isRare} ${round}`);
  const pick = (words: readonly string[]): string => words[Math.floor(random() * words.length)] ?? '';
  const own = { names: unknown(people.names), places: unknown(people.places) };
  const plain = { names: PLAIN.names.split(' '), places: PLAIN.places.split(' ') };
  return Array.from({ length: size }, (_, at) => {
    const { names, places } = isRare && at % ONE_IN !== 0 ? plain : own;
    return [String(at + 1), `${pick(names)} ${pick(names)}`, pick(places)];
  });
}

const KNOWN: ReadonlySet<string> = new Set(Object.values(WORDS).flat());

function unknown(words: string): readonly string[] {
  return words.split(' ').filter((word) => !KNOWN.has(word.toLowerCase()));
}

/** 0 to 1, in the same order for the same seed: mulberry32. */
function randomFrom(seed: string): () => number {
  let state = 0;
  for (const character of seed) state = (Math.imul(state, 31) + (character.codePointAt(0) ?? 0)) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
