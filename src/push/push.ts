/**
 * A stored plan carried out: batch by batch, kind by kind, in the plan's order; also the rest of one.
 *
 * Invariants: an intent is noted before its request and an outcome after it; what may have acted is looked up before it
 * is sent again; what somebody else did to a client since the plan stays; no archive or delete goes out before every other
 * change has its outcome; a change whose fate is not known gets none, so that the next attempt settles it.
 *
 * Before each batch one request lists what changed at the target since the last look (look-back.ts). It shows what other
 * people did and what our own writes really left behind.
 */

import { SyncError } from '../errors.js';
import type { Ninja } from '../ninja/client.js';
import type { CodeTable } from '../ninja/codes.js';
import { CHANGE_ORDER } from '../plan/change.js';
import type { Change, ChangeKind, Outcome, OutcomeKind, PlanCounts } from '../plan/change.js';
import { inSpan } from '../tracing.js';
import { BatchSender } from './batch-sender.js';
import { batchesOf } from './batches.js';
import { Breaker } from './breaker.js';
import { canaryFailed, pickCanary } from './canary.js';
import type { CanarySize } from './canary.js';
import { Freshness } from './freshness.js';
import { Journal } from './journal.js';
import { LookBack } from './look-back.js';
import type { OwnWrites } from './look-back.js';
import { asOutcome, asWrongOutcome, isFailure } from './outcome.js';
import { Patience } from './patience.js';
import { mayStillCome, prepareChange } from './prepare.js';
import type { NotedChange } from './prepare.js';
import { LOOK_AGAIN_MS, RetryBudget } from './retry.js';
import type { Item, SendInput, Sent } from './send.js';
import { judgeFailure } from './verdict.js';

export interface PushInput {
  readonly runId: number;
  readonly ninja: Ninja;
  readonly codes: CodeTable;
  /** All changes of the plan in the order of `seq`, from the start each time it is called. */
  readonly readChanges: () => AsyncIterable<NotedChange>;
  readonly counts: PlanCounts;
  /** Notes durably that these are about to be sent. */
  readonly begin: (seqs: readonly number[]) => Promise<void>;
  readonly finish: (outcomes: readonly Outcome[]) => Promise<void>;
  /** @throws SyncError `lease-lost` when somebody else writes to the target by now */
  readonly checkLease: () => Promise<void>;
  readonly concurrency: number;
  readonly canary: CanarySize | null;
  /** Failed changes that the run may have; `null`: any number. */
  readonly failuresMax: number | null;
  /** Changes that failed when the run was pushed before. */
  readonly failedBefore: number;
  readonly own: OwnWrites;
  /** What was sent before may still be under way at the server. */
  readonly mayBeUnderWay: boolean;
  /** The newest `updated_at` at the target before the plan read it, Unix seconds. */
  readonly newestUpdate: number;
  readonly patienceMs: number;
  /** ISO 8601 UTC. */
  readonly now: () => string;
  /** Resolves after that time, or when the signal is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** A change has its first outcome, durably. */
  readonly onOutcome: (kind: ChangeKind, outcome: OutcomeKind) => void;
  readonly onNotice: (message: string) => void;
  /** Everything is sent and has its outcome; what the last batch left behind is read now. */
  readonly onSent: () => Promise<void>;
  /** Aborted with the `SyncError` that is to be thrown, or with anything else for `interrupted`. */
  readonly signal: AbortSignal;
}

/**
 * Sends all changes that are not done.
 *
 * @throws SyncError what stops it (verdict.ts), `too-many-failures`, `canary-failed`, `lease-lost` or `interrupted`;
 *   everything that has no outcome then is unsent or in doubt
 */
export async function pushChanges(input: PushInput): Promise<void> {
  const pusher = new Pusher(input);
  try {
    await inSpan('push', async () => {
      if (input.canary !== null) await pusher.pushCanary(pickCanary(input.counts, input.canary));
      await pusher.pushRest();
    });
    await input.onSent();
    await inSpan('verify', () => pusher.verify());
  } catch (error) {
    await pusher.lookBackOnce(error);
    throw error;
  } finally {
    await pusher.flush();
  }
}

class Pusher {
  readonly #input: PushInput;
  readonly #look: LookBack;
  readonly #journal: Journal;
  readonly #breaker: Breaker;
  readonly #sending: SendInput;
  #phase: 'canary' | 'rest' | 'sent' = 'rest';
  #mayBeUnderWay: boolean;
  readonly #freshness = new Freshness();
  readonly #sender: BatchSender;
  /** Why nothing more is sent; the first reason counts. */
  #stop: Error | null = null;

