/** What the two engines do differently, in one place: column types, and who may change a row that a transaction has read. */

import { PostgresAdapter, sql } from 'kysely';
import type { ColumnDataType, Kysely, RawBuilder } from 'kysely';

/** Any database, whatever its tables. */
type HasEngine = Pick<Kysely<unknown>, 'getExecutor'>;

export function isPostgres(database: HasEngine): boolean {
  return database.getExecutor().adapter instanceof PostgresAdapter;
}

/** Texts are compared by their bytes, whatever the language of the database: pages are read in that order. */
export function textType(database: HasEngine): ColumnDataType | RawBuilder<string> {
  return isPostgres(database) ? sql<string>`text collate "C"` : 'text';
}

/**
 * Keeps a row as it was read until the transaction ends: `share` lets others read it alike, `update` makes them wait.
 * SQLite lets one transaction write at a time, so there is nothing to keep.
 */
export function keepRow<Query extends { forShare(): Query; forUpdate(): Query }>(
  database: HasEngine,
  query: Query,
  mode: 'share' | 'update',
): Query {
  if (!isPostgres(database)) return query;
  return mode === 'share' ? query.forShare() : query.forUpdate();
}
