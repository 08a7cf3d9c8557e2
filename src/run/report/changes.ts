/** The changes of a report, by kind: each with its rows, fields, contacts and outcome. */

import type { Change, ChangeKind, ContactChange, Outcome } from '../../plan/change.js';
import type { RunReport } from './data.js';
import { nameValue } from '../../plan/value-name.js';
import { CHANGE_KINDS, describeRows, fateOf, isOnlyPlan, labelOf, plannedCount } from './counts.js';
import type { Fate } from './counts.js';
import { countOf, formatNumber, html, showList, showSentence, showTime, showValue } from './markup.js';
import type { Markup } from './markup.js';
import type { StoredChange } from '../store.js';

const OPEN_MAX = 20;
const SHOWN_MAX = 200;
const FIELDS_MAX = 60;
const CONTACTS_MAX = 100;

const KIND_TITLES: Readonly<Record<ChangeKind, string>> = {
  create: 'Clients to create',
  update: 'Clients to update',
  restore: 'Clients to bring back',
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
      ${change.rows.length === 0 ? 'In no row of the files' : describeRows(report, change.rows)}${clientId === null ? null : html` · client <code>${clientId}</code>`}
      · change ${formatNumber(change.seq)}
    </p>
    <p>${showSentence(change.reason)}</p>
    ${showOutcome(outcome)}
    <div class="parts">${showFields(change)}${showContacts(change.contacts)}</div>
  </article>`;
}

function showOutcome(outcome: Outcome | null): Markup | null {
  if (outcome === null) return null;
  return html`<p class="outcome">
    <b>${outcome.kind.charAt(0).toUpperCase() + outcome.kind.slice(1)}</b>
    ${showTime(outcome.at)}${outcome.reason === '' ? null : html`: ${showSentence(outcome.reason)}`}
  </p>`;
}

function showFields(change: Change): Markup | null {
  if (change.fields.length === 0) return null;
  const isNew = change.kind === 'create';
  const rows = change.fields.slice(0, FIELDS_MAX).map(
    (field) =>
      html`<tr>
        <th scope="row">${labelOf(field.field)}</th>
        ${isNew ? null : html`<td class="before">${showValue(nameValue(field.field, field.before))}</td>`}
        <td class="after">${showValue(nameValue(field.field, field.after))}</td>
      </tr>`,
  );
  return html`<div class="scroll">
    <table class="fields">
      <caption class="hidden">
        Fields of
        <bdi>${change.label}</bdi>
      </caption>
      <thead>
        <tr>
          <th scope="col">Field</th>
          ${
            isNew
              ? html`<th scope="col">Value</th>`
              : html`<th scope="col">Before</th>
                  <th scope="col">After</th>`
          }
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

const CONTACT_BADGES: Readonly<Record<ContactChange['kind'], string>> = {
  keep: 'plain',
  add: 'good',
  change: 'info',
  remove: 'bad',
};

function showContacts(contacts: readonly ContactChange[]): Markup | null {
  if (contacts.length === 0) return null;
  const lines = contacts.slice(0, CONTACTS_MAX).map(
    (contact) =>
      html`<tr>
        <td><span class="badge ${CONTACT_BADGES[contact.kind]}">${contact.kind}</span></td>
        <th scope="row"><bdi>${contact.label}</bdi></th>
        <td>${showContactFields(contact)}</td>
      </tr>`,
  );
  return html`<div class="scroll">
      <table class="contacts">
        <caption>
          ${countOf(contacts.length, 'contact')}
        </caption>
        <thead class="hidden">
          <tr>
            <th scope="col">What happens</th>
            <th scope="col">Contact</th>
            <th scope="col">Fields</th>
          </tr>
        </thead>
        <tbody>
          ${lines}
        </tbody>
      </table>
    </div>
    ${contacts.length > CONTACTS_MAX ? html`<p class="note">${countOf(contacts.length - CONTACTS_MAX, 'more contact')}, not on this page.</p>` : null}`;
}

function showContactFields(contact: ContactChange): Markup {
  if (contact.fields.length === 0) {
    return html`<span class="muted"
      >${contact.kind === 'keep' ? 'stays as it is' : contact.kind === 'remove' ? 'is taken off the client' : ''}</span
    >`;
  }
  const items = contact.fields.map((field) =>
    contact.kind === 'add'
      ? html`<li>
          <span class="muted">${labelOf(field.field)}:</span> ${showValue(nameValue(field.field, field.after))}
        </li>`
      : html`<li>
          <span class="muted">${labelOf(field.field)}:</span>
          <span class="before">${showValue(nameValue(field.field, field.before))}</span>
          <span aria-hidden="true">→</span><span class="hidden"> becomes </span>
          <span class="after">${showValue(nameValue(field.field, field.after))}</span>
        </li>`,
  );
  return html`<ul>
    ${items}
  </ul>`;
}
