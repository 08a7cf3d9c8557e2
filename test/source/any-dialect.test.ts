/**
 * Any table, written in any dialect, is read back as it was, or refused: rows may be rejected, none may be different.
 */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SyncError } from '../../src/errors.js';
import { readAll } from './write.js';

const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 150);

const HEADERS = [
  ['Name', 'Email', 'City', 'Phone', 'Note', 'Zip'],
  ['Kunde', 'Ort', 'Betrag', 'Bemerkung', 'Seit', 'Status'],
  ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta'],
];

const cell = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('Acme', 'Foo Ltd', 'Bonn', 'Köln', 'x', 'Müller GmbH', 'Jo Ann Doe', '') },
  { weight: 3, arbitrary: fc.constantFrom('a@x.de', '+49 30 1234', '10115', '1,5', '2.500,00', '2026-05-01', '12:30') },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'Müller, Hans',
      'a; b',
      'x|y',
      'x\ty',
      "O'Hara",
      "'t Hooft",
      '5" pipe',
      'say "hi"',
      'C:\\dir\\',
      '\\',
      'one\ntwo',
      'one\r\ntwo',
      ' blank ',
      '1 Road, Bonn, DE',
      'a;b;c',
      'inch "',
    ),
  },
);

interface Dialect {
  readonly delimiter: string;
  readonly quote: '"' | "'";
  readonly all: boolean;
  readonly escape: 'double' | 'backslash';
  readonly lineEnd: string;
}

const dialect: fc.Arbitrary<Dialect> = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t', '|'),
  quote: fc.constantFrom<'"' | "'">('"', '"', "'"),
  all: fc.boolean(),
  escape: fc.constantFrom<'double' | 'backslash'>('double', 'double', 'backslash'),
  lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
});

const preamble = fc.constantFrom(
  '',
  'Customer list\n\n',
  'Customer list, all of them\nAs of May 1, 2026\n\n',
  'sep=DELIMITER\n',
  '\ufeff',
);
const footer = fc.constantFrom('', '\n', '\nMy report\nCopyright (c) 2000-2026 Acme\n');

function format(cells: readonly string[], { delimiter, quote, all, escape }: Dialect): string {
  return cells
    .map((text) => {
      const isPlain = !all && !text.includes(delimiter) && !/[\r\n]/.test(text) && !text.includes(quote);
      if (isPlain) return text;
      if (escape === 'double') return quote + text.replaceAll(quote, quote + quote) + quote;
      return (
        quote + text.replaceAll(/[\\"']/g, (mark) => (mark === '\\' || mark === quote ? `\\${mark}` : mark)) + quote
      );
    })
    .join(delimiter);
}

const table = fc
  .record({ width: fc.integer({ min: 2, max: 6 }), names: fc.constantFrom(...HEADERS) })
  .chain(({ width, names }) =>
    fc.record({
      header: fc.constant(names.slice(0, width)),
      rows: fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 12 }),
    }),
  );

const unify = (text: string): string => text.replaceAll(/\r\n?/g, '\n');

describe('any table in any dialect', () => {
  it('is read back equal, or refused', async () => {
    let equal = 0;
    await fc.assert(
      fc.asyncProperty(table, dialect, preamble, footer, async ({ header, rows }, form, above, below) => {
        // Two backslashes alone are a path of a network as likely as an escaped one: only an escaped quote tells.
        fc.pre(form.escape === 'double' || rows.flat().some((text) => text.includes(form.quote)));
        // Lines that end with CR come from programs that never write LF.
        fc.pre(form.lineEnd !== '\r' || !rows.flat().some((text) => text.includes('\r\n')));
        const lines = [header, ...rows].map((cells) => format(cells, form));
        const text =
          above.replace('DELIMITER', form.delimiter).replaceAll('\n', form.lineEnd) +
          lines.map((line) => line + form.lineEnd).join('') +
          below.replaceAll('\n', form.lineEnd);
        const result = await readAll(text).catch((error: unknown) => {
          expect(error).toBeInstanceOf(SyncError);
          return null;
        });
        if (result === null) return;
        const written = rows.map((cells) => cells.map(unify).join(' ¦ '));
        const read = result.rows.map((row) => row.cells.map(unify).join(' ¦ '));
        if (result.broken.length === 0) {
          expect(result.profile.columns).toEqual(header);
          expect(read).toEqual(written);
          equal++;
        } else {
          // Rejected rows stop nothing from being right: what is read was written, in that order.
          let at = 0;
          for (const row of read) {
            at = written.indexOf(row, at) + 1;
            expect(at, row).toBeGreaterThan(0);
          }
        }
      }),
      { numRuns: RUNS },
    );
    expect(equal).toBeGreaterThan(RUNS * 0.8);
  });
});
