/** A stop while a push waits for the rate limit ends it at once, and loses nothing. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SyncError } from '../../src/errors.js';
import type { Run } from '../../src/run/store.js';
import { aJob, csv, openRehearsal } from '../support/rehearsal.js';
import type { Rehearsal } from '../support/rehearsal.js';
import { applyTo, countRequests, failureOf, kindsOf, reload } from './apply.js';

const WINDOW_MS = 3000;
const AT_ONCE_MS = 1000;
const CLIENTS = 16;
/** Requests of one window: enough for the plan and for some of the creates. */
const LIMIT = 15;

const job = aJob({ columns: { id_number: 'Id', name: 'Name' } });

let rehearsal: Rehearsal;
let run: Run;

beforeEach(async () => {
  rehearsal = await openRehearsal({ mode: 'hosted', rateLimit: LIMIT, windowMs: WINDOW_MS });
  const rows = Array.from({ length: CLIENTS }, (_, n) => [`C-${n}`, `Client ${n}`]);
  run = await rehearsal.plan(job, rehearsal.write('clients.csv', csv([['Id', 'Name'], ...rows])));
});
afterEach(() => rehearsal.close());

const creates = (): number => countRequests(rehearsal, 'POST', /clients$/);

/** Resolves when the window is used up and nothing is under way. */
async function untilItWaits(): Promise<number> {
  const { requests } = rehearsal.sandbox;
  const begin = requests.length;
  for (let seen = -1; seen !== rehearsal.sandbox.requests.length || creates() === 0;) {
    seen = rehearsal.sandbox.requests.length;
    if (seen - begin > 10 * LIMIT) throw new Error('nothing waits');
    await new Promise((resolve) => {
      setTimeout(resolve, 200);
    });
  }
  return creates();
}

describe('a run that is stopped while it waits for the rate limit', () => {
  it.each([
    ['by a person', 'interrupted', undefined],
    ['as its lease is lost', 'lease-lost', new SyncError('lease-lost', 'Run 1 lost the target.')],
  ] as const)('%s ends at once, and nothing is lost', async (_, code, reason) => {
    const stop = new AbortController();
    const applying = failureOf(applyTo(rehearsal, run, { signal: stop.signal }));
    const sent = await untilItWaits();
    expect(sent).toBeLessThan(CLIENTS);
    const stoppedAt = performance.now();
    stop.abort(reason);
    expect((await applying).code).toBe(code);
    expect(performance.now() - stoppedAt).toBeLessThan(AT_ONCE_MS);
    expect(creates()).toBe(sent);
    expect(await reload(rehearsal, run)).toMatchObject({ status: 'interrupted' });
    expect((await kindsOf(rehearsal, run)).filter((kind) => kind === 'created')).toHaveLength(sent);
    expect(rehearsal.sandbox.clients()).toHaveLength(sent);
  });

  it('sends the rest when it goes on, once', async () => {
    const stop = new AbortController();
    const applying = failureOf(applyTo(rehearsal, run, { signal: stop.signal }));
    await untilItWaits();
    stop.abort();
    await applying;
    await applyTo(rehearsal, await reload(rehearsal, run));
    expect(creates()).toBe(CLIENTS);
    expect(new Set(rehearsal.sandbox.clients().map(({ name }) => name)).size).toBe(CLIENTS);
    expect(new Set(await kindsOf(rehearsal, run))).toEqual(new Set(['created']));
    expect(rehearsal.sandbox.requests.filter(({ status }) => status === 429)).toEqual([]);
  });
});
