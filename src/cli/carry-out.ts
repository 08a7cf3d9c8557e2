/** A run carried out and shown: what became of it, what comes next, and the exit code; also when it stops in the middle. */

import { SyncError } from '../errors.js';
import type { Job } from '../job/schema.js';
import { nextSteps } from '../run/report/next.js';
import type { Run, Store } from '../run/store.js';
import { readExitCode } from './command.js';
import type { Session } from './command.js';
import { showError } from './io.js';
import { showRun } from './show-run.js';
import { tellRun } from './tell.js';

export interface CarryOutOptions {
  /** Nobody has seen the plan yet: it is shown also when nothing of it is sent. */
  readonly showsPlan?: boolean;
  /** Where it is known. */
  readonly job?: Job;
  /** After the run and before it is shown; what it returns is the last word. */
  readonly verify?: (done: Run) => Promise<{ readonly remaining: number; readonly sentence: string }>;
}

/** @param send applies, resumes or retries the run */
export async function carryOut(
  session: Session,
  store: Store,
  run: Run,
  send: () => Promise<Run>,
  options: CarryOutOptions = {},
): Promise<number> {
  let done: Run;
  try {
    done = await send();
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    return await showStop(session, store, run, error, options);
  }
  const verified = await options.verify?.(done);
  await showRun(session.io, store, done, { all: false });
  if (verified !== undefined) session.io.talk(verified.sentence);
  tellNext(session, done);
  await tellRun(session, store, done, options.job);
  const code = await readExitCode(store, done);
  return (verified?.remaining ?? 0) > 0 && code === 0 ? 1 : code;
}

async function showStop(
  session: Session,
  store: Store,
  run: Run,
  error: SyncError,
  options: CarryOutOptions,
): Promise<number> {
  const now = (await store.findRun(run.id)) ?? run;
  const stopped = error.code !== 'target-busy' && now.updatedAt !== run.updatedAt;
  if (stopped || options.showsPlan === true) await showRun(session.io, store, now, { all: false });
  const code = showError(session.io, error);
  if (stopped) tellNext(session, now);
  await tellRun(session, store, run, options.job);
  return code;
}

/** A command at the end of a sentence loses the full stop: people copy it. @param later the run that overtook it */
export function tellNext({ io }: Session, run: Run, later?: Run): void {
  for (const step of nextSteps(run, [], later)) io.talk(`Next: ${step.replace(/`\.$/, '').replaceAll('`', '')}`);
  if (run.folder !== null) io.talk(`Report: ${run.folder}/report.html`);
}
