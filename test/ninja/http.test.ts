/** Requests over real connections to a scripted server: headers, what is sent again, and what never. */

import { afterEach, describe, expect, it } from 'vitest';
import { FormData } from 'undici';
import { SyncError } from '../../src/errors.js';
import type { HttpRequest } from '../../src/ninja/http.js';
import { createThrottle } from '../../src/push/throttle.js';
import type { Step } from './scripted-server.js';
import { closeAll, connect, done, failure, read, scene, TOKEN, write } from './scripted-target.js';

afterEach(closeAll);

describe('a request', () => {
  it('carries the headers that the API needs, below the path of the address', async () => {
    const { server, http } = await scene([done], { path: '/billing//', secret: 's3' });
    await http.send(read);
    await http.send(write);
    const [first, second] = server.received;
    expect(first?.path).toBe('/billing/api/v1/clients?per_page=1');
    expect(first?.headers).toMatchObject({
      'x-api-token': TOKEN,
      'x-api-secret': 's3',
      'x-requested-with': 'XMLHttpRequest',
      'accept': 'application/json',
    });
    expect(first?.headers['content-type']).toBeUndefined();
    expect(second?.headers['content-type']).toBe('application/json');
    expect(JSON.parse(second?.body ?? '')).toEqual({ name: 'Ä' });
    expect(http.url).toBe(`${server.url}/billing`);
  });

  it('goes without a secret when there is none', async () => {
    const { server, http } = await scene([done]);
    await http.send(read);
    expect(server.received[0]?.headers['x-api-secret']).toBeUndefined();
  });

  it('uses one connection again and is reported with its status and time', async () => {
    const { http, reports } = await scene([done, { status: 500, json: {} }, done], { concurrency: 1 });
    await http.send(read);
    await http.send(read);
    expect(reports.map((report) => report.status)).toEqual([200, 500, 200]);
    expect(reports[0]).toMatchObject({ method: 'GET', path: '/api/v1/clients?per_page=1' });
    expect(reports.every((report) => report.ms >= 0)).toBe(true);
  });
});

describe('a token that was replaced', () => {
  const unknown: Step = { status: 403, json: { message: 'Invalid token', errors: {} } };

  it('is read once more, and the request is sent again, also one that writes', async () => {
    const tokens = ['two', 'three'];
    const renewToken = async () => tokens.shift();
    const { server, http } = await scene([unknown, done, done, unknown, done], { renewToken });
    await http.send(write);
    await http.send(read);
    await http.send(write);
    expect(server.received.map(({ headers }) => headers['x-api-token'])).toEqual([TOKEN, 'two', 'two', 'two', 'three']);
  });

  it('is asked for once by requests that are refused together', async () => {
    let asked = 0;
    const renewToken = async () => {
      asked += 1;
      return 'two';
    };
    const { http } = await scene(({ headers }) => (headers['x-api-token'] === 'two' ? done : unknown), { renewToken });
    await Promise.all([http.send(read), http.send(read), http.send(write)]);
    expect(asked).toBe(1);
  });

  it.each([
    ['is the same', TOKEN],
    ['is not there', undefined],
    ['is as unknown', 'two'],
  ])('that %s is an error', async (_name, token) => {
    const { server, http } = await scene(() => unknown, { renewToken: async () => token });
    expect(await failure(http.send(write))).toMatchObject({ code: 'target-unauthorised' });
    expect(server.received).toHaveLength(token === 'two' ? 2 : 1);
  });
});

