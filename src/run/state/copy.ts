/**
 * A whole state from one engine to another, as when a single machine becomes several.
 *
 * Invariant: the copy is there whole or not at all (one transaction), and only in a state that holds nothing. Numbers of
 * runs and tokens of leases stay, so that what names them (reports, journals, queues) still fits.
 */

import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { SyncError } from '../../errors.js';
import { isPostgres } from './engine.js';
import type { StateDatabase } from './schema.js';

/** In an order in which each row finds what it refers to, with the columns that tell its rows apart. */
const TABLES = {
  runs: ['id'],
  changes: ['run_id', 'seq'],
  remarks: ['run_id', 'kind', 'seq'],
  claims: ['run_id', 'number'],
  owned: ['target', 'job', 'client_id'],
  leases: ['target'],
  ledger: ['job', 'digest'],
  run_events: ['run_id', 'status', 'at'],
  notices: ['id'],
  arrivals: ['job'],
  fetched: ['job', 'place'],
  polls: ['job'],
  targets: ['target'],
  run_files: ['run_id', 'role', 'name'],
  stored_files: ['digest'],
  prunings: ['run_id'],
} as const satisfies Partial<Record<keyof StateDatabase, readonly string[]>>;
type TableName = keyof typeof TABLES;

const ROWS_PER_PAGE = 500;

export interface CopyProgress {
  readonly done: number;
  readonly total: number;
}

/**
 * @param from no run of it may be at work, and nothing may write to it until the copy is used
 * @returns rows by table
 * @throws SyncError `state-unusable` when `to` holds runs, `target-busy` when a run of `from` is at work
 */
export async function copyState(
  from: Kysely<StateDatabase>,
  to: Kysely<StateDatabase>,
  onProgress: (progress: CopyProgress) => void = () => undefined,
): Promise<Readonly<Record<TableName, number>>> {
  await refuseBusy(from);
  const counts = {} as Record<TableName, number>;
  let total = 0;
  for (const table of Object.keys(TABLES) as TableName[]) {
    counts[table] = await countRows(from, table);
    total += counts[table];
  }
  let done = 0;
  await to.transaction().execute(async (transaction) => {
    await refuseUsed(transaction);
    for (const table of Object.keys(TABLES) as TableName[]) {
      for await (const rows of readTable(from, table)) {
        await transaction.insertInto(table).values(rows).execute();
        done += rows.length;
        onProgress({ done, total });
      }
    }
    if (isPostgres(transaction)) await continueNumbers(transaction);
  });
  return counts;
}

async function refuseBusy(from: Kysely<StateDatabase>): Promise<void> {
  const held = await from.selectFrom('leases').selectAll().where('expires_at', 'is not', null).executeTakeFirst();
  if (held === undefined) return;
  throw new SyncError('target-busy', `Run ${held.run_id} writes to ${held.target}: its state cannot be copied now.`, {
    hint: `Stop the workers and wait for the run; if it died, "ninja-sync unlock ${held.target}" first.`,
    retry: 'later',
  });
}

async function refuseUsed(to: Kysely<StateDatabase>): Promise<void> {
  for (const table of Object.keys(TABLES) as TableName[]) {
    if ((await countRows(to, table)) === 0) continue;
    throw new SyncError('state-unusable', `The state to copy to is in use: it has rows in "${table}".`, {
      hint: 'Name a new database: two histories cannot be put together.',
    });
  }
}

async function countRows(database: Kysely<StateDatabase>, table: TableName): Promise<number> {
  const { count } = await database
    .selectFrom(table)
    .select((expression) => expression.fn.countAll().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Page after page, each from behind the last row of the one before. */
async function* readTable(
  database: Kysely<StateDatabase>,
  table: TableName,
): AsyncGenerator<readonly Readonly<Record<string, unknown>>[]> {
  const keys: readonly string[] = TABLES[table];
  let last: Readonly<Record<string, unknown>> | undefined;
  for (;;) {
    const columns = sql.join(keys.map((key) => sql.ref(key)));
    const behind = last === undefined ? sql`` : sql`where (${columns}) > (${sql.join(keys.map((key) => last?.[key]))})`;
    const { rows } = await sql<Record<string, unknown>>`
      select * from ${sql.table(table)} ${behind} order by ${columns} limit ${sql.lit(ROWS_PER_PAGE)}`.execute(
      database,
    );
    if (rows.length > 0) yield rows;
    if (rows.length < ROWS_PER_PAGE) return;
    last = rows.at(-1);
  }
}

/** The next run gets the next number. */
async function continueNumbers(database: Kysely<StateDatabase>): Promise<void> {
  await sql`
    select setval(pg_get_serial_sequence('runs', 'id'), greatest((select max(id) from runs), 1),
                  exists (select from runs))`.execute(database);
}
