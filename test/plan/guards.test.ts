import { describe, expect, it } from 'vitest';
import type { GuardResult } from '../../src/plan/change.js';
import { checkGuards, failureLimit, GUARDS } from '../../src/plan/guards.js';
import type { Guard } from '../../src/plan/guards.js';
import { aFile, aGuardInput, breached, LIMITS, resultOf } from '../support/guard-inputs.js';
import type { GuardWish } from '../support/guard-inputs.js';

describe('a guard stops one step above its limit and not at it', () => {
  it.each<readonly [Guard, string, GuardWish, GuardWish]>([
    ['archive', 'the share', { counts: { archive: 5 } }, { counts: { archive: 6 } }],
    [
      'archive',
      'the count',
      { counts: { archive: 10 }, ownedClients: 1000 },
      { counts: { archive: 11 }, ownedClients: 1000 },
    ],
    ['archive', 'nothing owned', { ownedClients: 0 }, { counts: { archive: 1 }, ownedClients: 0 }],
    ['delete', 'the share', { counts: { delete: 5 } }, { counts: { delete: 6 } }],
    ['update', "the share of the target's clients", { counts: { update: 10 } }, { counts: { update: 11 } }],
    ['create', 'the share of the records', { counts: { create: 5 } }, { counts: { create: 6 } }],
    [
      'create',
      'a target that is not empty',
      { counts: { create: 100, clients: 0 } },
      { counts: { create: 100, clients: 1 } },
    ],
    [
      'namesakes',
      'the share of the creates',
      { namesakes: 20, counts: { create: 100, clients: 0 } },
      { namesakes: 21, counts: { create: 100, clients: 0 } },
    ],
    [
      'namesakes',
      'ten in any case',
      { namesakes: 10, counts: { create: 10, clients: 0 } },
      { namesakes: 11, counts: { create: 11, clients: 0 } },
    ],
    ['rejects', 'the share of the rows', { counts: { rejectedRows: 5 } }, { counts: { rejectedRows: 6 } }],
    ['fields', 'the count', { guardedFields: 10 }, { guardedFields: 11 }],
    ['balance', 'one client', { balances: 0 }, { balances: 1 }],
  ])('%s: %s', (guard, _, passes, stops) => {
    expect(breached(passes)).toEqual([]);
    expect(breached(stops)).toEqual([guard]);
  });
});

describe('the guards that apply', () => {
  const applying = (wish: GuardWish): readonly string[] => checkGuards(aGuardInput(wish)).map(({ guard }) => guard);

  it('are all but failures, in the order in which they are listed', () => {
    expect(applying({})).toEqual(GUARDS.filter((guard) => guard !== 'failures'));
  });

  it('are those on changes where nothing was read', () => {
    expect(applying({ files: [], history: [[aFile()]] })).toEqual([
      'archive',
      'delete',
      'update',
      'create',
      'fields',
      'balance',
    ]);
  });

  it.each([
    ['the target is empty', { counts: { clients: 0 } }, ['create']],
    ['nothing ran before', { history: [] }, ['rows', 'columns']],
    ['the file is new', { files: [aFile()], history: [[]] }, ['rows', 'columns']],
    ['the file holds corrected rows', { files: [aFile({ partial: true })] }, ['rows']],
  ] as const)('lack some when %s', (_, wish, lacking) => {
    expect(applying({}).filter((guard) => !applying(wish).includes(guard))).toEqual(lacking);
  });

  it('do not count restores and uploads as updates', () => {
    expect(breached({ counts: { restore: 200, upload: 200 } })).toEqual([]);
  });

  it('stop nothing when everything is allowed', () => {
    const all = { count: 1_000_000, ratio: 1 };
    const limits = { archive: all, delete: all, update: all, create: all, rejects: all, rows: 1, fields: 1000 };
    const counts = { archive: 100, delete: 100, create: 100, update: 200, rejectedRows: 100 };
    expect(breached({ limits, counts, guardedFields: 1000, files: [aFile({ rows: 1 })] })).toEqual([]);
  });
});

