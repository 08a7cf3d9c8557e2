/** Leases of targets in the durable state: who may write to which target, and until when. */

/** The right to write to a target, for a while. */
export interface Lease {
  readonly target: string;
  readonly runId: number;
  /** Who: host name and process number. */
  readonly host: string;
  readonly pid: number;
  /** Grows with each holder of the target: a write under an older one is refused. */
  readonly token: number;
  /** ISO 8601 UTC. */
  readonly since: string;
  readonly expiresAt: string;
}

export interface LeaseWish {
  readonly target: string;
  readonly runId: number;
  /** Of the process that asks. */
  readonly host: string;
  readonly pid: number;
  readonly ttlMs: number;
}

/** The lease, or the one that stands in the way. */
export type LeaseAnswer = { readonly taken: Lease } | { readonly held: Lease };

export interface LeaseStore {
  /**
   * A lease does not stand in the way when it has expired, when its process is dead (as far as it is one of this host),
   * or when it is one of the same process for the same run.
   */
  acquireLease(wish: LeaseWish): Promise<LeaseAnswer>;
  /** Extends it, also when it has expired and nobody took it; `null` when it was taken, broken or given back. */
  renewLease(lease: Lease, ttlMs: number): Promise<Lease | null>;
  /** @throws SyncError `lease-lost` when somebody else holds the target by now */
  checkLease(lease: Lease): Promise<void>;
  /** Does nothing when somebody else holds the target by now. */
  releaseLease(lease: Lease): Promise<void>;
  /** Takes it from whoever holds it, also one that has expired; `null` when nobody does. */
  breakLease(target: string): Promise<Lease | null>;
  /** The target's, also when it has expired; `null` when it was given back. */
  findLease(target: string): Promise<Lease | null>;
  /** Those that were not given back, also when they have expired; by target. */
  listLeases(): Promise<readonly Lease[]>;
}
