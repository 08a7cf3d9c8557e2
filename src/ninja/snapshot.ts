/**
 * All clients of a target in canonical form, active, archived and deleted: no status filter, so that archiving and
 * deleting do not move rows while they are read (pages.ts).
 */

import type { Client } from '../plan/client.js';
import { toClient } from './canonical.js';
import type { Ninja } from './client.js';
import type { CodeTable } from './codes.js';
import { readPages } from './pages.js';

export interface SnapshotOptions {
  readonly codes: CodeTable;
  /** Clients a request; it shrinks by itself when the server cannot answer that many. */
  readonly perPage?: number;
  readonly onProgress?: (progress: { readonly read: number; readonly total: number }) => void;
}

/**
 * @throws SyncError `snapshot-inconsistent` when the target keeps changing under the read; what `list` throws
 */
export async function* readSnapshot(ninja: Ninja, options: SnapshotOptions): AsyncGenerator<readonly Client[]> {
  const { codes, perPage, onProgress } = options;
  for await (const page of readPages(ninja, { perPage, onProgress })) {
    yield page.map(({ client }) => toClient(client, codes));
  }
}
