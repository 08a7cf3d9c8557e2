/**
 * How the tables came to be: an ordered list that only grows. What was released is never edited.
 *
 * All missing migrations run in one transaction, so a store is at one version or at the next, never between.
 */

import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { SyncError } from '../../errors.js';
import { isPostgres, textType } from './engine.js';
import { IDS_PER_STATEMENT, chunk } from './portions.js';
import type { StateDatabase } from './schema.js';

interface Migration {
  readonly name: string;
  readonly apply: (database: Kysely<StateDatabase>) => Promise<void>;
}

/** Any number that no other program on the database takes. */
const MIGRATION_LOCK = 7_403_126;

/** The version of a migration is its position, counted from 1. */
const MIGRATIONS: readonly Migration[] = [
  { name: 'runs with their plans and outcomes, and who owns which client', apply: createFirstTables },
  { name: 'what jobs last pushed, claims, leases, undo', apply: addBaselinesAndLeases },
  { name: 'what workers are asked for, and which content they took', apply: addRequestsAndLedger },
  { name: 'whom to tell what', apply: addNotices },
  { name: 'what was fetched from where', apply: addFetched },
  { name: 'which company is behind which target', apply: addTargets },
  { name: 'runs are found by their job', apply: indexRunsByJob },
];

/**
 * Brings the tables to this release's version.
 *
 * @param place where the state is, for messages
 * @throws SyncError `state-unusable` when a newer release wrote it
 */
