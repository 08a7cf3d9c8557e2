/** Which changes go first and are read back before the rest goes. Pure. */

import { SyncError } from '../errors.js';
import { CHANGE_ORDER } from '../plan/change.js';
import type { Change, ChangeKind, Outcome, PlanCounts } from '../plan/change.js';

export interface CanarySize {
  /** Of all changes. */
  readonly ratio: number;
  readonly min: number;
  readonly max: number;
}

type Counts = Pick<PlanCounts, ChangeKind>;

/** What cannot be taken back by the next run does not go first. */
const KINDS: readonly ChangeKind[] = ['restore', 'create', 'update', 'upload'];

/**
 * The `seq` of the changes that go first: of each kind in proportion, at least one, evenly spread over the plan.
 *
 * It relies on the plan's order: changes are numbered from 1, kind by kind.
 */
export function pickCanary(counts: Counts, { ratio, min, max }: CanarySize): ReadonlySet<number> {
  const all = CHANGE_ORDER.reduce((sum, kind) => sum + counts[kind], 0);
  const wanted = Math.min(max, Math.max(min, Math.ceil(ratio * all)));
  const eligible = KINDS.reduce((sum, kind) => sum + counts[kind], 0);
  const picked = new Set<number>();
  let first = 1;
  for (const kind of CHANGE_ORDER) {
    const count = counts[kind];
    if (KINDS.includes(kind) && count > 0) {
      const share = Math.min(count, Math.max(1, Math.round((wanted * count) / eligible)));
      for (let nth = 0; nth < share; nth += 1) picked.add(first + Math.floor((nth * count) / share));
    }
    first += count;
  }
  return picked;
}

/** One of them failed, or is stored otherwise than it was meant. */
export function canaryFailed(runId: number, { label, kind }: Change, { reason }: Outcome): SyncError {
  return new SyncError(
    'canary-failed',
    `Of the changes that go first, the ${kind} of ${label} is not as it was meant: the rest was not sent. ${reason}`,
    {
      hint: `Mend the cause and send it again: ninja-sync retry ${runId}. Or go on all the same: ninja-sync resume ${runId} --allow failures`,
    },
  );
}
