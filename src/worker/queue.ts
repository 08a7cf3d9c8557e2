/**
 * The queue: which run is next. It holds numbers of runs, names of jobs and counts, and nothing else. What becomes of a
 * run is in the state store: a queue that is lost is filled again from there (reconcile.ts).
 */

import { Queue } from 'bullmq';
import type { ConnectionOptions, QueueBaseOptions } from 'bullmq';
import { z } from 'zod';
import { SyncError } from '../errors.js';
import type { Run } from '../run/store.js';
import { queueTelemetry } from '../tracing.js';

export const QUEUE_NAME = 'runs';

/** A run that is stored, or a job whose schedule came due: its run is made when a worker takes it. */
const payloadSchema = z.union([
  z.strictObject({
    run: z.int().positive(),
    /** Legs in a row that ended with an error that may pass, and got nowhere. */
    errors: z.int().min(0).default(0),
    /** Legs in a row that began and never ended: their workers died. */
    deaths: z.int().min(0).default(0),
  }),
  z.strictObject({
    job: z.string().min(1),
    /** Looks at its source in a row that went wrong and may go well later. */
    errors: z.int().min(0).default(0),
  }),
]);

export type Payload = z.output<typeof payloadSchema>;
export type RunPayload = Extract<Payload, { readonly run: number }>;

export interface QueueOptions {
  /** `redis://` or `rediss://`. */
  readonly url: string;
  /** In front of every key. */
  readonly prefix: string;
}

export function readPayload(data: unknown): Payload {
  const parsed = payloadSchema.safeParse(data);
  if (parsed.success) return parsed.data;
  throw new SyncError('usage', 'The queue holds something that is no run.', {
    hint: 'Another program uses the same Redis keys? Give this one its own with REDIS_PREFIX.',
  });
}

/** @param waits a worker waits for Redis to come back; a command fails, within seconds */
export function openQueue({ url, prefix }: QueueOptions, waits = false): Queue {
  const queue = new Queue(QUEUE_NAME, { connection: connectionOf(url, waits), prefix, ...withTelemetry() });
  queue.on('error', () => undefined);
  return queue;
}

/** What joins the spans of both ends of the queue; nothing while tracing is off. */
export function withTelemetry(): Pick<QueueBaseOptions, 'telemetry'> {
  const telemetry = queueTelemetry();
  return telemetry === undefined ? {} : { telemetry };
}

/** A command that connects anew, or whose connection broke, tries this often before it fails. */
const RECONNECTS_MAX = 3;

export function connectionOf(url: string, waits: boolean): ConnectionOptions {
  return {
    url,
    maxRetriesPerRequest: waits ? null : 1,
    enableOfflineQueue: waits,
    // A command whose Redis is away would end two seconds later.
    ...(waits ? {} : { disconnectTimeout: 50 }),
    retryStrategy: (times: number) => (waits || times <= RECONNECTS_MAX ? Math.min(2000, 50 * times) : null),
  };
}

/**
 * Puts a run into the queue; one that is there already stays where it is.
 *
 * @param now milliseconds since 1970
 * @param isFirst it has stood in line already: it goes before those that wait
 */
export async function enqueueRun(
  queue: Queue,
  run: Pick<Run, 'id' | 'request'>,
  now: number,
  isFirst = false,
): Promise<void> {
  const { request } = run;
  const delay = Math.max(0, notBeforeOf(run) - now);
  await queue.add(
    'run',
    { run: run.id },
    {
      jobId: jobIdOf(run.id),
      // What became of it is in the state store; the same number must be free for the run's next leg.
      removeOnComplete: true,
      removeOnFail: true,
      lifo: isFirst,
      ...(delay === 0 ? {} : { delay }),
      ...(request === null || request.priority === 0 ? {} : { priority: request.priority }),
    },
  );
}

/** Puts the schedule of a job into the queue once more; one that is there for the same attempt stays. */
export async function enqueueAgain(queue: Queue, job: string, errors: number, delayMs: number): Promise<void> {
  const options = { jobId: `again-${job}-${errors}`, delay: delayMs, removeOnComplete: true, removeOnFail: true };
  await queue.add('scheduled', { job, errors }, options);
}

/** Milliseconds since 1970; 0: at any time. */
export function notBeforeOf({ request }: Pick<Run, 'request'>): number {
  return request?.notBefore == null ? 0 : Date.parse(request.notBefore);
}

export function jobIdOf(runId: number): string {
  return `run-${runId}`;
}
