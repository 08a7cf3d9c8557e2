/** Who may ask, how refusals look, and what an unknown address answers. The numbers are those of the recordings in FACTS.md. */

import { describe, expect, it } from 'vitest';

import { errorsOf, LACKS_ROLES, messageOf, pageOf, target, unique } from './target.js';

describe('any request', () => {
  const BROWSER = { 'Accept': null, 'X-Requested-With': null } as const;

  describe('tokens', () => {
    it('[001] pings with the token', async () => {
      const reply = await target.ask('/api/v1/ping');
      expect(reply.status).toBe(200);
      expect(Object.keys(reply.body as object)).toEqual(['company_name', 'user_name']);
    });

    it('[002] reports its health', async () => {
      expect((await target.ask('/api/v1/health_check')).body).toMatchObject({
        system_health: true,
        api_version: '5.10.17',
      });
    });

    it.each([
      ['[003] no token', { 'X-API-TOKEN': null }],
      ['[004] a wrong token', { 'X-API-TOKEN': 'nope' }],
      ['[005] an empty token', { 'X-API-TOKEN': '' }],
      ['[006] a wrong token of a browser', { ...BROWSER, 'X-API-TOKEN': 'nope' }],
      ['[010] a bearer token', { 'X-API-TOKEN': null, 'Authorization': 'Bearer TOKEN' }],
    ])('%s is 403 in JSON [011]', async (_, given) => {
      const headers = {
        ...given,
        ...('Authorization' in given ? { Authorization: `Bearer ${target.tokens.admin}` } : {}),
      };
      for (const path of ['/api/v1/ping', '/api/v1/clients']) {
        const reply = await target.ask(path, { headers });
        expect([reply.status, reply.body]).toEqual([403, { message: 'Invalid token', errors: {} }]);
      }
    });

    it('[007] does not mind the case of the token', async () => {
      expect((await target.ask('/api/v1/ping', { token: target.tokens.admin.toUpperCase() })).status).toBe(200);
    });

    it.skipIf(LACKS_ROLES)('[008] locks a user out', async () => {
      const reply = await target.ask('/api/v1/ping', { token: target.tokens.locked });
      expect([reply.status, reply.body]).toEqual([403, { message: 'User access locked', errors: {} }]);
    });

    it('[009] answers a browser with JSON when all is well', async () => {
      expect((await target.ask('/api/v1/ping', { headers: BROWSER })).headers.get('content-type')).toBe(
        'application/json',
      );
    });
  });

  describe.skipIf(LACKS_ROLES)('permissions', () => {
    it.each([
      ['[079]', 'none'],
      ['[080]', 'view_only'],
    ] as const)('%s refuses a POST of the %s token, which the admin may make', async (_, name) => {
      const reply = await target.ask('/api/v1/clients', { json: { name: 'x' }, token: target.tokens[name] });
      expect([reply.status, reply.body]).toEqual([401, { message: 'This action is unauthorized.' }]);
      expect((await target.ask('/api/v1/clients', { json: { name: 'x' } })).status).toBe(200);
    });

    it('[095] lists nothing without permission, everything with view_client', async () => {
      await target.create({ name: unique('Listed') });
      const without = await target.ask('/api/v1/clients', { token: target.tokens.none });
      expect([without.status, pageOf(without).data]).toEqual([200, []]);
      const viewer = await target.ask('/api/v1/clients', { token: target.tokens.view_only });
      expect(pageOf(viewer).meta.pagination.total).toBe((await target.list()).meta.pagination.total);
    });
  });

  describe('content negotiation', () => {
    const bad = { name: 'x', contacts: [{ email: 'bad' }] };

    it('[077] sends a browser that posts bad data to the root', async () => {
      const reply = await target.ask('/api/v1/clients', { json: bad, headers: BROWSER });
      expect([reply.status, reply.headers.get('location')]).toEqual([302, target.url]);
    });

    it.each([
      ['Accept alone', { 'X-Requested-With': null }],
      ['X-Requested-With alone', { Accept: null }],
    ])('[078] %s suffices for a 422', async (_, headers) => {
      const reply = await target.ask('/api/v1/clients', { json: bad, headers });
      expect([reply.status, messageOf(reply)]).toEqual([422, 'The given data was invalid.']);
      expect(errorsOf(reply)).toEqual({ 'contacts.0.email': ['The contacts.0.email must be a valid email address.'] });
    });
  });

  describe('addresses', () => {
    it('[012] ignores a slash at the end', async () => {
      expect((await target.ask('/api/v1/clients/')).status).toBe(200);
    });

    it.each([
      ['[013]', '/api/v1/nosuch', {}],
      ['[014] for a browser', '/api/v1/nosuch', BROWSER],
      ['[342] below a client', '/api/v1/clients/WJxbojagwO/nosuch', {}],
    ])('%s: a GET of an unknown address is answered with a page', async (_, path, headers: Record<string, null>) => {
      const reply = await target.ask(path, { headers });
      expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'text/html; charset=UTF-8']);
    });

    it.each([
      ['[015]', 'PATCH', '/api/v1/ping'],
      ['[341]', 'POST', '/api/v1/nosuch'],
      ['[343]', 'PUT', '/api/v1/nosuch/abc'],
    ])('%s knows no %s of %s', async (_, method, path) => {
      const reply = await target.ask(path, { method, json: {} });
      expect([reply.status, reply.body]).toEqual([404, { message: 'Method not supported for this route' }]);
    });

    it('[016] answers a preflight without a token', async () => {
      const reply = await target.ask('/api/v1/clients', { method: 'OPTIONS', headers: { 'X-API-TOKEN': null } });
      expect([reply.status, reply.text]).toEqual([200, 'OK']);
    });

    it('[397] says its versions, and no rate limit when self-hosted', async () => {
      const { headers } = await target.ask('/api/v1/clients?per_page=1');
      expect(headers.get('x-api-version')).toBe('5.0.16');
      expect(headers.get('x-app-version')).toBe('5.10.17');
      expect(headers.get('x-minimum-client-version')).toBe('5.0.16');
      expect(headers.get('cache-control')).toBe('no-cache, private');
      expect(headers.get('x-ratelimit-limit')).toBeNull();
      expect([headers.get('etag'), headers.get('last-modified')]).toEqual([null, null]);
      expect(headers.get('access-control-allow-origin')).toBe('*');
      expect((await target.ask('/api/v1/ping')).headers.get('x-api-version')).toBeNull();
    });

    it('[438] answers HEAD like GET, without a body', async () => {
      const reply = await target.ask('/api/v1/clients', { method: 'HEAD' });
      expect([reply.status, reply.text]).toEqual([200, '']);
    });
  });
});
