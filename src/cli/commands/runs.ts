/** `ninja-sync runs`, `show RUN`, `rejects RUN`: what ran, and what became of it. */

import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import { SyncError } from '../../errors.js';
import type { ChangeKind } from '../../plan/change.js';
import { locateRejects } from '../../run/files/outputs.js';
import { rejectsPath } from '../../run/rejects.js';
import { checkKept } from '../../run/run-pruned.js';
import { bringReport } from '../bring-report.js';
import { tellNext } from '../carry-out.js';
import { EXIT_DONE, action, findRun, readExitCode, useFiles, useStore } from '../command.js';
import type { CommonOptions, Session } from '../command.js';
import type { Run, Store } from '../../run/store.js';
import { SIGNS } from '../show-change.js';
import { showRun, summaryOf } from '../show-run.js';
import { nameJob, showTime } from '../text.js';

const RUNS_SHOWN_DEFAULT = 20;
/** That of the longest, `awaiting-approval`. */
const STATUS_WIDTH = 17;
const CHANGE_KINDS: readonly ChangeKind[] = ['create', 'update', 'restore', 'upload', 'archive', 'delete'];
const ALWAYS_SHOWN: ReadonlySet<ChangeKind> = new Set(['create', 'update', 'archive']);

interface RunsOptions extends CommonOptions {
  readonly limit?: string;
  readonly all?: boolean;
  readonly file?: string;
}

export function addRuns(program: Command): void {
  program
    .command('runs')
    .description('the runs, newest first')
    .option('--limit <n>', 'how many', String(RUNS_SHOWN_DEFAULT))
    .option('--json', 'JSON lines')
    .addHelpText('after', '\nExample:\n  ninja-sync runs --limit 5')
    .action(action(runs));
  program
    .command('show')
    .description("one run's changes and outcomes")
    .argument('<run>', 'number of the run')
    .option('--all', 'every change, however many')
    .option('--json', 'JSON lines')
    .addHelpText('after', '\nExample:\n  ninja-sync show 7')
    .action(action(show));
  program
    .command('rejects')
    .description('the rejected rows as a CSV with reasons, ready to be corrected and fed in again')
    .argument('<run>', 'number of the run')
    .option('--file <name>', 'the input file, when several have rejects')
    .addHelpText(
      'after',
      `
Correct the rows, keep the header, and run the file with the same job. The ninja_sync columns are ignored as values and
mark the file as a part of the export: nobody counts as missing because of it.

Example:
  ninja-sync rejects 7 > rejects.csv
  ninja-sync run rejects.csv --job hubspot-nightly`,
    )
    .action(action(rejects));
}

async function runs(session: Session, options: RunsOptions): Promise<number> {
  const store = await useStore(session);
  const limit = Number(options.limit);
  if (!Number.isSafeInteger(limit) || limit < 1)
    throw new SyncError('usage', `--limit ${options.limit}: a whole number from 1 is needed.`);
  const list = await store.listRuns(limit);
  for (const run of list) {
    if (session.io.json) {
      session.io.emit({ ...summaryOf(run), type: 'run', createdAt: run.createdAt, files: run.files });
      continue;
    }
    session.io.print(describeRun(run));
  }
  if (session.io.json) session.io.emit({ type: 'summary', runs: list.length });
  else if (list.length === 0) session.io.talk('No run yet. Start with: ninja-sync plan FILE --job JOB');
  else session.io.talk(`Next: ninja-sync show ${list[0]?.id}`);
  return EXIT_DONE;
}

function describeRun(run: Run): string {
  const { id, createdAt, undoes, request, stop, prunedAt } = run;
  const asked = `${request === null ? '' : ` (${request.origin})`}${prunedAt === null ? '' : ' (pruned)'}`;
  const what = `${undoes === null ? namesOf(run).join(', ') : `undoes run ${undoes}`}${asked}`;
  const status = stop === null ? run.status : `${run.status}, to ${stop}`;
  const when = showTime(createdAt);
  return `${String(id).padStart(5)}  ${when}  ${status.padEnd(STATUS_WIDTH)}  ${nameJob(run).padEnd(20)}  ${describeCounts(run).padEnd(28)}  ${what}`;
}

