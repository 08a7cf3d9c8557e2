/**
 * Runs that nobody keeps any more, in the state store.
 *
 * Invariants: only what has ended goes, and only below the newest run that counts as history: whatever is planned, resumed
 * or compared from now on looks at that one and newer ones. A run is marked before its first row is deleted, so who reads
 * its rows and finds it unmarked afterwards has read all of them. Its line stays, with what guards compare (`files`,
 * `summary`); `owned`, `ledger` and `leases` are never touched.
 */

import { sql } from 'kysely';
import type { Kysely, SelectQueryBuilder } from 'kysely';
import type { RunFile } from '../store.js';
import type { KeepRule, PruneCounts, PruneLine } from '../prune-store.js';
import type { RunRequest } from '../request.js';
import { keepRow } from './engine.js';
import { IDS_PER_STATEMENT, chunk } from './portions.js';
import { findHistory, hasBegunChanges } from './runs.js';
import type { RunRow, StateDatabase } from './schema.js';

type Database = Kysely<StateDatabase>;

const DAY_MS = 24 * 60 * 60 * 1000;
/** Whatever a job says: what ends a run (files that are put away, messages) may come late. */
const AGE_MIN_MS = DAY_MS;

export async function findPruneLines(
  database: Database,
  job: string,
  keep: KeepRule,
  now: number,
): Promise<readonly PruneLine[]> {
  const rows = await database.selectFrom('runs').select('target').distinct().where('job', '=', job).execute();
  const before = new Date(now - Math.max((keep.days ?? 0) * DAY_MS, AGE_MIN_MS)).toISOString();
  const lines: PruneLine[] = [];
  for (const { target } of rows) {
    const [newest] = await findHistory(database, target, job, 1);
    if (newest === undefined) continue;
    const oldestKept = keep.runs === undefined ? null : await findNth(database, job, keep.runs, target);
    // Fewer runs than are kept: none may go.
    if (oldestKept === undefined) continue;
    lines.push({ job, target, below: Math.min(newest.id, oldestKept?.id ?? newest.id), before });
  }
  return lines;
}

/** The oldest of the newest so many. */
async function findNth(
  database: Database,
  job: string,
  count: number,
  target?: string,
): Promise<Pick<RunRow, 'id' | 'created_at'> | undefined> {
  let query = database.selectFrom('runs').select(['id', 'created_at']).where('job', '=', job);
  if (target !== undefined) query = query.where('target', '=', target);
  return await query
    .orderBy('id', 'desc')
    .limit(1)
    .offset(count - 1)
    .executeTakeFirst();
}

export async function listPrunable(
  database: Database,
  line: PruneLine,
  after: number,
  limit: number,
): Promise<readonly number[]> {
  const rows = await prunable(database, line).select('id').where('id', '>', after).orderBy('id').limit(limit).execute();
  return rows.map(({ id }) => id);
}

/**
 * A plan of a command that was overtaken is refused by `apply`, so it has ended as well. Left out are runs whose process
 * died and that were given up: only their journal tells that they were applied (`findLaterApplied`).
 */
function prunable(
  database: Database,
  { job, target, below, before }: PruneLine,
): SelectQueryBuilder<StateDatabase, 'runs', object> {
  return database
    .selectFrom('runs')
    .where('job', '=', job)
    .where('target', '=', target)
    .where('id', '<', below)
    .where('updated_at', '<', before)
    .where('pruned_at', 'is', null)
    .where((where) =>
      where.or([
        where('status', '=', 'done'),
        where('status', '=', 'rejected'),
        where.and([
          where('status', 'in', ['failed', 'cancelled']),
          where.or([where('row_outcomes', 'is not', null), where.not(hasBegunChanges(where))]),
        ]),
        where.and([where('status', 'in', ['planned', 'breached']), where('request', 'is', null)]),
      ]),
    )
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('leases')
            .select('leases.target')
            .whereRef('leases.run_id', '=', 'runs.id')
            .where('leases.expires_at', 'is not', null),
        ),
      ),
    );
}

const TABLES = ['changes', 'claims', 'remarks'] as const;

export async function countRows(database: Database, runIds: readonly number[]): Promise<PruneCounts> {
  const counts = { changes: 0, claims: 0, remarks: 0 };
  for (const ids of chunk(runIds, IDS_PER_STATEMENT)) {
    for (const table of TABLES) {
      const { count } = await database
        .selectFrom(table)
        .select((expression) => expression.fn.countAll().as('count'))
        .where('run_id', 'in', ids)
        .executeTakeFirstOrThrow();
      counts[table] += Number(count);
    }
  }
  return counts;
}

