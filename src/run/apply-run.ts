/** A stored plan carried out, or the rest of one, and only that: neither file nor job is read again. */

import { setTimeout as delay } from 'node:timers/promises';
import { SyncError } from '../errors.js';
import { CHANGE_ORDER } from '../plan/change.js';
import type { OutcomeKind, PlanSummary } from '../plan/change.js';
import { failureLimit } from '../plan/guards.js';
import { pushChanges } from '../push/push.js';
import { describeRun } from '../tracing.js';
import { checkAppliable } from './appliable.js';
import type { Survey } from './appliable.js';
import type { RunContext, Target } from './context.js';
import { runFolder } from './files/outputs.js';
import { holdLease } from './lease.js';
import type { HeldLease } from './lease.js';
import { storeReport } from './report/compose.js';
import type { Run, RowOutcomes, Store } from './store.js';
import { checkCompany } from './target-company.js';

/** Of runs that were planned before a plan kept its job's rules. */
const CONCURRENCY_DEFAULT = 4;
const FAILURES_DEFAULT = { count: 1_000_000, ratio: 0.02 };

const PATIENCE_DEFAULT_MS = 10 * 60_000;

export interface ApplyOptions {
  /** Guards whose breach somebody allows this once. */
  readonly allow: readonly string[];
  /** How long the target may be down, in a row; by default ten minutes. */
  readonly patienceMs?: number | undefined;
  /** How long to wait for another run that writes to the target; by default not at all. */
  readonly waitMs?: number | undefined;
  /** How long the lease of the target lasts without being extended (lease.ts). */
  readonly leaseMs?: number | undefined;
  /** For pauses; resolves early when the signal is aborted. */
  readonly sleep?: ((ms: number, signal: AbortSignal) => Promise<void>) | undefined;
}

/**
 * Applies a planned run, or the rest of one that was stopped or whose process died.
 *
 * @throws SyncError `target-busy`; `run-not-appliable`, `guard-breached`, `plan-digest-mismatch`, `target-permission`,
 *   `target-company` before anything is sent; what stops the push afterwards (push.ts), when the run is stored as `failed` or `interrupted`
 */
export async function applyRun(context: RunContext, target: Target, run: Run, options: ApplyOptions): Promise<Run> {
  return await applyHeld(context, target, run, { ...options, retries: false });
}

/** @param options.retries whether changes that failed or were refused are sent again as well */
export async function applyHeld(
  context: RunContext,
  target: Target,
  run: Run,
  options: ApplyOptions & { readonly retries: boolean },
): Promise<Run> {
  const { store, signal, onNotice } = context;
  const { waitMs, leaseMs: ttlMs } = options;
  describeRun(run);
  const held = await holdLease(store, { target: run.target, runId: run.id, ttlMs, waitMs, signal, onWait: onNotice });
  try {
    // Another process may have applied it while this one waited.
    const current = (await store.findRun(run.id)) ?? run;
    await checkCompany(context, target);
    const { summary, survey } = await checkAppliable(store, current, target, options);
    return await carryOut({ context, target, run: current, options, held, summary, survey });
  } finally {
    // A lease that cannot be given back runs out by itself.
    await held.release().catch(() => undefined);
  }
}

interface Carrying {
  readonly context: RunContext;
  readonly target: Target;
  readonly run: Run;
  readonly options: ApplyOptions & { readonly retries: boolean };
  readonly held: HeldLease;
  readonly summary: PlanSummary;
  readonly survey: Survey;
}

async function carryOut(carrying: Carrying): Promise<Run> {
  const { context, target, run } = carrying;
  const { store } = context;
  await store.updateRun(run.id, { status: 'pushing', message: null });
  try {
    await push(carrying);
    const done = await store.updateRun(run.id, { status: 'done', ...(await results(context, run, target)) });
    await storeReport(context, done);
    return done;
  } catch (error) {
    // The error that led here says why; a state that cannot be written would only say it worse.
    await storeStop(carrying, error).catch(() => undefined);
    throw error;
  }
}