/** The names of what it read, or is to read. */
function namesOf({ files, request }: Run): readonly string[] {
  return files.length > 0 ? files.map((file) => file.name) : (request?.paths ?? []).map((file) => path.basename(file));
}

function describeCounts({ summary }: Run): string {
  if (summary === null) return '';
  const { counts } = summary;
  const changes = CHANGE_KINDS.filter((kind) => ALWAYS_SHOWN.has(kind) || counts[kind] > 0).map(
    (kind) => `${SIGNS[kind]}${counts[kind]}`,
  );
  const remarks = [
    [counts.rejectedRows, 'rejected'],
    [counts.conflicts, counts.conflicts === 1 ? 'conflict' : 'conflicts'],
    [counts.absent, 'absent'],
  ].flatMap(([count, word]) => (count === 0 && word !== 'rejected' ? [] : [`${count} ${word}`]));
  return [changes.join(' '), ...remarks].join(', ');
}

async function show(session: Session, options: RunsOptions, [id = '']: readonly string[]): Promise<number> {
  const store = await useStore(session);
  const run = await bringReport(session, store, await findRun(store, id));
  await showRun(session.io, store, run, { all: options.all === true });
  tellNext(session, run, await store.findLaterApplied(run));
  return await readExitCode(store, run);
}

async function rejects(session: Session, options: RunsOptions, [id = '']: readonly string[]): Promise<number> {
  const store = await useStore(session);
  const run = await findRun(store, id);
  const hasAny = (run.summary?.counts.rejectedRows ?? 0) > 0;
  if (hasAny) checkKept(run);
  const files = await useFiles(session, store);
  const fetched = await mkdtemp(path.join(tmpdir(), 'ninja-sync-rejects-'));
  session.defer(() => rm(fetched, { recursive: true, force: true }));
  const existing: { name: string; path: string }[] = [];
  for (const [index, file] of run.files.entries()) {
    if (options.file !== undefined && options.file !== file.name) continue;
    const here = { store, files, dataDir: session.config.dataDir };
    const found = await locateRejects(here, run, rejectsPath('', index), fetched);
    if (found !== null) existing.push({ name: file.name, path: found });
  }
  const [chosen] = existing;
  if (chosen === undefined) {
    if (options.file === undefined && hasAny) throw await rejectsElsewhere(store, run);
    session.io.talk(`Run ${run.id} has no rejects${options.file === undefined ? '' : ` in ${options.file}`}.`);
    return EXIT_DONE;
  }
  if (existing.length > 1) {
    throw new SyncError(
      'usage',
      `Run ${run.id} has rejects in several files: ${existing.map((file) => file.name).join(', ')}.`,
      {
        hint: `Take one at a time: ninja-sync rejects ${run.id} --file ${chosen.name}`,
      },
    );
  }
  for await (const chunk of createReadStream(chosen.path)) session.io.write(chunk as Buffer);
  session.io.talk(
    `Rejected rows of ${chosen.name}. Correct them and keep the header with the ninja_sync columns: they say that the file is not the whole export, so nobody who is not in it counts as missing.\nNext: ninja-sync run rejects.csv --job ${run.job}`,
  );
  return EXIT_DONE;
}

async function rejectsElsewhere(store: Store, run: Run): Promise<SyncError> {
  const isStored = (await store.listRunFiles(run.id)).some(({ role }) => role === 'rejects');
  const hint = isStored
    ? 'They are in the file store of the workers: set FILES_URL here as it is there.'
    : `They are in ${run.folder ?? 'DATA_DIR'} of the machine that planned the run; "ninja-sync show ${run.id}" tells of them.`;
  return new SyncError('file-missing', `The rejects of run ${run.id} are not on this machine.`, { hint });
}
