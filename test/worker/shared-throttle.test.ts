/** The throttle of several workers, over a real Redis, against the sandbox with the hosted service's kind of limit. */

import { setImmediate as turn } from 'node:timers/promises';
import { Redis } from 'ioredis';
import pLimit from 'p-limit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openHttp } from '../../src/ninja/http.js';
import type { Throttle, ThrottleAnswer } from '../../src/push/throttle.js';
import { startSandbox } from '../../src/sandbox/server.js';
import type { LoggedRequest, Sandbox, SandboxOptions } from '../../src/sandbox/server.js';
import { createSharedThrottle } from '../../src/worker/shared-throttle.js';
import type { SharedThrottleOptions } from '../../src/worker/shared-throttle.js';
import { openRedis } from '../support/redis.js';
import type { TestRedis } from '../support/redis.js';

const WINDOW_MS = 1000;
const TARGET = 'https://invoicing.example.com';
const QUICK: ThrottleAnswer = { status: 200, limit: null, remaining: null, retryAfterSeconds: null, ms: 10 };

let server: TestRedis;
let redis: Redis;
const closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  server = await openRedis({ own: true });
});
beforeEach(async () => {
  redis = connect();
  await redis.flushall();
});
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});
afterAll(() => server.close());

/** Each worker has a connection of its own. */
function connect(): Redis {
  const client = new Redis(server.url, { maxRetriesPerRequest: null, retryStrategy: () => 50 });
  client.on('error', () => undefined);
  closers.push(() => Promise.resolve(client.disconnect()));
  return client;
}

function openWorker(options: Partial<SharedThrottleOptions> = {}): Throttle {
  return createSharedThrottle({
    redis: connect(),
    prefix: 'test',
    target: TARGET,
    runId: 1,
    workers: () => 2,
    windowMs: WINDOW_MS,
    ...options,
  });
}

async function openServer(options: SandboxOptions): Promise<Sandbox> {
  const sandbox = await startSandbox({ windowMs: WINDOW_MS, ...options });
  closers.push(() => sandbox.close());
  return sandbox;
}

/** Sends so many requests, four at a time as a run does. */
async function send(sandbox: Sandbox, throttle: Throttle, count: number): Promise<void> {
  const http = openHttp({ url: sandbox.url, token: sandbox.tokens.admin, throttle });
  const limit = pLimit(4);
  try {
    await Promise.all(
      Array.from({ length: count }, () =>
        limit(() => http.send({ method: 'GET', path: '/clients', query: { per_page: '1' }, reads: true })),
      ),
    );
  } finally {
    await http.close();
  }
}

/** Requests that were executed in each window of the server: one begins with the first request after the last one's end. */
function windowsOf(requests: readonly LoggedRequest[]): readonly number[] {
  const windows: { readonly endsAt: number; count: number }[] = [];
  for (const { atMs, status } of requests) {
    if (status === 429) continue;
    const last = windows.at(-1);
    if (last !== undefined && atMs < last.endsAt) last.count += 1;
    else windows.push({ endsAt: atMs + WINDOW_MS, count: 1 });
  }
  return windows.map(({ count }) => count);
}

function refusals(sandbox: Sandbox): number {
  return sandbox.requests.filter(({ status }) => status === 429).length;
}

async function stateOf(name: string): Promise<number> {
  const [key = ''] = await redis.keys('test:throttle:*:state');
  return Number(await redis.hget(key, name));
}

async function sizeOf(set: 'flights' | 'wants'): Promise<number> {
  const [key] = await redis.keys(`test:throttle:*:${set}`);
  return key === undefined ? 0 : await redis.zcard(key);
}

