/** The queue as commands use it: for a moment, and never as the place where something is kept. */

import type { Queue } from 'bullmq';
import { SyncError } from '../errors.js';
import type { Run } from '../run/store.js';
import { within } from '../worker/within.js';
import type { Session } from './command.js';

/** Loaded when it is needed: most commands start without it, and faster. */
const loadQueue = () => import('../worker/queue.js');

/** A Redis that answers at all does so in milliseconds. */
const ANSWER_MS = 3000;
const CLOSE_MS = 500;

/**
 * @throws SyncError `config-invalid` without `REDIS_URL`, `queue-unreachable` when Redis does not answer
 */
export async function withQueue<Result>(session: Session, use: (queue: Queue) => Promise<Result>): Promise<Result> {
  const { redisUrl: url, redisPrefix: prefix } = session.config;
  if (url === undefined) throw redisUnset();
  const { openQueue } = await loadQueue();
  const queue = openQueue({ url, prefix });
  try {
    return await inTime(use(queue));
  } finally {
    await within(queue.close(), performance.now() + CLOSE_MS);
  }
}

async function inTime<Result>(asked: Promise<Result>): Promise<Result> {
  try {
    if (!(await within(asked, performance.now() + ANSWER_MS))) throw new Error(`no answer in ${ANSWER_MS / 1000} s`);
    return await asked;
  } catch (error) {
    if (error instanceof SyncError) throw error;
    throw unreachable(error);
  }
}

export function redisUnset(): SyncError {
  return new SyncError('config-invalid', 'REDIS_URL is not set: workers take their runs from a queue in Redis.', {
    hint: 'For one on this machine: REDIS_URL=redis://127.0.0.1:6379',
  });
}

function unreachable(cause: unknown): SyncError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new SyncError('queue-unreachable', `Redis cannot be used: ${why}.`, {
    retry: 'later',
    hint: 'Is it up, and is REDIS_URL right? What workers have to do is in the state store; nothing of it is lost.',
    cause,
  });
}

/**
 * Tells the workers of a run at once. Where that fails they find it in the state store by themselves, soon after.
 *
 * @returns whether the queue knows it
 */
export async function tellWorkers(session: Session, run: Run): Promise<boolean> {
  try {
    const { enqueueRun } = await loadQueue();
    await withQueue(session, (queue) => enqueueRun(queue, run, Date.now()));
    return true;
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    session.io.talk(
      `${error.message} The run is stored: a worker finds it within seconds once it runs and reaches Redis.`,
    );
    return false;
  }
}

/** What only makes a page fuller; `null` when Redis is away. */
export async function readQueue<Result>(
  session: Session,
  read: (queue: Queue) => Promise<Result>,
): Promise<Result | null> {
  try {
    return await withQueue(session, read);
  } catch (error) {
    if (error instanceof SyncError) return null;
    throw error;
  }
}
