/**
 * A run taken as far as it can go now: read, planned, parked until a person says yes, pushed, verified, done.
 *
 * Terms: a *leg* is what one worker does of a run at a stretch. A run *parks* when a person has to act; it is out of the
 * queue then. A plan has *begun* when something of it may have been sent.
 *
 * Invariants: everything that a leg leaves behind is in the state store, so the next leg may be at any worker. Planning and
 * pushing happen under the lease of the target: of two legs of one run, or of two runs of one target, one goes on and the
 * other one waits outside. A plan that has begun is never made again. What a person approved is a plan, by its digest:
 * when it has to be made again and comes out otherwise, somebody looks at it again.
 */

import { SyncError } from '../errors.js';
import type { Job } from '../job/schema.js';
import { CHANGE_ORDER } from '../plan/change.js';
import { applyRun } from '../run/apply-run.js';
import type { Progress, RunContext, Target } from '../run/context.js';
import { holdLease } from '../run/lease.js';
import { targetBusy } from '../run/lease-errors.js';
import { planRun } from '../run/plan-run.js';
import type { FileStore } from '../run/files/file-store.js';
import type { RunRequest } from '../run/request.js';
import { mayBecome } from '../run/status.js';
import type { RunStatus } from '../run/status.js';
import type { Run, Store } from '../run/store.js';
import { describeRun, describeSpan } from '../tracing.js';
import { dropFetched, findInputs } from './find-inputs.js';
import { isBehind } from './line.js';
import { whyStale } from './plan-age.js';
import { notBeforeOf } from './queue.js';
import { causeOf } from './stop.js';
import { readWindow } from './window.js';

/** Why a leg ended, without an error. */
export type Step =
  /** Nothing is left to do. `isNew`: it ended in this leg. */
  | { readonly kind: 'ended'; readonly run: Run; readonly isNew: boolean }
  /** It waits for a person. */
  | { readonly kind: 'parked'; readonly run: Run }
  /** Another run of its job goes first. */
  | { readonly kind: 'behind'; readonly run: Run }
  /** @property until milliseconds since 1970 */
  | { readonly kind: 'later'; readonly run: Run; readonly until: number };

/** What a leg works with. */
export interface Leg {
  readonly store: Store;
  readonly dataDir: string;
  readonly files: FileStore | null;
  /** Aborted with a `stopError`. */
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly loadJob: (run: Run) => Promise<Job>;
  readonly openTarget: (run: Run, job: Job) => Promise<Target>;
  readonly onProgress: (progress: Progress) => void;
  /** Told when there is a plan: the leg got somewhere. */
  readonly onPlanned: () => void;
  /** Told before changes are sent: the time, in milliseconds since 1970, at which they have to stop. */
  readonly onPush: (until: number) => void;
  /** Milliseconds since 1970: before that the rate limit lets nothing through. */
  readonly restsUntil: () => number;
  readonly onNotice: (message: string) => void;
  /** A change has its outcome. */
  readonly onOutcome?: RunContext['onOutcome'];
  /** Whether the run is tried again by itself after this error. */
  readonly goesOn: (error: unknown) => boolean;
  /** How long the target may be down, in a row, before the run gives its slot to others. */
  readonly patienceMs: number;
  /** How long the lease of a target lasts without being extended. */
  readonly leaseMs: number;
}

/**
 * Carries the run on until it ends, parks, has to wait, or is stopped by the leg's signal.
 *
 * @throws SyncError what planning and pushing throw; `interrupted` when the worker ends or lost the run
 */
export async function advanceRun(leg: Leg, runId: number): Promise<Step> {
  const course = new Course(leg);
  try {
    let next: Run | Step = await course.load(runId);
    describeRun(next);
    while (!('kind' in next)) next = await course.advance(next);
    describeSpan({ 'ninja_sync.step': next.kind, 'ninja_sync.run.status': next.run.status });
    return next;
  } catch (error) {
    const step = error instanceof SyncError && error.code === 'interrupted' ? await course.settleStop(runId) : null;
    if (step !== null) return step;
    throw error;
  } finally {
    await course.close();
  }
}

