/** A run as a row of its table, and back. */

import type { Selectable, Updateable } from 'kysely';
import type { RunTable } from './schema.js';
import type { Run, RunFile, RunPatch } from './store.js';

export function toRun(row: Selectable<RunTable>): Run {
  return {
    id: row.id,
    job: row.job,
    target: row.target,
    status: row.status,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    files: JSON.parse(row.files) as readonly RunFile[],
    summary: fromJson(row.summary) as Run['summary'],
    rowOutcomes: fromJson(row.row_outcomes) as Run['rowOutcomes'],
    statistics: fromJson(row.statistics) as Run['statistics'],
    message: row.message,
    folder: row.folder,
  };
}

/** The columns that the patch speaks of, and no others. */
export function toColumns(patch: RunPatch): Updateable<RunTable> {
  return {
    ...(patch.status === undefined ? {} : { status: patch.status }),
    ...(patch.files === undefined ? {} : { files: JSON.stringify(patch.files) }),
    ...(patch.summary === undefined ? {} : { summary: toJson(patch.summary) }),
    ...(patch.rowOutcomes === undefined ? {} : { row_outcomes: toJson(patch.rowOutcomes) }),
    ...(patch.statistics === undefined ? {} : { statistics: toJson(patch.statistics) }),
    ...(patch.message === undefined ? {} : { message: patch.message }),
    ...(patch.folder === undefined ? {} : { folder: patch.folder }),
  };
}

function toJson(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value);
}

function fromJson(text: string | null): unknown {
  return text === null ? null : JSON.parse(text);
}
