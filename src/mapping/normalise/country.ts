/**
 * Country names of any export, in any language that Unicode's locale data knows, to ISO 3166 codes.
 *
 * The order is: code, the target's own names with the hand-made list, then names in other languages. A name that two
 * countries share (in one language or across two) stands for neither: an unknown country is a reject, since the server
 * would store the company's own country in silence (FACTS.md [028]).
 */

import { COUNTRIES } from '../data/countries.js';
import { FURTHER_COUNTRY_NAMES } from '../data/country-names.js';
import { TRANSLATED_COUNTRY_NAMES } from '../data/country-translations.js';
import { foldWords } from './fold.js';
import { remember, WordList } from './memory.js';
import { nearestWords } from './nearest.js';

const NUMERIC_LENGTH = 3;

/** Alpha-2, alpha-3 and three-digit codes to alpha-2. */
const CODES: ReadonlyMap<string, string> = new Map(
  COUNTRIES.flatMap(([id, alpha2, alpha3]) => [
    [alpha2, alpha2],
    [alpha3, alpha2],
    [id.padStart(NUMERIC_LENGTH, '0'), alpha2],
  ]),
);

const LOCALES =
  'en de fr es it nl pt pt-PT pl cs sk hu ro bg el da sv nb fi et lv lt sl hr sr sr-Latn bs mk sq tr ru uk be ka az ar fa he ur hi bn ta te th lo km my vi id ms ja ko zh zh-Hant ca eu gl is ga af'.split(
    ' ',
  );

/** The countries with a short name in Unicode's data, such as `USA` and `Hong Kong`. */
const WITH_SHORT_NAME = ['GB', 'US', 'HK', 'MO', 'PS', 'MM', 'BA'];
/** Some languages call the one of them so and some the other. (`Congo` is the target's name of CG.) */
const NAMES_OF_BOTH_CONGOS = ['Kongo', 'Конго', 'Κονγκό'];

let ownNames: WordList | undefined;
let foreignNames: WordList | undefined;

/** ISO alpha-2 code, upper case; `undefined` for a text that names no country of the target, or more than one. */
export const countryCode: (text: string) => string | undefined = remember(findCode);

function findCode(text: string): string | undefined {
  const whole = findName(text);
  if (whole !== undefined) return whole;
  // `USA - Vereinigte Staaten von Amerika`, `Germany (DE)`, `D-`: every part that is there must say the same.
  const parts = text.split(/ [-–—:] |[-–—]\s*$|[/()|]/u).filter((part) => part.trim() !== '');
  if (parts.length === 0 || (parts.length === 1 && parts[0] === text)) return undefined;
  const codes = new Set(parts.map(findName));
  return codes.size === 1 ? [...codes][0] : undefined;
}

function findName(text: string): string | undefined {
  const code = CODES.get(text.trim().toUpperCase());
  if (code !== undefined) return code;
  const folded = foldWords(text);
  ownNames ??= listOwnNames();
  if (ownNames.has(folded)) return ownNames.find(folded);
  foreignNames ??= listForeignNames();
  return foreignNames.find(folded);
}

function listOwnNames(): WordList {
  const further = new WordList();
  for (const [code, names] of Object.entries(FURTHER_COUNTRY_NAMES)) {
    for (const name of names) further.add(foldWords(name), code);
  }
  const own = new WordList();
  for (const [, code, , name, fullName] of COUNTRIES) {
    for (const form of [name, fullName, ...otherForms(name)]) {
      const folded = foldWords(form);
      // The hand-made list decides what is ambiguous in the target's names: `Korea` is the southern one.
      if (!further.has(folded)) own.add(folded, code);
    }
  }
  return further.including(own);
}

/** `Korea, Republic of` is `Republic of Korea`, too; `Saint Martin (French part)` is `Saint Martin`. */
function otherForms(name: string): readonly string[] {
  const forms: string[] = [];
  const comma = name.indexOf(', ');
  if (comma > 0 && !name.includes(' and ')) forms.push(`${name.slice(comma + 2)} ${name.slice(0, comma)}`);
  if (comma > 0 && name.endsWith(' of')) forms.push(name.slice(0, comma));
  const bracket = name.indexOf(' (');
  if (bracket > 0) forms.push(name.slice(0, bracket));
  return forms;
}

/** Some ten thousand names, made once and only when a text is none of the codes and English names. */
function listForeignNames(): WordList {
  const names = new WordList();
  const seen = new Map<string, string>();
  const add = (name: string | undefined, code: string): void => {
    // Half of the languages share their spellings, and folding is what costs time.
    if (name === undefined || seen.get(name) === code) return;
    seen.set(name, code);
    names.add(foldWords(name), code);
  };
  for (const locale of LOCALES) {
    const long = new Intl.DisplayNames(locale, { type: 'region', fallback: 'none' });
    for (const [, code] of COUNTRIES) add(long.of(code), code);
    const short = new Intl.DisplayNames(locale, { type: 'region', style: 'short', fallback: 'none' });
    for (const code of WITH_SHORT_NAME) add(short.of(code), code);
  }
  for (const [code, translated] of Object.entries(TRANSLATED_COUNTRY_NAMES)) {
    for (const name of translated) add(name, code);
  }
  for (const name of NAMES_OF_BOTH_CONGOS) {
    names.add(foldWords(name), 'CG');
    names.add(foldWords(name), 'CD');
  }
  return names;
}

/** English names that look like the text, for a hint: at most three, best first. */
export const nearestCountries: (text: string) => readonly string[] = remember((text) =>
  nearestWords(
    foldWords(text),
    COUNTRIES.map(([, code, , name]) => ({ folded: foldWords(name), shown: `${name} (${code})` })),
  ),
);
