/** What is said of a run whose plan and files were deleted, as its job keeps no runs so old. */

import { SyncError } from '../errors.js';
import type { Run } from './store.js';

/** @param prunedAt ISO 8601 UTC */
export function runPruned(id: number, prunedAt: string): SyncError {
  return new SyncError('run-pruned', describePruned(id, prunedAt), {
    hint: 'Its line in "ninja-sync runs" stays. How long runs are kept says "keep" in the job file.',
  });
}

/** @throws SyncError `run-pruned` */
export function checkKept({ id, prunedAt }: Pick<Run, 'id' | 'prunedAt'>): void {
  if (prunedAt !== null) throw runPruned(id, prunedAt);
}

/** One sentence. */
export function describePruned(id: number, prunedAt: string): string {
  const [day = ''] = prunedAt.split('T');
  return `Run ${id} was pruned on ${day}: its changes, rejects, report and files are deleted, so it cannot be shown in full, undone or carried on.`;
}
