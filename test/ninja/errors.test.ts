/** The error table: each answer and each network error, over real connections where a server can be made to send it. */

import { afterEach, describe, expect, it } from 'vitest';
import { explainNetwork } from '../../src/ninja/network.js';
import type { Step } from './scripted-server.js';
import { closeAll, failure, read, scene, TOKEN, write } from './scripted-target.js';

afterEach(closeAll);

const invalid = { 'contacts.0.email': ['The email must be a valid email address.'], 'number': ['Taken.', 'Bad.'] };
const broken = '{"data":[]}{"message":"Server Error"}';

/** Answer, code, a part of what the operator reads, requests for a read. */
const ANSWERS: readonly (readonly [name: string, step: Step, code: string, says: RegExp, requests: number])[] = [
  ['a redirect', { status: 302, headers: { location: 'https://x.example/' } }, 'target-redirect', /https:\/\/x/, 1],
  ['a web page', { text: '<!DOCTYPE html><html></html>' }, 'target-not-json', /web page/, 1],
  [
    'a page called JSON',
    { text: ' <html>', headers: { 'content-type': 'application/json' } },
    'target-not-json',
    /web/,
    1,
  ],
  [
    'two documents',
    { text: broken, headers: { 'content-type': 'application/json' } },
    'target-bad-json',
    /two JSON/,
    1,
  ],
  [
    'half a document',
    { text: '{"data":', headers: { 'content-type': 'text/plain' } },
    'target-bad-json',
    /complete/,
    4,
  ],
  [
    'an empty body',
    { status: 204, text: '', headers: { 'content-type': 'x/y' } },
    'target-answer-unexpected',
    /empty/,
    1,
  ],
  [
    'an unknown id',
    { status: 400, json: { message: 'No query results for model [App\\Models\\Client].' } },
    'target-not-found',
    /no such client/,
    1,
  ],
  [
    'a numeric id',
    { status: 400, json: { message: 'Record with value 1 not found' } },
    'target-not-found',
    /client/,
    1,
  ],
  [
    'a deleted client',
    { status: 400, json: { message: 'Record is deleted and cannot be edited. Restore the record to enable editing' } },
    'target-deleted',
    /deleted/,
    1,
  ],
  ['another 400', { status: 400, json: { message: 'Relation `x`' } }, 'target-invalid', /Relation `x`/, 1],
  [
    'a missing permission',
    { status: 401, json: { message: 'This action is unauthorized.' } },
    'target-forbidden',
    /token/,
    1,
  ],
  ['a bad token', { status: 403, json: { message: 'Invalid token', errors: {} } }, 'target-unauthorised', /token/, 1],
  ['a locked user', { status: 403, json: { message: 'User access locked' } }, 'target-unauthorised', /locked/, 1],
  ['a bad secret', { status: 403, json: { message: 'Invalid secret' } }, 'target-unauthorised', /Invalid secret/, 1],
  ['a firewall', { status: 403, text: '<h1>Blocked</h1>' }, 'target-forbidden', /Blocked/, 1],
  [
    'an unknown route',
    { status: 404, json: { message: 'Route does not exist' } },
    'target-not-found',
    /no such address/,
    1,
  ],
  ['a password', { status: 412, json: { message: 'Invalid Password' } }, 'target-password', /password/, 1],
  [
    'invalid fields',
    { status: 422, json: { message: 'x', errors: invalid } },
    'target-invalid',
    /number: Taken\. Bad$|email/,
    1,
  ],
  ['a 5xx of a proxy', { status: 502, text: '<html>Bad Gateway</html>' }, 'target-server-error', /502/, 4],
  ['a 500', { status: 500, json: { message: 'Server Error' } }, 'target-server-error', /Server Error/, 4],
  ['a 418', { status: 418, text: 'teapot' }, 'target-answer-unexpected', /418/, 1],
];

describe('an answer that is no success', () => {
  it.each(ANSWERS)('%s is told apart and explained', async (_name, step, code, says, requests) => {
    const { server, http } = await scene([step]);
    const error = await failure(http.send(read));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(says);
    expect(error.message).toContain(server.url);
    expect(error.hint).toMatch(/\w/);
    expect(JSON.stringify([error.message, error.hint, error.details])).not.toContain(TOKEN);
    expect(server.received.length).toBe(requests);
  });

  it.each([
    { status: 500, json: { message: '\u001B[2J\u0007Server\nError' } },
    { status: 422, json: { message: 'x', errors: { 'name\u0007': ['\u001B]0;title\u0007bad'] } } },
    { status: 418, text: '\u001B[2Jteapot' },
  ])('says nothing that a terminal would obey: %j', async (step) => {
    const { http } = await scene([step]);
    const { message, details } = await failure(http.send(write));
    expect(JSON.stringify([message, details])).not.toMatch(/\\u00|\\n/);
  });

  it('of 422 carries the fields', async () => {
    const { http } = await scene([{ status: 422, json: { message: 'x', errors: invalid } }]);
    const error = await failure(http.send(write));
    expect(error.code).toBe('target-invalid');
    expect(error.details).toMatchObject({ errors: invalid, status: 422 });
  });
});

describe('a network error', () => {
  const asked = { method: 'PUT', path: '/api/v1/clients/x', url: 'https://ninja.example' };
  const error = (code: string, syscall?: string): Error => Object.assign(new Error(code), { code, syscall });

  it.each<readonly [string, string | undefined, string, 'no' | 'maybe']>([
    ['ECONNREFUSED', 'connect', 'target-unreachable', 'no'],
    ['EHOSTUNREACH', 'connect', 'target-unreachable', 'no'],
    ['ETIMEDOUT', 'connect', 'target-timeout', 'no'],
    ['ETIMEDOUT', 'read', 'target-timeout', 'maybe'],
    ['ENOTFOUND', 'getaddrinfo', 'target-unreachable', 'no'],
    ['EAI_AGAIN', 'getaddrinfo', 'target-unreachable', 'no'],
    ['UND_ERR_CONNECT_TIMEOUT', undefined, 'target-timeout', 'no'],
    ['UND_ERR_HEADERS_TIMEOUT', undefined, 'target-timeout', 'maybe'],
    ['UND_ERR_BODY_TIMEOUT', undefined, 'target-timeout', 'maybe'],
    ['UND_ERR_SOCKET', undefined, 'target-unreachable', 'maybe'],
    ['ECONNRESET', 'read', 'target-unreachable', 'maybe'],
    ['EPIPE', 'write', 'target-unreachable', 'maybe'],
    ['HPE_INVALID_CONSTANT', undefined, 'target-unreachable', 'maybe'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', undefined, 'target-tls', 'no'],
    ['CERT_HAS_EXPIRED', undefined, 'target-tls', 'no'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', undefined, 'target-tls', 'no'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', undefined, 'target-tls', 'no'],
    ['ERR_SSL_SSLV3_ALERT_BAD_RECORD_MAC', undefined, 'target-tls', 'maybe'],
  ])('%s of %s is %s, acted: %s', (code, syscall, expected, acted) => {
    const failed = explainNetwork(asked, error(code, syscall));
    expect(failed.error.code).toBe(expected);
    expect(failed.acted).toBe(acted);
    expect(failed.error.message).toContain('https://ninja.example/api/v1/clients/x');
  });

  it('of several addresses at once is read from the first', () => {
    const cause = new AggregateError([error('ECONNREFUSED', 'connect'), error('ECONNREFUSED', 'connect')]);
    expect(explainNetwork(asked, cause)).toMatchObject({ acted: 'no', error: { code: 'target-unreachable' } });
  });
});
