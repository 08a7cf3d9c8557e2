/** Changes and remarks as text for a terminal. */

import type { Reject, RowRef, Warning } from '../mapping/record.js';
import type {
  ChangeKind,
  ContactChange,
  ContactFieldChange,
  FieldChange,
  GuardResult,
  PlanSummary,
} from '../plan/change.js';
import { nameValue } from '../plan/value-name.js';
import type { Run, RunFile, StoredChange } from '../run/store.js';
import type { Io } from './io.js';

const SIGNS: Readonly<Record<ChangeKind, string>> = {
  create: '+',
  update: '~',
  restore: '^',
  archive: '-',
  delete: 'x',
};
const COLORS: Readonly<Record<string, number>> = { '+': 32, '~': 33, '^': 36, '-': 35, 'x': 31 };
const REMARKS_SHOWN_MAX = 20;

function paint(io: Io, sign: string, text: string): string {
  return io.color && COLORS[sign] !== undefined ? `\u001B[${COLORS[sign]}m${text}\u001B[0m` : text;
}

export function describeChange(
  io: Io,
  { change, outcome }: Pick<StoredChange, 'change' | 'outcome'>,
  files: readonly RunFile[],
): readonly string[] {
  const sign = SIGNS[change.kind];
  const where = change.rows.length === 0 ? '' : ` (${describeRows(change.rows, files)})`;
  const became =
    outcome === null
      ? ''
      : `: ${outcome.kind}${outcome.kind === 'failed' || outcome.kind === 'rejected' || outcome.kind === 'skipped' ? `: ${outcome.reason}` : ''}`;
  const lines = [paint(io, sign, `${sign} ${change.kind} ${quoteText(change.label)}${where}${became}`)];
  if (change.kind !== 'create' && change.kind !== 'update') lines.push(`    ${change.reason}`);
  for (const field of change.fields)
    lines.push(`    ${field.field.padEnd(24)} ${describeEdit(field, change.kind === 'create')}`);
  for (const contact of change.contacts) lines.push(...describeContact(io, contact));
  return lines;
}

function describeContact(io: Io, contact: ContactChange): readonly string[] {
  if (contact.kind === 'keep') return [`    contact kept             ${contact.label}`];
  if (contact.kind === 'remove') return [paint(io, 'x', `    contact removed          ${contact.label}`)];
  const sign = contact.kind === 'add' ? '+' : '~';
  const title = contact.kind === 'add' ? 'contact new    ' : 'contact changed';
  const details = contact.fields
    .filter(({ field }) => contact.kind === 'change' || (field !== 'is_primary' && field !== 'send_email'))
    .map((field) => `${field.field}: ${describeEdit(field, contact.kind === 'add')}`);
  return [
    paint(io, sign, `    ${title}          ${contact.label}${details.length === 0 ? '' : `   ${details.join(', ')}`}`),
  ];
}

function describeEdit({ field, before, after }: FieldChange | ContactFieldChange, isNew: boolean): string {
  const [old, now] = [showText(nameValue(field, before)), showText(nameValue(field, after))];
  return isNew ? now : `${old} → ${now}`;
}

/** Texts of other people: one line, bounded, and no control character that a terminal would obey. */
export function showText(text: string): string {
  if (text === '') return '(blank)';
  const line = text.replaceAll(/\p{Cc}+/gu, '⏎');
  return line.length > 80 ? `${line.slice(0, 77)}…` : line;
}

function quoteText(text: string): string {
  return `"${showText(text)}"`;
}

export function describeRows(rows: readonly RowRef[], files: readonly { readonly name: string }[]): string {
  const shown = rows
    .slice(0, 5)
    .map((row) => (files.length > 1 ? `${files[row.file]?.name ?? '?'}:${row.line}` : String(row.line)));
  const more = rows.length > shown.length ? ` and ${rows.length - shown.length} more` : '';
  return `${rows.length === 1 ? 'line' : 'lines'} ${shown.join(', ')}${more}`;
}

export function showRejects(io: Io, rejects: readonly Reject[], files: readonly RunFile[], total: number): void {
  if (total === 0) return;
  io.print('\nRejected:');
  for (const reject of rejects.slice(0, REMARKS_SHOWN_MAX)) {
    const column = reject.column === null ? '' : `, column ${showText(reject.column)}`;
    const value = reject.value === '' ? '' : ` ${quoteText(reject.value)}`;
    io.print(`  ${describeRows([reject.row], files)}${column}:${value} ${reject.code}. ${reject.hint}`);
  }
  if (total > REMARKS_SHOWN_MAX) io.print(`  … and ${total - REMARKS_SHOWN_MAX} more`);
}

