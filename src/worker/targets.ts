/** Targets as workers meet them: by the rate limit that all of them share. */

import type { Redis } from 'ioredis';
import { SyncError } from '../errors.js';
import type { Job } from '../job/schema.js';
import { isNamed } from '../job/target-name.js';
import { parseAddress } from '../ninja/address.js';
import type { Target } from '../run/context.js';
import { openTarget } from '../run/target.js';
import type { TargetOptions } from '../run/target.js';
import type { Run } from '../run/store.js';
import type { TargetsFile } from '../targets/file.js';
import { findTarget } from '../targets/load.js';
import { readTargetSecret, readTargetToken } from '../targets/target.js';
import { capThrottle } from './cap-throttle.js';
import { leaveWhenStopped } from './leaving-throttle.js';
import type { WorkerOptions, WorkerTimes } from './options.js';
import { createSharedThrottle } from './shared-throttle.js';

export interface TargetDeps {
  readonly file: TargetsFile;
  readonly options: Pick<
    WorkerOptions,
    'url' | 'token' | 'readToken' | 'secret' | 'prefix' | 'egress' | 'log' | 'events'
  >;
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
  const { prefix, egress = '', log, events } = deps.options;
  const wish = job.target;
  const { key, url, token, readToken, secret, ownLimit } = await reach(deps, run);
  const common = { redis, prefix, egress, runId: run.id, workers, windowMs: times.window };
  const server = createSharedThrottle({
    ...common,
    // The server counts for each IP address, whatever the token (FACTS.md [409]): its companies share the limit.
    target: url ?? run.target,
    requestsPerMinute: ownLimit === null ? wish['requests-per-minute'] : undefined,
    headroom: wish.headroom,
    share: run.request?.share ?? 1,
    onRest,
    onChange: (isShared) => events?.onThrottle?.(isShared, run),
  });
  const shared =
    ownLimit === null
      ? server
      : capThrottle(
          createSharedThrottle({ ...common, target: `only ${run.target}`, requestsPerMinute: ownLimit, headroom: 0 }),
          server,
        );
  events?.onConnect?.(shared, run);
  return await openTarget({
    ...(key === undefined ? {} : { key }),
    url: url ?? run.target,
    token,
    ...(readToken === undefined ? {} : { readToken }),
    secret,
    concurrency: wish.concurrency,
    throttle: leaveWhenStopped(shared, signal, times.grace),
    log: log.child({ run: run.id, job: run.job }),
    onRequest: (report) => events?.onRequest?.(report, run),
  });
}

interface Reached extends Pick<TargetOptions, 'key' | 'url' | 'token' | 'readToken' | 'secret'> {
  /** A limit that is the target's own, below that of its server. */
  readonly ownLimit: number | null;
}

/** Where it is and with what, as of now: tokens are read whenever they are needed. */
async function reach({ file, options }: TargetDeps, run: Run): Promise<Reached> {
  if (!isNamed(run.target)) {
    const { url, readToken, token, secret } = options;
    const now = readToken === undefined ? {} : { readToken };
    return { url, token: readToken?.() ?? token, ...now, secret, ownLimit: null };
  }
  const named = findTarget(await file.read(), run.target);
  return {
    key: named.name,
    url: named.url,
    token: readTargetToken(named),
    readToken: () => readTargetToken(named),
    secret: readTargetSecret(named),
    ownLimit: named.requestsPerMinute,
  };
}

/**
 * What runs call the target of a job: its name, or its base URL.
 *
 * @param url that the worker was given: it wins over an address
 * @throws SyncError `target-unset`
 */
export function targetOf(job: Job, url: string | undefined): string {
  if (job.target.name !== undefined) return job.target.name;
  const wanted = url ?? job.target.url;
  if (wanted !== undefined) return parseAddress(wanted).url;
  throw new SyncError('target-unset', `${job.name}: nobody said which Invoice Ninja server is meant.`, {
    hint: 'Set NINJA_URL for the worker, or write target.url in the job file.',
  });
}
