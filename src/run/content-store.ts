/** What jobs took before, in the durable state: content by its digest, and what was fetched from which place. */

/** Content that a job took before. */
export interface LedgerEntry {
  readonly runId: number;
  readonly name: string;
  /** ISO 8601 UTC. */
  readonly at: string;
}

/** How an entry of the ledger is found. */
export type ContentKey = { readonly digest: string } | { readonly name: string } | { readonly runId: number };

/** What was last fetched from a place. */
export interface Fetched {
  /** What tells one version from another. */
  readonly version: string;
  /** The run that was made of it; `null`: it was of no use. */
  readonly runId: number | null;
  /** ISO 8601 UTC. */
  readonly at: string;
}

/** How the last look at the source of a job went. */
export interface Poll {
  readonly job: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly ok: boolean;
  /** For people. */
  readonly message: string;
}

export interface ContentStore {
  /**
   * Notes that a run takes this content for its job; the entry in the way when one took it before.
   *
   * @param content.digest SHA-256 of all files together, hex
   */
  claimContent(content: {
    readonly job: string;
    readonly digest: string;
    readonly runId: number;
    readonly name: string;
  }): Promise<LedgerEntry | null>;
  /** The run's content may be taken again. */
  releaseContent(runId: number): Promise<void>;
  /** Content after which the job used other content may be taken again. */
  releaseReplaced(job: string, digest: string): Promise<void>;
  findContent(job: string, wanted: ContentKey): Promise<LedgerEntry | undefined>;

  readFetched(job: string, place: string): Promise<Fetched | undefined>;
  noteFetched(job: string, place: string, fetched: Fetched): Promise<void>;
  forgetFetched(job: string, place: string): Promise<void>;
  notePoll(poll: Poll): Promise<void>;
  /** By job. */
  listPolls(): Promise<readonly Poll[]>;
}
