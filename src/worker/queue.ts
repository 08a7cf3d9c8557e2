/** The queue: which run is next. It holds numbers of runs and names of jobs, and nothing else. */

import { Queue } from 'bullmq';
import type { ConnectionOptions } from 'bullmq';
import { z } from 'zod';
import { SyncError } from '../errors.js';
import type { Run } from '../run/store.js';

export const QUEUE_NAME = 'runs';

/** A run that is stored, or a job whose schedule came due: its run is made when a worker takes it. */
const payloadSchema = z.union([
  z.strictObject({ run: z.int().positive() }),
  z.strictObject({ job: z.string().min(1) }),
]);

export type Payload = z.output<typeof payloadSchema>;

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

/** Fails at once while Redis is away: a command must not hang. */
export function openQueue({ url, prefix }: QueueOptions): Queue {
  const queue = new Queue(QUEUE_NAME, { connection: connectionOf(url, false), prefix });
  queue.on('error', () => undefined);
  return queue;
}

/** @param waits a worker waits for Redis to come back; a command does not */
export function connectionOf(url: string, waits: boolean): ConnectionOptions {
  return {
    url,
    maxRetriesPerRequest: waits ? null : 1,
    enableOfflineQueue: waits,
    retryStrategy: (times: number) => Math.min(2000, 50 * times),
  };
}

/** Puts a run into the queue; one that is there already stays where it is. */
export async function enqueueRun(queue: Queue, run: Pick<Run, 'id' | 'request'>, now: number): Promise<void> {
  const { request } = run;
  const notBefore = request?.notBefore ?? null;
  const delay = notBefore === null ? 0 : Math.max(0, Date.parse(notBefore) - now);
  await queue.add(
    'run',
    { run: run.id },
    {
      jobId: jobIdOf(run.id),
      // What became of it is in the state store; the same number must be free for the run's next leg.
      removeOnComplete: true,
      removeOnFail: true,
      ...(delay === 0 ? {} : { delay }),
      ...(request === null || request === undefined || request.priority === 0 ? {} : { priority: request.priority }),
    },
  );
}

export function jobIdOf(runId: number): string {
  return `run-${runId}`;
}
