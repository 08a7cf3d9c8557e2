/** `ninja-sync apply RUN`, `retry RUN`: carry out a stored plan, or what failed of one. */

import type { Command } from 'commander';
import { applyRun } from '../../run/apply-run.js';
import { retryRun } from '../../run/retry-run.js';
import { addSendOptions, readSendOptions } from '../apply-options.js';
import type { SendOptions } from '../apply-options.js';
import { carryOut } from '../carry-out.js';
import { action, findRun, useContext, useStore, useTargetOf } from '../command.js';
import type { Session } from '../command.js';

export function addApply(program: Command): void {
  addSendOptions(
    program
      .command('apply')
      .description('carry out a stored plan, and only that')
      .argument('<run>', 'number of the run that plan or undo printed'),
  )
    .addHelpText('after', '\nExample:\n  ninja-sync apply 7\n  ninja-sync apply 7 --allow archive')
    .action(action(apply));
  addSendOptions(
    program
      .command('retry')
      .description('send the changes of a run again that failed or that the server refused')
      .argument('<run>', 'number of the run'),
  )
    .addHelpText('after', '\nExample:\n  ninja-sync retry 7')
    .action(action(retry));
}

async function apply(session: Session, options: SendOptions, [id = '']: readonly string[]): Promise<number> {
  const send = readSendOptions(options);
  const store = await useStore(session);
  const run = await findRun(store, id);
  const target = await useTargetOf(session, run);
  const context = await useContext(session, store);
  return await carryOut(session, store, run, () => applyRun(context, target, run, send));
}

async function retry(session: Session, options: SendOptions, [id = '']: readonly string[]): Promise<number> {
  const send = readSendOptions(options);
  const store = await useStore(session);
  const run = await findRun(store, id);
  const target = await useTargetOf(session, run);
  const context = await useContext(session, store);
  return await carryOut(session, store, run, () => retryRun(context, target, run, send));
}
