/** Keys of the file that would match in another shape. */

import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { writeExpression } from '../../src/job/expression-words.js';
import { expressionSchema } from '../../src/mapping/expression.js';
import { KeyShapes } from '../../src/plan/key-shapes.js';
import type { KeyShapeProposal } from '../../src/plan/key-shapes.js';

const NUMBERS = [4711, 12, 815, 90_210, 7, 33, 1024, 555];

function propose(
  records: readonly string[],
  clients: readonly string[],
  from: Parameters<KeyShapes['propose']>[0] = 'Account No',
): KeyShapeProposal | null {
  const shapes = new KeyShapes('id_number');
  for (const key of clients) shapes.noteClient(key);
  for (const key of records) shapes.noteRecord(key);
  return shapes.propose(from, writeExpression);
}

const plain = NUMBERS.map(String);
const padded = NUMBERS.map((number) => String(number).padStart(7, '0'));

describe('a proposal', () => {
  it.each([
    ['pads', plain, padded, '{ pad-start: 7, from: Account No }'],
    ['strips zeros', padded, plain, '{ strip-zeros: Account No }'],
    ['puts a prefix in front', plain, plain.map((key) => `K-${key}`), '{ add-prefix: K-, from: Account No }'],
    ['takes a prefix off', plain.map((key) => `K-${key}`), plain, '{ strip-prefix: K-, from: Account No }'],
    [
      'pads behind a new prefix',
      plain,
      padded.map((key) => `K-${key}`),
      '{ add-prefix: K-, from: { pad-start: 7, from: Account No } }',
    ],
    [
      'changes the prefix',
      plain.map((key) => `D${key}`),
      plain.map((key) => `K-${key}`),
      '{ add-prefix: K-, from: { strip-prefix: D, from: Account No } }',
    ],
    [
      'takes separators out',
      padded.map((key) => `${key.slice(0, 3)}.${key.slice(3)}`),
      padded,
      '{ remove: ".", from: Account No }',
    ],
  ])('%s', (_, records, clients, expression) => {
    const proposal = propose(records, clients);
    expect(proposal?.lines).toEqual(['columns:', `  id_number: ${expression}`]);
    expect(proposal).toMatchObject({ unmatched: 8, wouldMatch: 8, sampled: false });
    const job = parse(proposal?.lines.join('\n') ?? '') as { readonly columns: { readonly id_number: unknown } };
    expect(expressionSchema.safeParse(job.columns.id_number).success).toBe(true);
  });

  it('says how many would match, and shows one', () => {
    expect(propose([...plain, 'X-1', 'X-2'], padded)?.message).toBe(
      '8 of 10 keys that no client has in id_number would match padded with zeros to 7 digits: "4711" as "0004711".',
    );
  });

  it('goes around what the layout does already', () => {
    expect(propose(plain, padded, { 'first-of': ['Record ID', 'Yes'] })?.lines[1]).toBe(
      '  id_number: { pad-start: 7, from: { first-of: [Record ID, "Yes"] } }',
    );
  });

  it('is for the keys that match nothing: the others stay as they are', () => {
    expect(propose([...plain, '7654321'], [...padded, '7654321'])?.wouldMatch).toBe(8);
  });
});

describe('nothing is proposed', () => {
  it('when everything matches, or nothing is like anything', () => {
    expect(propose(plain, plain)).toBeNull();
    expect(propose(plain, ['A-1x', 'B-2x', 'C-3x'])).toBeNull();
  });

  it('for a few keys, or for a small part of both sides', () => {
    expect(propose(plain.slice(0, 4), padded.slice(0, 4))).toBeNull();
    const strangers = Array.from({ length: 20 }, (_, nth) => String(500_000 + nth));
    const others = Array.from({ length: 20 }, (_, nth) => `0${800_000 + nth}`);
    expect(propose([...plain, ...strangers], [...padded, ...others])).toBeNull();
  });

  it('when two keys would become one', () => {
    expect(propose([...plain, '0012'], padded)).toBeNull();
    expect(propose([...plain, '0004711'], padded)).toBeNull();
  });

  it('when a key that matches would change', () => {
    expect(propose([...plain, '99'], [...plain.map((key) => `K-${key}`), '99'])).toBeNull();
  });
});

describe('many keys', () => {
  it('are sampled on both sides alike', () => {
    const many = Array.from({ length: 100_000 }, (_, nth) => String(nth + 1));
    const proposal = propose(
      many,
      many.map((key) => key.padStart(8, '0')),
    );
    expect(proposal?.lines[1]).toBe('  id_number: { pad-start: 8, from: Account No }');
    expect(proposal?.sampled).toBe(true);
    expect(proposal?.wouldMatch).toBe(proposal?.unmatched);
    expect(proposal?.unmatched).toBeGreaterThan(5_000);
  });
});
