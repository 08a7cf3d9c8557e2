/** Cleaning of text: what is damage goes, what a person wrote stays. */

import { describe, expect, it } from 'vitest';
import { cleanText, isPlaceholder, stripApostrophe, stripGuard } from '../../../src/mapping/normalise/cell.js';
import { isTidy, tidyLines, tidyText } from '../../../src/mapping/normalise/text.js';

describe('cleanText', () => {
  it.each([
    ['plain text', 'Acme Ltd', 'Acme Ltd'],
    ['blanks at the ends', '  Acme \t', 'Acme'],
    ['non-breaking, ideographic and zero-width marks at the ends', '\u00a0\u3000Acme\u200b\u2003', 'Acme'],
    ['a byte order mark at the start', '\ufeffName', 'Name'],
    ['direction marks around a copied phone number', '\u202a+49 30 12\u202c', '+49 30 12'],
    ['a non-breaking blank inside', 'Acme\u00a0Ltd', 'Acme Ltd'],
    ['a narrow non-breaking blank inside', '1\u202f000', '1 000'],
    ['a tab inside', 'a\tb', 'a b'],
    ['a zero-width space and a soft hyphen inside', 'Mül\u00adler\u200bstr.', 'Müllerstr.'],
    ['the joiners of an emoji', '👩\u200d💻 Ltd', '👩\u200d💻 Ltd'],
    ['an ideographic space in a Japanese name', '山田\u3000太郎', '山田\u3000太郎'],
    ['decomposed letters', 'Mu\u0308ller', 'Müller'],
    ['a NUL and other control characters', 'A\u0000c\u0007me\u0085', 'Acme'],
    ['line breaks of a one-line field', 'Street 1\r\nFloor 2\nRoom 3', 'Street 1, Floor 2, Room 3'],
    ['commas at line ends, once', 'Street 1,\n\n  Floor 2', 'Street 1, Floor 2'],
    ['line breaks at the ends', '\nStreet 1\n', 'Street 1'],
    ['the spreadsheet escape for a carriage return', 'Street 1_x000D_\nFloor 2', 'Street 1, Floor 2'],
    ['the spreadsheet escape alone, at the end', 'Street 1_x000D_', 'Street 1'],
    ['HTML line breaks', 'Street 1<br>Floor 2<BR />Room 3', 'Street 1, Floor 2, Room 3'],
    ['vertical tab, form feed and Unicode line separators', 'a\u000bb\u000cc\u2028d\u2029e', 'a, b, c, d, e'],
    ['a lone surrogate, which no JSON reader accepts', 'a\ud800b', 'a\ufffdb'],
    ['several blanks inside, which somebody may have meant', 'a  b', 'a  b'],
    ['other HTML, which is not its business', 'a <b>b</b>', 'a <b>b</b>'],
    ['underscores', 'snake_case_xyz _x0041_', 'snake_case_xyz _x0041_'],
    ['nothing', '', ''],
    ['only blanks', ' \u00a0\u200b ', ''],
  ])('%s', (_, raw, clean) => {
    expect(cleanText(raw)).toBe(clean);
  });

  it('blanks only the placeholders that cannot be a name', () => {
    const blank = [
      'n/a',
      'N/A',
      '#N/A',
      '#REF!',
      '#NAME?',
      'NULL',
      'NaN',
      'undefined',
      '[object Object]',
      '-',
      '--',
      '*None',
    ];
    for (const text of [...blank, '0000-00-00', '000000000000000AAA', ' – ']) expect(cleanText(text), text).toBe('');
    const kept = [
      'None',
      'none',
      'Null',
      'nil',
      'NA',
      'na',
      'Nan',
      'Unknown',
      '.',
      '0',
      '0/0/00',
      'Nullmeyer',
      '-5',
      'N/A GmbH',
    ];
    for (const text of kept) expect(cleanText(text), text).toBe(text);
  });
});

describe('isPlaceholder', () => {
  it('knows the long list for fields that hold a value', () => {
    const blank = [
      'none',
      'None',
      'null',
      'nil',
      'N/A',
      'nan',
      '.',
      '-',
      '#Ref!',
      '0/0/00',
      '0000-00-00',
      '000000000000000AAA',
    ];
    for (const text of blank) expect(isPlaceholder(text), text).toBe(true);
    for (const text of ['NA', 'unknown', '0', 'no', '', 'nonesuch']) expect(isPlaceholder(text), text).toBe(false);
  });
});

describe('stripGuard and stripApostrophe', () => {
  it.each([
    ['="001"', '001'],
    ['="say ""hi"""', 'say "hi"'],
    ['=""', ''],
    ['=SUM(A1)', '=SUM(A1)'],
    ['="a"&"b"x', '="a"&"b"x'],
    ["'001", "'001"],
    ['001', '001'],
  ])('takes the guard off %s', (raw, clean) => {
    expect(stripGuard(raw)).toBe(clean);
  });

  it('takes one apostrophe off, and only at the start', () => {
    expect(stripApostrophe("'7210448301122")).toBe('7210448301122');
    expect(stripApostrophe("''s")).toBe("'s");
    expect(stripApostrophe("O'Hara'")).toBe("O'Hara'");
  });
});

describe('tidyLines', () => {
  it('keeps line breaks, all in one form', () => {
    expect(tidyLines(' a\r\nb\rc_x000D_\nd<br/>e \n')).toBe('a\nb\nc\nd\ne');
    expect(tidyText(' a\r\nb ')).toBe('a, b');
  });

  it('is quick with many blanks inside', () => {
    const blanks = ' '.repeat(200_000);
    expect(tidyText(`a${blanks}\n,${blanks}b\u00a0`)).toMatch(/^a, , +b$/u);
  });
});

describe('isTidy', () => {
  it('is true only for text that cleaning would give back', () => {
    const texts = [
      'Acme',
      'Müller & Söhne',
      'a_b',
      'a > b',
      'a=b',
      'x_X',
      ' a',
      'a ',
      '=1',
      'a<b',
      'a_xb',
      'a\u00a0b',
      '山',
      'e\u0301',
    ];
    for (const text of texts) {
      if (isTidy(text)) expect(stripGuard(tidyText(text))).toBe(text);
    }
    expect(texts.filter(isTidy)).toEqual(['Acme', 'Müller & Söhne', 'a_b', 'a > b', 'a=b']);
  });
});
