import { describe, expect, it } from 'vitest';
import type { PlanCounts } from '../../src/plan/change.js';
import { checkGuards } from '../../src/plan/guards.js';
import type { GuardInput } from '../../src/plan/guards.js';
import { requestsFor } from '../../src/plan/requests.js';

const NO_COUNTS: PlanCounts = {
  rows: 100,
  records: 100,
  clients: 200,
  create: 0,
  update: 0,
  restore: 0,
  archive: 0,
  delete: 0,
  unchanged: 0,
  rejectedRows: 0,
  skippedRows: 0,
  unchangedRows: 0,
  warnings: 0,
};
const CAP = { count: 10, ratio: 0.05 };

interface Wish extends Partial<Omit<GuardInput, 'counts'>> {
  readonly counts?: Partial<PlanCounts>;
}

function breached({ counts, ...wish }: Wish): readonly string[] {
  const guards = checkGuards({
    job: 'acme',
    ownedClients: 100,
    limits: { archive: CAP, delete: CAP, update: CAP, create: CAP, rejects: CAP },
    ...wish,
    counts: { ...NO_COUNTS, ...counts },
  });
  return guards.filter((guard) => !guard.ok).map((guard) => guard.guard);
}

describe('a guard', () => {
  it.each([
    ['nothing is planned', {}, []],
    ['archives at the limit', { counts: { archive: 5 } }, []],
    ['archives one above the share', { counts: { archive: 6 } }, ['archive']],
    ['archives below the share and above the count', { counts: { archive: 11 }, ownedClients: 1000 }, ['archive']],
    ['archives and nobody is owned', { counts: { archive: 1 }, ownedClients: 0 }, ['archive']],
    ['deletes one above the share', { counts: { delete: 6 } }, ['delete']],
    ['updates of the clients of the target', { counts: { update: 10 } }, []],
    ['updates above', { counts: { update: 11 } }, ['update']],
    ['rejected rows above', { counts: { rejectedRows: 6 } }, ['rejects']],
    ['creates above', { counts: { create: 6 } }, ['create']],
    ['creates into an empty company', { counts: { create: 100, clients: 0 } }, []],
  ] as const)('%s', (_, wish, guards) => {
    expect(breached(wish)).toEqual(guards);
  });

  it('that allows everything stops nothing', () => {
    const all = { count: 1_000_000, ratio: 1 };
    const limits = { archive: all, delete: all, update: all, create: all, rejects: all };
    expect(breached({ limits, counts: { archive: 100, create: 100, update: 200, rejectedRows: 100 } })).toEqual([]);
  });

  it('says who, how much, the limit, and what to do', () => {
    const [archive] = checkGuards({
      job: 'acme',
      counts: { ...NO_COUNTS, archive: 41 },
      ownedClients: 100,
      limits: { archive: CAP, delete: CAP, update: CAP, create: CAP, rejects: CAP },
    });
    expect(archive).toMatchObject({ measured: 41, limit: 5 });
    expect(archive?.message).toMatch(/acme: 41 % .*\(41 of 100\), limit 5 .*--allow archive/);
  });
});

describe('requests of a plan', () => {
  it.each([
    ['nothing', {}, 0],
    ['one create: the look before it, and the one that sees it stored', { create: 1 }, 3],
    ['250 updates', { update: 250 }, 250 + 3 + 1],
    ['101 archives', { archive: 101 }, 2 + 2],
    ['restores are written as well', { restore: 2 }, 2 + 1 + 1 + 1],
  ])('%s', (_, counts, requests) => {
    expect(requestsFor({ ...NO_COUNTS, ...counts })).toBe(requests);
  });
});
