/** Words of lists: currencies, languages, yes and no, payment terms, industries, sizes, classifications. */

import { describe, expect, it } from 'vitest';
import { CURRENCIES } from '../../../src/mapping/data/currencies.js';
import { INDUSTRIES } from '../../../src/mapping/data/industries.js';
import { LANGUAGES } from '../../../src/mapping/data/languages.js';
import { SIZES } from '../../../src/mapping/data/sizes.js';
import { parseBoolean } from '../../../src/mapping/normalise/boolean.js';
import { classificationOf } from '../../../src/mapping/normalise/classification.js';
import { currencyCode, nearestCurrencies } from '../../../src/mapping/normalise/currency.js';
import { industryId } from '../../../src/mapping/normalise/industry.js';
import { languageCode } from '../../../src/mapping/normalise/language.js';
import { paymentDays } from '../../../src/mapping/normalise/payment-terms.js';
import { sizeId } from '../../../src/mapping/normalise/size.js';

describe('currencyCode', () => {
  it.each([
    ['EUR', 'EUR'],
    ['eur', 'EUR'],
    ['Euro', 'EUR'],
    ['Euros', 'EUR'],
    ['€', 'EUR'],
    ['£', 'GBP'],
    ['US$', 'USD'],
    ['CA$', 'CAD'],
    ['A$', 'AUD'],
    ['HK$', 'HKD'],
    ['R$', 'BRL'],
    ['zł', 'PLN'],
    ['Kč', 'CZK'],
    ['SFr.', 'CHF'],
    ['Schweizer Franken', 'CHF'],
    ['Swiss Franc', 'CHF'],
    ['livre sterling', 'GBP'],
    ['Pound Sterling', 'GBP'],
    ['US Dollar', 'USD'],
    ['US-Dollar', 'USD'],
    ['United States Dollar', 'USD'],
    ['EUR - Euro', 'EUR'],
    ['Euro (EUR)', 'EUR'],
    ['EUR €', 'EUR'],
    ['svensk krona', 'SEK'],
    ['人民币', 'CNY'],
  ])('reads %s', (text, code) => {
    expect(currencyCode(text)).toBe(code);
  });

  it.each(['', '$', '¥', 'kr', 'Rs.', 'Dollar', 'XXX', 'EURO PALLET', 'EUR / USD', 'DEM', 'all of it'])(
    'does not guess %j',
    (text) => {
      expect(currencyCode(text)).toBeUndefined();
    },
  );

  it('reads every code and name of the target', () => {
    expect(CURRENCIES.filter(([, code, name]) => currencyCode(code) !== code || currencyCode(name) !== code)).toEqual(
      [],
    );
  });

  it('names the candidates', () => {
    expect(nearestCurrencies('$')).toContain('USD');
    expect(nearestCurrencies('EURO.')).toEqual(['EUR (Euro)']);
    expect(nearestCurrencies('kr.')).toEqual(['SEK', 'NOK', 'DKK', 'ISK']);
  });
});

describe('languageCode', () => {
  it.each([
    ['de', 'de'],
    ['DE', 'de'],
    ['de_DE', 'de'],
    ['de-AT', 'de'],
    ['de_DE.UTF-8', 'de'],
    ['German', 'de'],
    ['Deutsch', 'de'],
    ['allemand', 'de'],
    ['English', 'en'],
    ['en_US', 'en'],
    ['en-GB', 'en_GB'],
    ['English (UK)', 'en_GB'],
    ['British English', 'en_GB'],
    ['fr_BE', 'fr'],
    ['fr-CA', 'fr_CA'],
    ['pt_BR', 'pt_BR'],
    ['Português (Brasil)', 'pt_BR'],
    ['es', 'es'],
    ['es_ES', 'es_ES'],
    ['es_MX', 'es'],
    ['nb', 'nb_NO'],
    ['no', 'nb_NO'],
    ['Norwegian', 'nb_NO'],
    ['tr', 'tr_TR'],
    ['Türkçe', 'tr_TR'],
    ['zh-Hant-TW', 'zh_TW'],
    ['sr-Latn-RS', 'sr'],
    ['iw', 'he'],
    ['русский', 'ru_RU'],
  ])('reads %s', (text, locale) => {
    expect(languageCode(text)).toBe(locale);
  });

  it.each(['', 'pt', 'pt_AO', 'Portuguese', 'zh', 'zh_CN', 'Chinese', 'xx', 'Klingon', '1'])(
    'does not guess %j',
    (text) => {
      expect(languageCode(text)).toBeUndefined();
    },
  );

  it('reads every locale and name of the target', () => {
    const missed = LANGUAGES.filter(
      ([, locale, name]) => languageCode(locale) !== locale || languageCode(name) !== locale,
    );
    expect(missed).toEqual([]);
  });
});