describe('a server that announces a limit', () => {
  it('gets nine tenths of it from all workers together, and refuses nothing', async () => {
    const sandbox = await openServer({ mode: 'hosted', rateLimit: 40 });
    const workers = [openWorker({ target: sandbox.url }), openWorker({ target: sandbox.url, runId: 2 })];
    await Promise.all(workers.map((worker) => send(sandbox, worker, 60)));
    const windows = windowsOf(sandbox.requests);
    expect(refusals(sandbox)).toBe(0);
    expect(windows.reduce((sum, count) => sum + count, 0)).toBe(120);
    expect(Math.max(...windows)).toBe(36);
    expect(workers.map(({ limitPerMinute }) => limitPerMinute)).toEqual([2160, 2160]);
  });

  it('keeps the headroom that the job names', async () => {
    const sandbox = await openServer({ mode: 'hosted', rateLimit: 40 });
    await send(sandbox, openWorker({ target: sandbox.url, headroom: 0.5 }), 50);
    expect(Math.max(...windowsOf(sandbox.requests))).toBe(20);
  });

  it('gives a run its share and the rest to others, at once', async () => {
    const sandbox = await openServer({ mode: 'hosted', rateLimit: 40, windowMs: 60_000 });
    const small = openWorker({ target: sandbox.url, windowMs: 60_000, share: 0.25 });
    const large = openWorker({ target: sandbox.url, windowMs: 60_000, runId: 2 });
    await send(sandbox, small, 9);
    const tenth = small.acquire();
    await vi.waitFor(async () => expect(await stateOf('taken')).toBe(9));
    await send(sandbox, large, 27);
    expect(await Promise.race([tenth, turn('waits')])).toBe('waits');
    expect(sandbox.requests).toHaveLength(36);
  });

  it('and that somebody else drains is left alone until its window ends', async () => {
    const sandbox = await openServer({ mode: 'hosted', rateLimit: 12 });
    const worker = openWorker({ target: sandbox.url });
    let sent = 0;
    const rival = setInterval(() => {
      sent += 1;
      void fetch(`${sandbox.url}/api/v1/clients?per_page=1`, {
        headers: { 'x-api-token': sandbox.tokens.admin, 'x-requested-with': 'XMLHttpRequest' },
      }).catch(() => undefined);
    }, 30);
    await send(sandbox, worker, 20).finally(() => clearInterval(rival));
    // The rival is refused each time that it comes; the worker at most a few times a window.
    expect(sent).toBeGreaterThan(0);
    expect(worker.throttled).toBeLessThanOrEqual(4 * windowsOf(sandbox.requests).length);
  });
});

describe('workers that the server sees under two addresses', () => {
  it('have a limit each', async () => {
    const workers = [openWorker({ windowMs: 60_000 }), openWorker({ windowMs: 60_000, egress: 'office', runId: 2 })];
    await workers[0]?.acquire();
    workers[0]?.observe({ ...QUICK, limit: 1, remaining: 0 });
    await vi.waitFor(async () => expect(await stateOf('limit')).toBe(1));
    await workers[1]?.acquire();
    expect(await redis.keys('test:throttle:*:state')).toHaveLength(2);
  });
});

describe('a cap of our own', () => {
  it('holds for all workers together', async () => {
    const sandbox = await openServer({});
    const options = { target: sandbox.url, requestsPerMinute: 600 };
    const workers = [openWorker(options), openWorker({ ...options, runId: 2 })];
    const begin = performance.now();
    await Promise.all(workers.map((worker) => send(sandbox, worker, 16)));
    // Ten in each window of a second: the last of 32 comes in the fourth.
    expect(performance.now() - begin).toBeGreaterThan(3 * WINDOW_MS);
    expect(workers[0]?.limitPerMinute).toBe(600);
  });

  it('of one run does not hold back a run that has none', async () => {
    const windowMs = 60_000;
    const [capped, free] = [openWorker({ requestsPerMinute: 6, windowMs }), openWorker({ runId: 2, windowMs })];
    let remaining = 400;
    const go = async (throttle: Throttle): Promise<void> => {
      await throttle.acquire(AbortSignal.timeout(10_000));
      remaining -= 1;
      throttle.observe({ ...QUICK, limit: 400, remaining });
    };
    await go(free);
    for (let count = 0; count < 5; count += 1) await go(capped);
    const ending = new AbortController();
    const waiting = capped.acquire(ending.signal).catch(() => 'it waits for the next window');
    for (let count = 0; count < 20; count += 1) await go(free);
    ending.abort();
    expect(await waiting).toBe('it waits for the next window');
  });

  it('is not lowered by the headroom, which is of the limit of the server', async () => {
    const worker = openWorker({ requestsPerMinute: 600, headroom: 0.5, windowMs: 60_000 });
    await worker.acquire();
    worker.observe({ ...QUICK, limit: 1000, remaining: 999 });
    expect(worker.limitPerMinute).toBe(500);
    const slower = openWorker({ requestsPerMinute: 300, headroom: 0.5, windowMs: 60_000, runId: 2 });
    expect(slower.limitPerMinute).toBe(300);
  });
});

describe('two runs that wait at the same time', () => {
  it('get the same number of requests, give or take a few', async () => {
    const COUNT = 100;
    const got = [0, 0];
    let apart: number | null = null;
    const note = (): void => {
      const [one = 0, other = 0] = got;
      if (Math.max(one, other) === COUNT) return;
      // One may have begun earlier; it waits then until the other one has as many.
      if (apart !== null || one === other) apart = Math.max(apart ?? 0, Math.abs(one - other));
    };
    const workers = [openWorker({ runId: 0 }), openWorker({ runId: 1 })];
    // Both are connected before either begins.
    for (const worker of workers) {
      await worker.acquire();
      worker.observe(QUICK);
    }
    const askAll = async (worker: Throttle, nth: number): Promise<void> => {
      const ask = async (): Promise<void> => {
        await worker.acquire();
        got[nth] = (got[nth] ?? 0) + 1;
        note();
        await turn();
        worker.observe(QUICK);
      };
      await Promise.all(Array.from({ length: COUNT }, ask));
    };
    await Promise.all(workers.map(askAll));
    expect(got).toEqual([COUNT, COUNT]);
    expect(apart).not.toBeNull();
    expect(apart).toBeLessThanOrEqual(10);
  });
});

