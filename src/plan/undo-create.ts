/** Whether somebody worked on a client since a run created it: then it is in use and stays. */

import { CLIENT_FIELD_NAMES, CLIENT_FIELDS, CONTACT_FIELD_NAMES } from '../mapping/fields.js';
import type { ClientField, ContactField } from '../mapping/fields.js';
import { contactLabel } from './change.js';
import type { Change, ContactChange, Outcome } from './change.js';
import type { Client, Contact } from './client.js';
import { BLANK } from './contact-list.js';
import { pairSame, withFields } from './contact-slots.js';
import { heldValue } from './held-value.js';
import { isBlank } from './pairing.js';
import { storedInstead } from './undo-words.js';

/** What was done to it, as parts of a sentence; none: it is as the run left it. */
export function findWork(change: Change, outcome: Outcome, fresh: Client): readonly string[] {
  const balance = fresh.balance === 0 ? [] : [`it has a balance of ${fresh.balance.toFixed(2)}`];
  const ours = new Set(change.documents?.map(({ name }) => name));
  const documents = (fresh.documents ?? []).filter(({ name }) => !ours.has(name));
  return [
    ...findFieldWork(change, outcome, fresh),
    ...balance,
    ...findContactWork(change, outcome, fresh),
    ...documents.map(({ name }) => `the document ${name} was added since`),
  ];
}

function findFieldWork(change: Change, outcome: Outcome, fresh: Client): readonly string[] {
  const sent = new Map<ClientField, string>(change.fields.map(({ field, after }) => [field, after]));
  return CLIENT_FIELD_NAMES.filter((field) => {
    const [wanted, held] = [sent.get(field), heldValue(fresh, field)];
    if (wanted === undefined) return !isServersOwn(field) && held !== heldValue({ fields: {} }, field);
    return held !== wanted && held !== storedInstead(outcome, field, null);
  }).map((field) => `${field} was changed since`);
}

/** The server fills them by itself: numbers, the company's country and settings. */
function isServersOwn(field: ClientField): boolean {
  return field.startsWith('settings.') || (!CLIENT_FIELDS[field].clearable && field !== 'is_tax_exempt');
}

function findContactWork(change: Change, outcome: Outcome, fresh: Client): readonly string[] {
  const made = new Map(change.contacts.map((line) => [line, withFields(BLANK, line.fields)]));
  const pairs = pairSame(fresh.contacts, made);
  const work = [...pairs].flatMap(([line, contact]) =>
    findChanged(contact, line, outcome).map((field) => `${field} of ${line.label} was changed since`),
  );
  const ours = new Set(pairs.values());
  // A blank contact is the server's own: a client has one at least (FACTS.md [021, 024]).
  const others = fresh.contacts.filter((contact) => !ours.has(contact) && !isBlank(contact));
  return [...work, ...others.map((contact) => `the contact ${contactLabel(contact)} was added since`)];
}

/** Fields in which a contact is no longer as it was made. */
export function findChanged(contact: Contact, line: ContactChange, outcome: Outcome): readonly ContactField[] {
  const made = withFields(BLANK, line.fields);
  return CONTACT_FIELD_NAMES.filter((field) => {
    const held = String(contact[field]);
    return held !== String(made[field]) && held !== storedInstead(outcome, field, line.label);
  });
}
