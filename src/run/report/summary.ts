/** The upper part of the report: what was read, what became of the rows, the plan against what was done, the limits. */

import type { GuardResult } from '../../plan/change.js';
import type { RunReport } from './data.js';
import {
  CHANGE_KINDS,
  FATES,
  fateOf,
  isOnlyPlan,
  listsAllChanges,
  OUTCOME_KINDS,
  plannedCount,
  plannedTotal,
  rowsRead,
} from './counts.js';
import { countOf, formatBytes, formatNumber, html, showSentence, showTable } from './markup.js';
import type { Markup } from './markup.js';
import { drawRequests, formatDuration } from './plot.js';
import { describeRest } from './rest.js';
import type { RequestStatistics } from '../store.js';

/** A line of the table of rows: the lines add up to the rows that were read. */
interface RowLine {
  readonly kind: string;
  readonly text: string;
  readonly rows: number;
}

/** `null` for an undo, which reads no rows. */
export function showRows(report: RunReport): Markup | null {
  if (report.run.undoes !== null) return null;
  const lines = rowLines(report);
  const total = lines.reduce((sum, line) => sum + line.rows, 0);
  const read = rowsRead(report);
  const shown = lines.filter((line) => line.rows > 0);
  const body = shown.map(
    (line) =>
      html`<tr>
        <th scope="row"><span class="swatch ${line.kind}" aria-hidden="true"></span>${line.text}</th>
        <td class="number">${formatNumber(line.rows)}</td>
        <td class="number muted">${formatShare(line.rows, total)}</td>
      </tr>`,
  );
  const bar = shown.map(
    (line) => html`<span class="${line.kind}" style="flex-grow:${line.rows}" title="${line.text}"></span>`,
  );
  return html`<section id="rows">
    <h2>What became of the rows</h2>
    ${total === 0 ? null : html`<div class="bar-of-rows" aria-hidden="true">${bar}</div>`}
    ${showTable({
      caption: 'Rows by outcome',
      columns: ['Outcome', '#Rows', '#Share'],
      className: 'narrow',
      body:
        shown.length === 0
          ? html`<tr>
              <td colspan="3" class="muted">No row was read.</td>
            </tr>`
          : body,
      foot: html`<tr>
        <th scope="row">Rows read</th>
        <td class="number">${formatNumber(read)}</td>
        <td class="number muted">${formatShare(total, read)}</td>
      </tr>`,
    })}
    ${
      total === read
        ? null
        : html`<p class="note problem">
            The outcomes above are ${countOf(total, 'row')}, but ${countOf(read, 'row')} were read:
            ${countOf(Math.abs(read - total), 'row')} ${read > total ? 'without an outcome yet' : 'too many'}.
          </p>`
    }
  </section>`;
}

function rowLines(report: RunReport): readonly RowLine[] {
  const { rowOutcomes, summary } = report.run;
  if (rowOutcomes !== null) {
    return OUTCOME_KINDS.map((kind) => ({
      kind,
      text: kind.charAt(0).toUpperCase() + kind.slice(1),
      rows: rowOutcomes[kind],
    }));
  }
  if (summary === null) return [];
  const { rows, unchangedRows, skippedRows, rejectedRows } = summary.counts;
  return [
    { kind: 'updated', text: 'In a planned change', rows: rows - unchangedRows - skippedRows - rejectedRows },
    { kind: 'unchanged', text: 'Unchanged', rows: unchangedRows },
    { kind: 'skipped', text: 'Skipped', rows: skippedRows },
    { kind: 'rejected', text: 'Rejected', rows: rejectedRows },
  ];
}

export function showFiles(report: RunReport): Markup | null {
  if (report.run.undoes !== null) return null;
  const body = report.run.files.map(
    (file) =>
      html`<tr>
        <th scope="row">
          <bdi>${file.name}</bdi>
          <div class="path muted"><bdi>${file.path}</bdi></div>
          ${(file.notes ?? []).map(({ message }) => html`<div class="path">${message}</div>`)}
        </th>
        <td class="number">${formatNumber(file.rows)}</td>
        <td class="number">${formatBytes(file.bytes)}</td>
        <td>${file.layout}</td>
        <td><code title="SHA-256 ${file.digest}">${file.digest.slice(0, 12)}</code></td>
      </tr>`,
  );
  return html`<section id="files">
    <h2>What was read</h2>
    ${showTable({
      caption: 'Files of this run',
      columns: ['File', '#Rows', '#Size', 'Layout', 'SHA-256 begins'],
      body,
      foot: html`<tr>
        <th scope="row">${countOf(report.run.files.length, 'file')}</th>
        <td class="number">${formatNumber(report.run.files.reduce((sum, file) => sum + file.rows, 0))}</td>
        <td class="number">${formatBytes(report.run.files.reduce((sum, file) => sum + file.bytes, 0))}</td>
        <td></td>
        <td></td>
      </tr>`,
    })}
    ${
      report.run.summary === null
        ? null
        : html`<p class="note">
            ${countOf(report.run.summary.counts.records, 'record')} made from the rows, compared with
            ${countOf(report.run.summary.counts.clients, 'client')} of the target;
            ${countOf(report.run.summary.counts.unchanged, 'record')} equal already.
          </p>`
    }
  </section>`;
}