/** Warnings of one kind in one column, with the values that were met. */
export interface WarningGroup {
  readonly sample: Warning;
  count: number;
  readonly values: Set<string>;
}

const VALUES_SHOWN_MAX = 8;

/** The same remark about the same column is one line, however many rows it is about. */
export function groupWarning(groups: Map<string, WarningGroup>, warning: Warning): void {
  const key = `${warning.code} ${warning.column ?? ''} ${warning.row.file}`;
  const group = groups.get(key) ?? { sample: warning, count: 0, values: new Set() };
  groups.set(key, group);
  group.count += 1;
  if (warning.value !== '' && group.values.size <= VALUES_SHOWN_MAX) group.values.add(warning.value);
}

export function showWarnings(io: Io, groups: ReadonlyMap<string, WarningGroup>, files: readonly RunFile[]): void {
  if (groups.size === 0) return;
  io.print('\nWarnings:');
  for (const { sample, count, values } of groups.values()) {
    const column = sample.column === null ? '' : `, column ${showText(sample.column)}`;
    const where =
      count === 1 ? describeRows([sample.row], files) : `${count} rows from ${describeRows([sample.row], files)} on`;
    const shown = [...values].slice(0, VALUES_SHOWN_MAX).map(quoteText).join(', ');
    io.print(
      `  ${where}${column}: ${sample.code}${shown === '' ? '' : ` ${shown}${values.size > VALUES_SHOWN_MAX ? ', …' : ''}`}. ${sample.hint}`,
    );
  }
}

export function showGuards(io: Io, guards: readonly GuardResult[]): void {
  for (const guard of guards.filter((result) => !result.ok))
    io.print(paint(io, 'x', `\nStopped by the ${guard.guard} limit: ${guard.message}`));
}

const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/** Two sentences that add up: what the plan does to clients, and where every row went. */
export function showPlanSummary(io: Io, run: Run, summary: PlanSummary): void {
  const { counts } = summary;
  const parts = [
    [counts.create, 'to create'],
    [counts.update, 'to update'],
    [counts.restore, 'to restore'],
    [counts.archive, 'to archive'],
    [counts.delete, 'to delete'],
  ].filter(([count]) => count !== 0);
  const does = parts.length === 0 ? 'nothing to do' : parts.map(([count, what]) => `${count} ${what}`).join(', ');
  io.print(
    `\nPlan ${run.id}: ${does}; ${counts.unchanged} unchanged; ${plural(counts.clients, 'client')} at the target.`,
  );
  const changed = counts.rows - counts.unchangedRows - counts.rejectedRows - counts.skippedRows;
  io.print(
    `Rows: ${counts.rows} read = ${changed} with changes + ${counts.unchangedRows} unchanged + ${counts.rejectedRows} rejected + ${counts.skippedRows} skipped${counts.warnings === 0 ? '' : `; ${plural(counts.warnings, 'warning')}`}.`,
  );
  if (summary.missingSuspended) {
    io.print('No client counts as missing from the file: a rejected row that names nobody may be any of them.');
  }
  if (parts.length > 0) {
    const { minutes } = summary;
    const time =
      minutes === null
        ? 'the target announces no limit'
        : `${minutes < 1 ? 'less than a minute' : `about ${minutes} minutes`} at ${summary.requestsPerMinute} requests a minute`;
    io.print(`Applying takes ${plural(summary.requests, 'request')}; ${time}.`);
  }
}

/** Rows by outcome, and the proof that none is missing. */
export function showOutcomes(io: Io, run: Run): void {
  const rows = run.rowOutcomes;
  if (rows === null) return;
  const shown = Object.entries(rows).filter(([, count]) => count > 0);
  const sum = shown.reduce((total, [, count]) => total + count, 0);
  io.print(`Rows: ${sum} = ${shown.map(([kind, count]) => `${count} ${kind}`).join(' + ')}.`);
  const { statistics } = run;
  if (statistics !== null) {
    const rate =
      statistics.seconds > 0 ? Math.round((statistics.requests / statistics.seconds) * 10) / 10 : statistics.requests;
    io.print(
      `${plural(statistics.requests, 'request')} in ${statistics.seconds} s (${rate}/s), ${statistics.throttled} refused by the rate limit.`,
    );
  }
}
