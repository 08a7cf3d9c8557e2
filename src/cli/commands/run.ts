/** `ninja-sync run FILE… --job J`: plan, guards, apply, verify, report in one go. */

import type { Command } from 'commander';
import { applyRun } from '../../run/apply-run.js';
import { isFetched } from '../../job/fetched.js';
import { jobFiles } from '../../job/files.js';
import { planRun } from '../../run/plan-run.js';
import { countRemaining } from '../../run/verify-run.js';
import type { Run } from '../../run/store.js';
import { inSpan } from '../../tracing.js';
import { addSendOptions, readSendOptions } from '../apply-options.js';
import type { SendOptions } from '../apply-options.js';
import { carryOut } from '../carry-out.js';
import { action, readOverrides, useContext, useJob, useStore, useTarget } from '../command.js';
import type { Session } from '../command.js';
import { tellUnplanned } from '../tell.js';

export function addRun(program: Command): void {
  addSendOptions(
    program
      .command('run')
      .description('plan, check the guards, apply, verify by planning again, report')
      .argument('[file...]', "by default the job's source.files")
      .requiredOption('--job <name>', 'a job file (name in jobs/, or a path)'),
    'the job',
  )
    .option('--encoding <name>', 'instead of the detected one')
    .option('--delimiter <char>', 'instead of the detected one: , ; | or tab')
    .option('--sheet <name>', 'of a workbook: instead of the first one with a table')
    .addHelpText(
      'after',
      '\nExample:\n  ninja-sync run exports/companies.csv exports/contacts.csv --job hubspot-nightly',
    )
    .action(action(runJob));
}

async function runJob(session: Session, options: SendOptions, given: readonly string[]): Promise<number> {
  const send = readSendOptions(options);
  const job = await useJob(session, options);
  const fetches = given.length === 0 && isFetched(job);
  const overrides = readOverrides(options);
  const store = await useStore(session);
  const startedAt = new Date().toISOString();
  const prepare = async () => {
    const named = given.length > 0 || fetches ? given : await jobFiles(job);
    const target = await useTarget(session, job);
    return { named, target, context: await useContext(session, store) };
  };
  const unplanned = async (error: unknown): Promise<never> => {
    await tellUnplanned(session, store, job, startedAt, error);
    throw error;
  };
  const { named, target, context } = await prepare().catch(unplanned);
  const plan = async (paths: readonly string[]): Promise<Run> =>
    await planRun(context, target, job, paths, overrides).catch(unplanned);
  const finish = (planned: Run, paths: readonly string[]): Promise<number> =>
    carryOut(session, store, planned, () => applyRun(context, target, planned, send), {
      showsPlan: true,
      job,
      verify: async () => {
        const remaining = await inSpan('verify', () => countRemaining(context, target, job, paths, overrides));
        const sentence =
          remaining > 0
            ? `Verified: planning again finds ${remaining} changes that are left. Look at the report.`
            : 'Verified: planning the same files again finds nothing left to do.';
        return { remaining, sentence };
      },
    });
  if (!fetches) return await finish(await plan(named), named);
  // Loaded here: other commands start faster without it.
  const { runFetched } = await import('../fetched-files.js');
  return await runFetched(session, store, job, { plan, carryOut: finish });
}