const AT_WORK: ReadonlySet<RunStatus> = new Set(['reading', 'pushing', 'verifying']);

class Course {
  readonly #leg: Leg;
  #target: Target | null = null;
  /** A plan that was made in this leg is as good as plans get. */
  #isFresh = false;
  /** What a person approved before the plan had to be made again. */
  #approved: { readonly digest: string; readonly request: RunRequest } | null = null;

  constructor(leg: Leg) {
    this.#leg = leg;
  }

  async load(runId: number): Promise<Run> {
    const run = await this.#leg.store.findRun(runId);
    if (run !== undefined && run.request !== null) return run;
    throw new SyncError('run-unknown', `There is no run ${runId} that a worker was asked for.`);
  }

  /** One edge of the table of `status.ts`, or why there is none to take now. */
  async advance(run: Run): Promise<Run | Step> {
    const { store } = this.#leg;
    if (run.stop === 'cancel') return await this.#cancel(run);
    if (run.stop === 'pause') return { kind: 'parked', run };
    switch (run.status) {
      case 'queued':
      case 'reading':
        return await this.#plan(run);
      case 'planned':
      case 'breached':
        return await this.#begin(run);
      case 'interrupted':
        return run.summary === null ? await store.updateRun(run.id, { status: 'queued' }) : await this.#push(run);
      case 'pushing':
      case 'verifying':
        return await this.#push(run);
      case 'awaiting-approval':
        return { kind: 'parked', run };
      default:
        return { kind: 'ended', run, isNew: false };
    }
  }

  /** What a stop in the middle comes to; `null`: the run is given back. */
  async settleStop(runId: number): Promise<Step | null> {
    const cause = causeOf(this.#leg.signal);
    if (cause === null || cause === 'shutdown' || cause === 'lock') return null;
    const run = await this.load(runId);
    if (cause === 'cancel') return await this.#cancel(run);
    if (cause === 'pause') return { kind: 'parked', run };
    if (cause === 'limit') return { kind: 'later', run, until: this.#leg.restsUntil() };
    const state = readWindow(run.request?.window ?? null, this.#leg.now());
    return { kind: 'later', run, until: state.open ? this.#leg.now() : state.opensAt };
  }

  async close(): Promise<void> {
    await this.#target?.ninja.close();
  }

  async #plan(run: Run): Promise<Run | Step> {
    const { store, now, loadJob } = this.#leg;
    const until = notBeforeOf(run);
    if (until > now()) return { kind: 'later', run, until };
    if (await isBehind(store, run, now())) return { kind: 'behind', run };
    const job = await loadJob(run);
    const { overrides = {} } = run.request ?? {};
    const planned = await this.#underLease(run, async (context) => {
      try {
        const files = await findInputs(this.#leg, run, job);
        const target = await this.#open(run, job);
        return await planRun(context, target, job, files, overrides, run);
      } finally {
        await dropFetched(this.#leg, run);
      }
    });
    this.#isFresh = true;
    this.#leg.onPlanned();
    return await this.#keepApproval(planned);
  }

  /** The same changes as before: what a person said of them holds. */
  async #keepApproval(planned: Run): Promise<Run> {
    const approved = this.#approved;
    if (approved === null || approved.digest !== planned.summary?.digest) return planned;
    const { request } = approved;
    const inputs = planned.request?.inputs ?? request.inputs;
    return await this.#leg.store.updateRun(planned.id, {
      request: { ...request, ...(inputs === undefined ? {} : { inputs }) },
    });
  }

