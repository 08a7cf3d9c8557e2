/** The sums and guards of an undo: those on changes, measured as for any plan. */

import { assert } from '../errors.js';
import type { PlanCounts, PlanSummary, SkippedRecord } from '../plan/change.js';
import { checkGuards } from '../plan/guards.js';
import { requestsFor } from '../plan/requests.js';
import type { ChangeTally } from '../plan/tally.js';
import type { ChangeSpill } from './change-spill.js';
import type { RunContext, Target } from './context.js';
import type { Remarks } from './remarks.js';
import type { Run } from './store.js';

/** An undo in the making. */
export interface UndoDraft {
  readonly changes: ChangeSpill;
  readonly tally: ChangeTally;
  /** What is not undone, with its reason. */
  readonly left: Remarks<SkippedRecord>;
  /** Changes of the run of which nothing is left. */
  unchanged: number;
}

export async function summariseUndo(
  { store, now }: RunContext,
  target: Target,
  run: Run,
  { changes, tally, unchanged }: UndoDraft,
  held: { readonly clients: number; readonly newestUpdate: number },
): Promise<PlanSummary> {
  assert(run.rules !== null, `run ${run.id} was planned with rules`);
  const counts: PlanCounts = {
    rows: 0,
    records: 0,
    clients: held.clients,
    create: changes.count('create'),
    update: changes.count('update'),
    restore: changes.count('restore'),
    upload: changes.count('upload'),
    archive: changes.count('archive'),
    delete: changes.count('delete'),
    documents: tally.documents,
    conflicts: tally.conflicts,
    absent: 0,
    unchanged: unchanged,
    rejectedRows: 0,
    skippedRows: 0,
    unchangedRows: 0,
    warnings: 0,
  };
  const requests = requestsFor(counts);
  const requestsPerMinute = run.rules.requestsPerMinute ?? target.throttle.limitPerMinute;
  return {
    counts,
    guards: checkGuards({
      job: run.job,
      counts,
      ownedClients: (await store.readOwned(run.target, run.job)).size,
      limits: run.rules.guards,
      files: [],
      history: [],
      guardedFields: tally.guardedFields,
      namesakes: 0,
      balances: tally.balances,
    }),
    requests,
    minutes: requestsPerMinute === null ? null : Math.round((requests / requestsPerMinute) * 10) / 10,
    requestsPerMinute,
    digest: changes.digest(),
    target: run.target,
    newestUpdate: held.newestUpdate,
    missingSuspended: false,
    plannedAt: now(),
  };
}
