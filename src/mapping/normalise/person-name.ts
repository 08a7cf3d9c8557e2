/**
 * The name of a person that stands in one cell, taken apart into first and last name.
 *
 * Premise: a name without a comma begins with the first name; `Smith, John` does not. A title in front belongs to the
 * first name, what stands behind a name (`Jr.`, `PhD`) to the last. A German title at the end (`Müller Max Dr.`) is how
 * sorted lists are written, surname first: that is a guess, and said. What has the form of a company's name is no
 * person's. Capitals stay as they are.
 */

import { isCompanyName } from '../value-evidence-shapes.js';
import { tidyText } from './text.js';

export interface PersonName {
  readonly first: string;
  readonly last: string;
  /** Why it may be otherwise, and what to do; `null` where it is certain. */
  readonly doubt: string | null;
}

const TITLES: ReadonlySet<string> = new Set(
  (
    'dr dres prof professor mag ing dipl-ing dipl-kfm dipl-kffr dipl-inform dkfm univ-prof priv-doz pd ' +
    'herr frau fräulein familie hr fr mr mrs ms miss mx sir dame lady rev hon capt maître me mme mlle monsieur madame ' +
    'sr sra srta don doña dott dottssa sig sigra ir drs mevr dhr'
  ).split(' '),
);
/** Behind a surname, with a comma or without. */
const SUFFIXES: ReadonlySet<string> = new Set(
  'jr sr ii iii iv phd md dds esq cpa mba msc bsc llm llb ma ba rn pe jd obe mbe frcs'.split(' '),
);
/** Those that lists put behind a name which they sort by. */
const TITLES_AT_END: ReadonlySet<string> = new Set(
  'dr prof mag ing dipl-ing dipl-kfm dipl-kffr dkfm dott ir drs'.split(' '),
);
/** `García Márquez, Gabriel José`: no digit, no `&`, no `und`. */
const WORDS = /^\p{L}[\p{L}\p{M}'’.-]*(?: \p{L}[\p{L}\p{M}'’.-]*){0,3}$/u;
const JOINS = /(?:^| )(?:und|and|et|y|e|en|og|och|i) /iu;

const UNCLEAR =
  'Which part is the first name is not clear, so none is taken of it; write first and last name into columns of their own.';
const TURNED =
  'A title behind the name is how sorted lists are written, so its first word is taken for the surname; correct it where that is wrong.';

export function splitPersonName(text: string): PersonName {
  const name = tidyText(text);
  if (isCompanyName(name)) return { first: '', last: '', doubt: null };
  const parts = name.split(',').map((part) => part.trim().replaceAll(/\s+/gu, ' '));
  const [head = '', ...rest] = parts.filter((part) => part !== '');
  const behind = rest.filter((part) => !part.split(' ').every(isSuffix));
  const suffix = rest.filter((part) => !behind.includes(part));
  const [given, ...further] = behind;
  if (given === undefined) {
    const { first, last, doubt } = splitWords(head);
    return { first, last: [last, ...suffix].filter((part) => part !== '').join(', '), doubt };
  }
  if (further.length > 0 || ![head, given].every((part) => WORDS.test(part) && !JOINS.test(part)))
    return { first: '', last: '', doubt: UNCLEAR };
  return { first: given, last: [head, ...suffix].join(', '), doubt: null };
}

function splitWords(text: string): PersonName {
  const words = text.split(' ');
  const [surname = ''] = words;
  const end = words.findLastIndex((word) => !isTitleAtEnd(word)) + 1;
  if (end < words.length && end >= 2 && !isTitle(surname))
    return { first: [...words.slice(end), ...words.slice(1, end)].join(' '), last: surname, doubt: TURNED };
  const titles = words.findIndex((word) => !isTitle(word));
  // `Dr. Müller` has no first name but its title.
  const cut = titles > 0 && titles < words.length - 1 ? titles + 1 : Math.max(titles, 1);
  return { first: words.slice(0, cut).join(' '), last: words.slice(cut).join(' '), doubt: null };
}

const bare = (word: string): string => word.toLowerCase().replaceAll('.', '');
const isTitle = (word: string): boolean => TITLES.has(bare(word)) && (word.includes('.') || !SHORT.has(bare(word)));
/** Names as well, without their dot. */
const SHORT: ReadonlySet<string> = new Set(['don', 'me', 'mag', 'ing', 'ir', 'fr', 'hr', 'pd', 'hon', 'sig', 'rev']);
const isSuffix = (word: string): boolean => SUFFIXES.has(bare(word)) || TITLES_AT_END.has(bare(word));
const isTitleAtEnd = (word: string): boolean => TITLES_AT_END.has(bare(word)) && word.includes('.');
