import { describe, expect, it } from 'vitest';
import type { Difference } from '../../src/plan/change.js';
import type { Client } from '../../src/plan/client.js';
import { describeDifferences, findDifferences } from '../../src/push/verify.js';
import { applyChange } from '../support/apply-change.js';
import { aChange, contactsOf } from '../support/changes.js';
import { aClient, aContact, wants } from '../support/clients.js';

const ada = aContact('ada', { first_name: 'Ada', email: 'ada@a.de', is_primary: true });
const bob = aContact('bob', { first_name: 'Bob', email: 'bob@a.de' });
const before = aClient({ fields: { name: 'Old', phone: '1' }, contacts: [ada, bob] });

/** `name: "Newt" for "New"`, with the contact behind a field of one. */
const told = (differences: readonly Difference[]): readonly string[] =>
  differences.map(({ field, contact, wanted, stored }) => {
    const of = contact === null ? '' : ` of ${contact}`;
    return `${field}${of}: "${stored}" for "${wanted}"`;
  });

describe('a client after an update', () => {
  const change = aChange('update', {
    before,
    fields: [
      { field: 'name', before: 'Old', after: 'New' },
      { field: 'phone', before: '1', after: '' },
    ],
    contacts: contactsOf(before.contacts, [wants('<bob@a.de>', { phone: '5' }), wants('Cy <cy@a.de>', { phone: '6' })]),
  });
  const stored = applyChange(before, change);
  const [, bobNow, cyNow] = stored.contacts as [typeof ada, typeof bob, typeof ada];
  const holds = (...contacts: Client['contacts']): Client => ({ ...stored, contacts });

  it.each([
    ['is as it was meant', stored, []],
    ['may have an address in other letters', holds(ada, bobNow, { ...cyNow, email: 'CY@a.de' }), []],
    ['may have what somebody added', holds(ada, bobNow, cyNow, aContact('eve', { email: 'eve@a.de' })), []],
    [
      'has other fields',
      { ...stored, fields: { name: 'Newt', phone: '1' } },
      ['name: "Newt" for "New"', 'phone: "1" for ""'],
    ],
    ['has another contact field', holds(ada, { ...bobNow, phone: '9' }, cyNow), ['contacts.phone of Bob: "9" for "5"']],
    [
      'has other values in a new contact',
      holds(ada, bobNow, { ...cyNow, phone: '' }),
      ['contacts.phone of Cy: "" for "6"'],
    ],
    [
      'has another address in a new contact',
      holds(ada, bobNow, { ...cyNow, email: 'c' }),
      ['contacts.email of Cy: "c" for "cy@a.de"'],
    ],
    [
      'has another name in a new contact',
      holds(ada, bobNow, { ...cyNow, first_name: 'C' }),
      ['contacts.first_name of Cy: "C" for "Cy"'],
    ],
    ['has no new contact', holds(ada, bobNow), ['contact of Cy: "" for "Cy"']],
    ['lost contacts', holds(cyNow), ['contact of Ada: "" for "Ada"', 'contact of Bob: "" for "Bob"']],
  ])('%s', (_, held, differences) => {
    expect(told(findDifferences(change, held))).toEqual(differences);
  });

  it('still has whom it was to lose', () => {
    const mirror = aChange('update', {
      before,
      contacts: contactsOf(before.contacts, [wants('<ada@a.de>')], 'mirror'),
    });
    expect(told(findDifferences(mirror, before))).toEqual(['contact of Bob: "Bob" for ""']);
    expect(findDifferences(mirror, applyChange(before, mirror))).toEqual([]);
  });

  it('lost somebody whom the request did not even speak of', () => {
    const plain = { ...change, fields: [], contacts: [] };
    expect(told(findDifferences(plain, holds(ada)))).toEqual(['contact of Bob: "" for "Bob"']);
  });

  it('has a new contact twice only when it has two', () => {
    const twins = aChange('update', {
      before,
      contacts: contactsOf(before.contacts, [wants('Cy'), wants('Cy', { phone: '6' })]),
    });
    const both = applyChange(before, twins);
    expect(findDifferences(twins, both)).toEqual([]);
    expect(told(findDifferences(twins, { ...both, contacts: both.contacts.slice(0, 3) }))).toEqual([
      'contact of Cy: "" for "Cy"',
    ]);
  });

  it('takes a blank flag for its default', () => {
    const flag = aChange('update', { before, fields: [{ field: 'is_tax_exempt', before: 'true', after: 'false' }] });
    expect(findDifferences(flag, before)).toEqual([]);
    const exempt = { ...before, fields: { is_tax_exempt: 'true' } };
    expect(told(findDifferences(flag, exempt))).toEqual(['is_tax_exempt: "true" for "false"']);
  });
});

