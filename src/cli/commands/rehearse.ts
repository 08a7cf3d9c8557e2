/** `ninja-sync rehearse FILE… --job J`: what `run` would do, done to a copy of the real target; nothing is written there. */

import { Option } from 'commander';
import type { Command } from 'commander';
import { GUARDS } from '../../plan/guards.js';
import { SyncError } from '../../errors.js';
import { applyRun } from '../../run/apply-run.js';
import { planRun } from '../../run/plan-run.js';
import { openRehearsal } from '../../run/rehearse.js';
import type { Rehearsal } from '../../run/rehearse.js';
import type { Run } from '../../run/store.js';
import { countRemaining } from '../../run/verify-run.js';
import {
  EXIT_FAILED,
  action,
  readExitCode,
  readOverrides,
  useContext,
  useJob,
  useStore,
  useTarget,
} from '../command.js';
import type { CommonOptions, Session } from '../command.js';
import { inputFiles } from '../files.js';
import { showRun } from '../show-run.js';

interface RehearseOptions extends CommonOptions {
  readonly all?: boolean;
  readonly allow?: readonly string[];
}

export function addRehearse(program: Command): void {
  program
    .command('rehearse')
    .description(
      'copy the target into a sandbox and run there: plan, apply, verify, report; writes nothing to the target',
    )
    .argument('[file...]', "by default the job's source.files")
    .requiredOption('--job <name>', 'a job file (name in jobs/, or a path)')
    .addOption(new Option('--allow <guard...>', 'let this guard pass once').choices(GUARDS))
    .option('--url <url>', 'the Invoice Ninja server (else NINJA_URL, else the job)')
    .option('--target <name>', 'a target of targets.yaml')
    .option('--token <token>', 'its API token (better: NINJA_TOKEN or NINJA_TOKEN_FILE)')
    .option('--all', 'show every change, however many')
    .option('--json', 'JSON lines')
    .option('--encoding <name>', 'instead of the detected one')
    .option('--delimiter <char>', 'instead of the detected one: , ; | or tab')
    .option('--sheet <name>', 'of a workbook: instead of the first one with a table')
    .addHelpText(
      'after',
      `
Its runs and reports are in DATA_DIR/rehearsals, apart from the real ones.

Example:
  ninja-sync rehearse exports/companies.csv exports/contacts.csv --job hubspot-nightly`,
    )
    .action(action(rehearse));
}

async function rehearse(session: Session, options: RehearseOptions, given: readonly string[]): Promise<number> {
  const { io } = session;
  const job = await useJob(session, options);
  const overrides = readOverrides(options);
  const store = await useStore(session);
  const paths = await inputFiles(session, store, job, given);
  const real = await useTarget(session, job);
  const { concurrency } = job.target;
  const rehearsal = await openRehearsal(await useContext(session, store), real, { name: job.name, concurrency });
  session.defer(() => rehearsal.close());
  const { context, target } = rehearsal;
  const show = async (run: Run, remaining: number | null): Promise<void> => {
    if (io.json) io.emit(describe(rehearsal, real.ninja.url, run, remaining));
    await showRun(io, context.store, run, { all: options.all === true });
    tell(session, rehearsal, real.ninja.url, run);
  };

  const planned = await planRun(context, target, job, paths, overrides);
  let done = planned;
  try {
    done = await applyRun(context, target, planned, { allow: options.allow ?? [] });
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    await show((await context.store.findRun(planned.id)) ?? planned, null);
    if (error.code !== 'guard-breached') throw error;
    throw new SyncError('guard-breached', error.message, {
      hint: 'The real run would stop here. To see what comes behind it, add --allow with the name of the guard.',
    });
  }
  const remaining = await countRemaining(context, target, job, paths, overrides);
  await show(done, remaining);
  if (remaining > 0) io.talk(`Planning again finds ${remaining} changes that are left. Look at the report.`);
  else io.talk('Planning the same files again finds nothing left to do.');
  const code = await readExitCode(context.store, done);
  return remaining > 0 && code === 0 ? EXIT_FAILED : code;
}

function describe({ copied }: Rehearsal, source: string, run: Run, remaining: number | null) {
  const { requests = null, minutes = null, requestsPerMinute = null } = run.summary ?? {};
  return {
    type: 'rehearsal',
    source,
    copied,
    requests,
    minutes,
    requestsPerMinute,
    remaining,
    report: run.folder === null ? null : `${run.folder}/report.html`,
  };
}

function tell({ io }: Session, rehearsal: Rehearsal, source: string, run: Run): void {
  const { summary } = run;
  io.talk(`\nRehearsed on a copy of ${rehearsal.copied} clients of ${source}. Nothing was written there.`);
  if (summary !== null) {
    const { requests, minutes, requestsPerMinute } = summary;
    const time =
      minutes === null || requestsPerMinute === null
        ? 'the server announces no limit'
        : `about ${minutes} minutes at ${requestsPerMinute} a minute`;
    io.talk(`For real: ${requests} requests, ${time}.`);
  }
  if (run.folder !== null) io.talk(`Report: ${run.folder}/report.html`);
  io.talk(`Look again: DATA_DIR=${rehearsal.context.dataDir} ninja-sync show ${run.id}`);
}
