/** A run as a row of its table, and back. What an older release stored lacks what it did not know: it is filled in. */

import type { Updateable } from 'kysely';
import type { PlanCounts, PlanSummary } from '../../plan/change.js';
import type { Run, RunFile, RunPatch, RowOutcomes } from '../store.js';
import type { RunRow, StateDatabase } from './schema.js';

/** Nothing that a guard could stumble over: no column that is gone, no row that is cut off. */
const FILE_DEFAULTS = {
  columns: [],
  endsWithLineEnd: false,
  lastKeys: [],
  partial: false,
} as const satisfies Partial<RunFile>;

const COUNT_DEFAULTS = { upload: 0, documents: 0, conflicts: 0, absent: 0 } as const satisfies Partial<PlanCounts>;

const OUTCOME_DEFAULTS = { uploaded: 0 } as const satisfies Partial<RowOutcomes>;

export function toRun(row: RunRow): Run {
  const files = JSON.parse(row.files) as readonly (Omit<RunFile, keyof typeof FILE_DEFAULTS> & Partial<RunFile>)[];
  const summary = fromJson(row.summary) as Run['summary'];
  const rowOutcomes = fromJson(row.row_outcomes) as Run['rowOutcomes'];
  return {
    id: row.id,
    job: row.job,
    target: row.target,
    status: row.status,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    files: files.map((file) => ({ ...FILE_DEFAULTS, ...file })),
    undoes: row.undoes,
    request: fromJson(row.request) as Run['request'],
    stop: row.stop,
    progress: fromJson(row.progress) as Run['progress'],
    rules: fromJson(row.rules) as Run['rules'],
    summary: summary === null ? null : fillSummary(summary),
    rowOutcomes: rowOutcomes === null ? null : { ...OUTCOME_DEFAULTS, ...rowOutcomes },
    statistics: fromJson(row.statistics) as Run['statistics'],
    message: row.message,
    folder: row.folder,
    prunedAt: row.pruned_at,
  };
}

/** The columns that the patch speaks of, and no others. */
export function toColumns(patch: RunPatch): Updateable<StateDatabase['runs']> {
  return {
    ...(patch.status === undefined ? {} : { status: patch.status }),
    ...(patch.files === undefined ? {} : { files: JSON.stringify(patch.files) }),
    ...(patch.request === undefined ? {} : { request: toJson(patch.request) }),
    ...(patch.stop === undefined ? {} : { stop: patch.stop }),
    ...(patch.progress === undefined ? {} : { progress: toJson(patch.progress) }),
    ...(patch.rules === undefined ? {} : { rules: toJson(patch.rules) }),
    ...(patch.summary === undefined ? {} : { summary: toJson(patch.summary) }),
    ...(patch.rowOutcomes === undefined ? {} : { row_outcomes: toJson(patch.rowOutcomes) }),
    ...(patch.statistics === undefined ? {} : { statistics: toJson(patch.statistics) }),
    ...(patch.message === undefined ? {} : { message: patch.message }),
    ...(patch.folder === undefined ? {} : { folder: patch.folder }),
  };
}

function fillSummary(summary: PlanSummary): PlanSummary {
  return { ...summary, counts: { ...COUNT_DEFAULTS, ...summary.counts } };
}

function toJson(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value);
}

function fromJson(text: string | null): unknown {
  return text === null ? null : JSON.parse(text);
}
