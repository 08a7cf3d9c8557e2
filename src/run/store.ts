/**
 * Durable state behind one interface: runs, their plans and outcomes, and which clients a job owns.
 *
 * Whatever is returned was committed before. Iterators read in pages, so memory does not grow with the plan.
 */

import type { Reject, Skip, Warning } from '../mapping/record.js';
import type { Baseline } from '../plan/baseline.js';
import type { Change, Outcome, OutcomeKind, PlanSummary, SkippedRecord } from '../plan/change.js';
import type { Policy } from '../plan/diff.js';
import type { GuardLimits } from '../plan/guards.js';
import type { ContentStore, LedgerEntry } from './content-store.js';
import type { Progress } from './context.js';
import type { FileBook } from './file-book.js';
import type { Lease, LeaseStore } from './lease-store.js';
import type { NoticeStore } from './notices.js';
import type { PruneStore } from './prune-store.js';
import type { RunRequest, StopRequest } from './request.js';
import type { FileNote, FileProfile } from '../source/profile.js';
import type { RunStatus } from './status.js';

/** A file that a run read, as far as it is needed to recognise it and to read it again. */
export interface RunFile {
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
  /** SHA-256, hex. */
  readonly digest: string;
  readonly rows: number;
  readonly layout: string;
  /** Header texts, without the columns that this program added to a file of rejects. */
  readonly columns: readonly string[];
  readonly endsWithLineEnd: boolean;
  /** What the numbers of its rows count; absent where they are lines. */
  readonly unit?: FileProfile['unit'];
  /** Keys of the record in the last row, as `level:text`: a later file without it may have been cut off. */
  readonly lastKeys: readonly string[];
  /** A file of rejected rows that somebody corrected: who is not in it is not missing. */
  readonly partial: boolean;
  /** What was guessed, repaired or left out in it; absent when nothing was, and in runs of older releases. */
  readonly notes?: readonly FileNote[];
}

export interface RequestStatistics {
  readonly requests: number;
  /** Answers 429. */
  readonly throttled: number;
  readonly seconds: number;
  /** Requests in each consecutive bucket of `bucketSeconds`, for the plot. */
  readonly buckets: readonly number[];
  readonly bucketSeconds: number;
  /** Requests a minute that the target allows; `null` when it has no limit. */
  readonly limitPerMinute: number | null;
}

/** Rows by what became of them. The values add up to the rows that were read. */
export type RowOutcomes = Readonly<Record<OutcomeKind, number>>;

/** What a plan was made with and what applying it needs of the job: the job file is not read again. */
export interface RunRules {
  readonly concurrency: number;
  readonly requestsPerMinute: number | null;
  readonly policy: Policy;
  readonly guards: GuardLimits;
  /** How many changes go first: a share of all, at least `min`, at most `max`. */
  readonly canary: { readonly ratio: number; readonly min: number; readonly max: number } | null;
}

export interface Run {
  readonly id: number;
  readonly job: string;
  /** Base URL. */
  readonly target: string;
  readonly status: RunStatus;
  /** ISO 8601 UTC. */
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly files: readonly RunFile[];
  /** The run that this one undoes; it has no files then. */
  readonly undoes: number | null;
  /** What a worker was asked for; `null`: a command carries it out itself, and no worker touches it. */
  readonly request: RunRequest | null;
  /** Somebody asked it to stop; read between changes. */
  readonly stop: StopRequest | null;
  /** How far it is, as of `at`; `null` before it begins and after it ended. */
  readonly progress: RunProgress | null;
  /** `null` until it is planned. */
  readonly rules: RunRules | null;
  readonly summary: PlanSummary | null;
  readonly rowOutcomes: RowOutcomes | null;
  readonly statistics: RequestStatistics | null;
  /** Why it failed or breached, for people. */
  readonly message: string | null;
  /** Folder of `report.html`, `report.json` and `rejects.csv`, absolute. */
  readonly folder: string | null;
  /** When its plan and its files were deleted, as its job keeps no runs so old; `null`: they are there. */
  readonly prunedAt: string | null;
}

