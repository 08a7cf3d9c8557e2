import { describe, expect, it } from 'vitest';
import type { ContactValues } from '../../src/mapping/record.js';
import type { Contact } from '../../src/plan/client.js';
import { mergeContacts } from '../../src/plan/contacts.js';
import type { ContactPolicy, MergedContacts, PushedContacts } from '../../src/plan/contacts.js';
import { aBlankContact, aContact, wants } from '../support/clients.js';

const MERGE: ContactPolicy = { contacts: 'merge', complete: true };
const MIRROR: ContactPolicy = { contacts: 'mirror', complete: true };

const ada = aContact('ada', { first_name: 'Ada', last_name: 'Byron', email: 'ada@a.de', is_primary: true });
const bob = aContact('bob', { first_name: 'Bob', email: 'bob@a.de', phone: '5' });

function merge(
  held: readonly Contact[],
  wanted: readonly ContactValues[],
  policy = MERGE,
  pushed: PushedContacts | null = null,
): MergedContacts {
  const merged = mergeContacts(held, wanted, policy, pushed);
  if (!('changes' in merged)) throw new Error(`not merged: ${JSON.stringify(merged)}`);
  return merged;
}

/** `keep ada; change bob: phone; add Cy` in the order of the list. */
const told = ({ changes }: MergedContacts): string =>
  changes
    .map(({ kind, id, label, fields }) => {
      const what = kind === 'change' ? `: ${fields.map(({ field }) => field).join(', ')}` : '';
      return `${kind} ${id ?? label}${what}`;
    })
    .join('; ');

