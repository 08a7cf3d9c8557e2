/**
 * The state store in SQL that every engine of Kysely understands; each subject has a file of its own beside this one.
 *
 * Invariants: a method returns after its transaction was committed; a plan is stored whole or not at all. What a
 * transaction reads stays as it is until it commits: the engine sees to that (SQLite lets one write at a time).
 */

import type { Kysely } from 'kysely';
import type { Reject, Skip, Warning } from '../../mapping/record.js';
import type { Baseline } from '../../plan/baseline.js';
import type { Outcome, OutcomeKind, SkippedRecord } from '../../plan/change.js';
import type { ClaimedFile, FileRole, KeptFile } from '../file-book.js';
import type { PruneStore } from '../prune-store.js';
import type {
  Delivery,
  Notice,
  NoticeState,
  NoticeTiming,
  RunEvent,
  RunEventOptions,
  StoredNotice,
} from '../notices.js';
import type { ContentKey, Fetched, LedgerEntry, Poll } from '../content-store.js';
import type { Lease, LeaseAnswer, LeaseWish } from '../lease-store.js';
import type {
  ChangeStatus,
  JobAtTarget,
  OwnedClients,
  PartCounts,
  PlanParts,
  Run,
  RunOnce,
  RunPatch,
  RunStart,
  KnownTarget,
  Store,
  StoredChange,
  TargetMove,
} from '../store.js';
import * as claims from './claims.js';
import * as fetched from './fetched.js';
import * as files from './files.js';
import * as journal from './journal.js';
import * as leases from './leases.js';
import * as ledger from './ledger.js';
import * as notices from './notices.js';
import * as plans from './plans.js';
import { openPruning } from './pruning.js';
import * as runs from './runs.js';
import type { StateDatabase } from './schema.js';
import * as targets from './targets.js';

export class KyselyStore implements Store {
  readonly pruning: PruneStore;
  readonly #database: Kysely<StateDatabase>;

  constructor(database: Kysely<StateDatabase>) {
    this.#database = database;
    this.pruning = openPruning(database);
  }

  createRun(start: RunStart): Promise<Run> {
    return this.#database.transaction().execute((transaction) => runs.createRun(transaction, start));
  }

