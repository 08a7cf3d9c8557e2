/** `ninja-sync approve RUN`, `reject RUN`: what a person says to a plan that a worker put before them. */

import { Option } from 'commander';
import type { Command } from 'commander';
import { GUARDS } from '../../plan/guards.js';
import { approveRun, rejectRun } from '../../worker/control.js';
import { EXIT_DONE, action, findRun, useStore } from '../command.js';
import type { CommonOptions, Session } from '../command.js';
import { tellWorkers } from '../queue.js';
import { summaryOf } from '../show-run.js';

interface ApproveOptions extends CommonOptions {
  readonly allow?: readonly string[];
  readonly reason?: string;
}

export function addApprove(program: Command): void {
  program
    .command('approve')
    .description('a plan that waits for a person may be carried out')
    .argument('<run>', 'number of the run')
    .addOption(new Option('--allow <guard...>', 'let this guard pass once; all that the plan crosses').choices(GUARDS))
    .option('--json', 'JSON lines')
    .addHelpText(
      'after',
      `
Look at the plan first: ninja-sync show RUN. A worker carries out that plan. When it is older than the job allows, or
its file is another one by now, it is made again; should it come out otherwise, it waits for you again.

Example:
  ninja-sync approve 7
  ninja-sync approve 7 --allow archive`,
    )
    .action(action(approve));
  program
    .command('reject')
    .description('a plan that waits for a person is not wanted; nothing of it is sent')
    .argument('<run>', 'number of the run')
    .option('--reason <text>', 'why, for those who look at the run later')
    .option('--json', 'JSON lines')
    .addHelpText('after', '\nExample:\n  ninja-sync reject 7 --reason "last month\'s export"')
    .action(action(reject));
}

async function approve(session: Session, options: ApproveOptions, [id = '']: readonly string[]): Promise<number> {
  const { io } = session;
  const store = await useStore(session);
  const run = await approveRun(store, await findRun(store, id), options.allow ?? []);
  // Where somebody paused it as well, it waits until it is resumed.
  const isTold = run.stop === null && (await tellWorkers(session, run));
  if (io.json) io.emit({ ...summaryOf(run), queued: isTold });
  else io.print(`Run ${run.id} is approved: a worker carries its plan out.`);
  io.talk(
    run.stop === null
      ? `Next: ninja-sync status ${run.id} --watch`
      : `It is paused, though. Next: ninja-sync resume ${run.id}`,
  );
  return EXIT_DONE;
}

async function reject(session: Session, options: ApproveOptions, [id = '']: readonly string[]): Promise<number> {
  const { io } = session;
  const store = await useStore(session);
  const run = await rejectRun(store, await findRun(store, id), options.reason ?? null);
  if (io.json) io.emit(summaryOf(run));
  else io.print(`Run ${run.id} is rejected: nothing of it is sent.`);
  return EXIT_DONE;
}
