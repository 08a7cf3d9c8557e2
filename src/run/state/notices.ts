/**
 * Events of runs and notices in the state store.
 *
 * Invariants: an event is there exactly when its run got the status (runs.ts stores both in one transaction), and goes in
 * the transaction that stores its notices; a channel has one notice for a key; a notice is claimed by its number of
 * attempts, so of two that want it one gets it, and who was too slow does not overwrite what came after.
 */

import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { EVENT_STATUSES } from '../notices.js';
import type {
  Delivery,
  EventStatus,
  Notice,
  NoticeState,
  NoticeTiming,
  RunEvent,
  RunEventOptions,
  StoredNotice,
} from '../notices.js';
import type { RunStatus } from '../status.js';
import { isPostgres } from './engine.js';
import type { NoticeRow, StateDatabase } from './schema.js';

/** Any number that no other lock of this program has. */
const NOTICE_LOCK = 7_403_127;
/** Candidates that are looked at for a claim: as many workers may be faster. */
const CANDIDATES_MAX = 20;

const TROUBLE = ['failed', 'late'] as const;

/** In the transaction that changes the status. */
export async function noteStatus(
  transaction: Kysely<StateDatabase>,
  change: { readonly runId: number; readonly before: RunStatus; readonly status: RunStatus; readonly at: string },
): Promise<void> {
  const { runId, before, status, at } = change;
  if (status === before || !isEventStatus(status)) return;
  await transaction
    .insertInto('run_events')
    .values({ run_id: runId, status, at })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

function isEventStatus(status: RunStatus): status is EventStatus {
  return EVENT_STATUSES.some((known) => known === status);
}

export async function listRunEvents(
  database: Kysely<StateDatabase>,
  { limit, run }: RunEventOptions,
): Promise<readonly RunEvent[]> {
  const query = database.selectFrom('run_events').selectAll().orderBy('at').limit(limit);
  const rows = await (run === undefined ? query : query.where('run_id', '=', run)).execute();
  return rows.map(({ run_id: runId, status, at }) => ({ runId, status, at }));
}

export async function settleRunEvent(
  database: Kysely<StateDatabase>,
  { runId, status, at }: RunEvent,
  notices: readonly Notice[],
  timing: NoticeTiming,
): Promise<boolean> {
  return await database.transaction().execute(async (transaction) => {
    const { numDeletedRows } = await transaction
      .deleteFrom('run_events')
      .where('run_id', '=', runId)
      .where('status', '=', status)
      .where('at', '=', at)
      .executeTakeFirst();
    if (numDeletedRows === 0n) return false;
    for (const notice of notices) await addNotice(transaction, notice, timing);
    return true;
  });
}

export async function addNotices(
  database: Kysely<StateDatabase>,
  notices: readonly Notice[],
  timing: NoticeTiming,
): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    for (const notice of notices) await addNotice(transaction, notice, timing);
  });
}

async function addNotice(transaction: Kysely<StateDatabase>, notice: Notice, timing: NoticeTiming): Promise<void> {
  const { key, channel, job, event, body } = notice;
  // Two events of one job, settled at the same time, would not see each other. SQLite lets one write at a time.
  if (isPostgres(transaction))
    await sql`select pg_advisory_xact_lock(${NOTICE_LOCK}, hashtext(${job}))`.execute(transaction);
  const ofKey = transaction.selectFrom('notices').select('id').where('channel', '=', channel).where('key', '=', key);
  if ((await ofKey.executeTakeFirst()) !== undefined) return;
  if (event === 'recovered' && !(await endTrouble(transaction, notice, timing))) return;
  const now = toIso(timing.now);
  const last = await transaction
    .selectFrom('notices')
    .select(['id', 'due_at', 'attempts'])
    .where('channel', '=', channel)
    .where('job', '=', job)
    .where('event', '=', event)
    .orderBy('due_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (last !== undefined && last.due_at > now && last.attempts === 0) {
    await transaction
      .updateTable('notices')
      .set((set) => ({ key, body, count: set('count', '+', 1) }))
      .where('id', '=', last.id)
      .execute();
    return;
  }
  const free = last === undefined ? '' : toIso(Date.parse(last.due_at) + timing.repeatMs);
  const dueAt = free > now ? free : now;
  await transaction
    .insertInto('notices')
    .values({
      id: `msg_${randomUUID()}`,
      key,
      channel,
      job,
      event,
      body,
      count: 1,
      attempts: 0,
      state: 'waiting',
      created_at: now,
      due_at: dueAt,
      next_at: dueAt,
      error: null,
    })
    .execute();
}

