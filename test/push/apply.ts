/** A run of a rehearsal applied with everything that a test may want to turn: time that passes at once, and a store that dies. */

import { SyncError } from '../../src/errors.js';
import { applyRun } from '../../src/run/apply-run.js';
import type { RunContext } from '../../src/run/context.js';
import { retryRun } from '../../src/run/retry-run.js';
import type { Run, Store } from '../../src/run/store.js';
import type { Rehearsal } from '../support/rehearsal.js';

export interface Applying {
  /** By default what a file of a few lines would need. */
  readonly allow?: readonly string[];
  readonly patienceMs?: number;
  readonly waitMs?: number;
  readonly signal?: AbortSignal;
  readonly store?: Store;
  readonly now?: string;
  readonly notices?: string[];
  /** Milliseconds of each pause. */
  readonly pauses?: number[];
  /** Called at each pause. */
  readonly onPause?: (nth: number) => void;
  readonly onDone?: (done: number) => void;
}

export const applyTo = (rehearsal: Rehearsal, run: Run, applying: Applying = {}): Promise<Run> =>
  applyRun(...partsOf(rehearsal, run, applying));

export const retryOf = (rehearsal: Rehearsal, run: Run, applying: Applying = {}): Promise<Run> =>
  retryRun(...partsOf(rehearsal, run, applying));

function partsOf(rehearsal: Rehearsal, run: Run, applying: Applying): Parameters<typeof applyRun> {
  const { allow = ['truncated'], patienceMs = 0, waitMs, signal, store = rehearsal.store, now, pauses = [] } = applying;
  const context: RunContext = {
    store,
    dataDir: '/nowhere',
    now: () => now ?? new Date().toISOString(),
    onProgress: ({ done }) => applying.onDone?.(done),
    onNotice: (message) => applying.notices?.push(message),
    signal,
  };
  const sleep = async (ms: number): Promise<void> => {
    pauses.push(ms);
    applying.onPause?.(pauses.length);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return [context, rehearsal.target, run, { allow, patienceMs, waitMs, sleep }];
}

/** The store of a process that is killed right before its n-th call of this name: nothing that it does from then on is kept. */
export function dyingStore(store: Store, name: 'beginChanges' | 'finishChanges' | 'updateRun', nth: number): Store {
  let calls = 0;
  let isDead = false;
  return new Proxy(store, {
    get: (inner, key) => {
      const value: unknown = Reflect.get(inner, key, inner);
      if (typeof value !== 'function') return value;
      return (...input: unknown[]): unknown => {
        if (key === name) calls += 1;
        isDead ||= calls === nth;
        if (isDead) throw new SyncError('state-unusable', 'killed');
        return (value as (...given: unknown[]) => unknown).apply(inner, input);
      };
    },
  });
}

export async function failureOf(applying: Promise<unknown>): Promise<SyncError> {
  try {
    await applying;
  } catch (error) {
    if (error instanceof SyncError) return error;
    throw error;
  }
  throw new Error('it was expected to fail');
}

export async function reload({ store }: Rehearsal, run: Run): Promise<Run> {
  return (await store.findRun(run.id)) ?? run;
}

/** What became of each change, in order; `unsent` and `in doubt` are those without an outcome. */
export async function kindsOf(rehearsal: Rehearsal, run: Run): Promise<readonly string[]> {
  return (await rehearsal.stored(run)).map(({ outcome, status }) =>
    outcome === null ? (status === 'sending' ? 'in doubt' : 'unsent') : outcome.kind,
  );
}

export async function reasonsOf(rehearsal: Rehearsal, run: Run): Promise<readonly string[]> {
  return (await rehearsal.stored(run)).map(({ outcome }) => outcome?.reason ?? '');
}

/** Requests that the sandbox got, by method and last part of the path. */
export function countRequests(rehearsal: Rehearsal, method: string, path: RegExp): number {
  return rehearsal.sandbox.requests.filter((request) => request.method === method && path.test(request.path)).length;
}
