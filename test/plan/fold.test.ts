import { describe, expect, it } from 'vitest';

import { foldKey, foldText } from '../../src/plan/fold.js';

describe('foldKey', () => {
  it.each([
    ['letter case', 'C-100', 'c-100'],
    ['accents', 'Müller', 'muller'],
    ['accents, composed or not', 'e\u0301', '\u00e9'],
    ['trailing blanks', 'A1  ', 'A1'],
    ['a trailing no-break space', 'A1\u00a0', 'A1'],
    ['sharp s', 'Straße', 'STRASSE'],
    ['capital sharp s', 'STRAẞE', 'strasse'],
    ['the final sigma', 'ΟΔΟΣ', 'οδοσ'],
    ['the dotted capital I', 'İstanbul', 'istanbul'],
    ['full width forms', 'ＡＢ１', 'ab1'],
    ['ligatures', 'ﬁn', 'FIN'],
    ['zero width characters', 'a\u200bb\ufeff', 'ab'],
    ['control characters', 'a\u0000b\tc', 'abc'],
  ])('takes no notice of %s', (_, left, right) => {
    expect(foldKey(left)).toBe(foldKey(right));
  });

  it.each([
    ['other letters', 'A1', 'A2'],
    ['leading blanks', ' A1', 'A1'],
    ['blanks inside', 'A 1', 'A1'],
    ['punctuation', 'A-1', 'A1'],
    ['leading zeros', '0042', '42'],
    ['other scripts', 'Москва', 'Moskva'],
  ])('tells %s apart', (_, left, right) => {
    expect(foldKey(left)).not.toBe(foldKey(right));
  });

  it('gives the same key for its own key', () => {
    for (const text of ['Müller  ', 'ẞ', 'İ', 'ＡＢ\u00a0', 'ΟΔΟΣ', 'a\tb ', 'Ǆ', 'ŉ']) {
      expect(foldKey(foldKey(text))).toBe(foldKey(text));
    }
  });

  it('keeps blanks at the end where parts of a text are compared', () => {
    expect(foldText('Ab ')).toBe('ab ');
    expect(foldKey('Ab ')).toBe('ab');
  });
});
