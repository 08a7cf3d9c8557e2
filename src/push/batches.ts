/** The changes that are sent together. */

import { BATCH_MAX } from '../plan/requests.js';
import type { NotedChange } from './prepare.js';

/** At most `BATCH_MAX` changes of one kind that are not done. */
export async function* batchesOf(
  changes: AsyncIterable<NotedChange>,
  isWanted: (change: NotedChange) => boolean,
): AsyncGenerator<readonly NotedChange[]> {
  let batch: NotedChange[] = [];
  for await (const one of changes) {
    if (one.status === 'done' || !isWanted(one)) continue;
    const [first] = batch;
    if (batch.length >= BATCH_MAX || (first !== undefined && first.change.kind !== one.change.kind)) {
      yield batch;
      batch = [];
    }
    batch.push(one);
  }
  if (batch.length > 0) yield batch;
}
