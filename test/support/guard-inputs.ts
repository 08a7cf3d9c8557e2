/** What guards look at, with nothing in it that a guard would stop. */

import type { GuardResult, PlanCounts } from '../../src/plan/change.js';
import { checkGuards } from '../../src/plan/guards.js';
import type { FileFacts, Guard, GuardInput, GuardLimits } from '../../src/plan/guards.js';

const CAP = { count: 10, ratio: 0.05 };

export const LIMITS: GuardLimits = {
  archive: CAP,
  delete: CAP,
  update: CAP,
  create: CAP,
  rejects: CAP,
  namesakes: 0.2,
  rows: 0.2,
  fields: 10,
  failures: { count: 1_000_000, ratio: 0.02 },
};

const COUNTS: PlanCounts = {
  rows: 100,
  records: 100,
  clients: 200,
  create: 0,
  update: 0,
  restore: 0,
  upload: 0,
  archive: 0,
  delete: 0,
  documents: 0,
  conflicts: 0,
  absent: 0,
  unchanged: 0,
  rejectedRows: 0,
  skippedRows: 0,
  unchangedRows: 0,
  warnings: 0,
};

export function aFile(values: Partial<FileFacts> = {}): FileFacts {
  return {
    name: 'crm.csv',
    rows: 100,
    columns: ['Name', 'Mail', 'Phone'],
    endsWithLineEnd: true,
    openQuoteLine: null,
    shortLastLine: null,
    holdsLastRecord: true,
    partial: false,
    ...values,
  };
}

/** A guard input of which only some counts are said. */
export type GuardWish = Partial<Omit<GuardInput, 'counts' | 'limits'>> & {
  readonly counts?: Partial<PlanCounts>;
  readonly limits?: Partial<GuardLimits>;
};

export function aGuardInput({ counts, limits, ...wish }: GuardWish = {}): GuardInput {
  return {
    job: 'acme',
    ownedClients: 100,
    files: [aFile()],
    history: [[aFile()]],
    guardedFields: 0,
    namesakes: 0,
    balances: 0,
    ...wish,
    counts: { ...COUNTS, ...counts },
    limits: { ...LIMITS, ...limits },
  };
}

/** Names of the guards that stop it. */
export function breached(wish: GuardWish): readonly string[] {
  return checkGuards(aGuardInput(wish))
    .filter(({ ok }) => !ok)
    .map(({ guard }) => guard);
}

export function resultOf(guard: Guard, wish: GuardWish): GuardResult {
  const result = checkGuards(aGuardInput(wish)).find((one) => one.guard === guard);
  if (result === undefined) throw new Error(`${guard} does not apply`);
  return result;
}
