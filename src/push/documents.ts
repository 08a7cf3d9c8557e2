/**
 * The documents of a change, sent after everything else of it. Each is looked for anew, under the same rules as when it
 * was planned: between plan and push a file may have become another one, or a link out of the export's folder.
 */

import type { Ninja } from '../ninja/client.js';
import { uploadDocuments } from '../ninja/upload.js';
import type { Difference, DocumentChange } from '../plan/change.js';
import { openDocuments } from '../source/documents.js';
import type { FetchOptions } from '../source/fetch-document.js';
import { inSpan } from '../tracing.js';

/**
 * Sends what the client does not have yet: the same call again, after whatever happened to the first one, sends only
 * what is missing.
 *
 * @returns a difference for each document that cannot be had, has changed since the plan, or was not stored
 * @throws SyncError what concerns the target and not one document; `target-in-doubt` when an upload failed and the
 *   document list does not show it
 */
export async function sendDocuments(
  ninja: Pick<Ninja, 'show' | 'upload'>,
  clientId: string,
  documents: readonly DocumentChange[],
  options: FetchOptions = {},
): Promise<readonly Difference[]> {
  const source = openDocuments(options);
  try {
    const files = documents.map(({ name, bytes, reference, folder }) => ({
      name,
      bytes,
      read: () => source.read(reference, folder),
    }));
    const attributes = { 'ninja_sync.documents': files.length };
    const outcomes = await inSpan('upload', () => uploadDocuments(ninja, clientId, files), { attributes });
    return outcomes.flatMap((outcome) =>
      outcome.outcome === 'failed'
        ? [{ field: 'document', contact: null, wanted: outcome.name, stored: outcome.why }]
        : [],
    );
  } finally {
    await source.close();
  }
}
