/**
 * The right to write to a target for as long as a run needs it: taken once, extended in the background, given back.
 *
 * Invariant: whoever got a `HeldLease` was the only holder at that moment, and hears through `lost` when that ends.
 * What stops it for certain is the store, which refuses to begin changes under an old token.
 */

import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { SyncError } from '../errors.js';
import { describeWait, leaseLost, leaseNotRenewed, targetBusy } from './lease-errors.js';
import type { Lease } from './lease-store.js';
import type { Store } from './store.js';

/** Long against a second or two in which the process is busy and extends nothing. */
const TTL_MS = 30_000;
const RENEWALS_PER_TTL = 3;
const POLL_MS_MAX = 1_000;

export interface HeldLease {
  /** As it was last extended. */
  readonly lease: Lease;
  /**
   * Aborted with a SyncError `lease-lost` when somebody else has the target, or when the lease could not be extended
   * until it ended.
   */
  readonly lost: AbortSignal;
  /** Gives it back; may be called again. */
  release(): Promise<void>;
}

export interface LeaseOptions {
  readonly target: string;
  readonly runId: number;
  /** How long it lasts without being extended. */
  readonly ttlMs?: number | undefined;
  /** How long to wait for another holder. */
  readonly waitMs?: number | undefined;
  /** Ends the waiting. */
  readonly signal?: AbortSignal | undefined;
  /** Told once, in a sentence for people, when it has to wait. */
  readonly onWait?: ((message: string) => void) | undefined;
}

type LeaseStore = Pick<Store, 'acquireLease' | 'renewLease' | 'releaseLease' | 'listLeases'>;

/**
 * Takes the target for the run.
 *
 * @throws SyncError `target-busy` when somebody else held it all the time, `interrupted` when the signal was aborted
 */
export async function holdLease(store: LeaseStore, options: LeaseOptions): Promise<HeldLease> {
  const { target, runId, ttlMs = TTL_MS, waitMs = 0, signal, onWait } = options;
  const end = performance.now() + waitMs;
  let told = false;
  for (;;) {
    if (signal?.aborted === true) throw interrupted(target);
    const answer = await store.acquireLease({ target, runId, host: hostname(), pid: process.pid, ttlMs });
    if ('taken' in answer) return new Holder(store, answer.taken, ttlMs);
    const leftMs = end - performance.now();
    if (leftMs <= 0) throw targetBusy(answer.held);
    if (!told) onWait?.(describeWait(answer.held, waitMs));
    told = true;
    await pause(Math.min(leftMs, POLL_MS_MAX), signal);
  }
}

class Holder implements HeldLease {
  readonly #store: LeaseStore;
  readonly #ttlMs: number;
  readonly #losing = new AbortController();
  #lease: Lease;
  #timer: NodeJS.Timeout | undefined;
  #renewal: Promise<void> = Promise.resolve();
  #released = false;

  constructor(store: LeaseStore, lease: Lease, ttlMs: number) {
    this.#store = store;
    this.#lease = lease;
    this.#ttlMs = ttlMs;
    this.#renewLater();
  }

  get lease(): Lease {
    return this.#lease;
  }

  get lost(): AbortSignal {
    return this.#losing.signal;
  }

  async release(): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    clearTimeout(this.#timer);
    await this.#renewal;
    await this.#store.releaseLease(this.#lease);
  }

  #renewLater(): void {
    if (this.#released || this.lost.aborted) return;
    this.#timer = setTimeout(() => {
      this.#renewal = this.#renew().then(() => this.#renewLater());
    }, this.#ttlMs / RENEWALS_PER_TTL).unref();
  }

  /** Never rejects: a failure is tried again until the lease has ended. */
  async #renew(): Promise<void> {
    try {
      const renewed = await this.#store.renewLease(this.#lease, this.#ttlMs);
      if (renewed !== null) this.#lease = renewed;
      else this.#losing.abort(leaseLost(this.#lease, await this.#findHolder()));
    } catch (error) {
      if (Date.parse(this.#lease.expiresAt) <= Date.now()) this.#losing.abort(leaseNotRenewed(this.#lease, error));
    }
  }

  async #findHolder(): Promise<Lease | null> {
    const leases = await this.#store.listLeases();
    return leases.find(({ target }) => target === this.#lease.target) ?? null;
  }
}

/** Ends early, without an error, when the signal is aborted. */
async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  }
}

function interrupted(target: string): SyncError {
  return new SyncError('interrupted', `Stopped while waiting for ${target}; nothing was sent.`);
}
