/**
 * The state store in SQL that every engine of Kysely understands.
 *
 * Invariants: a method returns after its transaction was committed; a plan is stored whole or not at all; the status of
 * a run moves only along the table of `status.ts`; a change that has its outcome is never begun again.
 */

import type { Kysely, Selectable, Transaction } from 'kysely';
import { assert } from '../errors.js';
import type { Reject, Skip, Warning } from '../mapping/record.js';
import type { Change, Outcome, SkippedRecord } from '../plan/change.js';
import { IdSet } from './id-set.js';
import { ROWS_PER_PAGE, chunk, readPages } from './portions.js';
import { toColumns, toRun } from './run-row.js';
import type { RemarkKind, RunTable, StateDatabase } from './schema.js';
import { mayBecome } from './status.js';
import type {
  ChangeStatus,
  OwnedIds,
  PartCounts,
  PlanParts,
  Run,
  RunFile,
  RunPatch,
  Store,
  StoredChange,
} from './store.js';

const ROWS_PER_INSERT = 200;
const IDS_PER_PAGE = 10_000;
const IDS_PER_MATCHED_PART = 10_000;
/** Below the smallest limit of values in a statement (SQLite 32,766, PostgreSQL 65,535). */
const IDS_PER_STATEMENT = 1_000;

export class KyselyStore implements Store {
  readonly #database: Kysely<StateDatabase>;

  constructor(database: Kysely<StateDatabase>) {
    this.#database = database;
  }

  async createRun(run: {
    readonly job: string;
    readonly target: string;
    readonly files: readonly RunFile[];
  }): Promise<Run> {
    const now = new Date().toISOString();
    const row = await this.#database
      .insertInto('runs')
      .values({
        job: run.job,
        target: run.target,
        files: JSON.stringify(run.files),
        status: 'reading',
        created_at: now,
        updated_at: now,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    return toRun(row);
  }

  async updateRun(id: number, patch: RunPatch): Promise<Run> {
    return this.#database.transaction().execute(async (transaction) => {
      const { status } = await readRunRow(transaction, id);
      const next = patch.status ?? status;
      assert(mayBecome(status, next), `run ${id} may become ${next} from ${status}`);
      const row = await transaction
        .updateTable('runs')
        .set({ ...toColumns(patch), status: next, updated_at: new Date().toISOString() })
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirstOrThrow();
      return toRun(row);
    });
  }

  async findRun(id: number): Promise<Run | undefined> {
    const row = await this.#database.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirst();
    return row === undefined ? undefined : toRun(row);
  }

  async listRuns(limit: number): Promise<readonly Run[]> {
    const rows = await this.#database.selectFrom('runs').selectAll().orderBy('id', 'desc').limit(limit).execute();
    return rows.map(toRun);
  }