describe('a client after its state changed', () => {
  const inState = (state: Client['state']): Client => ({ ...before, state });

  it.each([
    ['archive', 'active', ['state: "active" for "archived"']],
    ['archive', 'archived', []],
    ['archive', 'deleted', []],
    ['delete', 'active', ['state: "active" for "deleted"']],
    ['delete', 'archived', ['state: "archived" for "deleted"']],
    ['delete', 'deleted', []],
    ['restore', 'archived', ['state: "archived" for "active"']],
    ['restore', 'active', []],
    ['update', 'archived', []],
  ] as const)('%s: %s', (kind, state, differences) => {
    expect(told(findDifferences(aChange(kind, { before }), inState(state)))).toEqual(differences);
  });

  it('may lack both its state and its fields', () => {
    const restore = aChange('restore', { before, fields: [{ field: 'name', before: 'Old', after: 'New' }] });
    expect(told(findDifferences(restore, inState('deleted')))).toEqual([
      'state: "deleted" for "active"',
      'name: "Old" for "New"',
    ]);
  });
});

describe('differences in words', () => {
  const name: Difference = { field: 'name', contact: null, wanted: 'Unlu', stored: 'Ünlü' };
  const phone: Difference = { field: 'contacts.phone', contact: 'Ada', wanted: '5', stored: '' };
  const lost: Difference = { field: 'contact', contact: 'Bob', wanted: 'Bob', stored: '' };

  it.each([
    ['a field', [name], 'The server stored "Ünlü" instead of "Unlu" for name.'],
    ['a field of a contact', [phone], 'The server stored "" instead of "5" for phone of Ada.'],
    ['a contact that is missing', [lost], 'The contact Bob is not there.'],
    ['a contact that stayed', [{ ...lost, wanted: '', stored: 'Bob' }], 'The contact Bob is still there.'],
    [
      'a state',
      [{ field: 'state', contact: null, wanted: 'archived', stored: 'active' }],
      'The client is active and not archived.',
    ],
    [
      'a document',
      [{ field: 'document', contact: null, wanted: 'a.pdf', stored: '' }],
      'The document a.pdf is not there.',
    ],
    [
      'a document of another size',
      [{ field: 'document', contact: null, wanted: 'a.pdf', stored: 'It has 12 bytes instead of 34.' }],
      'The document a.pdf has 12 bytes instead of 34.',
    ],
    [
      'a document that the server refused',
      [{ field: 'document', contact: null, wanted: 'a.pdf', stored: 'The server said no.' }],
      'The document a.pdf is not there: The server said no.',
    ],
    [
      'three',
      [name, phone, lost],
      'The server stored "Ünlü" instead of "Unlu" for name; the server stored "" instead of "5" for phone of Ada; the contact Bob is not there.',
    ],
  ])('%s', (_, differences, sentence) => {
    expect(describeDifferences(differences)).toBe(sentence);
  });

  it('name the first three and count the others', () => {
    expect(describeDifferences([lost, lost, lost, name, phone])).toMatch(/is not there; and 2 more\.$/);
  });

  it('cut a long text', () => {
    const long = { ...name, stored: 'x'.repeat(100), wanted: 'y'.repeat(60) };
    expect(describeDifferences([long])).toBe(
      `The server stored "${'x'.repeat(59)}…" instead of "${'y'.repeat(60)}" for name.`,
    );
  });
});
