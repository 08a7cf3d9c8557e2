/** How the tables came to be: an ordered list that only grows. What was released is never edited. */

import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { isPostgres, textType } from './engine.js';
import { addFilesAndPruning } from './migration-files.js';
import { IDS_PER_STATEMENT, chunk } from './portions.js';
import type { StateDatabase } from './schema.js';

interface Migration {
  readonly name: string;
  readonly apply: (database: Kysely<StateDatabase>) => Promise<void>;
}

/** The version of a migration is its position, counted from 1. */
export const MIGRATIONS: readonly Migration[] = [
  { name: 'runs with their plans and outcomes, and who owns which client', apply: createFirstTables },
  { name: 'what jobs last pushed, claims, leases, undo', apply: addBaselinesAndLeases },
  { name: 'what workers are asked for, and which content they took', apply: addRequestsAndLedger },
  { name: 'whom to tell what', apply: addNotices },
  { name: 'what was fetched from where', apply: addFetched },
  { name: 'which company is behind which target', apply: addTargets },
  { name: 'runs are found by their job', apply: indexRunsByJob },
  { name: 'which files runs keep, and which runs were pruned', apply: addFilesAndPruning },
];

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