describe('a server without a limit', () => {
  it('gets more at a time as long as it is quick, and one at a time when it is slow', async () => {
    const worker = openWorker({ windowMs: 60_000 });
    const answer = async (count: number, ms: number): Promise<number> => {
      for (let nth = 0; nth < count; nth += 1) {
        await worker.acquire();
        worker.observe({ ...QUICK, ms });
      }
      return await vi.waitFor(async () => {
        expect(await sizeOf('flights')).toBe(0);
        return await stateOf('slots');
      });
    };
    expect(await answer(50, 10)).toBeGreaterThan(8);
    expect(await answer(40, 500)).toBe(1);
    await worker.acquire();
    const order: string[] = [];
    const second = worker.acquire().then(() => order.push('granted'));
    await vi.waitFor(async () => expect(await sizeOf('wants')).toBe(1));
    order.push('answered');
    worker.observe(QUICK);
    await second;
    expect(order).toEqual(['answered', 'granted']);
    expect(worker.limitPerMinute).toBeNull();
  });
});

describe('a server without a limit whose requests take different times', () => {
  const [LOOK, CREATE] = [
    { ...QUICK, kind: 'GET /clients', ms: 10 },
    { ...QUICK, kind: 'POST /clients', ms: 200 },
  ];

  async function answerAll(worker: Throttle, answers: readonly ThrottleAnswer[]): Promise<number> {
    for (const answer of answers) {
      await worker.acquire();
      worker.observe(answer);
    }
    return await vi.waitFor(async () => {
      expect(await sizeOf('flights')).toBe(0);
      return await stateOf('slots');
    });
  }

  it.each([
    ['one for one', 1],
    ['one look for nine creates', 9],
  ])('gets more at a time as long as each is as quick as its kind: %s', async (_, creates) => {
    const worker = openWorker({ windowMs: 60_000 });
    const mix = Array.from({ length: 100 }, (__, nth) => (nth % (creates + 1) === 0 ? LOOK : CREATE));
    expect(await answerAll(worker, mix)).toBeGreaterThan(8);
    const slow = Array.from({ length: 40 }, () => ({ ...CREATE, ms: 900 }));
    expect(await answerAll(worker, slow)).toBe(1);
  });

  it('hears from the connection what was asked for', async () => {
    const sandbox = await openServer({ windowMs: 60_000 });
    sandbox.fault({ kind: 'latency', method: 'POST', path: '/clients$', delayMs: 80 });
    const throttle = openWorker({ target: sandbox.url, windowMs: 60_000 });
    const http = openHttp({ url: sandbox.url, token: sandbox.tokens.admin, throttle });
    const create = (nth: number): Promise<unknown> =>
      http.send({ method: 'POST', path: '/clients', body: { name: `Client ${nth}` }, reads: false });
    try {
      for (let nth = 0; nth < 24; nth += 1) {
        await create(nth);
        await http.send({ method: 'GET', path: '/clients', query: { per_page: '1' }, reads: true });
      }
      const [key = ''] = await redis.keys('test:throttle:*:state');
      const names = Object.keys(await redis.hgetall(key));
      expect(names.filter((name) => name.startsWith('usual')).toSorted()).toEqual([
        'usual GET /clients',
        'usual POST /clients',
      ]);
      expect(await stateOf('slots')).toBeGreaterThan(6);
    } finally {
      await http.close();
    }
  });
});

describe('a worker that dies', () => {
  it('in the middle of its requests gives room back when their time is over', async () => {
    const dead = openWorker({ windowMs: 60_000, flightMs: 400 });
    await dead.acquire();
    dead.observe(QUICK);
    await vi.waitFor(async () => expect(await sizeOf('flights')).toBe(0));
    const slots = Math.floor(await stateOf('slots'));
    for (let nth = 0; nth < slots; nth += 1) await dead.acquire();
    const heir = openWorker({ windowMs: 60_000, flightMs: 400, runId: 2 });
    // There is no room until the time of one of them is over; on a busy machine they began one after the other.
    await heir.acquire();
    expect(await sizeOf('flights')).toBeLessThanOrEqual(slots);
  });

  it('has used up what it may have sent', async () => {
    const dead = openWorker({ windowMs: 60_000, flightMs: 200, headroom: 0 });
    await dead.acquire();
    dead.observe({ ...QUICK, limit: 5, remaining: 4 });
    for (let nth = 0; nth < 4; nth += 1) await dead.acquire();
    const heir = openWorker({ windowMs: 60_000, headroom: 0, runId: 2 });
    const stopped = new AbortController();
    const waiting = heir.acquire(stopped.signal);
    await vi.waitFor(async () => expect(await stateOf('low')).toBe(0), 5000);
    expect(await sizeOf('flights')).toBe(0);
    stopped.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });

  it('with the first request of a window lets another one go ahead', async () => {
    const dead = openWorker({ windowMs: 400 });
    await dead.acquire();
    const heir = openWorker({ windowMs: 400, runId: 2 });
    await heir.acquire();
    expect(await sizeOf('flights')).toBe(2);
  });
});

