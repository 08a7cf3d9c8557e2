/** What is said when a target cannot be written to because of a lease. */

import { SyncError } from '../errors.js';
import type { Lease } from './lease-store.js';

/** @param holder who has the target now; `null`: nobody */
export function leaseLost(lease: Lease, holder: Lease | null): SyncError {
  const what =
    holder === null
      ? `Run ${lease.runId} no longer holds ${lease.target}: its lease was broken or given back`
      : `Run ${lease.runId} lost ${lease.target} to ${describe(holder)}`;
  return new SyncError('lease-lost', `${what}: nothing more is sent.`, {
    retry: 'later',
    hint: `When nothing else writes to the target: ninja-sync resume ${lease.runId}`,
    details: { lease, holder },
  });
}

/** The store could not be written until the lease had run out: somebody else may take the target at any moment. */
export function leaseNotRenewed(lease: Lease, cause: unknown): SyncError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new SyncError(
    'lease-lost',
    `Run ${lease.runId} could not extend its lease of ${lease.target}, which ended at ${lease.expiresAt}: ` +
      `nothing more is sent. ${why}`,
    { retry: 'later', hint: `When that is mended: ninja-sync resume ${lease.runId}`, details: { lease }, cause },
  );
}

export function targetBusy(held: Lease): SyncError {
  return new SyncError(
    'target-busy',
    `${held.target} is being written by ${describe(held)}. ` +
      `Its lease lasts until ${held.expiresAt} and is extended as long as that process works.`,
    {
      retry: 'later',
      hint: `Wait until it is through. If you know that its process is dead: ninja-sync unlock ${held.target} --force`,
      details: { held },
    },
  );
}

/** For those who watch a command that waits. */
export function describeWait(held: Lease, waitMs: number): string {
  return `${held.target} is being written by ${describe(held)}: waiting up to ${Math.ceil(waitMs / 1000)} s for it.`;
}

function describe({ runId, host, pid, since }: Lease): string {
  return `run ${runId} (${host}, process ${pid}) since ${since}`;
}
