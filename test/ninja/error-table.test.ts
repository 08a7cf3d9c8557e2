/**
 * What may come back from a target, one row for each kind, over real connections: the code, whether a write is known not
 * to have happened, and that the operator reads the address and a remedy.
 */

import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { SyncError } from '../../src/errors.js';
import type { Step } from './scripted-server.js';
import { closeAll, connect, failure, scene, write } from './scripted-target.js';

afterEach(closeAll);

interface Row {
  readonly what: string;
  readonly step: Step;
  readonly code: string;
  readonly says: RegExp;
  readonly status: number;
}

const message = (status: number, text: string): Step => ({ status, json: { message: text } });
const errors = { 'name': ['Too long.'], 'contacts.0.email': ['No e-mail.', 'Taken.'] };

const REFUSED: readonly Row[] = [
  {
    what: '302',
    step: { status: 302, text: '<html>', headers: { location: 'https://new.example/' } },
    code: 'target-redirect',
    says: /redirects to https:\/\/new\.example\/ \(status 302\)/,
    status: 302,
  },
  {
    what: '400 of an unknown client',
    step: message(400, 'No query results for model [App\\Models\\Client].'),
    code: 'target-not-found',
    says: /no such client/,
    status: 400,
  },
  {
    what: '400 of a deleted client',
    step: message(400, 'Record is deleted and cannot be edited. Restore the record to enable editing'),
    code: 'target-deleted',
    says: /client is deleted/,
    status: 400,
  },
  {
    what: '400 of anything else',
    step: message(400, 'Relation `nosuch` is not a valid include.'),
    code: 'target-invalid',
    says: /not a valid include/,
    status: 400,
  },
  {
    what: '401',
    step: message(401, 'This action is unauthorized.'),
    code: 'target-forbidden',
    says: /not allowed for this token/,
    status: 401,
  },
  {
    what: '403',
    step: message(403, 'Invalid token'),
    code: 'target-unauthorised',
    says: /token is not valid/,
    status: 403,
  },
  {
    what: '404',
    step: message(404, 'Method not supported for this route'),
    code: 'target-not-found',
    says: /no such address/,
    status: 404,
  },
  { what: '412', step: message(412, 'Invalid Password'), code: 'target-password', says: /password/, status: 412 },
  {
    what: '422',
    step: { status: 422, json: { message: 'The given data was invalid.', errors } },
    code: 'target-invalid',
    says: /name: Too long\.; contacts\.0\.email: No e-mail\. Taken\.$/,
    status: 422,
  },
  {
    what: '429',
    step: message(429, 'Too many requests'),
    code: 'target-throttled',
    says: /too many requests/,
    status: 429,
  },
];

/** A write that ends like this may have happened. */
const DOUBTFUL: readonly (readonly [what: string, step: Step, reason: string])[] = [
  ['500', message(500, 'Server Error'), 'target-server-error'],
  ['502', { status: 502, text: '<html>' }, 'target-server-error'],
  ['503', { status: 503, text: 'maintenance' }, 'target-server-error'],
  ['504', { status: 504, text: '<html>' }, 'target-server-error'],
  ['a time-out after it was sent', 'silence', 'target-timeout'],
  ['a reset after it was sent', 'reset', 'target-unreachable'],
  ['half an answer', 'half', 'target-unreachable'],
];

function expectHelp(error: SyncError, url: string): void {
  expect(error.message).toContain(url);
  expect(error.hint).toMatch(/\w+ \w+/);
}

describe('a write that was answered with', () => {
  it.each(REFUSED)('$what did nothing and is $code', async ({ step, code, says, status }) => {
    const { server, http } = await scene([step]);
    const error = await failure(http.send(write));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(says);
    expect(error.details).toMatchObject({ status });
    expectHelp(error, server.url);
  });

  it.each(DOUBTFUL)('%s is in doubt, and says why', async (_what, step, reason) => {
    const { server, http } = await scene([step]);
    const error = await failure(http.send(write));
    expect(error).toMatchObject({ code: 'target-in-doubt', retry: 'later', details: { reason } });
    expectHelp(error, server.url);
    expect(server.received).toHaveLength(1);
  });
});

describe('a write that was never sent', () => {
  it('for a refused connection is target-unreachable', async () => {
    const free = createServer();
    await new Promise<void>((resolve) => {
      free.listen(0, '127.0.0.1', resolve);
    });
    const url = `http://127.0.0.1:${(free.address() as AddressInfo).port}`;
    await new Promise((resolve) => {
      free.close(resolve);
    });
    const error = await failure(connect(url).send(write));
    expect(error).toMatchObject({ code: 'target-unreachable', retry: 'later' });
    expect(error.message).toMatch(/refused/);
    expectHelp(error, url);
  });

  it('for a name that DNS does not know is target-unreachable', async () => {
    const url = 'http://no-such-host.invalid';
    const error = await failure(connect(url, { requestTimeoutMs: 10_000 }).send(write));
    expect(error).toMatchObject({ code: 'target-unreachable', retry: 'later' });
    expect(error.message).toMatch(/name is not known/);
    expectHelp(error, url);
  });

  it('for a port without TLS is target-tls', async () => {
    const { server } = await scene([{ json: {} }]);
    const url = server.url.replace('http:', 'https:');
    const error = await failure(connect(url).send(write));
    expect(error).toMatchObject({ code: 'target-tls', retry: 'never' });
    expectHelp(error, url);
    expect(server.received).toEqual([]);
  });

  it('for a connection that is not made in time is target-timeout', async () => {
    // TLS waits for a greeting that this port never sends.
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => {
      silent.listen(0, '127.0.0.1', resolve);
    });
    const url = `https://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const error = await failure(connect(url, { requestTimeoutMs: 100 }).send(write));
    expect(error).toMatchObject({ code: 'target-timeout', retry: 'later' });
    expect(error.message).toMatch(/no connection in time/);
    expectHelp(error, url);
    silent.close();
  });
});
