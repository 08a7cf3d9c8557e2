/** What one row says: a part of a client, waiting for the other rows of the same client. */

import type {
  ClientValues,
  ContactValues,
  DocumentReference,
  Lifecycle,
  Reject,
  RowRef,
  Skip,
  Warning,
} from './record.js';

export interface Fragment {
  readonly row: RowRef;
  /**
   * What the row calls its client, for putting rows together. A row of the `clients` role has one `key` and the
   * `names` by which contacts may point to it; a row of the `contacts` role has a `link` for each of those names.
   */
  readonly key: string;
  readonly names: readonly string[];
  readonly links: readonly string[] | null;
  readonly client: ClientValues;
  readonly contacts: readonly ContactValues[];
  readonly lifecycle: Lifecycle | null;
  /** The row was rejected: it makes no change, but the client that it names is not missing from the file. */
  readonly rejected: boolean;
  /** Absent when the row names none. */
  readonly documents?: readonly DocumentReference[];
}

export interface MappedRow {
  /** Absent for a skipped row, and for a rejected one that names no client. */
  readonly fragment: Fragment | null;
  readonly rejects: readonly Reject[];
  readonly warnings: readonly Warning[];
  readonly skip: Skip | null;
}
