/** The clients of another server in the sandbox: they stay as they are, and new ones live beside them. */

import { afterEach, describe, expect, it } from 'vitest';

import { connectNinja } from '../../src/ninja/client.js';
import { copyClients } from '../../src/sandbox/copy.js';
import type { Sandbox, SandboxOptions } from '../../src/sandbox/server.js';
import { startSandbox } from '../../src/sandbox/server.js';
import type { Client, Target } from '../contract/target.js';
import { clientOf, errorsOf, talkTo } from '../contract/target.js';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function start(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  closers.push(() => sandbox.close());
  return sandbox;
}

const talk = (sandbox: Sandbox): Target =>
  talkTo(sandbox.url, sandbox.tokens, 'sandbox-password', () => Promise.resolve());

async function copy(source: Sandbox, onto: Sandbox, signal?: AbortSignal): Promise<number> {
  const ninja = connectNinja({ url: source.url, token: source.tokens.admin });
  try {
    return await copyClients(ninja, onto, { signal });
  } finally {
    await ninja.close();
  }
}

const all = async (sandbox: Sandbox): Promise<readonly Client[]> => (await talk(sandbox).list('?per_page=5000')).data;

/** As a real server shows a client: ids that nobody here made, and fields that the sandbox knows nothing of. */
const FOREIGN = {
  id: 'VolejRejNm',
  user_id: 'Wpmbk5ezJn',
  assigned_user_id: 'Opnel5aKBz',
  group_settings_id: '4openRe7Az',
  name: 'Foreign',
  balance: 12.5,
  paid_to_date: 99,
  client_hash: 'hash-of-the-source',
  settings: { currency_id: '3', some_new_setting: { nested: true } },
  is_deleted: false,
  archived_at: 1_700_000_009,
  created_at: 1_600_000_000,
  updated_at: 1_700_000_009,
  number: '0041',
  id_number: 'A-1',
  country_id: '276',
  tax_info: { rate: 19 },
  a_field_of_tomorrow: ['kept'],
  contacts: [
    {
      id: 'VolejRejNm',
      first_name: 'Ada',
      email: 'ada@example.com',
      is_primary: true,
      send_email: false,
      contact_key: 'key-in-mailed-links',
      link: 'https://ninja.example/client/key_login/key-in-mailed-links',
      created_at: 1_600_000_000,
      updated_at: 1_600_000_001,
      another_field: 1,
    },
  ],
  documents: [{ id: 'VolejRejNm', name: 'contract.pdf' }],
  gateway_tokens: [],
};

describe('a copy', () => {
  it('is what the source shows, on several pages and in all states, by GET requests only', async () => {
    const source = await start({ clients: 2300 });
    const [first] = source.clients();
    source.edit(first?.id ?? '', { addContact: { first_name: 'Second', email: 'second@example.com' }, balance: 7 });
    const onto = await start();
    expect(await copy(source, onto)).toBe(2300);
    expect(await all(onto)).toEqual(await all(source));
    expect(onto.clients().some((client) => client.is_deleted)).toBe(true);
    expect(new Set(source.requests.map(({ method }) => method))).toEqual(new Set(['GET']));
  });

  it('of the copy is the same again', async () => {
    const source = await start({ clients: 20 });
    const [once, twice] = [await start(), await start()];
    await copy(source, once);
    await talk(once).create({ name: 'Made in the copy' });
    await copy(once, twice);
    expect(await all(twice)).toEqual(await all(once));
  });

  it('stops between two pages', async () => {
    const source = await start({ clients: 3 });
    await expect(copy(source, await start(), AbortSignal.abort())).rejects.toThrow('the copy was stopped');
  });
});

