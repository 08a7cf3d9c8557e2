/** The step that notes which files of the file store runs need. What was released is never edited. */

import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { RunRequest } from '../request.js';
import { textType } from './engine.js';
import type { StateDatabase } from './schema.js';

export async function addFilesAndPruning(database: Kysely<StateDatabase>): Promise<void> {
  const { schema } = database;
  const text = textType(database);
  await schema
    .createTable('run_files')
    .addColumn('run_id', 'integer', (column) => column.notNull().references('runs.id'))
    .addColumn('role', text, (column) => column.notNull())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('digest', text, (column) => column.notNull())
    .addColumn('bytes', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('run_files_key', ['run_id', 'role', 'name'])
    .execute();
  await schema.createIndex('run_files_by_digest').on('run_files').column('digest').execute();
  await schema
    .createTable('stored_files')
    .addColumn('digest', text, (column) => column.primaryKey())
    .addColumn('bytes', 'bigint', (column) => column.notNull())
    .addColumn('used_at', text, (column) => column.notNull())
    .addColumn('removing_at', text)
    .execute();
  await schema
    .createTable('prunings')
    .addColumn('run_id', 'integer', (column) => column.primaryKey().references('runs.id'))
    .execute();
  await schema.alterTable('runs').addColumn('pruned_at', text).execute();
  await schema
    .createIndex('runs_unpruned')
    .on('runs')
    .columns(['job', 'target', 'id'])
    .where(sql.ref('pruned_at'), 'is', null)
    .execute();
  await noteStoredInputs(database);
}

/** Until now only the request of a run named what it has in the file store. */
async function noteStoredInputs(database: Kysely<StateDatabase>): Promise<void> {
  const rows = await database
    .selectFrom('runs')
    .select(['id', 'request', 'updated_at'])
    .where('request', 'like', '%"inputs":%')
    .execute();
  for (const { id, request, updated_at } of rows) {
    const { inputs = [] } = JSON.parse(request ?? '{}') as Partial<RunRequest>;
    for (const { path, digest, bytes } of inputs) {
      await database
        .insertInto('run_files')
        .values({ run_id: id, role: 'input', name: path, digest, bytes })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      await database
        .insertInto('stored_files')
        .values({ digest, bytes, used_at: updated_at, removing_at: null })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }
  }
}
