/** Which content jobs took. Invariant: of two that take the same content for one job, one is told of the other. */

import type { Kysely } from 'kysely';
import { assert } from '../../errors.js';
import type { ContentKey, LedgerEntry } from '../content-store.js';
import type { RunOnce, RunStart } from '../store.js';
import { createRun } from './runs.js';
import type { StateDatabase } from './schema.js';

export interface Content {
  readonly job: string;
  readonly digest: string;
  readonly runId: number;
  readonly name: string;
}

export async function claimContent(database: Kysely<StateDatabase>, content: Content): Promise<LedgerEntry | null> {
  const { job, digest, runId, name } = content;
  const inserted = await database
    .insertInto('ledger')
    .values({ job, digest, run_id: runId, name, at: new Date().toISOString() })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (Number(inserted.numInsertedOrUpdatedRows ?? 0) > 0) return null;
  const held = await database
    .selectFrom('ledger')
    .select(['run_id', 'name', 'at'])
    .where('job', '=', job)
    .where('digest', '=', digest)
    .executeTakeFirst();
  assert(held !== undefined, `the ledger has what stood in the way of run ${runId}`);
  // The same run that takes it again was interrupted between two steps.
  return held.run_id === runId ? null : { runId: held.run_id, name: held.name, at: held.at };
}

export async function releaseContent(database: Kysely<StateDatabase>, runId: number): Promise<void> {
  await database.deleteFrom('ledger').where('run_id', '=', runId).execute();
}

/** Content after which the job used other content may be taken again: the source went back to it. */
export async function releaseReplaced(database: Kysely<StateDatabase>, job: string, digest: string): Promise<void> {
  const newest = database
    .selectFrom('ledger')
    .select(({ fn }) => fn.max('run_id').as('run_id'))
    .where('job', '=', job);
  await database
    .deleteFrom('ledger')
    .where('job', '=', job)
    .where('digest', '=', digest)
    .where('run_id', '<', newest)
    .execute();
}

/** Somebody else took the content since it was looked up: what the transaction did is taken back. */
class TakenMeanwhile extends Error {
  readonly earlier: LedgerEntry;

  constructor(earlier: LedgerEntry) {
    super('taken meanwhile');
    this.earlier = earlier;
  }
}

/** The run is there exactly when its content is claimed: neither without the other survives a crash. */
export async function createRunOnce(
  database: Kysely<StateDatabase>,
  start: RunStart,
  content: Pick<Content, 'digest' | 'name'>,
): Promise<RunOnce> {
  try {
    return await database.transaction().execute(async (transaction) => {
      const earlier = await findEntry(transaction, start.job, content.digest);
      if (earlier !== undefined) return { earlier };
      const run = await createRun(transaction, start);
      const taken = await claimContent(transaction, { job: start.job, runId: run.id, ...content });
      if (taken !== null) throw new TakenMeanwhile(taken);
      return { run };
    });
  } catch (error) {
    if (error instanceof TakenMeanwhile) return { earlier: error.earlier };
    throw error;
  }
}

async function findEntry(
  database: Kysely<StateDatabase>,
  job: string,
  digest: string,
): Promise<LedgerEntry | undefined> {
  return await findContent(database, job, { digest });
}

/** The newest entry of the job that has this digest, this name, or was taken by this run. */
export async function findContent(
  database: Kysely<StateDatabase>,
  job: string,
  wanted: ContentKey,
): Promise<LedgerEntry | undefined> {
  const query = database.selectFrom('ledger').select(['run_id', 'name', 'at']).where('job', '=', job);
  const found =
    'digest' in wanted
      ? query.where('digest', '=', wanted.digest)
      : 'name' in wanted
        ? query.where('name', '=', wanted.name)
        : query.where('run_id', '=', wanted.runId);
  const row = await found.orderBy('run_id', 'desc').executeTakeFirst();
  return row === undefined ? undefined : { runId: row.run_id, name: row.name, at: row.at };
}
