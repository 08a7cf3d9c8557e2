/**
 * Currencies by ISO code, unambiguous symbol, or name, to the codes that the target has.
 *
 * `$`, `¥`, `kr`, `£`-likes of other countries: `$` is a dozen dollars and pesos, `¥` yen and renminbi, `kr` four crowns,
 * `Rs` six rupees. They are unknown, with the candidates in the hint: money in the wrong currency is worse than a reject.
 */

import { CURRENCIES } from '../data/currencies.js';
import { foldWords } from './fold.js';
import { remember, WordList } from './memory.js';
import { nearestWords } from './nearest.js';

const CODES: ReadonlySet<string> = new Set(CURRENCIES.map(([, code]) => code));

/** Compared in upper case without blanks and a dot at the end. */
const SYMBOLS: ReadonlyMap<string, string> = new Map([
  ['€', 'EUR'],
  ['£', 'GBP'],
  ['US$', 'USD'],
  ['$US', 'USD'],
  ['U.S.$', 'USD'],
  ['A$', 'AUD'],
  ['AU$', 'AUD'],
  ['C$', 'CAD'],
  ['CA$', 'CAD'],
  ['CAN$', 'CAD'],
  ['CDN$', 'CAD'],
  ['HK$', 'HKD'],
  ['NZ$', 'NZD'],
  ['S$', 'SGD'],
  ['NT$', 'TWD'],
  ['MX$', 'MXN'],
  ['R$', 'BRL'],
  ['JP¥', 'JPY'],
  ['CN¥', 'CNY'],
  ['RMB', 'CNY'],
  ['CNH', 'CNY'],
  ['円', 'JPY'],
  ['元', 'CNY'],
  ['₹', 'INR'],
  ['₽', 'RUB'],
  ['₩', 'KRW'],
  ['₪', 'ILS'],
  ['₺', 'TRY'],
  ['₴', 'UAH'],
  ['₫', 'VND'],
  ['₦', 'NGN'],
  ['₱', 'PHP'],
  ['฿', 'THB'],
  ['₸', 'KZT'],
  ['₾', 'GEL'],
  ['ZŁ', 'PLN'],
  ['KČ', 'CZK'],
  ['FT', 'HUF'],
  ['SFR', 'CHF'],
  ['STG', 'GBP'],
]);

const AMBIGUOUS: ReadonlyMap<string, readonly string[]> = new Map([
  ['$', ['USD', 'CAD', 'AUD', 'MXN']],
  ['¥', ['JPY', 'CNY']],
  ['￥', ['JPY', 'CNY']],
  ['KR', ['SEK', 'NOK', 'DKK', 'ISK']],
  ['RS', ['INR', 'PKR', 'LKR', 'NPR']],
  ['DOLLAR', ['USD', 'CAD', 'AUD']],
  ['DOLLARS', ['USD', 'CAD', 'AUD']],
  ['PESO', ['MXN', 'PHP', 'ARS', 'COP']],
  ['POUND', ['GBP', 'EGP', 'LBP']],
  ['KRONE', ['DKK', 'NOK']],
  ['KRONA', ['SEK', 'ISK']],
  ['FR', ['CHF', 'XOF', 'XPF']],
  ['FRANC', ['CHF', 'XOF', 'XPF']],
  ['RUPEE', ['INR', 'PKR', 'LKR', 'NPR']],
]);

/** Names that are in daily use and in no locale data. */
const FURTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  AED: ['UAE Dirham', 'Emirati Dirham'],
  CHF: ['Franken', 'Schweizer Franken', 'Swiss Francs', 'Franc suisse', 'Franco svizzero'],
  CNY: ['Renminbi', 'Chinese Yuan', 'Yuan', 'Yuan Renminbi', 'Chinese Yuan Renminbi'],
  CZK: ['Czech Crown'],
  DKK: ['Danish Crown', 'Danish Kroner'],
  EUR: ['Euros', 'Euro (€)', 'EU Euro'],
  GBP: [
    'Pound Sterling',
    'Pounds Sterling',
    'British Pound Sterling',
    'Sterling',
    'UK Pound',
    'GB Pound',
    'British Pounds',
  ],
  HRK: ['Kuna'],
  HUF: ['Forint'],
  ILS: ['New Israeli Shekel', 'Israeli New Shekel', 'NIS', 'Shekel'],
  INR: ['Indian Rupees'],
  JPY: ['Yen'],
  KRW: ['Korean Won'],
  NOK: ['Norwegian Krone', 'Norwegian Kroner', 'Norwegian Crown'],
  PLN: ['Zloty', 'Złoty', 'Polish New Zloty'],
  RON: ['Romanian Leu', 'Leu', 'New Romanian Leu'],
  RUB: ['Russian Rouble', 'Rouble', 'Ruble'],
  SEK: ['Swedish Crown', 'Swedish Kronor'],
  TRY: ['New Turkish Lira', 'Turkish Liras'],
  USD: ['U.S. Dollar', 'US Dollars', 'American Dollar', 'United States Dollar', 'Dollar US', 'US-Dollar'],
  VES: ['Bolivar'],
  ZAR: ['Rand'],
};

const LOCALES = 'en de fr es it nl pt pl cs sk hu ro bg el da sv nb fi hr sl et lv lt tr ru uk ja zh'.split(' ');

let names: WordList | undefined;

/** ISO 4217 code, upper case; `undefined` for a text that names no currency of the target, or more than one. */
export const currencyCode: (text: string) => string | undefined = remember((text) => {
  const sign = signOf(text);
  if (CODES.has(sign)) return sign;
  const bySymbol = SYMBOLS.get(sign);
  if (bySymbol !== undefined) return bySymbol;
  if (AMBIGUOUS.has(sign)) return undefined;
  names ??= listNames();
  return names.find(foldWords(text)) ?? findInParts(text);
});

/** `EUR - Euro`, `Euro (EUR)`, `EUR €`: a code of the target with words around it that do not name another one. */
function findInParts(text: string): string | undefined {
  const codes = new Set<string>();
  for (const part of text.split(/[\s\-–:()/,]+/u)) {
    const sign = signOf(part);
    const code = CODES.has(part) ? part : SYMBOLS.get(sign);
    // Letters alone may be a word (`FT`, `FR`), so only real codes and signs count inside a longer text.
    if (code !== undefined && (CODES.has(part) || /[^A-Z]/u.test(sign))) codes.add(code);
  }
  return codes.size === 1 ? [...codes][0] : undefined;
}

function signOf(text: string): string {
  return text.replace(/\s+/gu, '').replace(/\.$/u, '').toUpperCase();
}

function listNames(): WordList {
  const list = new WordList();
  for (const [, code, name] of CURRENCIES) list.add(foldWords(name), code);
  for (const [code, further] of Object.entries(FURTHER_NAMES)) {
    for (const name of further) list.add(foldWords(name), code);
  }
  for (const locale of LOCALES) {
    const display = new Intl.DisplayNames(locale, { type: 'currency', fallback: 'none' });
    for (const [, code] of CURRENCIES) {
      const name = display.of(code);
      if (name !== undefined) list.add(foldWords(name), code);
    }
  }
  return list;
}

/** For a hint: the currencies that the text may mean, best first. */
export const nearestCurrencies: (text: string) => readonly string[] = remember(
  (text) =>
    AMBIGUOUS.get(signOf(text)) ??
    nearestWords(
      foldWords(text),
      CURRENCIES.flatMap(([, code, name]) => [
        { folded: foldWords(name), shown: `${code} (${name})` },
        { folded: code.toLowerCase(), shown: `${code} (${name})` },
      ]),
    ),
);
