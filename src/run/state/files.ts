/** Which files of the file store runs need, and who is about to store or to remove one. */

import type { Kysely } from 'kysely';
import { REMOVAL_MAX_MS } from '../file-book.js';
import type { ClaimedFile, FileRole, KeptFile } from '../file-book.js';
import { keepRow } from './engine.js';
import type { StateDatabase } from './schema.js';

/** One statement: of who stores and who removes, one comes first. */
export async function claimFile(
  database: Kysely<StateDatabase>,
  { digest, bytes }: ClaimedFile,
  now: number,
): Promise<boolean> {
  const usedAt = new Date(now).toISOString();
  const stale = new Date(now - REMOVAL_MAX_MS).toISOString();
  const { numInsertedOrUpdatedRows } = await database
    .insertInto('stored_files')
    .values({ digest, bytes, used_at: usedAt, removing_at: null })
    .onConflict((conflict) =>
      conflict
        .column('digest')
        .doUpdateSet({ used_at: usedAt, removing_at: null })
        .where((where) =>
          where.or([where('stored_files.removing_at', 'is', null), where('stored_files.removing_at', '<', stale)]),
        ),
    )
    .executeTakeFirstOrThrow();
  return (numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** A run that was pruned in the meantime gets none. */
export async function replaceRunFiles(
  database: Kysely<StateDatabase>,
  runId: number,
  roles: readonly FileRole[],
  files: readonly KeptFile[],
): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    const query = transaction.selectFrom('runs').select('pruned_at').where('id', '=', runId);
    const run = await keepRow(transaction, query, 'update').executeTakeFirst();
    if (run?.pruned_at === null) await replaceRows(transaction, runId, roles, files);
  });
}

export async function replaceRows(
  transaction: Kysely<StateDatabase>,
  runId: number,
  roles: readonly FileRole[],
  files: readonly KeptFile[],
): Promise<void> {
  await transaction.deleteFrom('run_files').where('run_id', '=', runId).where('role', 'in', roles).execute();
  const rows = files.map((file) => ({ run_id: runId, ...file }));
  if (rows.length > 0)
    await transaction
      .insertInto('run_files')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
}

export async function listRunFiles(database: Kysely<StateDatabase>, runId: number): Promise<readonly KeptFile[]> {
  const rows = await database
    .selectFrom('run_files')
    .select(['role', 'name', 'digest', 'bytes'])
    .where('run_id', '=', runId)
    .orderBy('role')
    .orderBy('name')
    .execute();
  return rows.map((row) => ({ ...row, bytes: Number(row.bytes) }));
}