describe('parseBoolean', () => {
  it.each([
    [true, ['1', 'true', 'TRUE', 'True', 'yes', 'Y', 'Ja', 'oui', 'Sí', 'si', 'x', 'X', 'on', 'wahr', 'vrai', '1.0']],
    [false, ['0', 'false', 'FALSE', 'no', 'N', 'Nein', 'non', 'off', 'falsch', 'faux', '0.0']],
    [undefined, ['', '2', 'maybe', 'yesno', '-1']],
  ])('%s', (answer, texts) => {
    for (const text of texts) expect(parseBoolean(text), text).toBe(answer);
  });
});

describe('paymentDays', () => {
  it.each([
    ['30', '30'],
    ['030', '30'],
    ['30.0', '30'],
    ['Net 30', '30'],
    ['NET30', '30'],
    ['net-30', '30'],
    ['n/30', '30'],
    ['30 days', '30'],
    ['30 Tage netto', '30'],
    ['30 Tage', '30'],
    ['14 Tage', '14'],
    ['Zahlbar innerhalb 14 Tagen', undefined],
    ['innerhalb von 14 Tagen', '14'],
    ['30 jours', '30'],
    ['30 giorni', '30'],
    ['Net 30 days', '30'],
    ['Due on receipt', '0'],
    ['sofort', '0'],
    ['0', '0'],
    ['2/10 net 30', undefined],
    ['14 days after end of month', undefined],
    ['30 EOM', undefined],
    ['123456', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['', undefined],
  ])('reads %j as %j', (text, days) => {
    expect(paymentDays(text)).toBe(days);
  });
});

describe('industryId', () => {
  it.each([
    ['COMPUTER_SOFTWARE', '12'],
    ['Information Technology & Services', '12'],
    ['BANKING', '6'],
    ['Not For Profit', '22'],
    ['restaurant & catering', '33'],
    ['Construction', '32'],
    ['12', '12'],
    ['Underwater Basket Weaving', undefined],
    ['34', undefined],
    ['', undefined],
  ])('reads %j as %j', (text, id) => {
    expect(industryId(text)).toBe(id);
  });

  it('reads every name of the target as its own id', () => {
    expect(INDUSTRIES.filter(([id, name]) => industryId(name) !== id)).toEqual([]);
  });
});

describe('sizeId', () => {
  it.each([
    ['1', '1'],
    ['3', '1'],
    ['4', '2'],
    ['10', '2'],
    ['11', '3'],
    ['50', '3'],
    ['51', '4'],
    ['100', '4'],
    ['101', '5'],
    ['500', '5'],
    ['501', '6'],
    ['1,200', '6'],
    ['1.200', '6'],
    ['250.0', '5'],
    ['11-50', '3'],
    ['11 to 50 employees', '3'],
    ['201-500', '5'],
    ['501-1000', '6'],
    ['10,001+', '6'],
    ['> 500', '6'],
    ['51-200', undefined],
    ['1-10', undefined],
    ['50+', undefined],
    ['0', undefined],
    ['many', undefined],
    ['', undefined],
  ])('reads %j as %j', (text, id) => {
    expect(sizeId(text)).toBe(id);
  });

  it('reads the labels of the target, and its ids only when they are allowed', () => {
    expect(SIZES.filter(([id, name]) => sizeId(name) !== id || sizeId(id, { idsAllowed: true }) !== id)).toEqual([]);
    expect(sizeId('6', { idsAllowed: true })).toBe('6');
    expect(sizeId('6')).toBe('2');
    expect(sizeId('60', { idsAllowed: true })).toBe('4');
  });
});

describe('classificationOf', () => {
  it.each([
    ['individual', 'individual'],
    ['Person', 'individual'],
    ['Privat', 'individual'],
    ['particulier', 'individual'],
    ['Business', 'business'],
    ['Firma', 'company'],
    ['Société', 'company'],
    ['azienda', 'company'],
    ['bedrijf', 'company'],
    ['empresa', 'company'],
    ['Behörde', 'government'],
    ['Non-Profit', 'charity'],
    ['sonstiges', 'other'],
    ['GmbH', undefined],
    ['Reseller', undefined],
    ['', undefined],
  ])('reads %j as %j', (text, word) => {
    expect(classificationOf(text)).toBe(word);
  });
});
