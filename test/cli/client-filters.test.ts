/** The filters as they are typed, and what the server is asked for. */

import { describe, expect, it } from 'vitest';
import { readFilters } from '../../src/cli/client-filters.js';
import type { FilterOptions } from '../../src/cli/client-filters.js';
import { listParameters } from '../../src/ninja/query.js';

describe('a filter of the command line', () => {
  it.each<readonly [FilterOptions, Readonly<Record<string, string>>]>([
    [{ balance: 'lt:10' }, { balance: '10:lt' }],
    [{ balance: ' GTE : -0.5 ' }, { balance: '-0.5:gte' }],
    [{ betweenBalance: '10:20' }, { between_balance: '10:20' }],
    [{ email: 'A@x.example' }, { email: 'A@x.example' }],
    [
      { idNumber: 'A:1', number: '007' },
      { id_number: 'A:1', number: '007' },
    ],
    [
      { filter: 'x', name: 'y' },
      { filter: 'x', name: 'y' },
    ],
    [{ createdSince: '1577836800' }, { created_at: '1577836800' }],
    [{ createdSince: '2020-01-01' }, { created_at: '1577836800' }],
    [{ updatedSince: '2020-01-01T01:00+01:00' }, { updated_at: '1577836800' }],
    [{ updatedSince: '2020-01-01 00:00:05' }, { updated_at: '1577836805' }],
    [{ updatedSince: '2020-01-01T00:00Z' }, { updated_at: '1577836800' }],
    [{ isDeleted: 'true' }, { is_deleted: '1' }],
    [{ isDeleted: '0' }, { is_deleted: '0' }],
    [{ status: 'Active, deleted' }, { status: 'active,deleted' }],
    [{ clientId: 'VolejRejNm' }, { client_id: 'VolejRejNm' }],
    [{ sort: 'name' }, { sort: 'name|asc' }],
    [{ sort: 'balance:desc' }, { sort: 'balance|desc' }],
    [{ sort: 'balance|DESC' }, { sort: 'balance|desc' }],
    [{ include: 'contacts,activities' }, { include: 'contacts,activities' }],
  ])('%j is sent as %j', (options, parameters) => {
    const base = { page: '1', per_page: '1000', sort: 'id|asc' };
    expect(listParameters(readFilters(options))).toEqual({ ...base, ...parameters });
  });

  it.each<readonly [FilterOptions, RegExp]>([
    [{ balance: '10:lt' }, /--balance "10:lt" is not understood/],
    [{ balance: 'lt:' }, /--balance "lt:"/],
    [{ balance: 'lt:ten' }, /--balance "lt:ten"/],
    [{ balance: 'lt:1:2' }, /--balance "lt:1:2"/],
    [{ betweenBalance: '20' }, /--between-balance "20"/],
    [{ betweenBalance: '1:2:3' }, /--between-balance "1:2:3"/],
    [{ betweenBalance: '20:10' }, /begins above its end/],
    [{ email: ' ' }, /email is blank/],
    [{ name: '50%' }, /name holds "%"/],
    [{ filter: 'a_b' }, /filter holds "_"/],
    [{ updatedSince: '1795340419000' }, /updated_at cannot be 1795340419000/],
    [{ updatedSince: 'yesterday' }, /--updated-since "yesterday"/],
    [{ updatedSince: '' }, /--updated-since ""/],
    [{ createdSince: '2026-02-30' }, /--created-since "2026-02-30"/],
    [{ createdSince: '2026-02-01T25:00Z' }, /--created-since/],
    [{ isDeleted: 'maybe' }, /--is-deleted "maybe"/],
    [{ status: 'open' }, /--status "open"/],
    [{ status: '' }, /--status ""/],
    [{ sort: 'email' }, /--sort "email"/],
    [{ sort: 'name:up' }, /--sort "name:up"/],
    [{ sort: 'name:asc:x' }, /--sort "name:asc:x"/],
    [{ include: 'invoices' }, /--include "invoices"/],
    [{ clientId: '../x' }, /client_id cannot be/],
  ])('%j is refused with a remedy', (options, message) => {
    const ask = (): unknown => listParameters(readFilters(options));
    expect(ask).toThrow(expect.objectContaining({ code: 'usage', hint: expect.stringMatching(/\w/) }));
    expect(ask).toThrow(message);
  });
});