  updateRun(id: number, patch: RunPatch): Promise<Run> {
    return runs.updateRun(this.#database, id, patch);
  }

  findRun(id: number): Promise<Run | undefined> {
    return runs.findRun(this.#database, id);
  }

  listRuns(limit: number): Promise<readonly Run[]> {
    return runs.listRuns(this.#database, limit);
  }

  findHistory(target: string, job: string, limit: number): Promise<readonly Run[]> {
    return runs.findHistory(this.#database, target, job, limit);
  }

  findNewestDone(jobs: readonly JobAtTarget[]): Promise<readonly Run[]> {
    return runs.findNewestDone(this.#database, jobs);
  }

  findBegun(target: string, job: string, after: number): Promise<readonly Run[]> {
    return runs.findBegun(this.#database, target, job, after);
  }

  findLaterApplied(run: Run): Promise<Run | undefined> {
    return runs.findLaterApplied(this.#database, run);
  }

  listDue(job?: string, limit?: number): Promise<readonly Run[]> {
    return runs.listDue(this.#database, job, limit);
  }

  listUnfinished(job?: string): Promise<readonly Run[]> {
    return runs.listUnfinished(this.#database, job);
  }

  claimContent(content: ledger.Content): Promise<LedgerEntry | null> {
    return ledger.claimContent(this.#database, content);
  }

  createRunOnce(start: RunStart, content: Pick<ledger.Content, 'digest' | 'name'>): Promise<RunOnce> {
    return ledger.createRunOnce(this.#database, start, content);
  }

  releaseContent(runId: number): Promise<void> {
    return ledger.releaseContent(this.#database, runId);
  }

  releaseReplaced(job: string, digest: string): Promise<void> {
    return ledger.releaseReplaced(this.#database, job, digest);
  }

  findContent(job: string, wanted: ContentKey): Promise<LedgerEntry | undefined> {
    return ledger.findContent(this.#database, job, wanted);
  }

  readFetched(job: string, place: string): Promise<Fetched | undefined> {
    return fetched.readFetched(this.#database, job, place);
  }

  noteFetched(job: string, place: string, note: Fetched): Promise<void> {
    return fetched.noteFetched(this.#database, job, place, note);
  }

  forgetFetched(job: string, place: string): Promise<void> {
    return fetched.forgetFetched(this.#database, job, place);
  }

  notePoll(poll: Poll): Promise<void> {
    return fetched.notePoll(this.#database, poll);
  }

  listPolls(): Promise<readonly Poll[]> {
    return fetched.listPolls(this.#database);
  }

  clearPlan(runId: number): Promise<void> {
    return plans.clearPlan(this.#database, runId);
  }

  savePlan(runId: number, parts: PlanParts, lease?: Lease): Promise<void> {
    return plans.savePlan(this.#database, runId, parts, lease);
  }

  countParts(runId: number): Promise<PartCounts> {
    return plans.countParts(this.#database, runId);
  }

  readChanges(runId: number, status?: ChangeStatus): AsyncGenerator<StoredChange> {
    return plans.readChanges(this.#database, runId, status);
  }

  readRejects(runId: number): AsyncGenerator<Reject> {
    return plans.readRemarks<Reject>(this.#database, runId, 'reject');
  }

  readWarnings(runId: number): AsyncGenerator<Warning> {
    return plans.readRemarks<Warning>(this.#database, runId, 'warning');
  }

  readSkips(runId: number): AsyncGenerator<Skip> {
    return plans.readRemarks<Skip>(this.#database, runId, 'skip');
  }

  readSkippedRecords(runId: number): AsyncGenerator<SkippedRecord> {
    return plans.readRemarks<SkippedRecord>(this.#database, runId, 'skipped-record');
  }

  beginChanges(runId: number, seqs: readonly number[], lease: Lease): Promise<void> {
    return journal.beginChanges(this.#database, runId, seqs, lease);
  }

  finishChanges(runId: number, outcomes: readonly Outcome[]): Promise<void> {
    return journal.finishChanges(this.#database, runId, outcomes);
  }

  reopenChanges(runId: number, outcomes: readonly OutcomeKind[]): Promise<number> {
    return journal.reopenChanges(this.#database, runId, outcomes);
  }

  adopt(runId: number): Promise<void> {
    return claims.adopt(this.#database, runId);
  }

  readOwned(target: string, job: string): Promise<OwnedClients> {
    return claims.readOwned(this.#database, target, job);
  }

  readBaselines(target: string, job: string, clientIds: readonly string[]): Promise<ReadonlyMap<string, Baseline>> {
    return claims.readBaselines(this.#database, target, job, clientIds);
  }

  listTargets(): Promise<readonly KnownTarget[]> {
    return targets.listTargets(this.#database);
  }

  claimTarget(wish: KnownTarget): Promise<KnownTarget> {
    return targets.claimTarget(this.#database, wish);
  }

  acceptTarget(wish: KnownTarget, url: string): Promise<readonly TargetMove[]> {
    return targets.acceptTarget(this.#database, wish, url);
  }

  hasUnclaimedRuns(target: string): Promise<boolean> {
    return targets.hasUnclaimedRuns(this.#database, target);
  }

  acquireLease(wish: LeaseWish): Promise<LeaseAnswer> {
    return leases.acquireLease(this.#database, wish);
  }

  renewLease(lease: Lease, ttlMs: number): Promise<Lease | null> {
    return leases.renewLease(this.#database, lease, ttlMs);
  }

  checkLease(lease: Lease): Promise<void> {
    return leases.checkLease(this.#database, lease);
  }

  releaseLease(lease: Lease): Promise<void> {
    return leases.releaseLease(this.#database, lease);
  }

  breakLease(target: string): Promise<Lease | null> {
    return leases.breakLease(this.#database, target);
  }

  findLease(target: string): Promise<Lease | null> {
    return leases.findLease(this.#database, target);
  }

  listLeases(): Promise<readonly Lease[]> {
    return leases.listLeases(this.#database);
  }

  claimFile(file: ClaimedFile, now: number): Promise<boolean> {
    return files.claimFile(this.#database, file, now);
  }

  replaceRunFiles(runId: number, roles: readonly FileRole[], kept: readonly KeptFile[]): Promise<void> {
    return files.replaceRunFiles(this.#database, runId, roles, kept);
  }

  listRunFiles(runId: number): Promise<readonly KeptFile[]> {
    return files.listRunFiles(this.#database, runId);
  }

  listRunEvents(options: RunEventOptions): Promise<readonly RunEvent[]> {
    return notices.listRunEvents(this.#database, options);
  }

  settleRunEvent(event: RunEvent, added: readonly Notice[], timing: NoticeTiming): Promise<boolean> {
    return notices.settleRunEvent(this.#database, event, added, timing);
  }

  addNotices(added: readonly Notice[], timing: NoticeTiming): Promise<void> {
    return notices.addNotices(this.#database, added, timing);
  }

  claimNotice(now: number, leaseMs: number): Promise<StoredNotice | null> {
    return notices.claimNotice(this.#database, now, leaseMs);
  }

  finishNotice(notice: StoredNotice, delivery: Delivery): Promise<void> {
    return notices.finishNotice(this.#database, notice, delivery);
  }

  listNotices(states: readonly NoticeState[], limit: number): Promise<readonly StoredNotice[]> {
    return notices.listNotices(this.#database, states, limit);
  }

  noteArrival(job: string, at: string): Promise<void> {
    return notices.noteArrival(this.#database, job, at);
  }

  findLastArrival(job: string): Promise<string | null> {
    return notices.findLastArrival(this.#database, job);
  }

  async close(): Promise<void> {
    await this.#database.destroy();
  }
}
