import { describe, expect, it } from 'vitest';
import { foldHeader, readHeader } from '../../src/mapping/header.js';

describe('header', () => {
  const header = readHeader(['Name', 'E-mail  Address', 'Phone', 'phone', 'PHONE ', '\u00a0City\ufeff']);

  it.each([
    ['a name in another case', 'NAME', 0],
    ['blanks collapsed', 'e-mail address', 1],
    ['the first of several without a number', 'Phone', 2],
    ['the first of several with its number', 'Phone#1', 2],
    ['the second of several', 'Phone#2', 3],
    ['the third of several', 'phone#3', 4],
    ['odd blanks and byte order marks ignored', 'City', 5],
    ['a number on a name that stands once', 'name#1', 0],
    ['a number that is too large', 'Phone#4', undefined],
    ['a number from 0', 'Phone#0', undefined],
    ['a name that is not there', 'Fax', undefined],
  ])('finds %s', (_, name, position) => {
    expect(header.find(name)).toBe(position);
  });

  it('finds a column whose own name ends in a number before a counted one', () => {
    const literal = readHeader(['Phone#1', 'Phone', 'Phone', 'Phone#2']);
    expect(literal.find('Phone#1')).toBe(0);
    expect(literal.find('Phone#2')).toBe(3);
    expect(literal.find('Phone')).toBe(1);
  });

  it('compares composed and decomposed letters as one', () => {
    expect(foldHeader('Stra\u00dfe')).toBe('stra\u00dfe');
    expect(readHeader(['Prénom']).find('Prénom'.normalize('NFD'))).toBe(0);
  });
});
