/**
 * Plans in the state store: written whole or not at all, read page by page. While a large one is written, timers of the
 * process go on.
 */

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import { assert } from '../../errors.js';
import type { Change, Outcome } from '../../plan/change.js';
import type { Lease } from '../lease-store.js';
import type { ChangeStatus, Claim, PartCounts, PlanParts, StoredChange } from '../store.js';
import { checkLease } from './leases.js';
import { ROWS_PER_PAGE, chunk, readPages } from './portions.js';
import { readRunRow } from './runs.js';
import type { RemarkKind, StateDatabase } from './schema.js';

const ROWS_PER_INSERT = 200;
const HASH_MAX = 0xffff_ffff;

export async function savePlan(
  database: Kysely<StateDatabase>,
  runId: number,
  parts: PlanParts,
  lease?: Lease,
): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    await readRunRow(transaction, runId);
    if (lease !== undefined) await checkLease(transaction, lease);
    for (const changes of chunk(parts.changes, ROWS_PER_INSERT)) {
      const rows = changes.map(({ seq, body }) => ({
        run_id: runId,
        seq,
        status: 'planned' as const,
        outcome: null,
        body,
      }));
      await transaction.insertInto('changes').values(rows).execute();
      await nextTurn();
    }
    await saveRemarks(transaction, runId, 'reject', parts.rejects);
    await saveRemarks(transaction, runId, 'warning', parts.warnings);
    await saveRemarks(transaction, runId, 'skip', parts.skips);
    await saveRemarks(transaction, runId, 'skipped-record', parts.skippedRecords);
    await saveClaims(transaction, runId, parts.claims);
  });
}

/** @throws assertion when something of it was sent: the journal is never forgotten */
export async function clearPlan(database: Kysely<StateDatabase>, runId: number): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    const sent = await transaction
      .selectFrom('changes')
      .select('seq')
      .where('run_id', '=', runId)
      .where('status', '<>', 'planned')
      .limit(1)
      .executeTakeFirst();
    assert(sent === undefined, `nothing of the plan of run ${runId} was sent`);
    for (const table of ['changes', 'remarks', 'claims'] as const)
      await transaction.deleteFrom(table).where('run_id', '=', runId).execute();
  });
}

export async function countParts(database: Kysely<StateDatabase>, runId: number): Promise<PartCounts> {
  const changes = await database
    .selectFrom('changes')
    .select((expression) => expression.fn.countAll().as('count'))
    .where('run_id', '=', runId)
    .executeTakeFirstOrThrow();
  const remarks = await database
    .selectFrom('remarks')
    .select((expression) => ['kind', expression.fn.countAll().as('count')])
    .where('run_id', '=', runId)
    .groupBy('kind')
    .execute();
  // Engines give back counts as numbers or as texts.
  const countOf = (kind: RemarkKind): number => Number(remarks.find((row) => row.kind === kind)?.count ?? 0);
  return {
    changes: Number(changes.count),
    rejects: countOf('reject'),
    warnings: countOf('warning'),
    skips: countOf('skip'),
    skippedRecords: countOf('skipped-record'),
  };
}

export async function* readChanges(
  database: Kysely<StateDatabase>,
  runId: number,
  status?: ChangeStatus,
): AsyncGenerator<StoredChange> {
  let query = database.selectFrom('changes').select(['seq', 'status', 'outcome', 'body']).where('run_id', '=', runId);
  if (status !== undefined) query = query.where('status', '=', status);
  const rows = readPages((after) => query.where('seq', '>', after).orderBy('seq').limit(ROWS_PER_PAGE).execute());
  for await (const row of rows) {
    yield {
      change: JSON.parse(row.body) as Change,
      status: row.status,
      outcome: row.outcome === null ? null : (JSON.parse(row.outcome) as Outcome),
    };
  }
}

export async function* readRemarks<Remark>(
  database: Kysely<StateDatabase>,
  runId: number,
  kind: RemarkKind,
): AsyncGenerator<Remark> {
  const query = database
    .selectFrom('remarks')
    .select(['seq', 'body'])
    .where('run_id', '=', runId)
    .where('kind', '=', kind);
  const rows = readPages((after) => query.where('seq', '>', after).orderBy('seq').limit(ROWS_PER_PAGE).execute());
  for await (const row of rows) yield JSON.parse(row.body) as Remark;
}

async function saveRemarks(
  transaction: Kysely<StateDatabase>,
  runId: number,
  kind: RemarkKind,
  remarks: Iterable<unknown>,
): Promise<void> {
  let seq = 0;
  for (const some of chunk(remarks, ROWS_PER_INSERT)) {
    const rows = some.map((remark) => {
      seq += 1;
      return { run_id: runId, kind, seq, body: JSON.stringify(remark) };
    });
    await transaction.insertInto('remarks').values(rows).execute();
    await nextTurn();
  }
}

async function saveClaims(transaction: Kysely<StateDatabase>, runId: number, claims: Iterable<Claim>): Promise<void> {
  let number = 0;
  for (const some of chunk(claims, ROWS_PER_INSERT)) {
    const rows = some.map((claim) => {
      checkClaim(claim);
      number += 1;
      return {
        run_id: runId,
        number,
        change_seq: claim.change,
        client_id: claim.clientId,
        baseline: claim.baseline,
        baseline_hash: claim.baselineHash,
        absences: claim.absences,
      };
    });
    await transaction.insertInto('claims').values(rows).execute();
    await nextTurn();
  }
}

function checkClaim({ change, clientId, baseline, baselineHash }: Claim): void {
  assert(change !== null || clientId !== null, 'a claim speaks of a change or of a client');
  const fits =
    baseline === null
      ? baselineHash === 0
      : Number.isInteger(baselineHash) && baselineHash >= 1 && baselineHash <= HASH_MAX;
  assert(fits, `${baselineHash} can be the hash of a claim ${baseline === null ? 'without' : 'with'} a baseline`);
}
