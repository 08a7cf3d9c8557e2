/**
 * What the state knows of the file store: which files runs need, and which are being put there or removed.
 *
 * Invariants: a file that a run names is never removed, and neither is one that somebody stored of late: its run may be
 * about to be made. Who stores a file says so first (`claimFile`); who removes one has to have said so before that.
 */

/** `input`: the run reads it; `report`, `rejects`: the run made it. */
export type FileRole = 'input' | 'report' | 'rejects';

/** A file of a run, as the file store has it. */
export interface KeptFile {
  readonly role: FileRole;
  /** Of an input where it lay, absolute; of what the run made the name in the run's folder. */
  readonly name: string;
  /** SHA-256, hex. */
  readonly digest: string;
  readonly bytes: number;
}

export type ClaimedFile = Pick<KeptFile, 'digest' | 'bytes'>;

/** A removal takes less, or its process is dead. The SDK of S3 gives a request up after 4 × 65 s. */
export const REMOVAL_MAX_MS = 10 * 60_000;

export interface FileBook {
  /**
   * Somebody is about to store the file, or to use it again: nobody removes it for a day.
   *
   * @param now milliseconds since 1970
   * @returns false while somebody removes it: ask again in a moment
   */
  claimFile(file: ClaimedFile, now: number): Promise<boolean>;
  /** The run has these files, instead of those that it had in these roles. */
  replaceRunFiles(runId: number, roles: readonly FileRole[], files: readonly KeptFile[]): Promise<void>;
  /** By role and name. */
  listRunFiles(runId: number): Promise<readonly KeptFile[]>;
}
