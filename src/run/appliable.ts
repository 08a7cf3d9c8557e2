/** May this plan be sent, and how far has it come? Everything that is looked at before the first request of a push. */

import { createHash } from 'node:crypto';
import { SyncError } from '../errors.js';
import type { Change, Outcome, PlanSummary } from '../plan/change.js';
import type { Target } from './context.js';
import { PackedClients } from './state/packed-clients.js';
import type { RunStatus } from './status.js';
import { checkKept } from './run-pruned.js';
import type { Run, Store } from './store.js';

/** Whoever holds the target's lease and finds a run `pushing` or `verifying` knows that its process died. */
const APPLIABLE: ReadonlySet<RunStatus> = new Set([
  'planned',
  'awaiting-approval',
  'breached',
  'interrupted',
  'failed',
  'pushing',
  'verifying',
]);
/** Their failed changes can be sent again. */
const RETRIABLE: ReadonlySet<RunStatus> = new Set(['done', 'interrupted', 'failed', 'pushing', 'verifying']);

/** How far a run has come, from its journal. */
export interface Survey {
  readonly done: number;
  readonly failed: number;
  /** `seq` of changes that failed or were refused. */
  readonly refused: readonly number[];
  /** Something was about to be sent, or was. */
  readonly isBegun: boolean;
  /** Clients that the run certainly wrote. */
  readonly own: PackedClients;
}

/**
 * Checks what a person can mend before anything is sent.
 *
 * @throws SyncError `run-pruned`, `run-not-appliable`, `guard-breached`, `plan-digest-mismatch`, `target-permission`
 */
export async function checkAppliable(
  store: Store,
  run: Run,
  target: Target,
  { allow, retries }: { readonly allow: readonly string[]; readonly retries: boolean },
): Promise<{ readonly summary: PlanSummary; readonly survey: Survey }> {
  checkKept(run);
  const { summary } = run;
  if (summary === null || !(retries ? RETRIABLE : APPLIABLE).has(run.status)) throw notAppliable(run, retries);
  if (run.target !== target.key) throw otherTarget(run, target.key);
  if (target.access.writes === false) throw mayNotWrite(run);
  const later = await store.findLaterApplied(run);
  if (later !== undefined) throw overtaken(run, later);
  const { survey, digest } = await surveyChanges(store, run, retries);
  if (digest !== summary.digest) {
    throw new SyncError('plan-digest-mismatch', `The stored plan of run ${run.id} is not the one that was shown.`, {
      hint: 'Something changed the state file. Plan again.',
    });
  }
  // Once it has begun, somebody allowed what it does.
  if (!survey.isBegun) checkGuards(run, summary, allow);
  if (retries && survey.refused.length === 0) throw nothingToRetry(run);
  return { summary, survey };
}

async function surveyChanges(
  store: Store,
  run: Run,
  retries: boolean,
): Promise<{ readonly survey: Survey; readonly digest: string }> {
  const hash = createHash('sha256');
  const own = new PackedClients();
  const refused: number[] = [];
  let [done, failed, isBegun] = [0, 0, false];
  for await (const { change, status, outcome } of store.readChanges(run.id)) {
    hash.update(`${JSON.stringify(change)}\n`);
    isBegun ||= status !== 'planned';
    if (outcome === null) continue;
    done += 1;
    if (outcome.kind === 'failed') failed += 1;
    const isRefused = outcome.kind === 'failed' || outcome.kind === 'rejected';
    if (isRefused) refused.push(outcome.seq);
    // What is sent again is in doubt again.
    const clientId = isRefused && retries ? null : writtenClient(change, outcome);
    if (clientId !== null && !own.has(clientId)) own.add(clientId, 0, 0);
  }
  return { survey: { done, failed, refused, isBegun, own }, digest: hash.digest('hex') };
}

/** A client that was skipped is somebody else's; one that failed is ours when it was read again. */
function writtenClient(change: Change, { kind, clientId, differences }: Outcome): string | null {
  const isOurs = kind === 'failed' ? differences !== undefined : kind !== 'skipped' && kind !== 'rejected';
  return isOurs ? (clientId ?? change.clientId) : null;
}

function checkGuards(run: Run, { guards }: PlanSummary, allow: readonly string[]): void {
  const breaches = guards.filter((guard) => !guard.ok && !allow.includes(guard.guard));
  if (breaches.length === 0) return;
  const names = breaches.map((breach) => `--allow ${breach.guard}`).join(' ');
  throw new SyncError('guard-breached', breaches.map((breach) => breach.message).join('\n'), {
    hint: `If that is what you want: ninja-sync apply ${run.id} ${names}`,
  });
}

function notAppliable({ id, status, summary }: Run, retries: boolean): SyncError {
  const what = summary === null ? 'has no plan' : `is ${status}`;
  if (retries && summary !== null) {
    return new SyncError('run-not-appliable', `Run ${id} ${what}: there is no failed change to send again.`, {
      hint: `Apply it first: ninja-sync apply ${id}`,
    });
  }
  return new SyncError('run-not-appliable', `Run ${id} ${what}: there is nothing to apply.`, {
    hint:
      status === 'done'
        ? `Its failed changes are sent again with "ninja-sync retry ${id}"; else plan again: ninja-sync plan FILE --job JOB`
        : 'Plan again: ninja-sync plan FILE --job JOB',
  });
}

function nothingToRetry({ id, status }: Run): SyncError {
  return new SyncError('run-not-appliable', `Run ${id} has no failed change: there is nothing to send again.`, {
    hint:
      status === 'done' ? 'Plan again: ninja-sync plan FILE --job JOB' : `Send the rest of it: ninja-sync resume ${id}`,
  });
}

/** What the later run did stands in no plan that was made before it: values would go back, and who came back would go. */
function overtaken({ id, undoes, request }: Run, later: Run): SyncError {
  const what = later.undoes === null ? `Run ${later.id}` : `Run ${later.id}, the undo of run ${later.undoes},`;
  const again = request === null ? 'Plan again: ninja-sync plan FILE --job JOB' : 'Enqueue the newest file again.';
  return new SyncError(
    'run-not-appliable',
    `${what} of the job is newer and was applied on ${later.updatedAt}: run ${id} would bring older data back.`,
    { hint: undoes === null ? again : `Plan the way back again: ninja-sync undo ${undoes}` },
  );
}

function otherTarget(run: Run, url: string): SyncError {
  return new SyncError('run-not-appliable', `Run ${run.id} was planned for ${run.target}, not for ${url}.`, {
    hint: `Set NINJA_URL to ${run.target}, or plan again for this target.`,
  });
}

function mayNotWrite({ target }: Run): SyncError {
  return new SyncError('target-permission', `${target}: the token's user may not create and edit clients.`, {
    hint: 'Use a token of an administrator, or of a user with the permissions to create and edit clients.',
  });
}
