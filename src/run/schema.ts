/**
 * The tables of the state store, as Kysely sees them. Integers and text only, JSON in text: the same for every engine.
 */

import type { Generated } from 'kysely';
import type { ChangeStatus } from './store.js';
import type { RunStatus } from './status.js';

/** JSON of the type in brackets: a reminder for the reader, the checker sees a string. */
type Json = string;

export interface RunTable {
  readonly id: Generated<number>;
  readonly job: string;
  readonly target: string;
  readonly status: RunStatus;
  readonly created_at: string;
  readonly updated_at: string;
  /** `RunFile[]`. */
  readonly files: Json;
  /** `PlanSummary`. */
  readonly summary: Json | null;
  /** `RowOutcomes`. */
  readonly row_outcomes: Json | null;
  /** `RequestStatistics`. */
  readonly statistics: Json | null;
  readonly message: string | null;
  readonly folder: string | null;
}

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

/** Ids that wait for `adopt`, some thousand a row; the rows go when they are adopted. */
interface MatchedTable {
  readonly run_id: number;
  readonly part: number;
  /** `string[]`. */
  readonly ids: Json;
}

interface OwnedTable {
  readonly target: string;
  readonly job: string;
  readonly client_id: string;
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
  readonly matched: MatchedTable;
  readonly owned: OwnedTable;
  readonly state_versions: StateVersionTable;
}
