/** `ninja-sync apply RUN`, `resume RUN`, `retry RUN`: carry out a stored plan, the rest of one, or what failed of one. */

import type { Command } from 'commander';
import { SyncError } from '../../errors.js';
import { applyRun } from '../../run/apply-run.js';
import { retryRun } from '../../run/retry-run.js';
import type { RunStatus } from '../../run/status.js';
import { addSendOptions, readSendOptions } from '../apply-options.js';
import type { SendOptions } from '../apply-options.js';
import { carryOut, tellNext } from '../carry-out.js';
import { EXIT_DONE, action, findRun, useContext, useStore, useTargetOf } from '../command.js';
import type { Session } from '../command.js';
import { summaryOf } from '../show-run.js';

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
      .command('resume')
      .description('go on with a run that was stopped, that failed or whose process died')
      .argument('<run>', 'number of the run'),
  )
    .addHelpText(
      'after',
      `
What is done is not sent again. A change that was under way when the process died is looked up at the target first.

Example:
  ninja-sync resume 7
  ninja-sync resume 7 --wait 10m`,
    )
    .action(action(resume));
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
  return await carryOut(session, store, run, () => applyRun(useContext(session, store), target, run, send));
}

/** From these there is no rest to go on with: they were never begun. */
const NOT_BEGUN: ReadonlySet<RunStatus> = new Set(['queued', 'reading', 'planned', 'awaiting-approval', 'breached']);

async function resume(session: Session, options: SendOptions, [id = '']: readonly string[]): Promise<number> {
  const send = readSendOptions(options);
  const store = await useStore(session);
  const run = await findRun(store, id);
  if (run.status === 'done') {
    session.io.talk(`Run ${run.id} is done: nothing of it is left to send.`);
    if (session.io.json) session.io.emit(summaryOf(run));
    tellNext(session, run);
    return EXIT_DONE;
  }
  if (NOT_BEGUN.has(run.status)) {
    throw new SyncError('run-not-appliable', `Run ${run.id} is ${run.status}: nothing of it was sent so far.`, {
      hint: run.summary === null ? 'Plan again: ninja-sync plan FILE --job JOB' : `Begin: ninja-sync apply ${run.id}`,
    });
  }
  const target = await useTargetOf(session, run);
  return await carryOut(session, store, run, () => applyRun(useContext(session, store), target, run, send));
}

async function retry(session: Session, options: SendOptions, [id = '']: readonly string[]): Promise<number> {
  const send = readSendOptions(options);
  const store = await useStore(session);
  const run = await findRun(store, id);
  const target = await useTargetOf(session, run);
  return await carryOut(session, store, run, () => retryRun(useContext(session, store), target, run, send));
}
