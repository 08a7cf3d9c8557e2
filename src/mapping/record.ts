/** A record: one desired client with its contacts, made from one or more rows. Everything is a string or a list. */

import type { ClientField, ContactField } from './fields.js';

/**
 * Only the fields that the record asks for are present. A present `''` means "make it empty" (the job's `blank: clear`
 * or the clear token); an absent field means "leave alone".
 */
export type ClientValues = Readonly<Partial<Record<ClientField, string>>>;
export type ContactValues = Readonly<Partial<Record<ContactField, string>>>;

/** What the export says about the client's life: nothing said is `active`. */
export type Lifecycle = 'active' | 'inactive' | 'deleted';

/** Where a row came from: index into the run's files, and the physical line. */
export interface RowRef {
  readonly file: number;
  readonly line: number;
}

export interface SyncRecord {
  readonly rows: readonly RowRef[];
  readonly client: ClientValues;
  readonly contacts: readonly ContactValues[];
  readonly lifecycle: Lifecycle;
  /** The export has a column for the life cycle, so `active` is a statement and not a default. */
  readonly lifecycleStated: boolean;
  /** False: a row of this client was rejected, so the list of contacts may lack one. */
  readonly contactsComplete: boolean;
  /** Documents that the file names for the client, as they stand in the cells. Absent when there are none. */
  readonly documents?: readonly DocumentReference[];
}

export interface DocumentReference {
  readonly row: RowRef;
  /** Header text of the column. */
  readonly column: string;
  /** A path beside the export, or an https address. */
  readonly reference: string;
}

export type RejectCode =
  // a row that cannot be read
  | 'broken-quote'
  | 'too-few-cells'
  | 'too-many-cells'
  | 'cut-row'
  | 'sum-row'
  // a cell that cannot be used
  | 'invalid-email'
  | 'email-too-long'
  | 'unknown-country'
  | 'unknown-currency'
  | 'unknown-language'
  | 'invalid-boolean'
  | 'invalid-payment-terms'
  | 'unknown-classification'
  | 'unknown-industry'
  | 'unknown-size'
  | 'unknown-lifecycle'
  | 'damaged-key'
  | 'key-too-long'
  | 'no-identity'
  | 'no-key'
  // rows that do not fit together
  | 'duplicate-email'
  | 'conflicting-values'
  | 'orphan-contact'
  // a record that cannot be placed
  | 'ambiguous-match'
  | 'duplicate-record'
  | 'edited-in-target'
  | 'key-conflict';

export type WarningCode =
  // a row that was mended when it was read
  | 'row-padded'
  | 'quote-kept'
  // a cell
  | 'text-cut'
  | 'html-removed'
  | 'unknown-industry'
  | 'unknown-size'
  | 'unknown-classification'
  | 'unknown-language'
  | 'invalid-payment-terms'
  | 'contact-merged'
  | 'several-companies'
  | 'number-guard-removed'
  | 'number-format'
  | 'date-in-cell'
  | 'lost-value'
  | 'lost-character'
  | 'escaped-text'
  | 'misread-text'
  | 'line-breaks-restored'
  | 'postal-code-padded'
  | 'postal-code-suspect'
  | 'sample-record'
  | 'unclear-name'
  | 'not-clearable'
  | 'document-unusable'
  // records that may be one client
  | 'same-name'
  | 'same-contact'
  | 'name-in-target';

/** A row or record that we refuse, or (with a `WarningCode`) take with a remark. */
export interface Located<Code extends string> {
  readonly row: RowRef;
  /** Header text of the column, `null` when the whole row is meant. */
  readonly column: string | null;
  readonly code: Code;
  /** The offending text as it stands in the file. */
  readonly value: string;
  /** What to do, one sentence. */
  readonly hint: string;
}

export type Reject = Located<RejectCode>;
export type Warning = Located<WarningCode>;

/** A row that is left out on purpose, with the reason. */
export interface Skip {
  readonly row: RowRef;
  readonly code: 'blank-row' | 'repeated-header' | 'report-line' | 'deleted-in-source' | 'not-a-customer';
  readonly reason: string;
}
