/** The hosted service's rate limit, with a clock of our own. */

import { afterEach, describe, expect, it } from 'vitest';

import type { Sandbox, SandboxOptions } from '../../src/sandbox/server.js';
import { startSandbox } from '../../src/sandbox/server.js';
import type { Target } from '../contract/target.js';
import { talkTo } from '../contract/target.js';

let sandbox: Sandbox;
let nowMs = 0;
afterEach(() => sandbox.close());

async function start(options: SandboxOptions): Promise<Target> {
  nowMs = 1_700_000_000_000;
  sandbox = await startSandbox({ now: () => nowMs, ...options });
  return talkTo(sandbox.url, sandbox.tokens, '', () => Promise.resolve());
}

describe('the throttle', () => {
  it('[404, 406] counts down from 500 in hosted mode, refusals too', async () => {
    const target = await start({ mode: 'hosted' });
    const remaining: (string | null)[] = [];
    for (const ask of [{}, { json: { name: 'x' } }, { json: { contacts: null } }]) {
      const { headers } = await target.ask('/api/v1/clients', ask);
      expect(headers.get('x-ratelimit-limit')).toBe('500');
      remaining.push(headers.get('x-ratelimit-remaining'));
    }
    expect(remaining).toEqual(['499', '498', '497']);
  });

  it('[407-411] refuses until the window is over, for all tokens of an address', async () => {
    const target = await start({ mode: 'hosted', rateLimit: 3 });
    for (let i = 0; i < 3; i++) expect((await target.ask('/api/v1/ping')).status).toBe(200);
    nowMs += 14_000;
    const refused = await target.ask('/api/v1/ping');
    expect([refused.status, refused.body]).toEqual([429, { message: 'Too many requests' }]);
    expect(refused.headers.get('retry-after')).toBeNull();
    expect(refused.headers.get('x-ratelimit-limit')).toBeNull();

    const browser = await target.ask('/api/v1/ping', { headers: { 'Accept': null, 'X-Requested-With': null } });
    expect([browser.status, browser.headers.get('content-type')]).toEqual([429, 'text/html; charset=UTF-8']);
    expect(
      ['retry-after', 'x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset'].map((name) =>
        browser.headers.get(name),
      ),
    ).toEqual(['46', '3', '0', '1700000060']);

    expect((await target.ask('/api/v1/ping', { token: target.tokens.other_company })).status).toBe(429);
    expect((await target.ask('/api/v1/ping', { token: 'nope' })).status).toBe(403);
    nowMs += 46_000;
    expect((await target.ask('/api/v1/ping')).headers.get('x-ratelimit-remaining')).toBe('2');
  });

  it('a wrong token does not count', async () => {
    const target = await start({ mode: 'hosted', rateLimit: 2 });
    for (let i = 0; i < 5; i++) await target.ask('/api/v1/ping', { token: 'nope' });
    expect((await target.ask('/api/v1/ping')).headers.get('x-ratelimit-remaining')).toBe('1');
  });

  it('has a window of its own length and works self-hosted when asked to', async () => {
    const target = await start({ rateLimit: 1, windowMs: 500 });
    expect((await target.ask('/api/v1/ping')).status).toBe(200);
    expect((await target.ask('/api/v1/ping')).status).toBe(429);
    nowMs += 500;
    expect((await target.ask('/api/v1/ping')).status).toBe(200);
  });

  it('[397] is off by default when self-hosted', async () => {
    const target = await start({});
    for (let i = 0; i < 30; i++) expect((await target.ask('/api/v1/ping')).headers.get('x-ratelimit-limit')).toBeNull();
  });

  it('[405] answers unknown addresses in hosted mode with 404 in JSON, 25 times', async () => {
    const target = await start({ mode: 'hosted' });
    const reply = await target.ask('/api/v1/nosuch');
    expect([reply.status, reply.body]).toEqual([404, { message: 'Route does not exist' }]);
    expect(reply.headers.get('x-ratelimit-limit')).toBe('25');
    for (let i = 1; i < 25; i++) await target.ask('/api/v1/nosuch');
    expect((await target.ask('/api/v1/nosuch')).status).toBe(429);
  });

  it('[398-403] lets three updates of tax data through, self-hosted too', async () => {
    const target = await start({});
    const { id } = await target.create({ name: 'Taxed' });
    const path = `/api/v1/clients/${id}/updateTaxData`;
    for (const remaining of ['2', '1', '0']) {
      const { status, headers } = await target.ask(path, { json: {} });
      const limits = [headers.get('x-ratelimit-limit'), headers.get('x-ratelimit-remaining')];
      expect([status, ...limits]).toEqual([200, '3', remaining]);
    }
    const refused = await target.ask(path, { json: {} });
    expect([refused.status, refused.body]).toEqual([429, { message: 'Too many requests' }]);
    expect(refused.headers.get('x-ratelimit-limit')).toBeNull();
    expect((await target.ask('/api/v1/ping')).status).toBe(200);
    nowMs += 60_000;
    expect((await target.ask(path, { json: {} })).status).toBe(200);
  });
});
