/** A look at the source of a job, as its schedule takes one, and the runs that came of it. */

import { setTimeout as delay } from 'node:timers/promises';
import type { Poll } from '../../src/run/content-store.js';
import type { Run } from '../../src/run/store.js';
import type { Stage } from './stage.js';

/** The schedule of the job `acme` comes due. */
export async function askToLook({ queue }: Pick<Stage, 'queue'>): Promise<void> {
  await queue.add('scheduled', { job: 'acme' }, { removeOnComplete: true, removeOnFail: true });
}

/** One look: how it went. */
export async function lookAtSource(stage: Stage): Promise<Poll> {
  const [before] = await stage.store.listPolls();
  // Looks are told apart by their time, in milliseconds.
  await delay(2);
  await askToLook(stage);
  return await stage.eventually(async () => {
    const [poll] = await stage.store.listPolls();
    return poll !== undefined && poll.at !== before?.at ? poll : null;
  });
}

/** All of them, oldest first. */
export async function listAllRuns({ store }: Pick<Stage, 'store'>): Promise<readonly Run[]> {
  return (await store.listRuns(100)).toReversed();
}
