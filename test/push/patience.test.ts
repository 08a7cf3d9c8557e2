import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SyncError } from '../../src/errors.js';
import type { ErrorCode } from '../../src/errors.js';
import { Patience } from '../../src/push/patience.js';
import { aJob, csv, openRehearsal } from '../support/rehearsal.js';
import type { Rehearsal } from '../support/rehearsal.js';
import { applyTo, failureOf, kindsOf, reload } from './apply.js';

const away = (code: ErrorCode = 'target-unreachable'): SyncError =>
  new SyncError(code, 'GET http://n.example: the connection was refused.');

describe('waiting for a target', () => {
  interface Waiting {
    readonly patience: Patience;
    readonly pauses: number[];
    readonly notices: string[];
    readonly probes: () => number;
  }

  /** @param answers what the probes meet, in order; then they are answered */
  function open(answers: readonly SyncError[], options: { patienceMs?: number; stop?: () => void } = {}): Waiting {
    const pauses: number[] = [];
    const notices: string[] = [];
    let probes = 0;
    const patience = new Patience({
      patienceMs: options.patienceMs ?? 600_000,
      runId: 7,
      probe: async () => {
        const error = answers[probes];
        probes += 1;
        if (error !== undefined) throw error;
      },
      sleep: async (ms) => void pauses.push(ms),
      checkStop: options.stop ?? (() => undefined),
      onNotice: (message) => notices.push(message),
    });
    return { patience, pauses, notices, probes: () => probes };
  }

  it('pauses longer and longer, up to half a minute, and says so once', async () => {
    const { patience, pauses, notices } = open(Array<SyncError>(12).fill(away()));
    await patience.wait(away());
    expect(pauses).toHaveLength(13);
    for (const [nth, pause] of pauses.entries()) {
      const base = Math.min(30_000, 250 * 2 ** nth);
      expect(pause).toBeGreaterThanOrEqual(base * 0.75);
      expect(pause).toBeLessThanOrEqual(base * 1.25);
    }
    expect(notices).toEqual([
      'The target does not answer (GET http://n.example: the connection was refused): waiting, up to 10 minutes. Ctrl-C stops; go on later with: ninja-sync resume 7',
    ]);
    patience.answered();
    expect(notices.at(-1)).toBe('The target answers again: going on.');
  });

  it('is silent about a connection that works again at once', async () => {
    const { patience, notices } = open([]);
    await patience.wait(away());
    patience.answered();
    expect(notices).toEqual([]);
  });

  it('sends one probe for all who wait', async () => {
    const { patience, probes } = open([away()]);
    await Promise.all([patience.wait(away()), patience.wait(away()), patience.wait(away())]);
    expect(probes()).toBe(2);
  });

  it('ends after the time that it has, with the error that led to it and how to go on', async () => {
    const { patience, pauses } = open(Array<SyncError>(100).fill(away()), { patienceMs: 5000 });
    const error = await failureOf(patience.wait(away('target-timeout')));
    expect(error.code).toBe('target-timeout');
    expect(error.hint).toBe('When the target is back: ninja-sync resume 7');
    expect(pauses.reduce((sum, pause) => sum + pause, 0)).toBeCloseTo(5000);
  });

  it('counts on over outages in which nothing gets through, and anew after something did', async () => {
    const { patience } = open([], { patienceMs: 500 });
    await patience.wait(away());
    await patience.wait(away());
    await failureOf(patience.wait(away()));
    patience.answered();
    await patience.wait(away());
  });

  it('ends at once when the probe meets what no waiting mends', async () => {
    const { patience, pauses } = open([away(), away('target-unauthorised')]);
    expect((await failureOf(patience.wait(away()))).code).toBe('target-unauthorised');
    expect(pauses).toHaveLength(2);
  });

  it('ends when the run is stopped', async () => {
    let stops = 0;
    const stop = (): void => {
      stops += 1;
      if (stops === 4) throw new SyncError('interrupted', 'Stopped.');
    };
    const { patience } = open(Array<SyncError>(100).fill(away()), { stop });
    expect((await failureOf(patience.wait(away()))).code).toBe('interrupted');
  });
});

