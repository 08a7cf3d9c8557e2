/** `ninja-sync prune`: what jobs keep no longer (`keep`), shown, and deleted with `--yes`. */

import type { Command } from 'commander';
import { planPrune, prune } from '../../run/prune.js';
import type { KeepingJob, Pruned, PrunedJob } from '../../run/prune.js';
import type { FileCounts } from '../../run/prune-store.js';
import { templateOf } from '../../targets/expand.js';
import { findJob, keepingJobs, loadJobs } from '../../worker/jobs.js';
import { EXIT_DONE, EXIT_FAILED, action, readTargets, useFiles, useStore } from '../command.js';
import type { CommonOptions, Session } from '../command.js';
import { plural, showBytes } from '../text.js';

interface PruneOptions extends CommonOptions {
  readonly yes?: boolean;
}

export function addPrune(program: Command): void {
  program
    .command('prune')
    .description('delete plans, outcomes, rejects, reports and files of runs that their jobs keep no longer')
    .option('--job <name>', 'of this job only; of a template all its jobs')
    .option('--yes', 'delete; without it nothing is deleted, only shown')
    .option('--json', 'JSON lines')
    .addHelpText(
      'after',
      `
Jobs say what they keep ("keep: { runs: 30, days: 90 }"); without that they keep everything. The newest run that is done,
newer ones, and those that have not ended always stay, as do the line of each run in "ninja-sync runs", and what jobs
know of clients. A pruned run cannot be undone. Workers prune by themselves once a day.

Example:
  ninja-sync prune
  ninja-sync prune --yes`,
    )
    .action(action(pruneRuns));
}

async function pruneRuns(session: Session, options: PruneOptions): Promise<number> {
  const { io, config, signal } = session;
  const { jobs, unreadable } = await readJobs(session, options.job);
  const keeping = keepingJobs(jobs);
  const store = await useStore(session);
  const files = await useFiles(session, store);
  const deps = { store, files, dataDir: config.dataDir, now: () => Date.now(), signal };
  const isDone = options.yes === true;
  const pruned = isDone ? await prune(deps, keeping) : await planPrune(deps, keeping);
  if (io.json) emit(session, pruned, isDone);
  else print(session, pruned, isDone);
  if (unreadable.length > 0) {
    const those = `${plural(unreadable.length, 'job')} cannot be read, and their runs stay: ${unreadable.join(', ')}.`;
    io.talk(`${those} Why: ninja-sync prune --job ${unreadable[0]}`);
  }
  if (!io.json) tellNext(session, { pruned, isDone, keeping, jobs: jobs.length, hasFiles: files !== null });
  if (signal.aborted) {
    io.talk('Stopped: what is left goes the next time.');
    return 130;
  }
  return unreadable.length === 0 ? EXIT_DONE : EXIT_FAILED;
}

async function readJobs(
  session: Session,
  name: string | undefined,
): Promise<{ readonly jobs: Awaited<ReturnType<typeof loadJobs>>['jobs']; readonly unreadable: readonly string[] }> {
  const { jobsDir } = session.config;
  const targets = await readTargets(session);
  const { jobs, schedules } = await loadJobs(jobsDir, { error: () => undefined }, targets);
  if (name === undefined) return { jobs, unreadable: schedules.unreadable };
  const own = jobs.filter((job) => job.name === name || templateOf(job.name) === name);
  // It says why there is none.
  return { jobs: own.length > 0 ? own : [await findJob(name, jobsDir, targets)], unreadable: [] };
}

function emit({ io }: Session, { jobs, files, folders }: Pruned, isDone: boolean): void {
  for (const job of jobs) io.emit({ type: 'job', ...job });
  const sum = (of: (job: PrunedJob) => number): number => jobs.reduce((total, job) => total + of(job), 0);
  io.emit({
    type: 'summary',
    deleted: isDone,
    runs: sum(({ runs }) => runs.length),
    changes: sum(({ changes }) => changes),
    claims: sum(({ claims }) => claims),
    remarks: sum(({ remarks }) => remarks),
    notices: sum(({ notices }) => notices),
    files: files.count,
    fileBytes: files.bytes,
    folders: folders.count,
    folderBytes: folders.bytes,
  });
}

function print({ io, config }: Session, { jobs, files, folders }: Pruned, isDone: boolean): void {
  const sign = isDone ? '  ' : '- ';
  for (const job of jobs) io.print(`${sign}${job.job}: ${describeJob(job)}`);
  if (files.count > 0) io.print(`${sign}file store: ${describeFiles(files, 'file')}`);
  if (folders.count > 0) io.print(`${sign}${config.dataDir}: ${describeFiles(folders, 'folder')} of runs`);
  if (isNothing({ jobs, files, folders })) io.print('There is nothing to delete.');
}

/** `12 runs (7 to 18), 276 changes, 276 claims`. */
function describeJob({ runs, changes, claims, remarks, notices }: PrunedJob): string {
  const [first, last] = [runs[0], runs.at(-1)];
  const numbers = runs.length === 0 ? '' : ` (${first === last ? first : `${first} to ${last}`})`;
  const counts = [
    [changes, 'change'],
    [claims, 'claim'],
    [remarks, 'remark'],
    [notices, 'message'],
  ] as const;
  const rest = counts.flatMap(([count, word]) => (count === 0 ? [] : [plural(count, word)]));
  return [...(runs.length === 0 ? [] : [`${plural(runs.length, 'run')}${numbers}`]), ...rest].join(', ');
}

function describeFiles({ count, bytes }: FileCounts, word: string): string {
  return `${plural(count, word)}, ${showBytes(bytes)}`;
}

function isNothing({ jobs, files, folders }: Pruned): boolean {
  return jobs.length === 0 && files.count === 0 && folders.count === 0;
}

interface Told {
  readonly pruned: Pruned;
  readonly isDone: boolean;
  readonly keeping: readonly KeepingJob[];
  readonly jobs: number;
  readonly hasFiles: boolean;
}

function tellNext({ io }: Session, { pruned, isDone, keeping, jobs, hasFiles }: Told): void {
  const others = jobs - keeping.length;
  if (others > 0)
    io.talk(`${plural(others, 'job')} of ${jobs} ${others === 1 ? 'says' : 'say'} no "keep": all of their runs stay.`);
  if (!hasFiles && pruned.jobs.length > 0) io.talk('FILES_URL is not set here: files that are stored elsewhere stay.');
  if (isNothing(pruned)) return;
  if (isDone) io.talk('Deleted. The lines of these runs stay: ninja-sync runs');
  else
    io.talk(
      'Nothing was deleted. The lines of these runs will stay; they cannot be undone any more.\nNext: ninja-sync prune --yes',
    );
}
