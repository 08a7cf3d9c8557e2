import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startHealth } from '../../src/worker/health.js';
import type { HealthServer, Readiness } from '../../src/worker/health.js';

let health: HealthServer;
let needs: Readiness;
let breaks = false;

beforeEach(async () => {
  needs = { redis: 'ok', state: 'ok', drops: 'ok' };
  breaks = false;
  health = await startHealth({
    host: '127.0.0.1',
    port: 0,
    readiness: () => (breaks ? Promise.reject(new Error('a secret')) : Promise.resolve(needs)),
    metrics: () => Promise.resolve({ contentType: 'text/plain; version=0.0.4', text: 'up 1\n' }),
  });
});
afterEach(() => health.close());

const ask = (path: string, method = 'GET'): Promise<Response> => fetch(`${health.url}${path}`, { method });

describe('the answers', () => {
  it('say that the process is there', async () => {
    const answer = await ask('/healthz');
    expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok' }]);
  });

  it('say that all that is needed is there', async () => {
    const answer = await ask('/readyz');
    expect([answer.status, await answer.json()]).toEqual([200, { ready: true, ...needs }]);
  });

  it('name what is not', async () => {
    needs = { redis: 'does not answer', state: 'ok', drops: 'ok' };
    const answer = await ask('/readyz');
    expect([answer.status, await answer.json()]).toEqual([503, { ready: false, ...needs }]);
  });

  it('hold the metrics with their type', async () => {
    const answer = await ask('/metrics');
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4');
    expect(await answer.text()).toBe('up 1\n');
  });
});

describe('whoever asks', () => {
  it('for the head gets no body', async () => {
    const answer = await ask('/readyz', 'HEAD');
    expect([answer.status, await answer.text()]).toEqual([200, '']);
    expect(Number(answer.headers.get('content-length'))).toBeGreaterThan(10);
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('with %s is told what is allowed', async (method) => {
    const answer = await ask('/metrics', method);
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it.each(['/', '/admin', '/healthz/', '//readyz', '/%2e%2e/etc'])('for %s gets nothing', async (path) => {
    expect((await ask(path)).status).toBe(404);
  });

  it('hears nothing of what went wrong inside', async () => {
    breaks = true;
    const answer = await ask('/readyz');
    expect([answer.status, await answer.text()]).toEqual([500, '{"error":"internal"}\n']);
  });

  it('hears nothing of what it is that answers', async () => {
    const { headers } = await ask('/healthz');
    expect([...headers.keys()].toSorted()).toEqual([
      'cache-control',
      'connection',
      'content-length',
      'content-type',
      'date',
      'keep-alive',
      'x-content-type-options',
    ]);
  });
});

it('says which port is taken, and what to do', async () => {
  const port = Number(new URL(health.url).port);
  const again = startHealth({
    host: '127.0.0.1',
    port,
    readiness: () => Promise.resolve({}),
    metrics: () => Promise.resolve({ contentType: '', text: '' }),
  });
  await expect(again).rejects.toMatchObject({
    code: 'config-invalid',
    message: expect.stringContaining(`Port ${port} of 127.0.0.1`) as string,
    hint: expect.stringContaining('HEALTH_PORT') as string,
  });
});
