import { describe, expect, it } from 'vitest';
import type { Change, FieldChange } from '../../src/plan/change.js';
import type { Client, Contact } from '../../src/plan/client.js';
import { completeCreate, rebaseChange } from '../../src/plan/rebase.js';
import type { RebaseCause } from '../../src/plan/rebase.js';
import { applyChange, applyCreate } from '../support/apply-change.js';
import { aChange, contactsOf, tellRebased } from '../support/changes.js';
import { aBlankContact, aClient, aContact, wants } from '../support/clients.js';

const ada = aContact('ada', { first_name: 'Ada', email: 'ada@a.de', is_primary: true });
const bob = aContact('bob', { first_name: 'Bob', email: 'bob@a.de', phone: '5' });
const before = aClient({ fields: { name: 'Acme', phone: '1', city: 'Ulm' }, contacts: [ada, bob] });

const field = (name: FieldChange['field'], was: string, after: string): FieldChange => {
  return { field: name, before: was, after };
};
const PHONE = field('phone', '1', '2');

const update = (values: Partial<Change> = {}): Change => aChange('update', { before, ...values });
const now = (values: Partial<Client>): Client => ({ ...before, updatedAt: before.updatedAt + 9, ...values });

const LEFT = 'phone was changed in Invoice Ninja after the plan was made and is left alone.';
const NEITHER = 'phone is neither as it was nor as it was sent, and is left alone.';

describe('a field', () => {
  it.each([
    ['is still to be sent while it is as it was', { city: 'Bonn', phone: '1' }, 'moved', 'send phone=2'],
    ['is done when somebody made it so', { phone: '2' }, 'moved', 'done'],
    ['is left alone when somebody changed it', { phone: '3' }, 'moved', `done (${LEFT})`],
    ['is left alone when somebody emptied it', {}, 'moved', `done (${LEFT})`],
    ['was not sent when it is as it was', { phone: '1' }, 'in-doubt', 'send phone=2'],
    ['was sent when it is as it was meant', { phone: '2' }, 'in-doubt', 'done'],
    ['is left alone when it is neither', { phone: '3' }, 'in-doubt', `done (${NEITHER})`],
  ] as const)('%s', (_, fields, cause, expected) => {
    expect(tellRebased(rebaseChange(update({ fields: [PHONE] }), now({ fields }), cause))).toBe(expected);
  });

  it('that is a flag is blank or false, which is the same', () => {
    const set = update({ fields: [field('is_tax_exempt', '', 'true')] });
    expect(tellRebased(rebaseChange(set, now({}), 'moved'))).toBe('send is_tax_exempt=true');
    const clear = update({ fields: [field('is_tax_exempt', 'true', 'false')] });
    expect(tellRebased(rebaseChange(clear, now({}), 'moved'))).toBe('done');
    expect(tellRebased(rebaseChange(clear, now({ fields: { is_tax_exempt: 'true' } }), 'moved'))).toMatch(/^send/);
  });

  it('keeps what it is a conflict with, and the rest of the change what it is', () => {
    const change = update({ fields: [{ ...PHONE, then: '0' }], kept: [], documents: [] });
    const fresh = now({ settings: { currency_id: '1' } });
    expect(rebaseChange(change, fresh, 'moved')).toEqual({
      kind: 'send',
      change: { ...change, before: fresh },
      notes: [],
    });
  });
});

describe('a client that is not as the plan found it', () => {
  const archived = now({ state: 'archived' });
  const deleted = now({ state: 'deleted' });
  const restore = aChange('restore', { before: { ...before, state: 'archived' }, fields: [PHONE] });
  const archive = aChange('archive', { before });
  const erase = aChange('delete', { before });
  const upload = aChange('upload', {
    before,
    documents: [{ name: 'a.pdf', bytes: 1, reference: 'a.pdf', folder: '/' }],
  });
  const WORKED = 'Somebody worked on the client after the plan was made: it is not';

  it.each([
    [
      'is gone',
      update({ fields: [PHONE] }),
      null,
      'moved',
      'The client is gone from Invoice Ninja since the plan was made.',
    ],
    [
      'is gone, and was to go',
      erase,
      null,
      'in-doubt',
      'The client is gone from Invoice Ninja since the plan was made.',
    ],
    [
      'is archived before its update',
      update({ fields: [PHONE] }),
      archived,
      'moved',
      'Somebody archived the client in Invoice Ninja after the plan was made.',
    ],
    [
      'is deleted before its update',
      update({ fields: [PHONE] }),
      deleted,
      'in-doubt',
      'Somebody deleted the client in Invoice Ninja after the plan was made.',
    ],
    [
      'is archived before its upload',
      upload,
      archived,
      'moved',
      'Somebody archived the client in Invoice Ninja after the plan was made.',
    ],
    [
      'was archived before and is updated',
      update({ before: { ...before, state: 'archived' }, fields: [PHONE] }),
      archived,
      'moved',
      'send phone=2',
    ],
    [
      'was archived before, and is deleted before its update',
      update({ before: { ...before, state: 'archived' }, fields: [PHONE] }),
      deleted,
      'moved',
      'Somebody deleted the client in Invoice Ninja after the plan was made.',
    ],
    ['waits for its upload', upload, now({}), 'moved', 'send'],
    ['is still to be restored', restore, archived, 'moved', 'send phone=2'],
    ['is still to be restored, and nothing else', restore, { ...archived, fields: { phone: '2' } }, 'moved', 'send'],
    ['is restored, but not updated', restore, now({}), 'in-doubt', 'send phone=2'],
    ['is restored and updated', restore, now({ fields: { phone: '2' } }), 'in-doubt', 'done'],
    [
      'is deleted before it is restored',
      restore,
      deleted,
      'moved',
      'Somebody deleted the client in Invoice Ninja after the plan was made.',
    ],
    ['is archived already', archive, archived, 'moved', 'done'],
    [
      'is deleted before it is archived',
      archive,
      deleted,
      'moved',
      'done (Somebody deleted the client in Invoice Ninja.)',
    ],
    ['was worked on before it is archived', archive, now({}), 'moved', `${WORKED} archived.`],
    ['is as it was, and its archive is in doubt', archive, before, 'in-doubt', 'send'],
    [
      'was worked on in the second in which it was read, before it is archived',
      archive,
      { ...before, fields: { ...before.fields, city: 'Bonn' } },
      'moved',
      `${WORKED} archived.`,
    ],
    [
      'got a contact in the second in which it was read, before it is deleted',
      erase,
      { ...before, contacts: [...before.contacts, aContact('eve', { email: 'eve@a.de' })] },
      'moved',
      `${WORKED} deleted.`,
    ],
    [
      'got an invoice in the second in which it was read, before it is archived',
      archive,
      { ...before, balance: 10 },
      'moved',
      `${WORKED} archived.`,
    ],
    ['is deleted already', erase, deleted, 'in-doubt', 'done'],
    ['is archived before it is deleted', erase, archived, 'moved', `${WORKED} deleted.`],
  ] as const)('%s', (_, change, fresh, cause, expected) => {
    expect(tellRebased(rebaseChange(change, fresh, cause))).toBe(expected);
  });
});

