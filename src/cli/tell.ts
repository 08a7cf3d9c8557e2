/**
 * What a command tells people of the run that it carried, as workers do for theirs. One short try; what could not be
 * delivered stays in the state, for a worker or the next command. It never changes how the command ends.
 */

import { SyncError } from '../errors.js';
import type { Job } from '../job/schema.js';
import { loadJob } from '../job/load.js';
import { LAYOUTS } from '../mapping/layouts/index.js';
import type { CollectDeps } from '../notify/collect.js';
import type { NoticeLog } from '../notify/deliver.js';
import type { Run, Store } from '../run/store.js';
import type { Session } from './command.js';

const TRY_MS = 5000;

/** @param job where it is known; else it is looked up */
export async function tellRun(session: Session, store: Store, run: Pick<Run, 'id'>, job?: Job): Promise<void> {
  await tell(session, store, job, async ({ collectRun }, deps) => await collectRun(deps, run.id));
}

/**
 * The run could not be planned: where it has a number it is that run that failed.
 *
 * @param startedAt ISO 8601 UTC: before there was a run
 */
export async function tellUnplanned(
  session: Session,
  store: Store,
  job: Job,
  startedAt: string,
  error: unknown,
): Promise<void> {
  // Whoever typed it wrong, or stopped it, knows.
  if (!(error instanceof SyncError) || error.code === 'usage' || error.code === 'interrupted') return;
  await tell(session, store, job, async ({ collectRun, collectStillborn }, deps) => {
    const newest = await store.listRuns(5);
    const run = newest.find((one) => one.job === job.name && one.request === null && one.createdAt >= startedAt);
    if (run === undefined) await collectStillborn(deps, job, error.message);
    else await collectRun(deps, run.id);
  });
}

/** Loaded when it is needed: most commands start without it, and faster. */
const loadParts = () => import('../notify/collect.js');

async function tell(
  session: Session,
  store: Store,
  job: Job | undefined,
  collect: (parts: Awaited<ReturnType<typeof loadParts>>, deps: CollectDeps) => Promise<void>,
): Promise<void> {
  const { io, config } = session;
  try {
    const [parts, { loadChannels }, { deliverDue }] = await Promise.all([
      loadParts(),
      import('../notify/channels.js'),
      import('../notify/deliver.js'),
    ]);
    const channels = await loadChannels(config.notifyFile);
    const now = (): number => Date.now();
    const findJob = async (name: string): Promise<Job | null> =>
      job ?? (await loadJob(name, config.jobsDir, { layouts: LAYOUTS.map((layout) => layout.name) }).catch(() => null));
    const log = talkingLog(session);
    await collect(parts, { store, channels, loadJob: findJob, now, log });
    if (channels.all.length === 0) return;
    const signal = AbortSignal.timeout(TRY_MS);
    await deliverDue({ store, channels, now, log, signal, sending: { timeoutMs: TRY_MS } });
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    io.talk(`Nobody was told: ${error.message}`);
  }
}

function talkingLog({ io }: Session): NoticeLog {
  const talk = (context: unknown): void => {
    const { channel, error, problem } = context as Readonly<Record<string, string>>;
    io.talk(
      channel === undefined
        ? `Somebody is not told: ${problem}`
        : `${channel} was not told: ${error}. Next: ninja-sync notify list`.replace('..', '.'),
    );
  };
  return { info: () => undefined, warn: talk, error: talk };
}