  /** From a plan of which nothing was sent. */
  async #begin(run: Run): Promise<Run | Step> {
    const { now, loadJob } = this.#leg;
    const job = await loadJob(run);
    const why = needsPerson(run, job);
    if (why !== null) return await this.#park(run, why);
    const stale = this.#isFresh ? null : await whyStale(run, job, now());
    return stale === null ? await this.#push(run) : await this.#planAgain(run, stale);
  }

  async #park(run: Run, why: string): Promise<Step> {
    if (run.status === 'breached') return { kind: 'parked', run };
    const { store } = this.#leg;
    return { kind: 'parked', run: await store.updateRun(run.id, { status: 'awaiting-approval', message: why }) };
  }

  async #planAgain(run: Run, why: string): Promise<Run> {
    const { store, onNotice } = this.#leg;
    const { request, summary } = run;
    onNotice(why);
    if (request === null || summary === null) return await store.updateRun(run.id, { status: 'queued' });
    this.#approved = { digest: summary.digest, request };
    const unseen = { ...request, approved: false, allow: [] };
    return await store.updateRun(run.id, { status: 'queued', summary: null, request: unseen });
  }

  async #push(run: Run): Promise<Run | Step> {
    const { loadJob, now, onPush, patienceMs, leaseMs } = this.#leg;
    const state = readWindow(run.request?.window ?? null, now());
    if (!state.open) return { kind: 'later', run, until: state.opensAt };
    onPush(state.until);
    // Before the target is asked for anything: whoever waits comes by every few seconds.
    await this.#checkFree(run);
    const target = this.#target ?? (await this.#open(run, await loadJob(run)));
    const allow = run.request?.allow ?? [];
    const done = await applyRun(this.#context(), target, run, { allow, patienceMs, leaseMs });
    return { kind: 'ended', run: done, isNew: true };
  }

  /** @throws SyncError `target-busy` */
  async #checkFree(run: Run): Promise<void> {
    const held = await this.#leg.store.findLease(run.target);
    if (held !== null && held.runId !== run.id && held.expiresAt > new Date().toISOString()) throw targetBusy(held);
  }

  async #cancel(run: Run): Promise<Step> {
    // What looks as if it was at work may be, elsewhere.
    return AT_WORK.has(run.status) ? await this.#underLease(run, () => this.#endIt(run.id)) : await this.#endIt(run.id);
  }

  async #endIt(runId: number): Promise<Step> {
    const { store } = this.#leg;
    const { status } = await this.load(runId);
    const mayStop = mayBecome(status, 'interrupted');
    if (!mayBecome(status, 'cancelled') && !mayStop) {
      return { kind: 'ended', run: await store.updateRun(runId, { stop: null }), isNew: false };
    }
    // Its process died in the middle.
    if (!mayBecome(status, 'cancelled')) await store.updateRun(runId, { status: 'interrupted' });
    const message = 'Somebody cancelled the run. What was sent stays; "ninja-sync undo" plans the way back.';
    const cancelled = await store.updateRun(runId, { status: 'cancelled', stop: null, message });
    return { kind: 'ended', run: cancelled, isNew: true };
  }

  async #open(run: Run, job: Job): Promise<Target> {
    this.#target ??= await this.#leg.openTarget(run, job);
    return this.#target;
  }

  /** @throws SyncError `target-busy` */
  async #underLease<Result>(run: Run, use: (context: RunContext) => Promise<Result>): Promise<Result> {
    const { store, leaseMs } = this.#leg;
    const held = await holdLease(store, { target: run.target, runId: run.id, ttlMs: leaseMs });
    try {
      const context = this.#context();
      return await use({ ...context, lease: held.lease, signal: AbortSignal.any([this.#leg.signal, held.lost]) });
    } finally {
      await held.release().catch(() => undefined);
    }
  }

  #context(): RunContext {
    const { store, dataDir, files, now, onProgress, onNotice, onOutcome, signal, goesOn } = this.#leg;
    const clock = (): string => new Date(now()).toISOString();
    return { store, dataDir, files, now: clock, onProgress, onNotice, onOutcome, signal, goesOn };
  }
}

/** What a person has to look at, in a sentence; `null`: nothing. */
function needsPerson({ summary, request }: Run, job: Job): string | null {
  const allow = request?.allow ?? [];
  const breaches = (summary?.guards ?? []).filter(({ ok, guard }) => !ok && !allow.includes(guard));
  if (breaches.length > 0) return breaches.map(({ message }) => message).join(' ');
  const changes = CHANGE_ORDER.reduce((sum, kind) => sum + (summary?.counts[kind] ?? 0), 0);
  if (!job.approval.required || request?.approved === true || changes === 0) return null;
  return 'The job wants a person to look at each plan.';
}
