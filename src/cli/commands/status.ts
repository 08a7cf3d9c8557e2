/** `ninja-sync status [RUN]`: what the workers are doing, what waits, and what waits for a person. */

import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import type { Store } from '../../run/store.js';
import type { RunStatus } from '../../run/status.js';
import { loadJobs } from '../../worker/jobs.js';
import { readOverview, readQueueState } from '../../worker/overview.js';
import type { Overview, QueueState } from '../../worker/overview.js';
import { nextTimes } from '../../worker/schedules.js';
import type { Schedule } from '../../worker/schedules.js';
import { bringReport } from '../bring-report.js';
import { tellNext } from '../carry-out.js';
import { EXIT_DONE, action, findRun, readExitCode, readTargets, useStore } from '../command.js';
import type { CommonOptions, Session } from '../command.js';
import { readQueue } from '../queue.js';
import { openScreen } from '../screen.js';
import { summaryOf } from '../show-run.js';
import { describeOne, describeOverview } from '../show-status.js';
import type { NextRun } from '../show-status.js';
import { plural } from '../text.js';

interface StatusOptions extends CommonOptions {
  readonly watch?: boolean;
}

const WATCH_MS = 1000;
/** Of messages that did not get through, as far as they may still be news. */
const UNDELIVERED_MAX = 100;
const UNDELIVERED_MS = 7 * 24 * 60 * 60_000;

export function addStatus(program: Command): void {
  program
    .command('status')
    .description('what the workers are doing, what waits, and for whom; or how far one run is')
    .argument('[run]', 'number of the run')
    .option('--watch', 'again each second; of a run until it ends or waits for a person')
    .option('--json', 'JSON lines')
    .addHelpText('after', '\nExample:\n  ninja-sync status\n  ninja-sync status 7 --watch')
    .action(action(status));
}

async function status(session: Session, options: StatusOptions, [id]: readonly string[]): Promise<number> {
  const store = await useStore(session);
  const isWatch = options.watch === true;
  return id === undefined ? await showAll(session, store, isWatch) : await showOne(session, store, id, isWatch);
}

async function showAll(session: Session, store: Store, isWatch: boolean): Promise<number> {
  const { io } = session;
  const screen = openScreen(io, isWatch);
  for (;;) {
    const queue = await readQueue(session, readQueueState);
    const overview = await readOverview(store, Date.now());
    const next = await readNext(session, queue);
    if (io.json) emitOverview(session, overview, queue, next);
    else screen.show(describeOverview(overview, queue, next, Date.now()));
    if (isWatch && (await pause(session))) continue;
    await tellUndelivered(session, store);
    const [parked] = overview.parked;
    if (parked !== undefined) io.talk(`Next: ninja-sync show ${parked.id}`);
    return EXIT_DONE;
  }
}

/** People who were to be told do not know. */
async function tellUndelivered({ io }: Session, store: Store): Promise<void> {
  const notices = await store.listNotices(['waiting', 'given-up'], UNDELIVERED_MAX);
  const since = new Date(Date.now() - UNDELIVERED_MS).toISOString();
  const failed = notices.filter(({ error, dueAt }) => error !== null && dueAt > since);
  if (failed.length > 0) io.talk(`${plural(failed.length, 'message')} could not be delivered: ninja-sync notify list`);
}

/** The queue knows what is overdue; without it the job files say what comes. */
async function readNext(session: Session, queue: QueueState | null): Promise<readonly NextRun[]> {
  if (queue !== null) return queue.schedules;
  const silent = { error: () => undefined };
  const { schedules } = await loadJobs(session.config.jobsDir, silent, await readTargets(session));
  return schedules.wanted.flatMap((schedule) => nextOf(schedule) ?? []);
}

function nextOf({ job, cron, timezone, delayMs = 0 }: Schedule): NextRun | null {
  try {
    const [next] = nextTimes(cron, timezone, Date.now() - delayMs, 1);
    return next === undefined ? null : { job, timezone, next: next + delayMs };
  } catch {
    return null;
  }
}

function emitOverview({ io }: Session, overview: Overview, queue: QueueState | null, next: readonly NextRun[]): void {
  const { active, waiting, parked, stopped, lastGood } = overview;
  const lists = { active, parked, stopped, waiting };
  for (const [list, runs] of Object.entries(lists))
    for (const run of runs) io.emit({ ...summaryOf(run), type: 'run', list, createdAt: run.createdAt });
  for (const { job, id, updatedAt } of lastGood) io.emit({ type: 'last-good', job, run: id, at: updatedAt });
  for (const { job, timezone, next: at } of next) {
    io.emit({ type: 'next', job, timezone, at: new Date(at).toISOString(), due: at <= Date.now() });
  }
  io.emit({
    type: 'summary',
    active: active.length,
    waiting: waiting.length,
    parked: parked.length,
    stopped: stopped.length,
    queue: queue === null ? null : { ...queue, schedules: queue.schedules.length },
  });
}

/** From these a run goes on by itself. */
const GOES_ON: ReadonlySet<RunStatus> = new Set([
  'queued',
  'reading',
  'planned',
  'pushing',
  'verifying',
  'interrupted',
]);

async function showOne(session: Session, store: Store, id: string, isWatch: boolean): Promise<number> {
  const { io } = session;
  const screen = openScreen(io, isWatch);
  let run = await findRun(store, id);
  for (;;) {
    if (io.json) io.emit(isWatch ? { ...summaryOf(run), type: 'run' } : summaryOf(run));
    else screen.show(describeOne(run));
    const goesOn = GOES_ON.has(run.status) && run.stop !== 'pause';
    if (!isWatch || !goesOn || !(await pause(session))) break;
    run = await findRun(store, id);
  }
  if (io.json && isWatch) io.emit(summaryOf(run));
  tellNext(session, await bringReport(session, store, run), await store.findLaterApplied(run));
  return await readExitCode(store, run);
}

/** Whether to look again. */
async function pause({ signal }: Session): Promise<boolean> {
  try {
    await delay(WATCH_MS, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}