describe('a guard that cannot be measured', () => {
  const none = Number.NaN;
  it.each<readonly [string, Guard, GuardWish]>([
    ['archives', 'archive', { counts: { archive: none } }],
    ['owned clients', 'archive', { ownedClients: none }],
    ['a limit', 'archive', { limits: { archive: { count: none, ratio: 0.05 } } }],
    ['a share', 'delete', { limits: { delete: { count: 5, ratio: none } } }],
    ['updates', 'update', { counts: { update: none } }],
    ['namesakes', 'namesakes', { namesakes: none }],
    ['creates', 'namesakes', { counts: { create: none } }],
    ['clients', 'create', { counts: { clients: none } }],
    ['records', 'create', { counts: { records: none } }],
    ['rows', 'rejects', { counts: { rows: none } }],
    ['guarded fields', 'fields', { guardedFields: none }],
    ['their limit', 'fields', { limits: { fields: none } }],
    ['balances', 'balance', { balances: none }],
    ['without end', 'balance', { balances: Infinity }],
  ])('refuses: %s', (_, guard, wish) => {
    expect(resultOf(guard, {}).ok).toBe(true);
    expect(resultOf(guard, wish).ok).toBe(false);
  });
});

describe('the message of a breach', () => {
  it.each<readonly [Guard, GuardWish, Partial<GuardResult>]>([
    [
      'archive',
      { counts: { archive: 41 } },
      {
        measured: 41,
        limit: 5,
        message:
          'acme: 41 % of the clients of the job would be archived (41 of 100), limit 5 (5 %, at most 10). Look at the plan first, then allow it once with --allow archive.',
      },
    ],
    [
      'delete',
      { counts: { delete: 1 }, ownedClients: 0 },
      {
        message:
          'acme: 1 of 0 clients of the job would be deleted, limit 0 (5 %). Look at the plan first, then allow it once with --allow delete.',
      },
    ],
    [
      'rejects',
      { counts: { rejectedRows: 1, rows: 3 } },
      {
        message:
          'acme: 33.3 % of the rows are rejected (1 of 3), limit 0 (5 %). Look at the plan first, then allow it once with --allow rejects.',
      },
    ],
    [
      'fields',
      { guardedFields: 11 },
      {
        measured: 11,
        limit: 10,
        message:
          'acme: 11 clients would get another currency, country, VAT number or e-mail address of the primary contact, limit 10. Look at the plan first, then allow it once with --allow fields.',
      },
    ],
    [
      'balance',
      { balances: 1 },
      {
        measured: 1,
        limit: 0,
        message:
          'acme: 1 client with an open balance would be archived or deleted, limit 0. Look at the plan first, then allow it once with --allow balance.',
      },
    ],
  ])('%s', (guard, wish, result) => {
    expect(resultOf(guard, wish)).toMatchObject({ ok: false, ...result });
  });

  it.each([
    [0.05, '5 %'],
    [0.07, '7 %'],
    [0.29, '29 %'],
    [0.125, '12.5 %'],
    [0.3333, '33.3 %'],
    [1, '100 %'],
  ])('shows a limit of %s as %s', (ratio, shown) => {
    const { message } = resultOf('archive', {
      limits: { archive: { count: 100, ratio } },
      counts: { archive: 101 },
    });
    expect(message).toContain(`(${shown}, at most 100)`);
  });

  it('counts with the share that a person meant', () => {
    const limits = { archive: { count: 1000, ratio: 0.29 } };
    expect(resultOf('archive', { limits, counts: { archive: 29 } })).toMatchObject({ ok: true, limit: 29 });
  });

  it('is short when nothing is wrong', () => {
    expect(checkGuards(aGuardInput({ counts: { archive: 1 } })).map(({ message }) => message)).toEqual([
      'acme: 1 of 100 clients of the job would be archived, limit 5.',
      'acme: 0 of 100 clients of the job would be deleted, limit 5.',
      'acme: 0 of 200 clients at the target would be updated, limit 10.',
      'acme: 0 of 100 records would be created, limit 5.',
      'acme: 0 of 0 creates are called like a client that no row names, limit 10.',
      'acme: 0 of 100 rows are rejected, limit 5.',
      'acme: every file holds rows.',
      'acme: crm.csv: 100 rows, the median of the last runs is 100, limit at least 80.',
      'acme: every column of the last run is there.',
      'acme: every file looks whole.',
      'acme: 0 clients would get another currency, country, VAT number or e-mail address of the primary contact, limit 10.',
      'acme: 0 clients with an open balance would be archived or deleted, limit 0.',
    ]);
  });
});

describe('changes that may fail in a push', () => {
  it.each([
    ['the share of all', 0.02, 1_000_000, 1000, 20],
    ['the count', 0.02, 15, 1000, 15],
    ['three of a few', 0.02, 1_000_000, 12, 3],
    ['none where the job says so', 0.02, 0, 1000, 0],
    ['none of nobody knows how many', 0.02, 1_000_000, Number.NaN, 0],
  ])('are %s', (_, ratio, count, changes, limit) => {
    expect(failureLimit({ ...LIMITS, failures: { count, ratio } }, changes)).toBe(limit);
  });
});
