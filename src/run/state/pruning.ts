/** Everything that pruning asks of the state, in one value. */

import type { Kysely } from 'kysely';
import type { PruneStore } from '../prune-store.js';
import * as prune from './prune.js';
import * as removable from './removable-files.js';
import type { StateDatabase } from './schema.js';

export function openPruning(database: Kysely<StateDatabase>): PruneStore {
  return {
    findPruneLines: (job, keep, now) => prune.findPruneLines(database, job, keep, now),
    listPrunable: (line, after, limit) => prune.listPrunable(database, line, after, limit),
    countRows: (runIds) => prune.countRows(database, runIds),
    beginPruning: (line, runIds, at) => prune.beginPruning(database, line, runIds, at),
    deletePruned: (rowsMax) => prune.deletePruned(database, rowsMax),
    listPruned: (runIds) => prune.listPruned(database, runIds),
    countOldNotices: (job, keep, now) => prune.countOldNotices(database, job, keep, now),
    deleteOldNotices: (job, keep, now) => prune.deleteOldNotices(database, job, keep, now),
    listRemovable: (before, after, limit) => removable.listRemovable(database, before, after, limit),
    countFilesOf: (runIds, before) => removable.countFilesOf(database, runIds, before),
    beginRemoval: (digest, before, now) => removable.beginRemoval(database, digest, before, now),
    endRemoval: (digest, now) => removable.endRemoval(database, digest, now),
  };
}
