/** Reading answers: tolerant in types, strict in shape; and the recorded answers of a real server, where they are at hand. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { toClient } from '../../src/ninja/canonical.js';
import { buildCodeTable } from '../../src/ninja/codes.js';
import { readPing, readStatics } from '../../src/ninja/server-facts.js';
import { readItem, readListPage, readShown } from '../../src/ninja/wire.js';
import { rawClient, rawContact, rawPage, statics } from './builders.js';

describe('one client', () => {
  it('is read with numbers and null where text is expected, and other keys are ignored', () => {
    const client = readItem({ data: rawClient('a', { number: 7, id_number: null, phone: undefined, new_key: {} }) });
    expect(client).toMatchObject({ id: 'a', number: '7', id_number: '', phone: '', is_tax_exempt: false });
    expect(client).not.toHaveProperty('new_key');
    expect(client).not.toHaveProperty('client_hash');
  });

  it.each<readonly [string, unknown, string]>([
    ['no data', {}, '"data" is no object'],
    ['a list', { data: [] }, '"data" is no object'],
    ['no object', 'ok', '"the answer" is no object'],
    ['no id', { data: rawClient('') }, '"data.id" is missing'],
    ['no contacts', { data: rawClient('a', { contacts: undefined }) }, '"data.contacts" is no list'],
    ['contacts null', { data: rawClient('a', { contacts: null }) }, '"data.contacts" is no list'],
    ['a contact without id', { data: rawClient('a', { contacts: [{}] }) }, '"data.contacts[0].id" is missing'],
    ['an object as name', { data: rawClient('a', { name: {} }) }, '"data.name" is no text'],
    ['a word as time', { data: rawClient('a', { updated_at: 'soon' }) }, '"data.updated_at" is no number'],
    ['documents as text', { data: rawClient('a', { documents: 'a.pdf' }) }, '"data.documents" is no list'],
    ['a document without id', { data: rawClient('a', { documents: [{}] }) }, '"data.documents[0].id" is missing'],
    ['settings as list', { data: rawClient('a', { settings: [1] }) }, '"data.settings" is no object'],
  ])('with %s is unexpected, and the place is named', (_name, json, place) => {
    expect(() => readItem(json)).toThrow(
      expect.objectContaining({ code: 'target-answer-unexpected', message: expect.stringContaining(place) }),
    );
  });
});

describe('documents', () => {
  const document = { id: 'd1', name: 'a.pdf', type: 'pdf', hash: 'x.pdf', size: 12, is_public: true };

  it('come along with a client of a list', () => {
    const { clients } = readListPage(rawPage([rawClient('a', { documents: [document] }), rawClient('b')]));
    expect(clients.map((client) => client.documents)).toEqual([[document], []]);
  });

  it('may be left out of a list, and never of a client by itself', () => {
    const { documents: _, ...without } = rawClient('a');
    expect(readItem({ data: without }).documents).toEqual([]);
    expect(() => readShown({ data: without })).toThrow('"data.documents" is no list');
  });
});

describe('a page', () => {
  it('has its clients and counts', () => {
    const page = readListPage(rawPage([rawClient('a'), rawClient('b')], { total: 12, page: 2, perPage: 5 }));
    expect(page.clients.map((client) => client.id)).toEqual(['a', 'b']);
    expect(page).toMatchObject({ total: 12, page: 2, pages: 3, perPage: 5 });
  });

  it.each<readonly [string, unknown, string]>([
    ['no meta', { data: [] }, '"meta" is no object'],
    ['no total', { data: [], meta: { pagination: {} } }, '"meta.pagination.total" is no count'],
    ['another serializer', { data: { data: [] } }, '"data" is no list'],
    ['a cut client', rawPage([rawClient('a'), {}]), '"data[1].id" is missing'],
    [
      'a cut contact',
      rawPage([rawClient('a', { contacts: [rawContact('x'), {}] })]),
      '"data[0].contacts[1].id" is missing',
    ],
  ])('with %s is unexpected, and the place is named', (_name, json, place) => {
    expect(() => readListPage(json)).toThrow(
      expect.objectContaining({ code: 'target-answer-unexpected', message: expect.stringContaining(place) }),
    );
  });
});

describe('statics and ping', () => {
  it('are read without the parts that are not used', () => {
    expect(readStatics(statics)).not.toHaveProperty('gateways');
    expect(readStatics(statics).countries).toHaveLength(3);
    expect(readPing({ company_name: 'Acme', user_name: null })).toEqual({ companyName: 'Acme', userName: '' });
  });

  it('of another kind are unexpected', () => {
    for (const json of [{}, { ...statics, countries: [] }, { ...statics, languages: [{ id: '1' }] }]) {
      expect(() => readStatics(json)).toThrow(expect.objectContaining({ code: 'target-answer-unexpected' }));
    }
    expect(() => readPing({ pong: true })).toThrow(/company_name/);
  });
});

const RECORDINGS = path.resolve(import.meta.dirname, '../../../shared/invoice-ninja/recordings');

describe.skipIf(!existsSync(RECORDINGS))('recorded answers of a real server', () => {
  const load = (name: string): { response?: { body: unknown } } => {
    const file = readdirSync(RECORDINGS).find((entry) => entry.startsWith(name)) ?? name;
    return JSON.parse(readFileSync(path.join(RECORDINGS, file), 'utf8'));
  };

  it('of statics give all countries, currencies and languages', () => {
    const table = buildCodeTable(readStatics(load('017-').response?.body));
    expect(table.country.codeOf('840')).toBe('US');
    expect(table.currency.idOf('EUR')).toBe('3');
    expect(table.language.idOf('zh_tw')).toBe('28');
  });

  it('of single clients are all understood', () => {
    const table = buildCodeTable(readStatics(load('017-').response?.body));
    let understood = 0;
    for (const file of readdirSync(RECORDINGS)) {
      const body = load(file).response?.body;
      const data = typeof body === 'object' && body !== null && 'data' in body ? body.data : undefined;
      if (typeof data !== 'object' || data === null || !('contacts' in data) || !('id' in data) || data.id === '')
        continue;
      const client = toClient(readItem(body), table);
      expect(Object.values(client.fields).every((value) => value !== '' && value === value.trim())).toBe(true);
      expect(Object.values(client.fields).filter((value) => value.startsWith('#'))).toEqual([]);
      understood += 1;
    }
    expect(understood).toBeGreaterThan(100);
  });
});
