/** The right to write is taken from a run by force while it pushes: whatever it was about to send stays unsent. */

import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Job } from '../../src/job/schema.js';
import { openStore } from '../../src/run/open-store.js';
import type { Lease } from '../../src/run/lease-store.js';
import type { Run, Store } from '../../src/run/store.js';
import type { LoggedRequest } from '../../src/sandbox/server.js';
import { aJob, csv, openRehearsal } from '../support/rehearsal.js';
import type { Rehearsal, RehearsalOptions } from '../support/rehearsal.js';
import { applyTo, failureOf, kindsOf, reload } from './apply.js';

const job = aJob({
  columns: { id_number: 'Id', name: 'Name', city: 'City' },
  documents: 'Docs',
  lifecycle: { from: 'State' },
});

let rehearsal: Rehearsal;
let other: Store | null = null;

afterEach(async () => {
  await other?.close();
  other = null;
  await rehearsal.close();
});

/** A rehearsal and the state as another process sees it. */
async function open(options: RehearsalOptions = {}): Promise<Store> {
  rehearsal = await openRehearsal(options);
  other = await openStore({ dataDir: path.dirname(rehearsal.write('contract.txt', 'A contract.\n')) });
  return other;
}

/** `unlock --force` of another process, and a run there that takes the target at once. */
async function takeAway(store: Store): Promise<Lease> {
  const [held] = await store.listLeases();
  if (held === undefined) throw new Error('nobody holds the target');
  const { id: runId } = await store.createRun({ job: 'another', target: held.target, files: [] });
  await store.breakLease(held.target);
  const answer = await store.acquireLease({ ...held, runId, host: 'elsewhere', pid: 1, ttlMs: 60_000 });
  if (!('taken' in answer)) throw new Error('it was taken by somebody else');
  return answer.taken;
}

const plan = (lines: readonly (readonly string[])[], by: Job = job): Promise<Run> =>
  rehearsal.plan(by, rehearsal.write('clients.csv', csv([['Id', 'Name', 'City', 'Docs', 'State'], ...lines])));
const isWrite = ({ method, path: asked }: Pick<LoggedRequest, 'method' | 'path'>): boolean =>
  method !== 'GET' && asked.includes('/clients');
const writes = (): readonly string[] =>
  rehearsal.sandbox.requests.filter(isWrite).map(({ method, path: asked }) => `${method} ${asked}`);

/** The store of a run that is overtaken right after it noted what it sends next. */
function interruptedStore(store: Store, happen: () => Promise<unknown>): Store {
  return new Proxy(store, {
    get: (inner, key) => {
      const value: unknown = Reflect.get(inner, key, inner);
      if (key !== 'beginChanges') return typeof value === 'function' ? (value as () => unknown).bind(inner) : value;
      return async (...input: Parameters<Store['beginChanges']>): Promise<void> => {
        await inner.beginChanges(...input);
        await happen();
      };
    },
  });
}

describe('between the intent and its request', () => {
  const HELD = ['C-1', 'Ann', '', '', ''];
  const edits = { archived: { state: 'archived' }, active: {} } as const;

  it.each([
    ['a create', 'active', ['C-2', 'Bob', 'Ulm', '', ''], 'created'],
    ['an update', 'active', ['C-1', 'Ann', 'Ulm', '', ''], 'updated'],
    ['an archive', 'active', ['C-1', 'Ann', '', '', 'inactive'], 'archived'],
    ['a restore', 'archived', ['C-1', 'Ann', '', '', 'active'], 'restored'],
    ['a document', 'active', ['C-1', 'Ann', '', 'contract.txt', ''], 'uploaded'],
  ] as const)('%s is not sent any more; without that it is', async (_, state, line, kind) => {
    const elsewhere = await open({ concurrency: 1 });
    const [id = ''] = rehearsal.sandbox.seed([{ id_number: HELD[0], name: HELD[1] }]);
    rehearsal.sandbox.edit(id, edits[state]);
    rehearsal.wait(2);
    const run = await plan([line]);
    const overtaken = interruptedStore(rehearsal.store, () => takeAway(elsewhere));
    const error = await failureOf(applyTo(rehearsal, run, { store: overtaken }));
    expect(error.code).toBe('lease-lost');
    expect(error.message).toMatch(/to run \d+ \(elsewhere, process 1\)/);
    expect(writes()).toEqual([]);
    expect(await kindsOf(rehearsal, run)).toEqual(['in doubt']);
    expect(await elsewhere.listLeases()).toMatchObject([{ host: 'elsewhere' }]);

    await elsewhere.breakLease(run.target);
    let happened = 0;
    const left = interruptedStore(rehearsal.store, () => Promise.resolve((happened += 1)));
    await applyTo(rehearsal, await reload(rehearsal, run), { store: left });
    expect(happened).toBeGreaterThan(0);
    expect(writes().length).toBeGreaterThan(0);
    expect(await kindsOf(rehearsal, run)).toEqual([kind]);
  });
});

