/** A plan's sums and what became of them, as sentences that add up. */

import type { ChangeKind, GuardResult, PlanCounts, PlanSummary } from '../plan/change.js';
import { describeRest } from '../run/report/rest.js';
import type { Run } from '../run/store.js';
import type { Io } from './io.js';
import { paint, plural } from './text.js';

/** @param allowed somebody looked at the breaches and let the run go on */
export function showGuards(io: Io, guards: readonly GuardResult[], allowed: boolean): void {
  const breaches = guards.filter(({ ok }) => !ok);
  if (allowed && breaches.length > 0) {
    io.print(`\nLimits that were crossed and allowed once: ${breaches.map(({ guard }) => guard).join(', ')}.`);
    return;
  }
  for (const { guard, message } of breaches) io.print(paint(io, 'x', `\nStopped by the ${guard} limit: ${message}`));
}

const KIND_WORDS: Readonly<Record<ChangeKind, string>> = {
  create: 'to create',
  update: 'to update',
  restore: 'to restore',
  upload: 'to get documents',
  archive: 'to archive',
  delete: 'to delete',
};
const KINDS = Object.keys(KIND_WORDS) as readonly ChangeKind[];

/** What the plan does to clients, where every row went, what it leaves alone, and what applying costs. */
export function showPlanSummary(io: Io, run: Run, summary: PlanSummary): void {
  const { counts } = summary;
  const planned = KINDS.filter((kind) => counts[kind] > 0);
  const does = planned.length === 0 ? 'nothing to do' : planned.map((kind) => `${counts[kind]} ${KIND_WORDS[kind]}`);
  const what = run.undoes === null ? `Plan ${run.id}` : `Plan ${run.id}, which undoes run ${run.undoes}`;
  io.print(
    `\n${what}: ${[does].flat().join(', ')}; ${counts.unchanged} unchanged; ${plural(counts.clients, 'client')} at the target.`,
  );
  if (run.undoes === null) io.print(describeRowCounts(counts));
  for (const sentence of describeRest(run)) io.print(sentence);
  if (planned.length > 0) io.print(describeCost(summary));
}

function describeRowCounts(counts: PlanCounts): string {
  const { rows, unchangedRows, rejectedRows, skippedRows, warnings } = counts;
  const changed = rows - unchangedRows - rejectedRows - skippedRows;
  const remarks = warnings === 0 ? '' : `; ${plural(warnings, 'warning')}`;
  return `Rows: ${rows} read = ${changed} with changes + ${unchangedRows} unchanged + ${rejectedRows} rejected + ${skippedRows} skipped${remarks}.`;
}

function describeCost({ minutes, requests, requestsPerMinute }: PlanSummary): string {
  const time =
    minutes === null
      ? 'the target announces no limit'
      : `${minutes < 1 ? 'less than a minute' : `about ${minutes} minutes`} at ${requestsPerMinute} requests a minute`;
  return `Applying takes ${plural(requests, 'request')}; ${time}.`;
}

/** Rows by outcome, and the proof that none is missing. */
export function showOutcomes(io: Io, run: Run): void {
  const rows = run.rowOutcomes;
  if (rows === null) return;
  const shown = Object.entries(rows).filter(([, count]) => count > 0);
  const sum = shown.reduce((total, [, count]) => total + count, 0);
  if (run.undoes === null) io.print(`Rows: ${sum} = ${shown.map(([kind, count]) => `${count} ${kind}`).join(' + ')}.`);
  const { statistics } = run;
  if (statistics === null) return;
  const { requests, seconds, throttled } = statistics;
  const rate = seconds > 0 ? Math.round((requests / seconds) * 10) / 10 : requests;
  io.print(`${plural(requests, 'request')} in ${seconds} s (${rate}/s), ${throttled} refused by the rate limit.`);
}
