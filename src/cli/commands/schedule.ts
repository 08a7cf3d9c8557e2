/** `ninja-sync schedule`, `schedule list`, `schedule sync`: when jobs come due, and telling the queue of it. */

import type { Command } from 'commander';
import { isFetched } from '../../job/fetched.js';
import type { Poll } from '../../run/content-store.js';
import { isOfFile, loadJobs } from '../../worker/jobs.js';
import type { LoadedJobs } from '../../worker/jobs.js';
import { listSchedules, nextTimes, syncSchedules } from '../../worker/schedules.js';
import type { Schedule, UpcomingRun } from '../../worker/schedules.js';
import { EXIT_DONE, EXIT_FAILED, action, readTargets, useStore } from '../command.js';
import type { CommonOptions, Session } from '../command.js';
import { showLocal } from '../moment.js';
import { readQueue, withQueue } from '../queue.js';
import { plural } from '../text.js';

const TIMES_SHOWN = 3;

export function addSchedule(program: Command): void {
  const schedule = program
    .command('schedule')
    .description('when jobs come due, in their time zone and in UTC')
    .option('--json', 'JSON lines')
    .addHelpText('after', '\nExample:\n  ninja-sync schedule\n  ninja-sync schedule sync')
    .action(action(list));
  schedule
    .command('list')
    .description('the next times of each job, and what is due')
    .option('--json', 'JSON lines')
    .addHelpText('after', '\nExample:\n  ninja-sync schedule list')
    .action(action(list));
  schedule
    .command('sync')
    .description('make the schedules of the queue those of the job files; a worker does it when it starts')
    .option('--json', 'JSON lines')
    .addHelpText(
      'after',
      `
A schedule that did not change is not touched, so what is due stays due. One whose job is gone is removed.

Example:
  ninja-sync schedule sync`,
    )
    .action(action(sync));
}

/** A schedule of a job file, of the queue, or of both. */
interface Row extends Schedule {
  readonly times: readonly number[];
  /** In the past: it is due. `null`: the queue does not have it. */
  readonly next: number | null;
  readonly note: string;
}

async function list(session: Session, _options: CommonOptions): Promise<number> {
  const { io, config } = session;
  const { jobs, schedules } = await loadJobs(config.jobsDir, { error: () => undefined }, await readTargets(session));
  const held = await readQueue(session, listSchedules);
  const rows = readRows(schedules, held, Date.now());
  const polls = jobs.some(isFetched) ? await (await useStore(session)).listPolls() : [];
  for (const row of rows) {
    const poll = polls.find(({ job }) => job === row.job);
    if (io.json) emitRow(session, row, poll);
    else printRow(session, row, poll);
  }
  tellUnreadable(session, schedules.unreadable);
  if (io.json)
    io.emit({ type: 'summary', schedules: rows.length, unreadable: schedules.unreadable, redis: held !== null });
  else if (rows.length === 0)
    io.talk(`No job in ${config.jobsDir} has a schedule: see docs/job-file.md, schedule.cron.`);
  if (held === null) io.talk('Redis cannot be reached: these are the times of the job files.');
  else if (rows.some(({ note }) => note !== '')) io.talk('Next: ninja-sync schedule sync');
  return EXIT_DONE;
}

function readRows(
  { wanted, unreadable }: LoadedJobs['schedules'],
  held: readonly UpcomingRun[] | null,
  now: number,
): readonly Row[] {
  const rows = wanted.map((schedule): Row => {
    const present = held?.find(({ job }) => job === schedule.job);
    const same = present !== undefined && present.cron === schedule.cron && present.timezone === schedule.timezone;
    const note =
      held === null || same ? '' : present === undefined ? 'not in the queue yet' : 'another one in the queue';
    return { ...schedule, ...timesOf(schedule, now, note), next: present?.next ?? null };
  });
  const others = (held ?? []).filter(({ job }) => wanted.every((schedule) => schedule.job !== job));
  return [
    ...rows,
    ...others.map((schedule): Row => {
      const note = isOfFile(schedule.job, unreadable) ? 'kept, as its job cannot be read' : 'no job has it any more';
      return { ...schedule, ...timesOf(schedule, now, note), next: schedule.next };
    }),
  ];
}

function timesOf({ cron, timezone, delayMs = 0 }: Schedule, now: number, note: string): Pick<Row, 'times' | 'note'> {
  try {
    return { times: nextTimes(cron, timezone, now - delayMs, TIMES_SHOWN).map((time) => time + delayMs), note };
  } catch (error) {
    return { times: [], note: `never: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function emitRow({ io }: Session, { job, cron, timezone, times, next, note }: Row, poll: Poll | undefined): void {
  const due = next !== null && next > 0 && next <= Date.now();
  const iso = times.map((time) => new Date(time).toISOString());
  io.emit({
    type: 'schedule',
    job,
    cron,
    timezone,
    next: iso,
    due,
    note: note === '' ? null : note,
    source: poll ?? null,
  });
}

function printRow({ io }: Session, { job, cron, timezone, times, next, note }: Row, poll: Poll | undefined): void {
  io.print(`${job}  "${cron}"${note === '' ? '' : `  (${note})`}`);
  if (next !== null && next > 0 && next <= Date.now()) {
    io.print(`    due since ${showLocal(next, timezone)} ${timezone}: the next free worker takes it`);
  }
  for (const time of times) {
    const utc = timezone === 'UTC' ? '' : `   ${showLocal(time, 'UTC')} UTC`;
    io.print(`    ${showLocal(time, timezone)} ${timezone}${utc}`);
  }
  if (poll !== undefined)
    io.print(
      `    ${poll.ok ? 'source' : 'SOURCE FAILED'}, ${showLocal(Date.parse(poll.at), timezone)}: ${poll.message}`,
    );
}

async function sync(session: Session, _options: CommonOptions): Promise<number> {
  const { io, config } = session;
  const { schedules } = await loadJobs(config.jobsDir, { error: () => undefined }, await readTargets(session));
  const { wanted, unreadable } = schedules;
  const done = await withQueue(session, async (queue) => {
    // Those of jobs that cannot be read stay as they are until somebody mended the job.
    const kept = (await listSchedules(queue)).filter(({ job }) => isOfFile(job, unreadable));
    return await syncSchedules(queue, [...wanted, ...kept]);
  });
  if (io.json) io.emit({ type: 'summary', ...done, unreadable });
  else {
    const said = Object.entries(done).filter(([, jobs]) => jobs.length > 0);
    for (const [what, jobs] of said) io.print(`${what.padEnd(8)} ${(jobs as readonly string[]).join(', ')}`);
    if (said.length === 0) io.print(`No job in ${config.jobsDir} has a schedule, and the queue has none.`);
  }
  tellUnreadable(session, unreadable);
  io.talk('Next: ninja-sync schedule list');
  return unreadable.length === 0 ? EXIT_DONE : EXIT_FAILED;
}

function tellUnreadable({ io }: Session, unreadable: readonly string[]): void {
  if (unreadable.length === 0) return;
  io.talk(
    `${plural(unreadable.length, 'job')} cannot be read: ${unreadable.join(', ')}. Why: ninja-sync plan --job ${unreadable[0]}`,
  );
}
