/** Whatever a cell holds, normalising twice gives what normalising once gave, and the result can be sent. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLIENT_FIELDS, CONTACT_FIELDS } from '../../src/mapping/fields.js';
import type { FieldRule } from '../../src/mapping/fields.js';
import { cleanText, normaliseName, normaliserFor } from '../../src/mapping/normalise/cell.js';
import type { Normalised } from '../../src/mapping/normalise/cell.js';
import { splitEmails } from '../../src/mapping/normalise/email.js';
import { stripTags } from '../../src/mapping/normalise/html.js';

/** Pieces that the normalisers look for, put together in any order with any other text. */
const PIECE = fc.constantFrom(
  '="',
  '"',
  '""',
  "'",
  '<b>',
  '</b>',
  '<',
  '>',
  '<!--',
  '-->',
  '<br',
  '<br>',
  '</sc',
  '<?',
  '_x000D_',
  '_x',
  '00d_',
  ' ',
  '\n',
  '\r\n',
  '\t',
  ',',
  ';',
  '|',
  ':::',
  '.',
  '@',
  '-',
  '--',
  '/',
  '=',
  '+',
  '(',
  ')',
  '\u00a0',
  '\u00ad',
  '\u200b',
  '\u200d',
  '\u202a',
  '\ufeff',
  '\u3000',
  '\u0000',
  '\u0085',
  '\ud83d',
  '\ude00',
  '😀',
  'u',
  '\u0308',
  'ü',
  'e\u0301',
  '\u1100\u1161',
  '\u2126',
  'n/a',
  'NULL',
  'none',
  '*None',
  '0000-00-00',
  'N/A',
  'mailto:',
  'max@x.de',
  '/o=',
  'http://',
  'Germany',
  'DE',
  'EUR',
  '$',
  'Net ',
  '30',
  '.0',
  ',0',
  ',000',
  '7',
  '\ufffd',
  '\\n',
  '#REF!',
  '(at)',
  'Feb',
  'E+18',
  '4.87',
  'yes',
  'x',
);
const CELL = fc.oneof(
  fc.array(PIECE, { maxLength: 12 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.tuple(PIECE, fc.integer({ min: 180, max: 260 })).map(([piece, times]) => piece.repeat(times)),
  fc.tuple(fc.array(PIECE, { maxLength: 6 }), fc.nat(200)).map(([pieces, pad]) => 'x'.repeat(pad) + pieces.join('')),
);

const valueOf = (normalised: Normalised): string => (typeof normalised === 'string' ? normalised : normalised.value);

const RULES: readonly (readonly [string, FieldRule])[] = [
  ...Object.entries(CLIENT_FIELDS),
  ...Object.entries(CONTACT_FIELDS),
];
const ONE_OF_EACH_RULE = new Map(RULES.map((entry) => [`${entry[1].kind} ${entry[1].lengthMax}`, entry[1]]));

describe.each([...ONE_OF_EACH_RULE])('%s', (_, rule) => {
  it.each([{}, { stripTags: true }])('normalises its own output to itself, with %j', (options) => {
    // A size id is a number of employees to the size normaliser; only the one for the target's own export reads ids.
    const normalise = normaliserFor(rule, { ...options, sizeIds: true });
    fc.assert(
      fc.property(CELL, (cell) => {
        const value = valueOf(normalise(cell));
        expect(valueOf(normalise(value))).toBe(value);
        expect(value.isWellFormed()).toBe(true);
        expect(value).toBe(value.trim().normalize('NFC'));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('text', () => {
  it('cleaned, split or stripped twice is as once', () => {
    fc.assert(
      fc.property(CELL, (cell) => {
        const text = cleanText(cell);
        expect(cleanText(text)).toBe(text);
        expect(Array.from(text).every((char) => char >= ' ')).toBe(true);
        const addresses = splitEmails(cell);
        expect(addresses.flatMap(splitEmails)).toEqual(addresses);
        const name = valueOf(normaliseName(cell));
        expect(stripTags(name)).toBe(name);
      }),
      { numRuns: 5_000 },
    );
  });
});
