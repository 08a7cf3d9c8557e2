/** What moves a client's `updated_at`, and what does not: all clients are made first, then one second passes for all of them together. */

import { beforeAll, describe, expect, it, vi } from 'vitest';

import type { Client } from './target.js';
import { clientOf, target } from './target.js';

const SAME = { settings: { currency_id: '3' } };
const put = async (client: Client, change: object): Promise<void> => {
  expect((await target.put(client.id, change)).status).toBe(200);
};
const bulk = async (client: Client, action: string, more: object = {}): Promise<void> => {
  expect((await target.bulk(action, [client.id], more)).status).toBe(200);
};

const CASES: readonly (readonly [name: string, act: (client: Client) => Promise<void>, moves: boolean])[] = [
  ['[150] the same values', (client) => put(client, { name: 'Upd', ...SAME }), false],
  ['[364] another name', (client) => put(client, { name: 'Upd2', ...SAME }), true],
  ['[361] settings that are left out', (client) => put(client, { name: 'Upd' }), true],
  [
    '[152, 367] a changed contact',
    (client) => put(client, { ...SAME, contacts: client.contacts.map(({ id }) => ({ id, first_name: 'q' })) }),
    true,
  ],
  [
    '[370] another contact',
    (client) => put(client, { ...SAME, contacts: [...client.contacts.map(({ id }) => ({ id })), { email: 'c@d' }] }),
    true,
  ],
  [
    '[373] a dropped contact',
    (client) => put(client, { ...SAME, contacts: client.contacts.slice(0, 1).map(({ id }) => ({ id })) }),
    true,
  ],
  ['[376] a document', upload, false],
  ['[379] bulk_update', (client) => bulk(client, 'bulk_update', { column: 'custom_value1', new_value: 'zz' }), true],
  ['[382] archive', (client) => bulk(client, 'archive'), true],
  ['[385] restore of what is active', (client) => bulk(client, 'restore'), false],
  ['[388] delete', (client) => bulk(client, 'delete'), true],
  [
    '[391] delete and restore',
    async (client) => {
      await bulk(client, 'delete');
      await bulk(client, 'restore');
    },
    true,
  ],
];

async function upload({ id }: Client): Promise<void> {
  const form = new FormData();
  form.set('_method', 'PUT');
  form.append('documents[]', new Blob(['a,b']), 'a.csv');
  const reply = await target.ask(`/api/v1/clients/${id}/upload`, { raw: form });
  expect(clientOf(reply).documents).toHaveLength(1);
}

describe('updated_at', () => {
  const clients: Client[] = [];

  beforeAll(async () => {
    for (const _ of CASES) {
      const { id } = await target.create({ name: 'Upd', contacts: [{ email: 'a@b' }, { email: 'b@b' }] });
      clients.push(clientOf(await target.put(id, SAME)));
    }
    const last = Math.max(...clients.map((client) => client.updated_at));
    const hasPassed = async (): Promise<boolean> =>
      Date.parse((await target.ask('/api/v1/ping')).headers.get('date') ?? '') / 1000 > last;
    await vi.waitUntil(hasPassed, { interval: 100, timeout: 10_000 });
  });

  it.each(CASES.map(([name, act, moves], i) => ({ name, act, moves, i })))(
    '$name: moves it: $moves',
    async ({ act, moves, i }) => {
      const before = clients[i] as Client;
      await act(before);
      const after = await target.read(before.id);
      expect(after.updated_at > before.updated_at).toBe(moves);
      expect(after.created_at).toBe(before.created_at);
    },
  );
});