  async savePlan(runId: number, parts: PlanParts): Promise<void> {
    await this.#database.transaction().execute(async (transaction) => {
      await readRunRow(transaction, runId);
      for (const changes of chunk(parts.changes, ROWS_PER_INSERT)) {
        const rows = changes.map(({ seq, body }) => ({
          run_id: runId,
          seq,
          status: 'planned' as const,
          outcome: null,
          body,
        }));
        await transaction.insertInto('changes').values(rows).execute();
      }
      await saveRemarks(transaction, runId, 'reject', parts.rejects);
      await saveRemarks(transaction, runId, 'warning', parts.warnings);
      await saveRemarks(transaction, runId, 'skip', parts.skips);
      await saveRemarks(transaction, runId, 'skipped-record', parts.skippedRecords);
      let part = 0;
      for (const ids of chunk(parts.matchedIds, IDS_PER_MATCHED_PART)) {
        part += 1;
        await transaction
          .insertInto('matched')
          .values({ run_id: runId, part, ids: JSON.stringify(ids) })
          .execute();
      }
    });
  }

  async countParts(runId: number): Promise<PartCounts> {
    const changes = await this.#database
      .selectFrom('changes')
      .select((expression) => expression.fn.countAll().as('count'))
      .where('run_id', '=', runId)
      .executeTakeFirstOrThrow();
    const remarks = await this.#database
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

  async *readChanges(runId: number, status?: ChangeStatus): AsyncGenerator<StoredChange> {
    let query = this.#database
      .selectFrom('changes')
      .select(['seq', 'status', 'outcome', 'body'])
      .where('run_id', '=', runId);
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

  readRejects(runId: number): AsyncGenerator<Reject> {
    return this.#readRemarks<Reject>(runId, 'reject');
  }

  readWarnings(runId: number): AsyncGenerator<Warning> {
    return this.#readRemarks<Warning>(runId, 'warning');
  }

  readSkips(runId: number): AsyncGenerator<Skip> {
    return this.#readRemarks<Skip>(runId, 'skip');
  }

  readSkippedRecords(runId: number): AsyncGenerator<SkippedRecord> {
    return this.#readRemarks<SkippedRecord>(runId, 'skipped-record');
  }

  async beginChanges(runId: number, seqs: readonly number[]): Promise<void> {
    await this.#database.transaction().execute(async (transaction) => {
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

  async finishChanges(runId: number, outcomes: readonly Outcome[]): Promise<void> {
    await this.#database.transaction().execute(async (transaction) => {
      for (const outcome of outcomes) {
        const { numUpdatedRows } = await transaction
          .updateTable('changes')
          .set({ status: 'done', outcome: JSON.stringify(outcome) })
          .where('run_id', '=', runId)
          .where('seq', '=', outcome.seq)
          .executeTakeFirst();
        assert(numUpdatedRows === 1n, `change ${outcome.seq} is in the plan of run ${runId}`);
      }
    });
  }

  async adopt(runId: number, clientIds: readonly string[]): Promise<void> {
    await this.#database.transaction().execute(async (transaction) => {
      const run = await readRunRow(transaction, runId);
      await own(transaction, run, clientIds);
      for (;;) {
        const matched = await transaction
          .selectFrom('matched')
          .select(['part', 'ids'])
          .where('run_id', '=', runId)
          .orderBy('part')
          .limit(1)
          .executeTakeFirst();
        if (matched === undefined) return;
        await own(transaction, run, JSON.parse(matched.ids) as string[]);
        await transaction.deleteFrom('matched').where('run_id', '=', runId).where('part', '=', matched.part).execute();
      }
    });
  }

  async readOwned(target: string, job: string): Promise<OwnedIds> {
    const owned = new IdSet();
    let after = '';
    for (;;) {
      const rows = await this.#database
        .selectFrom('owned')
        .select('client_id')
        .where('target', '=', target)
        .where('job', '=', job)
        .where('client_id', '>', after)
        .orderBy('client_id')
        .limit(IDS_PER_PAGE)
        .execute();
      for (const row of rows) owned.add(row.client_id);
      const last = rows.at(-1);
      if (last === undefined || rows.length < IDS_PER_PAGE) return owned;
      after = last.client_id;
    }
  }

  async close(): Promise<void> {
    await this.#database.destroy();
  }

  async *#readRemarks<Remark>(runId: number, kind: RemarkKind): AsyncGenerator<Remark> {
    const query = this.#database
      .selectFrom('remarks')
      .select(['seq', 'body'])
      .where('run_id', '=', runId)
      .where('kind', '=', kind);
    const rows = readPages((after) => query.where('seq', '>', after).orderBy('seq').limit(ROWS_PER_PAGE).execute());
    for await (const row of rows) yield JSON.parse(row.body) as Remark;
  }
}

async function readRunRow(
  transaction: Transaction<StateDatabase>,
  id: number,
): Promise<Pick<Selectable<RunTable>, 'status' | 'job' | 'target'>> {
  const row = await transaction
    .selectFrom('runs')
    .select(['status', 'job', 'target'])
    .where('id', '=', id)
    .executeTakeFirst();
  assert(row !== undefined, `run ${id} is in the store`);
  return row;
}

async function saveRemarks(
  transaction: Transaction<StateDatabase>,
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
  }
}

/** An id that the job owns already stays as it is. */
async function own(
  transaction: Transaction<StateDatabase>,
  run: { readonly target: string; readonly job: string },
  clientIds: readonly string[],
): Promise<void> {
  for (const ids of chunk(clientIds, IDS_PER_STATEMENT)) {
    const rows = ids.map((id) => ({ target: run.target, job: run.job, client_id: id }));
    await transaction
      .insertInto('owned')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}
