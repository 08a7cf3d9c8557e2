/** Rejects, warnings and what is left alone, as lines for a terminal. */

import type { Reject, Warning } from '../mapping/record.js';
import type { SkippedRecord } from '../plan/change.js';
import type { RunFile } from '../run/store.js';
import type { Io } from './io.js';
import { describeRows, paint, quoteText, showSentence, showText } from './text.js';

export const REMARKS_SHOWN_MAX = 20;
const VALUES_SHOWN_MAX = 8;

/** What was guessed, repaired or left out in a whole file. */
export function showNotes(io: Io, { name, notes = [] }: Pick<RunFile, 'name' | 'notes'>): void {
  for (const { code, message } of notes) {
    if (io.json) io.emit({ type: 'note', file: name, code, message });
    else io.print(paint(io, '!', `note     ${showText(name)}: ${showSentence(message)} (${code})`));
  }
}

export function showRejects(io: Io, rejects: readonly Reject[], files: readonly RunFile[], total: number): void {
  if (total === 0) return;
  io.print('\nRejected:');
  for (const reject of rejects.slice(0, REMARKS_SHOWN_MAX)) {
    const column = reject.column === null ? '' : `, column ${showText(reject.column)}`;
    const value = reject.value === '' ? '' : ` ${quoteText(reject.value)}`;
    io.print(`  ${describeRows([reject.row], files)}${column}:${value} ${reject.code}. ${showSentence(reject.hint)}`);
  }
  if (total > REMARKS_SHOWN_MAX) io.print(`  … and ${total - REMARKS_SHOWN_MAX} more`);
}

/** Warnings of one kind in one column, with the values that were met. */
export interface WarningGroup {
  readonly sample: Warning;
  count: number;
  readonly values: Set<string>;
}

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
      `  ${where}${column}: ${sample.code}${shown === '' ? '' : ` ${shown}${values.size > VALUES_SHOWN_MAX ? ', …' : ''}`}. ${showSentence(sample.hint)}`,
    );
  }
}

export function showLeftAlone(io: Io, records: readonly SkippedRecord[], total: number): void {
  if (total === 0) return;
  io.print('\nLeft alone:');
  for (const record of records) io.print(`  ${quoteText(record.label)}: ${record.reason}`);
  if (total > records.length) io.print(`  … and ${total - records.length} more`);
}
