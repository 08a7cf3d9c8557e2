/** The changes of a report, by kind: each with its rows, fields, contacts and outcome. */

import type { ChangeKind, Outcome } from '../../plan/change.js';
import { showParts } from './change-parts.js';
import type { RunReport } from './data.js';
import { CHANGE_KINDS, describeRows, fateOf, isOnlyPlan, plannedCount } from './counts.js';
import type { Fate } from './counts.js';
import { formatNumber, html, showList, showSentence, showTime, showValue } from './markup.js';
import type { Markup } from './markup.js';
import { nameField } from './residue.js';
import type { StoredChange } from '../store.js';

const OPEN_MAX = 20;
const SHOWN_MAX = 200;

const KIND_TITLES: Readonly<Record<ChangeKind, string>> = {
  create: 'Clients to create',
  update: 'Clients to update',
  restore: 'Clients to bring back',
  upload: 'Clients that get documents',
  archive: 'Clients to archive',
  delete: 'Clients to delete',
};

export function showChanges(report: RunReport): Markup | null {
  if (report.changes.length === 0) return null;
  const groups = CHANGE_KINDS.map((kind) => {
    const changes = report.changes.filter(({ change }) => change.kind === kind);
    return changes.length === 0 ? null : showGroup(report, kind, changes);
  });
  return html`<section id="changes">
    <h2>Changes</h2>
    <p class="filter" hidden>
      <label for="filter">Show only changes with</label>
      <input id="filter" type="search" autocomplete="off" placeholder="a name, e-mail or value" />
      <span id="filter-result" role="status"></span>
    </p>
    ${groups}
  </section>`;
}

function showGroup(report: RunReport, kind: ChangeKind, changes: readonly StoredChange[]): Markup {
  const command = `\`ninja-sync show ${report.run.id}\``;
  return html`<h3>${KIND_TITLES[kind]} <span class="count">${formatNumber(plannedCount(report, kind))}</span></h3>
    ${showList(
      changes,
      { openMax: OPEN_MAX, shownMax: SHOWN_MAX },
      {
        more: (count) => `Show ${formatNumber(count)} more`,
        leftOut: (count) => `Another ${formatNumber(count)} are not on this page; ${command} shows them.`,
      },
      (some) => html`${some.map((stored) => showChange(report, stored))}`,
    )}`;
}

const FATE_BADGES: Readonly<Record<Fate, string>> = {
  'done': 'good',
  'left-alone': 'plain',
  'failed': 'bad',
  'in-doubt': 'warn',
  'not-sent': 'plain',
};

function showChange(report: RunReport, stored: StoredChange): Markup {
  const { change, outcome } = stored;
  const fate = fateOf(stored);
  const word = outcome?.kind ?? (fate === 'in-doubt' ? 'in doubt' : isOnlyPlan(report) ? 'planned' : 'not sent');
  const clientId = outcome?.clientId ?? change.clientId;
  return html`<article class="change ${fate}">
    <header>
      <h4><bdi>${change.label === '' ? '(no name)' : change.label}</bdi></h4>
      <span class="badge ${FATE_BADGES[fate]}">${word}</span>
    </header>
    <p class="where">
      ${whereFrom(report, change.rows)}${clientId === null ? null : html` · client <code>${clientId}</code>`} · change
      ${formatNumber(change.seq)}
    </p>
    <p>${showSentence(change.reason)}</p>
    ${showOutcome(outcome)} ${showParts(change)} ${showDifferences(outcome)}
  </article>`;
}

function whereFrom(report: RunReport, rows: StoredChange['change']['rows']): string {
  if (rows.length > 0) return describeRows(report, rows);
  return report.run.undoes === null ? 'In no row of the files' : `Was in run ${report.run.undoes}`;
}

function showOutcome(outcome: Outcome | null): Markup | null {
  if (outcome === null) return null;
  return html`<p class="outcome">
    <b>${outcome.kind.charAt(0).toUpperCase() + outcome.kind.slice(1)}</b>
    ${showTime(outcome.at)}${outcome.reason === '' ? null : html`: ${showSentence(outcome.reason)}`}
  </p>`;
}

function showDifferences(outcome: Outcome | null): Markup | null {
  const differences = outcome?.differences ?? [];
  if (differences.length === 0) return null;
  return html`<ul class="differences">
    ${differences.map(
      (difference) =>
        html`<li>
          ${nameField(difference)}${difference.contact === null ? null : html` of <bdi>${difference.contact}</bdi>`}:
          sent ${showValue(difference.wanted)}, stored ${showValue(difference.stored)}
        </li>`,
    )}
  </ul>`;
}
