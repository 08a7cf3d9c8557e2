/** A person's whole name taken apart. */

import { describe, expect, it } from 'vitest';
import { splitPersonName } from '../../../src/mapping/normalise/person-name.js';

const split = (text: string): readonly string[] => {
  const { first, last, doubt } = splitPersonName(text);
  return doubt === null ? [first, last] : [first, last, 'doubt'];
};

describe('a name in one cell', () => {
  it.each<[string, readonly string[]]>([
    ['Ada Lovelace', ['Ada', 'Lovelace']],
    ['Ada', ['Ada', '']],
    ['', ['', '']],
    ['  Ann\u00a0 de Boer ', ['Ann', 'de Boer']],
    ['JOHN SMITH', ['JOHN', 'SMITH']],
    ['Smith, John', ['John', 'Smith']],
    ['Smith,John', ['John', 'Smith']],
    ['SMITH, JOHN A.', ['JOHN A.', 'SMITH']],
    ["O'Neill-Brown, Mary Ann", ['Mary Ann', "O'Neill-Brown"]],
    ['García Márquez, Gabriel José', ['Gabriel José', 'García Márquez']],
    ['van den Berg, Jan', ['Jan', 'van den Berg']],
    ['Smith, John,', ['John', 'Smith']],
    ['Smith, John, Jr.', ['John', 'Smith, Jr.']],
    ['John Smith, PhD', ['John', 'Smith, PhD']],
    ['John Smith Jr.', ['John', 'Smith Jr.']],
    ['Dr. Max Müller', ['Dr. Max', 'Müller']],
    ['Herr Prof. Dr. Max von Müller', ['Herr Prof. Dr. Max', 'von Müller']],
    ['Dr. Müller', ['Dr.', 'Müller']],
    ['Don Carlos', ['Don', 'Carlos']],
    ['Mag Ruffman', ['Mag', 'Ruffman']],
    ['Ing Li', ['Ing', 'Li']],
    ['[clear]', ['[clear]', '']],
  ])('%j', (text, name) => {
    expect(split(text)).toEqual(name);
  });

  it.each(['Acme, Inc.', 'Hofladen GmbH', 'Müller, Meier & Partner GmbH', 'Prairie Sky, LLC'])(
    '%j is the name of a company',
    (text) => {
      expect(split(text)).toEqual(['', '']);
    },
  );

  it('with a title behind it is taken apart surname first, and that is said', () => {
    expect(split('Müller Max Dr.')).toEqual(['Dr. Max', 'Müller', 'doubt']);
    expect(split('Müller Max Prof. Dr.')).toEqual(['Prof. Dr. Max', 'Müller', 'doubt']);
  });

  it.each([
    'Müller, Meier & Partner',
    'Smith, John, Mary',
    'Müller und Sohn, Max',
    'Raum 12, Haus 3',
    'Wood, Iron and Steel',
  ])('%j is not taken apart, and that is said', (text) => {
    expect(split(text)).toEqual(['', '', 'doubt']);
  });
});
