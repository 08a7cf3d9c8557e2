/** The second look at records that are not equal to their client: with what had to be fetched for it. */

import pLimit from 'p-limit';
import type { SyncRecord, Warning } from '../mapping/record.js';
import type { Baseline } from '../plan/baseline.js';
import type { Client } from '../plan/client.js';
import { planRecord } from '../plan/diff.js';
import type { Policy, Verdict } from '../plan/diff.js';
import { takesDocuments, withDocuments } from '../plan/upload.js';
import type { DocumentResolver } from './documents.js';
import type { Remarks } from './remarks.js';
import type { Store } from './store.js';

export interface FirstLook {
  readonly record: SyncRecord;
  readonly client: Client | null;
  readonly verdict: Verdict;
  /** It is needed to tell the file's news from what somebody changed at the target. */
  readonly hasBaseline: boolean;
}

export interface SecondLook {
  readonly record: SyncRecord;
  readonly client: Client | null;
  readonly verdict: Verdict;
  /** What the job last pushed, where it matters. */
  readonly then: Baseline | null;
}

export interface Lookup {
  readonly policy: Policy;
  readonly readBaselines: (clientIds: readonly string[]) => ReturnType<Store['readBaselines']>;
  readonly documents: Pick<DocumentResolver, 'resolve'>;
  readonly warnings: Pick<Remarks<Warning>, 'add'>;
}

/** Records whose documents are looked at together. */
const DOCUMENTS_AT_ONCE = 8;
const NO_BASELINES: ReadonlyMap<string, Baseline> = new Map();

/** In the same order. */
export async function lookAgain(looks: readonly FirstLook[], lookup: Lookup): Promise<readonly SecondLook[]> {
  const ids = looks.flatMap(({ client, hasBaseline }) => (hasBaseline && client !== null ? [client.id] : []));
  const baselines = ids.length === 0 ? NO_BASELINES : await lookup.readBaselines(ids);
  const seconds = looks.map(({ record, client, verdict }): SecondLook => {
    const then = client === null ? null : (baselines.get(client.id) ?? null);
    return { record, client, then, verdict: then === null ? verdict : planRecord(record, client, lookup.policy, then) };
  });
  const limit = pLimit(DOCUMENTS_AT_ONCE);
  const looked = await Promise.all(seconds.map((look) => limit(() => addDocuments(look, lookup))));
  // In the order of the records, whichever document was found first.
  for (const { warnings } of looked) for (const warning of warnings) lookup.warnings.add(warning);
  return looked.map(({ look }) => look);
}

interface LookedUp {
  readonly look: SecondLook;
  readonly warnings: readonly Warning[];
}

async function addDocuments(look: SecondLook, lookup: Lookup): Promise<LookedUp> {
  const { record, client, verdict } = look;
  if (!takesDocuments(record, client, verdict, lookup.policy)) return { look, warnings: [] };
  const { documents, warnings } = await lookup.documents.resolve(record, client);
  return { look: { ...look, verdict: withDocuments(verdict, record, client, documents) }, warnings };
}
