/**
 * Brings the tables of a state to this release's version. All missing migrations run in one transaction, so a store is at
 * one version or at the next, never between.
 */

import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { SyncError } from '../../errors.js';
import { isPostgres } from './engine.js';
import { MIGRATIONS } from './migration-steps.js';
import type { StateDatabase } from './schema.js';

/** Any number that no other program on the database takes. */
const MIGRATION_LOCK = 7_403_126;

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
