/** The checks that stand before every write: what could lose a contact or a setting is never sent. */

import { describe, expect, it } from 'vitest';
import { assertCreate, assertUpdate } from '../../src/ninja/bodies.js';
import type { UpdateBody } from '../../src/ninja/bodies.js';
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
    expect(() => assertCreate({ name: 'B', contacts: [{ id: 'p' }] })).toThrow(/new contacts/);
  });
});
