/** `ninja-sync plan FILE… --job J`: reads file and target, shows and stores the plan; writes nothing to the target. */

import type { Command } from 'commander';
import { discardRun } from '../../notify/collect.js';
import { planRun } from '../../run/plan-run.js';
import { tellNext } from '../carry-out.js';
import { action, exitCodeOf, readOverrides, useContext, useJob, useStore, useTarget } from '../command.js';
import type { CommonOptions, Session } from '../command.js';
import { inputFiles } from '../files.js';
import { showRun } from '../show-run.js';

interface PlanOptions extends CommonOptions {
  readonly all?: boolean;
}

export function addPlan(program: Command): void {
  program
    .command('plan')
    .description('what would change at the target, field by field and contact by contact; writes nothing')
    .argument('[file...]', "by default the job's source.files")
    .requiredOption('--job <name>', 'a job file (name in jobs/, or a path)')
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
      '\nExample:\n  ninja-sync plan exports/companies.csv exports/contacts.csv --job hubspot-nightly',
    )
    .action(action(plan));
}

async function plan(session: Session, options: PlanOptions, given: readonly string[]): Promise<number> {
  const job = await useJob(session, options);
  const store = await useStore(session);
  const paths = await inputFiles(session, store, job, given);
  const target = await useTarget(session, job);
  const run = await planRun(await useContext(session, store), target, job, paths, readOverrides(options));
  await discardRun(store, run.id);
  await showRun(session.io, store, run, { all: options.all === true });
  if (target.access.writes === false)
    session.io.talk('This token may only read: applying needs one of a user who may create and edit all clients.');
  tellNext(session, run);
  return exitCodeOf(run);
}
