/** Changes that belong to no row (missing clients, an undo) may fail as well: the outcomes of rows do not show it. */

import type { Run, Store } from './store.js';

export async function hasRowlessFailure(store: Pick<Store, 'readChanges'>, run: Run): Promise<boolean> {
  const { archive = 0, delete: deletes = 0 } = run.summary?.counts ?? {};
  const mayHaveNoRow = run.undoes !== null || archive + deletes > 0;
  if (run.rowOutcomes === null || !mayHaveNoRow) return false;
  for await (const { change, outcome } of store.readChanges(run.id, 'done')) {
    const refused = outcome?.kind === 'failed' || outcome?.kind === 'rejected';
    if (refused && change.rows.length === 0) return true;
  }
  return false;
}
