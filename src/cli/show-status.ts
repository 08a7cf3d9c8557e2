/** What the workers are doing, as lines for a terminal. */

import { showDuration } from '../job/duration.js';
import type { Run } from '../run/store.js';
import type { Overview, QueueState } from '../worker/overview.js';
import { showLocal } from './moment.js';
import { describeProgress } from './progress.js';
import { ORIGINS, describeRequest, describeStop } from './show-request.js';
import { nameJob, plural, showText, showTime } from './text.js';

/** When a job is due the next time. */
export interface NextRun {
  readonly job: string;
  readonly timezone: string;
  /** Milliseconds since 1970; in the past: it is due. */
  readonly next: number;
}

const RUNS_SHOWN_MAX = 10;
const MINUTES_FROM_MS = 120_000;
const STATUS_WIDTH = 17;
const JOB_WIDTH = 20;

/** @param now milliseconds since 1970 */
export function describeOverview(
  overview: Overview,
  queue: QueueState | null,
  next: readonly NextRun[],
  now: number,
): readonly string[] {
  const { active, waiting, parked, stopped, lastGood } = overview;
  return [
    describeQueue(overview, queue),
    ...section('At work', active, describeActive),
    ...section('For a person', parked, (run) => [`${describeHead(run)}${showText(run.message ?? '')}`]),
    ...section('Paused', stopped, (run) => [`${describeHead(run)}${describeStop(run)}`]),
    ...section('Waiting', waiting, (run) => [`${describeHead(run)}${describeOrigin(run)}`]),
    ...describeJobs(lastGood, next, now),
  ];
}

function describeQueue({ active, waiting, parked, stopped }: Overview, queue: QueueState | null): string {
  const runs = [
    `${active.length} at work`,
    `${waiting.length} waiting`,
    `${parked.length} for a person`,
    ...(stopped.length === 0 ? [] : [`${stopped.length} paused`]),
  ].join(', ');
  if (queue === null) return `Runs: ${runs}. Redis cannot be reached: nobody knows about workers.`;
  const paused = queue.paused ? ' The queue is paused: ninja-sync resume --all' : '';
  return `Runs: ${runs}. ${queue.workers === 0 ? 'No worker is up: ninja-sync worker' : `${plural(queue.workers, 'worker')}.`}${paused}`;
}

function section(title: string, runs: readonly Run[], describe: (run: Run) => readonly string[]): readonly string[] {
  if (runs.length === 0) return [];
  const hidden = runs.length - RUNS_SHOWN_MAX;
  return [
    '',
    title,
    ...runs.slice(0, RUNS_SHOWN_MAX).flatMap(describe),
    ...(hidden > 0 ? [`       … and ${hidden} more`] : []),
  ];
}

function describeHead(run: Run): string {
  const { id, status } = run;
  return `${String(id).padStart(6)}  ${nameJob(run).padEnd(JOB_WIDTH)}  ${status.padEnd(STATUS_WIDTH)}  `;
}

function describeActive(run: Run): readonly string[] {
  const { progress } = run;
  const stop = describeStop(run);
  return [
    `${describeHead(run)}${describeOrigin(run)}${stop === '' ? '' : `. ${stop}`}`,
    ...(progress === null ? [] : [`        ${describeProgress(progress, progress.ratePerMinute / 60)}`]),
  ];
}

function describeOrigin(run: Run): string {
  return run.request === null ? 'by a command' : `by ${ORIGINS[run.request.origin]}${describeRequest(run)}`;
}

function describeJobs(lastGood: readonly Run[], next: readonly NextRun[], now: number): readonly string[] {
  const names = [...new Set([...lastGood, ...next].map(({ job }) => job))].sort();
  if (names.length === 0) return [];
  const lines = names.map((name) => {
    const good = lastGood.find(({ job }) => job === name);
    const due = next.find(({ job }) => job === name);
    const last =
      good === undefined
        ? 'no good run yet'
        : `last good run ${good.id}, ${describeAge(now - Date.parse(good.updatedAt))}`;
    return `        ${name.padEnd(JOB_WIDTH)}  ${last}${due === undefined ? '' : `; ${describeNext(due, now)}`}`;
  });
  return ['', 'Jobs', ...lines];
}

/** Seconds would make a new line each time for those who watch. */
function describeAge(ms: number): string {
  return ms < MINUTES_FROM_MS ? 'less than 2 min ago' : `${showDuration(ms)} ago`;
}

function describeNext({ next, timezone }: NextRun, now: number): string {
  return next <= now ? 'due now' : `next ${showLocal(next, timezone)} ${timezone}`;
}

/** One run, as lines that change while it is at work. */
export function describeOne(run: Run): readonly string[] {
  const { id, status, message, progress } = run;
  const stop = describeStop(run);
  return [
    `Run ${id} of ${nameJob(run)} is ${status}${message === null ? '.' : `: ${message}`}`,
    ...(run.request === null
      ? []
      : [`Asked for by ${ORIGINS[run.request.origin]}${describeRequest(run)}; ${showTime(run.createdAt)}.`]),
    ...(stop === '' ? [] : [stop]),
    ...(progress === null ? [] : [describeProgress(progress, progress.ratePerMinute / 60)]),
  ];
}
