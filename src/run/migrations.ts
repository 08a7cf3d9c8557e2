/**
 * How the tables came to be: an ordered list that only grows. What was released is never edited.
 *
 * All missing migrations run in one transaction, so a store is at one version or at the next, never between.
 */

import type { Kysely } from 'kysely';
import { SyncError } from '../errors.js';
import type { StateDatabase } from './schema.js';

interface Migration {
  readonly name: string;
  readonly apply: (database: Kysely<StateDatabase>) => Promise<void>;
}

/** The version of a migration is its position, counted from 1. */
const MIGRATIONS: readonly Migration[] = [
  { name: 'runs with their plans and outcomes, and who owns which client', apply: createFirstTables },
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
    // Read again: another process may have been faster.
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

async function readVersion(database: Kysely<StateDatabase>, place: string): Promise<number> {
  const tables = await database.introspection.getTables();
  if (!tables.some((table) => table.name === 'state_versions')) return 0;
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

async function createFirstTables(database: Kysely<StateDatabase>): Promise<void> {
  await database.schema
    .createTable('state_versions')
    .addColumn('version', 'integer', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('applied_at', 'text', (column) => column.notNull())
    .execute();
  await database.schema
    .createTable('runs')
    .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('job', 'text', (column) => column.notNull())
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('updated_at', 'text', (column) => column.notNull())
    .addColumn('files', 'text', (column) => column.notNull())
    .addColumn('summary', 'text')
    .addColumn('row_outcomes', 'text')
    .addColumn('statistics', 'text')
    .addColumn('message', 'text')
    .addColumn('folder', 'text')
    .execute();
  await database.schema
    .createTable('changes')
    .addColumn('run_id', 'integer', (column) => column.notNull().references('runs.id'))
    .addColumn('seq', 'integer', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('outcome', 'text')
    .addColumn('body', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('changes_key', ['run_id', 'seq'])
    .execute();
  await database.schema
    .createTable('remarks')
    .addColumn('run_id', 'integer', (column) => column.notNull().references('runs.id'))
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('seq', 'integer', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('remarks_key', ['run_id', 'kind', 'seq'])
    .execute();
  await database.schema
    .createTable('matched')
    .addColumn('run_id', 'integer', (column) => column.notNull().references('runs.id'))
    .addColumn('part', 'integer', (column) => column.notNull())
    .addColumn('ids', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('matched_key', ['run_id', 'part'])
    .execute();
  await database.schema
    .createTable('owned')
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('job', 'text', (column) => column.notNull())
    .addColumn('client_id', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('owned_key', ['target', 'job', 'client_id'])
    .execute();
}
