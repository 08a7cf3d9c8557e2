import { describe, expect, it } from 'vitest';
import { compileExpression, namedColumns } from '../../src/mapping/evaluate.js';
import type { Expression } from '../../src/mapping/expression.js';
import { readHeader } from '../../src/mapping/header.js';

const COLUMNS = ['First', 'Last', 'Street', 'Country', 'Phone', 'Phone', 'Id'];
const CELLS = [' Ada ', 'Lovelace', 'Main St 1\nBack yard\nGate 3', 'Deutschland', '', '+49 30 1', '0012000000ABCDE'];

function evaluate(expression: Expression, cells: readonly string[] = CELLS): string | undefined {
  return compileExpression(expression, readHeader(COLUMNS))?.read(cells);
}

describe('an expression', () => {
  const cases: readonly (readonly [string, Expression, string | undefined])[] = [
    ['a column, as it stands', 'first', ' Ada '],
    ['the first column of a name', 'Phone', ''],
    ['the second column of a name', 'Phone#2', '+49 30 1'],
    ['a column that is missing', 'Fax', undefined],
    ['first-of: the first that is filled', { 'first-of': ['Phone', 'Phone#2'] }, '+49 30 1'],
    ['first-of: blank when all are', { 'first-of': ['Phone', 'Phone#1'] }, ''],
    ['first-of: without the columns that are missing', { 'first-of': ['Fax', 'Last'] }, 'Lovelace'],
    ['first-of: a constant as the last resort', { 'first-of': ['Phone', { constant: 'none' }] }, 'none'],
    ['first-of: nothing but missing columns', { 'first-of': ['Fax', 'Telex'] }, undefined],
    ['first-of: a constant alone is no column', { 'first-of': ['Fax', { constant: 'x' }] }, undefined],
    ['join: with a blank', { join: ['First', 'Last'] }, 'Ada Lovelace'],
    ['join: with another text', { join: ['Last', 'First'], with: ', ' }, 'Lovelace, Ada'],
    ['join: without what is blank', { join: ['Phone', 'Last', 'Phone'], with: '-' }, 'Lovelace'],
    ['join: without what is missing', { join: ['Fax', 'Last', 'First'] }, 'Lovelace Ada'],
    ['split: a part', { split: 'Street', by: '\n', part: 2 }, 'Back yard'],
    ['split: a part that is not there', { split: 'Street', by: '\n', part: 4 }, ''],
    ['split: the rest', { split: 'Street', by: '\n', part: 2, rest: true }, 'Back yard\nGate 3'],
    ['map: a listed value', { map: 'Country', values: { deutschland: 'DE' } }, 'DE'],
    ['map: an unlisted value stays', { map: 'Country', values: { France: 'FR' } }, 'Deutschland'],
    ['map: otherwise', { map: 'Country', values: { France: 'FR' }, otherwise: 'US' }, 'US'],
    ['map: a blank can be listed', { map: 'Phone', values: { '': 'none' } }, 'none'],
    ['constant', { constant: 'individual' }, 'individual'],
    ['lower', { lower: 'Last' }, 'lovelace'],
    ['upper', { upper: 'Last' }, 'LOVELACE'],
    ['pad-start: a number', { 'pad-start': 7, 'from': { constant: ' 4711 ' } }, '0004711'],
    ['pad-start: a number that is wide enough', { 'pad-start': 2, 'from': { constant: '4711' } }, '4711'],
    ['pad-start: another text', { 'pad-start': 20, 'from': 'Id' }, '0012000000ABCDE'],
    ['strip-zeros: a number', { 'strip-zeros': { constant: '0004711' } }, '4711'],
    ['strip-zeros: nothing but zeros', { 'strip-zeros': { constant: '000' } }, '0'],
    ['strip-zeros: another text', { 'strip-zeros': 'Id' }, '0012000000ABCDE'],
    ['remove', { remove: ' +', from: 'Phone#2' }, '49301'],
    ['e164: with its country', { e164: { constant: '030 / 123456' }, country: 'Country' }, '+4930123456'],
    ['e164: with a country code', { e164: { constant: '0049 30 123456' } }, '+4930123456'],
    ['e164: another text stays', { e164: 'Last', country: 'Country' }, 'Lovelace'],
    ['e164: blank', { e164: 'Phone', country: 'Country' }, ''],
    ['strip-prefix: there', { 'strip-prefix': '+49', 'from': 'Phone#2' }, ' 30 1'],
    ['strip-prefix: not there', { 'strip-prefix': '+1', 'from': 'Phone#2' }, '+49 30 1'],
    ['add-prefix', { 'add-prefix': 'contact-', 'from': 'Last' }, 'contact-Lovelace'],
    ['add-prefix: nothing before nothing', { 'add-prefix': 'contact-', 'from': 'Phone' }, ''],
    ['one inside another', { upper: { split: { join: ['First', 'Last'] }, by: ' ', part: 2 } }, 'LOVELACE'],
    ['of a missing column', { lower: 'Fax' }, undefined],
    ['salesforce-id', { 'salesforce-id': 'Id' }, '0012000000ABCDEAA5'],
  ];
  it.each(cases)('%s', (_, expression, value) => {
    expect(evaluate(expression)).toBe(value);
  });

  it('reads a missing cell as blank', () => {
    expect(evaluate('Last', ['Ada'])).toBe('');
    expect(evaluate({ join: ['First', 'Last'] }, ['Ada'])).toBe('Ada');
  });

  it('tells the first column that it reads, and nothing for a constant', () => {
    const header = readHeader(COLUMNS);
    expect(compileExpression({ 'first-of': ['Fax', { constant: 'x' }, 'last'] }, header)?.column).toBe('Last');
    expect(compileExpression({ constant: 'x' }, header)?.column).toBeNull();
  });

  it('names every column that it reads, in order', () => {
    const expression: Expression = {
      'first-of': [
        { join: ['a', { lower: 'b' }] },
        { split: { 'salesforce-id': 'c' }, by: ';', part: 1 },
        { map: { 'strip-prefix': 'x', 'from': { upper: 'd' } }, values: {} },
        { constant: 'y' },
        { 'add-prefix': 'z', 'from': 'e' },
      ],
    };
    expect(namedColumns(expression)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });
});

describe('an id of Salesforce', () => {
  const lengthen = (id: string): string | undefined =>
    compileExpression({ 'salesforce-id': 'Id' }, readHeader(['Id']))?.read([id]);

  it.each([
    ['001A0000006Vm9r', '001A0000006Vm9rIAC'],
    ['a0B1a00000ABCDE', 'a0B1a00000ABCDEEA5'],
    ['000000000000000', '000000000000000AAA'],
    ['ZZZZZZZZZZZZZZZ', 'ZZZZZZZZZZZZZZZ555'],
    [' 001A0000006Vm9r ', '001A0000006Vm9rIAC'],
  ])('%s is %s in its long form', (short, long) => {
    expect(lengthen(short)).toBe(long);
  });

  it.each([
    ['its long form', '001A0000006Vm9rIAC'],
    ['a number of another product', '12345'],
    ['a blank', ''],
  ])('leaves %s as it is', (_, text) => {
    expect(lengthen(text)).toBe(text);
  });

  it('keeps ids apart that differ in case alone', () => {
    const folded = (id: string): string => (lengthen(id) ?? '').toLowerCase();
    expect(folded('001a0000006vm9r')).not.toBe(folded('001A0000006Vm9r'));
  });
});
