/** The runs of a fleet: asked for as people and schedules do, over time, until all of them are through. */

import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Job } from '../../src/job/schema.js';
import { enqueueFiles } from '../../src/worker/control.js';
import { findJob, NO_TARGETS } from '../../src/worker/jobs.js';
import { enqueueRun } from '../../src/worker/queue.js';
import { runProgram } from '../processes.js';
import { OWN } from './stage.js';
import type { Stage } from './stage.js';
import { exportOf } from './world.js';
import type { Arrival, FleetJob } from './world.js';

export interface DriveOptions {
  readonly stage: Stage;
  readonly arrivals: readonly Arrival[];
  readonly scheduled: readonly FleetJob[];
  /** Milliseconds since 1970: when the schedules come due. */
  readonly ticks: readonly number[];
  readonly cli: string;
  readonly runs: number;
  readonly onLook: (through: number) => void;
}

/** The next export is there so long before it is wanted. */
const BEFORE_TICK_MS = 8000;
/** Every so many-th run is asked for by the command itself, the others by what it calls. */
const BY_COMMAND = 50;
const LOOK_MS = 1000;
const SCRAPE_MS = 15_000;
/** Without a run that came through in all that time there is no use in waiting. */
const STUCK_MS = 5 * 60_000;

export interface Driven {
  /** Schedules that came due while the run before was at work, so that it stood for both. */
  readonly skippedTicks: number;
  readonly slowestScrapeMs: number;
}

export async function drive(options: DriveOptions): Promise<Driven> {
  const { stage } = options;
  let slowestScrapeMs = 0;
  const timer = setInterval(() => {
    stage.scrape().then(
      (ms) => (slowestScrapeMs = Math.max(slowestScrapeMs, ms)),
      () => undefined,
    );
  }, SCRAPE_MS);
  try {
    const [, skippedTicks] = await Promise.all([enqueueAll(options), keepSchedules(options)]);
    await untilThrough(options);
    return { skippedTicks, slowestScrapeMs };
  } finally {
    clearInterval(timer);
  }
}

async function enqueueAll({ stage, arrivals, cli }: DriveOptions): Promise<void> {
  const begin = Date.now();
  const jobs = new Map<string, Job>();
  for (const [nth, { atMs, job, generation }] of arrivals.entries()) {
    await delay(Math.max(0, begin + atMs - Date.now()));
    const file = path.join(stage.exportsDir, `${job.name}-${generation}.csv`);
    await writeFile(file, exportOf(job, generation));
    if (nth % BY_COMMAND === BY_COMMAND - 1) {
      await runProgram(cli, ['enqueue', file, '--job', job.name], stage.environment);
      continue;
    }
    const loaded = jobs.get(job.name) ?? (await findJob(job.name, stage.jobsDir, NO_TARGETS));
    jobs.set(job.name, loaded);
    await enqueue(stage, loaded, [file]);
  }
}

async function enqueue({ store, queue }: Stage, job: Job, paths: readonly string[]): Promise<void> {
  const run = await enqueueFiles(store, { job, target: job.target.url ?? '', paths });
  await enqueueRun(queue, run, Date.now());
}

/** Lays out an export before each time of the schedules; a run that was left out is asked for in the end. */
async function keepSchedules({ stage, scheduled, ticks }: DriveOptions): Promise<number> {
  for (const [index, tick] of ticks.entries()) {
    await delay(Math.max(0, tick - BEFORE_TICK_MS - Date.now()));
    for (const job of scheduled) {
      const file = path.join(stage.exportsDir, `${job.name}.csv`);
      await writeFile(`${file}.new`, exportOf(job, index + 1));
      await rename(`${file}.new`, file);
    }
  }
  const last = ticks.at(-1) ?? 0;
  await delay(Math.max(0, last + 2000 - Date.now()));
  await untilTicked(stage, scheduled);
  let skipped = 0;
  for (const job of scheduled) {
    const { rows } = await stage.database.query<{ count: string }>(`select count(*) ${OWN} from runs where job = $1`, [
      job.name,
    ]);
    for (let count = Number(rows[0]?.count); count < job.runs; count += 1) {
      skipped += 1;
      await enqueue(stage, await findJob(job.name, stage.jobsDir, NO_TARGETS), []);
    }
  }
  return skipped;
}

/** Every schedule has its next time an hour later: what came due was taken. */
async function untilTicked({ queue }: Stage, scheduled: readonly FleetJob[]): Promise<void> {
  const names = new Set(scheduled.map(({ name }) => name));
  for (;;) {
    const schedulers = await queue.getJobSchedulers(0, -1, true);
    if (schedulers.every(({ key, next }) => !names.has(key) || (next ?? 0) > Date.now() + 60_000)) break;
    await delay(LOOK_MS);
  }
  // The last of them may just be making its run.
  await delay(5 * LOOK_MS);
}

async function untilThrough({ stage, runs, onLook }: DriveOptions): Promise<void> {
  let [most, movedAt] = [0, performance.now()];
  for (;;) {
    const { rows } = await stage.database.query<{ status: string; count: string }>(
      `select status, count(*) ${OWN} from runs group by status`,
    );
    const counts = new Map(rows.map(({ status, count }) => [status, Number(count)]));
    const through = counts.get('done') ?? 0;
    onLook(through);
    const ended = ['failed', 'breached', 'cancelled'].reduce((sum, status) => sum + (counts.get(status) ?? 0), 0);
    if (through + ended >= runs) return;
    if (through > most) [most, movedAt] = [through, performance.now()];
    if (performance.now() - movedAt > STUCK_MS) throw new Error(`${through} of ${runs} runs came through.`);
    await delay(LOOK_MS);
  }
}
