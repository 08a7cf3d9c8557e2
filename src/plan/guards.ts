/**
 * Limits that stop a run before anything is written.
 *
 * Invariant: a guard that cannot be measured refuses: it never passes. What is compared is finite, or it is a breach.
 */

import type { GuardResult, PlanCounts } from './change.js';
import { checkColumns, checkEmpty, checkRows, checkTruncated } from './file-guards.js';
import { compareLimit, percent, plural, withoutNoise } from './guard-result.js';

interface Cap {
  readonly count: number;
  readonly ratio: number;
}

/** What `--allow` can name. `failures` stops a push; all others stop a plan from being applied. */
export const GUARDS = [
  'archive',
  'delete',
  'update',
  'create',
  'namesakes',
  'rejects',
  'empty',
  'rows',
  'columns',
  'truncated',
  'fields',
  'balance',
  'failures',
] as const;

export type Guard = (typeof GUARDS)[number];

/** The part of a job that says how much is too much. */
export interface GuardLimits {
  readonly archive: Cap;
  readonly delete: Cap;
  readonly update: Cap;
  readonly create: Cap;
  /** Share of the creates that may be called like a client which is there and which no row names. */
  readonly namesakes: number;
  readonly rejects: Cap;
  /** Share of rows that may be missing against the median of the last runs. */
  readonly rows: number;
  /** Clients on which a guarded field may change. */
  readonly fields: number;
  readonly failures: Cap;
}

/** What a file is, as far as it can look incomplete. */
export interface FileFacts {
  readonly name: string;
  readonly rows: number;
  readonly columns: readonly string[];
  readonly endsWithLineEnd: boolean;
  /** Line of a quote that is opened and never closed; `null`: none. */
  readonly openQuoteLine: number | null;
  /** Line of the last row when it has fewer cells than the header; `null`: it has not. */
  readonly shortLastLine: number | null;
  /** The record in the last row of the last run's file is in this run's files. True where there was no such run. */
  readonly holdsLastRecord: boolean;
  /** Rejected rows that somebody corrected: never the whole export, so what looks at its size does not apply. */
  readonly partial: boolean;
}

/** The files of an earlier run, in the order of the run. */
export type HistoryFacts = readonly Pick<FileFacts, 'rows' | 'columns' | 'endsWithLineEnd'>[];

export interface GuardInput {
  readonly job: string;
  readonly counts: PlanCounts;
  /** Clients that this job owns or adopts with this plan: what archives and deletes are a share of. */
  readonly ownedClients: number;
  readonly limits: GuardLimits;
  /** None for an undo: its guards are those on changes. */
  readonly files: readonly FileFacts[];
  /** Of the last runs that are done, newest first. */
  readonly history: readonly HistoryFacts[];
  /** Clients whose currency, country, VAT number or e-mail address of the primary contact changes. */
  readonly guardedFields: number;
  /** Creates that are called like a client which is there and which no row names. */
  readonly namesakes: number;
  /** Archives and deletes of clients with an open balance. */
  readonly balances: number;
}

/** One result for each guard that applies, in the order of `GUARDS`. */
export function checkGuards(input: GuardInput): readonly GuardResult[] {
  const { counts, files, limits, guardedFields, balances } = input;
  return [
    checkShare(input, 'archive'),
    checkShare(input, 'delete'),
    checkShare(input, 'update'),
    // A first fill of an empty company creates everything, and that is what it is for.
    ...(counts.clients === 0 ? [] : [checkShare(input, 'create')]),
    ...(files.length === 0 ? [] : [checkNamesakes(input), checkShare(input, 'rejects'), checkEmpty(input)]),
    ...checkRows(input),
    ...checkColumns(input),
    ...(files.length === 0 ? [] : [checkTruncated(input)]),
    checkCount(input, 'fields', guardedFields, limits.fields, GUARDED),
    checkCount(input, 'balance', balances, 0, 'with an open balance would be archived or deleted'),
  ];
}

