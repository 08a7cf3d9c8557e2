/** `ninja-sync apply RUN`: carries out a stored plan, and only that. */

import { Option } from 'commander';
import type { Command } from 'commander';
import { GUARDS } from '../../plan/guards.js';
import { applyRun } from '../../run/apply-run.js';
import { action, exitCodeOf, findRun, useContext, useStore, useTarget } from '../command.js';
import type { CommonOptions, Session } from '../command.js';
import { showRun } from '../show-run.js';
import { tellNext } from './plan.js';

const CONCURRENCY_DEFAULT = 4;

interface ApplyOptions extends CommonOptions {
  readonly allow?: readonly string[];
}

export function addApply(program: Command): void {
  program
    .command('apply')
    .description('carry out a stored plan, and only that')
    .argument('<run>', 'number of the run that plan printed')
    .addOption(new Option('--allow <guard...>', 'let this guard pass once').choices(GUARDS))
    .option('--url <url>', 'the Invoice Ninja server (else NINJA_URL, else the one that was planned for)')
    .option('--token <token>', 'its API token (better: NINJA_TOKEN or NINJA_TOKEN_FILE)')
    .option('--json', 'JSON lines')
    .addHelpText('after', '\nExample:\n  ninja-sync apply 7')
    .action(action(apply));
}

async function apply(session: Session, options: ApplyOptions, [id = '']: readonly string[]): Promise<number> {
  const store = await useStore(session);
  const run = await findRun(store, id);
  const config = { ...session.config, url: session.config.url ?? run.target };
  const target = await useTarget({ ...session, config }, null);
  const context = useContext(session, store);
  const done = await applyRun(context, target, run, { allow: options.allow ?? [], concurrency: CONCURRENCY_DEFAULT });
  await showRun(session.io, store, done, { all: false });
  tellNext(session, done);
  return exitCodeOf(done);
}