describe('in the middle of many', () => {
  const CLIENTS = 40;
  /** Within one group of intents, which are all noted by then. */
  const NTH = 6;
  let applying: Promise<unknown>;
  const lines = Array.from({ length: CLIENTS }, (_, n) => [`C-${n}`, `Client ${n}`, 'Ulm', '', '']);

  it.each([1, 4])('nothing leaves but what was under way, with %i at a time', async (concurrency) => {
    let [arrived, taken] = [0, null as Promise<unknown> | null];
    const elsewhere = await open({
      concurrency,
      onRequest: (request) => {
        if (!isWrite(request)) return;
        arrived += 1;
        if (arrived === NTH) taken = takeAway(elsewhere);
      },
    });
    // Answers come long after the target was taken.
    rehearsal.sandbox.fault({
      kind: 'latency',
      method: 'POST',
      path: '/clients',
      when: 'after',
      delayMs: 100,
      times: NTH + concurrency,
    });
    const run = await plan(lines);
    const error = await failureOf(applyTo(rehearsal, run));
    await taken;
    expect(error.code).toBe('lease-lost');
    expect(arrived).toBeGreaterThanOrEqual(NTH);
    expect(arrived).toBeLessThan(NTH + concurrency);
    // What was answered has its outcome, and the other holder may go on with the rest.
    const kinds = await kindsOf(rehearsal, run);
    expect(kinds.filter((kind) => kind === 'created')).toHaveLength(arrived);
    expect(rehearsal.sandbox.clients()).toHaveLength(arrived);

    await elsewhere.breakLease(run.target);
    await applyTo(rehearsal, await reload(rehearsal, run));
    expect(arrived).toBe(CLIENTS);
    expect(rehearsal.sandbox.clients()).toHaveLength(CLIENTS);
  });

  it.each([
    ['nothing leaves after a wait for the rate limit', true],
    ['all leaves after a wait for the rate limit when nobody takes it', false],
  ])('%s', async (_, isTaken) => {
    const elsewhere = await open({ windowMs: 1000 });
    const run = await plan(lines);
    const { throttle } = rehearsal.target;
    // Somebody else behind the same address used up the window.
    const useUp = async (): Promise<void> => {
      await throttle.acquire();
      throttle.observe({ status: 200, limit: 500, remaining: 0, retryAfterSeconds: null, ms: 0 });
    };
    let noted = 0;
    const waiting = new Promise<void>((resolve) => {
      const store = interruptedStore(rehearsal.store, async () => {
        noted += 1;
        if (noted > 1) return;
        await useUp();
        setImmediate(resolve);
      });
      applying = applyTo(rehearsal, run, { store }).catch((error: unknown) => error);
    });
    await waiting;
    expect(writes()).toEqual([]);
    if (isTaken) await takeAway(elsewhere);
    const end = await applying;
    expect(writes()).toHaveLength(isTaken ? 0 : CLIENTS);
    expect(end).toMatchObject(isTaken ? { code: 'lease-lost' } : { status: 'done' });
  });
});
