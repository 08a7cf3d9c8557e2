/** A stored run on stdout: its changes, its remarks, and sums that add up. */

import type { Outcome } from '../plan/change.js';
import { describePruned } from '../run/run-pruned.js';
import type { Run, Store, StoredChange } from '../run/store.js';
import type { Io } from './io.js';
import { describeChange } from './show-change.js';
import { showGuards, showOutcomes, showPlanSummary } from './show-plan.js';
import {
  REMARKS_SHOWN_MAX,
  groupWarning,
  showLeftAlone,
  showNotes,
  showRejects,
  showWarnings,
} from './show-remarks.js';
import type { WarningGroup } from './show-remarks.js';
import { ORIGINS, describeRequest, describeStop } from './show-request.js';

/** Changes printed for people unless `--all` is given; JSON has always all of them. */
const CHANGES_SHOWN_MAX = 100;

export async function showRun(io: Io, store: Store, run: Run, options: { readonly all: boolean }): Promise<void> {
  if (io.json) await emitRun(io, store, run);
  else await printRun(io, store, run, options.all ? Number.POSITIVE_INFINITY : CHANGES_SHOWN_MAX);
}

async function printRun(io: Io, store: Store, run: Run, changesMax: number): Promise<void> {
  if (run.prunedAt !== null) io.print(describePruned(run.id, run.prunedAt));
  const counts = await store.countParts(run.id);
  let shown = 0;
  for await (const stored of store.readChanges(run.id)) {
    for (const line of describeChange(io, stored, run.files)) io.print(line);
    shown += 1;
    if (shown >= changesMax) break;
  }
  const hidden = counts.changes - shown;
  if (hidden > 0) io.print(`\n… and ${hidden} more changes: ninja-sync show ${run.id} --all`);
  const rejects = await take(store.readRejects(run.id));
  showRejects(io, rejects, run.files, counts.rejects);
  const warnings = new Map<string, WarningGroup>();
  for await (const warning of store.readWarnings(run.id)) groupWarning(warnings, warning);
  showWarnings(io, warnings, run.files);
  showLeftAlone(io, await take(store.readSkippedRecords(run.id)), counts.skippedRecords);
  if (run.files.some(({ notes = [] }) => notes.length > 0)) io.print('');
  for (const file of run.files) showNotes(io, file);
  if (run.summary !== null) {
    showGuards(io, run.summary.guards, run.rowOutcomes !== null);
    showPlanSummary(io, run, run.summary);
  }
  if (run.rowOutcomes === null && run.request === null) return;
  io.print(`\nRun ${run.id} is ${run.status}${run.message === null ? '.' : `: ${run.message}`}`);
  if (run.request !== null) io.print(`Asked for by ${ORIGINS[run.request.origin]}${describeRequest(run)}.`);
  if (run.stop !== null) io.print(describeStop(run));
  showOutcomes(io, run);
}

async function take<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const list: Item[] = [];
  for await (const item of items) {
    list.push(item);
    if (list.length >= REMARKS_SHOWN_MAX) break;
  }
  return list;
}

async function emitRun(io: Io, store: Store, run: Run): Promise<void> {
  const fileOf = (file: number): object => (run.files.length > 1 ? { file: run.files[file]?.name } : {});
  for await (const stored of store.readChanges(run.id))
    io.emit({ type: 'change', ...describeForMachines(stored, run) });
  for await (const { row, column, code, value, hint } of store.readRejects(run.id)) {
    io.emit({ type: 'reject', ...fileOf(row.file), line: row.line, column, code, value, hint });
  }
  for await (const { row, column, code, value, hint } of store.readWarnings(run.id)) {
    io.emit({ type: 'warning', ...fileOf(row.file), line: row.line, column, code, value, hint });
  }
  for await (const { row, code, reason } of store.readSkips(run.id))
    io.emit({ type: 'skip', ...fileOf(row.file), line: row.line, code, reason });
  for await (const { rows, clientId, label, reason } of store.readSkippedRecords(run.id)) {
    io.emit({
      type: 'left-alone',
      lines: rows.map((row) => row.line),
      ...(run.files.length > 1 ? { files: rows.map((row) => run.files[row.file]?.name) } : {}),
      clientId,
      label,
      reason,
    });
  }
  for (const file of run.files) showNotes(io, file);
  for (const guard of run.summary?.guards ?? []) io.emit({ type: 'guard', ...guard });
  io.emit(summaryOf(run));
}

function describeForMachines({ change, status, outcome }: StoredChange, run: Run): Readonly<Record<string, unknown>> {
  const { seq, kind, clientId, label, rows, reason, fields, contacts, kept, documents } = change;
  const files = run.files.length > 1 ? { files: rows.map((row) => run.files[row.file]?.name) } : {};
  return {
    seq,
    kind,
    clientId,
    label,
    lines: rows.map((row) => row.line),
    ...files,
    reason,
    fields,
    contacts,
    ...(kept === undefined ? {} : { kept }),
    ...(documents === undefined ? {} : { documents: documents.map(({ name, bytes }) => ({ name, bytes })) }),
    status,
    outcome: outcome === null ? null : describeOutcome(outcome),
  };
}

function describeOutcome({ kind, clientId, reason, differences }: Outcome): Readonly<Record<string, unknown>> {
  return { kind, clientId, reason, ...(differences === undefined ? {} : { differences }) };
}

export function summaryOf(run: Run): { readonly type: 'summary' } & Readonly<Record<string, unknown>> {
  const { summary } = run;
  return {
    type: 'summary',
    run: run.id,
    job: run.job,
    target: run.target,
    undoes: run.undoes,
    status: run.status,
    message: run.message,
    request: run.request,
    stop: run.stop,
    progress: run.progress,
    ...summary?.counts,
    requests: summary?.requests ?? null,
    minutes: summary?.minutes ?? null,
    ...(summary?.keyShapes === undefined ? {} : { keyShapes: summary.keyShapes }),
    missingSuspended: summary?.missingSuspended ?? null,
    digest: summary?.digest ?? null,
    rowOutcomes: run.rowOutcomes,
    statistics: run.statistics,
    folder: run.folder,
    ...(run.prunedAt === null ? {} : { prunedAt: run.prunedAt }),
  };
}
