/** One cell by the kind of its field: clean value, warning with a value, or reject. */

import { describe, expect, it } from 'vitest';
import { CLIENT_FIELDS, CONTACT_FIELDS } from '../../../src/mapping/fields.js';
import { normaliseName, normaliserFor } from '../../../src/mapping/normalise/cell.js';

const city = normaliserFor(CLIENT_FIELDS.city);
const notes = normaliserFor(CLIENT_FIELDS.private_notes);
const key = normaliserFor(CLIENT_FIELDS.id_number);
const phone = normaliserFor(CLIENT_FIELDS.phone);
const url = normaliserFor(CLIENT_FIELDS.website);
const lastName = normaliserFor(CONTACT_FIELDS.last_name);

describe('text', () => {
  it('is cleaned, freed of a guard, and blank for a placeholder', () => {
    expect(city(' Berlin\u00a0')).toBe('Berlin');
    expect(normaliserFor(CLIENT_FIELDS.postal_code)('="06652"')).toBe('06652');
    expect(city('=" n/a "')).toBe('');
    expect(city('-')).toBe('');
    expect(lastName('None')).toBe('None');
    expect(lastName('Null')).toBe('Null');
    expect(city('=SUM(A1)')).toBe('=SUM(A1)');
  });

  it('is cut at the length that the server keeps, counted in characters and not in units', () => {
    expect(city('ü'.repeat(191))).toBe('ü'.repeat(191));
    expect(city('😀'.repeat(191))).toBe('😀'.repeat(191));
    expect(city('x'.repeat(250))).toEqual({
      severity: 'warning',
      code: 'text-cut',
      value: 'x'.repeat(191),
      hint: 'The text has 250 characters and Invoice Ninja keeps 191; the end is cut off.',
    });
    expect(city('😀'.repeat(192))).toMatchObject({ code: 'text-cut', value: '😀'.repeat(191) });
    expect(city(`${'x'.repeat(190)} y`)).toMatchObject({ code: 'text-cut', value: 'x'.repeat(190) });
  });

  it('keeps HTML, but for the name, where the server would take it out', () => {
    expect(city('a <b>c</b>')).toBe('a <b>c</b>');
    expect(normaliseName('Full <b>Bold</b>')).toMatchObject({
      severity: 'warning',
      code: 'html-removed',
      value: 'Full Bold',
    });
    expect(normaliseName('<b>-</b>')).toMatchObject({ code: 'html-removed', value: '' });
    expect(normaliseName('a < b')).toBe('a < b');
    expect(normaliseName('Acme &amp; Co')).toBe('Acme &amp; Co');
    expect(normaliserFor(CLIENT_FIELDS.address1, { stripTags: true })('<i>x</i>')).toMatchObject({ value: 'x' });
  });
});

describe('notes', () => {
  it('keep their lines', () => {
    expect(notes(' a\r\n\r\nb\rc<br>d ')).toBe('a\n\nb\nc\nd');
    expect(notes('n/a')).toBe('');
  });

  it('hold what the server makes of a closing script tag', () => {
    expect(notes('<script>x</script>')).toBe('<script>x<-ript>');
  });

  it('lose their tags where a product exports HTML', () => {
    expect(normaliserFor(CLIENT_FIELDS.private_notes, { stripTags: true })('<p>a</p><p><b>b</b><br>c</p>')).toBe(
      'a\nb\nc',
    );
  });

  it('are cut at bytes, never inside a character', () => {
    expect(notes('x'.repeat(65_535))).toBe('x'.repeat(65_535));
    expect(notes('x'.repeat(70_000))).toMatchObject({ code: 'text-cut', value: 'x'.repeat(65_535) });
    expect(notes('€'.repeat(21_846))).toMatchObject({ code: 'text-cut', value: '€'.repeat(21_845) });
    expect(notes(`x${'😀'.repeat(16_384)}`)).toMatchObject({ code: 'text-cut', value: `x${'😀'.repeat(16_383)}` });
  });
});

describe('key', () => {
  it.each([
    ['007', '007'],
    ['="007"', '007'],
    ['\u3000C-1\u00a0', 'C-1'],
    ['N/A', ''],
    ['none', ''],
    ['000000000000000AAA', ''],
    ['NA', ''],
    [' na ', ''],
    ['NaN', ''],
    ['NA-1', 'NA-1'],
    ['1E5', '1E5'],
    ['12E-4', '12E-4'],
    ['1.5', '1.5'],
    ['A1.0', 'A1.0'],
    ["'007", '007'],
    ["'007'", "'007'"],
    ['MAR-12', 'MAR-12'],
    ['12.345', '12.345'],
  ])('%j is %j', (raw, clean) => {
    expect(key(raw)).toBe(clean);
  });

  it.each(['4.87688E+18', '2,52002E+18', '7.21045e+12', '1E+18', '4.9E10'])(
    'refuses %s, whose digits are lost',
    (raw) => {
      expect(key(raw)).toMatchObject({
        severity: 'reject',
        code: 'damaged-key',
        hint: expect.stringContaining('original export'),
      });
    },
  );

  it('takes the decimal tail off a whole number, with a warning', () => {
    expect(key('123.0')).toMatchObject({ severity: 'warning', code: 'number-guard-removed', value: '123' });
    expect(key('123,00')).toMatchObject({ code: 'number-guard-removed', value: '123' });
    expect(key('123.000')).toBe('123.000');
  });

  it('takes the marks between thousands out, where they cannot be its own', () => {
    expect(key('1,234,567')).toMatchObject({ code: 'number-guard-removed', value: '1234567' });
    expect(key('1\u00a0234')).toMatchObject({ code: 'number-guard-removed', value: '1234' });
    expect(key('1\u2009234')).toMatchObject({ code: 'number-guard-removed', value: '1234' });
    expect(key('1 234')).toBe('1 234');
    expect(key('1.234.567')).toMatchObject({ code: 'number-format', value: '1.234.567' });
  });

  it.each([
    '01.Feb',
    '1-Feb',
    'Mär 45',
    'mar-12',
    'févr-45',
    '01.02.2024',
    '2024-02-01 00:00:00',
    '#NAME?',
    'K\ufffd-1',
  ])('refuses %s, which was something else', (raw) => {
    expect(key(raw)).toMatchObject({ severity: 'reject', code: 'damaged-key' });
  });

  it('knows no marks that nobody sees', () => {
    expect(key('1\u200b2\u200e3\u202c')).toBe('123');
  });

  it('is never cut', () => {
    expect(key('x'.repeat(191))).toBe('x'.repeat(191));
    expect(key('x'.repeat(192))).toMatchObject({ severity: 'reject', code: 'key-too-long', value: '' });
  });
});

