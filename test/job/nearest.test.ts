import { describe, expect, it } from 'vitest';
import { nearestWord } from '../../src/job/nearest.js';

const WORDS = ['archive', 'delete', 'keep', 'columns', 'contacts', 'country_code', 'policy', 'clear-token'];

describe('nearestWord', () => {
  it.each([
    ['archve', 'archive', 'a missing letter'],
    ['delte', 'delete', 'a missing letter in a short word'],
    ['polciy', 'policy', 'two letters swapped'],
    ['Columns', 'columns', 'another case'],
    ['clear_token', 'clear-token', 'an underscore for a dash'],
    ['clear token', 'clear-token', 'a blank for a dash'],
    ['country', 'country_code', 'the beginning of one candidate'],
    ['token', 'clear-token', 'the end of one candidate'],
    ['kepp', 'keep', 'a wrong letter'],
  ])('takes %s for %s: %s', (word, expected) => {
    expect(nearestWord(word, WORDS)).toBe(expected);
  });

  it.each([
    ['', 'nothing'],
    ['x', 'one letter'],
    ['zzzzzz', 'a word near to none'],
    ['arc', 'too few letters for that many slips'],
    ['a'.repeat(10_000), 'a text that is no word'],
  ])('suggests nothing for %j: %s', (word) => {
    expect(nearestWord(word, WORDS)).toBeUndefined();
  });

  it('prefers the nearest, and among equally near ones the first', () => {
    expect(nearestWord('hubspot-company', ['hubspot-contacts', 'hubspot-companies'])).toBe('hubspot-companies');
    expect(nearestWord('custom_value9', ['custom_value1', 'custom_value2'])).toBe('custom_value1');
  });

  it('does not choose between two that begin with the word', () => {
    expect(nearestWord('hubspot', ['hubspot-contacts', 'hubspot-companies'])).toBeUndefined();
    expect(nearestWord('hubspot', ['hubspot-contacts', 'xero-contacts'])).toBe('hubspot-contacts');
  });

  it('finds nothing among no candidates', () => {
    expect(nearestWord('archive', [])).toBeUndefined();
  });
});