describe('an adopted client', () => {
  it('keeps ids, keys, times, and fields that the sandbox does not know', async () => {
    const sandbox = await start();
    sandbox.adopt([FOREIGN]);
    const shown = await talk(sandbox).read('VolejRejNm');
    expect(shown).toMatchObject(FOREIGN);
    expect(shown.display_name).toBe('Foreign');
  });

  it('keeps them through a change', async () => {
    const sandbox = await start();
    sandbox.adopt([FOREIGN]);
    const target = talk(sandbox);
    const { settings, contacts, group_settings_id: group } = await target.read('VolejRejNm');
    const reply = await target.put('VolejRejNm', {
      name: 'Changed',
      settings,
      group_settings_id: group,
      contacts: [{ id: contacts[0]?.id, phone: '1' }, { email: 'new@example.com' }],
    });
    expect(clientOf(reply)).toMatchObject({
      name: 'Changed',
      client_hash: 'hash-of-the-source',
      paid_to_date: 99,
      group_settings_id: '4openRe7Az',
      settings: FOREIGN.settings,
      archived_at: FOREIGN.archived_at,
      contacts: [{ id: 'VolejRejNm', contact_key: 'key-in-mailed-links', phone: '1' }, { email: 'new@example.com' }],
      documents: FOREIGN.documents,
    });
    expect(clientOf(reply).updated_at).toBeGreaterThan(FOREIGN.updated_at);
  });

  it('is found, sorted, taken and purged like any other', async () => {
    const sandbox = await start();
    sandbox.adopt([FOREIGN]);
    const target = talk(sandbox);
    expect(errorsOf(await target.ask('/api/v1/clients', { json: { id_number: 'a-1' } }))).toHaveProperty('id_number');
    // Automatic numbers go on behind the copied ones.
    expect((await target.create({ name: 'Next' })).number).toBe('0042');
    expect((await target.list('?client_id=VolejRejNm')).data).toMatchObject([{ name: 'Foreign' }]);
    expect((await target.bulk('restore', ['VolejRejNm'])).status).toBe(200);
    expect((await target.purge('VolejRejNm')).status).toBe(200);
    expect((await target.ask('/api/v1/clients/VolejRejNm')).status).toBe(400);
  });

  it('never shares an id with a new one, even when it has one that would come next', async () => {
    const [source, sandbox] = [await start({ clients: 5 }), await start()];
    const foreign = source.clients().slice(2);
    sandbox.adopt(foreign);
    const target = talk(sandbox);
    for (let i = 0; i < 6; i++) await target.create({ name: `New ${i}`, contacts: [{ email: `n${i}@example.com` }] });
    const clients = sandbox.clients();
    expect(new Set(clients.map(({ id }) => id)).size).toBe(9);
    const contacts = clients.flatMap((client) => client.contacts.map(({ id }) => id));
    expect(new Set(contacts).size).toBe(contacts.length);
    expect(clients.slice(0, 3).map(({ id }) => id)).toEqual(foreign.map(({ id }) => id));
    expect(() => sandbox.adopt([{ ...FOREIGN, id: clients[5]?.id }])).toThrow('is taken');
  });

  it('may share its id number with another copied one, and both are found', async () => {
    const sandbox = await start();
    const [contact] = FOREIGN.contacts;
    const twin = { ...FOREIGN, id: 'gl9avmeG1v', number: '0043', contacts: [{ ...contact, id: 'gl9avmeG1v' }] };
    sandbox.adopt([FOREIGN, twin]);
    const target = talk(sandbox);
    expect((await target.list('?id_number=A-1')).data.map(({ id }) => id)).toEqual(['VolejRejNm', 'gl9avmeG1v']);
    await target.purge('VolejRejNm');
    expect(errorsOf(await target.ask('/api/v1/clients', { json: { id_number: 'A-1' } }))).toHaveProperty('id_number');
    await target.purge('gl9avmeG1v');
    expect((await target.create({ id_number: 'A-1' })).id_number).toBe('A-1');
  });

  it('is refused without id or contacts', async () => {
    const sandbox = await start();
    expect(() => sandbox.adopt([{ name: 'x', contacts: [] }])).toThrow('has no id');
    expect(() => sandbox.adopt([{ id: 'VolejRejNm' }])).toThrow('no list of contacts');
  });
});
