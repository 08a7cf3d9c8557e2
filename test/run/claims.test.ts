import { describe, expect, it } from 'vitest';
import { baselineOf, hashText } from '../../src/plan/baseline.js';
import type { Baseline } from '../../src/plan/baseline.js';
import type { ChangeKind } from '../../src/plan/change.js';
import type { DraftChange } from '../../src/plan/diff.js';
import { claimMatched, pushedBy } from '../../src/run/claims.js';
import type { OwnedClients } from '../../src/run/store.js';
import { aRecord, wants } from '../support/clients.js';

const RECORD = aRecord({ contacts: [wants('Ada Byron <ada@a.example>')] });
const TEXT = JSON.stringify(baselineOf(RECORD));

/** A job that owns one client at most. */
function owning(client: { readonly hash?: number; readonly absences?: number } | null): OwnedClients {
  const has = (id: string): boolean => client !== null && id === 'client1';
  return {
    size: client === null ? 0 : 1,
    has,
    baselineHashOf: (id) => (has(id) ? (client?.hash ?? 0) : 0),
    absencesOf: (id) => (has(id) ? (client?.absences ?? 0) : 0),
    [Symbol.iterator]: () => (client === null ? [] : ['client1'])[Symbol.iterator](),
  };
}

const aChange = (kind: ChangeKind): DraftChange => ({
  kind,
  clientId: 'client1',
  label: '',
  rows: [],
  reason: '',
  fields: [],
  contacts: [],
  before: null,
});

describe('a client that a record equals is claimed', () => {
  const hash = hashText(TEXT);
  const full = { change: null, clientId: 'client1', baseline: TEXT, baselineHash: hash, absences: 0 };
  const bare = { ...full, baseline: null, baselineHash: 0 };
  const part = aRecord({ ...RECORD, contactsComplete: false });
  it.each([
    ['when it is not owned', null, RECORD, full],
    ['when nothing is known of what was pushed', {}, RECORD, full],
    ['when something else was pushed', { hash: hash + 1 }, RECORD, full],
    ['when it is back', { hash, absences: 2 }, RECORD, full],
    ['not when all is known', { hash }, RECORD, null],
    ['without its values when it was left alone', null, null, bare],
    ['when it is back and left alone', { hash, absences: 1 }, null, bare],
    ['not when it was left alone and is owned', { hash }, null, null],
    ['with what a part of its rows says, when nothing else is known', {}, part, full],
    ['not with a part when the whole is known', { hash: 7 }, part, null],
  ])('%s', (_, known, record, claim) => {
    expect(claimMatched(owning(known), 'client1', record)).toEqual(claim);
  });
});

describe('what a change leaves behind', () => {
  const then: Baseline = {
    client: { name: 'Old' },
    contacts: [{ email: 'ADA@a.example', phone: '1' }, { first_name: 'Bob' }],
  };
  const values = (kind: ChangeKind, known: Baseline | null, more = {}, update = true): unknown => {
    const pushed = pushedBy(aChange(kind), aRecord({ ...RECORD, ...more }), known, { update });
    if (pushed === null) return null;
    expect(pushed.baselineHash).toBe(pushed.baseline === null ? 0 : hashText(pushed.baseline));
    return pushed.baseline === null ? 'what is stored' : JSON.parse(pushed.baseline);
  };

  it.each(['create', 'update', 'restore', 'upload'] as const)('are the values of the record: %s', (kind) => {
    expect(values(kind, null)).toEqual(baselineOf(RECORD));
  });

  it.each(['archive', 'delete'] as const)('is nothing after %s', (kind) => {
    expect(values(kind, then)).toBeNull();
  });

  it('is what is stored when a client is restored and no more', () => {
    expect(values('restore', then, {}, false)).toBe('what is stored');
  });

  it('is what is stored when only documents go to a client that somebody edited', () => {
    expect(values('upload', then)).toBe('what is stored');
  });

  it('keeps contacts of which this file may lack the row', () => {
    const [ada] = RECORD.contacts;
    expect(values('update', then, { contactsComplete: false })).toEqual({
      client: RECORD.client,
      contacts: [ada, { first_name: 'Bob' }],
    });
    expect(values('update', then)).toEqual(baselineOf(RECORD));
  });
});
