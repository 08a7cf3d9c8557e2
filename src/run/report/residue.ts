/** What the target holds otherwise than it was sent, field by field, over all changes of a run. */

import type { Difference } from '../../plan/change.js';
import type { RunReport } from './data.js';
import { labelOf } from './counts.js';
import { formatNumber, html, showList, showTable, showValue } from './markup.js';
import type { Markup } from './markup.js';

const LIMITS = { openMax: 50, shownMax: 1000 } as const;

interface Residue extends Difference {
  readonly label: string;
  readonly seq: number;
}

export function showResidue(report: RunReport): Markup | null {
  const residues: readonly Residue[] = report.changes.flatMap(({ change, outcome }) =>
    (outcome?.differences ?? []).map((difference) => ({ ...difference, label: change.label, seq: change.seq })),
  );
  if (residues.length === 0) return null;
  const texts = {
    more: (count: number) => `Show ${formatNumber(count)} more`,
    leftOut: (count: number) =>
      `Another ${formatNumber(count)} are not on this page; \`ninja-sync show ${report.run.id} --json\` shows all.`,
  };
  return html`<section id="residue">
    <h2>
      What the target holds otherwise than it was sent <span class="count">${formatNumber(residues.length)}</span>
    </h2>
    <p class="muted">
      Read again after the run. A value that the server rewrites each time shows up in each run until the file, or the
      job, gives it as the server keeps it.
    </p>
    ${showList(residues, LIMITS, texts, (some) =>
      showTable({
        caption: 'Values that were not stored as they were sent',
        columns: ['Client', 'Field', 'Sent', 'Stored', 'What the server did'],
        body: some.map(
          (residue) =>
            html`<tr>
              <th scope="row">
                <bdi>${residue.label}</bdi>
                <div class="muted">change ${formatNumber(residue.seq)}</div>
              </th>
              <td>${nameField(residue)}${residue.contact === null ? null : html` of <bdi>${residue.contact}</bdi>`}</td>
              <td>${showValue(residue.wanted)}</td>
              <td>${showValue(residue.stored)}</td>
              <td>${nameRewrite(residue)}</td>
            </tr>`,
        ),
      }),
    )}
  </section>`;
}

/** `contacts.email` is the e-mail of a contact. */
export function nameField({ field }: Pick<Difference, 'field'>): string {
  return labelOf(field.replace(/^contacts\./, ''));
}

/** How the stored value came about, as far as the two values tell. */
function nameRewrite({ wanted, stored }: Pick<Difference, 'wanted' | 'stored'>): string {
  if (stored === '') return 'left it out';
  if (wanted === '') return 'put in a value of its own';
  if (wanted.trim() === stored) return 'trimmed it';
  if (wanted.startsWith(stored)) return `cut it to ${formatNumber(stored.length)} characters`;
  if (wanted.toLowerCase() === stored.toLowerCase()) return 'changed its case';
  if (wanted.replaceAll(/<[^>]*>/g, '').trim() === stored) return 'removed its tags';
  return 'kept or made another value';
}
