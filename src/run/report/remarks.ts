/** What needs a person, and what was left out: rejects, failed changes, warnings, skipped rows and records. */

import type { Located } from '../../mapping/record.js';
import type { RunReport } from './data.js';
import { describeRows, fateOf, rowsForAttention } from './counts.js';
import { countOf, formatNumber, html, showList, showSentence, showTable, showValue } from './markup.js';
import type { Markup } from './markup.js';

const REJECT_LIMITS = { openMax: 50, shownMax: 1000 } as const;
const REMARK_LIMITS = { openMax: 20, shownMax: 500 } as const;

export function showAttention(report: RunReport): Markup {
  const troubled = report.changes.filter((stored) => ['failed', 'in-doubt'].includes(fateOf(stored)));
  const nothing = report.rejects.length === 0 && troubled.length === 0;
  return html`<section id="attention">
    <h2>Needs your attention <span class="count">${formatNumber(rowsForAttention(report))}</span></h2>
    ${nothing ? html`<p class="muted">Nothing: no row was rejected and no change failed.</p>` : null}
    ${
      troubled.length === 0
        ? null
        : showList(troubled, REJECT_LIMITS, textsOf(report, 'change'), (some) =>
            showTable({
              caption: 'Changes without a good end',
              columns: ['Client', 'Where', 'Outcome', 'Why'],
              body: some.map(
                ({ change, outcome }) =>
                  html`<tr>
                    <th scope="row"><bdi>${change.label}</bdi></th>
                    <td>${change.rows.length === 0 ? 'in no row' : describeRows(report, change.rows)}</td>
                    <td>
                      <span class="badge ${outcome === null ? 'warn' : 'bad'}">${outcome?.kind ?? 'in doubt'}</span>
                    </td>
                    <td>
                      ${showSentence(outcome?.reason ?? 'It was sent, and no answer was noted. The client is looked up before anything is sent again.')}
                    </td>
                  </tr>`,
              ),
            }),
          )
    }
    ${showLocated(report, report.rejects, 'Rejected rows', 'reject')}
  </section>`;
}

export function showWarnings(report: RunReport): Markup | null {
  if (report.warnings.length === 0) return null;
  return html`<section id="warnings">
    <h2>Warnings <span class="count">${formatNumber(report.warnings.length)}</span></h2>
    <p class="muted">These rows were used; a value was changed or left out on the way.</p>
    ${showLocated(report, report.warnings, 'Warnings', 'warning')}
  </section>`;
}

export function showSkipped(report: RunReport): Markup | null {
  const count = report.skips.length + report.skippedRecords.length;
  if (count === 0) return null;
  const isUndo = report.run.undoes !== null;
  return html`<section id="skipped">
    <h2>${isUndo ? 'Not undone' : 'Skipped'} <span class="count">${formatNumber(count)}</span></h2>
    ${showList(report.skippedRecords, REMARK_LIMITS, textsOf(report, isUndo ? 'client' : 'record'), (some) =>
      showTable({
        caption: isUndo ? 'What is left as it is' : 'Clients left alone on purpose',
        columns: ['Client', ...(isUndo ? [] : ['Where']), 'Why'],
        body: some.map(
          (record) =>
            html`<tr>
              <th scope="row"><bdi>${record.label}</bdi></th>
              ${isUndo ? null : html`<td>${describeRows(report, record.rows)}</td>`}
              <td>${showSentence(record.reason)}</td>
            </tr>`,
        ),
      }),
    )}
    ${showList(report.skips, REMARK_LIMITS, textsOf(report, 'row'), (some) =>
      showTable({
        caption: 'Rows left out on purpose',
        columns: ['Where', 'Kind', 'Why'],
        body: some.map(
          (skip) =>
            html`<tr>
              <th scope="row">${describeRows(report, [skip.row])}</th>
              <td>${readable(skip.code)}</td>
              <td>${showSentence(skip.reason)}</td>
            </tr>`,
        ),
      }),
    )}
  </section>`;
}

function showLocated(
  report: RunReport,
  remarks: readonly Located<string>[],
  caption: string,
  noun: string,
): Markup | null {
  if (remarks.length === 0) return null;
  return showList(remarks, noun === 'reject' ? REJECT_LIMITS : REMARK_LIMITS, textsOf(report, noun), (some) =>
    showTable({
      caption,
      columns: ['Where', 'Column', 'Value', 'Problem', 'What to do'],
      className: 'wide located',
      body: some.map(
        (remark) =>
          html`<tr>
            <th scope="row">${describeRows(report, [remark.row])}</th>
            <td>
              ${remark.column === null ? html`<span class="muted">whole row</span>` : html`<bdi>${remark.column}</bdi>`}
            </td>
            <td>${showValue(remark.value)}</td>
            <td>${readable(remark.code)}</td>
            <td>${showSentence(remark.hint)}</td>
          </tr>`,
      ),
    }),
  );
}

/** `invalid-email` → `invalid email`. */
function readable(code: string): string {
  return code.replaceAll('-', ' ');
}

function textsOf(
  report: RunReport,
  noun: string,
): { readonly more: (count: number) => string; readonly leftOut: (count: number) => string } {
  return {
    more: (count) => `Show ${countOf(count, `more ${noun}`)}`,
    leftOut: (count) =>
      `${countOf(count, `more ${noun}`)} not on this page; \`ninja-sync show ${report.run.id}\` shows all.`,
  };
}
