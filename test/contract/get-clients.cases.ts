/** Lists: pages, filters and their oddities. */

import { beforeAll, describe, expect, it } from 'vitest';

import type { Client } from './target.js';
import { messageOf, pageOf, target, unique } from './target.js';

describe('GET /clients', () => {
  /** In every name of this file. */
  let mark: string;
  let clients: Client[];

  beforeAll(async () => {
    mark = unique('Batch').replaceAll('-', '');
    clients = [];
    for (let i = 0; i < 25; i++) {
      clients.push(
        await target.create({
          name: `${mark} ${String(i % 5).padStart(2, '0')}`,
          number: `${mark}N${90 - i}`,
          id_number: `${mark}I${i}`,
          custom_value1: `${mark}cv${i}`,
          contacts: [
            { first_name: `${mark}F${i}`, last_name: 'L', email: `${mark}${i}@example.com`, phone: `${mark}555${i}` },
          ],
        }),
      );
    }
    await target.bulk('archive', [idOf(10), idOf(11)]);
    await target.bulk('delete', [idOf(12), idOf(13), idOf(14)]);
  });

  function idOf(i: number): string {
    return clients[i]?.id ?? '';
  }

  /** The list of this file's clients only. */
  async function ours(query: string): Promise<readonly Client[]> {
    return (await target.list(`?name=${mark}&per_page=100${query}`)).data;
  }

  describe('pages', () => {
    it.each([
      ['[181] by default 20', '', 20, 1],
      ['[187] of 0', '&per_page=0', 15, 1],
      ['[188] of less than 0', '&per_page=-5', 5, 1],
      ['[189] of a text', '&per_page=abc', 15, 1],
      ['[190] of nothing', '&per_page=', 15, 1],
      ['[191] of 5000', '&per_page=5000', 5000, 1],
      ['[192] of more', '&per_page=5001', 5000, 1],
      ['[193] of much more', '&per_page=100000', 5000, 1],
      ['[194] of a fraction', '&per_page=1.5', 1, 1],
      ['[276] of a list', '&per_page=3&per_page[]=5', 1, 1],
      ['[184] number 0', '&per_page=10&page=0', 10, 1],
      ['[185] below 0', '&per_page=10&page=-1', 10, 1],
      ['[186] of text', '&per_page=10&page=abc', 10, 1],
      ['[183] beyond the end', '&per_page=10&page=99', 10, 99],
    ])('%s', async (_, query, perPage, page) => {
      const { data, meta } = await target.list(`?name=${mark}${query}`);
      const count = page === 99 ? 0 : Math.min(perPage, 25);
      expect(data).toHaveLength(count);
      expect(meta.pagination).toMatchObject({
        total: 25,
        count,
        per_page: perPage,
        current_page: page,
        total_pages: Math.max(1, Math.ceil(25 / perPage)),
      });
    });

    it('[182, 195] have links that keep nothing but the page', async () => {
      const { meta } = await target.list(`?name=${mark}&per_page=10&page=2&sort=name|asc`);
      expect(meta.pagination.links).toEqual({
        previous: `${target.url}/api/v1/clients?page=1`,
        next: `${target.url}/api/v1/clients?page=3`,
      });
      expect((await target.list(`?name=${mark}&per_page=100`)).meta.pagination.links).toEqual({});
    });

    it('[310] hold all states, in order of creation', async () => {
      expect((await ours('')).map(({ id }) => id)).toEqual(clients.map(({ id }) => id));
    });

    it('[203] can come without an envelope', async () => {
      const reply = await target.ask(`/api/v1/clients?index=none&per_page=1&name=${mark}`);
      expect(reply.body).toMatchObject([{ id: idOf(0) }]);
    });

    it('[018] can carry the statics', async () => {
      const body = (await target.ask('/api/v1/clients?include_static=true&per_page=1')).body as object;
      expect(Object.keys(body)).toEqual(['data', 'meta', 'static']);
    });

    it('[204] can come in the manner of JSON:API', async () => {
      const body = (await target.ask(`/api/v1/clients?serializer=json&per_page=1&name=${mark}`)).body as {
        readonly data: {
          readonly data: readonly object[];
          readonly included: readonly object[];
          readonly links: object;
        };
      };
      const [contact] = clients[0]?.contacts ?? [];
      const { id: contactId, ...attributes } = contact ?? { id: '' };
      expect(body.data.data).toMatchObject([
        { id: idOf(0), attributes: { name: `${mark} 00` }, relationships: { contacts: { data: [{ id: contactId }] } } },
      ]);
      expect(body.data.included).toEqual([{ type: String.raw`App\Models\ClientContact`, id: contactId, attributes }]);
      expect(Object.keys(body.data.links)).toEqual(['self', 'first', 'next', 'last']);
    });

    it('[439] come compressed or not, with the same text', async () => {
      const plain = await target.list(`?name=${mark}&per_page=2`);
      const reply = await target.ask(`/api/v1/clients?name=${mark}&per_page=2`, {
        headers: { 'Accept-Encoding': 'gzip' },
      });
      expect(reply.body).toEqual(plain);
    });

    it('[202] of filter_details look like emptied clients', async () => {
      const [brief] = await ours('&filter_details=true');
      expect(brief).toMatchObject({
        id: idOf(0),
        name: `${mark} 00`,
        settings: {},
        updated_at: 0,
        country_id: '',
        custom_value1: '',
      });
      expect(brief?.contacts).toHaveLength(1);
      expect(Object.keys(brief ?? {})).toEqual(Object.keys(await target.read(idOf(0))));
    });
  });

  describe('includes', () => {
    it.each([
      ['[196]', 'contacts', []],
      ['[197]', 'documents,activities', ['activities']],
      ['[085]', 'activities,ledger,system_logs,group_settings', ['activities', 'ledger', 'system_logs']],
      ['[199, 422]', 'invoices', []],
      ['[200]', 'group_settings', []],
    ])('%s %s', async (_, include, added) => {
      const plain = Object.keys((await target.list('?per_page=1')).data[0] ?? {});
      const { data } = await target.list(`?per_page=1&include=${include}`);
      expect(Object.keys(data[0] ?? {})).toEqual([...plain, ...added]);
    });

    it.each([
      ['[198]', 'nosuch'],
      ['[201]', 'gatewayTokens'],
    ])('%s a list refuses %s, a single client ignores it [420]', async (_, include) => {
      const reply = await target.ask(`/api/v1/clients?include=${include}`);
      expect([reply.status, messageOf(reply)]).toEqual([400, `Relation \`${include}\` is not a valid include.`]);
      expect((await target.ask(`/api/v1/clients/${idOf(0)}?include=${include}`)).status).toBe(200);
    });
  });

  describe('filters that find', () => {
    it.each<[string, (text: string) => string, readonly number[]]>([
      ['[205] email', (m) => `email=${m}3@example.com`, [3]],
      ['[206] a part of an email', (m) => `email=${m}3@`, []],
      ['[207] email in capitals', (m) => `email=${m.toUpperCase()}3@EXAMPLE.COM`, [3]],
      ['[208] a plus that is a blank', (m) => `email=${m}+3@example.com`, []],
      ['[210] id_number', (m) => `id_number=${m}I7`, [7]],
      ['[211] id_number in another case', (m) => `id_number=${m.toLowerCase()}i7`, [7]],
      ['[324] id_number of a deleted client', (m) => `id_number=${m}I12`, [12]],
      ['[083, 212] number', (m) => `number=${m}N88`, [2]],
      ['[213] a part of a number', (m) => `number=${m}N8`, []],
      ['[214] a part of a name', (m) => `name=${m.slice(2)}%2003`, [3, 8, 13, 18, 23]],
      ['[216] an underscore', (m) => `name=${m}_03`, [3, 8, 13, 18, 23]],
      ['[215] a per cent sign', (m) => `name=${m}%2503`, [3, 8, 13, 18, 23]],
      ['[217] filter: name', (m) => `filter=${m}%2001`, [1, 6, 11, 16, 21]],
      ['[218] filter: email', (m) => `filter=${m}24@`, [24]],
      ['[219] filter: phone', (m) => `filter=${m}55524`, [24]],
      ['[220] filter: custom value', (m) => `filter=${m}cv24`, [24]],
      ['[221] filter: no full names', (m) => `filter=${m}F24%20L`, []],
      ['[225] two at once', (m) => `name=${m}%2001&email=${m}1@example.com`, [1]],
      ['[223] client_id that is none', () => 'client_id=zzzzzzzzzz', []],
      ['[272] group that is none', () => 'group=abc', []],
    ])('%s', async (_, query, found) => {
      const { data } = await target.list(`?per_page=100&${query(mark)}`);
      expect(data.map(({ id }) => id)).toEqual(found.map(idOf));
    });

    it('[222] client_id', async () => {
      expect((await target.list(`?client_id=${idOf(4)}`)).data).toMatchObject([{ id: idOf(4) }]);
    });

    it.each([
      ['[311]', 'status=active', 20],
      ['[312]', 'status=archived', 2],
      ['[313]', 'status=deleted', 3],
      ['[314]', 'status=active,archived', 22],
      ['[315]', 'status=active,archived,deleted', 25],
      ['[316]', 'status=bogus', 25],
      ['[317]', 'status=', 25],
      ['[318]', 'is_deleted=true', 22],
      ['[319]', 'is_deleted=false', 22],
      ['[320]', 'is_deleted=1', 3],
      ['[321]', 'is_deleted=0', 22],
      ['[322]', 'is_deleted=', 22],
      ['[323]', 'with_trashed=false', 22],
      ['[267]', 'with_trashed=false&per_page=100', 22],
      ['[268]', 'with_trashed=true', 25],
    ])('%s %s', async (_, query, count) => {
      expect(await ours(`&${query}`)).toHaveLength(count);
    });
  });

  describe('filters that are ignored', () => {
    it.each([
      ['[209]', 'email='],
      ['[224]', 'nosuch=1'],
      ['[230]', 'balance=30'],
      ['[233]', 'between_balance=20'],
      ['[236]', 'created_at=2020-01-01'],
      ['[237]', 'created_at=garbage'],
      ['[241]', 'updated_at=1795340419000'],
      ['[242]', 'updated_at=garbage'],
      ['[265]', 'filters=1'],
      ['[266]', 'entityFilter=1'],
      ['[277]', 'clientFilter=1'],
      ['[240]', 'updated_at=2020-01-01'],
      ['[274]', 'email[]=a'],
      ['[262]', 'with=zzzz'],
    ])('%s %s gives the whole list', async (_, query) => {
      expect(await ours(`&${query}`)).toHaveLength(25);
    });

    it('[275] name[] gives the whole list too', async () => {
      const all = await target.list('?per_page=1');
      expect((await target.list('?per_page=1&name[]=a')).meta.pagination.total).toBe(all.meta.pagination.total);
    });
  });

  describe('times', () => {
    it('[234, 235, 238, 239, 394-396] are "at or after", the own second included', async () => {
      const { updated_at: updated, created_at: created } = await target.read(idOf(24));
      for (const [query, count] of [
        [`updated_at=${updated}`, 1],
        [`created_at=${created}`, 1],
        [`updated_at=${updated + 3600}`, 0],
        [`created_at=${created + 3600}`, 0],
      ] as const) {
        expect((await target.list(`?id_number=${mark}I24&${query}`)).data).toHaveLength(count);
      }
    });
  });

  describe('parameters that break the server', () => {
    it.each([
      ['[263]', 'split=a'],
      ['[264]', 'apply=1'],
      ['[269]', 'without_deleted_clients=1'],
      ['[270]', 'vendor_id=abc'],
      ['[271]', 'filter_deleted_clients=true'],
      ['[273]', '__construct=1'],
      ['[252]', 'sort=nosuch|asc'],
      ['[254]', 'sort=contacts|asc'],
      ['[260]', 'sort=email|asc'],
    ])('%s %s', async (_, query) => {
      const reply = await target.ask(`/api/v1/clients?${query}`);
      expect([reply.status, reply.body]).toEqual([500, { message: 'Server Error' }]);
    });
  });

  describe('order', () => {
    it.each([
      ['[243] by name', 'sort=name|asc', [0, 5, 10]],
      ['[244] by name, backwards', 'sort=name|desc', [4, 9, 14]],
      ['[245] without a direction', 'sort=name', [0, 1, 2]],
      ['[257] with an odd direction', 'sort=name|foo', [4, 9, 14]],
      ['[258] with a direction in capitals', 'sort=name|ASC', [4, 9, 14]],
      ['[253] by display_name', 'sort=display_name|asc', [0, 5, 10]],
      ['[248] by id, backwards', 'sort=id|desc', [24, 23, 22]],
      ['[249] by time of creation, backwards', 'sort=created_at|desc', [24, 23, 22]],
      ['[247] by number, backwards', 'sort=number|desc', [0, 1, 2]],
      ['[250] by time, forwards', 'sort=created_at|asc', [0, 1, 2]],
      ['[251] by balance, all equal', 'sort=balance|desc', [0, 1, 2]],
      ['[255] by documents, all equal', 'sort=documents|asc', [0, 1, 2]],
      ['[256] by id_number as text', 'sort=id_number|asc', [0, 1, 10]],
      ['[259] by nothing', 'sort=', [0, 1, 2]],
    ])('%s', async (_, query, first) => {
      expect((await ours(`&${query}`)).slice(0, 3).map(({ id }) => id)).toEqual(first.map(idOf));
    });

    it('[246] by number looks at its digits', async () => {
      const numbers = [unique('B'), unique('A')].map((text) => text.replaceAll(/\d/g, ''));
      const name = unique('Sorted');
      await target.create({ name, number: `${numbers[0]}9${Date.now()}` });
      await target.create({ name, number: `${numbers[1]}10${Date.now()}` });
      const { data } = await target.list(`?name=${name}&sort=number|asc`);
      expect(data.map(({ number }) => number.startsWith(numbers[0] ?? '-'))).toEqual([true, false]);
    });

    it('[261] with puts one client first', async () => {
      const list = pageOf(await target.ask(`/api/v1/clients?per_page=100&name=${mark}&with=${idOf(3)}`)).data;
      expect(list.slice(0, 3).map(({ id }) => id)).toEqual([idOf(3), idOf(0), idOf(1)]);
    });
  });
});
