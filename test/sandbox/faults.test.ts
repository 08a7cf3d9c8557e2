/** Faults on demand: each strikes where it says, and the next call is fine. */

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { FaultRule } from '../../src/sandbox/faults.js';
import type { Sandbox } from '../../src/sandbox/server.js';
import { startSandbox } from '../../src/sandbox/server.js';
import type { Target } from '../contract/target.js';
import { messageOf, talkTo } from '../contract/target.js';

let sandbox: Sandbox;
let target: Target;
beforeEach(async () => {
  sandbox = await startSandbox();
  target = talkTo(sandbox.url, sandbox.tokens, '', () => Promise.resolve());
});
afterEach(() => sandbox.close());

const post = () => target.ask('/api/v1/clients', { json: { name: 'Fault' } });

describe('a fault', () => {
  it.each<[string, FaultRule, number, number]>([
    ['a 500 before the write', { kind: 'status' }, 500, 0],
    ['a 503 before the write', { kind: 'status', status: 503 }, 503, 0],
    ['a 500 after the write', { kind: 'status', when: 'after' }, 500, 1],
    ['a page before the write', { kind: 'html' }, 200, 0],
    ['a page after the write', { kind: 'html', status: 502, when: 'after' }, 502, 1],
    ['two documents', { kind: 'two-documents' }, 200, 1],
    ['half a JSON', { kind: 'bad-json' }, 200, 1],
  ])('%s', async (_, rule, status, stored) => {
    sandbox.fault({ ...rule, method: 'POST', times: 1 });
    const reply = await post();
    expect(reply.status).toBe(status);
    if (status === 200) expect(reply.body).toBeUndefined();
    expect(sandbox.clients()).toHaveLength(stored);
    expect((await post()).status).toBe(200);
    expect(sandbox.clients()).toHaveLength(stored + 1);
  });

  it.each<[string, FaultRule, number]>([
    ['a connection that breaks before the write', { kind: 'reset' }, 0],
    ['a connection that breaks after the write', { kind: 'reset', when: 'after' }, 1],
    ['half an answer', { kind: 'half-body' }, 1],
  ])('%s', async (_, rule, stored) => {
    sandbox.fault({ ...rule, times: 1 });
    await expect(post()).rejects.toThrow();
    expect(sandbox.clients()).toHaveLength(stored);
    expect((await post()).status).toBe(200);
  });

  it.each([
    ['before', 0],
    ['after', 1],
  ] as const)('no answer at all, %s the write', async (when, stored) => {
    sandbox.fault({ kind: 'stall', when, times: 1 });
    const patience = fetch(`${sandbox.url}/api/v1/clients`, {
      method: 'POST',
      headers: { 'X-API-TOKEN': sandbox.tokens.admin, 'Accept': 'application/json' },
      signal: AbortSignal.timeout(150),
    });
    await expect(patience).rejects.toThrow(/timeout/);
    expect(sandbox.clients()).toHaveLength(stored);
    expect((await post()).status).toBe(200);
  });

  it('in the middle of a write: the client is there, its contacts are not', async () => {
    sandbox.fault({ kind: 'half-write', times: 1 });
    const json = { name: 'Half', id_number: 'H', contacts: [{ first_name: 'Ada' }, { first_name: 'Bob' }] };
    expect((await target.ask('/api/v1/clients', { json })).status).toBe(500);
    expect(sandbox.clients()).toMatchObject([{ id_number: 'H', contacts: [] }]);
    expect((await target.ask('/api/v1/clients', { json })).status).toBe(422);

    const [id] = sandbox.seed([
      { name: 'Whole', city: 'Ulm', contacts: [{ first_name: 'Cy' }, { first_name: 'Eve' }] },
    ]);
    const [cy] = sandbox.clients()[1]?.contacts ?? [];
    sandbox.fault({ kind: 'half-write', times: 1 });
    const contacts = [{ id: cy?.['id'], first_name: 'Cyd' }, { first_name: 'New' }];
    const put = { method: 'PUT', json: { city: 'Bonn', settings: {}, contacts } };
    expect((await target.ask(`/api/v1/clients/${id}`, put)).status).toBe(500);
    expect(sandbox.clients()[1]).toMatchObject({ city: 'Bonn', contacts: [{ id: cy?.['id'], first_name: 'Cy' }] });
    expect((await target.ask(`/api/v1/clients/${id}`, put)).status).toBe(200);
    expect(sandbox.clients()[1]?.contacts).toMatchObject([{ first_name: 'Cyd' }, { first_name: 'New' }]);
  });

  it('in the middle of a bulk call: half of the clients are done', async () => {
    const ids = sandbox.seed([{ name: 'A' }, { name: 'B' }, { name: 'C' }]);
    sandbox.fault({ kind: 'half-write', times: 1 });
    const archive = () => target.ask('/api/v1/clients/bulk', { json: { action: 'archive', ids } });
    const archived = () => sandbox.clients().filter((client) => client.archived_at > 0).length;
    expect([(await archive()).status, archived()]).toEqual([500, 2]);
    expect([(await archive()).status, archived()]).toEqual([200, 3]);
  });

  it('that a server is away for: connections are refused until it is back', async () => {
    sandbox.fault({ kind: 'refuse', times: 1, delayMs: 50 });
    expect((await post()).status).toBe(200);
    await expect(post()).rejects.toThrow();
    await vi.waitFor(async () => expect((await post()).status).toBe(200));
    expect(sandbox.clients()).toHaveLength(2);
  });

  it.each(['before', 'after'] as const)('a late answer, %s the write', async (when) => {
    sandbox.fault({ kind: 'latency', delayMs: 60, when, times: 1 });
    const begin = performance.now();
    expect((await post()).status).toBe(200);
    expect(performance.now() - begin).toBeGreaterThanOrEqual(55);
  });
});

