/**
 * A fleet: hundreds of targets with limits of their own, thousands of runs, several workers on one PostgreSQL and one
 * Redis. Are all limits kept, does nobody starve, is every client as its last export says, and what does it cost?
 *
 * What breaks an invariant makes the exit code 1.
 */

import { performance } from 'node:perf_hooks';
import { drive } from './fleet/drive.js';
import { timesOf } from './fleet/figures.js';
import type { FleetRun } from './fleet/figures.js';
import { watchPostgres, watchRedis } from './fleet/load.js';
import { reportFleet } from './fleet/report.js';
import { openStage, OWN } from './fleet/stage.js';
import type { Stage } from './fleet/stage.js';
import { describeFleet, planArrivals } from './fleet/world.js';
import type { FleetTarget } from './fleet/world.js';
import type { Line } from './measure.js';

export interface FleetOptions {
  readonly targets: number;
  readonly runs: number;
  readonly workers: number;
  /** Runs at once in each worker. */
  readonly concurrency: number;
  /** In which runs are asked for. */
  readonly minutes: number;
  readonly latencyMs: number;
  readonly folder: string;
  readonly cli: string;
}

const MINUTE_MS = 60_000;
/** Until the workers run. */
const LEAD_MS = 40_000;

export async function benchFleet(options: FleetOptions): Promise<readonly Line[]> {
  const { targets, runs, minutes } = options;
  const fleet = describeFleet({ targets, runs });
  const ticks = planTicks(minutes);
  const cron = `${ticks.map((tick) => new Date(tick).getUTCMinutes()).join(',')} * * * *`;
  const stage = await openStage({ ...options, fleet, wish: { targets, runs }, cron });
  try {
    const redis = await watchRedis(stage.redisUrl);
    const postgres = await watchPostgres(stage.stateUrl);
    const before = await stage.readWorkers();
    const beganAt = performance.now();
    const driven = await drive({
      stage,
      arrivals: planArrivals(fleet, minutes * MINUTE_MS),
      scheduled: fleet.flatMap(({ jobs }) => jobs.filter(({ isScheduled }) => isScheduled)),
      ticks,
      cli: options.cli,
      runs,
      onLook: (through) => show(`${through} of ${runs} runs are through`),
    });
    show('');
    const seconds = (performance.now() - beganAt) / 1000;
    const load = { redis: await redis.read(), postgres: await postgres.read() };
    const workers = (await stage.readWorkers()).map(({ cpuSeconds, peakMb }, nth) => ({
      peakMb,
      cpuSeconds: cpuSeconds - (before[nth]?.cpuSeconds ?? 0),
    }));
    const { lines, broken } = reportFleet({
      ...load,
      workers,
      fleet,
      seconds,
      startMs: stage.startMs,
      counts: await stage.countTargets(),
      times: timesOf(await stage.readEdges()),
      runs: await readRuns(stage, fleet, ticks),
      wished: runs,
      driven,
      logged: await readLogs(stage),
    });
    if (broken) process.exitCode = 1;
    return lines;
  } finally {
    await stage.close();
  }
}

/** On a terminal, in one line. */
function show(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K${text}`);
}

interface Logged {
  /** Times that a run found its target held by another one. */
  readonly busy: number;
  readonly laterErrors: number;
  readonly programErrors: number;
}

async function readLogs(stage: Stage): Promise<Logged> {
  return {
    busy: await stage.countLogged('"decision":"busy"'),
    laterErrors: await stage.countLogged('"decision":"later"'),
    programErrors: await stage.countLogged('"level":50'),
  };
}

/** Three whole minutes, the first one soon, the others spread over the time. */
function planTicks(minutes: number): readonly number[] {
  const first = Math.ceil((Date.now() + LEAD_MS) / MINUTE_MS) * MINUTE_MS;
  const apart = Math.max(1, Math.floor((minutes - 1) / 2)) * MINUTE_MS;
  return [first, first + apart, first + 2 * apart];
}

async function readRuns(
  { database }: Stage,
  fleet: readonly FleetTarget[],
  ticks: readonly number[],
): Promise<readonly FleetRun[]> {
  const jobs = new Map(fleet.flatMap((target) => target.jobs).map((job) => [job.name, job]));
  const { rows } = await database.query<
    Record<'id' | 'changes', number> &
      Record<'job' | 'status' | 'created', string> &
      Record<'files' | 'outcomes' | 'request', string | null>
  >(
    `select id, job, status, created_at as created, files, row_outcomes as outcomes, request,
            (select count(*)::int from changes where run_id = runs.id and changes.status = 'done') as changes ${OWN}
     from runs order by id`,
  );
  return rows.flatMap((row) => {
    const job = jobs.get(row.job);
    if (job === undefined) return [];
    const createdAt = Date.parse(row.created);
    const isScheduled = row.request?.includes('"origin":"schedule"') === true;
    const tick = ticks.findLast((at) => at <= createdAt);
    const files = JSON.parse(row.files ?? '[]') as readonly { readonly rows: number }[];
    const outcomes = Object.values(JSON.parse(row.outcomes ?? '{}') as Readonly<Record<string, number>>);
    return [
      {
        id: row.id,
        job: row.job,
        target: job.target,
        kind: job.kind,
        isScheduled,
        dueAt: isScheduled && tick !== undefined ? tick : createdAt,
        status: row.status,
        rows: files.reduce((sum, file) => sum + file.rows, 0),
        outcomes: outcomes.reduce((sum, number) => sum + number, 0),
        changes: row.changes,
      },
    ];
  });
}