  constructor(input: PushInput) {
    const { codes, runId, counts, failuresMax, failedBefore, own, onNotice, signal } = input;
    const ninja = input.ninja.under({ signal, beforeWrite: () => Promise.reject(new Error('only items are written')) });
    const changes = CHANGE_ORDER.reduce((sum, kind) => sum + counts[kind], 0);
    this.#input = input;
    this.#mayBeUnderWay = input.mayBeUnderWay;
    this.#look = new LookBack({ ninja, codes, planned: input.newestUpdate, own });
    this.#breaker = new Breaker({ runId, changes, failuresMax, failedBefore });
    this.#journal = new Journal({ begin: input.begin, finish: input.finish });
    const sleep = (ms: number): Promise<void> => input.sleep(ms, input.signal);
    const checkStop = (): void => this.#throwIfStopped();
    const probe = async (): Promise<void> => void (await ninja.list({ perPage: 1 }, { attempts: 1 }));
    const patience = new Patience({ patienceMs: input.patienceMs, runId, probe, sleep, checkStop, onNotice });
    this.#sending = { ninja, codes, look: this.#look, patience, budget: new RetryBudget(changes), sleep, checkStop };
    this.#sender = new BatchSender({
      input,
      sending: this.#sending,
      journal: this.#journal,
      freshness: this.#freshness,
      lookAgain: () => this.#lookPatiently(),
      note: (change, sent) => this.#note(change, sent),
      stopFor: (error) => this.#stopFor(error),
      isStopped: () => this.#stop !== null,
      checkStop,
    });
  }

  /** The first of them that fails, or is stored otherwise than it was meant, stops the run. */
  async pushCanary(seqs: ReadonlySet<number>): Promise<void> {
    const { readChanges, runId } = this.#input;
    this.#phase = 'canary';
    for await (const { change, outcome } of readChanges()) {
      if (seqs.has(change.seq) && outcome !== null && isFailure(outcome)) throw canaryFailed(runId, change, outcome);
    }
    for await (const batch of batchesOf(readChanges(), ({ change }) => seqs.has(change.seq))) await this.#push(batch);
    await this.verify();
    this.#phase = 'rest';
  }

  async pushRest(): Promise<void> {
    try {
      for await (const batch of batchesOf(this.#input.readChanges(), () => true)) await this.#push(batch);
    } catch (error) {
      const isLate = error instanceof SyncError && error.code === 'too-many-failures';
      if (!isLate || (await this.#isRestLeft())) throw error;
      // It was the very last one that was too many: there is nothing left to stop.
      this.#stop = null;
    }
    await this.#journal.flush();
    this.#phase = 'sent';
  }

  /** Compares what is stored with what was sent since the last look, as soon as the target answers. */
  async verify(): Promise<void> {
    this.#throwIfStopped();
    if (this.#look.isWaiting) await this.#lookPatiently();
    this.#throwIfStopped();
    await this.#journal.flush();
  }

  /** The last writes are looked at where the target still answers; why the run stops is what people must hear. */
  async lookBackOnce(cause: unknown): Promise<void> {
    const isAway = cause instanceof SyncError && judgeFailure(cause, false) === 'away';
    if (isAway || !this.#look.isWaiting) return;
    await this.#lookAndCorrect().catch(() => undefined);
  }

  /** What cannot be written any more is in doubt: the error that led here says why. */
  async flush(): Promise<void> {
    await this.#journal.flush().catch(() => undefined);
  }

  async #push(batch: readonly NotedChange[]): Promise<void> {
    this.#throwIfStopped();
    await this.#lookPatiently();
    await this.#waitForStragglers(batch);
    const items: Item[] = [];
    for (const noted of batch) {
      const prepared = prepareChange(noted, this.#look);
      if (prepared.kind === 'send') items.push(prepared.item);
      else this.#note(noted.change, prepared.sent);
    }
    // Also: before the first archive, every other change has its outcome durably.
    await this.#journal.flush();
    this.#throwIfStopped();
    await this.#sender.send(items);
    this.#throwIfStopped();
  }

  async #lookPatiently(): Promise<void> {
    for (;;) {
      try {
        await this.#lookAndCorrect();
        break;
      } catch (error) {
        if (!(error instanceof SyncError) || judgeFailure(error, false) !== 'away') throw error;
        await this.#sending.patience.wait(error);
      }
    }
    this.#throwIfStopped();
  }

  async #lookAndCorrect(): Promise<void> {
    const wrongs = await this.#look.look();
    this.#freshness.looked();
    for (const wrong of wrongs) {
      const outcome = asWrongOutcome(wrong, this.#input.now());
      this.#journal.note(outcome);
      this.#count(wrong.change, outcome);
    }
  }

  /** A process that died may have left requests at the server that are still carried out. */
  async #waitForStragglers(batch: readonly NotedChange[]): Promise<void> {
    if (!this.#mayBeUnderWay) return;
    for (const delayMs of LOOK_AGAIN_MS) {
      if (!batch.some((noted) => mayStillCome(noted, this.#look))) return;
      await this.#sending.sleep(delayMs);
      this.#throwIfStopped();
      await this.#lookPatiently();
    }
    this.#mayBeUnderWay = false;
  }

  #note(planned: Change, sent: Sent): void {
    const outcome = asOutcome(planned, sent, this.#input.now());
    if (sent.kind === 'written') {
      if (sent.change === null) this.#look.wrote(sent.clientId);
      else this.#look.expect(sent.clientId, sent.change);
    }
    this.#journal.note(outcome, () => this.#input.onOutcome(planned.kind, outcome.kind));
    this.#count(planned, outcome);
  }

  #count(change: Change, outcome: Outcome): void {
    const stop = this.#breaker.count(outcome.kind, outcome.reason);
    if (this.#phase === 'sent') return;
    if (this.#phase === 'canary' && isFailure(outcome)) this.#stopFor(canaryFailed(this.#input.runId, change, outcome));
    else if (stop !== null) this.#stopFor(stop);
  }

  async #isRestLeft(): Promise<boolean> {
    await this.#journal.flush();
    for await (const { status } of this.#input.readChanges()) if (status !== 'done') return true;
    return false;
  }

  #stopFor(error: unknown): void {
    this.#stop ??= error instanceof Error ? error : new Error(String(error));
  }

  #throwIfStopped(): void {
    if (this.#stop !== null) throw this.#stop;
    const { signal } = this.#input;
    if (!signal.aborted) return;
    if (signal.reason instanceof SyncError) throw signal.reason;
    throw new SyncError('interrupted', 'Stopped between two changes; the rest of the plan was not sent.');
  }
}
