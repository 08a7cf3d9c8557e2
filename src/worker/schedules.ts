/**
 * Schedules of job files as BullMQ job schedulers.
 *
 * Invariant: a schedule that did not change is not touched. To write it again would replace its next run by one in the
 * future, and a run that was due while no worker was up would never come.
 */

import { CronExpressionParser } from 'cron-parser';
import type { Queue } from 'bullmq';

export interface Schedule {
  /** Name of the job; there is one schedule for each. */
  readonly job: string;
  readonly cron: string;
  readonly timezone: string;
  /** How much later its runs begin; not known of those that the queue tells. */
  readonly delayMs?: number;
}

export interface ScheduleSync {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  readonly kept: readonly string[];
}

export interface UpcomingRun extends Schedule {
  /** Milliseconds since 1970. In the past: it is due, and the next free worker takes it. */
  readonly next: number;
}

type ScheduleQueue = Pick<Queue, 'getJobSchedulers' | 'upsertJobScheduler' | 'removeJobScheduler' | 'getJob'>;

/** Makes the queue's schedules those of the job files. */
export async function syncSchedules(queue: ScheduleQueue, wanted: readonly Schedule[]): Promise<ScheduleSync> {
  const held = new Map((await listHeld(queue)).map((schedule) => [schedule.job, schedule]));
  const sync = { added: [] as string[], changed: [] as string[], removed: [] as string[], kept: [] as string[] };
  for (const { job, cron, timezone } of wanted) {
    const present = held.get(job);
    held.delete(job);
    const same = present !== undefined && present.cron === cron && present.timezone === timezone;
    if (same && (await hasNextRun(queue, present))) {
      sync.kept.push(job);
      continue;
    }
    await queue.upsertJobScheduler(
      job,
      { pattern: cron, tz: timezone },
      { name: 'scheduled', data: { job }, opts: { removeOnComplete: true, removeOnFail: true } },
    );
    (present === undefined ? sync.added : sync.changed).push(job);
  }
  for (const job of held.keys()) {
    await queue.removeJobScheduler(job);
    sync.removed.push(job);
  }
  return sync;
}

/** The next run of each schedule, soonest first. */
export async function listSchedules(queue: Pick<Queue, 'getJobSchedulers'>): Promise<readonly UpcomingRun[]> {
  return (await listHeld(queue)).toSorted((a, b) => a.next - b.next);
}

/**
 * When a schedule comes due, in milliseconds since 1970. A time that daylight saving leaves out moves behind the gap;
 * one that it has twice comes once.
 *
 * @param from milliseconds since 1970, not included
 * @throws Error of cron-parser for an expression that is none
 */
export function nextTimes(cron: string, timezone: string, from: number, count: number): readonly number[] {
  const times = CronExpressionParser.parse(cron, { tz: timezone, currentDate: new Date(from) });
  return Array.from({ length: count }, () => times.next().getTime());
}

async function listHeld(queue: Pick<Queue, 'getJobSchedulers'>): Promise<readonly UpcomingRun[]> {
  const schedulers = await queue.getJobSchedulers(0, -1, true);
  return schedulers.map(({ key, pattern = '', tz = 'UTC', next = 0 }) => ({
    job: key,
    cron: pattern,
    timezone: tz,
    next,
  }));
}

/** A schedule whose next run was lost (a queue that somebody emptied) would sleep for ever. */
async function hasNextRun(queue: Pick<Queue, 'getJob'>, { job, next }: UpcomingRun): Promise<boolean> {
  return next > 0 && (await queue.getJob(`repeat:${job}:${next}`)) !== undefined;
}
