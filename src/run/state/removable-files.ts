/** Files of the file store that no run needs any more. */

import type { Kysely } from 'kysely';
import { REMOVAL_MAX_MS } from '../file-book.js';
import type { ClaimedFile } from '../file-book.js';
import type { FileCounts } from '../prune-store.js';
import { IDS_PER_STATEMENT, chunk } from './portions.js';
import type { StateDatabase } from './schema.js';

type Database = Kysely<StateDatabase>;

export async function listRemovable(
  database: Database,
  before: string,
  after: string,
  limit: number,
): Promise<readonly ClaimedFile[]> {
  const rows = await database
    .selectFrom('stored_files')
    .select(['digest', 'bytes'])
    .where('digest', '>', after)
    .where('used_at', '<', before)
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('run_files')
            .select('run_files.run_id')
            .whereRef('run_files.digest', '=', 'stored_files.digest'),
        ),
      ),
    )
    .orderBy('digest')
    .limit(limit)
    .execute();
  return rows.map(({ digest, bytes }) => ({ digest, bytes: Number(bytes) }));
}

export async function countFilesOf(database: Database, runIds: readonly number[], before: string): Promise<FileCounts> {
  const uses = new Map<string, number>();
  for (const ids of chunk(runIds, IDS_PER_STATEMENT)) {
    const rows = await database
      .selectFrom('run_files')
      .select((expression) => ['digest', expression.fn.countAll().as('count')])
      .where('run_id', 'in', ids)
      .groupBy('digest')
      .execute();
    for (const { digest, count } of rows) uses.set(digest, (uses.get(digest) ?? 0) + Number(count));
  }
  let [count, bytes] = [0, 0];
  for (const digests of chunk(uses.keys(), IDS_PER_STATEMENT)) {
    const rows = await database
      .selectFrom('stored_files')
      .innerJoin('run_files', 'run_files.digest', 'stored_files.digest')
      .select((expression) => ['stored_files.digest', 'stored_files.bytes', expression.fn.countAll().as('count')])
      .where('stored_files.digest', 'in', digests)
      .where('stored_files.used_at', '<', before)
      .groupBy(['stored_files.digest', 'stored_files.bytes'])
      .execute();
    for (const row of rows) {
      if (Number(row.count) > (uses.get(row.digest) ?? 0)) continue;
      count += 1;
      bytes += Number(row.bytes);
    }
  }
  return { count, bytes };
}

/**
 * One statement, on the row that `claimFile` writes: of the two, one comes first. A run names a file only after it was
 * claimed, so it is enough to look whether it was.
 */
export async function beginRemoval(database: Database, digest: string, before: string, now: number): Promise<boolean> {
  const { numUpdatedRows } = await database
    .updateTable('stored_files')
    .set({ removing_at: new Date(now).toISOString() })
    .where('digest', '=', digest)
    .where('used_at', '<', before)
    .where((where) =>
      where.or([
        where('removing_at', 'is', null),
        where('removing_at', '<', new Date(now - REMOVAL_MAX_MS).toISOString()),
      ]),
    )
    .where((where) =>
      where.not(
        where.exists(where.selectFrom('run_files').select('run_files.run_id').where('run_files.digest', '=', digest)),
      ),
    )
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

export async function endRemoval(database: Database, digest: string, now: number): Promise<void> {
  await database
    .deleteFrom('stored_files')
    .where('digest', '=', digest)
    .where('removing_at', '=', new Date(now).toISOString())
    .execute();
}
