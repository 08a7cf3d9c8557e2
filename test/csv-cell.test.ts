/** Cells that a spreadsheet cannot run, and that are read again as they were. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guardCell, unguardCell } from '../src/csv-cell.js';
import { PROPERTY_RUNS, PROPERTY_SEED } from './support/property.js';

/** Text that is more likely than other text to begin like a formula, or like a guarded one. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom("'", '"', ' ', '=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠', '\u00a0', 'a', '1'),
    )
    .map((signs) => signs.join('')),
);

describe('guardCell', () => {
  it.each([
    '=1+1',
    '+49 30 1',
    '-5',
    '@cmd',
    '\tx',
    '\rx',
    ' =1',
    '"=1"',
    "'=1",
    '\ufeff=1',
    '\u0000=1',
    '\u200b@x',
    '＝1+1',
    '＋1',
    '－1',
    '＠x',
  ])('puts an apostrophe before %j', (text) => {
    expect(guardCell(text)).toBe(`'${text}`);
  });

  it.each(['', 'a=b', "'s-Hertogenbosch", "O'Hara", '"Acme"', '1-2', ' x', 'müller@x.de'])('leaves %j', (text) => {
    expect(guardCell(text)).toBe(text);
    expect(unguardCell(text)).toBe(text);
  });

  it('leaves nothing that begins like a formula, and is undone exactly', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const cell = guardCell(text);
        expect(cell).not.toMatch(/^[\s"]*[=+\-@\t\r＝＋－＠]/u);
        expect(unguardCell(cell)).toBe(text);
      }),
      { numRuns: PROPERTY_RUNS * 10, seed: PROPERTY_SEED },
    );
  });
});