describe('a write that waits for a connection after it was checked', () => {
  it('is checked again before it leaves, and leaves once', async () => {
    const { server, http } = await scene([done, 'silence', done], { concurrency: 1, leaveWithinMs: 100 });
    await http.send(read);
    const checks: number[] = [];
    const under = http.under({
      signal: new AbortController().signal,
      beforeWrite: async () => void checks.push(server.received.length),
    });
    const blocking = http.send(read).catch(() => undefined);
    while (server.received.length < 2) await new Promise((resolve) => setImmediate(resolve));
    await under.send(write);
    await blocking;
    expect(checks.length).toBeGreaterThan(1);
    expect(server.received.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  it('does not leave when what allowed it is not so any more', async () => {
    const { server, http } = await scene([done, 'silence', done], { concurrency: 1, leaveWithinMs: 100 });
    await http.send(read);
    let checks = 0;
    const under = http.under({
      signal: new AbortController().signal,
      beforeWrite: async () => {
        checks += 1;
        if (checks > 1) throw new SyncError('lease-lost', 'Somebody else writes.');
      },
    });
    const blocking = http.send(read).catch(() => undefined);
    while (server.received.length < 2) await new Promise((resolve) => setImmediate(resolve));
    expect((await failure(under.send(write))).code).toBe('lease-lost');
    await blocking;
    expect(server.received.filter(({ method }) => method === 'POST')).toHaveLength(0);
  });

  it('leaves at once when the connection is free', async () => {
    const { server, http } = await scene([done], { concurrency: 1, leaveWithinMs: 100 });
    let checks = 0;
    const under = http.under({ signal: new AbortController().signal, beforeWrite: async () => void (checks += 1) });
    await under.send(write);
    await under.send(write);
    expect(checks).toBe(2);
    expect(server.received).toHaveLength(2);
  });
});

describe('a form', () => {
  const form = new FormData();
  form.set('_method', 'PUT');

  it('goes by POST', async () => {
    const { server, http } = await scene([done]);
    await http.send({ method: 'POST', path: '/clients/a/upload', form, reads: false });
    expect(server.received[0]?.headers['content-type']).toMatch(/^multipart\/form-data/);
    expect(server.received[0]?.body).toContain('PUT');
  });

  it('by PUT would change nothing, so it is stopped', async () => {
    const { server, http } = await scene([done]);
    // @ts-expect-error a form has no other method
    const put: HttpRequest = { method: 'PUT', path: '/clients/a', form, reads: false };
    await expect(http.send(put)).rejects.toThrow(/form goes by POST/);
    // @ts-expect-error nor does it go along with a body
    const both: HttpRequest = { method: 'POST', path: '/clients', form, body: {}, reads: false };
    expect(both.path).toBe('/clients');
    expect(server.received).toEqual([]);
  });
});

describe('an address', () => {
  it.each([
    ['https://ninja.example', 'https://ninja.example'],
    [' https://ninja.example/ ', 'https://ninja.example'],
    ['https://ninja.example/api/v1/', 'https://ninja.example'],
    ['https://ninja.example/a/b/api/v1/clients?x=1', 'https://ninja.example/a/b'],
    ['https://ninja.example/#/clients', 'https://ninja.example'],
    ['http://127.0.0.1:8000//', 'http://127.0.0.1:8000'],
  ])('%s is read as %s', (given, url) => {
    expect(connect(given).url).toBe(url);
  });

  it.each(['ninja.example', 'ftp://ninja.example', 'https://me:pw@ninja.example', ''])('%s is refused', (given) => {
    expect(() => connect(given)).toThrow(expect.objectContaining({ code: 'config-invalid' }));
    expect(() => connect(given)).not.toThrow(/pw@/);
  });
});

describe('a read that fails', () => {
  it.each<readonly [string, Step]>([
    ['a reset', 'reset'],
    ['half a body', 'half'],
    ['silence', 'silence'],
    ['a 500', { status: 500, json: { message: 'Server Error' } }],
    ['a 503', { status: 503, text: 'maintenance' }],
    ['bad JSON', { text: '{"data":[{', headers: { 'content-type': 'application/json' } }],
  ])('with %s is sent again', async (_name, step) => {
    const { server, http } = await scene([step, done]);
    expect((await http.send(read)).json).toEqual({ data: [] });
    expect(server.received.length).toBe(2);
  });

  it('waits longer each time and gives up after four attempts', async () => {
    const waits: number[] = [];
    const sleep = async (ms: number): Promise<void> => {
      waits.push(ms);
    };
    const { server, http } = await scene(['reset'], { sleep });
    expect((await failure(http.send(read))).code).toBe('target-unreachable');
    expect(server.received.length).toBe(4);
    expect(waits.length).toBe(3);
    for (const [index, ms] of waits.entries()) {
      expect(ms).toBeGreaterThanOrEqual(125 * 2 ** index);
      expect(ms).toBeLessThanOrEqual(375 * 2 ** index);
    }
  });

  it('with silence ends as a time-out', async () => {
    const { http } = await scene(['silence']);
    expect((await failure(http.send({ ...read, attempts: 1 }))).code).toBe('target-timeout');
  });
});

describe('a write that fails', () => {
  it.each<readonly [string, Step, string]>([
    ['a reset', 'reset', 'target-unreachable'],
    ['half an answer', 'half', 'target-unreachable'],
    ['silence', 'silence', 'target-timeout'],
    ['a 500', { status: 500, json: { message: 'Server Error' } }, 'target-server-error'],
    ['a 502', { status: 502, text: '<html>' }, 'target-server-error'],
    ['a web page', { text: '<html>' }, 'target-not-json'],
    ['bad JSON', { text: '{', headers: { 'content-type': 'application/json' } }, 'target-bad-json'],
    ['408', { status: 408, text: '' }, 'target-answer-unexpected'],
  ])('with %s is in doubt and never sent again', async (_name, step, reason) => {
    const { server, http } = await scene([step, done]);
    const error = await failure(http.send(write));
    expect(error.code).toBe('target-in-doubt');
    expect(error.details).toMatchObject({ method: 'POST', path: '/api/v1/clients', reason });
    expect(server.received.length).toBe(1);
  });

  it.each<readonly [string, Step, string]>([
    ['422', { status: 422, json: { errors: {} } }, 'target-invalid'],
    ['401', { status: 401, json: {} }, 'target-forbidden'],
    ['400', { status: 400, json: { message: 'x' } }, 'target-invalid'],
    ['a redirect', { status: 301, headers: { location: '/' } }, 'target-redirect'],
  ])('with %s was certainly not executed', async (_name, step, code) => {
    const { server, http } = await scene([step, done]);
    expect((await failure(http.send(write))).code).toBe(code);
    expect(server.received.length).toBe(1);
  });

  it('because nobody listens was certainly not sent', async () => {
    const { server, http } = await scene([done]);
    await server.close();
    const error = await failure(http.send(write));
    expect(error.code).toBe('target-unreachable');
    expect(error.message).toContain(server.url);
    expect(error.retry).toBe('later');
  });

  it('because the port speaks no TLS was certainly not sent', async () => {
    const { server } = await scene([done]);
    const error = await failure(connect(server.url.replace('http:', 'https:')).send(write));
    expect(error.code).toBe('target-tls');
    expect(error.retry).toBe('never');
  });

  it('because the host has no address was certainly not sent', async () => {
    const error = await failure(connect('http://ninja.invalid').send(write));
    expect(error.code).toBe('target-unreachable');
    expect(error.message).toContain('name is not known');
  });
});

describe('a 429', () => {
  const refused: Step = { status: 429, json: { message: 'Too many requests' } };

  it('of a write is waited for and sent again, since the server did nothing', async () => {
    const { server, http, reports } = await scene([refused, refused, done]);
    await http.send(write);
    expect(server.received.length).toBe(3);
    expect(reports.map((report) => report.status)).toEqual([429, 429, 200]);
  });

  it('that never ends fails after six requests', async () => {
    const { server, http } = await scene([refused]);
    const error = await failure(http.send(write));
    expect(error.code).toBe('target-throttled');
    expect(error.retry).toBe('later');
    expect(server.received.length).toBe(6);
  });

  it('does not come when the server announces its limit', async () => {
    const windowMs = 300;
    const window = { start: 0, used: 0 };
    let refusals = 0;
    const { http } = await scene(
      () => {
        const now = performance.now();
        if (now >= window.start + windowMs) Object.assign(window, { start: now, used: 0 });
        if (window.used >= 10) {
          refusals += 1;
          return refused;
        }
        window.used += 1;
        const headers = { 'x-ratelimit-limit': '10', 'x-ratelimit-remaining': String(10 - window.used) };
        return { json: { data: [] }, headers };
      },
      { throttle: createThrottle({ windowMs }) },
    );
    await Promise.all(Array.from({ length: 25 }, () => http.send(read)));
    expect(refusals).toBe(0);
  });
});

describe('closing', () => {
  it('ends requests that wait for the rate limit', async () => {
    const throttle = createThrottle({ requestsPerMinute: 1 });
    const { http } = await scene([done], { throttle });
    await http.send(read);
    const waiting = failure(http.send(read));
    await http.close();
    expect((await waiting).code).toBe('interrupted');
  });
});