describe('a create that left a client behind', () => {
  const create = aChange('create', {
    clientId: null,
    fields: [field('name', '', 'Acme'), field('id_number', '', 'C-1'), field('phone', '', '1')],
    contacts: contactsOf([], [wants('Ada <ada@a.de>'), wants('Bob', { send_email: 'false' })]),
  });
  const made = applyCreate(create);

  it.each([
    ['is done when all is there', made, 'done'],
    [
      'gets its contacts',
      { ...made, contacts: [] },
      'send | add new first_name=Ada email=ada@a.de is_primary=true send_email=true; add new first_name=Bob',
    ],
    [
      'uses the blank contact of the server',
      { ...made, contacts: [aBlankContact()] },
      'send | change blank first_name=Ada email=ada@a.de; add new first_name=Bob',
    ],
    [
      'gets the rest of a contact',
      { ...made, contacts: [{ ...made.contacts[0], first_name: '' }, made.contacts[1]] as Contact[] },
      'send | change new1 first_name=Ada; keep new2',
    ],
    ['gets what the server left out', { ...made, fields: { ...made.fields, phone: '9' } }, 'send phone=1'],
    [
      'brings nobody back whom somebody removed later',
      { ...made, updatedAt: made.createdAt + 61, contacts: made.contacts.slice(0, 1) },
      'done (The list of contacts was changed in Invoice Ninja after the client was created and is left alone.)',
    ],
    [
      'gets its contacts when they broke off, not when somebody worked on it',
      { ...made, updatedAt: made.createdAt + 60, contacts: made.contacts.slice(0, 1) },
      'send | keep new1; add new first_name=Bob',
    ],
    [
      'gets all of its contacts, as nobody can remove all',
      { ...made, updatedAt: made.createdAt + 61, contacts: [] },
      'send | add new first_name=Ada email=ada@a.de is_primary=true send_email=true; add new first_name=Bob',
    ],
    [
      'keeps what somebody wrote later',
      { ...made, updatedAt: made.createdAt + 61, fields: { ...made.fields, phone: '9' } },
      'done (phone was changed in Invoice Ninja after the client was created and is left alone.)',
    ],
    [
      'is not another client of that number',
      { ...made, fields: { ...made.fields, name: 'Other' } },
      'Another client with this id_number appeared in Invoice Ninja: its name is "Other" and not "Acme".',
    ],
    [
      'is not another client of that address',
      { ...made, fields: { ...made.fields, id_number: 'C-2' } },
      'Another client with this e-mail address appeared in Invoice Ninja: its id_number is "C-2" and not "C-1".',
    ],
    [
      'is not revived',
      { ...made, state: 'archived' as const },
      'Somebody archived the client in Invoice Ninja after it was created.',
    ],
  ])('%s', (_, fresh, expected) => {
    expect(tellRebased(completeCreate(create, fresh))).toBe(expected);
  });

  it('stays a create of a known client, which can be put onto a fresh one again', () => {
    const first = completeCreate(create, { ...made, contacts: [] });
    if (first.kind !== 'send') throw new Error('it is sent');
    expect(first.change).toMatchObject({ kind: 'create', clientId: 'made', seq: create.seq });
    const { before: half } = first.change;
    if (half === null) throw new Error('it has a client');
    const causes: readonly RebaseCause[] = ['moved', 'in-doubt'];
    for (const cause of causes)
      expect(tellRebased(rebaseChange(first.change, applyChange(half, first.change), cause))).toBe('done');
  });

  it('with documents is sent for these alone', () => {
    const documents = [{ name: 'a.pdf', bytes: 1, reference: 'a.pdf', folder: '/' }];
    expect(tellRebased(completeCreate({ ...create, documents }, made))).toBe('send');
  });
});