describe('what somebody made of the pushed contacts', () => {
  type Way = readonly [
    name: string,
    held: readonly Contact[],
    then: readonly ContactValues[],
    now: readonly ContactValues[],
    policy: ContactPolicy,
    source: string,
    target: string,
  ];
  const marks = ({ changes }: MergedContacts): readonly string[] =>
    changes.flatMap(({ label, fields }) =>
      fields.flatMap(({ field, then }) => (then === undefined ? [] : [`${label} ${field} ${then}`])),
    );
  const edits = ({ kept }: MergedContacts): readonly string[] =>
    kept.map(({ field, contact, then, source, target }) => `${contact} ${field}: ${then} → ${source} | ${target}`);

  const wasAda = wants('Ada Byron <ada@a.de>', { phone: '1' });
  const wasBob = wants('Bob <bob@a.de>', { phone: '5' });
  const adaWith = (values: Partial<Contact>): Contact => ({ ...ada, phone: '1', ...values });
  const cy = aContact('cy', { first_name: 'Cy', email: 'cy@a.de' });

  it.each<Way>([
    ['a field', [adaWith({ phone: '9' })], [wasAda], [wasAda], MERGE, 'change ada: phone', 'keep ada'],
    [
      'one field of two that differ',
      [adaWith({ phone: '9' })],
      [wasAda],
      [wants('Ada King <ada@a.de>', { phone: '1' })],
      MERGE,
      'change ada: last_name, phone',
      'change ada: last_name',
    ],
    [
      'the address, found by name',
      [adaWith({ email: 'new@a.de' })],
      [wasAda],
      [wasAda],
      MERGE,
      'change ada: email',
      'keep ada',
    ],
    [
      'everything, of a contact that was blanked',
      [aBlankContact()],
      [wants('<ada@a.de>')],
      [wants('<ada@a.de>')],
      MERGE,
      'change blank: email',
      'keep blank',
    ],
    [
      'a field of one of two namesakes, whose address is new in the file',
      [adaWith({ phone: '9' })],
      [wasAda, wants('Ada Byron <other@a.de>', { phone: '2' })],
      [wants('Ada Byron <new@a.de>', { phone: '1' })],
      MERGE,
      'change ada: email, phone',
      'change ada: email',
    ],
    ['somebody was removed', [ada], [wants('<ada@a.de>'), wasBob], [wasBob], MERGE, 'keep ada; add Bob', 'keep ada'],
    [
      'somebody was added under a mirror',
      [adaWith({}), cy],
      [wasAda],
      [wasAda],
      MIRROR,
      'keep ada; remove cy',
      'keep ada; keep cy',
    ],
    [
      'a namesake was added under a mirror',
      [adaWith({}), aContact('two', { first_name: 'Ada', last_name: 'Byron', email: 'two@a.de' })],
      [wasAda],
      [wasAda],
      MIRROR,
      'keep ada; remove two',
      'keep ada; keep two',
    ],
    [
      'who is primary',
      [
        { ...bob, is_primary: true },
        { ...ada, is_primary: false },
      ],
      [wants('<ada@a.de>', { is_primary: 'true' }), wants('<bob@a.de>', { is_primary: 'false' })],
      [wants('<ada@a.de>', { is_primary: 'true' }), wants('<bob@a.de>', { is_primary: 'false' })],
      MERGE,
      'change ada: is_primary; change bob: is_primary',
      'keep bob; keep ada',
    ],
    [
      'who receives e-mail',
      [ada, bob],
      [wants('<bob@a.de>', { send_email: 'false' })],
      [wants('<bob@a.de>', { send_email: 'false' })],
      MERGE,
      'keep ada; change bob: send_email',
      'keep ada; keep bob',
    ],
  ])('is marked, kept or refused: %s', (_, held, then, now, policy, source, target) => {
    const asked = (winner: PushedContacts['winner']): PushedContacts => ({ contacts: then, winner });
    const [overwritten, left] = [merge(held, now, policy, asked('source')), merge(held, now, policy, asked('target'))];
    expect(told(overwritten)).toBe(source);
    expect(marks(overwritten).length).toBe(1);
    expect(told(left)).toBe(target);
    expect(edits(left).length).toBe(1);
    expect(marks(left)).toEqual([]);
    expect(mergeContacts(held, now, policy, asked('reject'))).toEqual({ edited: left.kept });
    // The same without what was pushed: nothing is known, so nothing is an edit.
    expect(told(merge(held, now, policy))).toBe(source);
    expect(marks(merge(held, now, policy))).toEqual([]);
  });

  it.each<readonly [string, readonly Contact[], readonly ContactValues[], readonly ContactValues[], ContactPolicy]>([
    ['the file has a new phone number', [adaWith({})], [wasAda], [{ ...wasAda, phone: '2' }], MERGE],
    ['the file has a new address', [adaWith({})], [wasAda], [{ ...wasAda, email: 'new@a.de' }], MERGE],
    ['the file has a new contact', [adaWith({})], [wasAda], [wasAda, wasBob], MERGE],
    ['the file no longer has one that was pushed', [adaWith({}), bob], [wasAda, wasBob], [wasAda], MIRROR],
    ['the server keeps a blank one', [adaWith({}), aContact('blank')], [wasAda], [wasAda], MIRROR],
    [
      'the letters of an address differ',
      [adaWith({ email: 'ADA@a.de' })],
      [wasAda],
      [{ ...wasAda, email: 'new@a.de' }],
      MERGE,
    ],
    [
      'the server made somebody receive e-mail',
      [ada],
      [wants('<ada@a.de>', { send_email: 'false' })],
      [wants('<ada@a.de>', { send_email: 'false' }), wants('<bob@a.de>', { send_email: 'true' })],
      MERGE,
    ],
    [
      'two were pushed as primary and the server took the first',
      [ada, bob],
      [wants('<ada@a.de>', { is_primary: 'true' }), wants('<bob@a.de>', { is_primary: 'true' })],
      [wants('<bob@a.de>', { is_primary: 'true' })],
      MERGE,
    ],
    [
      'two namesakes were pushed and nobody knows which it is',
      [adaWith({ phone: '9', email: '' })],
      [wants('Ada Byron', { phone: '1' }), wants('Ada Byron', { phone: '2' })],
      [wants('Ada Byron', { phone: '3' })],
      MERGE,
    ],
  ])('is not what differs when %s', (_, held, then, now, policy) => {
    const plain = merge(held, now, policy);
    expect(plain.changes.some(({ kind }) => kind !== 'keep')).toBe(true);
    for (const winner of ['source', 'target', 'reject'] as const)
      expect(merge(held, now, policy, { contacts: then, winner })).toEqual(plain);
  });

  it('says what was pushed, what the file says and what somebody made of it', () => {
    const held = [adaWith({ phone: '9' }), cy];
    const left = merge(held, [{ ...wasAda, phone: '2' }, wasBob], MIRROR, {
      contacts: [wasAda, wasBob],
      winner: 'target',
    });
    expect(edits(left)).toEqual([
      'Ada Byron phone: 1 → 2 | 9',
      'Bob email: bob@a.de → bob@a.de | ',
      'Cy email:  →  | cy@a.de',
    ]);
    const overwritten = merge(held, [{ ...wasAda, phone: '2' }, wasBob], MIRROR, {
      contacts: [wasAda, wasBob],
      winner: 'source',
    });
    expect(marks(overwritten)).toEqual(['Ada Byron phone 1', 'Bob email bob@a.de', 'Cy email ']);
  });

  it('does not ask for the next primary contact when the first is left alone', () => {
    const held = [{ ...bob, is_primary: true }, { ...ada, is_primary: false }, cy];
    const asks = [wants('<ada@a.de>', { is_primary: 'true' }), wants('<cy@a.de>', { is_primary: 'true' })];
    expect(told(merge(held, asks, MERGE, { contacts: asks, winner: 'target' }))).toBe('keep bob; keep ada; keep cy');
    expect(told(merge(held, asks, MERGE, { contacts: asks, winner: 'source' }))).toContain('change ada: is_primary');
    const removed = merge([bob, cy], asks, MERGE, { contacts: asks, winner: 'target' });
    expect(told(removed)).toBe('keep bob; keep cy');
  });

  it('never leaves a client without contacts', () => {
    const left = merge([bob], [wasAda], MIRROR, { contacts: [wasAda, wasBob], winner: 'target' });
    expect(told(left)).toBe('keep bob');
  });
});
