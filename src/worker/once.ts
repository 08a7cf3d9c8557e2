/** A worker that ends when nothing is due any more: for those who start it themselves, now and then. */

import { setTimeout as delay } from 'node:timers/promises';
import type { Queue } from 'bullmq';
import { openQueue } from './queue.js';
import type { QueueOptions } from './queue.js';
import { within } from './within.js';
import type { RunningWorker } from './worker.js';

const LOOK_MS = 100;
/** Idle in so many looks in a row: between the queue and the worker a run is in neither for a moment. */
const IDLE_LOOKS = 10;
/** What comes back this soon (a run whose target another one holds) is worth waiting for. */
const SOON_MS = 5000;
/** A dropped file that lies there for longer is waiting for another one. */
const DROP_MS = 60_000;
const CLOSE_MS = 500;

/** Returns when nothing is due, or when the signal is aborted. */
export async function workOff(worker: RunningWorker, options: QueueOptions, signal: AbortSignal): Promise<void> {
  const queue = openQueue(options, true);
  try {
    let idle = 0;
    while (idle < IDLE_LOOKS && !signal.aborted) {
      await worker.reconcile();
      idle = (await isIdle(worker, queue)) ? idle + 1 : 0;
      await delay(LOOK_MS, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    await within(queue.close(), performance.now() + CLOSE_MS);
  }
}

async function isIdle(worker: RunningWorker, queue: Queue): Promise<boolean> {
  const { active, drops } = await worker.status();
  if (active.length > 0 || drops.some(({ waiting, oldestMs }) => waiting > 0 && oldestMs < DROP_MS)) return false;
  const { wait = 0, prioritized = 0 } = await queue.getJobCounts('wait', 'prioritized');
  if (wait + prioritized > 0 && !(await queue.isPaused())) return false;
  const [soonest] = await queue.getDelayed(0, 0);
  return soonest === undefined || soonest.timestamp + soonest.delay > Date.now() + SOON_MS;
}