/** What is still held back of the trouble is not told any more. @returns whether any was told since the last recovery */
async function endTrouble(
  transaction: Kysely<StateDatabase>,
  { channel, job }: Notice,
  timing: NoticeTiming,
): Promise<boolean> {
  await transaction
    .deleteFrom('notices')
    .where('channel', '=', channel)
    .where('job', '=', job)
    .where('event', 'in', [...TROUBLE])
    .where('state', '=', 'waiting')
    .where('attempts', '=', 0)
    .where('due_at', '>', toIso(timing.now))
    .execute();
  const last = await transaction
    .selectFrom('notices')
    .select('event')
    .where('channel', '=', channel)
    .where('job', '=', job)
    .where('event', 'in', [...TROUBLE, 'recovered'])
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last !== undefined && last.event !== 'recovered';
}

export async function claimNotice(
  database: Kysely<StateDatabase>,
  now: number,
  leaseMs: number,
): Promise<StoredNotice | null> {
  const candidates = await database
    .selectFrom('notices')
    .select(['id', 'attempts'])
    .where('state', '=', 'waiting')
    .where('next_at', '<=', toIso(now))
    .orderBy('next_at')
    .limit(CANDIDATES_MAX)
    .execute();
  for (const { id, attempts } of candidates) {
    const row = await database
      .updateTable('notices')
      .set({ attempts: attempts + 1, next_at: toIso(now + leaseMs) })
      .where('id', '=', id)
      .where('attempts', '=', attempts)
      .where('state', '=', 'waiting')
      .where('next_at', '<=', toIso(now))
      .returningAll()
      .executeTakeFirst();
    if (row !== undefined) return toNotice(row);
  }
  return null;
}

export async function finishNotice(
  database: Kysely<StateDatabase>,
  { id, attempts }: StoredNotice,
  delivery: Delivery,
): Promise<void> {
  const columns =
    delivery === 'delivered'
      ? ({ state: 'delivered', error: null } as const)
      : delivery.nextAt === null
        ? ({ state: 'given-up', error: delivery.error } as const)
        : { next_at: delivery.nextAt, error: delivery.error };
  await database
    .updateTable('notices')
    .set(columns)
    .where('id', '=', id)
    .where('attempts', '=', attempts)
    .where('state', '=', 'waiting')
    .execute();
}

export async function listNotices(
  database: Kysely<StateDatabase>,
  states: readonly NoticeState[],
  limit: number,
): Promise<readonly StoredNotice[]> {
  const rows = await database
    .selectFrom('notices')
    .selectAll()
    .where('state', 'in', states)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(toNotice);
}

export async function noteArrival(database: Kysely<StateDatabase>, job: string, at: string): Promise<void> {
  await database
    .insertInto('arrivals')
    .values({ job, at })
    .onConflict((conflict) => conflict.column('job').doUpdateSet({ at }))
    .execute();
}

/** A run that read no file shows that none could be read. */
export async function findLastArrival(database: Kysely<StateDatabase>, job: string): Promise<string | null> {
  const seen = await database.selectFrom('arrivals').select('at').where('job', '=', job).executeTakeFirst();
  const read = await database
    .selectFrom('runs')
    .select('created_at')
    .where('job', '=', job)
    .where('undoes', 'is', null)
    .where('files', '<>', '[]')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  const times = [seen?.at, read?.created_at].filter((at) => at !== undefined);
  return times.length === 0 ? null : times.reduce((one, other) => (one > other ? one : other));
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}

function toNotice(row: NoticeRow): StoredNotice {
  const { created_at: createdAt, due_at: dueAt, next_at: nextAt, ...rest } = row;
  return { ...rest, createdAt, dueAt, nextAt };
}
