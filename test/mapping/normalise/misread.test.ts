import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMisread } from '../../../src/mapping/normalise/misread.js';

describe('texts that were read in another encoding', () => {
  it.each(['M³ller', 'M¸ller', 'Mьller', 'K”ln', 'Èâàíîâ', 'GrŸn', 'MĂĽller', 'aüöäüb'])('%s is one', (text) => {
    expect(isMisread(text)).toBe(true);
  });

  it.each([
    'Müller',
    'Œuvre',
    'Österreich-Überlingen',
    'Łódź',
    'Иванов',
    'Ζωγράφου',
    'Noël Ñandú',
    'Straße 5 ½',
    '日本',
  ])('%s is none', (text) => {
    expect(isMisread(text)).toBe(false);
  });

  it('letters that need no look are judged as by looking', () => {
    const letters = 'abMÄÖÜäöüßéÿñÀÞ÷×- 1.'.split('');
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...letters), maxLength: 12 }), (text) => {
        // The last letter is one that makes all patterns be tried, and fits none of them.
        expect(isMisread(text)).toBe(isMisread(`${text}) ő`));
      }),
      { numRuns: 3000 },
    );
  });
});
