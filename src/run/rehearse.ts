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
import { openStore } from './open-store.js';
import type { OwnedClients, Store } from './store.js';
import { checkCompany } from './target-company.js';
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
  await checkCompany(context, real);
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
    const name = nameRehearsal(real.key, context.now());
    const memory = await rememberReal(context.store, real.key, job.name);
    return {
      context: { ...context, dataDir, files: null, store: withMemory(store, memory) },
      target: { ...real, key: name, ninja: { ...copy.ninja, url: name }, meter: copy.meter },
      copied,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What planning asks the state for; the rest is the rehearsal's own. */
type Memory = Pick<Store, 'readOwned' | 'readBaselines' | 'findHistory'>;

/** What the real state says about the job at the real target, whatever target is asked for. */
async function rememberReal(store: Store, target: string, job: string): Promise<Memory> {
  const owned = await store.readOwned(target, job);
  return {
    readOwned: async () => owned,
    readBaselines: (_target, _job, ids) => store.readBaselines(target, job, ids),
    findHistory: (_target, _job, limit) => store.findHistory(target, job, limit),
  };
}

/**
 * The store of a rehearsal, in which the job knows what it knows for real before it does anything. What it learns in the
 * rehearsal comes before that.
 */
function withMemory(store: Store, real: Memory): Store {
  const memory: Memory = {
    readOwned: async (target, job) => joinOwned(await store.readOwned(target, job), await real.readOwned(target, job)),
    readBaselines: async (target, job, ids) =>
      new Map([...(await real.readBaselines(target, job, ids)), ...(await store.readBaselines(target, job, ids))]),
    findHistory: async (target, job, limit) =>
      [...(await store.findHistory(target, job, limit)), ...(await real.findHistory(target, job, limit))].slice(
        0,
        limit,
      ),
  };
  return new Proxy(store, {
    get: (inner, name) => {
      if (name in memory) return memory[name as keyof Memory];
      const value: unknown = Reflect.get(inner, name, inner);
      return typeof value === 'function' ? (value as (...input: unknown[]) => unknown).bind(inner) : value;
    },
  });
}

/** @param learnt wins over what was `known` */
function joinOwned(learnt: OwnedClients, known: OwnedClients): OwnedClients {
  const of = (id: string): OwnedClients => (learnt.has(id) ? learnt : known);
  const all = new Set([...known, ...learnt]);
  return {
    size: all.size,
    has: (id) => all.has(id),
    baselineHashOf: (id) => learnt.baselineHashOf(id) || known.baselineHashOf(id),
    absencesOf: (id) => of(id).absencesOf(id),
    [Symbol.iterator]: () => all[Symbol.iterator](),
  };
}
