/** `ninja-sync pause`, `resume`, `cancel`: stop a run between two changes, go on with it, end it. */

import type { Command } from 'commander';
import { SyncError } from '../../errors.js';
import { applyRun } from '../../run/apply-run.js';
import type { RunStatus } from '../../run/status.js';
import type { Run, Store } from '../../run/store.js';
import { cancelRun, pauseRun, resumeRun } from '../../worker/control.js';
import { addSendOptions, readSendOptions } from '../apply-options.js';
import type { SendOptions } from '../apply-options.js';
import { carryOut, tellNext } from '../carry-out.js';
import { EXIT_DONE, action, findRun, useContext, useStore, useTargetOf } from '../command.js';
import type { CommonOptions, Session } from '../command.js';
import { tellWorkers, withQueue } from '../queue.js';
import { describeStop } from '../show-request.js';
import { summaryOf } from '../show-run.js';

interface AllOption {
  readonly all?: boolean;
}

type ResumeOptions = SendOptions & AllOption & { readonly here?: boolean };

export function addPause(program: Command): void {
  program
    .command('pause')
    .description('stop a run of a worker between two changes, until it is resumed')
    .argument('[run]', 'number of the run')
    .option('--all', 'instead: workers take no run at all; those under way go on')
    .option('--json', 'JSON lines')
    .addHelpText('after', '\nExample:\n  ninja-sync pause 7\n  ninja-sync pause --all')
    .action(action(pause));
  addSendOptions(
    program
      .command('resume')
      .description('go on with a run that was paused or stopped, that failed or whose process died')
      .argument('[run]', 'number of the run')
      .option('--all', 'workers take runs again after "pause --all"')
      .option('--here', 'carry a run of a worker out in this process'),
  )
    .addHelpText(
      'after',
      `
What is done is not sent again. A change that was under way when the process died is looked up at the target first. A
run of a worker (schedule, drop, enqueue) goes back to the workers; any other is carried out here.

Example:
  ninja-sync resume 7
  ninja-sync resume 7 --wait 10m`,
    )
    .action(action(resume));
  program
    .command('cancel')
    .description('end a run between two changes; what was sent stays')
    .argument('<run>', 'number of the run')
    .option('--json', 'JSON lines')
    .addHelpText('after', '\nExample:\n  ninja-sync cancel 7')
    .action(action(cancel));
}

async function pause(session: Session, options: CommonOptions & AllOption, [id]: readonly string[]): Promise<number> {
  const { io } = session;
  if (options.all === true) return await pauseAll(session, id);
  const store = await useStore(session);
  const run = await pauseRun(store, await findRun(store, needRun(id)));
  if (io.json) io.emit(summaryOf(run));
  else io.print(`Run ${run.id} (${run.status}): ${describeStop(run)}`);
  io.talk(`Next: ninja-sync resume ${run.id}`);
  return EXIT_DONE;
}

async function pauseAll(session: Session, id: string | undefined): Promise<number> {
  const { io } = session;
  needNoRun(id);
  await withQueue(session, (queue) => queue.pause());
  if (io.json) io.emit({ type: 'summary', paused: true });
  else io.print('The queue is paused: workers take no run. Runs that are under way go on.');
  io.talk('Next: ninja-sync resume --all');
  return EXIT_DONE;
}

async function cancel(session: Session, _options: CommonOptions, [id]: readonly string[]): Promise<number> {
  const { io } = session;
  const store = await useStore(session);
  const run = await cancelRun(store, await findRun(store, needRun(id)));
  if (io.json) io.emit(summaryOf(run));
  else if (run.status === 'cancelled') io.print(`Run ${run.id} is cancelled. ${run.message ?? ''}`);
  else io.print(`Run ${run.id} (${run.status}): ${describeStop(run)}`);
  io.talk(run.status === 'cancelled' ? `Next: ninja-sync show ${run.id}` : `Next: ninja-sync status ${run.id} --watch`);
  return EXIT_DONE;
}

async function resume(session: Session, options: ResumeOptions, [id]: readonly string[]): Promise<number> {
  if (options.all === true) return await resumeAll(session, id);
  const send = readSendOptions(options);
  const store = await useStore(session);
  const run = await findRun(store, needRun(id));
  if (run.status === 'done') {
    session.io.talk(`Run ${run.id} is done: nothing of it is left to send.`);
    if (session.io.json) session.io.emit(summaryOf(run));
    tellNext(session, run);
    return EXIT_DONE;
  }
  if (run.request !== null && options.here !== true) return await giveToWorkers(session, store, run, send.allow);
  checkBegun(run);
  const target = await useTargetOf(session, run);
  const resumed = run.stop === null ? run : await resumeRun(store, run);
  const context = await useContext(session, store);
  return await carryOut(session, store, resumed, () => applyRun(context, target, resumed, send));
}

async function giveToWorkers(session: Session, store: Store, run: Run, allow: readonly string[]): Promise<number> {
  const { io } = session;
  const resumed = await resumeRun(store, run, allow);
  const isTold = await tellWorkers(session, resumed);
  if (io.json) io.emit({ ...summaryOf(resumed), queued: isTold });
  else io.print(`Run ${run.id} (${resumed.status}): a worker goes on with it.`);
  io.talk(`Next: ninja-sync status ${run.id} --watch`);
  return EXIT_DONE;
}

async function resumeAll(session: Session, id: string | undefined): Promise<number> {
  const { io } = session;
  needNoRun(id);
  await withQueue(session, (queue) => queue.resume());
  if (io.json) io.emit({ type: 'summary', paused: false });
  else io.print('Workers take runs again.');
  io.talk('Next: ninja-sync status');
  return EXIT_DONE;
}

/** From these there is no rest to go on with: they were never begun. */
const NOT_BEGUN: ReadonlySet<RunStatus> = new Set(['queued', 'reading', 'planned', 'awaiting-approval', 'breached']);

/** @throws SyncError `run-not-appliable` */
function checkBegun({ id, status, summary }: Run): void {
  if (!NOT_BEGUN.has(status)) return;
  throw new SyncError('run-not-appliable', `Run ${id} is ${status}: nothing of it was sent so far.`, {
    hint: summary === null ? 'Plan again: ninja-sync plan FILE --job JOB' : `Begin: ninja-sync apply ${id}`,
  });
}

function needRun(id: string | undefined): string {
  if (id !== undefined) return id;
  throw new SyncError('usage', 'Which run? Nobody said its number.', {
    hint: 'See which there are: ninja-sync status',
  });
}

function needNoRun(id: string | undefined): void {
  if (id === undefined) return;
  throw new SyncError('usage', `--all is about the whole queue, "${id}" is one run.`, { hint: 'Give one of the two.' });
}