describe('a clock that is set back', () => {
  it('does not make a window last for hours', async () => {
    const worker = openWorker({ windowMs: 60_000, headroom: 0 });
    await worker.acquire();
    worker.observe({ ...QUICK, limit: 1, remaining: 0 });
    await vi.waitFor(async () => expect(await stateOf('limit')).toBe(1));
    const [key = ''] = await redis.keys('test:throttle:*:state');
    const hourLater = Date.now() + 3_600_000;
    await redis.hset(key, { seenAt: hourLater, windowEnd: hourLater + 60_000, beganAt: hourLater, lowAt: hourLater });
    await worker.acquire();
    expect(await stateOf('seenAt')).toBeLessThan(hourLater);
  });
});

describe('a caller that leaves', () => {
  it('leaves nothing behind', async () => {
    const worker = openWorker({ windowMs: 60_000 });
    const gone = new AbortController();
    const leaving = worker.acquire(gone.signal);
    gone.abort(new Error('stopped'));
    await expect(leaving).rejects.toThrow('stopped');
    await expect(worker.acquire(gone.signal)).rejects.toThrow('stopped');
    await vi.waitFor(async () => expect(await stateOf('taken')).toBe(0));
    expect(await sizeOf('flights')).toBe(0);
    await worker.acquire();
  });
});

describe('Redis that goes away', () => {
  const WAYS = {
    'is stopped': { go: () => server.stop(), comeBack: () => server.start() },
    'takes no writes for a while': {
      go: () => control('CLIENT', 'PAUSE', '600000', 'WRITE'),
      comeBack: () => control('CLIENT', 'UNPAUSE'),
    },
  };

  async function control(command: string, ...args: readonly string[]): Promise<void> {
    const client = new Redis(server.url);
    await client.call(command, ...args);
    client.disconnect();
  }

  it.each(Object.entries(WAYS))('and %s: each keeps to its part, and they go on together', async (_, way) => {
    const sandbox = await openServer({ mode: 'hosted', rateLimit: 80 });
    const changes: boolean[][] = [[], []];
    const openOne = (nth: number): Throttle =>
      openWorker({ target: sandbox.url, runId: nth + 1, onChange: (shared) => changes[nth]?.push(shared) });
    const workers = [openOne(0), openOne(1)];
    await Promise.all(workers.map((worker) => send(sandbox, worker, 5)));
    await way.go();
    const before = sandbox.requests.length;
    await Promise.all(workers.map((worker) => send(sandbox, worker, 90)));
    expect(changes).toEqual([[false], [false]]);
    expect(Math.max(...windowsOf(sandbox.requests.slice(before)))).toBeLessThanOrEqual(72);
    await way.comeBack();
    while (changes.some((told) => told.length < 2))
      await Promise.all(workers.map((worker) => send(sandbox, worker, 3)));
    expect(changes).toEqual([
      [false, true],
      [false, true],
    ]);
    await Promise.all(workers.map((worker) => send(sandbox, worker, 20)));
    expect(refusals(sandbox)).toBe(0);
    await vi.waitFor(async () => expect(await sizeOf('flights')).toBe(0));
  });
});

it('goes on with a Redis that is full', async () => {
  const told: boolean[] = [];
  const worker = openWorker({ onChange: (shared) => told.push(shared) });
  await redis.config('SET', 'maxmemory', '1');
  try {
    await expect(redis.set('something', 'else')).rejects.toThrow('OOM');
    for (let nth = 0; nth < 5; nth += 1) {
      await worker.acquire();
      worker.observe({ ...QUICK, limit: 20, remaining: 19 - nth });
    }
  } finally {
    await redis.config('SET', 'maxmemory', '0');
  }
  await vi.waitFor(async () => expect(await stateOf('low')).toBe(15));
  expect(told).toEqual([]);
});

it('keeps nothing in Redis that names the target', async () => {
  const worker = openWorker();
  await worker.acquire();
  worker.observe({ ...QUICK, limit: 5, remaining: 4 });
  await vi.waitFor(async () => expect(await stateOf('limit')).toBe(5));
  const keys = await redis.keys('*');
  expect(keys.every((key) => /^test:throttle:\{[0-9a-f]{16}\}:\w+$/.test(key))).toBe(true);
});
