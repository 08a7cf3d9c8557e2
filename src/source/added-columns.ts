/**
 * The columns that a file of rejects has behind those of its source; with them it is known again when it
 * comes back, and reading knows that its cells were guarded (`csv-cell.ts`).
 */

export const ADDED_COLUMNS: readonly string[] = ['line', 'column', 'code', 'value', 'hint'].map(
  (name) => `ninja_sync_${name}`,
);

/** The columns of the source: a person who mends a file of rejects may have removed some of ours. */
export function withoutAdded(columns: readonly string[]): readonly string[] {
  return columns.filter((column) => !ADDED_COLUMNS.includes(column.toLowerCase()));
}
