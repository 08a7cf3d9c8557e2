/** How many requests a plan takes. */

import type { PlanCounts } from './change.js';

/** Ids in one bulk request: more take the server longer than it may (FACTS.md [417]: 100 ids 1 s, 1000 ids 15-21 s). */
export const BULK_IDS_MAX = 100;
/** Changes between two looks at what other people changed meanwhile. */
export const STALE_CHECK_EVERY = 100;

/**
 * Requests that applying a plan takes: one a create or update, one for each 100 of the others, and one look at other
 * people's changes for each 100 writes. Reading the target again at the end is not counted.
 */
export function requestsFor(counts: Pick<PlanCounts, 'create' | 'update' | 'restore' | 'archive' | 'delete'>): number {
  const batches = (count: number): number => Math.ceil(count / BULK_IDS_MAX);
  const writes = counts.create + counts.update + counts.restore;
  const bulks = batches(counts.restore) + batches(counts.archive) + batches(counts.delete);
  const held = counts.update + counts.restore + counts.archive + counts.delete;
  return writes + bulks + Math.ceil(held / STALE_CHECK_EVERY);
}
