/**
 * What inspecting files found, as one page: nothing is loaded from anywhere, no script, and whatever a file says is
 * escaped (`run/report/markup.ts`).
 */

import { SURE_SCORE } from '../mapping/suggest.js';
import type { FileInspection, Inspection } from '../run/inspect.js';
import type { Problem } from '../run/inspect-problems.js';
import { countOf, formatBytes, formatNumber, html, showTable, showValue, trust } from '../run/report/markup.js';
import type { Markup } from '../run/report/markup.js';
import { STYLE } from '../run/report/style.js';
import { describeField, describeFile, describeJoin, describePlaces, describeTotals } from './inspection-facts.js';

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const OWN_STYLE = `
.about.file { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .2rem 1.2rem; margin: 0 0 1.2rem; font-size: .92rem; }
.about.file div { display: contents; }
table.columns code, table.problems th code { white-space: nowrap; } table.columns td:last-child { min-width: 14rem; } table.problems td { min-width: 5rem; } table.problems td:last-child { min-width: 16rem; }
.samples { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: .1rem .8rem; }
@media (max-width: 34rem) { .about.file { grid-template-columns: minmax(0, 1fr); gap: 0; } .about.file dd { margin: 0 0 .5rem; } }
`;
const STYLE_ELEMENT = trust(`<style>${STYLE}${OWN_STYLE}</style>`);

const BADGES: Readonly<Record<Problem['severity'], readonly [tone: string, word: string]>> = {
  reject: ['bad', 'rejected'],
  warning: ['warn', 'warning'],
  skip: ['plain', 'skipped'],
};

/** A whole HTML document. The same inspection always gives the same text. */
export function renderInspectionHtml(inspection: Inspection): string {
  const { files, joins, refused } = inspection;
  const names = files.map(({ profile }) => profile.name).join(', ');
  return html`<!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <meta http-equiv="Content-Security-Policy" content="${trust(POLICY)}" />
        <title>Inspection of ${names}</title>
        ${STYLE_ELEMENT}
      </head>
      <body>
        <header class="masthead">
          <div>
            <p class="eyebrow"><span>ninja-sync inspect</span></p>
            <h1>${names}</h1>
            ${
              refused === null
                ? html`<p class="lead">${describeTotals(inspection)}</p>`
                : html`<p class="lead problem">No client can be made of it: ${refused.message}</p>
                    ${refused.hint === undefined ? null : html`<p>${refused.hint}</p>`}`
            }
            ${joins.map((join) => html`<p>${describeJoin(join)}</p>`)}
            ${
              files.length < 2
                ? null
                : html`<nav aria-label="Files">
                    <ul>
                      ${files.map(({ profile }, index) => html`<li><a href="#file-${index + 1}">${profile.name}</a></li>`)}
                    </ul>
                  </nav>`
            }
          </div>
        </header>
        <main>${files.map(showFile)}</main>
        <footer>
          <p>Nothing was written to any target. The values on this page are those of the file.</p>
        </footer>
      </body>
    </html> `.text;
}

function showFile(file: FileInspection, index: number): Markup {
  const { profile } = file;
  return html`<section id="file-${index + 1}">
    <h2>${profile.name} <span class="count">${formatBytes(profile.bytes)}</span></h2>
    <dl class="about file">
      ${describeFile(file).map(
        ({ term, text }) =>
          html`<div>
            <dt>${term}</dt>
            <dd>${text}</dd>
          </div>`,
      )}
    </dl>
    ${showNotes(file)}
    <h3>Problems</h3>
    ${showProblems(file)}
    <h3>Columns</h3>
    ${showColumns(file)}
  </section>`;
}

function showNotes({ profile }: FileInspection): Markup | null {
  if (profile.notes.length === 0) return null;
  return html`<h3>Notes</h3>
    <ul>
      ${profile.notes.map(({ code, message }) => html`<li>${message} <code>${code}</code></li>`)}
    </ul>`;
}

function showColumns({ columns, profile }: FileInspection): Markup {
  return showTable({
    caption: `Columns of ${profile.name}, and the field that each would fill`,
    columns: ['#No.', 'Column', 'Field', 'Samples'],
    className: 'wide columns',
    body: columns.map(
      (column) =>
        html`<tr>
          <td class="number">${column.position + 1}</td>
          <th scope="row">${showValue(column.header)}</th>
          <td>
            ${column.proposed === null ? html`<span class="muted">not used</span>` : html`<code>${describeField(column)}</code>`}
            ${column.score >= SURE_SCORE || column.why === '' ? null : html`<div class="muted path">${column.why}</div>`}
          </td>
          <td>
            ${
              column.samples.length === 0
                ? html`<span class="blank">blank in the first rows</span>`
                : html`<ul class="samples">
                    ${column.samples.map((sample) => html`<li>${showValue(sample)}</li>`)}
                  </ul>`
            }
          </td>
        </tr>`,
    ),
  });
}

function showProblems({ problems, profile, counts }: FileInspection): Markup {
  if (problems.length === 0) return html`<p class="muted">None in ${countOf(counts.rows, 'row')}.</p>`;
  return showTable({
    caption: `Problems in ${profile.name}, each kind once`,
    columns: ['Kind', '#Rows', 'Column', 'Where', 'Example', 'What to do'],
    className: 'wide problems',
    body: problems.map((problem) => {
      const [tone, word] = BADGES[problem.severity];
      return html`<tr>
        <th scope="row"><span class="badge ${tone}">${word}</span> <code>${problem.code}</code></th>
        <td class="number">${formatNumber(problem.rows)}</td>
        <td>${problem.column === null ? html`<span class="muted">whole row</span>` : problem.column}</td>
        <td>${describePlaces(problem, profile)}</td>
        <td>${problem.example === null ? null : showValue(problem.example)}</td>
        <td>${problem.hint}</td>
      </tr>`;
    }),
  });
}
