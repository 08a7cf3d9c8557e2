/** Countries in every spelling that exports have; what two countries share is unknown. */

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { COUNTRIES } from '../../../src/mapping/data/countries.js';
import { countryCode, nearestCountries } from '../../../src/mapping/normalise/country.js';

describe('countryCode', () => {
  it.each([
    ['de', 'DE'],
    ['DEU', 'DE'],
    ['276', 'DE'],
    ['004', 'AF'],
    [' Germany ', 'DE'],
    ['GERMANY', 'DE'],
    ['Deutschland', 'DE'],
    ['BRD', 'DE'],
    ['D-', 'DE'],
    ['Federal Republic of Germany', 'DE'],
    ['Allemagne', 'DE'],
    ['Германия', 'DE'],
    ['ドイツ', 'DE'],
    ['Schweiz', 'CH'],
    ['Österreich', 'AT'],
    ['Oesterreich', 'AT'],
    ['UK', 'GB'],
    ['U.K.', 'GB'],
    ['England', 'GB'],
    ['Northern Ireland', 'GB'],
    ['USA', 'US'],
    ['U.S.A.', 'US'],
    ['U.S.', 'US'],
    ['the United States of America', 'US'],
    ['USA - Vereinigte Staaten von Amerika', 'US'],
    ['Germany (DE)', 'DE'],
    ['Holland', 'NL'],
    ['The Netherlands', 'NL'],
    ['Czechia', 'CZ'],
    ['Czech Republic', 'CZ'],
    ['Korea, Republic of', 'KR'],
    ['South Korea', 'KR'],
    ['North Korea', 'KP'],
    ['Russia', 'RU'],
    ['Vietnam', 'VN'],
    ['UAE', 'AE'],
    ['Macedonia', 'MK'],
    ['Ivory Coast', 'CI'],
    ["Côte d'Ivoire", 'CI'],
    ['Cote d’Ivoire', 'CI'],
    ['Burma', 'MM'],
    ['Swaziland', 'SZ'],
    ['Eswatini', 'SZ'],
    ['Cape Verde', 'CV'],
    ['Kyrgyz Republic', 'KG'],
    ['Slovak Republic', 'SK'],
    ['Libyan Arab Jamahiriya', 'LY'],
    ['Holy See', 'VA'],
    ['St. Lucia', 'LC'],
    ['NA', 'NA'],
    ['no', 'NO'],
    ['Türkiye', 'TR'],
    ['EL', 'GR'],
  ])('reads %s', (text, code) => {
    expect(countryCode(text)).toBe(code);
  });

  it.each([
    '',
    'XX',
    'California',
    '7',
    '27',
    'Kongo',
    'Virgin Islands',
    'Atlantis',
    'Germany - France',
    'X'.repeat(5_000),
  ])('does not guess %j', (text) => {
    expect(countryCode(text)).toBeUndefined();
  });

  it('reads every name of the target, in any case', () => {
    const missed = COUNTRIES.flatMap(([, code, alpha3, name, fullName]) =>
      [code, alpha3, name, fullName, fullName.toUpperCase(), name.toLowerCase()].filter(
        (text) => text !== '' && countryCode(text) !== code,
      ),
    );
    expect(missed).toEqual([]);
  });

  it('names the nearest countries', () => {
    expect(nearestCountries('Germny')).toEqual(['Germany (DE)']);
    expect(nearestCountries('Austri')).toContain('Austria (AT)');
    expect(nearestCountries('qqqqqq')).toEqual([]);
  });
});

const NAMES_FILE = new URL('../../../../shared/formats/lookups/country_names_i18n.tsv', import.meta.url);

/** Machine-made spellings that differ from Unicode's; some of them name another country (KH in `th` is Colombia). */
const UNREAD_LOCALES: ReadonlySet<string> = new Set(['km_KH', 'lo_LA', 'th']);

/** Translations that are wrong or open, by country: reading them would be a guess, or another country. */
const EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  // both Congos are called so; `Congo` alone is the target's English name of CG
  CG: ['Kongo', 'Kongó', 'Κονγκό', 'Конго', 'الكونغو', '剛果', 'Congo-Kinshasa'],
  CD: ['Kongo', 'Congo', '剛果人民共和國'],
  // both Virgin Islands
  VI: ['Jungferninseln', 'Παρθένοι Νήσοι', 'Виргинские острова', 'Panenské ostrovy'],
  // another country's name
  AI: ['Angola'],
  NE: ['Nigeria'],
  GQ: ['Γουινέα'],
  GY: ['Guyane'],
  LY: ['Liberien'],
  GF: ['Francúzska Guinea', '法屬幾內亞'],
  CZ: ['Čekoslovakija'],
  TZ: ['Ταζμανία'],
  VC: ['Γρεναδίνη'],
  // words that were translated instead of names, and names cut short
  AO: ['Angora'],
  BQ: ['Άγιος Ευστάθιος'],
  DM: ['Domenico', 'Dominik'],
  GL: ['الأرض الخضراء'],
  GS: ['Βόρεια Γεωργία'],
  HM: ['قلب الجزيرة وجزر ماكدونالز'],
  IM: ['Νησί του Πάσχα', 'Остров на Човекот'],
  IO: ['Βρετανική Ινδία', 'Indiska oceanen'],
  JE: ['Maglia'],
  MK: ['Σκόπια'],
  ML: ['Mal'],
  PM: ['Άγιος Πέτρος'],
  RE: ['جمع شمل'],
  ST: ['Άγιος Θωμάς'],
  TF: ['Γαλλικές Βόρειες περιοχές'],
  TR: ['ديك رومى'],
  UM: ['Νησιά Ηνωμένων Πολιτειών'],
  VA: ['Свето Море (Ватикан)', 'Vatikán hadam'],
};

describe.runIf(existsSync(NAMES_FILE))('the translations of the target', () => {
  it('are read as their country, but for the listed exceptions', () => {
    const [header = [], ...rows] = readFileSync(NAMES_FILE, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'));
    const missed: string[] = [];
    let read = 0;
    for (const row of rows) {
      const code = row[1] ?? '';
      for (const [at, name] of row.entries()) {
        if (at < 3 || name === '' || UNREAD_LOCALES.has(header[at] ?? '')) continue;
        if ((EXCEPTIONS[code] ?? []).includes(name)) continue;
        read += 1;
        const text = name.replaceAll('&#39;', "'");
        if (countryCode(text) !== code) missed.push(`${header[at]} ${code}: ${text} is ${countryCode(text)}`);
      }
    }
    expect(missed).toEqual([]);
    expect(read).toBeGreaterThan(9_000);
  });
});