describe('a rule', () => {
  const statuses = async (count: number, path = '/api/v1/ping'): Promise<number[]> => {
    const seen: number[] = [];
    for (let i = 0; i < count; i++) seen.push((await target.ask(path)).status);
    return seen;
  };

  it.each<[string, Omit<FaultRule, 'kind'>, number[]]>([
    ['always', {}, [500, 500, 500, 500, 500, 500]],
    ['the n-th', { nth: 2 }, [200, 500, 200, 200, 200, 200]],
    ['every', { every: 3 }, [200, 200, 500, 200, 200, 500]],
    ['a number of times', { times: 2 }, [500, 500, 200, 200, 200, 200]],
    ['another method', { method: 'POST' }, [200, 200, 200, 200, 200, 200]],
    ['another path', { path: '/clients' }, [200, 200, 200, 200, 200, 200]],
    ['its path', { path: 'ping$' }, [500, 500, 500, 500, 500, 500]],
  ])('strikes %s', async (_, rule, expected) => {
    sandbox.fault({ kind: 'status', ...rule });
    expect(await statuses(6)).toEqual(expected);
  });

  it('strikes by chance, the same way in every run', async () => {
    sandbox.fault({ kind: 'status', probability: 0.5, seed: 7 });
    const first = await statuses(20);
    expect(new Set(first)).toEqual(new Set([200, 500]));
    sandbox.reset();
    sandbox.fault({ kind: 'status', probability: 0.5, seed: 7 });
    expect(await statuses(20)).toEqual(first);
  });

  it('comes and goes over HTTP', async () => {
    const rules = (json: unknown) => target.ask('/_sandbox/faults', { json, headers: { 'X-API-TOKEN': null } });
    expect((await rules([{ kind: 'status', status: 503 }])).status).toBe(200);
    expect(await statuses(1)).toEqual([503]);
    expect((await rules([])).status).toBe(200);
    expect(await statuses(1)).toEqual([200]);
    for (const [bad, text] of [
      [{}, 'Send a JSON list'],
      [[{ kind: 'nonsense' }], 'no kind of fault'],
      [[{ kind: 'reset', typo: 1 }], 'no "typo"'],
      [[{ kind: 'reset', path: '(' }], 'no regular expression'],
      [[{ kind: 'reset', nth: 'x' }], 'is a number'],
      [[{ kind: 'reset', when: 'never' }], 'before'],
      [[{ kind: 'reset', probability: 5 }], 'from 0 to 1, not 5'],
      [[{ kind: 'reset', nth: 0 }], 'not 0'],
    ] as const) {
      const reply = await rules(bad);
      expect([reply.status, messageOf(reply)]).toEqual([400, expect.stringContaining(text)]);
    }
  });
});
