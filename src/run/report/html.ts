/**
 * The report as one page for people: no network, no font or picture from elsewhere, readable without its script.
 *
 * Invariants: whatever a file or a server said is escaped (`report-markup.ts`); what the page leaves out is counted.
 */

import { createHash } from 'node:crypto';
import type { RunReport } from './data.js';
import { showChanges } from './changes.js';
import { isOnlyPlan, writeHeadline } from './counts.js';
import { countOf, html, showSentence, showTime, trust } from './markup.js';
import type { Markup } from './markup.js';
import { showAttention, showSkipped, showWarnings } from './remarks.js';
import { showResidue } from './residue.js';
import { SCRIPT, STYLE } from './style.js';
import { showFiles, showGuards, showPlanned, showRequests, showRows } from './summary.js';
import type { RunStatus } from '../status.js';

// As plain text: the digest below is of the script to the last blank.
const STYLE_ELEMENT = trust(`<style>${STYLE}</style>`);
const SCRIPT_ELEMENT = trust(`<script>${SCRIPT}</script>`);
const SCRIPT_DIGEST = createHash('sha256').update(SCRIPT).digest('base64');

/** Nothing is loaded, sent or run but the style and the script below: also if a value could get out of its cell. */
const POLICY = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${SCRIPT_DIGEST}'; base-uri 'none'; form-action 'none'`;

const STATUS_BADGES: Readonly<Record<RunStatus, string>> = {
  'queued': 'info',
  'reading': 'info',
  'planned': 'info',
  'awaiting-approval': 'warn',
  'pushing': 'info',
  'verifying': 'info',
  'done': 'good',
  'breached': 'warn',
  'interrupted': 'warn',
  'failed': 'bad',
  'rejected': 'plain',
  'cancelled': 'plain',
};

/** A whole HTML document. The same report always gives the same text. */
export function renderReportHtml(report: RunReport): string {
  const { run } = report;
  const guards = showGuards(run.summary?.guards ?? []);
  const crossed = run.summary?.guards.some((guard) => !guard.ok) ?? false;
  const rows = showRows(report);
  const skipped = ['skipped', run.undoes === null ? 'Skipped' : 'Not undone', showSkipped(report)] as const;
  const sections: readonly (readonly [string, string, Markup | null])[] = [
    ['attention', 'Needs your attention', showAttention(report)],
    ...(run.undoes === null ? [] : [skipped]),
    ['residue', 'Stored otherwise', showResidue(report)],
    ['changes', 'Changes', showChanges(report)],
    ['warnings', 'Warnings', showWarnings(report)],
    ...(run.undoes === null ? [skipped] : []),
    ['files', 'Files', showFiles(report)],
    ...(crossed ? [] : [['guards', 'Limits', guards] as const]),
    ['requests', 'Requests', showRequests(run.statistics)],
  ];
  const links = [
    ...(rows === null ? [] : [['rows', 'Rows']]),
    ['planned', isOnlyPlan(report) ? 'Planned' : 'Planned and done'],
    ...(crossed ? [['guards', 'Limits']] : []),
    ...sections.flatMap(([id, title, section]) => (section === null ? [] : [[id, title]])),
  ];
  return html`<!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <meta http-equiv="Content-Security-Policy" content="${trust(POLICY)}" />
        <title>
          Run ${run.id} of ${run.job}${run.undoes === null ? '' : `, undoes run ${run.undoes}`}: ${run.status}
        </title>
        ${STYLE_ELEMENT}
      </head>
      <body>
        ${showMasthead(report, links)}
        <main>
          ${showNext(report)} ${crossed ? guards : null}
          ${rows === null ? showPlanned(report) : html`<div class="pair">${rows}${showPlanned(report)}</div>`}
          ${sections.map(([, , section]) => section)}
        </main>
        <footer>
          ${report.leftOut === 0 ? null : html`<p>${showSentence(`${countOf(report.leftOut, 'further change or remark', 'further changes and remarks')} not in this report; \`ninja-sync show ${run.id}\` shows them all.`)}</p>`}
          <p>
            Written by ninja-sync at ${showTime(report.generatedAt)}. All times are UTC. The same as data:
            <code>report.json</code>, beside this page.
          </p>
        </footer>
        ${SCRIPT_ELEMENT}
      </body>
    </html> `.text;
}

function showMasthead(report: RunReport, links: readonly (readonly string[])[]): Markup {
  const { run } = report;
  const headline = writeHeadline(report);
  return html`<header class="masthead">
    <div>
      <p class="eyebrow">
        <span>Run ${run.id} of job <b>${run.job}</b>${run.undoes === null ? '' : `, undoes run ${run.undoes}`}</span>
        <span class="badge ${STATUS_BADGES[run.status]}">${run.status}</span>
      </p>
      <h1>${headline.title}</h1>
      ${headline.sentences.length === 0 ? null : html`<p class="lead">${headline.sentences.map((sentence) => html`${showSentence(sentence)} `)}</p>`}
      <dl class="about">
        <div>
          <dt>Target</dt>
          <dd>${run.target}</dd>
        </div>
        <div>
          <dt>Started</dt>
          <dd>${showTime(run.createdAt)}</dd>
        </div>
        <div>
          <dt>Last change</dt>
          <dd>${showTime(run.updatedAt)}</dd>
        </div>
        ${
          run.summary === null
            ? null
            : html`<div>
                <dt>Plan</dt>
                <dd><code title="SHA-256 ${run.summary.digest}">${run.summary.digest.slice(0, 12)}</code></dd>
              </div>`
        }
      </dl>
      <nav aria-label="Parts of this report">
        <ul>
          ${links.map(([id, title]) => html`<li><a href="#${id ?? ''}">${title ?? ''}</a></li>`)}
        </ul>
      </nav>
    </div>
  </header>`;
}

function showNext(report: RunReport): Markup | null {
  if (report.next.length === 0) return null;
  return html`<section id="next" class="next">
    <h2>What to do next</h2>
    <ol>
      ${report.next.map((sentence) => html`<li>${showSentence(sentence)}</li>`)}
    </ol>
  </section>`;
}
