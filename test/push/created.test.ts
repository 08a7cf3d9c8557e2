import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/plan/change.js';
import type { Client } from '../../src/plan/client.js';
import { findCreated } from '../../src/push/created.js';
import { aClient, aContact } from '../support/clients.js';

type Values = Readonly<Record<string, string>>;

function aCreate(fields: Values, ...contacts: readonly Values[]): Change {
  const changes = (values: Values): readonly object[] =>
    Object.entries(values).map(([field, after]) => ({ field, before: '', after }));
  return {
    seq: 1,
    kind: 'create',
    clientId: null,
    label: '',
    rows: [],
    reason: '',
    fields: changes(fields) as Change['fields'],
    contacts: contacts.map((values) => ({
      kind: 'add',
      id: null,
      label: '',
      fields: changes(values) as Change['contacts'][number]['fields'],
    })),
    before: null,
  };
}

const held = (id: string, fields: Client['fields'], ...emails: readonly string[]): Client =>
  aClient({ id, fields, contacts: emails.map((email, nth) => aContact(`${id}-${nth}`, { email })) });

describe('the client that a create left behind', () => {
  const keyed = aCreate({ id_number: 'C-1', name: 'Ann' }, { email: 'ann@a.example' });
  const mailed = aCreate({ name: 'Ann' }, { email: 'ann@a.example' }, { email: 'eve@a.example' });
  const named = aCreate({ name: 'Ann' });
  const nameless = aCreate({}, { email: 'ann@a.example' });

  it.each<[string, Change, readonly Client[], readonly string[]]>([
    [
      'has its id_number, as the server compares',
      keyed,
      [held('a', { id_number: 'c-1', name: 'ANN' }, 'x@x.example')],
      ['a'],
    ],
    ['has its number', aCreate({ number: '7', name: 'Ann' }), [held('a', { number: '7', name: 'Ann' })], ['a']],
    ['has its id_number, half made or not', keyed, [held('a', { id_number: 'C-1', name: 'Ann' })], ['a']],
    ['is offered when another name has its id_number', keyed, [held('a', { id_number: 'C-1', name: 'Bob' })], ['a']],
    [
      'has its name when two have the id_number',
      keyed,
      [held('a', { id_number: 'C-1', name: 'Bob' }), held('b', { id_number: 'C-1', name: 'Ann' })],
      ['b'],
    ],
    [
      'is not one with its name and another id_number',
      keyed,
      [held('a', { id_number: 'C-2', name: 'Ann' }, 'ann@a.example')],
      [],
    ],
    ['is not one with its name and no id_number', keyed, [held('a', { name: 'Ann' }, 'ann@a.example')], []],
    ['has its name and one of its addresses', mailed, [held('a', { name: 'ann' }, 'EVE@a.example')], ['a']],
    [
      'may have got another contact since',
      mailed,
      [held('a', { name: 'Ann' }, 'new@a.example', 'ann@a.example')],
      ['a'],
    ],
    ['has its name and no contact when it was half made', mailed, [held('a', { name: 'Ann' })], ['a']],
    ['is not one with its name and other addresses', mailed, [held('a', { name: 'Ann' }, 'other@a.example')], []],
    ['is not one with its address and another name', mailed, [held('a', { name: 'Bob' }, 'ann@a.example')], []],
    ['has its name and a blank contact when it has no contacts', named, [held('a', { name: 'Ann' }, '')], ['a']],
    [
      'is not one with its name and a contact when it has none',
      named,
      [held('a', { name: 'Ann' }, 'ann@a.example')],
      [],
    ],
    ['has its address when it has no name', nameless, [held('a', {}, 'ann@a.example')], ['a']],
    ['is not a blank one when it has no name', nameless, [held('a', {}, '')], []],
    [
      'is one of two that look alike',
      mailed,
      [held('a', { name: 'Ann' }, 'ann@a.example'), held('b', { name: 'Ann' }, 'eve@a.example')],
      ['a', 'b'],
    ],
    [
      'is one of two with the same id_number',
      keyed,
      [held('a', { id_number: 'C-1', name: 'Ann' }), held('b', { id_number: 'C-1', name: 'Ann' })],
      ['a', 'b'],
    ],
  ])('%s', (_, change, candidates, expected) => {
    const found = findCreated(change, candidates);
    const clients = found.kind === 'none' ? [] : found.kind === 'one' ? [found.client] : found.clients;
    expect(clients.map(({ id }) => id)).toEqual(expected);
  });
});
