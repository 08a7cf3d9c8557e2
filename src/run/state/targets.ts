/**
 * Which company is behind which target.
 *
 * Invariant: a company has one target, so that it never has two leases or two owners. Targets without a name are the
 * exception: an address that is another spelling of the same server, or a copy of it, was a target of its own before
 * companies were noted, and stays one.
 */

import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { SyncError } from '../../errors.js';
import type { KnownTarget, TargetMove } from '../store.js';
import { isNamed } from '../../job/target-name.js';
import { isPostgres } from './engine.js';
import type { StateDatabase } from './schema.js';

/** Any number that no other program on the database takes. */
const TARGETS_LOCK = 7_403_127;

type Database = Kysely<StateDatabase>;

export async function listTargets(database: Database): Promise<readonly KnownTarget[]> {
  const rows = await database.selectFrom('targets').selectAll().orderBy('target').execute();
  return rows.map(({ company_name: companyName, ...row }) => ({ ...row, companyName }));
}

export async function claimTarget(database: Database, wish: KnownTarget): Promise<KnownTarget> {
  return await alone(database, async (transaction) => {
    const known = await listTargets(transaction);
    const own = known.find(({ target }) => target === wish.target);
    if (own !== undefined) return own;
    const other = known.find(({ target, company }) => company === wish.company && excludes(target, wish.target));
    if (other !== undefined) return other;
    await insert(transaction, wish);
    return wish;
  });
}

/** Of two that have the same company: is only one of them right? */
function excludes(known: string, wanted: string): boolean {
  const [name = ''] = known.split(MARK);
  return isNamed(name) || isNamed(wanted) || name === wanted;
}

/** How what is known of a former company is called: it is nobody's target. */
const MARK = ' (before ';

export async function acceptTarget(database: Database, wish: KnownTarget, url: string): Promise<readonly TargetMove[]> {
  return await alone(database, async (transaction) => {
    const known = await listTargets(transaction);
    const own = known.find(({ target }) => target === wish.target);
    if (own?.company === wish.company) return [];
    const moves: TargetMove[] = [];
    if (own !== undefined) moves.push({ from: wish.target, to: `${wish.target}${MARK}${wish.since})` });
    const held = known.find(({ company, target }) => company === wish.company && excludes(target, wish.target));
    const unclaimed = held === undefined && isNamed(wish.target) && (await hasUnclaimedRuns(transaction, url));
    if (held !== undefined) moves.push({ from: held.target, to: wish.target });
    else if (unclaimed) moves.push({ from: url, to: wish.target });
    for (const move of moves) await moveTarget(transaction, move);
    if (held === undefined) await insert(transaction, wish);
    return moves;
  });
}

export async function hasUnclaimedRuns(database: Database, target: string): Promise<boolean> {
  const row = await database
    .selectFrom('runs')
    .select('id')
    .where('target', '=', target)
    .where((where) =>
      where.not(where.exists(where.selectFrom('targets').select('company').where('targets.target', '=', target))),
    )
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Claims belong to runs, so they go along. A job of a template has the name of its target at the end of its own. */
async function moveTarget(transaction: Database, { from, to }: TargetMove): Promise<void> {
  await refuseBusy(transaction, from);
  const [name = ''] = from.split(MARK);
  for (const table of ['runs', 'owned'] as const) {
    await transaction.updateTable(table).set({ target: to }).where('target', '=', from).execute();
    if (name === to || !isNamed(name) || !isNamed(to)) continue;
    const own = `@${name}`;
    await transaction
      .updateTable(table)
      .set({ job: sql<string>`substr(job, 1, length(job) - ${own.length}) || ${`@${to}`}` })
      .where('target', '=', to)
      .where(sql<boolean>`substr(job, length(job) - ${own.length - 1}) = ${own}`)
      .execute();
  }
  await transaction.updateTable('targets').set({ target: to }).where('target', '=', from).execute();
}

/** Leases stay: nobody holds them, and their tokens must never come twice. */
async function refuseBusy(transaction: Database, target: string): Promise<void> {
  const held = await transaction
    .selectFrom('leases')
    .select(['run_id', 'expires_at'])
    .where('target', '=', target)
    .where('expires_at', 'is not', null)
    .executeTakeFirst();
  if (held === undefined) return;
  throw new SyncError('target-busy', `Run ${held.run_id} writes to ${target}: what is known of it cannot move now.`, {
    retry: 'later',
    hint: `Wait for the run; if it died, "ninja-sync unlock ${target}" first.`,
  });
}

async function insert(transaction: Database, { companyName, ...wish }: KnownTarget): Promise<void> {
  await transaction
    .insertInto('targets')
    .values({ ...wish, company_name: companyName })
    .execute();
}

/** One at a time, over all processes. In SQLite the first statement that writes keeps the others out until the end. */
async function alone<Result>(database: Database, act: (transaction: Database) => Promise<Result>): Promise<Result> {
  return await database.transaction().execute(async (transaction) => {
    if (isPostgres(transaction)) await sql`select pg_advisory_xact_lock(${TARGETS_LOCK})`.execute(transaction);
    return await act(transaction);
  });
}
