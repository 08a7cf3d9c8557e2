/** `ninja-sync undo RUN`: the way back from a run, as a plan that is looked at and applied like any other. */

import type { Command } from 'commander';
import { discardRun } from '../../notify/collect.js';
import { applyRun } from '../../run/apply-run.js';
import { undoRun } from '../../run/undo-run.js';
import { addSendOptions, readSendOptions } from '../apply-options.js';
import type { SendOptions } from '../apply-options.js';
import { carryOut, tellNext } from '../carry-out.js';
import { action, exitCodeOf, findRun, useContext, useStore, useTargetOf } from '../command.js';
import type { Session } from '../command.js';
import { showRun } from '../show-run.js';

interface UndoOptions extends SendOptions {
  readonly apply?: boolean;
  readonly all?: boolean;
}

export function addUndo(program: Command): void {
  addSendOptions(
    program
      .command('undo')
      .description('plan the way back from a run: clients as they were before it; writes nothing without --apply')
      .argument('<run>', 'number of the run that was applied, wholly or in part')
      .option('--apply', 'carry the plan out at once, unless a guard stops it')
      .option('--all', 'show every change, however many'),
  )
    .addHelpText(
      'after',
      `
Updates are set back, created clients are archived, archived and deleted ones are restored. What somebody changed in
Invoice Ninja since is shown and left alone.

Example:
  ninja-sync undo 7
  ninja-sync undo 7 --apply`,
    )
    .action(action(undo));
}

async function undo(session: Session, options: UndoOptions, [id = '']: readonly string[]): Promise<number> {
  const send = readSendOptions(options);
  const store = await useStore(session);
  const run = await findRun(store, id);
  const target = await useTargetOf(session, run);
  const context = await useContext(session, store);
  const planned = await undoRun(context, target, run);
  if (options.apply === true)
    return await carryOut(session, store, planned, () => applyRun(context, target, planned, send), { showsPlan: true });
  await discardRun(store, planned.id);
  await showRun(session.io, store, planned, { all: options.all === true });
  tellNext(session, planned);
  return exitCodeOf(planned);
}
