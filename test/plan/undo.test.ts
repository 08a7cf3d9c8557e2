import { describe, expect, it } from 'vitest';
import type { Change, OutcomeKind } from '../../src/plan/change.js';
import type { Client, Contact } from '../../src/plan/client.js';
import { planUndo } from '../../src/plan/undo.js';
import { applyCreate } from '../support/apply-change.js';
import { aChange, anOutcome, contactsOf, tellUndoing } from '../support/changes.js';
import { aBlankContact, aClient, aContact, wants } from '../support/clients.js';

const ada = aContact('ada', { first_name: 'Ada', email: 'ada@a.de', is_primary: true });
const bob = aContact('bob', { first_name: 'Bob', email: 'bob@a.de', phone: '5' });
const before = aClient({ fields: { name: 'Acme', phone: '1' }, contacts: [ada, bob] });

const undo = (change: Change, fresh: Client | null, kind: OutcomeKind = 'updated'): string =>
  tellUndoing(planUndo(change, anOutcome(kind, { clientId: fresh?.id ?? change.clientId }), fresh));

describe('a field that was changed', () => {
  const change = aChange('update', { before, fields: [{ field: 'phone', before: '1', after: '2' }] });
  const holds = (fields: Client['fields']): Client => ({ ...before, fields });

  it.each([
    ['goes back', holds({ name: 'New', phone: '2' }), 'update phone=1'],
    ['is back already', holds({ phone: '1' }), ''],
    [
      'stays when somebody changed it since',
      holds({ phone: '3' }),
      '(phone was changed since by somebody: it stays "3" (it was "1", the run made it "2").)',
    ],
    [
      'stays when somebody emptied it since',
      holds({}),
      '(phone was changed since by somebody: it stays empty (it was "1", the run made it "2").)',
    ],
    ['goes back in an archived client', { ...holds({ phone: '2' }), state: 'archived' as const }, 'update phone=1'],
    [
      'stays in a deleted client',
      { ...holds({ phone: '2' }), state: 'deleted' as const },
      '(Somebody deleted the client since: what the run changed of it stays.)',
    ],
    ['is gone with its client', null, '(The client is gone from Invoice Ninja: nothing of it can be undone.)'],
  ])('%s', (_, fresh, expected) => {
    expect(undo(change, fresh)).toBe(expected);
  });

  it.each([
    ['failed', 'update phone=1'],
    ['rejected', ''],
    ['skipped', ''],
    ['unchanged', ''],
  ] as const)('of a change that %s: %j', (kind, expected) => {
    expect(undo(change, holds({ phone: '2' }), kind)).toBe(expected);
    expect(undo(change, kind === 'failed' ? before : null, kind)).toBe('');
  });

  it('goes back from what the server made of it', () => {
    const differences = [{ field: 'phone', contact: null, wanted: '2', stored: '2x' }];
    const outcome = anOutcome('failed', { differences });
    expect(tellUndoing(planUndo(change, outcome, holds({ phone: '2x' })))).toBe('update phone=1');
    expect(tellUndoing(planUndo(change, outcome, holds({ phone: '3' })))).toMatch(/^\(phone was changed since/);
  });

  it('becomes blank again, unless the server fills it by itself', () => {
    const blank = aChange('update', {
      before: aClient({ fields: {} }),
      fields: [
        { field: 'city', before: '', after: 'Ulm' },
        { field: 'is_tax_exempt', before: '', after: 'true' },
        { field: 'country_code', before: '', after: 'DE' },
      ],
    });
    expect(undo(blank, holds({ city: 'Ulm', is_tax_exempt: 'true', country_code: 'DE' }))).toBe(
      'update city= is_tax_exempt=false (country_code cannot be made empty in Invoice Ninja: it stays "DE".)',
    );
  });

  it('goes back in a change without rows, made from the client as it is now', () => {
    const fresh = { ...holds({ phone: '2' }), updatedAt: 5 };
    const { changes } = planUndo(change, anOutcome('updated'), fresh);
    expect(changes).toEqual([
      {
        kind: 'update',
        clientId: 'client1',
        label: 'Acme',
        rows: [],
        reason: 'The run changed it.',
        fields: [{ field: 'phone', before: '2', after: '1' }],
        contacts: [],
        before: fresh,
      },
    ]);
  });
});

describe('a client that was created', () => {
  const create = aChange('create', {
    fields: [{ field: 'name', before: '', after: 'Acme' }],
    contacts: contactsOf([], [wants('Ada <ada@a.de>')]),
  });
  const made = applyCreate(create);
  const [first] = made.contacts as [Contact];

  it.each([
    ['is archived', made, 'archive'],
    ['is archived already', { ...made, state: 'archived' as const }, ''],
    ['is gone', null, '(The client is gone from Invoice Ninja: nothing of it can be undone.)'],
    [
      'stays when a field was changed',
      { ...made, fields: { ...made.fields, name: 'Other' } },
      '(The client is not archived: name was changed since.)',
    ],
    [
      'stays when a field was filled',
      { ...made, fields: { ...made.fields, phone: '1' } },
      '(The client is not archived: phone was changed since.)',
    ],
    [
      'stays when it has a balance',
      { ...made, balance: 12.5 },
      '(The client is not archived: it has a balance of 12.50.)',
    ],
    [
      'stays when a contact was added',
      { ...made, contacts: [first, bob] },
      '(The client is not archived: the contact Bob was added since.)',
    ],
    [
      'stays when a contact was changed',
      { ...made, contacts: [{ ...first, phone: '5' }] },
      '(The client is not archived: phone of Ada was changed since.)',
    ],
    [
      'stays when a document was added',
      { ...made, documents: [{ name: 'a.pdf', bytes: 1 }] },
      '(The client is not archived: the document a.pdf was added since.)',
    ],
    ['may have the blank contact of the server', { ...made, contacts: [aBlankContact()] }, 'archive'],
  ])('%s', (_, fresh, expected) => {
    expect(undo({ ...create, clientId: null }, fresh, 'failed')).toBe(fresh === null ? '' : expected);
    expect(tellUndoing(planUndo(create, anOutcome('created', { clientId: 'made' }), fresh))).toBe(expected);
  });

  it('is archived although its own documents are there', () => {
    const documents = [{ name: 'a.pdf', bytes: 1, reference: 'a.pdf', folder: '/' }];
    expect(undo({ ...create, documents }, { ...made, documents }, 'created')).toBe('archive');
  });
});

describe('a state', () => {
  const state = (value: Client['state'], values: Partial<Client> = {}): Client => ({
    ...before,
    state: value,
    ...values,
  });
  const fields = [{ field: 'phone', before: '1', after: '2' }] as const;
  const archive = aChange('archive', { before });
  const erase = aChange('delete', { before });
  const eraseArchived = aChange('delete', { before: state('archived') });
  const restore = aChange('restore', { before: state('archived'), fields });
  const restoreDeleted = aChange('restore', { before: state('deleted'), fields });

  it.each([
    ['an archive is restored', archive, 'archived', state('archived'), 'restore'],
    ['an archive is restored already', archive, 'archived', state('active'), ''],
    [
      'an archive is deleted since',
      archive,
      'archived',
      state('deleted'),
      '(The client is not restored: somebody deleted it since.)',
    ],
    ['a delete is restored', erase, 'deleted', state('deleted'), 'restore'],
    [
      'a delete is archived since',
      erase,
      'deleted',
      state('archived'),
      '(The client is not restored: somebody archived it since.)',
    ],
    ['a delete of an archived client is archived again', eraseArchived, 'deleted', state('deleted'), 'restore archive'],
    [
      'a delete of an archived client is restored since',
      eraseArchived,
      'deleted',
      state('active'),
      '(The client is not archived again: somebody restored it since.)',
    ],
    ['a restore goes back', restore, 'restored', state('active', { fields: { phone: '2' } }), 'update phone=1 archive'],
    ['a restore of nothing else goes back', restore, 'restored', state('active'), 'archive'],
    [
      'a restore of a deleted client is deleted',
      restoreDeleted,
      'restored',
      state('active', { fields: { phone: '2' } }),
      'update phone=1 delete',
    ],
    [
      'a restored client with a new balance stays',
      restore,
      'restored',
      state('active', { balance: 3 }),
      '(The client is not archived again: it has a balance of 3.00 since.)',
    ],
    [
      'a restore that is archived again leaves the state',
      restore,
      'restored',
      state('archived', { fields: { phone: '2' } }),
      'update phone=1',
    ],
    [
      'a restore that is deleted since stays',
      restore,
      'restored',
      state('deleted'),
      '(The client is not archived again: somebody deleted it since.)',
    ],
    ['a restore whose update was refused goes back', restore, 'rejected', state('active'), 'archive'],
    ['a restore that failed did nothing', restore, 'failed', state('archived'), ''],
  ] as const)('%s', (_, change, kind, fresh, expected) => {
    expect(undo(change, fresh, kind)).toBe(expected);
  });
});

describe('a document', () => {
  const documents = [{ name: 'a.pdf', bytes: 1, reference: 'a.pdf', folder: '/' }];
  const upload = aChange('upload', { before, documents });
  const STAYS =
    '(The document a.pdf stays: the clients API of Invoice Ninja cannot remove it. Remove it there by hand.)';

  it.each([
    ['stays', { ...before, documents }, STAYS],
    ['that is not there is forgotten', { ...before, documents: [{ name: 'a.pdf', bytes: 2 }] }, ''],
    ['that nobody sees is forgotten', before, ''],
  ])('%s', (_, fresh, expected) => {
    expect(undo(upload, fresh, 'uploaded')).toBe(expected);
  });

  it('that was there before is not ours', () => {
    const fresh = { ...before, documents };
    expect(undo({ ...upload, before: fresh }, fresh, 'uploaded')).toBe('');
  });
});