describe('a run whose target', () => {
  const job = aJob({ columns: { id_number: 'Id', name: 'Name' } });
  const ROWS = Array.from({ length: 12 }, (_, n) => [`C-${n}`, `Client ${n}`]);
  let rehearsal: Rehearsal;
  beforeEach(async () => {
    rehearsal = await openRehearsal({ concurrency: 3 });
  });
  afterEach(() => rehearsal.close());
  const plan = () => rehearsal.plan(job, rehearsal.write('clients.csv', csv([['Id', 'Name'], ...ROWS])));
  const names = (): readonly string[] => rehearsal.sandbox.clients().map(({ name }) => name);

  it('is away for a while waits, says so, and goes on', async () => {
    const run = await plan();
    const notices: string[] = [];
    rehearsal.sandbox.fault({ kind: 'reset', method: 'POST', path: '/clients$', nth: 5 });
    rehearsal.sandbox.fault({ kind: 'status', method: 'GET', path: '/clients', status: 503, times: 6 });
    const done = await applyTo(rehearsal, run, { notices, patienceMs: 600_000 });
    expect(done.status).toBe('done');
    expect(await kindsOf(rehearsal, run)).toEqual(Array(12).fill('created'));
    expect(names()).toHaveLength(12);
    expect(notices).toHaveLength(2);
  });

  it('stays away stops: nothing is called failed, and the rest can be sent later', async () => {
    const run = await plan();
    rehearsal.sandbox.fault({ kind: 'latency', method: 'POST', path: '/clients$', delayMs: 5 });
    rehearsal.sandbox.fault({ kind: 'refuse', method: 'POST', path: '/clients$', nth: 4, delayMs: 3000 });
    const error = await failureOf(applyTo(rehearsal, run, { patienceMs: 1000 }));
    expect(error.code).toBe('target-unreachable');
    expect(error.message).toContain('The rest was not sent.');
    const kinds = new Set(await kindsOf(rehearsal, run));
    expect(kinds).toContain('created');
    expect(kinds).not.toContain('failed');
    expect((await reload(rehearsal, run)).status).toBe('failed');
    await answersAgain();
    await applyTo(rehearsal, await reload(rehearsal, run));
    expect(await kindsOf(rehearsal, run)).toEqual(Array(12).fill('created'));
    expect(new Set(names()).size).toBe(12);
    expect(names()).toHaveLength(12);
  });

  it('answers everything with 502 is away as well: nothing is called failed', async () => {
    const run = await plan();
    rehearsal.sandbox.fault({ kind: 'status', method: 'GET', path: '/clients', status: 502, times: 100 });
    const error = await failureOf(applyTo(rehearsal, run, { patienceMs: 1000 }));
    expect(error.code).toBe('target-server-error');
    expect(await kindsOf(rehearsal, run)).toEqual(Array(12).fill('unsent'));
  });

  it('says that the token is not valid stops at once', async () => {
    const run = await plan();
    const pauses: number[] = [];
    rehearsal.sandbox.fault({ kind: 'status', method: 'POST', path: '/clients$', status: 401, times: 1 });
    const error = await failureOf(applyTo(rehearsal, run, { patienceMs: 600_000, pauses }));
    expect(error.code).toBe('target-forbidden');
    expect(pauses).toEqual([]);
    expect(await kindsOf(rehearsal, run)).not.toContain('failed');
    await applyTo(rehearsal, await reload(rehearsal, run));
    expect(await kindsOf(rehearsal, run)).toEqual(Array(12).fill('created'));
  });

  async function answersAgain(): Promise<void> {
    for (;;) {
      try {
        await rehearsal.target.ninja.ping();
        return;
      } catch {
        // It is still away.
      }
    }
  }
});
