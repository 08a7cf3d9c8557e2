/**
 * What a job knows about the clients that it owns, and how a run's claims come true.
 *
 * Invariant: a claim may come true twice and changes nothing the second time. One without a baseline leaves the stored
 * baseline as it is.
 */

import { sql } from 'kysely';
import type { Kysely, OnConflictBuilder, OnConflictUpdateBuilder } from 'kysely';
import { assert } from '../../errors.js';
import type { Baseline } from '../../plan/baseline.js';
import type { Outcome, OutcomeKind } from '../../plan/change.js';
import type { OwnedClients } from '../store.js';
import { PackedClients } from './packed-clients.js';
import { chunk } from './portions.js';
import { readRunRow } from './runs.js';
import type { StateDatabase } from './schema.js';

const CLAIMS_PER_TRANSACTION = 5_000;
const CLIENTS_PER_PAGE = 10_000;
/** Texts of a few hundred bytes each. */
const BASELINES_PER_PAGE = 500;

/** The client has the record's values now. */
const PUSHED: ReadonlySet<OutcomeKind> = new Set(['created', 'updated', 'restored', 'uploaded']);
const PUT_AWAY: ReadonlySet<OutcomeKind> = new Set(['archived', 'deleted']);

interface ClaimingRun {
  readonly id: number;
  readonly target: string;
  readonly job: string;
}

/** In portions that commit on their own: others can write in between, and the next call goes on where one was cut off. */
export async function adopt(database: Kysely<StateDatabase>, runId: number): Promise<void> {
  const run = { id: runId, ...(await readRunRow(database, runId)) };
  let after = 0;
  for (;;) {
    const last = await findLastOfPortion(database, runId, after);
    if (last === undefined) return;
    await adoptPortion(database, run, { after, last });
    after = last;
  }
}

async function findLastOfPortion(
  database: Kysely<StateDatabase>,
  runId: number,
  after: number,
): Promise<number | undefined> {
  const portion = database
    .selectFrom('claims')
    .select('number')
    .where('run_id', '=', runId)
    .where('number', '>', after)
    .orderBy('number')
    .limit(CLAIMS_PER_TRANSACTION)
    .as('portion');
  const row = await database
    .selectFrom(portion)
    .select((expression) => expression.fn.max('number').as('last'))
    .executeTakeFirst();
  return row?.last ?? undefined;
}

async function adoptPortion(
  database: Kysely<StateDatabase>,
  run: ClaimingRun,
  { after, last }: { readonly after: number; readonly last: number },
): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    const claims = transaction
      .selectFrom('claims')
      .where('run_id', '=', run.id)
      .where('number', '>', after)
      .where('number', '<=', last)
      .where('change_seq', 'is', null);
    await transaction
      .insertInto('owned')
      .columns(['target', 'job', 'client_id', 'baseline', 'baseline_hash', 'absences'])
      .expression(
        claims.select([
          sql<string>`cast(${run.target} as text)`.as('target'),
          sql<string>`cast(${run.job} as text)`.as('job'),
          sql<string>`client_id`.as('client_id'),
          'baseline',
          'baseline_hash',
          'absences',
        ]),
      )
      .onConflict(learn)
      .execute();
    await transaction
      .deleteFrom('claims')
      .where('run_id', '=', run.id)
      .where('number', '>', after)
      .where('number', '<=', last)
      .where('change_seq', 'is', null)
      .execute();
  });
}

/** Inside the transaction that stores the outcomes. */
export async function settleClaims(
  transaction: Kysely<StateDatabase>,
  run: ClaimingRun,
  outcomes: readonly Outcome[],
): Promise<void> {
  const pushed = new Map(
    outcomes.filter(({ kind }) => PUSHED.has(kind)).map(({ seq, clientId }) => [seq, clientId] as const),
  );
  if (pushed.size > 0) await learnPushed(transaction, run, pushed);
  const putAway = outcomes.flatMap(({ kind, clientId }) => (PUT_AWAY.has(kind) && clientId !== null ? [clientId] : []));
  if (putAway.length > 0) await forgetAbsences(transaction, run, putAway);
}

async function learnPushed(
  transaction: Kysely<StateDatabase>,
  run: ClaimingRun,
  pushed: ReadonlyMap<number, string | null>,
): Promise<void> {
  const claims = await transaction
    .selectFrom('claims')
    .select(['change_seq', 'client_id', 'baseline', 'baseline_hash', 'absences'])
    .where('run_id', '=', run.id)
    .where('change_seq', 'in', [...pushed.keys()])
    .execute();
  const rows = claims.flatMap(({ change_seq, client_id, ...known }) => {
    assert(change_seq !== null, 'the claim has a change');
    const id = pushed.get(change_seq) ?? client_id;
    return id === null ? [] : [{ target: run.target, job: run.job, client_id: id, ...known }];
  });
  if (rows.length > 0) await transaction.insertInto('owned').values(rows).onConflict(learn).execute();
}

/** The file lacked them until now; if they come back, the count begins again. */
async function forgetAbsences(
  transaction: Kysely<StateDatabase>,
  run: ClaimingRun,
  clientIds: readonly string[],
): Promise<void> {
  await transaction
    .updateTable('owned')
    .set({ absences: 0 })
    .where('target', '=', run.target)
    .where('job', '=', run.job)
    .where('client_id', 'in', clientIds)
    .where('absences', '<>', 0)
    .execute();
}

/** What to do with a client that the job owns already. */
function learn(conflict: OnConflictBuilder<StateDatabase, 'owned'>): OnConflictUpdateBuilder<StateDatabase, 'owned'> {
  return conflict.columns(['target', 'job', 'client_id']).doUpdateSet((expression) => ({
    baseline: expression.fn.coalesce('excluded.baseline', 'owned.baseline'),
    baseline_hash: expression
      .case()
      .when('excluded.baseline', 'is', null)
      .then(expression.ref('owned.baseline_hash'))
      .else(expression.ref('excluded.baseline_hash'))
      .end(),
    absences: expression.ref('excluded.absences'),
  }));
}

export async function readOwned(database: Kysely<StateDatabase>, target: string, job: string): Promise<OwnedClients> {
  const query = database.selectFrom('owned').where('target', '=', target).where('job', '=', job);
  const { count } = await query.select((expression) => expression.fn.countAll().as('count')).executeTakeFirstOrThrow();
  const owned = new PackedClients(Number(count));
  const pages = query.select(['client_id', 'baseline_hash', 'absences']).orderBy('client_id').limit(CLIENTS_PER_PAGE);
  let after = '';
  for (;;) {
    const rows = await pages.where('client_id', '>', after).execute();
    for (const row of rows) owned.add(row.client_id, Number(row.baseline_hash), row.absences);
    const last = rows.at(-1);
    if (last === undefined || rows.length < CLIENTS_PER_PAGE) return owned;
    after = last.client_id;
  }
}

export async function readBaselines(
  database: Kysely<StateDatabase>,
  target: string,
  job: string,
  clientIds: readonly string[],
): Promise<ReadonlyMap<string, Baseline>> {
  const baselines = new Map<string, Baseline>();
  for (const ids of chunk(clientIds, BASELINES_PER_PAGE)) {
    const rows = await database
      .selectFrom('owned')
      .select(['client_id', 'baseline'])
      .where('target', '=', target)
      .where('job', '=', job)
      .where('client_id', 'in', ids)
      .where('baseline', 'is not', null)
      .execute();
    for (const { client_id, baseline } of rows) {
      if (baseline !== null) baselines.set(client_id, JSON.parse(baseline) as Baseline);
    }
  }
  return baselines;
}
