/**
 * A run rehearsed: the real target's clients are copied into a sandbox of this process, and what plans, applies and verifies for
 * real does so there.
 *
 * Invariant: the real target sees reading requests only. Runs, reports and ownership of a rehearsal are in a folder of their own; the real
 * ones are read, never written.
 */

import path from 'node:path';
import { copyClients } from '../sandbox/copy.js';
import { startSandbox } from '../sandbox/server.js';
import type { RunContext, Target } from './context.js';
import { nameRehearsal } from './rehearsal-name.js';
import { openStore } from './sqlite-store.js';
import type { OwnedIds, Store } from './store.js';
import { openTarget } from './target.js';

export interface Rehearsal {
  /** Takes the place of the real ones in `planRun`, `applyRun` and `countRemaining`. */
  readonly context: RunContext;
  /** Answers like the sandbox; permissions, codes and rate limit are those of the real target, so plans say what they would cost there. */
  readonly target: Target;
  /** Clients that the real target has. */
  readonly copied: number;
  close(): Promise<void>;
}

/** What a company has that says nothing about itself: the sandbox's own. */
const COUNTRY_DEFAULT = '840';
const CURRENCY_DEFAULT = '1';

/**
 * Copies the real target and opens the copy.
 *
 * @param job whose clients: what it owns at the real target it owns in the rehearsal
 * @throws SyncError what reading the target throws; `interrupted`
 */
export async function openRehearsal(
  context: RunContext,
  real: Target,
  job: { readonly name: string; readonly concurrency: number },
): Promise<Rehearsal> {
  const dataDir = path.join(context.dataDir, 'rehearsals');
  const { companyCountryId, companyCurrencyId } = real.access;
  const sandbox = await startSandbox({
    company: { countryId: companyCountryId ?? COUNTRY_DEFAULT, currencyId: companyCurrencyId ?? CURRENCY_DEFAULT },
  });
  const closers: (() => Promise<void>)[] = [() => sandbox.close()];
  const close = async (): Promise<void> => {
    for (const closeOne of closers.splice(0).toReversed()) await closeOne();
  };
  try {
    const copied = await copyClients(real.ninja, sandbox, {
      onProgress: ({ read, total }) =>
        context.onProgress({ phase: 'snapshot', done: read, total: Math.max(read, total), unit: 'clients' }),
      signal: context.signal,
    });
    const { admin: token } = sandbox.tokens;
    const copy = await openTarget({ url: sandbox.url, token, concurrency: job.concurrency });
    closers.push(() => copy.ninja.close());
    const store = await openStore({ dataDir });
    closers.push(() => store.close());
    const name = nameRehearsal(real.ninja.url, context.now());
    const owned = await context.store.readOwned(real.ninja.url, job.name);
    return {
      context: { ...context, dataDir, store: ownFromStart(store, owned) },
      target: { ...real, ninja: { ...copy.ninja, url: name }, meter: copy.meter },
      copied,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The store of a rehearsal, in which the job owns what it owns for real before it does anything. Everything else is the store's own. */
function ownFromStart(store: Store, owned: OwnedIds): Store {
  const readOwned: Store['readOwned'] = async (target, job) =>
    new Set([...owned, ...(await store.readOwned(target, job))]);
  return new Proxy(store, {
    get: (inner, name) => {
      if (name === 'readOwned') return readOwned;
      const value: unknown = Reflect.get(inner, name, inner);
      return typeof value === 'function' ? (value as (...input: unknown[]) => unknown).bind(inner) : value;
    },
  });
}
