/** Runs in the state store. Invariant: the status of a run moves only along the table of `status.ts`. */

import { sql } from 'kysely';
import type { Expression, ExpressionBuilder, Kysely, SqlBool } from 'kysely';
import { assert } from '../../errors.js';
import { mayBecome } from '../status.js';
import type { RunStatus } from '../status.js';
import type { JobAtTarget, Run, RunPatch, RunStart } from '../store.js';
import { runPruned } from '../run-pruned.js';
import type { RunRequest } from '../request.js';
import { keepRow } from './engine.js';
import { replaceRows } from './files.js';
import { noteStatus } from './notices.js';
import { chunk } from './portions.js';
import { toColumns, toRun } from './run-row.js';
import type { RunRow, StateDatabase } from './schema.js';

const RUNS_PER_PAGE = 20;
const JOBS_PER_STATEMENT = 400;

/** In a transaction: the run is there with what it names. */
export async function createRun(database: Kysely<StateDatabase>, start: RunStart): Promise<Run> {
  const now = new Date().toISOString();
  const row = await database
    .insertInto('runs')
    .values({
      job: start.job,
      target: start.target,
      files: JSON.stringify(start.files),
      undoes: start.undoes ?? null,
      request: start.request === undefined ? null : JSON.stringify(start.request),
      status: start.request === undefined ? 'reading' : 'queued',
      created_at: now,
      updated_at: now,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await noteInputs(database, row.id, start.request);
  return toRun(row);
}

/** What the request of a run names stays in the file store as long as the run. */
async function noteInputs(
  database: Kysely<StateDatabase>,
  runId: number,
  request: RunRequest | null | undefined,
): Promise<void> {
  if (request?.inputs === undefined) return;
  const inputs = request.inputs.map(({ path, digest, bytes }) => ({
    role: 'input' as const,
    name: path,
    digest,
    bytes,
  }));
  await replaceRows(database, runId, ['input'], inputs);
}

export async function updateRun(database: Kysely<StateDatabase>, id: number, patch: RunPatch): Promise<Run> {
  return database.transaction().execute(async (transaction) => {
    const { status, pruned_at: prunedAt } = await readRunRow(transaction, id);
    const next = patch.status ?? status;
    if (prunedAt !== null && next !== status) throw runPruned(id, prunedAt);
    assert(mayBecome(status, next), `run ${id} may become ${next} from ${status}`);
    const at = new Date().toISOString();
    await noteStatus(transaction, { runId: id, before: status, status: next, at });
    const row = await transaction
      .updateTable('runs')
      .set({ ...toColumns(patch), status: next, updated_at: at })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow();
    if (prunedAt === null) await noteInputs(transaction, id, patch.request);
    return toRun(row);
  });
}

export async function findRun(database: Kysely<StateDatabase>, id: number): Promise<Run | undefined> {
  const row = await database.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? undefined : toRun(row);
}

export async function listRuns(database: Kysely<StateDatabase>, limit: number): Promise<readonly Run[]> {
  const rows = await database.selectFrom('runs').selectAll().orderBy('id', 'desc').limit(limit).execute();
  return rows.map(toRun);
}

export async function listDue(database: Kysely<StateDatabase>, job?: string, limit?: number): Promise<readonly Run[]> {
  let query = unfinished(database).where('status', 'in', DUE).where('stop', 'is', null);
  if (job !== undefined) query = query.where('job', '=', job);
  if (limit !== undefined) query = query.limit(limit);
  return (await query.execute()).map(toRun);
}

export async function listUnfinished(database: Kysely<StateDatabase>, job?: string): Promise<readonly Run[]> {
  const query = unfinished(database).where('status', 'in', [...DUE, 'awaiting-approval', 'breached']);
  const rows = await (job === undefined ? query : query.where('job', '=', job)).execute();
  return rows.map(toRun);
}

/** What a worker goes on with; a parked run waits for a person. */
const DUE = ['queued', 'reading', 'planned', 'pushing', 'verifying', 'interrupted'] as const satisfies RunStatus[];

function unfinished(database: Kysely<StateDatabase>) {
  return database.selectFrom('runs').selectAll().where('request', 'is not', null).orderBy('id');
}

/** Whether a file was partial stands in JSON, which no two engines look into alike: such runs are sorted out here. */
export async function findHistory(
  database: Kysely<StateDatabase>,
  target: string,
  job: string,
  limit: number,
): Promise<readonly Run[]> {
  const query = database
    .selectFrom('runs')
    .selectAll()
    .where('target', '=', target)
    .where('job', '=', job)
    .where('status', '=', 'done')
    .where('undoes', 'is', null)
    .orderBy('id', 'desc')
    .limit(RUNS_PER_PAGE);
  const found: Run[] = [];
  let page = await query.execute();
  while (page.length > 0) {
    for (const run of page.map(toRun)) {
      if (found.length === limit) return found;
      if (!run.files.some((file) => file.partial)) found.push(run);
    }
    const last = page.at(-1);
    page = last === undefined || page.length < RUNS_PER_PAGE ? [] : await query.where('id', '<', last.id).execute();
  }
  return found;
}

/** Of each job the newest run that counts as history: one statement for some hundred jobs, however many runs they had. */
export async function findNewestDone(
  database: Kysely<StateDatabase>,
  jobs: readonly JobAtTarget[],
): Promise<readonly Run[]> {
  const found: Run[] = [];
  for (const some of chunk(jobs, JOBS_PER_STATEMENT)) {
    const wanted = sql.join(some.map(({ target, job }) => sql`(cast(${target} as text), cast(${job} as text))`));
    const newest = sql<number | null>`
      (with wanted (target, job) as (values ${wanted})
      select (select max(id) from runs where runs.job = wanted.job and runs.target = wanted.target
              and status = 'done' and undoes is null) from wanted)`;
    const rows = await database.selectFrom('runs').selectAll().where('id', 'in', newest).execute();
    for (const run of rows.map(toRun)) {
      const isWhole = !run.files.some((file) => file.partial);
      const [before] = isWhole ? [run] : await findHistory(database, run.target, run.job, 1);
      if (before !== undefined) found.push(before);
    }
  }
  return found;
}

export async function findBegun(
  database: Kysely<StateDatabase>,
  target: string,
  job: string,
  after: number,
): Promise<readonly Run[]> {
  const rows = await database
    .selectFrom('runs')
    .selectAll()
    .where('job', '=', job)
    .where('target', '=', target)
    .where('status', 'in', BEGUN)
    .where('id', '>', after)
    .where('undoes', 'is', null)
    .where('summary', 'is not', null)
    .orderBy('id', 'desc')
    .limit(BEGUN_MAX)
    .execute();
  return rows.map(toRun);
}

/** Their changes were begun, and they did not come to their end. */
const BEGUN = ['pushing', 'verifying', 'interrupted', 'failed'] as const satisfies RunStatus[];
/** A job that fails all the time is told by the newest of them. */
const BEGUN_MAX = 200;

/**
 * A run that stopped has its outcomes; one that died and was cancelled since has its journal only. A worker may plan a run
 * after one that was enqueued later was applied (priority, hours): that plan knows what the later run did.
 */
export async function findLaterApplied(
  database: Kysely<StateDatabase>,
  { id, job, target, request, summary }: Run,
): Promise<Run | undefined> {
  let query = database
    .selectFrom('runs')
    .selectAll()
    .where('target', '=', target)
    .where('job', '=', job)
    .where('id', '>', id)
    .where((where) =>
      where.or([
        where('status', 'in', ['pushing', 'verifying', 'done']),
        where('row_outcomes', 'is not', null),
        where.and([where('status', 'in', ['interrupted', 'failed', 'cancelled']), hasBegunChanges(where)]),
      ]),
    );
  if (request !== null && summary !== null) query = query.where('updated_at', '>', summary.plannedAt);
  const row = await query.orderBy('id', 'desc').limit(1).executeTakeFirst();
  return row === undefined ? undefined : toRun(row);
}

/** Its journal says that a request was sent, or was about to be: it was applied, at least in part. */
export function hasBegunChanges(where: ExpressionBuilder<StateDatabase, 'runs'>): Expression<SqlBool> {
  return where.exists(
    where
      .selectFrom('changes')
      .select('changes.seq')
      .whereRef('changes.run_id', '=', 'runs.id')
      .where('changes.status', '<>', 'planned'),
  );
}

/**
 * Inside a transaction the run stays as it is until that ends.
 *
 * @throws assertion when there is no such run
 */
export async function readRunRow(
  database: Kysely<StateDatabase>,
  id: number,
): Promise<Pick<RunRow, 'status' | 'job' | 'target' | 'pruned_at'>> {
  const query = database.selectFrom('runs').select(['status', 'job', 'target', 'pruned_at']).where('id', '=', id);
  const row = await keepRow(database, query, 'update').executeTakeFirst();
  assert(row !== undefined, `run ${id} is in the store`);
  return row;
}
