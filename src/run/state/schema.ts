/**
 * The tables of the state store, as Kysely sees them. Integers and text only, JSON in text: the same for every engine.
 */

import type { Generated, Selectable } from 'kysely';
import type { EventName } from '../../job/notify-keys.js';
import type { EventStatus, NoticeState } from '../notices.js';
import type { StopRequest } from '../request.js';
import type { RunStatus } from '../status.js';
import type { ChangeStatus } from '../store.js';
import type { FileRole } from '../file-book.js';

/** JSON of the type in brackets: a reminder for the reader, the checker sees a string. */
type Json = string;

/** More than 31 bits: engines give them back as numbers or as texts. */
type LargeInteger = number | string;

interface RunTable {
  readonly id: Generated<number>;
  readonly job: string;
  readonly target: string;
  readonly status: RunStatus;
  readonly created_at: string;
  readonly updated_at: string;
  /** `RunFile[]`. */
  readonly files: Json;
  readonly undoes: number | null;
  /** `RunRequest`. */
  readonly request: Json | null;
  readonly stop: StopRequest | null;
  /** `RunProgress`. */
  readonly progress: Json | null;
  /** `RunRules`. */
  readonly rules: Json | null;
  /** `PlanSummary`. */
  readonly summary: Json | null;
  /** `RowOutcomes`. */
  readonly row_outcomes: Json | null;
  /** `RequestStatistics`. */
  readonly statistics: Json | null;
  readonly message: string | null;
  readonly folder: string | null;
  /** When its plan was deleted because nobody keeps runs so old. */
  readonly pruned_at: string | null;
}

export type RunRow = Selectable<RunTable>;

interface ChangeTable {
  readonly run_id: number;
  readonly seq: number;
  readonly status: ChangeStatus;
  /** `Outcome`; `null` until `done`. */
  readonly outcome: Json | null;
  /** `Change`. */
  readonly body: Json;
}

export type RemarkKind = 'reject' | 'warning' | 'skip' | 'skipped-record';

interface RemarkTable {
  readonly run_id: number;
  readonly kind: RemarkKind;
  /** 1-based, in the order of the plan. */
  readonly seq: number;
  /** `Reject`, `Warning`, `Skip` or `SkippedRecord`. */
  readonly body: Json;
}

/** `Claim`s. Those without a change go when they have come true; the others stay, as their change may be sent again. */
interface ClaimTable {
  readonly run_id: number;
  /** 1-based, in the order of the plan. */
  readonly number: number;
  readonly change_seq: number | null;
  readonly client_id: string | null;
  /** `Baseline`. */
  readonly baseline: Json | null;
  readonly baseline_hash: LargeInteger;
  readonly absences: number;
}

interface OwnedTable {
  readonly target: string;
  readonly job: string;
  readonly client_id: string;
  /** `Baseline`. */
  readonly baseline: Json | null;
  readonly baseline_hash: LargeInteger;
  readonly absences: number;
}

/** Content that jobs took: the same export twice is no second run. */
interface LedgerTable {
  readonly job: string;
  readonly digest: string;
  readonly run_id: number;
  readonly name: string;
  readonly at: string;
}

/** What was last fetched from a place (an address without secrets, an object of a bucket), so that it is not fetched twice. */
interface FetchedTable {
  readonly job: string;
  readonly place: string;
  /** What tells one version of it from another: `Validators` or an ETag, as a text. */
  readonly version: string;
  readonly run_id: number | null;
  readonly at: string;
}

/** What became of the last look at the source of a job. */
interface PollTable {
  readonly job: string;
  readonly at: string;
  readonly ok: number;
  readonly message: string;
}

/** A row for each target that was ever written to: it is never deleted, so that a token never comes twice. */
interface LeaseTable {
  readonly target: string;
  readonly run_id: number;
  readonly host: string;
  readonly pid: number;
  readonly token: number;
  readonly since: string;
  /** `null`: given back or broken, nobody holds it. */
  readonly expires_at: string | null;
}

export type LeaseRow = Selectable<LeaseTable>;

/** Statuses that nobody made notices of yet. */
interface RunEventTable {
  readonly run_id: number;
  readonly status: EventStatus;
  readonly at: string;
}

/** `StoredNotice`s. Those that were delivered stay, so that nobody is told twice. */
interface NoticeTable {
  readonly id: string;
  readonly key: string;
  readonly channel: string;
  readonly job: string;
  readonly event: EventName;
  /** `Message`. */
  readonly body: Json;
  readonly count: number;
  readonly attempts: number;
  readonly state: NoticeState;
  readonly created_at: string;
  readonly due_at: string;
  readonly next_at: string;
  readonly error: string | null;
}

export type NoticeRow = Selectable<NoticeTable>;

/** When the newest export came that needed no run. */
interface ArrivalTable {
  readonly job: string;
  readonly at: string;
}

/** The company that the runs of a target work with: another one behind the same token is refused. */
interface TargetTable {
  readonly target: string;
  /** `Company.key`. */
  readonly company: string;
  readonly company_name: string;
  readonly since: string;
}

/** Files of the file store that a run needs: as long as one does, they stay. */
interface RunFileTable {
  readonly run_id: number;
  readonly role: FileRole;
  readonly name: string;
  readonly digest: string;
  readonly bytes: LargeInteger;
}

/** Files that this state put into the file store. */
interface StoredFileTable {
  readonly digest: string;
  readonly bytes: LargeInteger;
  /** When somebody last put it there, or was about to. */
  readonly used_at: string;
  /** When somebody began to remove it; `null`: nobody does. */
  readonly removing_at: string | null;
}

/** Runs of which not everything is deleted yet that is to go. */
interface PruningTable {
  readonly run_id: number;
}

/** One row for each migration that was applied. */
interface StateVersionTable {
  readonly version: number;
  readonly name: string;
  readonly applied_at: string;
}

export interface StateDatabase {
  readonly runs: RunTable;
  readonly changes: ChangeTable;
  readonly remarks: RemarkTable;
  readonly claims: ClaimTable;
  readonly owned: OwnedTable;
  readonly leases: LeaseTable;
  readonly ledger: LedgerTable;
  readonly run_events: RunEventTable;
  readonly notices: NoticeTable;
  readonly arrivals: ArrivalTable;
  readonly fetched: FetchedTable;
  readonly polls: PollTable;
  readonly targets: TargetTable;
  readonly run_files: RunFileTable;
  readonly stored_files: StoredFileTable;
  readonly prunings: PruningTable;
  readonly state_versions: StateVersionTable;
}
