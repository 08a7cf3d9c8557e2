/**
 * Who may write to a target: one row for each, and a token that grows with each holder.
 *
 * A lease that ran out can be taken by another; until somebody does, its holder may go on (a process that slept, or a
 * clock that jumped, must not stop a run that nobody disturbs). What stops an old holder for certain is the token, which
 * is compared inside the transaction that notes what is about to be sent.
 *
 * Invariants: a row moves only while it is as it was read (token and end are compared), so of two that want the target
 * one gets it; a token never comes twice, as rows stay. Machines that share a state need clocks that agree within a
 * fraction of a lease, and host names of their own.
 */

import type { Kysely } from 'kysely';
import { SyncError } from '../../errors.js';
import { leaseLost } from '../lease-errors.js';
import type { Lease, LeaseAnswer, LeaseWish } from '../lease-store.js';
import { keepRow } from './engine.js';
import type { LeaseRow, StateDatabase } from './schema.js';

/** Each attempt that fails means that somebody else moved the row in the same millisecond. */
const ATTEMPTS_MAX = 100;

export async function acquireLease(database: Kysely<StateDatabase>, wish: LeaseWish): Promise<LeaseAnswer> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const row = await findRow(database, wish.target);
    const held = row === undefined ? null : toLease(row);
    if (held !== null && standsInTheWay(held, wish)) return { held };
    const taken = row === undefined ? await insertRow(database, wish) : await takeRow(database, wish, row);
    if (taken !== null) return { taken };
  }
  throw new SyncError('target-busy', `The lease of ${wish.target} changes hands all the time.`, { retry: 'later' });
}

function standsInTheWay(held: Lease, wish: LeaseWish): boolean {
  if (held.expiresAt <= new Date().toISOString()) return false;
  if (held.host !== wish.host) return true;
  return held.pid === wish.pid ? held.runId !== wish.runId : isAlive(held.pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process: alive, but not ours to signal.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** `null`: another was faster. */
async function insertRow(database: Kysely<StateDatabase>, wish: LeaseWish): Promise<Lease | null> {
  const row = await database
    .insertInto('leases')
    .values({ target: wish.target, token: 1, ...holderColumns(wish) })
    .onConflict((conflict) => conflict.column('target').doNothing())
    .returningAll()
    .executeTakeFirst();
  return row === undefined ? null : toLease(row);
}

/** `null`: the row is no longer as it was read. */
async function takeRow(database: Kysely<StateDatabase>, wish: LeaseWish, read: LeaseRow): Promise<Lease | null> {
  const row = await database
    .updateTable('leases')
    .set({ token: read.token + 1, ...holderColumns(wish) })
    .where('target', '=', wish.target)
    .where('token', '=', read.token)
    .where('expires_at', read.expires_at === null ? 'is' : '=', read.expires_at)
    .returningAll()
    .executeTakeFirst();
  return row === undefined ? null : toLease(row);
}

function holderColumns(wish: LeaseWish): Omit<LeaseRow, 'target' | 'token'> {
  const now = Date.now();
  return {
    run_id: wish.runId,
    host: wish.host,
    pid: wish.pid,
    since: new Date(now).toISOString(),
    expires_at: new Date(now + wish.ttlMs).toISOString(),
  };
}

export async function renewLease(database: Kysely<StateDatabase>, lease: Lease, ttlMs: number): Promise<Lease | null> {
  const row = await database
    .updateTable('leases')
    .set({ expires_at: new Date(Date.now() + ttlMs).toISOString() })
    .where('target', '=', lease.target)
    .where('token', '=', lease.token)
    .where('expires_at', 'is not', null)
    .returningAll()
    .executeTakeFirst();
  return row === undefined ? null : toLease(row);
}

export async function releaseLease(database: Kysely<StateDatabase>, lease: Lease): Promise<void> {
  await database
    .updateTable('leases')
    .set({ expires_at: null })
    .where('target', '=', lease.target)
    .where('token', '=', lease.token)
    .execute();
}

export async function breakLease(database: Kysely<StateDatabase>, target: string): Promise<Lease | null> {
  return database.transaction().execute(async (transaction) => {
    const row = await findRow(transaction, target, 'update');
    const held = row === undefined ? null : toLease(row);
    if (held === null) return null;
    await transaction
      .updateTable('leases')
      .set({ token: held.token + 1, expires_at: null })
      .where('target', '=', target)
      .execute();
    return held;
  });
}

export async function findLease(database: Kysely<StateDatabase>, target: string): Promise<Lease | null> {
  const row = await findRow(database, target);
  return row === undefined ? null : toLease(row);
}

export async function listLeases(database: Kysely<StateDatabase>): Promise<readonly Lease[]> {
  const rows = await database.selectFrom('leases').selectAll().orderBy('target').execute();
  return rows.flatMap((row) => toLease(row) ?? []);
}

/**
 * Inside a transaction nobody takes the lease before that ends.
 *
 * @throws SyncError `lease-lost` unless the lease is the newest of its target and was not given back
 */
export async function checkLease(transaction: Kysely<StateDatabase>, lease: Lease): Promise<void> {
  const row = await findRow(transaction, lease.target, 'share');
  const held = row === undefined ? null : toLease(row);
  if (held?.token !== lease.token) throw leaseLost(lease, held);
}

function findRow(
  database: Kysely<StateDatabase>,
  target: string,
  keep?: 'share' | 'update',
): Promise<LeaseRow | undefined> {
  const query = database.selectFrom('leases').selectAll().where('target', '=', target);
  return (keep === undefined ? query : keepRow(database, query, keep)).executeTakeFirst();
}

/** `null`: nobody holds it. */
function toLease(row: LeaseRow): Lease | null {
  if (row.expires_at === null) return null;
  return {
    target: row.target,
    runId: row.run_id,
    host: row.host,
    pid: row.pid,
    token: row.token,
    since: row.since,
    expiresAt: row.expires_at,
  };
}
