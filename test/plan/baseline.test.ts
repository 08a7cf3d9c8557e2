import { describe, expect, it } from 'vitest';
import { baselineOf, hashText } from '../../src/plan/baseline.js';
import { aRecord, wants } from '../support/clients.js';

describe('a baseline', () => {
  it('holds what the record says, in one order of fields', () => {
    const record = aRecord({
      client: { city: '', id_number: 'C-1', name: 'Acme' },
      contacts: [{ email: 'a@a.de', send_email: 'false', first_name: 'Ada' }, wants('Bob')],
    });
    const mixed = aRecord({
      client: { name: 'Acme', city: '', id_number: 'C-1' },
      contacts: [{ first_name: 'Ada', email: 'a@a.de', send_email: 'false' }, wants('Bob')],
    });
    expect(baselineOf(record)).toEqual({ client: record.client, contacts: record.contacts });
    expect(JSON.stringify(baselineOf(record))).toBe(JSON.stringify(baselineOf(mixed)));
  });

  it('tells a blank field from one that the record leaves alone', () => {
    expect(baselineOf(aRecord({ client: { city: '' } })).client).toEqual({ city: '' });
    expect(baselineOf(aRecord({ client: {} })).client).toEqual({});
  });
});

describe('the hash of a text', () => {
  it('is the same in every version of this program, and never 0', () => {
    expect(['', 'a', 'Zoë', '\u{1F600}'].map(hashText)).toEqual([1_436_499_462, 222_320_858, 568_646_322, 893_571_604]);
  });

  it('is a whole number from 1 to 2^31 that differs where one letter does', () => {
    const texts = Array.from({ length: 20_000 }, (_, n) =>
      JSON.stringify({ client: { phone: String(n) }, contacts: [] }),
    );
    const hashes = texts.map(hashText);
    expect(new Set(hashes).size).toBe(texts.length);
    expect(hashes.every((hash) => Number.isInteger(hash) && hash >= 1 && hash <= 2 ** 31)).toBe(true);
    // Both halves of the range are used alike.
    const low = hashes.filter((hash) => hash <= 2 ** 30).length;
    expect(Math.abs(low / hashes.length - 0.5)).toBeLessThan(0.02);
  });
});
