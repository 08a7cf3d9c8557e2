#!/usr/bin/env node
/** The command line. One file a command; what they share is in `command.ts`. */

import { Command, CommanderError } from 'commander';
import { VERSION } from '../version.js';
import { EXIT_DONE, EXIT_USAGE } from './command.js';
import { addApply } from './commands/apply.js';
import { addApprove } from './commands/approve.js';
import { addClients } from './commands/clients.js';
import { addDemo } from './commands/demo.js';
import { addDoctor } from './commands/doctor.js';
import { addEnqueue } from './commands/enqueue.js';
import { addInit } from './commands/init.js';
import { addInspect } from './commands/inspect.js';
import { addNotify } from './commands/notify.js';
import { addPause } from './commands/pause.js';
import { addPlan } from './commands/plan.js';
import { addPrune } from './commands/prune.js';
import { addRecords } from './commands/records.js';
import { addRehearse } from './commands/rehearse.js';
import { addRows } from './commands/rows.js';
import { addRun } from './commands/run.js';
import { addRuns } from './commands/runs.js';
import { addSandbox } from './commands/sandbox.js';
import { addSchedule } from './commands/schedule.js';
import { addState } from './commands/state.js';
import { addStatus } from './commands/status.js';
import { addTargets } from './commands/targets.js';
import { addUndo } from './commands/undo.js';
import { addUnlock } from './commands/unlock.js';
import { addWorker } from './commands/worker.js';

const program = new Command('ninja-sync')
  .description(
    'Keeps the clients of an Invoice Ninja v5 company equal to a CSV or CRM export. Nothing is written that a plan did not show.',
  )
  .version(VERSION)
  .showSuggestionAfterError()
  .exitOverride()
  .addHelpText(
    'after',
    `
Exit codes: 0 done, 1 failed, 2 usage or configuration, 3 done with rejects, 4 stopped by a limit, 130 interrupted.
Environment: NINJA_URL, NINJA_TOKEN or NINJA_TOKEN_FILE, NINJA_SECRET, DATA_DIR (.ninja-sync), STATE_URL, JOBS_DIR (jobs), TARGETS_FILE (targets.yaml), NOTIFY_FILE, LOG_LEVEL;
with workers also FILES_URL (s3:, with S3_ENDPOINT and AWS_ACCESS_KEY_ID), REDIS_URL, REDIS_PREFIX, HEALTH_PORT, WORKER_CONCURRENCY; OTEL_EXPORTER_OTLP_ENDPOINT for traces.

Start here:
  ninja-sync inspect FILE        what the file is
  ninja-sync init FILE           write a job for it
  ninja-sync plan FILE --job J   what would change
  ninja-sync apply RUN           change it

Without anybody at the keyboard:
  ninja-sync worker              schedules, dropped files, and what is enqueued
  ninja-sync enqueue FILE --job J, status, pause RUN, cancel RUN
  ninja-sync approve RUN         a plan that waits for a person

When something went wrong:
  ninja-sync resume RUN          go on with a run that was stopped or died
  ninja-sync retry RUN           send again what failed
  ninja-sync undo RUN            plan the way back

What jobs keep no longer:
  ninja-sync prune               what would be deleted; --yes deletes it`,
  );

addInspect(program);
addRows(program);
addRecords(program);
addInit(program);
addPlan(program);
addApply(program);
addRun(program);
addUndo(program);
addUnlock(program);
addRehearse(program);
addWorker(program);
addEnqueue(program);
addSchedule(program);
addStatus(program);
addApprove(program);
addPause(program);
addRuns(program);
addClients(program);
addSandbox(program);
addPrune(program);
addState(program);
addNotify(program);
addDoctor(program);
addTargets(program);
addDemo(program);
for (const command of program.commands.flatMap((outer) => [outer, ...outer.commands])) command.exitOverride();

// Nobody reads any more (`| head`): that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT_DONE);
  throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  // Commander has said what is wrong already; help and version are no mistakes.
  process.exitCode = error.exitCode === 0 ? EXIT_DONE : EXIT_USAGE;
}