export async function beginPruning(
  database: Database,
  line: PruneLine,
  runIds: readonly number[],
  at: string,
): Promise<readonly number[]> {
  if (runIds.length === 0) return [];
  return await database.transaction().execute(async (transaction) => {
    const query = prunable(transaction, line).select(['id', 'files', 'request']).where('id', 'in', runIds);
    const rows = await keepRow(transaction, query, 'update').execute();
    for (const row of rows) {
      await transaction
        .updateTable('runs')
        .set({ ...lighten(row), pruned_at: at })
        .where('id', '=', row.id)
        .execute();
    }
    const ids = rows.map(({ id }) => id);
    if (ids.length === 0) return ids;
    await transaction.deleteFrom('run_files').where('run_id', 'in', ids).execute();
    await transaction
      .insertInto('prunings')
      .values(ids.map((run_id) => ({ run_id })))
      .execute();
    return ids;
  });
}

/** What the line of a run needs no more. Its time of change stays: others compare it. */
function lighten({ files, request }: Pick<RunRow, 'files' | 'request'>): Partial<RunRow> {
  const read = JSON.parse(files) as readonly RunFile[];
  const asked = request === null ? null : (JSON.parse(request) as RunRequest);
  return {
    files: JSON.stringify(read.map((file) => ({ ...file, notes: undefined }))),
    request: asked === null ? null : JSON.stringify({ ...asked, inputs: undefined }),
    rules: null,
    statistics: null,
    progress: null,
  };
}

/** Runs at a time: of most a portion takes all rows. */
const RUNS_PER_PORTION = 50;

export async function deletePruned(database: Database, rowsMax: number): Promise<PruneCounts | null> {
  const begun = await database
    .selectFrom('prunings')
    .select('run_id')
    .orderBy('run_id')
    .limit(RUNS_PER_PORTION)
    .execute();
  if (begun.length === 0) return null;
  const ids = sql.join(begun.map(({ run_id }) => run_id));
  return await database.transaction().execute(async (transaction) => {
    const counts = { changes: 0, claims: 0, remarks: 0 };
    for (const [table, key] of [
      ['changes', sql`run_id, seq`],
      ['claims', sql`run_id, number`],
      ['remarks', sql`run_id, kind, seq`],
    ] as const) {
      const rows = sql.table(table);
      const { numAffectedRows } = await sql`
        delete from ${rows} where (${key}) in (
          select ${key} from ${rows} where run_id in (${ids}) limit ${sql.lit(rowsMax)})`.execute(transaction);
      counts[table] = Number(numAffectedRows ?? 0n);
    }
    if (Math.max(...Object.values(counts)) < rowsMax)
      await sql`delete from prunings where run_id in (${ids})`.execute(transaction);
    return counts;
  });
}

export async function listPruned(database: Database, runIds: readonly number[]): Promise<readonly number[]> {
  const found: number[] = [];
  for (const ids of chunk(runIds, IDS_PER_STATEMENT)) {
    const query = database.selectFrom('runs').select('id').where('id', 'in', ids).where('pruned_at', 'is not', null);
    for (const { id } of await query.execute()) found.push(id);
  }
  return found;
}

export async function countOldNotices(database: Database, job: string, keep: KeepRule, now: number): Promise<number> {
  const before = await findNoticeLine(database, job, keep, now);
  if (before === null) return 0;
  const { count } = await oldNotices(database, job, before)
    .select((expression) => expression.fn.countAll().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

export async function deleteOldNotices(database: Database, job: string, keep: KeepRule, now: number): Promise<number> {
  const before = await findNoticeLine(database, job, keep, now);
  if (before === null) return 0;
  const { numDeletedRows } = await database
    .deleteFrom('notices')
    .where('id', 'in', oldNotices(database, job, before).select('id'))
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}

/** ISO 8601 UTC; `null`: all stay. */
async function findNoticeLine(database: Database, job: string, keep: KeepRule, now: number): Promise<string | null> {
  const before = new Date(now - Math.max((keep.days ?? 0) * DAY_MS, AGE_MIN_MS)).toISOString();
  if (keep.runs === undefined) return before;
  const oldestKept = await findNth(database, job, keep.runs);
  if (oldestKept === undefined) return null;
  return oldestKept.created_at < before ? oldestKept.created_at : before;
}

function oldNotices(
  database: Database,
  job: string,
  before: string,
): SelectQueryBuilder<StateDatabase, 'notices', object> {
  return database
    .selectFrom('notices')
    .where('job', '=', job)
    .where('state', 'in', ['delivered', 'given-up'])
    .where('created_at', '<', before)
    .where((where) =>
      where.exists(
        where
          .selectFrom('notices as newer')
          .select('newer.id')
          .whereRef('newer.job', '=', 'notices.job')
          .whereRef('newer.channel', '=', 'notices.channel')
          .whereRef('newer.event', '=', 'notices.event')
          .whereRef('newer.created_at', '>', 'notices.created_at'),
      ),
    );
}
