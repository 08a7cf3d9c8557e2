/** The numbers of a report, and the sentence that says them. Invariant: a number that is not known is not said. */

import type { Change, ChangeKind, OutcomeKind } from '../../plan/change.js';
import type { RunReport } from './data.js';
import { countOf, formatNumber } from './markup.js';
import type { RunStatus } from '../status.js';
import type { StoredChange } from '../store.js';

export const CHANGE_KINDS: readonly ChangeKind[] = ['create', 'update', 'restore', 'upload', 'archive', 'delete'];

export const OUTCOME_KINDS: readonly OutcomeKind[] = [
  'created',
  'updated',
  'restored',
  'uploaded',
  'archived',
  'deleted',
  'unchanged',
  'skipped',
  'rejected',
  'failed',
];

/** What became of a planned change, for the table that sets the plan against what was done. */
export type Fate = 'done' | 'left-alone' | 'failed' | 'in-doubt' | 'not-sent';

export const FATES: readonly Fate[] = ['done', 'left-alone', 'failed', 'in-doubt', 'not-sent'];

export function fateOf(stored: StoredChange): Fate {
  if (stored.outcome === null) return stored.status === 'sending' ? 'in-doubt' : 'not-sent';
  if (stored.outcome.kind === 'failed') return 'failed';
  return ['unchanged', 'skipped', 'rejected'].includes(stored.outcome.kind) ? 'left-alone' : 'done';
}

const ONLY_PLANNED: ReadonlySet<RunStatus> = new Set([
  'queued',
  'reading',
  'planned',
  'awaiting-approval',
  'breached',
  'rejected',
]);

/** True: nothing of the plan was applied so far, so no change is late. */
export function isOnlyPlan(report: RunReport): boolean {
  return ONLY_PLANNED.has(report.run.status);
}

export function plannedCount(report: RunReport, kind: ChangeKind): number {
  return report.run.summary?.counts[kind] ?? report.changes.filter(({ change }) => change.kind === kind).length;
}

export function plannedTotal(report: RunReport): number {
  return CHANGE_KINDS.reduce((total, kind) => total + plannedCount(report, kind), 0);
}

/** True: the report lists every change, so clients can be counted; else only what the run itself counted is known. */
export function listsAllChanges(report: RunReport): boolean {
  return report.changes.length === plannedTotal(report);
}

export function rowsRead(report: RunReport): number {
  return report.run.summary?.counts.rows ?? report.run.files.reduce((total, file) => total + file.rows, 0);
}

/** Rows that somebody has to look at. */
export function rowsForAttention(report: RunReport): number {
  const outcomes = report.run.rowOutcomes;
  return outcomes === null
    ? (report.run.summary?.counts.rejectedRows ?? report.rejects.length)
    : outcomes.rejected + outcomes.failed;
}

export interface Headline {
  readonly title: string;
  /** Further sentences, most important first. */
  readonly sentences: readonly string[];
}

type Piece = 'message' | 'plan' | 'done' | 'attention';

/** For each status the title (a sentence, or the piece that is one) and what follows it. */
const STORIES: Readonly<Record<RunStatus, readonly [string, ...Piece[]]>> = {
  'queued': ['The run waits for a worker.', 'message'],
  'reading': ['The files and the target are being read.', 'message'],
  'planned': ['plan', 'attention', 'message'],
  'awaiting-approval': ['The plan waits for somebody to approve it.', 'plan', 'attention', 'message'],
  'breached': ['Stopped before anything was written: the plan crosses a limit.', 'message', 'plan', 'attention'],
  'pushing': ['The plan is being applied.', 'done', 'attention', 'message'],
  'verifying': ['The target is being read again.', 'done', 'attention', 'message'],
  'done': ['done', 'attention', 'message'],
  'failed': ['The run failed.', 'message', 'done', 'attention'],
  'interrupted': ['The run was stopped before its end.', 'done', 'attention', 'message'],
  'rejected': ['Somebody refused the plan: nothing was written.', 'message', 'plan'],
  'cancelled': ['Somebody cancelled the run.', 'done', 'attention', 'message'],
};

export function writeHeadline(report: RunReport): Headline {
  const { status, message } = report.run;
  const pieces: Readonly<Record<Piece, readonly string[]>> = {
    message: message === null ? [] : [message],
    plan: [writePlan(report)],
    done: [writeDone(report)],
    attention: [
      ...(status === 'planned' || status === 'awaiting-approval' ? ['Nothing is written yet.'] : []),
      ...writeAttention(report),
    ],
  };
  const [title, ...rest] = STORIES[status];
  return {
    title: title === 'plan' || title === 'done' ? (pieces[title][0] ?? '') : title,
    sentences: rest.flatMap((piece) => pieces[piece]),
  };
}

