/** A stored plan carried out, and only that: neither file nor job is read again. */

import { createHash } from 'node:crypto';
import { SyncError } from '../errors.js';
import type { Change, Outcome, OutcomeKind } from '../plan/change.js';
import { pushChanges } from '../push/push.js';
import type { RunContext, Target } from './context.js';
import { lockTarget } from './lock.js';
import { storeReport } from './report/compose.js';
import type { RunStatus } from './status.js';
import type { Run, RowOutcomes, Store, StoredChange } from './store.js';

/** Clients that become the job's own are noted in portions of this many. */
const ADOPT_PORTION = 1000;

/** Whoever holds the target's lock and finds a run `pushing` or `verifying` knows that its process died. */
const APPLIABLE: ReadonlySet<RunStatus> = new Set([
  'planned',
  'breached',
  'interrupted',
  'failed',
  'pushing',
  'verifying',
]);

export interface ApplyOptions {
  /** Guards whose breach somebody allows this once. */
  readonly allow: readonly string[];
  readonly concurrency: number;
}

/**
 * Applies a planned run, or the rest of one that was stopped.
 *
 * @throws SyncError `run-not-appliable`, `guard-breached`, `plan-digest-mismatch`, `target-permission` before anything is sent; what stops
 *   the push afterwards, when the run is stored as `failed` or `interrupted`
 */
export async function applyRun(context: RunContext, target: Target, run: Run, options: ApplyOptions): Promise<Run> {
  const unlock = await lockTarget(context.dataDir, run.target);
  try {
    // Another process may have applied it while this one waited for the lock.
    return await applyLocked(context, target, (await context.store.findRun(run.id)) ?? run, options);
  } finally {
    await unlock();
  }
}

async function applyLocked(context: RunContext, target: Target, run: Run, options: ApplyOptions): Promise<Run> {
  const { store } = context;
  await checkAppliable(store, run, target, options.allow);
  let current = await store.updateRun(run.id, { status: 'pushing', message: null });
  try {
    await push(context, target, current, options);
    current = await store.updateRun(run.id, { status: 'done', ...(await results(store, current, target)) });
  } catch (error) {
    const message = error instanceof SyncError ? error.message : String(error);
    const interrupted = error instanceof SyncError && error.code === 'interrupted';
    current = await store.updateRun(run.id, {
      status: interrupted ? 'interrupted' : 'failed',
      message,
      ...(await results(store, current, target)),
    });
    await storeReport(store, current, context.now());
    throw error;
  }
  await storeReport(store, current, context.now());
  return current;
}

async function checkAppliable(store: Store, run: Run, target: Target, allow: readonly string[]): Promise<void> {
  const { summary } = run;
  if (summary === null || !APPLIABLE.has(run.status)) {
    throw new SyncError(
      'run-not-appliable',
      `Run ${run.id} ${summary === null ? 'has no plan' : `is ${run.status}`}: there is nothing to apply.`,
      {
        hint: 'Plan again: ninja-sync plan FILE --job JOB',
      },
    );
  }
  if (run.target !== target.ninja.url) {
    throw new SyncError(
      'run-not-appliable',
      `Run ${run.id} was planned for ${run.target}, not for ${target.ninja.url}.`,
      {
        hint: `Set NINJA_URL to ${run.target}, or plan again for this target.`,
      },
    );
  }
  const breaches = summary.guards.filter((guard) => !guard.ok && !allow.includes(guard.guard));
  if (breaches.length > 0) {
    const names = breaches.map((breach) => `--allow ${breach.guard}`).join(' ');
    throw new SyncError('guard-breached', breaches.map((breach) => breach.message).join('\n'), {
      hint: `If that is what you want: ninja-sync apply ${run.id} ${names}`,
    });
  }
  if (target.access.writes === false) {
    throw new SyncError('target-permission', `${run.target}: the token's user may not create and edit clients.`, {
      hint: 'Use a token of an administrator, or of a user with the permissions to create and edit clients.',
    });
  }
  const hash = createHash('sha256');
  for await (const { change } of store.readChanges(run.id)) hash.update(`${JSON.stringify(change)}\n`);
  if (hash.digest('hex') !== summary.digest) {
    throw new SyncError('plan-digest-mismatch', `The stored plan of run ${run.id} is not the one that was shown.`, {
      hint: 'Something changed the state file. Plan again.',
    });
  }
  await settleInterrupted(store, run);
}

