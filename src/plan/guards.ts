/**
 * Limits that stop a run before anything is written. A guard that cannot be measured refuses: it never passes.
 */

import type { GuardResult, PlanCounts } from './change.js';

interface Cap {
  readonly count: number;
  readonly ratio: number;
}

/** What `--allow` can name. */
export const GUARDS = ['archive', 'delete', 'update', 'create', 'rejects'] as const;

type Guard = (typeof GUARDS)[number];

export interface GuardInput {
  readonly job: string;
  readonly counts: PlanCounts;
  /** Clients that this job owns or adopts with this plan: what archives and deletes are a share of. */
  readonly ownedClients: number;
  readonly limits: Readonly<Record<Guard, Cap>>;
}

export function checkGuards({ job, counts, ownedClients, limits }: GuardInput): readonly GuardResult[] {
  const check = (guard: Guard, measured: number, of: number, things: string, fate: string): GuardResult => {
    const { count, ratio } = limits[guard];
    const limit = Math.min(count, Math.floor(ratio * of));
    const share = of === 0 ? 100 : Math.round((measured / of) * 1000) / 10;
    const ok = measured <= limit;
    const message = ok
      ? `${job}: ${measured} of ${of} ${things} would be ${fate}, limit ${limit}.`
      : `${job}: ${share} % of the ${things} would be ${fate} (${measured} of ${of}), limit ${limit} (${ratio * 100} %, at most ${count}). Look at the plan first, then allow it once with --allow ${guard}.`;
    return { guard, ok, measured, limit, message };
  };
  return [
    check('archive', counts.archive, ownedClients, 'clients of the job', 'archived'),
    check('delete', counts.delete, ownedClients, 'clients of the job', 'deleted'),
    check('update', counts.update, counts.clients, 'clients at the target', 'updated'),
    check('rejects', counts.rejectedRows, counts.rows, 'rows', 'rejected'),
    // A first fill of an empty company creates everything, and that is what it is for.
    ...(counts.clients > 0 ? [check('create', counts.create, counts.records, 'records', 'created')] : []),
  ];
}