function writePlan(report: RunReport): string {
  const parts = CHANGE_KINDS.flatMap((kind) => {
    const count = plannedCount(report, kind);
    return count === 0 ? [] : [{ count, words: kind === 'upload' ? 'to get documents' : `to ${kind}` }];
  });
  return writeCounts(parts, 'client') ?? writeNothing(report);
}

function writeNothing({ run }: RunReport): string {
  if (run.summary === null) return 'Nothing was written.';
  if (run.undoes !== null) return 'Nothing is left that can be undone.';
  return 'Nothing to change: the target already holds what the files say.';
}

function writeDone(report: RunReport): string {
  if (plannedTotal(report) === 0) return writeNothing(report);
  if (!listsAllChanges(report)) {
    const outcomes = report.run.rowOutcomes;
    if (outcomes === null) return `${countOf(plannedTotal(report), 'change')} planned.`;
    const parts = OUTCOME_KINDS.map((kind) => ({ count: outcomes[kind], words: kind }));
    return writeCounts(parts, 'row') ?? 'No row was read.';
  }
  const kinds: readonly OutcomeKind[] = ['created', 'updated', 'restored', 'uploaded', 'archived', 'deleted'];
  const parts = kinds.map((kind) => ({
    count: report.changes.filter((stored) => stored.outcome?.kind === kind).length,
    words: kind === 'uploaded' ? 'given documents' : kind,
  }));
  return writeCounts(parts, 'client') ?? 'Nothing was written.';
}

/** `12 clients created, 30 updated.`, or nothing when all counts are 0. */
function writeCounts(
  parts: readonly { readonly count: number; readonly words: string }[],
  noun: string,
): string | undefined {
  const some = parts.filter((part) => part.count > 0);
  if (some.length === 0) return undefined;
  const texts = some.map((part, index) =>
    index === 0 ? `${countOf(part.count, noun)} ${part.words}` : `${formatNumber(part.count)} ${part.words}`,
  );
  return `${texts.join(', ')}.`;
}

function writeAttention(report: RunReport): readonly string[] {
  const rows = rowsForAttention(report);
  const fates = report.changes.map(fateOf);
  const count = (fate: Fate): number => fates.filter((candidate) => candidate === fate).length;
  const [failed, inDoubt, notSent] = [count('failed'), count('in-doubt'), count('not-sent')];
  return [
    ...(rows === 0 ? [] : [`${countOf(rows, 'row')} ${rows === 1 ? 'needs' : 'need'} your attention.`]),
    ...(failed === 0 ? [] : [`${countOf(failed, 'change')} failed.`]),
    ...(inDoubt === 0 ? [] : [`${countOf(inDoubt, 'change')} in doubt: sent, with no answer noted.`]),
    ...(notSent === 0 || isOnlyPlan(report) ? [] : [`${countOf(notSent, 'change')} not sent.`]),
  ];
}

const FIELD_LABELS: Readonly<Record<string, string>> = {
  'id_number': 'ID number',
  'vat_number': 'VAT number',
  'email': 'E-mail',
  'address1': 'Street',
  'address2': 'Apartment or suite',
  'shipping_address1': 'Shipping street',
  'shipping_address2': 'Shipping apartment or suite',
  'state': 'State or province',
  'country_code': 'Country',
  'shipping_country_code': 'Shipping country',
  'settings.currency_code': 'Currency',
  'settings.language_code': 'Language',
  'settings.payment_terms': 'Payment terms (days)',
  'is_primary': 'Primary contact',
  'send_email': 'Gets e-mails',
  'is_tax_exempt': 'Tax exempt',
  'industry_id': 'Industry',
  'size_id': 'Size',
  'routing_id': 'Routing ID',
  'group_settings_id': 'Group',
};

/** A field's name as Invoice Ninja's pages spell it. */
export function labelOf(field: string): string {
  const known = FIELD_LABELS[field];
  if (known !== undefined) return known;
  const words = field.replaceAll('_', ' ').replace(/(\d+)$/, ' $1');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** `line 12 of companies.csv`, `lines 12, 13 of a.csv and line 4 of b.csv`. */
export function describeRows(report: RunReport, rows: Change['rows']): string {
  const shownMax = 12;
  const linesOfFile = new Map<number, number[]>();
  for (const row of rows.slice(0, shownMax)) {
    linesOfFile.set(row.file, [...(linesOfFile.get(row.file) ?? []), row.line]);
  }
  const texts = [...linesOfFile].map(([file, lines]) => {
    const { name = `file ${file + 1}`, unit = 'line' } = report.run.files[file] ?? {};
    return `${lines.length === 1 ? unit : `${unit}s`} ${lines.join(', ')} of ${name}`;
  });
  const rest = rows.length - shownMax;
  return rest > 0 ? `${texts.join(' and ')}, and ${countOf(rest, 'more row')}` : texts.join(' and ');
}