/** Changes that were being sent when an earlier attempt died: nobody knows their end, so they are not sent again. */
async function settleInterrupted(store: Store, run: Run): Promise<void> {
  const outcomes: Outcome[] = [];
  for await (const { change } of store.readChanges(run.id, 'sending')) {
    outcomes.push({
      seq: change.seq,
      kind: 'failed',
      clientId: change.clientId,
      reason: 'The command ended while this change was being sent: look at the client, then plan again.',
      at: run.updatedAt,
    });
  }
  if (outcomes.length > 0) await store.finishChanges(run.id, outcomes);
}

async function push(context: RunContext, target: Target, run: Run, options: ApplyOptions): Promise<void> {
  const { store, onProgress } = context;
  const counts = run.summary?.counts;
  const total =
    counts === undefined ? 0 : counts.create + counts.update + counts.restore + counts.archive + counts.delete;
  let done = 0;
  let ids: string[] = [];
  const adoptPortion = async (): Promise<void> => {
    const portion = ids;
    ids = [];
    await store.adopt(run.id, portion);
  };
  await store.adopt(run.id, []);
  onProgress({ phase: 'pushing', done, total, unit: 'changes' });
  try {
    await pushChanges({
      ninja: target.ninja,
      codes: target.codes,
      changes: changesOf(store.readChanges(run.id, 'planned')),
      journal: {
        begin: (seqs) => store.beginChanges(run.id, seqs),
        finish: async (outcomes) => {
          await store.finishChanges(run.id, outcomes);
          for (const { kind, clientId } of outcomes) {
            if (clientId !== null && ['created', 'updated', 'restored'].includes(kind)) ids.push(clientId);
          }
          if (ids.length >= ADOPT_PORTION) await adoptPortion();
        },
      },
      concurrency: options.concurrency,
      newestUpdate: run.summary?.newestUpdate ?? 0,
      now: context.now,
      onOutcome: () => {
        done += 1;
        onProgress({ phase: 'pushing', done, total, unit: 'changes' });
      },
      onSent: async () => void (await store.updateRun(run.id, { status: 'verifying' })),
      signal: context.signal,
    });
  } finally {
    await adoptPortion();
  }
}

async function* changesOf(stored: AsyncIterable<StoredChange>): AsyncGenerator<Change> {
  for await (const { change } of stored) yield change;
}

async function results(store: Store, run: Run, target: Target): Promise<Pick<Run, 'rowOutcomes' | 'statistics'>> {
  return {
    rowOutcomes: await countRowOutcomes(store, run),
    statistics: target.meter.read(target.throttle.limitPerMinute, target.throttle.throttled),
  };
}

/** Rows by outcome. What was not sent counts as skipped; the values add up to the rows that were read. */
async function countRowOutcomes(store: Store, run: Run): Promise<RowOutcomes> {
  const counts = run.summary?.counts;
  const rows: Record<OutcomeKind, number> = {
    created: 0,
    updated: 0,
    unchanged: counts?.unchangedRows ?? 0,
    archived: 0,
    restored: 0,
    deleted: 0,
    rejected: counts?.rejectedRows ?? 0,
    failed: 0,
    skipped: counts?.skippedRows ?? 0,
  };
  for await (const { change, outcome } of store.readChanges(run.id))
    rows[outcome?.kind ?? 'skipped'] += change.rows.length;
  return rows;
}