describe('phone and web address', () => {
  it.each([
    ['+49 (0)30 / 12 34-0', '+49 (0)30 / 12 34-0'],
    ['tel:+49 30 1234', '+49 30 1234'],
    ["'+49 30 1234", '+49 30 1234'],
    ['="0049301234"', '0049301234'],
    ['\u202a+49 30 1234\u202c', '+49 30 1234'],
    ['030 12\n0170 34', '030 12, 0170 34'],
    ['1.0', '1.0'],
    ['none', ''],
    ['NA', ''],
  ])('the phone %j is %j', (raw, clean) => {
    expect(phone(raw)).toBe(clean);
  });

  it('a phone that is a decimal number is a whole one again, with a warning', () => {
    expect(phone('4930123456.0')).toMatchObject({ code: 'number-guard-removed', value: '4930123456' });
  });

  it('a phone whose digits are lost is left alone', () => {
    expect(phone('01.Feb')).toMatchObject({ severity: 'warning', code: 'date-in-cell', value: '' });
    expect(phone('4.93E+10')).toMatchObject({ severity: 'warning', code: 'number-guard-removed', value: '' });
    expect(phone('1'.repeat(256))).toMatchObject({ code: 'text-cut', value: '1'.repeat(255) });
  });

  it('a web address stays as it is written', () => {
    expect(url(' www.Example.com/A ')).toBe('www.Example.com/A');
    expect(url('http://')).toBe('');
    expect(url(`https://x.de/${'a'.repeat(200)}`)).toMatchObject({ code: 'text-cut' });
  });
});

describe('lists', () => {
  const cases = [
    ['country_code', ' germany ', 'DE'],
    ['country_code', 'N/A', ''],
    ['country_code', 'NA', 'NA'],
    ['settings.currency_code', 'Euro', 'EUR'],
    ['settings.language_code', 'de_AT', 'de'],
    ['settings.payment_terms', 'Net 30', '30'],
    ['is_tax_exempt', 'Ja', 'true'],
    ['is_tax_exempt', '0', 'false'],
    ['is_tax_exempt', '', ''],
    ['industry_id', 'Banking', '6'],
    ['size_id', '4 - 10', '2'],
    ['size_id', '5', '2'],
    ['classification', 'Firma', 'company'],
  ] as const;
  it.each(cases)('%s: %j is %j', (field, raw, clean) => {
    expect(normaliserFor(CLIENT_FIELDS[field])(raw)).toBe(clean);
  });

  const problems = [
    ['country_code', 'Germny', 'reject', 'unknown-country'],
    ['settings.currency_code', '$', 'reject', 'unknown-currency'],
    ['is_tax_exempt', 'maybe', 'reject', 'invalid-boolean'],
    ['settings.language_code', 'Klingon', 'warning', 'unknown-language'],
    ['settings.payment_terms', '2/10 net 30', 'warning', 'invalid-payment-terms'],
    ['industry_id', 'Basket weaving', 'warning', 'unknown-industry'],
    ['size_id', '51-200', 'warning', 'unknown-size'],
    ['classification', 'Reseller', 'warning', 'unknown-classification'],
  ] as const;
  it.each(problems)('%s: %j is a %s, %s', (field, raw, severity, code) => {
    expect(normaliserFor(CLIENT_FIELDS[field])(raw)).toMatchObject({ severity, code, value: '' });
  });

  it('names candidates in the hint', () => {
    expect(normaliserFor(CLIENT_FIELDS.country_code)('Germny')).toHaveProperty(
      'hint',
      expect.stringContaining('Germany (DE)'),
    );
    expect(normaliserFor(CLIENT_FIELDS['settings.currency_code'])('$')).toHaveProperty(
      'hint',
      expect.stringContaining('USD, CAD'),
    );
  });

  it('takes a size for an id only where the export holds ids', () => {
    expect(normaliserFor(CLIENT_FIELDS.size_id, { sizeIds: true })('5')).toBe('5');
  });

  it('an e-mail is one address', () => {
    expect(normaliserFor(CONTACT_FIELDS.email)(' <max@example.com> ')).toBe('max@example.com');
    expect(normaliserFor(CONTACT_FIELDS.email)('max')).toMatchObject({ severity: 'reject', code: 'invalid-email' });
  });
});
