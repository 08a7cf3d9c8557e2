/** `ninja-sync enqueue FILE… --job J`: a run for the workers, now or later. */

import { Option } from 'commander';
import type { Command } from 'commander';
import { SyncError } from '../../errors.js';
import { isFetched } from '../../job/fetched.js';
import type { Job } from '../../job/schema.js';
import { GUARDS } from '../../plan/guards.js';
import type { Run } from '../../run/store.js';
import { enqueueFiles } from '../../worker/control.js';
import type { EnqueueWish } from '../../worker/control.js';
import type { Asked } from '../../worker/drop/intake.js';
import { findJob } from '../../worker/jobs.js';
import { EXIT_DONE, action, readOverrides, readTargets, targetKeyOf, useFiles, useJob, useStore } from '../command.js';
import type { CommonOptions, Session } from '../command.js';
import { localTimezone, parseMoment, parseShare, parseWhole, parseWindow } from '../moment.js';
import { tellWorkers } from '../queue.js';
import { describeRequest } from '../show-request.js';
import { summaryOf } from '../show-run.js';

interface EnqueueOptions extends CommonOptions {
  readonly at?: string;
  readonly priority?: string;
  readonly approve?: boolean;
  readonly window?: string;
  readonly share?: string;
  readonly allow?: readonly string[];
}

/** What BullMQ sorts by. */
const PRIORITY_MAX = 2_097_151;

export function addEnqueue(program: Command): void {
  program
    .command('enqueue')
    .description('give a run to the workers: now, at a time, or behind others')
    .argument(
      '[file...]',
      "by default the job's source.files, as they are when the run begins, or what is new at its source.from now",
    )
    .requiredOption('--job <name>', 'a job file (name in jobs/)')
    .option('--at <time>', 'not before: 22:00 (the next such time here), +2h, or 2026-11-30T22:00')
    .option('--priority <n>', 'lower numbers go first; runs without one go before all others')
    .option('--approve', 'nobody has to look at the plan, whatever the job says; guards hold all the same')
    .option('--window <hours>', 'send changes in these hours only, such as 22:00-06:00')
    .option('--share <number>', "use this share of the target's rate limit, such as 0.5")
    .addOption(new Option('--allow <guard...>', 'let this guard pass once').choices(GUARDS))
    .option('--url <url>', 'the Invoice Ninja server (else NINJA_URL, else the job)')
    .option('--target <name>', 'a target of targets.yaml')
    .option('--encoding <name>', 'instead of the detected one')
    .option('--delimiter <char>', 'instead of the detected one: , ; | or tab')
    .option('--sheet <name>', 'of a workbook: instead of the first one with a table')
    .option('--json', 'JSON lines')
    .addHelpText(
      'after',
      `
The run is in the state store when this ends, and its number is printed. A worker carries it out; where no Redis
can be reached it finds the run by itself. A job that fetches its exports looks at their source now, as its schedule does.

Example:
  ninja-sync enqueue exports/all-customers.csv --job backfill
  ninja-sync enqueue exports/all-customers.csv --job backfill --at 22:00 --window 22:00-06:00 --share 0.5`,
    )
    .action(action(enqueue));
}

async function enqueue(session: Session, options: EnqueueOptions, given: readonly string[]): Promise<number> {
  const { io } = session;
  const job = await useJob(session, options);
  await checkFindable(session, job);
  const wish = readWish(session, options, job, given);
  const store = await useStore(session);
  const files = await useFiles(session, store);
  if (given.length > 0 || !isFetched(job)) {
    await tell(session, await enqueueFiles(store, { ...wish, files }), given);
    return EXIT_DONE;
  }
  // Loaded here: other commands start faster without it.
  const { pollHere } = await import('../fetched-files.js');
  const runs = await pollHere(session, { store, files }, job, askedOf(wish));
  for (const run of runs) await tell(session, run, given);
  if (runs.length > 0) return EXIT_DONE;
  if (io.json) io.emit({ type: 'summary', job: job.name, run: null, queued: false });
  else io.print('No run is queued: there is nothing new.');
  return EXIT_DONE;
}

async function tell(session: Session, run: Run, given: readonly string[]): Promise<void> {
  const { io } = session;
  const isTold = await tellWorkers(session, run);
  if (io.json) io.emit({ ...summaryOf(run), queued: isTold });
  else io.print(`Run ${run.id} is queued: ${describeWork(run, given)}${describeRequest(run)}`);
  io.talk(`Next: ninja-sync status ${run.id} --watch`);
}

/** What the run is to do otherwise than the job says. */
function askedOf({ overrides, priority, notBefore, window, share, approved, allow }: EnqueueWish): Asked {
  return {
    ...(overrides === undefined ? {} : { overrides }),
    ...(priority === undefined ? {} : { priority }),
    ...(notBefore === undefined || notBefore === null ? {} : { notBefore: new Date(notBefore).toISOString() }),
    ...(window === undefined ? {} : { window }),
    ...(share === undefined ? {} : { share }),
    ...(approved === undefined ? {} : { approved }),
    ...(allow === undefined ? {} : { allow }),
  };
}

function readWish(session: Session, options: EnqueueOptions, job: Job, paths: readonly string[]): EnqueueWish {
  const { at, priority, window, share, approve = false, allow = [] } = options;
  return {
    job,
    target: targetKeyOf(session, job),
    paths,
    overrides: readOverrides(options),
    approved: approve,
    allow,
    ...(at === undefined ? {} : { notBefore: parseMoment('--at', at, Date.now()) }),
    ...(priority === undefined ? {} : { priority: parseWhole('--priority', priority, 0, PRIORITY_MAX) }),
    ...(window === undefined
      ? {}
      : { window: parseWindow('--window', window, job.window?.timezone ?? localTimezone()) }),
    ...(share === undefined ? {} : { share: parseShare('--share', share) }),
  };
}

/** Workers know jobs by their names in their folder: one that lies elsewhere is none to them. */
async function checkFindable(session: Session, job: Job): Promise<void> {
  const { config } = session;
  const found = await findJob(job.name, config.jobsDir, await readTargets(session)).catch(() => null);
  if (found?.path === job.path) return;
  throw new SyncError('usage', `Workers do not find the job ${job.path}: they read those in ${config.jobsDir}.`, {
    hint: 'Move it there, or set JOBS_DIR. Here and now: ninja-sync run FILE --job JOB',
  });
}

function describeWork(run: Run, given: readonly string[]): string {
  const files = given.length === 0 ? 'the files' : given.join(', ');
  return given.length === 0 ? `${files} of job ${run.job}` : `${files} with job ${run.job}`;
}
