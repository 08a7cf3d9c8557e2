/**
 * Durable state behind one interface: runs, their plans and outcomes, and which clients a job owns.
 *
 * Whatever is returned was committed before. Iterators read in pages, so memory does not grow with the plan.
 */

import type { Reject, Skip, Warning } from '../mapping/record.js';
import type { Change, Outcome, OutcomeKind, PlanSummary, SkippedRecord } from '../plan/change.js';
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
  readonly summary: PlanSummary | null;
  readonly rowOutcomes: RowOutcomes | null;
  readonly statistics: RequestStatistics | null;
  /** Why it failed or breached, for people. */
  readonly message: string | null;
  /** Folder of `report.html`, `report.json` and `rejects.csv`, absolute. */
  readonly folder: string | null;
}

export type RunPatch = Partial<Omit<Run, 'id' | 'job' | 'target' | 'createdAt' | 'updatedAt'>>;

export type ChangeStatus = 'planned' | 'sending' | 'done';

export interface StoredChange {
  readonly change: Change;
  readonly status: ChangeStatus;
  /** `null` until `done`. */
  readonly outcome: Outcome | null;
}

/** A set of ids, as large as the target: what holds it decides how. */
export interface OwnedIds extends Iterable<string> {
  readonly size: number;
  has(id: string): boolean;
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
  /** Ids of the clients that records of this run matched and that need no change: they become the job's own when it is applied. */
  readonly matchedIds: Iterable<string>;
}

export type PartCounts = Readonly<Record<'changes' | 'rejects' | 'warnings' | 'skips' | 'skippedRecords', number>>;

export interface Store {
  createRun(run: { readonly job: string; readonly target: string; readonly files: readonly RunFile[] }): Promise<Run>;
  /** @throws assertion when the transition is not in the table of `status.ts` */
  updateRun(id: number, patch: RunPatch): Promise<Run>;
  findRun(id: number): Promise<Run | undefined>;
  /** Newest first. */
  listRuns(limit: number): Promise<readonly Run[]>;

  /** All or nothing. */
  savePlan(runId: number, parts: PlanParts): Promise<void>;
  /** How many there are of each part of a plan. */
  countParts(runId: number): Promise<PartCounts>;
  /** In the order of `seq`. */
  readChanges(runId: number, status?: ChangeStatus): AsyncGenerator<StoredChange>;
  readRejects(runId: number): AsyncGenerator<Reject>;
  readWarnings(runId: number): AsyncGenerator<Warning>;
  readSkips(runId: number): AsyncGenerator<Skip>;
  readSkippedRecords(runId: number): AsyncGenerator<SkippedRecord>;

  /** Notes durably, before the request, that these changes are about to be sent. */
  beginChanges(runId: number, seqs: readonly number[]): Promise<void>;
  /** Notes durably, after the answer, what became of them. */
  finishChanges(runId: number, outcomes: readonly Outcome[]): Promise<void>;

  /** Makes the matched clients of the run's plan, and these, the job's own at this target. */
  adopt(runId: number, clientIds: readonly string[]): Promise<void>;
  /** Ids of the clients that the job owns at this target. */
  readOwned(target: string, job: string): Promise<OwnedIds>;

  close(): Promise<void>;
}
