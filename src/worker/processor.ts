/**
 * What a worker does with one job of the queue.
 *
 * Invariants: a run has one leg at a time in this process; a leg that ends in any way leaves the run's status in the store
 * before the queue hears of it; nothing but numbers and names of jobs goes to the queue, and no message of an error does.
 */

import { UnrecoverableError } from 'bullmq';
import type { Job as QueueJob, Queue } from 'bullmq';
import { SyncError } from '../errors.js';
import { mayBecome } from '../run/status.js';
import type { Run } from '../run/store.js';
import type { Step } from './advance.js';
import { BUSY_MS, decide } from './decide.js';
import { delayJob, giveBack, giveBackWith } from './give-back.js';
import { runLeg } from './leg.js';
import type { LegEnd, LegWork } from './leg.js';
import { nextInLine } from './line.js';
import { enqueueAgain, enqueueRun, jobIdOf, readPayload } from './queue.js';
import type { Payload, RunPayload } from './queue.js';
import { findYielding } from './resting.js';
import type { Resting } from './resting.js';
import { stopError } from './stop.js';
import type { StopCause } from './stop.js';

export interface ProcessorOptions extends Omit<LegWork, 'signal' | 'onPush' | 'onRest' | 'restsUntil'> {
  readonly queue: Queue;
  /** A run that may send nothing for so long gives its slot to others, ms. */
  readonly restMs: number;
  /** The new runs of a job whose schedule came due; none when none is needed. */
  readonly startScheduled: (job: string, signal: AbortSignal) => Promise<readonly Run[]>;
  /** A run reached a status from which it does not go on by itself, after so many seconds of this leg. */
  readonly onEnd: (run: Run, seconds: number) => Promise<void>;
}

export interface ActiveRun {
  readonly run: number;
  /** Milliseconds since 1970. */
  readonly since: number;
}

export interface Processor {
  /** For BullMQ. */
  process(job: QueueJob, token: string): Promise<void>;
  isActive(runId: number): boolean;
  listActive(): readonly ActiveRun[];
  /** The leg ends between two changes. */
  stop(runId: number, cause: StopCause): void;
  /** Stops the legs of runs that somebody wants to stop, and of those whose hours are over. */
  readStops(): Promise<void>;
  /** Takes nothing more and stops all legs; resolves when the state of the last one is stored. */
  stopAll(): Promise<void>;
  /** Resolves when the queue has heard of all of them. */
  whenGivenBack(): Promise<void>;
}

/** Attempts behind the first one, for a source that does not answer: two minutes. */
const POLL_ERRORS_MAX = 3;

export function createProcessor(options: ProcessorOptions): Processor {
  return new RunProcessor(options);
}

interface ActiveLeg extends ActiveRun, Resting {
  readonly stopping: AbortController;
  /** Settled when the leg has ended. */
  ended: Promise<unknown>;
}

class RunProcessor implements Processor {
  readonly #options: ProcessorOptions;
  readonly #legs = new Map<number, ActiveLeg>();
  readonly #processing = new Set<Promise<void>>();
  readonly #closing = new AbortController();

  constructor(options: ProcessorOptions) {
    this.#options = options;
  }

  async process(job: QueueJob, token: string): Promise<void> {
    const processing = this.#process(job, token);
    this.#processing.add(processing);
    try {
      await processing;
    } finally {
      this.#processing.delete(processing);
    }
  }

  isActive(runId: number): boolean {
    return this.#legs.has(runId);
  }

