/** What pruning asks of the state. */

import type { ClaimedFile } from './file-book.js';

/** `keep` of a job: a run stays while one of the two says so; at least one is given. */
export interface KeepRule {
  /** The newest so many. */
  readonly runs?: number | undefined;
  /** Those that changed in the last so many days. */
  readonly days?: number | undefined;
}

/** Runs of a job at a target that may go: all three hold for each of them. */
export interface PruneLine {
  readonly job: string;
  readonly target: string;
  /** Their numbers are smaller: newer ones are kept, needed to resume, or the last one that is done. */
  readonly below: number;
  /** ISO 8601 UTC: they have not changed since. */
  readonly before: string;
}

export interface PruneCounts {
  readonly changes: number;
  readonly claims: number;
  readonly remarks: number;
}

/** Files or folders. */
export interface FileCounts {
  readonly count: number;
  readonly bytes: number;
}

export interface PruneStore {
  /**
   * For each target of the job how far back its runs are kept; none where nothing may go.
   *
   * @param now milliseconds since 1970
   */
  findPruneLines(job: string, keep: KeepRule, now: number): Promise<readonly PruneLine[]>;
  /** Numbers of runs that may go, from above `after` on, in their order. */
  listPrunable(line: PruneLine, after: number, limit: number): Promise<readonly number[]>;
  /** How many rows they have. */
  countRows(runIds: readonly number[]): Promise<PruneCounts>;
  /**
   * From now on these runs are pruned, but for those of them that may not go any more: they can neither be shown in full
   * nor undone, and need no file. Their rows go in the portions of `deletePruned`.
   *
   * @param at ISO 8601 UTC
   * @returns those that are
   */
  beginPruning(line: PruneLine, runIds: readonly number[], at: string): Promise<readonly number[]>;
  /**
   * Deletes up to `rowsMax` rows of each table of runs that are pruned, also of those that somebody began and left.
   *
   * @returns `null`: there is nothing left
   */
  deletePruned(rowsMax: number): Promise<PruneCounts | null>;
  /** Those of the runs that are pruned. */
  listPruned(runIds: readonly number[]): Promise<readonly number[]>;

  /**
   * Messages of the job that are through and older than what the job keeps; the last of each event and channel stays, as
   * it tells whether something was told.
   */
  countOldNotices(job: string, keep: KeepRule, now: number): Promise<number>;
  deleteOldNotices(job: string, keep: KeepRule, now: number): Promise<number>;

  /** Files that no run needs, and that nobody stored since `before`; by digest, from above `after` on. */
  listRemovable(before: string, after: string, limit: number): Promise<readonly ClaimedFile[]>;
  /** Those that no other run needs. */
  countFilesOf(runIds: readonly number[], before: string): Promise<FileCounts>;
  /**
   * Somebody removes the file from the file store now, unless a run needs it by now or somebody is about to store it.
   *
   * @param now milliseconds since 1970; `endRemoval` takes the same
   */
  beginRemoval(digest: string, before: string, now: number): Promise<boolean>;
  /** It is removed. */
  endRemoval(digest: string, now: number): Promise<void>;
}
