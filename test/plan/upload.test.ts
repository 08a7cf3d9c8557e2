import { describe, expect, it } from 'vitest';
import type { SyncRecord } from '../../src/mapping/record.js';
import type { Verdict } from '../../src/plan/diff.js';
import { takesDocuments, withDocuments } from '../../src/plan/upload.js';
import { aClient, aRecord } from '../support/clients.js';

const RECORD = aRecord({ documents: [{ row: { file: 0, line: 2 }, column: 'Docs', reference: 'a.pdf' }] });
const DOCUMENT = { name: 'a.pdf', bytes: 3, reference: 'a.pdf', folder: '/exports' };
const UNCHANGED: Verdict = { kind: 'unchanged' };
const changeOf = (kind: 'create' | 'update' | 'restore' | 'archive'): Verdict => ({
  kind: 'change',
  change: {
    kind,
    clientId: null,
    label: '',
    rows: RECORD.rows,
    reason: 'It differs.',
    fields: [],
    contacts: [],
    before: null,
  },
});

describe('documents go', () => {
  const leave: Verdict = { kind: 'leave', reason: '' };
  const archived = aClient({ state: 'archived' });
  it.each<readonly [string, boolean, Verdict, Partial<SyncRecord>, ReturnType<typeof aClient> | null, boolean]>([
    ['to a new client', true, changeOf('create'), {}, null, true],
    ['to a new client, where none is updated', true, changeOf('create'), {}, null, false],
    ['with an update', true, changeOf('update'), {}, aClient(), true],
    ['with a restore', true, changeOf('restore'), {}, archived, true],
    ['to a client that is as it should be', true, UNCHANGED, {}, aClient(), true],
    ['to a client of which the target wins', true, leave, {}, aClient(), true],
    ['not with a restore, where none is updated', false, changeOf('restore'), {}, archived, false],
    ['not to a client that is there, where none is updated', false, UNCHANGED, {}, aClient(), false],
    ['not to an archived client', false, leave, {}, archived, true],
    ['not to a client that the file calls inactive', false, UNCHANGED, { lifecycle: 'inactive' }, archived, true],
    ['not to one that is archived now', false, changeOf('archive'), { lifecycle: 'inactive' }, aClient(), true],
    [
      'not with a record that is refused',
      false,
      { kind: 'reject', code: 'no-identity', value: '', hint: '' },
      {},
      null,
      true,
    ],
  ])('%s', (_, goes, verdict, more, client, update) => {
    expect(takesDocuments({ ...RECORD, ...more }, client, verdict, { update })).toBe(goes);
    expect(takesDocuments(aRecord(more), client, verdict, { update })).toBe(false);
  });

  it('as a change of their own when there is no other', () => {
    const client = aClient();
    expect(withDocuments(UNCHANGED, RECORD, client, [DOCUMENT])).toMatchObject({
      kind: 'change',
      change: { kind: 'upload', clientId: client.id, rows: RECORD.rows, before: client, documents: [DOCUMENT] },
    });
    expect(withDocuments(UNCHANGED, RECORD, client, [])).toBe(UNCHANGED);
  });

  it('with the change that there is', () => {
    const update = changeOf('update');
    expect(withDocuments(update, RECORD, aClient(), [DOCUMENT])).toMatchObject({
      change: { kind: 'update', reason: 'It differs.', documents: [DOCUMENT] },
    });
    expect(withDocuments(update, RECORD, aClient(), [])).toBe(update);
  });
});