  listActive(): readonly ActiveRun[] {
    return [...this.#legs.values()].map(({ run, since }) => ({ run, since }));
  }

  stop(runId: number, cause: StopCause): void {
    this.#legs.get(runId)?.stopping.abort(stopError(cause));
  }

  async readStops(): Promise<void> {
    const { store, queue, now, restMs } = this.#options;
    for (const [runId, { until }] of this.#legs) {
      if (until !== null && now() >= until) this.stop(runId, 'window');
      const run = await store.findRun(runId);
      if (run?.stop != null) this.stop(runId, run.stop);
    }
    for (const runId of await findYielding(queue, this.#legs.values(), now(), restMs)) this.stop(runId, 'limit');
  }

  async stopAll(): Promise<void> {
    this.#closing.abort(stopError('shutdown'));
    for (const runId of this.#legs.keys()) this.stop(runId, 'shutdown');
    await Promise.allSettled([...this.#legs.values()].map(({ ended }) => ended));
  }

  async whenGivenBack(): Promise<void> {
    await Promise.allSettled(this.#processing);
  }

  async #process(job: QueueJob, token: string): Promise<void> {
    if (this.#closing.signal.aborted) return await giveBack(job, token);
    const payload = readPayload(job.data);
    if ('job' in payload) await this.#startScheduled(job, token, payload);
    else await this.#carry(job, token, payload);
  }

  /**
   * The run goes through the queue like any other, in the place that its schedule had there: else it would stand in line
   * twice. A crash before that leaves it to the next reconciliation.
   */
  async #startScheduled(
    job: QueueJob,
    token: string,
    { job: name, errors }: Extract<Payload, { readonly job: string }>,
  ): Promise<void> {
    const { startScheduled, queue, now, log } = this.#options;
    try {
      for (const run of await startScheduled(name, this.#closing.signal)) {
        log.info({ job: name, run: run.id }, 'the schedule came due');
        await enqueueRun(queue, run, now(), true);
      }
    } catch (error) {
      const decision = decide(error, errors + 1);
      if (decision.kind === 'give-back') return await giveBack(job, token);
      const context = { job: name, ...describe(error), attempt: errors + 1 };
      if (decision.kind === 'later' && errors < POLL_ERRORS_MAX) {
        log.warn(context, 'the schedule came due, but there is no run yet: it is tried again by itself');
        await enqueueAgain(queue, name, errors + 1, decision.delayMs);
        return;
      }
      log.error(context, 'the schedule came due, but there is no run');
      throw new UnrecoverableError('no run for this schedule');
    }
  }

  async #carry(job: QueueJob, token: string, payload: RunPayload): Promise<void> {
    const { now } = this.#options;
    // It was given out anew while its leg here is being stopped.
    if (this.#legs.has(payload.run)) return await delayJob(job, token, BUSY_MS);
    const leg: ActiveLeg = {
      run: payload.run,
      since: now(),
      stopping: new AbortController(),
      ended: Promise.resolve(),
      until: null,
      restsUntil: 0,
    };
    this.#legs.set(leg.run, leg);
    const work: LegWork = {
      ...this.#options,
      signal: leg.stopping.signal,
      onPush: (until) => {
        leg.until = until;
      },
      onRest: (waitMs) => {
        leg.restsUntil = this.#options.now() + waitMs;
      },
      restsUntil: () => leg.restsUntil,
    };
    const running = runLeg(work, job, payload).finally(() => this.#legs.delete(leg.run));
    leg.ended = running;
    const end = await running;
    if (end.kind === 'error') await this.#settleError(job, token, leg, end);
    else await this.#settleStep(job, token, leg, end.step);
  }

  async #settleStep(job: QueueJob, token: string, leg: ActiveLeg, step: Step): Promise<void> {
    const { store, log, now } = this.#options;
    const { kind } = step;
    if (kind === 'behind') return;
    const run = await store.updateRun(step.run.id, { progress: null, ...(kind === 'ended' ? { stop: null } : {}) });
    log.info({ run: run.id, job: run.job, status: run.status, step: kind }, 'the leg ended');
    if (kind === 'later') {
      await job.updateData({ run: run.id });
      return await delayJob(job, token, Math.max(0, step.until - now()));
    }
    if (kind === 'ended' && step.isNew) await this.#end(run, leg);
    await this.#callNext(run);
  }

  async #settleError(
    job: QueueJob,
    token: string,
    leg: ActiveLeg,
    { error, attempt }: Extract<LegEnd, { readonly kind: 'error' }>,
  ): Promise<void> {
    const decision = decide(error, attempt);
    const log = this.#options.log.child({ run: leg.run });
    const context = { ...describe(error), decision: decision.kind, attempt };
    const attempts = { run: leg.run, errors: decision.kind === 'later' ? attempt : attempt - 1 };
    if (decision.kind === 'fail') {
      if (error instanceof SyncError) log.info(context, 'the run failed');
      else
        log.error(
          { ...context, stack: error instanceof Error ? error.stack : undefined },
          'the run failed: this is a mistake of the program',
        );
      await this.#fail(leg, error);
      throw new UnrecoverableError(`run ${leg.run} failed`);
    }
    log.info(context, 'the leg was stopped');
    if (decision.kind !== 'busy') await this.#noteDelay(leg.run, decision.kind === 'later' ? error : null);
    if (decision.kind === 'give-back') return await giveBackWith(this.#options, job, token, attempts);
    await job.updateData(attempts);
    await delayJob(job, token, decision.delayMs);
  }

  /** The state may be what fails: the queue tries again all the same. */
  async #noteDelay(runId: number, error: unknown): Promise<void> {
    const message = error instanceof Error ? { message: `${error.message} It is tried again by itself.` } : {};
    await this.#options.store.updateRun(runId, { progress: null, ...message }).catch(() => undefined);
  }

  async #fail(leg: ActiveLeg, error: unknown): Promise<void> {
    const { store } = this.#options;
    const run = await store.findRun(leg.run);
    if (run === undefined) return;
    const message =
      error instanceof SyncError
        ? error.message
        : `Something went wrong inside the program; the worker's log says what, under run ${leg.run}.`;
    const failed = await store.updateRun(run.id, {
      ...(mayBecome(run.status, 'failed') ? { status: 'failed', message } : {}),
      progress: null,
    });
    await this.#end(failed, leg);
    await this.#callNext(failed);
  }

  async #end(run: Run, { since }: ActiveLeg): Promise<void> {
    const { onEnd, now, log } = this.#options;
    try {
      await onEnd(run, (now() - since) / 1000);
    } catch (error) {
      log.warn({ run: run.id, job: run.job, ...describe(error) }, 'what follows the end of a run went wrong');
    }
  }

  /** The run of the same job that waited behind this one. */
  async #callNext({ job }: Run): Promise<void> {
    const { store, queue, now, log } = this.#options;
    try {
      const next = await nextInLine(store, job, now());
      if (next === undefined) return;
      await enqueueRun(queue, next, now());
      // It came by while this one was still giving back the target.
      const waiting = await queue.getJob(jobIdOf(next.id));
      if ((await waiting?.isDelayed()) === true) await waiting?.promote();
    } catch (error) {
      log.warn({ job, ...describe(error) }, 'the next run of the job is not in the queue yet');
    }
  }
}

function describe(error: unknown): { readonly code: string; readonly error: string } {
  return {
    code: error instanceof SyncError ? error.code : 'internal',
    error: error instanceof Error ? error.message : String(error),
  };
}
