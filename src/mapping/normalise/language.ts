/**
 * Languages by locale or name, to the locales of the target (`de`, `en_GB`, `pt_BR` …).
 *
 * A region that the target does not have falls back to the language (`de_AT` is `de`, `en_US` is `en`). A language that
 * the target has only with regions is taken when there is one (`tr` is `tr_TR`) and unknown when there are two (`pt`).
 */

import { LANGUAGES } from '../data/languages.js';
import { foldWords } from './fold.js';
import { remember, WordList } from './memory.js';

const LOCALES: ReadonlyMap<string, string> = new Map(LANGUAGES.map(([, locale]) => [locale.toLowerCase(), locale]));
const BY_LANGUAGE = new WordList();
for (const [, locale] of LANGUAGES) BY_LANGUAGE.add(locale.split('_')[0] ?? locale, locale);

/** Codes of one language that stand for another's locale, old codes, and scripts. `zh` alone is mostly Simplified. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['no', 'nb_NO'],
  ['nn', 'nb_NO'],
  ['iw', 'he'],
  ['en_uk', 'en_GB'],
  ['zh_hant', 'zh_TW'],
  ['zh_hk', 'zh_TW'],
  ['zh_mo', 'zh_TW'],
]);
const WITHOUT_BASE: ReadonlySet<string> = new Set(['zh']);

const FURTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  en: ['English', 'English (US)', 'US English', 'English (United States)', 'Englisch', 'Anglais', 'Inglés', 'Inglese'],
  en_GB: ['English (UK)', 'UK English', 'English - UK', 'Englisch (UK)', 'English (Great Britain)'],
  fr_CA: ['Canadian French', 'Français canadien'],
  nb_NO: ['Norwegian Bokmal', 'Norsk', 'Bokmål'],
  pt_BR: ['Brazilian', 'Brazilian Portuguese', 'Portuguese (BR)'],
  zh_TW: ['Traditional Chinese', 'Chinese (Traditional)', 'Chinese (Taiwan)', '繁體中文'],
};

/** Names of languages are read in these languages, and each language in itself. */
const NAMING_LOCALES = 'en de fr es it nl pt pl cs sk hu ro da sv nb fi tr hr sl el ru'.split(' ');

let names: WordList | undefined;

/** The target's locale; `undefined` for a language that it does not have, or a text that names two. */
export const languageCode: (text: string) => string | undefined = remember((text) => {
  const tag = text.trim().replace(/\..*$/u, '').replaceAll('-', '_').toLowerCase();
  if (/^[a-z]{2,3}(?:_[a-z0-9]+)*$/u.test(tag)) {
    const found = findLocale(tag);
    if (found !== undefined) return found;
  }
  names ??= listNames();
  return names.find(foldWords(text));
});

function findLocale(tag: string): string | undefined {
  const exact = LOCALES.get(tag) ?? ALIASES.get(tag);
  if (exact !== undefined) return exact;
  const [language = '', second = '', ...rest] = tag.split('_');
  // `zh_Hant_HK`: without the script, then without the region.
  const closer =
    rest.length > 0 ? (findLocale(`${language}_${rest.join('_')}`) ?? findLocale(`${language}_${second}`)) : undefined;
  if (closer !== undefined) return closer;
  if (WITHOUT_BASE.has(language)) return undefined;
  return LOCALES.get(language) ?? ALIASES.get(language) ?? BY_LANGUAGE.find(language);
}

function listNames(): WordList {
  const list = new WordList();
  for (const [, locale, name] of LANGUAGES) list.add(foldWords(name), locale);
  for (const [locale, further] of Object.entries(FURTHER_NAMES)) {
    for (const name of further) list.add(foldWords(name), locale);
  }
  const tags = LANGUAGES.map(([, locale]) => locale.replaceAll('_', '-'));
  for (const naming of new Set([...NAMING_LOCALES, ...tags])) {
    for (const languageDisplay of ['dialect', 'standard'] as const) {
      const display = new Intl.DisplayNames(naming, { type: 'language', languageDisplay, fallback: 'none' });
      for (const [, locale] of LANGUAGES) addNames(list, display, locale);
    }
  }
  return list;
}

function addNames(list: WordList, display: Intl.DisplayNames, locale: string): void {
  const tag = locale.replaceAll('_', '-');
  const language = tag.split('-')[0] ?? tag;
  const name = display.of(tag);
  if (name !== undefined) list.add(foldWords(name), locale);
  // `Türkisch` means the target's only Turkish; `Chinesisch` and `Portugiesisch` are open.
  const only = WITHOUT_BASE.has(language) ? undefined : (LOCALES.get(language) ?? BY_LANGUAGE.find(language));
  const base = display.of(language);
  if (base !== undefined && only !== undefined) list.add(foldWords(base), only);
}
