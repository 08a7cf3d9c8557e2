/**
 * Limits that stop a run before anything is written. A guard that cannot be measured refuses: it never passes.
 */

import type { GuardResult, PlanCounts } from './change.js';

interface Cap {
  readonly count: number;
  readonly ratio: number;
}

interface GuardLimits {
  readonly archive: Cap;
  readonly delete: Cap;
  readonly update: Cap;
  readonly create: Cap;
  readonly rejects: Cap;
}

/** What `--allow` can name. */
export const GUARDS = ['archive', 'delete', 'update', 'create', 'rejects'] as const;

type Guard = (typeof GUARDS)[number];

export interface GuardInput {
  readonly job: string;
  readonly counts: PlanCounts;
  /** Clients that this job owns or adopts with this plan: what archives and deletes are a share of. */
  readonly ownedClients: number;
  /** `null`: the target did not say. */
  readonly seesAllClients: boolean | null;
  readonly limits: GuardLimits;
}

export function checkGuards(input: GuardInput): readonly GuardResult[] {
  const { counts, limits, job } = input;
  const results = [
    capped(
      job,
      'archive',
      counts.archive,
      input.ownedClients,
      limits.archive,
      "of the job's clients would be archived",
    ),
    capped(job, 'delete', counts.delete, input.ownedClients, limits.delete, "of the job's clients would be deleted"),
    capped(job, 'update', counts.update, counts.clients, limits.update, "of the target's clients would be updated"),
    capped(job, 'rejects', counts.rejectedRows, counts.rows, limits.rejects, 'of the rows are rejected'),
  ];
  // A first fill of an empty company creates everything, and that is what it is for.
  if (counts.clients > 0)
    results.push(
      capped(job, 'create', counts.create, counts.records, limits.create, 'of the records would be created'),
    );
  if (input.seesAllClients === false) {
    results.push({
      guard: 'permission',
      ok: false,
      measured: 0,
      limit: 0,
      message: `${job}: the token cannot see all clients, so clients that exist would be created again. Use a token of an administrator, or of a user who may view all clients.`,
    });
  }
  return results;
}

function capped(job: string, guard: string, measured: number, of: number, cap: Cap, what: string): GuardResult {
  const limit = Math.min(cap.count, Math.floor(cap.ratio * of));
  const ok = measured <= limit;
  const share = of === 0 ? 100 : Math.round((measured / of) * 1000) / 10;
  const message = ok
    ? `${job}: ${measured} of ${of} ${what}, limit ${limit}.`
    : `${job}: ${share} % ${what} (${measured} of ${of}), limit ${limit} (${cap.ratio * 100} %, at most ${cap.count}). Look at the plan first, then allow it once with --allow ${guard}.`;
  return { guard, ok, measured, limit, message };
}
