import { describe, expect, it } from 'vitest';
import type { ContactValues } from '../../src/mapping/record.js';
import type { Contact } from '../../src/plan/client.js';
import { mergeContacts } from '../../src/plan/contacts.js';
import type { ContactPolicy, MergedContacts } from '../../src/plan/contacts.js';
import { aBlankContact, aContact, wants } from '../support/clients.js';

const MERGE: ContactPolicy = { contacts: 'merge', complete: true };
const MIRROR: ContactPolicy = { contacts: 'mirror', complete: true };

const ada = aContact('ada', { first_name: 'Ada', last_name: 'Byron', email: 'ada@a.de', is_primary: true });
const bob = aContact('bob', { first_name: 'Bob', email: 'bob@a.de', phone: '5' });

function merge(held: readonly Contact[], wanted: readonly ContactValues[], policy = MERGE): MergedContacts {
  const merged = mergeContacts(held, wanted, policy);
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

describe('a wanted contact', () => {
  it.each([
    ['is who has its address', [wants('<bob@a.de>', { phone: '6' })], 'keep ada; change bob: phone'],
    ['is who has its address in another case, which changes nothing', [wants('<BOB@A.de>')], 'keep ada; keep bob'],
    [
      'is who has its address, whatever the name',
      [wants('Ada Byron <bob@a.de>')],
      'keep ada; change bob: first_name, last_name',
    ],
    [
      'is who has its full name when nobody has its address',
      [wants('Ada Byron <new@a.de>')],
      'change ada: email; keep bob',
    ],
    ['is who has its full name in other letters', [wants('ádá BYRON')], 'change ada: first_name, last_name; keep bob'],
    ['is not who has the first name alone', [wants('Ada')], 'keep ada; keep bob; add Ada'],
    ['is new when nobody fits', [wants('Cy <cy@a.de>')], 'keep ada; keep bob; add Cy'],
    ['is who has its phone number when it has nothing else', [{ phone: '5' }], 'keep ada; keep bob'],
    ['is new when nobody has its phone number', [{ phone: '7' }], 'keep ada; keep bob; add (blank contact)'],
    ['may leave everything as it is', [wants('Ada <ada@a.de>'), wants('Bob')], 'keep ada; keep bob'],
    ['clears what it says is blank', [wants('<bob@a.de>', { phone: '' })], 'keep ada; change bob: phone'],
  ])('%s', (_, wanted, changes) => {
    expect(told(merge([ada, bob], wanted))).toBe(changes);
  });

  it('takes the blank contact that the server made', () => {
    const merged = merge([aBlankContact()], [wants('Ada <ada@a.de>'), wants('Bob')]);
    expect(told(merged)).toBe('change blank: first_name, email; add Bob');
    expect(merged.after[0]).toMatchObject({ id: 'blank', first_name: 'Ada', is_primary: true });
  });

  it('is found again when it has neither name nor address', () => {
    const first = merge([aBlankContact()], [{ phone: '7' }]);
    expect(told(first)).toBe('change blank: phone');
    expect(told(merge([aContact('blank', { phone: '7', is_primary: true })], [{ phone: '7' }]))).toBe('keep blank');
  });

  it('with a name that two have is nobody to choose, unless the phone or everything tells', () => {
    const twins = [
      aContact('one', { first_name: 'Ada', phone: '1', is_primary: true }),
      aContact('two', { first_name: 'Ada', phone: '2' }),
    ];
    expect(mergeContacts(twins, [wants('ADA')], MERGE)).toEqual({ ambiguous: 'ADA', candidates: ['Ada', 'Ada'] });
    expect(mergeContacts(twins, [wants('Ada <ada@a.de>')], MERGE)).toHaveProperty('ambiguous');
    expect(told(merge(twins, [wants('ada', { phone: '2' })]))).toBe('keep one; change two: first_name');
    expect(told(merge(twins, [wants('Ada')]))).toBe('keep one; keep two');
    expect(mergeContacts(twins, [wants('Ada')], MIRROR)).toHaveProperty('ambiguous');
  });

  it('with an address that is there in two spellings is who has its spelling or its name', () => {
    const spellings = [
      aContact('one', { first_name: 'Ada', email: 'a@a.de', is_primary: true }),
      aContact('two', { first_name: 'Bob', email: 'A@a.de' }),
    ];
    expect(told(merge(spellings, [wants('<A@a.de>', { phone: '1' })]))).toBe('keep one; change two: phone');
    expect(told(merge(spellings, [wants('Bob <á@a.de>', { phone: '1' })]))).toBe('keep one; change two: phone');
    expect(mergeContacts(spellings, [wants('<á@a.de>')], MERGE)).toHaveProperty('ambiguous');
  });

  it('does not make a third name of a first and a last one', () => {
    const merged = merge([aContact('one', { first_name: 'Bob', is_primary: true })], [{ last_name: 'Bob' }]);
    expect(told(merged)).toBe('keep one; add Bob');
  });
});

describe('held contacts that nobody wants', () => {
  it.each([
    ['stay under merge', MERGE, [wants('<bob@a.de>')], 'keep ada; keep bob'],
    ['go under mirror', MIRROR, [wants('<bob@a.de>')], 'change bob: is_primary; remove ada'],
    [
      'stay under mirror when the list may lack somebody',
      { ...MIRROR, complete: false },
      [wants('<bob@a.de>')],
      'keep ada; keep bob',
    ],
    ['stay under mirror when the record speaks of nobody', MIRROR, [], 'keep ada; keep bob'],
    ['make room under mirror', MIRROR, [wants('Cy <cy@a.de>')], 'add Cy; remove ada; remove bob'],
  ] as const)('%s', (_, policy, wanted, changes) => {
    expect(told(merge([ada, bob], wanted, policy))).toBe(changes);
  });

  it('are never somebody of another client', () => {
    const merged = merge([ada], [wants('<bob@a.de>')]);
    expect(merged.after.map((contact) => contact.id)).toEqual(['ada', null]);
  });
});

describe('flags are as the server sets them', () => {
  const flags = ({ after }: MergedContacts): readonly string[] =>
    after.map((one) => `${one.id ?? 'new'}${one.is_primary ? ' primary' : ''}${one.send_email ? ' mail' : ''}`);

  it.each([
    [
      'the first new one is primary, and everybody new gets mail',
      [],
      [wants('Ada'), wants('Bob')],
      ['new primary mail', 'new mail'],
    ],
    ['a new one does not become primary beside others', [ada], [wants('Cy')], ['ada primary mail', 'new mail']],
    [
      'one that the file calls primary comes first',
      [ada, bob],
      [wants('<bob@a.de>', { is_primary: 'true' })],
      ['bob primary mail', 'ada mail'],
    ],
    [
      'also when it is found by name',
      [ada, aContact('cy', { first_name: 'Cy' })],
      [wants('Cy', { is_primary: 'true' })],
      ['cy primary mail', 'ada mail'],
    ],
    [
      'the first of several that the file calls primary',
      [ada, bob],
      [wants('<bob@a.de>', { is_primary: 'true' }), wants('<ada@a.de>', { is_primary: 'true' })],
      ['bob primary mail', 'ada mail'],
    ],
    [
      'somebody stays primary when the file says nobody is',
      [ada],
      [wants('<ada@a.de>', { is_primary: 'false' })],
      ['ada primary mail'],
    ],
    [
      'somebody gets mail when the file says nobody does',
      [ada],
      [wants('<ada@a.de>', { send_email: 'false' })],
      ['ada primary mail'],
    ],
    [
      'one of two may get none',
      [ada, bob],
      [wants('<ada@a.de>', { send_email: 'false' })],
      ['ada primary', 'bob mail'],
    ],
  ] as const)('%s', (_, held, wanted, expected) => {
    expect(flags(merge(held, wanted))).toEqual(expected);
  });

  it('and a list that nothing changes keeps odd ones', () => {
    const odd = [aContact('one', { email: 'a@a.de', send_email: false }), aContact('two', { send_email: false })];
    expect(told(merge(odd, [wants('<a@a.de>')]))).toBe('keep one; keep two');
    expect(flags(merge(odd, [wants('<a@a.de>')]))).toEqual(['one', 'two']);
  });
});
