/** How many requests a plan takes. */

import type { PlanCounts } from './change.js';

/**
 * Changes of one batch: ids of one bulk request (more take the server longer than it may, FACTS.md [417]: 100 ids 1 s,
 * 1000 ids 15-21 s), and writes between two looks at what changed at the target.
 */
export const BATCH_MAX = 100;

export type RequestCounts = Pick<
  PlanCounts,
  'create' | 'update' | 'restore' | 'upload' | 'archive' | 'delete' | 'documents'
>;

/**
 * Requests that applying a plan takes: one a create or update, one for each 100 of the others, and for each 100 changes
 * one look at what changed at the target; one a document, and before a client's first document one look at those that
 * it has. Planning again afterwards is not counted.
 *
 * @param clientsWithDocuments changes that bring documents, whatever their kind
 */
export function requestsFor(counts: RequestCounts, clientsWithDocuments = counts.upload): number {
  const batches = (count: number): number => Math.ceil(count / BATCH_MAX);
  const { create, update, restore, upload, documents } = counts;
  const bulks = batches(restore) + batches(counts.archive) + batches(counts.delete);
  const looks =
    batches(restore) +
    batches(create) +
    batches(update) +
    batches(upload) +
    batches(counts.archive) +
    batches(counts.delete);
  const last = create + update + restore > 0 ? 1 : 0;
  return create + update + restore + bulks + looks + documents + clientsWithDocuments + last;
}