export async function migrate(database: Kysely<StateDatabase>, place: string): Promise<void> {
  if ((await readVersion(database, place)) === MIGRATIONS.length) return;
  await database.transaction().execute(async (transaction) => {
    // Read again: another process may have been faster. SQLite lets one begin at a time.
    if (isPostgres(transaction)) await sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`.execute(transaction);
    const version = await readVersion(transaction, place);
    for (const [index, migration] of MIGRATIONS.entries()) {
      if (index < version) continue;
      await migration.apply(transaction);
      await transaction
        .insertInto('state_versions')
        .values({ version: index + 1, name: migration.name, applied_at: new Date().toISOString() })
        .execute();
    }
  });
}

/** How the tables stand: what was applied, and what this release would apply. */
export interface StateVersion {
  /** 0: there are no tables. */
  readonly version: number;
  readonly newest: number;
  readonly pending: readonly string[];
}

export async function readStateVersion(database: Kysely<StateDatabase>, place: string): Promise<StateVersion> {
  const version = await readVersion(database, place);
  return { version, newest: MIGRATIONS.length, pending: MIGRATIONS.slice(version).map(({ name }) => name) };
}

async function readVersion(database: Kysely<StateDatabase>, place: string): Promise<number> {
  if (!(await hasVersions(database))) return 0;
  const row = await database
    .selectFrom('state_versions')
    .select((expression) => expression.fn.max('version').as('version'))
    .executeTakeFirst();
  const version = row?.version ?? 0;
  if (version > MIGRATIONS.length) {
    throw new SyncError(
      'state-unusable',
      `The state in ${place} was written by a newer release of ninja-sync (version ${version} of its tables; this release knows version ${MIGRATIONS.length}).`,
      { hint: 'Use that newer release, or keep the state of this one elsewhere with STATE_URL or DATA_DIR.' },
    );
  }
  return version;
}

/** Of the schemas of a PostgreSQL database only those count in which its tables would be found. */
async function hasVersions(database: Kysely<StateDatabase>): Promise<boolean> {
  if (isPostgres(database)) {
    // Not `to_regclass`: it may answer from what the connection knew before somebody else made the tables.
    const { rows } = await sql<{ readonly found: boolean }>`
      select exists (
        select from pg_class join pg_namespace on pg_namespace.oid = relnamespace
        where relname = 'state_versions' and nspname = any (current_schemas(false))
      ) as found`.execute(database);
    return rows[0]?.found === true;
  }
  const tables = await database.introspection.getTables();
  return tables.some((table) => table.name === 'state_versions');
}

async function createFirstTables(database: Kysely<StateDatabase>): Promise<void> {
  const text = textType(database);
  await database.schema
    .createTable('state_versions')
    .addColumn('version', 'integer', (column) => column.primaryKey())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('applied_at', text, (column) => column.notNull())
    .execute();
  await database.schema
    .createTable('runs')
    .addColumn('id', isPostgres(database) ? 'serial' : 'integer', (column) =>
      isPostgres(database) ? column.primaryKey() : column.primaryKey().autoIncrement(),
    )
    .addColumn('job', text, (column) => column.notNull())
    .addColumn('target', text, (column) => column.notNull())
    .addColumn('status', text, (column) => column.notNull())
    .addColumn('created_at', text, (column) => column.notNull())
    .addColumn('updated_at', text, (column) => column.notNull())
    .addColumn('files', text, (column) => column.notNull())
    .addColumn('summary', text)
    .addColumn('row_outcomes', text)
    .addColumn('statistics', text)
    .addColumn('message', text)
    .addColumn('folder', text)
    .execute();
  await database.schema
    .createTable('changes')
    .addColumn('run_id', 'integer', (column) => column.notNull().references('runs.id'))
    .addColumn('seq', 'integer', (column) => column.notNull())
    .addColumn('status', text, (column) => column.notNull())
    .addColumn('outcome', text)
    .addColumn('body', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('changes_key', ['run_id', 'seq'])
    .execute();
  await database.schema
    .createTable('remarks')
    .addColumn('run_id', 'integer', (column) => column.notNull().references('runs.id'))
    .addColumn('kind', text, (column) => column.notNull())
    .addColumn('seq', 'integer', (column) => column.notNull())
    .addColumn('body', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('remarks_key', ['run_id', 'kind', 'seq'])
    .execute();
  await database.schema
    .createTable('matched')
    .addColumn('run_id', 'integer', (column) => column.notNull().references('runs.id'))
    .addColumn('part', 'integer', (column) => column.notNull())
    .addColumn('ids', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('matched_key', ['run_id', 'part'])
    .execute();
  await database.schema
    .createTable('owned')
    .addColumn('target', text, (column) => column.notNull())
    .addColumn('job', text, (column) => column.notNull())
    .addColumn('client_id', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('owned_key', ['target', 'job', 'client_id'])
    .execute();
}

async function addBaselinesAndLeases(database: Kysely<StateDatabase>): Promise<void> {
  const { schema } = database;
  const text = textType(database);
  await schema
    .alterTable('runs')
    .addColumn('undoes', 'integer', (column) => column.references('runs.id'))
    .execute();
  await schema.alterTable('runs').addColumn('rules', text).execute();
  await schema.alterTable('owned').addColumn('baseline', text).execute();
  await schema
    .alterTable('owned')
    .addColumn('baseline_hash', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute();
  await schema
    .alterTable('owned')
    .addColumn('absences', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  await schema
    .createTable('claims')
    .addColumn('run_id', 'integer', (column) => column.notNull().references('runs.id'))
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('change_seq', 'integer')
    .addColumn('client_id', text)
    .addColumn('baseline', text)
    .addColumn('baseline_hash', 'bigint', (column) => column.notNull())
    .addColumn('absences', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('claims_key', ['run_id', 'number'])
    .execute();
  await schema.createIndex('claims_of_changes').on('claims').columns(['run_id', 'change_seq']).execute();
  await schema
    .createTable('leases')
    .addColumn('target', text, (column) => column.primaryKey())
    .addColumn('run_id', 'integer', (column) => column.notNull().references('runs.id'))
    .addColumn('host', text, (column) => column.notNull())
    .addColumn('pid', 'integer', (column) => column.notNull())
    .addColumn('token', 'integer', (column) => column.notNull())
    .addColumn('since', text, (column) => column.notNull())
    .addColumn('expires_at', text)
    .execute();
  const first = database as unknown as Kysely<FirstTables>;
  await makeClaimsOfChanges(first);
  await makeClaimsOfMatched(first);
  await schema.dropTable('matched').execute();
}

async function addRequestsAndLedger(database: Kysely<StateDatabase>): Promise<void> {
  const { schema } = database;
  const text = textType(database);
  for (const column of ['request', 'stop', 'progress'])
    await schema.alterTable('runs').addColumn(column, text).execute();
  await schema.createIndex('runs_by_status').on('runs').column('status').execute();
  await schema
    .createTable('ledger')
    .addColumn('job', text, (column) => column.notNull())
    .addColumn('digest', text, (column) => column.notNull())
    .addColumn('run_id', 'integer', (column) => column.notNull().references('runs.id'))
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('at', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('ledger_key', ['job', 'digest'])
    .execute();
}

async function addNotices(database: Kysely<StateDatabase>): Promise<void> {
  const [schema, text] = [database.schema, textType(database)];
  await schema
    .createTable('run_events')
    .addColumn('run_id', 'integer', (column) => column.notNull().references('runs.id'))
    .addColumn('status', text, (column) => column.notNull())
    .addColumn('at', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('run_events_key', ['run_id', 'status', 'at'])
    .execute();
  let notices = schema.createTable('notices').addColumn('id', text, (column) => column.primaryKey());
  for (const name of ['key', 'channel', 'job', 'event', 'body', 'state', 'created_at', 'due_at', 'next_at'])
    notices = notices.addColumn(name, text, (column) => column.notNull());
  for (const name of ['count', 'attempts']) notices = notices.addColumn(name, 'integer', (column) => column.notNull());
  await notices.addColumn('error', text).execute();
  await schema.createIndex('notices_by_key').unique().on('notices').columns(['channel', 'key']).execute();
  await schema.createIndex('notices_by_time').on('notices').columns(['state', 'next_at']).execute();
  await schema.createIndex('notices_by_event').on('notices').columns(['job', 'channel', 'event', 'due_at']).execute();
  await schema
    .createTable('arrivals')
    .addColumn('job', text, (column) => column.primaryKey())
    .addColumn('at', text, (column) => column.notNull())
    .execute();
  await schema.createIndex('runs_by_job').on('runs').columns(['job', 'id']).execute();
}

async function addFetched(database: Kysely<StateDatabase>): Promise<void> {
  const { schema } = database;
  const text = textType(database);
  await schema
    .createTable('fetched')
    .addColumn('job', text, (column) => column.notNull())
    .addColumn('place', text, (column) => column.notNull())
    .addColumn('version', text, (column) => column.notNull())
    .addColumn('run_id', 'integer', (column) => column.references('runs.id'))
    .addColumn('at', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('fetched_key', ['job', 'place'])
    .execute();
  await schema
    .createTable('polls')
    .addColumn('job', text, (column) => column.primaryKey())
    .addColumn('at', text, (column) => column.notNull())
    .addColumn('ok', 'integer', (column) => column.notNull())
    .addColumn('message', text, (column) => column.notNull())
    .execute();
}

async function addTargets(database: Kysely<StateDatabase>): Promise<void> {
  const text = textType(database);
  await database.schema
    .createTable('targets')
    .addColumn('target', text, (column) => column.primaryKey())
    .addColumn('company', text, (column) => column.notNull())
    .addColumn('company_name', text, (column) => column.notNull())
    .addColumn('since', text, (column) => column.notNull())
    .execute();
}

/** A job's runs of a status, the newest of them first: each plan asks for them, and each of many jobs. */
async function indexRunsByJob(database: Kysely<StateDatabase>): Promise<void> {
  await database.schema.createIndex('runs_by_job_status').on('runs').columns(['job', 'status', 'id']).execute();
}

/** Version 1 kept the ids that waited for `adopt` as JSON lists, some thousand a row. */
interface FirstTables extends StateDatabase {
  readonly matched: { readonly run_id: number; readonly part: number; readonly ids: string };
}

/** A plan that is still to be applied makes the job own what it changes, as it did before, but leaves no baseline. */
async function makeClaimsOfChanges(database: Kysely<FirstTables>): Promise<void> {
  await database
    .insertInto('claims')
    .columns(['run_id', 'number', 'change_seq', 'baseline_hash', 'absences'])
    .expression(
      database
        .selectFrom('changes')
        .select([
          'run_id',
          'seq as number',
          'seq as change_seq',
          sql.lit(0).as('baseline_hash'),
          sql.lit(0).as('absences'),
        ])
        .where('status', '<>', 'done'),
    )
    .execute();
}

async function makeClaimsOfMatched(database: Kysely<FirstTables>): Promise<void> {
  const parts = await database
    .selectFrom('matched')
    .select(['run_id', 'part'])
    .orderBy('run_id')
    .orderBy('part')
    .execute();
  for (const { run_id, part } of parts) {
    const { ids } = await database
      .selectFrom('matched')
      .select('ids')
      .where('run_id', '=', run_id)
      .where('part', '=', part)
      .executeTakeFirstOrThrow();
    let number = await readLastClaim(database, run_id);
    for (const some of chunk(JSON.parse(ids) as string[], IDS_PER_STATEMENT)) {
      const claims = some.map((client_id) => {
        number += 1;
        return { run_id, number, change_seq: null, client_id, baseline: null, baseline_hash: 0, absences: 0 };
      });
      await database.insertInto('claims').values(claims).execute();
    }
  }
}

async function readLastClaim(database: Kysely<FirstTables>, runId: number): Promise<number> {
  const row = await database
    .selectFrom('claims')
    .select((expression) => expression.fn.max('number').as('last'))
    .where('run_id', '=', runId)
    .executeTakeFirst();
  return row?.last ?? 0;
}
