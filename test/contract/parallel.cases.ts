/**
 * Requests at the same time, where the real server may store more than one of them (FACTS.md "POST create"): what holds on both is
 * here. And what happens to pages while somebody works.
 */

import { describe, expect, it } from 'vitest';

import { clientOf, target, unique } from './target.js';

describe('a list that somebody changes between two pages', () => {
  it('[GET list] skips what moved up under a status filter, and nothing without one', async () => {
    const mark = unique('Paged').replaceAll('-', '');
    const ids: string[] = [];
    for (let i = 0; i < 8; i++) ids.push((await target.create({ name: mark })).id);
    const read = async (query: string): Promise<readonly string[]> =>
      (await target.list(`?name=${mark}&per_page=4${query}`)).data.map(({ id }) => id);
    expect(await read('&status=active&page=1')).toEqual(ids.slice(0, 4));
    await target.bulk('archive', ids.slice(0, 2));
    expect(await read('&status=active&page=2')).toEqual(ids.slice(6));
    expect(await read('&page=2')).toEqual(ids.slice(4));
  });
});

describe('requests at the same time', () => {
  it.each([
    ['[353]', 'id_number'],
    ['[354]', 'number'],
  ])('%s with the same %s: at least one is stored, the others are 422 or, on a real server, 500', async (_, field) => {
    const text = unique('RACE');
    const replies = await Promise.all(
      Array.from({ length: 6 }, () => target.ask('/api/v1/clients', { json: { name: 'race', [field]: text } })),
    );
    const stored = replies.filter(({ status }) => status === 200);
    expect(stored.length).toBeGreaterThan(0);
    expect(replies.every(({ status }) => [200, 422, 500].includes(status))).toBe(true);
    const { total } = (await target.list(`?${field}=${text}`)).meta.pagination;
    expect(total).toBe(stored.length);
  });

  it('[355] automatic numbers are all different', async () => {
    const clients = await Promise.all(Array.from({ length: 36 }, () => target.create({ name: unique('race') })));
    expect(new Set(clients.map(({ number }) => number)).size).toBe(36);
  });

  it('[356] every PUT of one client is answered, and the last one stays', async () => {
    const { id } = await target.create({ name: unique('race') });
    const replies = await Promise.all(Array.from({ length: 6 }, (_, i) => target.put(id, { phone: String(i) })));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    expect((await target.read(id)).phone).toMatch(/^[0-5]$/);
  });

  it('[357, 358] PUTs of contacts without ids leave at least one of them', async () => {
    const { id } = await target.create({ name: unique('race') });
    const replies = await Promise.all(
      Array.from({ length: 6 }, (_, i) => target.put(id, { contacts: [{ first_name: `c${i}`, email: `c${i}@b` }] })),
    );
    expect(replies.every((reply) => clientOf(reply).id === id)).toBe(true);
    expect((await target.read(id)).contacts.length).toBeGreaterThan(0);
  });
});