const GUARDED = 'would get another currency, country, VAT number or e-mail address of the primary contact';
/** Failed changes that stop no run, however small it is; a job can set fewer. */
const FAILURES_MIN = 3;

/** People share names: so many stop no run, however few it creates. */
const NAMESAKES_MIN = 10;

/** Most new clients are there already, under keys that the file does not have: the target would hold them twice. */
function checkNamesakes({ job, counts, limits, namesakes }: GuardInput): GuardResult {
  const limit = Math.max(NAMESAKES_MIN, shareOf(limits.namesakes, counts.create));
  const counted = `${namesakes} of ${counts.create} creates are called like a client that no row names, limit ${limit}.`;
  return compareLimit(job, 'namesakes', namesakes, limit, {
    passed: counted,
    breached: `${counted} They may be in Invoice Ninja already, under other keys: compare the clients that the warnings (name-in-target) name, and let \`match\` say what both sides have. If they are others, allow it once with --allow namesakes.`,
  });
}

/** Changes that may fail in a push of so many; one more stops it. */
export function failureLimit({ failures }: Pick<GuardLimits, 'failures'>, changes: number): number {
  const limit = Math.min(failures.count, Math.max(FAILURES_MIN, shareOf(failures.ratio, changes)));
  return Number.isNaN(limit) ? 0 : limit;
}

interface Share {
  readonly measured: (input: GuardInput) => number;
  readonly of: (input: GuardInput) => number;
  readonly things: string;
  readonly fate: string;
}

const SHARES: Readonly<Record<'archive' | 'delete' | 'update' | 'create' | 'rejects', Share>> = {
  archive: {
    measured: ({ counts }) => counts.archive,
    of: ({ ownedClients }) => ownedClients,
    things: 'clients of the job',
    fate: 'would be archived',
  },
  delete: {
    measured: ({ counts }) => counts.delete,
    of: ({ ownedClients }) => ownedClients,
    things: 'clients of the job',
    fate: 'would be deleted',
  },
  update: {
    measured: ({ counts }) => counts.update,
    of: ({ counts }) => counts.clients,
    things: 'clients at the target',
    fate: 'would be updated',
  },
  create: {
    measured: ({ counts }) => counts.create,
    of: ({ counts }) => (Number.isNaN(counts.clients) ? Number.NaN : counts.records),
    things: 'records',
    fate: 'would be created',
  },
  rejects: {
    measured: ({ counts }) => counts.rejectedRows,
    of: ({ counts }) => counts.rows,
    things: 'rows',
    fate: 'are rejected',
  },
};

/** At most so many, and at most such a share. */
function checkShare(input: GuardInput, guard: keyof typeof SHARES): GuardResult {
  const { things, fate, ...share } = SHARES[guard];
  const [measured, of] = [share.measured(input), share.of(input)];
  const { count, ratio } = input.limits[guard];
  const limit = Math.min(count, shareOf(ratio, of));
  const counted = `${measured} of ${of} ${things} ${fate}`;
  const amount = of > 0 ? `${percent(measured / of)} of the ${things} ${fate} (${measured} of ${of})` : counted;
  return compareLimit(input.job, guard, measured, limit, {
    passed: `${counted}, limit ${limit}.`,
    breached: `${amount}, limit ${limit} (${percent(ratio)}${count > of ? '' : `, at most ${count}`}). ${lookAndAllow(guard)}`,
  });
}

function checkCount({ job }: GuardInput, guard: Guard, measured: number, limit: number, fate: string): GuardResult {
  const counted = `${plural(measured, 'client')} ${fate}, limit ${limit}.`;
  return compareLimit(job, guard, measured, limit, {
    passed: counted,
    breached: `${counted} ${lookAndAllow(guard)}`,
  });
}

function shareOf(ratio: number, of: number): number {
  return Math.floor(withoutNoise(ratio * of));
}

function lookAndAllow(guard: Guard): string {
  return `Look at the plan first, then allow it once with --allow ${guard}.`;
}
