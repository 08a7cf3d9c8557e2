/** What a list is asked for: each filter in the one form that the server understands, and the refusals before that. */

import { afterEach, describe, expect, it } from 'vitest';
import { connectNinja } from '../../src/ninja/client.js';
import type { Ninja } from '../../src/ninja/client.js';
import { SORT_COLUMNS, listParameters } from '../../src/ninja/query.js';
import type { ListFilters, ListQuery } from '../../src/ninja/query.js';
import { startSandbox } from '../../src/sandbox/server.js';
import type { Sandbox } from '../../src/sandbox/server.js';

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

describe('the parameters of a list', () => {
  it('without wishes are page, size and the order of creation', () => {
    expect(listParameters({})).toEqual({ page: '1', per_page: '1000', sort: 'id|asc' });
  });

  it.each<readonly [ListQuery, Readonly<Record<string, string>>]>([
    [
      { page: 3, perPage: 5000 },
      { page: '3', per_page: '5000' },
    ],
    [{ balance: { op: 'lt', value: 10 } }, { balance: '10:lt' }],
    [{ balance: { op: 'gte', value: -0.5 } }, { balance: '-0.5:gte' }],
    [{ betweenBalance: [10, 20.25] }, { between_balance: '10:20.25' }],
    [{ email: 'A+b@x.example' }, { email: 'A+b@x.example' }],
    [
      { idNumber: '50%_\\', number: '0001' },
      { id_number: '50%_\\', number: '0001' },
    ],
    [
      { filter: 'F44', name: 'Ä & B' },
      { filter: 'F44', name: 'Ä & B' },
    ],
    [
      { createdSince: 0, updatedSince: 1_795_340_419 },
      { created_at: '0', updated_at: '1795340419' },
    ],
    [{ isDeleted: true }, { is_deleted: '1' }],
    [{ isDeleted: false }, { is_deleted: '0' }],
    [{ status: ['active', 'deleted', 'active'] }, { status: 'active,deleted' }],
    [{ clientId: 'VolejRejNm' }, { client_id: 'VolejRejNm' }],
    [{ sort: { column: 'name', direction: 'desc' } }, { sort: 'name|desc' }],
    [{ include: ['activities', 'ledger'] }, { include: 'activities,ledger' }],
  ])('%j are sent as %j', (query, parameters) => {
    expect(listParameters(query)).toMatchObject(parameters);
  });

  const untyped = (query: unknown): ListQuery => query as ListQuery;

  it.each<readonly [string, ListQuery, RegExp]>([
    ['a blank e-mail address', { email: ' ' }, /email is blank/],
    ['a blank number', { number: '' }, /number is blank/],
    ['a blank search', { filter: '' }, /filter is blank/],
    ['% in a search', { filter: '100%' }, /filter holds "%".*cannot be escaped/],
    ['_ in a name', { name: 'a_b' }, /name holds "_"/],
    ['a backslash in a name', { name: 'a\\b' }, /name holds/],
    ['milliseconds', { updatedSince: 1_795_340_419_000 }, /updated_at cannot be 1795340419000/],
    ['half a second', { createdSince: 1.5 }, /created_at cannot be 1\.5/],
    ['no time', { createdSince: Number.NaN }, /created_at cannot be NaN/],
    ['no amount', { balance: { op: 'eq', value: Number.NaN } }, /balance cannot be NaN/],
    ['an amount with an exponent', { balance: { op: 'eq', value: 1e21 } }, /balance cannot be 1e\+21/],
    ['an unknown operator', untyped({ balance: { op: 'ne', value: 1 } }), /balance cannot be "ne"/],
    ['a range from above', { betweenBalance: [20, 10] }, /begins above its end/],
    ['no status', { status: [] }, /status is an empty list/],
    ['an unknown status', untyped({ status: ['open'] }), /status cannot be "open"/],
    ['an unknown order', untyped({ sort: { column: 'email', direction: 'asc' } }), /sort cannot be "email"/],
    ['an upper-case direction', untyped({ sort: { column: 'id', direction: 'ASC' } }), /sort cannot be "ASC"/],
    ['an include that adds nothing', untyped({ include: ['invoices'] }), /include cannot be "invoices"/],
    ['page 0', { page: 0 }, /page cannot be 0/],
    ['a page of 5001', { perPage: 5001 }, /per_page cannot be 5001/],
    ['two ids', { clientId: 'a,b' }, /client_id cannot be/],
  ])('%s would be misread, so it is refused', (_name, query, message) => {
    expect(() => listParameters(query)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringMatching(message) }),
    );
  });
});

