/** Documents that go to a client, with the change that it gets anyway or as a change of their own. */

import type { SyncRecord } from '../mapping/record.js';
import type { DocumentChange } from './change.js';
import type { Client } from './client.js';
import { labelOf } from './diff.js';
import type { Policy, Verdict } from './diff.js';

/**
 * A client that is not active gets nothing, and one that is there already only where the job updates clients. One of
 * which the target's values win is left alone, but for documents.
 */
export function takesDocuments(
  record: SyncRecord,
  client: Client | null,
  verdict: Verdict,
  policy: Pick<Policy, 'update'>,
): boolean {
  if (record.documents === undefined) return false;
  if (verdict.kind === 'reject') return false;
  if (verdict.kind !== 'change') return policy.update && record.lifecycle === 'active' && client?.state === 'active';
  const { kind } = verdict.change;
  return kind === 'create' || (policy.update && (kind === 'update' || kind === 'restore'));
}

/** @param documents those that the client does not have yet */
export function withDocuments(
  verdict: Verdict,
  record: SyncRecord,
  client: Client | null,
  documents: readonly DocumentChange[],
): Verdict {
  if (documents.length === 0) return verdict;
  if (verdict.kind === 'change') return { kind: 'change', change: { ...verdict.change, documents } };
  if (client === null) return verdict;
  return {
    kind: 'change',
    change: {
      kind: 'upload',
      clientId: client.id,
      label: labelOf(record, client),
      rows: record.rows,
      reason: `The client lacks ${documents.length === 1 ? 'a document' : `${documents.length} documents`} of the file.`,
      fields: [],
      contacts: [],
      before: client,
      documents,
    },
  };
}
