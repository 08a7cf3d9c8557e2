/** `ninja-sync run FILE… --job J`: plan, guards, apply, verify, report in one go. */

import { Option } from 'commander';
import type { Command } from 'commander';
import { GUARDS } from '../../plan/guards.js';
import { SyncError } from '../../errors.js';
import { applyRun } from '../../run/apply-run.js';
import { planRun } from '../../run/plan-run.js';
import { countRemaining } from '../../run/verify-run.js';
import { EXIT_FAILED, action, exitCodeOf, readOverrides, useContext, useJob, useStore, useTarget } from '../command.js';
import type { CommonOptions, Session } from '../command.js';
import { inputFiles } from '../files.js';
import { showRun } from '../show-run.js';
import { tellNext } from './plan.js';

interface RunOptions extends CommonOptions {
  readonly allow?: readonly string[];
}

export function addRun(program: Command): void {
  program
    .command('run')
    .description('plan, check the guards, apply, verify by planning again, report')
    .argument('[file...]', "by default the job's source.files")
    .requiredOption('--job <name>', 'a job file (name in jobs/, or a path)')
    .addOption(new Option('--allow <guard...>', 'let this guard pass once').choices(GUARDS))
    .option('--url <url>', 'the Invoice Ninja server (else NINJA_URL, else the job)')
    .option('--token <token>', 'its API token (better: NINJA_TOKEN or NINJA_TOKEN_FILE)')
    .option('--json', 'JSON lines')
    .option('--encoding <name>', 'instead of the detected one')
    .option('--delimiter <char>', 'instead of the detected one: , ; | or tab')
    .addHelpText(
      'after',
      '\nExample:\n  ninja-sync run exports/companies.csv exports/contacts.csv --job hubspot-nightly',
    )
    .action(action(runJob));
}

async function runJob(session: Session, options: RunOptions, given: readonly string[]): Promise<number> {
  const job = await useJob(session, options);
  const paths = await inputFiles(job, given);
  const overrides = readOverrides(options);
  const store = await useStore(session);
  const target = await useTarget(session, job);
  const context = useContext(session, store);
  const planned = await planRun(context, target, job, paths, overrides);
  let done = planned;
  try {
    done = await applyRun(context, target, planned, {
      allow: options.allow ?? [],
      concurrency: job.target.concurrency,
    });
  } catch (error) {
    if (error instanceof SyncError)
      await showRun(session.io, store, (await store.findRun(planned.id)) ?? planned, { all: false });
    throw error;
  }
  const remaining = await countRemaining(context, target, job, paths, overrides);
  await showRun(session.io, store, done, { all: false });
  if (remaining > 0)
    session.io.talk(`Verified: planning again finds ${remaining} changes that are left. Look at the report.`);
  else session.io.talk('Verified: planning the same files again finds nothing left to do.');
  tellNext(session, done);
  const code = exitCodeOf(done);
  return remaining > 0 && code === 0 ? EXIT_FAILED : code;
}