const FATE_TITLES = ['#Done', '#Left alone', '#Failed', '#In doubt', '#Not sent'];

export function showPlanned(report: RunReport): Markup {
  const onlyPlan = isOnlyPlan(report);
  const complete = listsAllChanges(report);
  const showsFates = complete && !onlyPlan;
  const fates = report.changes.map((stored) => ({ kind: stored.change.kind, fate: fateOf(stored) }));
  const cells = (isOfLine: (kind: string) => boolean): readonly Markup[] =>
    FATES.map((fate) => {
      const count = fates.filter((entry) => entry.fate === fate && isOfLine(entry.kind)).length;
      return html`<td class="number${count === 0 ? ' zero' : ''}">${formatNumber(count)}</td>`;
    });
  const kinds = CHANGE_KINDS.filter((kind) => plannedCount(report, kind) > 0);
  const body = kinds.map(
    (kind) =>
      html`<tr>
        <th scope="row">${kind.charAt(0).toUpperCase() + kind.slice(1)}</th>
        <td class="number">${formatNumber(plannedCount(report, kind))}</td>
        ${showsFates ? cells((candidate) => candidate === kind) : null}
      </tr>`,
  );
  return html`<section id="planned">
    <h2>${onlyPlan ? 'Planned' : 'Planned and done'}</h2>
    ${
      kinds.length === 0
        ? html`<p class="muted">No change was planned.</p>`
        : showTable({
            caption: onlyPlan ? 'Clients to change' : 'Clients: planned changes against what was done',
            columns: ['Change', '#Planned', ...(showsFates ? FATE_TITLES : [])],
            className: 'narrow',
            body,
            foot: html`<tr>
              <th scope="row">All changes</th>
              <td class="number">${formatNumber(plannedTotal(report))}</td>
              ${showsFates ? cells(() => true) : null}
            </tr>`,
          })
    }
    ${describeRest(report.run).map((sentence) => html`<p class="note">${sentence}</p>`)}
    ${complete ? null : html`<p class="note">${showSentence(`This report lists only some of the changes${onlyPlan ? '' : ', so what was done is counted by row'}; \`ninja-sync show ${report.run.id}\` shows each change.`)}</p>`}
  </section>`;
}

export function showGuards(guards: readonly GuardResult[]): Markup | null {
  if (guards.length === 0) return null;
  const body = guards.map(
    (guard) =>
      html`<tr>
        <th scope="row">${guard.guard}</th>
        <td class="number">${formatMeasure(guard.measured, guard)}</td>
        <td class="number">${formatMeasure(guard.limit, guard)}</td>
        <td><span class="badge ${guard.ok ? 'good' : 'bad'}">${guard.ok ? 'kept' : 'crossed'}</span></td>
        <td>${showSentence(guard.message)}</td>
      </tr>`,
  );
  return html`<section id="guards">
    <h2>Limits</h2>
    ${showTable({
      caption: 'Limits that stop a run before it writes',
      columns: ['Limit on', '#Measured', '#Limit', 'Result', 'What it means'],
      body,
    })}
  </section>`;
}

export function showRequests(statistics: RequestStatistics | null): Markup | null {
  if (statistics === null) return null;
  const perMinute = statistics.seconds === 0 ? 0 : (statistics.requests * 60) / statistics.seconds;
  const facts: readonly (readonly [string, string])[] = [
    ['Requests', formatNumber(statistics.requests)],
    ['Time', formatDuration(statistics.seconds)],
    // A rate measured over a moment says nothing.
    ...(statistics.seconds < 1 ? [] : [['Rate', `${formatNumber(Math.round(perMinute))} a minute`] as const]),
    ['Limit', statistics.limitPerMinute === null ? 'none' : `${formatNumber(statistics.limitPerMinute)} a minute`],
    ['Told to wait (429)', formatNumber(statistics.throttled)],
  ];
  return html`<section id="requests">
    <h2>Requests</h2>
    <dl class="facts">
      ${facts.map(
        ([term, text]) =>
          html`<div>
            <dt>${term}</dt>
            <dd>${text}</dd>
          </div>`,
      )}
    </dl>
    ${drawRequests(statistics)}
  </section>`;
}

/** Shares are given as fractions of 1: a count's limit is a whole number. */
function formatMeasure(value: number, guard: GuardResult): string {
  const isShare = guard.limit <= 1 && !(Number.isInteger(guard.measured) && Number.isInteger(guard.limit));
  return isShare ? `${formatNumber(value * 100)} %` : formatNumber(value);
}

function formatShare(part: number, whole: number): string {
  return whole === 0 ? '' : `${((part * 100) / whole).toFixed(1)} %`;
}
