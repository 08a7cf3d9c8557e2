/** Targets as workers meet them: by the rate limit that all of them share. */

import type { Redis } from 'ioredis';
import { SyncError } from '../errors.js';
import type { Job } from '../job/schema.js';
import { parseAddress } from '../ninja/address.js';
import type { Target } from '../run/context.js';
import { openTarget } from '../run/target.js';
import type { Run } from '../run/store.js';
import { leaveWhenStopped } from './leaving-throttle.js';
import type { WorkerOptions, WorkerTimes } from './options.js';
import { createSharedThrottle } from './shared-throttle.js';

export interface TargetDeps {
  readonly options: Pick<WorkerOptions, 'url' | 'token' | 'secret' | 'prefix' | 'egress' | 'log' | 'events'>;
  readonly times: Pick<WorkerTimes, 'window' | 'grace'>;
  readonly redis: Redis;
  /** How many workers there are, as far as known. */
  readonly workers: () => number;
}

/**
 * Connects to the target of a run.
 *
 * @param signal of the leg: when it is stopped, its requests wait for the rate limit no longer
 * @param onRest told for how many milliseconds the rate limit lets nothing through
 */
export async function connectTarget(
  deps: TargetDeps,
  run: Run,
  job: Job,
  signal: AbortSignal,
  onRest: (waitMs: number) => void,
): Promise<Target> {
  const { redis, workers, times } = deps;
  const { url, token, secret, prefix, egress = '', log, events } = deps.options;
  const wish = job.target;
  const shared = createSharedThrottle({
    redis,
    prefix,
    egress,
    target: run.target,
    runId: run.id,
    requestsPerMinute: wish['requests-per-minute'],
    headroom: wish.headroom,
    share: run.request?.share ?? 1,
    workers,
    windowMs: times.window,
    onRest,
    onChange: (isShared) => events?.onThrottle?.(isShared, run),
  });
  events?.onConnect?.(shared, run);
  return await openTarget({
    url: url ?? run.target,
    token,
    secret,
    concurrency: wish.concurrency,
    throttle: leaveWhenStopped(shared, signal, times.grace),
    log: log.child({ run: run.id, job: run.job }),
    onRequest: (report) => events?.onRequest?.(report, run),
  });
}

/**
 * Base URL of a job's target, as runs carry it.
 *
 * @param url that the worker was given: it wins
 * @throws SyncError `target-unset`
 */
export function targetOf(job: Job, url: string | undefined): string {
  const wanted = url ?? job.target.url;
  if (wanted !== undefined) return parseAddress(wanted).url;
  throw new SyncError('target-unset', `${job.name}: nobody said which Invoice Ninja server is meant.`, {
    hint: 'Set NINJA_URL for the worker, or write target.url in the job file.',
  });
}