describe('a list of the sandbox', () => {
  async function scene(): Promise<{ readonly sandbox: Sandbox; readonly ninja: Ninja }> {
    const sandbox = await startSandbox({ now: () => 1_700_000_000_000 });
    const ninja = connectNinja({ url: sandbox.url, token: sandbox.tokens.admin });
    closers.push(
      () => sandbox.close(),
      () => ninja.close(),
    );
    sandbox.seed([
      { name: 'Alpha', id_number: 'A-1', balance: 5, contacts: [{ email: 'a@x.example', phone: '555' }] },
      { name: 'Beta', id_number: 'B-1', balance: 20, archived: true, contacts: [{ email: 'b@x.example' }] },
      { name: 'Gamma', id_number: 'C-1', balance: 40, deleted: true, custom_value1: 'gold' },
    ]);
    return { sandbox, ninja };
  }

  it('is narrowed by each filter to those that it means', async () => {
    const { ninja, sandbox } = await scene();
    const names = async (filters: ListFilters): Promise<readonly string[]> =>
      (await ninja.list(filters)).clients.map((client) => client.name);
    expect(await names({})).toEqual(['Alpha', 'Beta', 'Gamma']);
    expect(await names({ balance: { op: 'lt', value: 20 } })).toEqual(['Alpha']);
    expect(await names({ balance: { op: 'gte', value: 20 } })).toEqual(['Beta', 'Gamma']);
    expect(await names({ balance: { op: 'eq', value: 20 } })).toEqual(['Beta']);
    expect(await names({ betweenBalance: [5, 20] })).toEqual(['Alpha', 'Beta']);
    expect(await names({ email: 'B@X.example' })).toEqual(['Beta']);
    expect(await names({ idNumber: 'c-1' })).toEqual(['Gamma']);
    expect(await names({ number: '0001' })).toEqual(['Alpha']);
    expect(await names({ name: 'AMM' })).toEqual(['Gamma']);
    expect(await names({ filter: '555' })).toEqual(['Alpha']);
    expect(await names({ filter: 'gold' })).toEqual(['Gamma']);
    expect(await names({ createdSince: 1_700_000_000 })).toHaveLength(3);
    expect(await names({ updatedSince: 1_700_000_001 })).toEqual([]);
    expect(await names({ isDeleted: true })).toEqual(['Gamma']);
    expect(await names({ isDeleted: false })).toEqual(['Alpha', 'Beta']);
    expect(await names({ status: ['active'] })).toEqual(['Alpha']);
    expect(await names({ status: ['archived', 'deleted'] })).toEqual(['Beta', 'Gamma']);
    expect(await names({ clientId: sandbox.clients()[1]?.id ?? '' })).toEqual(['Beta']);
    expect(await names({ status: ['active'], email: 'b@x.example' })).toEqual([]);
  });

  it('comes in any order that is offered', async () => {
    const { ninja } = await scene();
    for (const column of SORT_COLUMNS) {
      expect((await ninja.list({ sort: { column, direction: 'asc' } })).total).toBe(3);
    }
    const page = await ninja.list({ sort: { column: 'name', direction: 'desc' } });
    expect(page.clients.map((client) => client.name)).toEqual(['Gamma', 'Beta', 'Alpha']);
  });

  it('holds what it includes, and without that does not', async () => {
    const { ninja } = await scene();
    const [plain] = (await ninja.list({})).raw;
    expect(plain).not.toHaveProperty('activities');
    expect(plain).toHaveProperty('gateway_tokens');
    const [rich] = (await ninja.list({ include: ['activities'] })).raw;
    expect(rich).toHaveProperty('activities');
    const shown = await ninja.show(String(plain?.['id']), ['activities', 'ledger']);
    expect(shown.raw).toMatchObject({ activities: [{ activity_type_id: '1' }], ledger: [] });
    expect((await ninja.show(shown.id)).raw).not.toHaveProperty('ledger');
  });
});
