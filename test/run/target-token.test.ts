/** A token that is replaced while a run is at work: the run goes on with it, if it is for the same company. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Target } from '../../src/run/context.js';
import { openTarget } from '../../src/run/target.js';
import { startScripted } from '../ninja/scripted-server.js';
import type { ScriptedServer } from '../ninja/scripted-server.js';

/** Tokens that the server knows, with their companies. */
let companies: Map<string, string>;
let now: string;
let server: ScriptedServer;
let target: Target;

const STATICS = {
  countries: [{ id: '840', iso_3166_2: 'US', name: 'United States' }],
  currencies: [{ id: '1', code: 'USD', name: 'US Dollar' }],
  languages: [{ id: '1', locale: 'en', name: 'English' }],
  industries: [],
  sizes: [],
};
const companyUser = (key: string) => ({
  is_owner: true,
  is_admin: true,
  permissions: '',
  company: { id: 'x', company_key: key, settings: { country_id: '840', currency_id: '1', name: `The ${key}` } },
});
const PAGE = { data: [], meta: { pagination: { total: 0, count: 0, per_page: 1, current_page: 1, total_pages: 1 } } };

beforeEach(async () => {
  companies = new Map([['first', 'k1']]);
  now = 'first';
  server = await startScripted(({ path, headers }) => {
    const key = companies.get(String(headers['x-api-token']));
    if (key === undefined) return { status: 403, json: { message: 'Invalid token', errors: {} } };
    if (path.includes('/refresh')) return { json: { data: [companyUser(key)] } };
    return { json: path.includes('/statics') ? STATICS : PAGE };
  });
  target = await openTarget({ url: server.url, token: now, readToken: () => now });
});

afterEach(async () => {
  await target.ninja.close();
  await server.close();
});

const list = () => target.ninja.list({ perPage: 1 });
/** Who asked for clients, and was answered. */
const heard = (): readonly unknown[] =>
  server.received.filter(({ path }) => path.includes('/clients')).map(({ headers }) => headers['x-api-token']);

describe('a token that is replaced while a run is at work', () => {
  it('is used from then on', async () => {
    await list();
    companies = new Map([['second', 'k1']]);
    now = 'second';
    expect((await list()).total).toBe(0);
    await list();
    expect(heard()).toEqual(['first', 'first', 'second', 'second']);
  });

  it('is refused when it is one of another company: nothing is sent with it', async () => {
    await list();
    companies = new Map([['second', 'k2']]);
    now = 'second';
    await expect(list()).rejects.toMatchObject({
      code: 'target-company',
      message: expect.stringContaining('replaced by one of another company, "The k2"') as string,
    });
    expect(heard()).toEqual(['first', 'first']);
  });

  it('is no better when the server does not know it either', async () => {
    companies = new Map();
    now = 'second';
    await expect(list()).rejects.toMatchObject({ code: 'target-unauthorised' });
    expect(heard()).toEqual(['first']);
  });
});
