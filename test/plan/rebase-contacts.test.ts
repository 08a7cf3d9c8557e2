import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/plan/change.js';
import type { Client, Contact } from '../../src/plan/client.js';
import { rebaseChange } from '../../src/plan/rebase.js';
import { aChange, contactsOf, tellRebased } from '../support/changes.js';
import { aClient, aContact, wants } from '../support/clients.js';

const ada = aContact('ada', { first_name: 'Ada', email: 'ada@a.de', is_primary: true });
const bob = aContact('bob', { first_name: 'Bob', email: 'bob@a.de', phone: '5' });
const eve = aContact('eve', { first_name: 'Eve', email: 'eve@a.de' });
const before = aClient({ fields: { name: 'Acme', phone: '1' }, contacts: [ada, bob] });
const PHONE = { field: 'phone', before: '1', after: '2' } as const;

const update = (values: Partial<Change>): Change => aChange('update', { before, ...values });
const holds = (...contacts: Contact[]): Client => ({ ...before, updatedAt: before.updatedAt + 9, contacts });

describe('a contact that was to be changed', () => {
  const change = update({ contacts: contactsOf(before.contacts, [wants('<bob@a.de>', { phone: '6' })]) });

  it.each([
    [
      'still is, beside those that came since',
      holds(ada, bob, eve),
      'moved',
      'send | keep ada; change bob phone=6; keep eve',
    ],
    ['still is, without those that went', holds({ ...bob, is_primary: true }), 'moved', 'send | change bob phone=6'],
    ['is as it was meant', holds(ada, { ...bob, phone: '6' }), 'moved', 'done'],
    [
      'is left alone where somebody changed it',
      holds(ada, { ...bob, phone: '7' }),
      'moved',
      'done (phone of Bob was changed in Invoice Ninja after the plan was made and is left alone.)',
    ],
    [
      'keeps what somebody changed beside it',
      holds(ada, { ...bob, custom_value1: 'x' }),
      'moved',
      'send | keep ada; change bob phone=6',
    ],
    [
      'is gone by a person',
      holds(ada),
      'moved',
      'done (Bob was removed in Invoice Ninja after the plan was made and is not changed.)',
    ],
    [
      'is gone by a person while nothing of our request is there',
      holds(ada),
      'in-doubt',
      'done (Bob was removed in Invoice Ninja after the plan was made and is not changed.)',
    ],
    [
      'is gone by our broken request',
      holds(),
      'in-doubt',
      'send | add new first_name=Ada email=ada@a.de is_primary=true send_email=true; add new first_name=Bob email=bob@a.de phone=6 send_email=true (Ada was lost when the request broke off and is added again with a new id.) (Bob was lost when the request broke off and is added again with a new id.)',
    ],
    ['was lost and is there again', holds(ada, { ...bob, id: 'new', phone: '6' }), 'in-doubt', 'done'],
  ] as const)('%s', (_, fresh, cause, expected) => {
    expect(tellRebased(rebaseChange(change, fresh, cause))).toBe(expected);
  });

  it.each([
    ['a field', { fields: [PHONE] }, [ada]],
    ['a contact that it added', { add: 'Cy <cy@a.de>' }, [ada, aContact('cy', { email: 'cy@a.de' })]],
    ['a contact that it changed', { edit: { phone: '8' } }, [{ ...ada, phone: '8' }]],
    ['somebody of the same name with other data', {}, [ada, { ...bob, id: 'new', phone: '7' }]],
  ] as const)('is gone by a person right after our request, which stored %s', (_, values, contacts) => {
    const wanted = [wants('<bob@a.de>', { phone: '6' })];
    if ('add' in values) wanted.push(wants(values.add));
    if ('edit' in values) wanted.push(wants('<ada@a.de>', values.edit));
    const fields = 'fields' in values ? values.fields : [];
    const doubtful = update({ fields, contacts: contactsOf(before.contacts, wanted) });
    const stored = { ...holds(...contacts), fields: { ...before.fields, ...(fields.length > 0 && { phone: '2' }) } };
    const told = tellRebased(rebaseChange(doubtful, stored, 'in-doubt'));
    expect(told).toContain('Bob was removed in Invoice Ninja');
    expect(told).not.toMatch(/add new|change new/);
  });

  it('is gone by a person when our request removed somebody else', () => {
    const three = { ...before, contacts: [ada, bob, eve] };
    const mirrored = contactsOf(three.contacts, [wants('<ada@a.de>'), wants('<bob@a.de>', { phone: '6' })], 'mirror');
    const doubtful = update({ before: three, contacts: mirrored });
    expect(tellRebased(rebaseChange(doubtful, holds(ada), 'in-doubt'))).toMatch(/^done \(Bob was removed/);
    expect(tellRebased(rebaseChange(doubtful, holds(ada, eve), 'in-doubt'))).toMatch(/^send .*\(Bob was removed/);
  });

  it('is not added again when the request carried no contacts', () => {
    expect(tellRebased(rebaseChange(update({ fields: [PHONE] }), holds(ada), 'in-doubt'))).toBe('send phone=2');
  });

  it('brings back who only stood beside it, when both were lost', () => {
    expect(tellRebased(rebaseChange(change, holds(), 'in-doubt'))).toMatch(
      /^send \| add new first_name=Ada .*; add new first_name=Bob/,
    );
    expect(tellRebased(rebaseChange(change, holds(eve), 'moved'))).toMatch(/^done \(Bob was removed/);
  });

  it('keeps what it is a conflict with', () => {
    const contacts = change.contacts.map((line) => ({
      ...line,
      fields: line.fields.map((one) => ({ ...one, then: '0' })),
    }));
    const rebased = rebaseChange(update({ contacts }), holds(ada, bob, eve), 'moved');
    expect(rebased).toMatchObject({
      change: { contacts: [{ id: 'ada' }, { fields: [{ then: '0' }] }, { id: 'eve' }] },
    });
  });

  it('keeps its flag where the server would set it again', () => {
    const silent = update({ contacts: contactsOf(before.contacts, [wants('<ada@a.de>', { send_email: 'false' })]) });
    expect(tellRebased(rebaseChange(silent, holds(ada, bob), 'moved'))).toBe(
      'send | change ada send_email=false; keep bob',
    );
    expect(tellRebased(rebaseChange(silent, holds(ada), 'moved'))).toBe('done');
  });

  it('does not get an address that somebody gave to another contact', () => {
    const renamed = update({ contacts: contactsOf(before.contacts, [wants('Bob <eve@a.de>')]) });
    expect(tellRebased(rebaseChange(renamed, holds(ada, bob), 'moved'))).toBe(
      'send | keep ada; change bob email=eve@a.de',
    );
    expect(tellRebased(rebaseChange(renamed, holds(ada, bob, eve), 'moved'))).toBe(
      'done (email of Bob is left alone: Eve has the new address by now.)',
    );
  });
});

describe('a contact that was to be added', () => {
  const change = update({ contacts: contactsOf(before.contacts, [wants('Cy <cy@a.de>', { phone: '7' })]) });
  const cy = aContact('cy', { first_name: 'Cy', email: 'CY@a.de', phone: '7' });

  it.each([
    [
      'still is',
      holds(ada, bob),
      'moved',
      'send | keep ada; keep bob; add new first_name=Cy email=cy@a.de phone=7 send_email=true',
    ],
    ['is there by our own request', holds(ada, bob, cy), 'in-doubt', 'done'],
    ['is there by somebody else', holds(ada, bob, cy), 'moved', 'done'],
    [
      'is half there',
      holds(ada, bob, { ...cy, phone: '' }),
      'in-doubt',
      'send | keep ada; keep bob; change cy phone=7',
    ],
    [
      'is there otherwise, by somebody else',
      holds(ada, bob, { ...cy, phone: '8' }),
      'moved',
      'done (Cy was added in Invoice Ninja after the plan was made and is left as it is.)',
    ],
    [
      'has an address that is now another contact’s',
      holds(ada, { ...bob, email: 'cy@a.de' }),
      'moved',
      'done (Cy is not added: another contact has the e-mail address by now.)',
    ],
  ] as const)('%s', (_, fresh, cause, expected) => {
    expect(tellRebased(rebaseChange(change, fresh, cause))).toBe(expected);
  });

  it('is left without what somebody else did not give it', () => {
    expect(tellRebased(rebaseChange(change, holds(ada, bob, { ...cy, phone: '' }), 'moved'))).toBe(
      'done (Cy was added in Invoice Ninja after the plan was made and is left as it is.)',
    );
  });

  it('is found by its name when it has no address, and by all it says when it has no name', () => {
    const named = update({ contacts: contactsOf(before.contacts, [{ first_name: 'Cy' }, { phone: '9' }]) });
    const there = holds(ada, bob, aContact('one', { first_name: 'CY' }), aContact('two', { phone: '9' }));
    expect(tellRebased(rebaseChange(named, there, 'moved'))).toMatch(/^done/);
    const other = holds(ada, bob, aContact('one', { first_name: 'Di' }), aContact('two', { phone: '8' }));
    expect(tellRebased(rebaseChange(named, other, 'moved'))).toMatch(/add new first_name=Cy .*add new phone=9/);
  });
});

describe('a contact that was to be removed', () => {
  const change = update({ contacts: contactsOf(before.contacts, [wants('<ada@a.de>')], 'mirror') });

  it.each([
    ['still is', holds(ada, bob), 'moved', 'send | keep ada; remove bob'],
    ['is gone', holds(ada), 'moved', 'done'],
    [
      'stays when somebody worked on it',
      holds(ada, { ...bob, phone: '6' }),
      'moved',
      'done (Bob was changed in Invoice Ninja after the plan was made and is not removed.)',
    ],
    ['goes alone: who came since stays', holds(ada, bob, eve), 'moved', 'send | keep ada; keep eve; remove bob'],
    ['stays when nobody else is left', holds(bob), 'moved', 'done (Bob is not removed: nobody else is left.)'],
  ] as const)('%s', (_, fresh, cause, expected) => {
    expect(tellRebased(rebaseChange(change, fresh, cause))).toBe(expected);
  });
});

describe('the primary contact', () => {
  const change = update({ contacts: contactsOf(before.contacts, [wants('<bob@a.de>', { is_primary: 'true' })]) });
  const led = (id: string): Client =>
    holds(...[ada, bob, eve].map((contact) => ({ ...contact, is_primary: contact.id === id })));

  it.each([
    ['changes as planned', led('ada'), 'send | change bob is_primary=true; change ada is_primary=false; keep eve'],
    ['is changed already', led('bob'), 'done'],
    [
      'is whom somebody chose meanwhile',
      led('eve'),
      'done (Bob does not become the primary contact: somebody chose Eve.)',
    ],
    ['is the planned one when nobody is', led(''), 'send | change bob is_primary=true; keep ada; keep eve'],
  ] as const)('%s', (_, fresh, expected) => {
    expect(tellRebased(rebaseChange(change, fresh, 'moved'))).toBe(expected);
  });
});
