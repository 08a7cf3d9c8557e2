/** What was fetched from where, and how the last look at each source went. */

import type { Kysely } from 'kysely';
import type { Fetched, Poll } from '../content-store.js';
import type { StateDatabase } from './schema.js';

export async function readFetched(
  database: Kysely<StateDatabase>,
  job: string,
  place: string,
): Promise<Fetched | undefined> {
  const row = await database
    .selectFrom('fetched')
    .select(['version', 'run_id', 'at'])
    .where('job', '=', job)
    .where('place', '=', place)
    .executeTakeFirst();
  return row === undefined ? undefined : { version: row.version, runId: row.run_id, at: row.at };
}

export async function noteFetched(
  database: Kysely<StateDatabase>,
  job: string,
  place: string,
  { version, runId, at }: Fetched,
): Promise<void> {
  await database
    .insertInto('fetched')
    .values({ job, place, version, run_id: runId, at })
    .onConflict((conflict) => conflict.columns(['job', 'place']).doUpdateSet({ version, run_id: runId, at }))
    .execute();
}

export async function forgetFetched(database: Kysely<StateDatabase>, job: string, place: string): Promise<void> {
  await database.deleteFrom('fetched').where('job', '=', job).where('place', '=', place).execute();
}

export async function notePoll(database: Kysely<StateDatabase>, { job, at, ok, message }: Poll): Promise<void> {
  const values = { at, ok: ok ? 1 : 0, message };
  await database
    .insertInto('polls')
    .values({ job, ...values })
    .onConflict((conflict) => conflict.column('job').doUpdateSet(values))
    .execute();
}

/** By job. */
export async function listPolls(database: Kysely<StateDatabase>): Promise<readonly Poll[]> {
  const rows = await database.selectFrom('polls').selectAll().orderBy('job').execute();
  return rows.map(({ job, at, ok, message }) => ({ job, at, ok: ok === 1, message }));
}
