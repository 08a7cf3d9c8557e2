/** A job of the queue that is not carried out now: it holds no slot and no lock meanwhile. */

import { DelayedError, WaitingError } from 'bullmq';
import type { Job as QueueJob, Queue } from 'bullmq';
import type { Store } from '../run/store.js';
import { enqueueRun } from './queue.js';

export async function giveBack(job: QueueJob, token: string): Promise<never> {
  await job.moveToWait(token).catch(() => undefined);
  throw new WaitingError();
}

/** As `giveBack`, with another payload. A job whose lock is lost is somebody else's, or nobody's: then it is put into the queue anew. */
export async function giveBackWith(
  { queue, store, now }: { readonly queue: Queue; readonly store: Pick<Store, 'findRun'>; readonly now: () => number },
  job: QueueJob,
  token: string,
  payload: { readonly run: number; readonly errors: number },
): Promise<never> {
  try {
    await job.updateData(payload);
    await job.moveToWait(token);
  } catch {
    const run = await store.findRun(payload.run);
    if (run !== undefined) await enqueueRun(queue, run, now()).catch(() => undefined);
  }
  throw new WaitingError();
}

export async function delayJob(job: QueueJob, token: string, delayMs: number): Promise<never> {
  await job.moveToDelayed(Date.now() + delayMs, token);
  throw new DelayedError();
}