export type RunPatch = Partial<Omit<Run, 'id' | 'job' | 'target' | 'undoes' | 'createdAt' | 'updatedAt' | 'prunedAt'>>;

export type ChangeStatus = 'planned' | 'sending' | 'done';

export interface StoredChange {
  readonly change: Change;
  readonly status: ChangeStatus;
  /** `null` until `done`. */
  readonly outcome: Outcome | null;
}

/** The clients that a job owns at a target, as many as it has: what holds them decides how. */
export interface OwnedClients extends Iterable<string> {
  readonly size: number;
  has(id: string): boolean;
  /** Hash of the client's baseline; 0 when it has none or is not owned. */
  baselineHashOf(id: string): number;
  /** Exports in a row that lacked the client. */
  absencesOf(id: string): number;
}

/**
 * What the job will know about a client. A claim without a change comes true when the run is applied; one with a change
 * when that change is done. Either way the client is the job's own from then on.
 */
export interface Claim {
  /** `seq` of the change; `null`: the client needs none. */
  readonly change: number | null;
  /** `null`: the change creates it. */
  readonly clientId: string | null;
  /** `Baseline` as JSON; `null`: what is stored stays. */
  readonly baseline: string | null;
  /** Of that text, 1 to 2³² - 1; 0 when it is `null`. */
  readonly baselineHash: number;
  /** Exports in a row that lacked the client. */
  readonly absences: number;
}

/** A target, and the company that its runs work with. */
export interface KnownTarget {
  readonly target: string;
  /** `Company.key` and `Company.name`. */
  readonly company: string;
  readonly companyName: string;
  /** ISO 8601 UTC. */
  readonly since: string;
}

/** What was known under one name is known under another one. */
export interface TargetMove {
  readonly from: string;
  readonly to: string;
}

/** A change with its text: it is stored and digested without being read. */
export interface PlannedChange {
  readonly seq: number;
  /** `Change` as JSON. */
  readonly body: string;
}

export interface PlanParts {
  readonly changes: Iterable<PlannedChange>;
  readonly rejects: Iterable<Reject>;
  readonly warnings: Iterable<Warning>;
  readonly skips: Iterable<Skip>;
  readonly skippedRecords: Iterable<SkippedRecord>;
  readonly claims: Iterable<Claim>;
}

export type PartCounts = Readonly<Record<'changes' | 'rejects' | 'warnings' | 'skips' | 'skippedRecords', number>>;

export interface RunProgress {
  readonly phase: Progress['phase'];
  readonly done: number;
  readonly total: number;
  readonly unit: Progress['unit'];
  /** Units a minute in this phase. */
  readonly ratePerMinute: number;
  /** ISO 8601 UTC. */
  readonly at: string;
}

export interface JobAtTarget {
  readonly target: string;
  readonly job: string;
}

/** What is known of a run when it starts. */
export interface RunStart {
  readonly job: string;
  readonly target: string;
  readonly files: readonly RunFile[];
  /** The run that this one undoes. */
  readonly undoes?: number;
  /** With it the run is `queued`, without it `reading`. */
  readonly request?: RunRequest;
}

/** The new run, or the entry of the one that took the same content before. */
export type RunOnce = { readonly run: Run } | { readonly earlier: LedgerEntry };

export interface Store extends NoticeStore, FileBook, ContentStore, LeaseStore {
  readonly pruning: PruneStore;

  createRun(start: RunStart): Promise<Run>;
  /** @throws assertion when the transition is not in the table of `status.ts` */
  updateRun(id: number, patch: RunPatch): Promise<Run>;
  findRun(id: number): Promise<Run | undefined>;
  /** Newest first. */
  listRuns(limit: number): Promise<readonly Run[]>;

  /** Runs that a worker has to act on: not parked, not ended, nobody asked them to stop. Oldest first. */
  listDue(job?: string, limit?: number): Promise<readonly Run[]>;
  /** The job's runs at workers that have not ended, parked ones included. Oldest first. */
  listUnfinished(job?: string): Promise<readonly Run[]>;

