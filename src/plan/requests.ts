/** How many requests a plan takes. */

import type { PlanCounts } from './change.js';

/**
 * Changes of one batch: ids of one bulk request (more take the server longer than it may, FACTS.md [417]: 100 ids 1 s,
 * 1000 ids 15-21 s), and writes between two looks at what changed at the target.
 */
export const BATCH_MAX = 100;

/**
 * Requests that applying a plan takes: one a create or update, one for each 100 of the others, and for each 100 changes
 * one look at what changed at the target. Planning again afterwards is not counted.
 */
export function requestsFor(counts: Pick<PlanCounts, 'create' | 'update' | 'restore' | 'archive' | 'delete'>): number {
  const batches = (count: number): number => Math.ceil(count / BATCH_MAX);
  const { create, update, restore } = counts;
  const bulks = batches(restore) + batches(counts.archive) + batches(counts.delete);
  const looks = batches(restore) + batches(create) + batches(update) + batches(counts.archive) + batches(counts.delete);
  const last = create + update + restore > 0 ? 1 : 0;
  return create + update + restore + bulks + looks + last;
}