async function push(carrying: Carrying): Promise<void> {
  const { context, target, run, options, held, summary, survey } = carrying;
  const { store, onProgress } = context;
  const signals = context.signal === undefined ? [held.lost] : [context.signal, held.lost];
  const allowsFailures = options.allow.includes('failures');
  const total = CHANGE_ORDER.reduce((sum, kind) => sum + summary.counts[kind], 0);
  let { done, failed } = survey;
  if (options.retries) {
    await store.reopenChanges(run.id, ['failed', 'rejected']);
    done -= survey.refused.length;
    failed = 0;
  }
  await store.adopt(run.id);
  onProgress({ phase: 'pushing', done, total, unit: 'changes' });
  await pushChanges({
    runId: run.id,
    ninja: target.ninja,
    codes: target.codes,
    readChanges: () => store.readChanges(run.id),
    counts: summary.counts,
    begin: (seqs) => store.beginChanges(run.id, seqs, held.lease),
    finish: (outcomes) => store.finishChanges(run.id, outcomes),
    checkLease: () => store.checkLease(held.lease),
    concurrency: run.rules?.concurrency ?? CONCURRENCY_DEFAULT,
    canary: allowsFailures ? null : (run.rules?.canary ?? null),
    failuresMax: allowsFailures ? null : failureLimit(run.rules?.guards ?? { failures: FAILURES_DEFAULT }, total),
    failedBefore: failed,
    own: {
      has: (id) => survey.own.has(id),
      add: (id) => {
        if (!survey.own.has(id)) survey.own.add(id, 0, 0);
      },
    },
    mayBeUnderWay: survey.isBegun,
    newestUpdate: summary.newestUpdate,
    patienceMs: options.patienceMs ?? PATIENCE_DEFAULT_MS,
    now: context.now,
    sleep: options.sleep ?? sleepUntilAborted,
    onOutcome: (kind, outcome) => {
      done += 1;
      context.onOutcome?.(kind, outcome);
      onProgress({ phase: 'pushing', done, total, unit: 'changes' });
    },
    onNotice: context.onNotice,
    onSent: async () => void (await store.updateRun(run.id, { status: 'verifying' })),
    signal: AbortSignal.any(signals),
  });
}

/** The run keeps what it has; when another process carries it on by now, it is that one's to say how it stands. */
async function storeStop({ context, target, run, held }: Carrying, error: unknown): Promise<void> {
  const { store, goesOn } = context;
  const code = error instanceof SyncError ? error.code : null;
  if (code === 'lease-lost') {
    const leases = await store.listLeases();
    const isCarriedOn = leases.some(({ runId, token }) => runId === run.id && token !== held.lease.token);
    if (isCarriedOn) return;
  }
  const isInterrupted = code === 'interrupted' || code === 'lease-lost' || goesOn?.(error) === true;
  const stopped = await store.updateRun(run.id, {
    status: isInterrupted ? 'interrupted' : 'failed',
    message: error instanceof Error ? error.message : String(error),
    ...(await results(context, run, target)),
  });
  await storeReport(context, stopped);
}

/** With a file store the report lies on the machine that wrote it last, and is fetched by others. */
async function results(
  { store, files = null, dataDir }: RunContext,
  run: Run,
  target: Target,
): Promise<Pick<Run, 'rowOutcomes' | 'statistics' | 'folder'>> {
  return {
    folder: files === null || run.folder === null ? run.folder : runFolder(dataDir, run.id),
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
    uploaded: 0,
    deleted: 0,
    rejected: counts?.rejectedRows ?? 0,
    failed: 0,
    skipped: counts?.skippedRows ?? 0,
  };
  for await (const { change, outcome } of store.readChanges(run.id))
    rows[outcome?.kind ?? 'skipped'] += change.rows.length;
  return rows;
}

async function sleepUntilAborted(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
