/** What a worker says of itself when it starts on a terminal. */

import path from 'node:path';
import type { Config } from '../config.js';
import type { Job } from '../job/schema.js';
import { nextTimes } from '../worker/schedules.js';
import { showLocal } from './moment.js';
import { plural } from './text.js';

export interface WorkerFacts {
  readonly jobs: readonly Job[];
  readonly concurrency: number;
  /** Where it tells how it is; `null`: nowhere. */
  readonly health: string | null;
  /** Redis answered. */
  readonly isReachable: boolean;
}

/** @param now milliseconds since 1970 */
export function describeWorker(
  config: Pick<Config, 'redisUrl' | 'redisPrefix' | 'stateUrl' | 'dataDir' | 'jobsDir' | 'url'>,
  { jobs, concurrency, health, isReachable }: WorkerFacts,
  now: number,
): readonly string[] {
  const redis = `${hidePassword(config.redisUrl ?? '')}, keys ${config.redisPrefix}:…`;
  return [
    `Worker, process ${process.pid}: ${plural(concurrency, 'run')} at a time.`,
    `  Redis    ${redis}${isReachable ? '' : ': CANNOT BE REACHED, waiting for it'}`,
    `  State    ${config.stateUrl === undefined ? config.dataDir : 'STATE_URL'}`,
    `  Target   ${config.url ?? 'as each job says'}`,
    `  Health   ${health === null ? 'none' : `${health}/readyz, /healthz, /metrics`}`,
    ...(jobs.length === 0
      ? [`  Jobs     none in ${config.jobsDir}`]
      : jobs.map((job, nth) => describeJob(job, nth, now))),
    'Ctrl-C stops it between two requests; the next worker goes on.',
  ];
}

function describeJob(job: Job, nth: number, now: number): string {
  const starts = [...describeSchedule(job, now), ...describeDrop(job)];
  return `  ${nth === 0 ? 'Jobs    ' : '        '} ${job.name}: ${starts.length === 0 ? 'when somebody enqueues it' : starts.join('; ')}`;
}

function describeSchedule({ schedule }: Job, now: number): readonly string[] {
  if (schedule === undefined) return [];
  const { cron, timezone } = schedule;
  try {
    const [next = now] = nextTimes(cron, timezone, now, 1);
    return [`"${cron}", next ${showLocal(next, timezone)} ${timezone}`];
  } catch {
    return [`"${cron}", which never comes`];
  }
}

function describeDrop({ drop, path: file }: Job): readonly string[] {
  if (drop === undefined) return [];
  return [
    `${drop.together?.join(' and ') ?? drop.pattern} in ${path.resolve(path.dirname(path.dirname(file)), drop.folder)}`,
  ];
}

/** An address of Redis without what nobody should read over a shoulder. */
function hidePassword(url: string): string {
  if (!URL.canParse(url)) return url;
  const shown = new URL(url);
  if (shown.password !== '') shown.password = '***';
  return shown.href;
}
