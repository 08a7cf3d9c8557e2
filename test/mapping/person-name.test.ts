/** A person's name from one column or two, as products export it. */

import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../src/mapping/evaluate.js';
import { readHeader } from '../../src/mapping/header.js';
import { personName } from '../../src/mapping/layouts/data/person-name.js';

const NAME = personName('First', 'Last', 'Whole');

function read(cells: Readonly<Record<string, string>>): readonly string[] {
  const header = readHeader(Object.keys(cells));
  return [NAME.first_name, NAME.last_name].map(
    (part) => compileExpression(part, header)?.read(Object.values(cells)) ?? '',
  );
}

describe('a name in one column or two', () => {
  it.each([
    [{ First: 'Ann', Last: 'de Boer', Whole: 'Ann de Boer' }, ['Ann', 'de Boer']],
    [{ First: '', Last: 'Boer', Whole: 'Boer' }, ['', 'Boer']],
    [{ First: 'Ann', Last: '', Whole: 'Ann' }, ['Ann', '']],
    [{ Whole: 'Ann de Boer' }, ['Ann', 'de Boer']],
    [{ Whole: 'Ann' }, ['Ann', '']],
    [{ First: '', Last: '', Whole: 'Ann Boer' }, ['Ann', 'Boer']],
    [{ Last: 'Boer', Whole: 'Ann Boer' }, ['', 'Boer']],
    [{ First: 'Ann', Last: 'Boer' }, ['Ann', 'Boer']],
    [{ Whole: '' }, ['', '']],
  ])('%j', (cells, name) => {
    expect(read(cells)).toEqual(name);
  });
});