  /** Creates the run and claims its content in one transaction; creates nothing when it was claimed before. */
  createRunOnce(start: RunStart, content: { readonly digest: string; readonly name: string }): Promise<RunOnce>;
  /** Runs of the job at this target that are `done`, read whole files and undid nothing; newest first. */
  findHistory(target: string, job: string, limit: number): Promise<readonly Run[]>;
  /** Of each of these jobs the newest run of its history, where it has one. */
  findNewestDone(jobs: readonly JobAtTarget[]): Promise<readonly Run[]>;
  /** Runs of the job at this target with higher numbers whose changes were begun and that are not done; newest first. */
  findBegun(target: string, job: string, after: number): Promise<readonly Run[]>;
  /** The newest run of its job at its target that has a higher number and began to be applied; undos count as well. */
  findLaterApplied(run: Run): Promise<Run | undefined>;

  /** Takes back a plan of which nothing was sent, so that the run can be planned again. */
  clearPlan(runId: number): Promise<void>;
  /**
   * All or nothing.
   *
   * @param lease under which the plan was made, where several processes may plan the same run
   * @throws SyncError `lease-lost` when somebody else holds the target by now: nothing is stored
   */
  savePlan(runId: number, parts: PlanParts, lease?: Lease): Promise<void>;
  /** How many there are of each part of a plan. */
  countParts(runId: number): Promise<PartCounts>;
  /** In the order of `seq`. */
  readChanges(runId: number, status?: ChangeStatus): AsyncGenerator<StoredChange>;
  readRejects(runId: number): AsyncGenerator<Reject>;
  readWarnings(runId: number): AsyncGenerator<Warning>;
  readSkips(runId: number): AsyncGenerator<Skip>;
  readSkippedRecords(runId: number): AsyncGenerator<SkippedRecord>;

  /**
   * Notes durably, before the requests, that these changes are about to be sent. One transaction: cheap in groups.
   *
   * @throws SyncError `lease-lost` when somebody else holds the target by now, or nobody: nothing may be sent
   * @throws assertion when one of them is not in the plan or has its outcome
   */
  beginChanges(runId: number, seqs: readonly number[], lease: Lease): Promise<void>;
  /**
   * Notes durably, after the answers, what became of them; it needs no lease, as what was sent was sent. Claims of
   * changes that gave the client its values come true with them. A client that was archived or deleted stays the job's
   * own, and its absences begin again at 0.
   */
  finishChanges(runId: number, outcomes: readonly Outcome[]): Promise<void>;
  /**
   * Takes back these outcomes; tells how many. The changes are in doubt then: what failed may have been written, so they
   * are looked up before they are sent again.
   */
  reopenChanges(runId: number, outcomes: readonly OutcomeKind[]): Promise<number>;

  /** The claims of clients that need no change come true. May be called again; goes on where it was cut off. */
  adopt(runId: number): Promise<void>;
  readOwned(target: string, job: string): Promise<OwnedClients>;
  /** What was last pushed, for those of the clients that have it. */
  readBaselines(target: string, job: string, clientIds: readonly string[]): Promise<ReadonlyMap<string, Baseline>>;

  /** By name. */
  listTargets(): Promise<readonly KnownTarget[]>;
  /**
   * Notes the company of a target that has none so far. One of several that ask at once succeeds.
   *
   * @returns what holds: the wish; what was noted for the target before; or another target that has the company, where
   *   one of the two has a name of its own (`isNamed`)
   */
  claimTarget(wish: KnownTarget): Promise<KnownTarget>;
  /**
   * From now on the target is this company. What is known of the company under another name, or of `url` while nobody
   * noted a company there, becomes the target's; what is known of the target's former company is kept under a name of
   * its own, and becomes the target's again when that company is accepted again.
   *
   * @throws SyncError `target-busy` while a run holds one of them
   */
  acceptTarget(wish: KnownTarget, url: string): Promise<readonly TargetMove[]>;
  /** There are runs of it, but no company is noted: they are older than such notes. */
  hasUnclaimedRuns(target: string): Promise<boolean>;

  close(): Promise<void>;
}
