/**
 * The journal of a run: what is about to be sent, and what became of it.
 *
 * Invariants: nothing is begun for who no longer holds the target; a change that has its outcome is never begun again;
 * an outcome and what the job knows by it about the client become durable together.
 */

import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { assert } from '../../errors.js';
import type { Outcome, OutcomeKind } from '../../plan/change.js';
import type { Lease } from '../lease-store.js';
import { settleClaims } from './claims.js';
import { checkLease } from './leases.js';
import { IDS_PER_STATEMENT, ROWS_PER_PAGE, chunk, readPages } from './portions.js';
import { readRunRow } from './runs.js';
import type { StateDatabase } from './schema.js';

export async function beginChanges(
  database: Kysely<StateDatabase>,
  runId: number,
  seqs: readonly number[],
  lease: Lease,
): Promise<void> {
  assert(lease.runId === runId, `run ${runId} writes under its own lease`);
  await database.transaction().execute(async (transaction) => {
    await checkLease(transaction, lease);
    for (const some of chunk(new Set(seqs), IDS_PER_STATEMENT)) {
      const { numUpdatedRows } = await transaction
        .updateTable('changes')
        .set({ status: 'sending' })
        .where('run_id', '=', runId)
        .where('seq', 'in', some)
        .where('status', '<>', 'done')
        .executeTakeFirst();
      assert(
        numUpdatedRows === BigInt(some.length),
        `changes ${some[0]} to ${some.at(-1)} of run ${runId} are in its plan and have no outcome yet`,
      );
    }
  });
}

/** Of two outcomes for one change the later one counts. */
export async function finishChanges(
  database: Kysely<StateDatabase>,
  runId: number,
  outcomes: readonly Outcome[],
): Promise<void> {
  const bySeq = new Map(outcomes.map((outcome) => [outcome.seq, outcome]));
  await database.transaction().execute(async (transaction) => {
    const run = await readRunRow(transaction, runId);
    for (const some of chunk(bySeq.values(), IDS_PER_STATEMENT)) {
      await writeOutcomes(transaction, runId, some);
      await settleClaims(transaction, { id: runId, ...run }, some);
    }
  });
}

/** Names the types: engines that are strict about them take a bare parameter for text. */
async function writeOutcomes(
  transaction: Kysely<StateDatabase>,
  runId: number,
  outcomes: readonly Outcome[],
): Promise<void> {
  const rows = outcomes.map(
    (outcome) => sql`(cast(${outcome.seq} as integer), cast(${JSON.stringify(outcome)} as text))`,
  );
  const { numAffectedRows } = await sql`
    with noted (seq, outcome) as (values ${sql.join(rows)})
    update changes set status = 'done', outcome = noted.outcome
    from noted where changes.run_id = ${runId} and changes.seq = noted.seq`.execute(transaction);
  assert(
    numAffectedRows === BigInt(outcomes.length),
    `changes ${outcomes[0]?.seq} to ${outcomes.at(-1)?.seq} are in the plan of run ${runId}`,
  );
}

export async function reopenChanges(
  database: Kysely<StateDatabase>,
  runId: number,
  kinds: readonly OutcomeKind[],
): Promise<number> {
  return database.transaction().execute(async (transaction) => {
    let count = 0;
    const done = transaction
      .selectFrom('changes')
      .select(['seq', 'outcome'])
      .where('run_id', '=', runId)
      .where('status', '=', 'done');
    const rows = readPages((after) => done.where('seq', '>', after).orderBy('seq').limit(ROWS_PER_PAGE).execute());
    let some: number[] = [];
    const reopenSome = async (): Promise<void> => {
      if (some.length > 0) await reopen(transaction, runId, some);
      count += some.length;
      some = [];
    };
    for await (const row of rows) {
      assert(row.outcome !== null, `change ${row.seq} of run ${runId} is done and has its outcome`);
      if (kinds.includes((JSON.parse(row.outcome) as Outcome).kind)) some.push(row.seq);
      if (some.length === IDS_PER_STATEMENT) await reopenSome();
    }
    await reopenSome();
    return count;
  });
}

async function reopen(transaction: Kysely<StateDatabase>, runId: number, seqs: readonly number[]): Promise<void> {
  await transaction
    .updateTable('changes')
    .set({ status: 'sending', outcome: null })
    .where('run_id', '=', runId)
    .where('seq', 'in', seqs)
    .execute();
}
