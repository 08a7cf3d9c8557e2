/** The checks that stand before every write: what could lose a contact or a setting is never sent. */

import { describe, expect, it } from 'vitest';
import { assertBulk, assertCreate, assertUpdate, bulkCall } from '../../src/ninja/bodies.js';
import type { BulkAction, BulkCall, CreateBody, Update, UpdateBody } from '../../src/ninja/bodies.js';
import { toClient } from '../../src/ninja/canonical.js';
import { readWireClient } from '../../src/ninja/wire.js';
import { codes, rawClient, rawContact } from './builders.js';

const before = toClient(
  readWireClient(
    rawClient('a', { settings: { currency_id: '3', odd: null }, contacts: [rawContact('p'), rawContact('s')] }),
  ),
  codes,
);
const settings = before.settings;
const both = [{ id: 'p' }, { id: 's' }];

describe('an update', () => {
  it.each<readonly [string, UpdateBody, readonly string[]]>([
    ['without contacts', { settings, name: 'B' }, []],
    ['with all contacts', { settings, contacts: both }, []],
    ['with a new contact', { settings, contacts: [...both, { email: 'n@x.example' }] }, []],
    ['that drops a contact as planned', { settings, contacts: [{ id: 's' }] }, ['p']],
    ['that drops all contacts as planned', { settings, contacts: [] }, ['p', 's']],
    ['of settings alone', { settings: { ...settings, currency_id: '1' } }, []],
  ])('%s may go', (_name, body, removed) => {
    expect(() => assertUpdate(body, before, removed)).not.toThrow();
  });

  it.each<readonly [string, unknown, readonly string[]]>([
    ['without settings', { name: 'B' }, []],
    ['with settings null', { settings: null, name: 'B' }, []],
    ['with settings as a list', { settings: [], name: 'B' }, []],
    ['that loses a setting', { settings: { currency_id: '3' }, name: 'B' }, []],
    ['that loses a contact', { settings, contacts: [{ id: 'p' }] }, []],
    ['that loses another contact than planned', { settings, contacts: [{ id: 'p' }] }, ['p']],
    ['that loses all contacts', { settings, contacts: [] }, []],
    ["with another client's contact", { settings, contacts: [...both, { id: 'x' }] }, []],
    ['with a blank contact id', { settings, contacts: [...both, { id: '' }] }, []],
    ['with a contact twice', { settings, contacts: [...both, { id: 'p' }] }, []],
    ['that sends a removed contact', { settings, contacts: both }, ['p']],
    ["that removes another client's contact", { settings, contacts: both }, ['x']],
    ['that removes a contact without saying how', { settings, name: 'B' }, ['p']],
  ])('%s is stopped', (_name, body, removed) => {
    expect(() => assertUpdate(body as UpdateBody, before, removed)).toThrow(/assertion failed: a/);
  });

  it('without anything is stopped', () => {
    expect(() => assertUpdate({ settings: {} }, { ...before, settings: {} }, [])).toThrow(/carries something/);
    expect(() => assertUpdate({ settings: {}, name: 'B' }, { ...before, settings: {} }, [])).not.toThrow();
  });
});

describe('a create', () => {
  it('with fields or contacts may go', () => {
    expect(() => assertCreate({ name: 'B' })).not.toThrow();
    expect(() => assertCreate({ contacts: [{ email: 'n@x.example' }] })).not.toThrow();
  });

  it('without anything, or with the contact of a client, is stopped', () => {
    expect(() => assertCreate({})).toThrow(/fields or contacts/);
    expect(() => assertCreate({ settings: { currency_id: '3' } })).toThrow(/fields or contacts/);
    // @ts-expect-error a new client's contacts have no id: it would be taken from another client
    const taken: CreateBody = { name: 'B', contacts: [{ id: 'p' }] };
    expect(() => assertCreate(taken)).toThrow(/new contacts/);
  });
});

describe('what types rule out is stopped at run time too', () => {
  it('an update without settings', () => {
    // @ts-expect-error without settings the server resets all of them
    const body: UpdateBody = { name: 'B' };
    expect(() => assertUpdate(body, before, [])).toThrow(/settings go along/);
    expect(() => assertUpdate({ name: 'B', settings }, before, [])).not.toThrow();
  });

  it('an update without anything', () => {
    // @ts-expect-error not even settings
    const body: UpdateBody = {};
    expect(() => assertUpdate(body, before, [])).toThrow(/settings go along/);
  });

  it('an update without the client that was read, or without a word on removals', () => {
    const body = { settings, contacts: [{ id: 'p' }] };
    // @ts-expect-error which contacts are removed is always said
    const silent: Update = { body, before };
    // @ts-expect-error nobody knows which contacts there are
    const blind: Update = { body, removed: [] };
    expect(() => assertUpdate(silent.body, silent.before, silent.removed)).toThrow();
    expect(() => assertUpdate(blind.body, blind.before, blind.removed)).toThrow();
  });

  it('a field that the server computes', () => {
    // @ts-expect-error the balance comes from invoices
    const body: CreateBody = { name: 'B', balance: 5 };
    expect(body).toHaveProperty('balance');
  });

  it('a bulk call whose answer has no room for its clients', () => {
    // @ts-expect-error per_page is missing: 20 would come back
    const call: BulkCall = { query: {}, body: { action: 'archive', ids: ['a'] } };
    expect(() => assertBulk(call)).toThrow(/room for 1/);
    const small: BulkCall = { query: { per_page: '1' }, body: { action: 'archive', ids: ['a', 'b'] } };
    expect(() => assertBulk(small)).toThrow(/room for 2/);
    expect(() => assertBulk({ ...small, query: { per_page: '2' } })).not.toThrow();
  });

  it('a bulk action that the server lacks, or a column that it does not set', () => {
    // @ts-expect-error clients are never purged
    const purge: BulkAction = { action: 'purge' };
    expect(() => bulkCall(purge, ['a'])).toThrow();
    // @ts-expect-error not one of its columns
    const name: BulkAction = { action: 'bulk_update', column: 'name', value: 'x' };
    expect(() => bulkCall(name, ['a'])).toThrow(/can set name/);
  });
});

describe('a bulk call', () => {
  it.each<readonly [BulkAction, Readonly<Record<string, unknown>>]>([
    ['archive', { action: 'archive' }],
    [
      { action: 'assign_group', groupSettingsId: 'VolejRejNm' },
      { action: 'assign_group', group_settings_id: 'VolejRejNm' },
    ],
    [
      { action: 'bulk_update', column: 'public_notes', value: '' },
      { action: 'bulk_update', column: 'public_notes', new_value: '' },
    ],
  ])('%j is sent as %j', (action, body) => {
    expect(bulkCall(action, ['a', 'b'])).toEqual({ query: { per_page: '100' }, body: { ...body, ids: ['a', 'b'] } });
  });

  it('never gives a group that is none, or no country', () => {
    expect(() => bulkCall({ action: 'assign_group', groupSettingsId: '' }, ['a'])).toThrow(/group has an id/);
    expect(() => bulkCall({ action: 'bulk_update', column: 'country_id', value: '' }, ['a'])).toThrow(/country/);
  });
});
