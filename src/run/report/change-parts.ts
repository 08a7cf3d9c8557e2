/** The parts of one change in the report: fields, contacts, edits that stay, documents. */

import type { Change, ContactChange, ContactFieldChange, FieldChange, KeptEdit } from '../../plan/change.js';
import { nameValue } from '../../plan/value-name.js';
import { labelOf } from './counts.js';
import { countOf, formatBytes, html, showValue } from './markup.js';
import type { Markup } from './markup.js';

const FIELDS_MAX = 60;
const CONTACTS_MAX = 100;

export function showParts(change: Change): Markup {
  return html`<div class="parts">
    ${showFields(change)}${showContacts(change.contacts)}${showKept(change.kept ?? [])}${showDocuments(change.documents ?? [])}
  </div>`;
}

function showFields(change: Change): Markup | null {
  if (change.fields.length === 0) return null;
  const isNew = change.kind === 'create';
  const rows = change.fields.slice(0, FIELDS_MAX).map(
    (field) =>
      html`<tr>
        <th scope="row">${labelOf(field.field)}</th>
        ${isNew ? null : html`<td class="before">${showValue(nameValue(field.field, field.before))}</td>`}
        <td class="after">${showValue(nameValue(field.field, field.after))}${showThen(field)}</td>
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

/** A conflict that the file wins: somebody changed the value since the job pushed another one. */
function showThen({ field, then }: FieldChange | ContactFieldChange): Markup | null {
  if (then === undefined) return null;
  return html`<div class="conflict">
    changed in Invoice Ninja since ${showValue(nameValue(field, then))} was pushed; the file wins
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
          <span class="after">${showValue(nameValue(field.field, field.after))}</span>${showThen(field)}
        </li>`,
  );
  return html`<ul>
    ${items}
  </ul>`;
}

function showKept(kept: readonly KeptEdit[]): Markup | null {
  if (kept.length === 0) return null;
  const rows = kept.slice(0, FIELDS_MAX).map(
    ({ field, contact, then, source, target }) =>
      html`<tr>
        <th scope="row">${labelOf(field)}${contact === null ? null : html` of <bdi>${contact}</bdi>`}</th>
        ${[then, source, target].map((value) => html`<td>${showValue(nameValue(field, value))}</td>`)}
      </tr>`,
  );
  return html`<div class="scroll">
    <table class="kept">
      <caption>
        Changed in Invoice Ninja, left alone
      </caption>
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Pushed then</th>
          <th scope="col">In the file now</th>
          <th scope="col">In Invoice Ninja now</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

function showDocuments(documents: NonNullable<Change['documents']>): Markup | null {
  if (documents.length === 0) return null;
  const items = documents
    .slice(0, FIELDS_MAX)
    .map(({ name, bytes }) => html`<li><bdi>${name}</bdi> <span class="muted">${formatBytes(bytes)}</span></li>`);
  const more = documents.length - items.length;
  return html`<div>
    <p class="muted">${countOf(documents.length, 'document')} to upload</p>
    <ul class="documents">
      ${items}
    </ul>
    ${more > 0 ? html`<p class="note">${countOf(more, 'more document')}, not on this page.</p>` : null}
  </div>`;
}
