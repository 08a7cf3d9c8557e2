/** The parts of a plan: sorted changes, counts, guard results and a digest. Nothing is written that it does not show. */

import type { ClientField, ContactField } from '../mapping/fields.js';
import type { RowRef } from '../mapping/record.js';
import type { Client, Contact } from './client.js';
import type { KeyShapeProposal } from './key-shapes.js';

export type ChangeKind = 'create' | 'update' | 'restore' | 'upload' | 'archive' | 'delete';

/** The order in which kinds are sent: nothing is archived or deleted before everything else is through. */
export const CHANGE_ORDER: readonly ChangeKind[] = ['restore', 'create', 'update', 'upload', 'archive', 'delete'];

export interface FieldChange {
  readonly field: ClientField;
  /** `''` is blank. */
  readonly before: string;
  readonly after: string;
  /** Only in a conflict: what this job last pushed. Somebody changed it in Invoice Ninja since, and the file wins. */
  readonly then?: string;
}

export interface ContactFieldChange {
  readonly field: ContactField;
  readonly before: string;
  readonly after: string;
  /** As for a field of the client. */
  readonly then?: string;
}

/** A conflict in which the target wins: the difference is shown and left alone. */
export interface KeptEdit {
  readonly field: ClientField | ContactField;
  /** Name or e-mail address of the contact; `null`: a field of the client. */
  readonly contact: string | null;
  /** What this job last pushed, what the file says now, and what somebody made of it in Invoice Ninja. */
  readonly then: string;
  readonly source: string;
  readonly target: string;
}

/** A document that the client does not have yet. */
export interface DocumentChange {
  /** The name that the target will show. */
  readonly name: string;
  readonly bytes: number;
  /** As it stands in the cell: a path below `folder`, or an https address. */
  readonly reference: string;
  /** Folder of the export, absolute. */
  readonly folder: string;
}

/** One line for each contact that the client has or will have. `keep` has no fields. */
export interface ContactChange {
  readonly kind: 'keep' | 'add' | 'change' | 'remove';
  /** The contact's id at the target; `null` for `add`. Never an id of another client. */
  readonly id: string | null;
  /** Name or e-mail, for people. */
  readonly label: string;
  readonly fields: readonly ContactFieldChange[];
}

export interface Change {
  /** 1-based position in the plan: changes are sorted by kind (`CHANGE_ORDER`), then as the file has them. */
  readonly seq: number;
  /**
   * `restore` may carry fields and contacts as well: the client is restored first and updated then. `create`, `update`
   * and `restore` may carry documents, which are sent last; `upload` carries nothing else.
   */
  readonly kind: ChangeKind;
  /** `null` for `create`. */
  readonly clientId: string | null;
  /** The client's name (or e-mail), for people. */
  readonly label: string;
  readonly rows: readonly RowRef[];
  /** One sentence for people; code never branches on it. */
  readonly reason: string;
  readonly fields: readonly FieldChange[];
  readonly contacts: readonly ContactChange[];
  /** The client as read for this plan: what an update needs (all contacts, all settings, `updatedAt`). `null` for `create`. */
  readonly before: Client | null;
  /** Absent when there are none, as is `documents`. */
  readonly kept?: readonly KeptEdit[];
  readonly documents?: readonly DocumentChange[];
}

export interface GuardResult {
  /** The name to give to `--allow`. */
  readonly guard: string;
  readonly ok: boolean;
  readonly measured: number;
  readonly limit: number;
  /** What was measured, against which limit, and what to do. */
  readonly message: string;
}

export interface PlanCounts {
  readonly rows: number;
  readonly records: number;
  readonly clients: number;
  readonly create: number;
  readonly update: number;
  readonly restore: number;
  readonly upload: number;
  readonly archive: number;
  readonly delete: number;
  /** Files that go to clients, whatever the kind of their change. */
  readonly documents: number;
  /** Fields that somebody changed in Invoice Ninja since the job last pushed them and that the file has otherwise. */
  readonly conflicts: number;
  /** Clients that the file lacks, but not often enough in a row to be archived or deleted. */
  readonly absent: number;
  /** Records that equal their client. */
  readonly unchanged: number;
  /** Rows, not records. */
  readonly rejectedRows: number;
  readonly skippedRows: number;
  readonly unchangedRows: number;
  readonly warnings: number;
}

/** A record that was matched and is left alone on purpose (its client is archived, its kind is not in the policy). */
export interface SkippedRecord {
  readonly rows: readonly RowRef[];
  readonly clientId: string | null;
  readonly label: string;
  readonly reason: string;
}

export interface PlanSummary {
  readonly counts: PlanCounts;
  readonly guards: readonly GuardResult[];
  /** HTTP requests that applying takes. */
  readonly requests: number;
  /** Minutes at the target's limit (requests a minute); `null` when the target has none. */
  readonly minutes: number | null;
  readonly requestsPerMinute: number | null;
  /** SHA-256 over the changes in order, hex. */
  readonly digest: string;
  readonly target: string;
  /** The newest `updated_at` of the target's clients before they were read, Unix seconds: what is newer may have changed since. */
  readonly newestUpdate: number;
  /** A rejected row may be any client, so none counts as missing from the file and none is archived or deleted for it. */
  readonly missingSuspended: boolean;
  /** ISO 8601 UTC. */
  readonly plannedAt: string;
  /** Keys of the file that would match in another shape: proposals, never applied by themselves. Absent when there are none. */
  readonly keyShapes?: readonly KeyShapeProposal[];
}

/** What became of a row. */
export type OutcomeKind =
  | 'created'
  | 'updated'
  | 'unchanged'
  | 'archived'
  | 'restored'
  | 'uploaded'
  | 'deleted'
  | 'rejected'
  | 'failed'
  | 'skipped';

export interface Outcome {
  readonly seq: number;
  readonly kind: OutcomeKind;
  /** Id at the target, when there is one. */
  readonly clientId: string | null;
  readonly reason: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  /** What the target holds otherwise than it was sent, field by field. Absent when nothing. */
  readonly differences?: readonly Difference[];
}

/** A value that was sent and that the target, read again, holds otherwise. */
export interface Difference {
  /** A field of the client, or `contacts.<field>`, `contact` (a whole one), `state` or `document`. */
  readonly field: string;
  /** Name or e-mail address of the contact; `null`: the client itself. */
  readonly contact: string | null;
  readonly wanted: string;
  readonly stored: string;
}

export function contactLabel(contact: Pick<Contact, 'first_name' | 'last_name' | 'email'>): string {
  return `${contact.first_name} ${contact.last_name}`.trim() || contact.email.trim() || '(blank contact)';
}
