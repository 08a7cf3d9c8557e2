/** What the target holds after a write, against what the change meant, field by field. */

import { contactLabel } from '../plan/change.js';
import type { Change, ContactChange, Difference } from '../plan/change.js';
import type { Client, ClientState, Contact } from '../plan/client.js';
import { foldKey } from '../plan/fold.js';
import { heldValue } from '../plan/held-value.js';

/**
 * Everything in which the client is not as it was meant; none when it is. Documents are not looked at.
 *
 * @param change as it was sent: its `before` is the client that the request was made from
 * @param held the client as it is stored, never the answer to a create, which only echoes (FACTS.md [346-349])
 */
export function findDifferences(change: Change, held: Client): readonly Difference[] {
  if (change.kind === 'archive') return held.state === 'active' ? [stateOf('archived', held)] : [];
  if (change.kind === 'delete') return held.state === 'deleted' ? [] : [stateOf('deleted', held)];
  const fields = change.fields.map(({ field, after }) => {
    return { field, contact: null, wanted: after, stored: heldValue(held, field) };
  });
  return [
    ...(change.kind === 'restore' && held.state !== 'active' ? [stateOf('active', held)] : []),
    ...fields.filter(isDifferent),
    ...findLost(change, held),
    ...findContactDifferences(change, held),
  ];
}

function stateOf(wanted: ClientState, held: Client): Difference {
  return { field: 'state', contact: null, wanted, stored: held.state };
}

function isDifferent({ wanted, stored }: Difference): boolean {
  return wanted !== stored;
}

/** Contacts that are gone although the change does not remove them. */
function findLost(change: Change, held: Client): readonly Difference[] {
  const safe = new Set([
    ...held.contacts.map((contact) => contact.id),
    ...change.contacts.filter(({ kind }) => kind === 'remove').map(({ id }) => id),
  ]);
  const lost = change.before?.contacts.filter((contact) => !safe.has(contact.id)) ?? [];
  return lost.map(contactLabel).map((label) => wholeContact(label, { wanted: label, stored: '' }));
}

function findContactDifferences(change: Change, held: Client): readonly Difference[] {
  const byId = new Map(held.contacts.map((contact) => [contact.id, contact]));
  const known = new Set(change.before?.contacts.map((contact) => contact.id));
  const newer = new Set(held.contacts.filter((contact) => !known.has(contact.id)));
  return change.contacts.flatMap((line) => {
    if (line.kind === 'add') return compareContact(line, takeNew(line, newer));
    const stored = byId.get(line.id ?? '');
    if (line.kind !== 'remove') return stored === undefined ? [] : compareContact(line, stored);
    return stored === undefined ? [] : [wholeContact(line.label, { wanted: '', stored: contactLabel(stored) })];
  });
}

function compareContact(line: ContactChange, stored: Contact | undefined): readonly Difference[] {
  if (stored === undefined) return [wholeContact(line.label, { wanted: line.label, stored: '' })];
  const differences = line.fields.map(({ field, after }) => {
    return { field: `contacts.${field}`, contact: line.label, wanted: after, stored: String(stored[field]) };
  });
  // The case of an address is the target's own business: the next plan does not see it either.
  return differences.filter((one) =>
    one.field === 'contacts.email' ? foldKey(one.wanted) !== foldKey(one.stored) : isDifferent(one),
  );
}

/** The contact that the server made of a new one: with its address, else with its name. Each is taken once. */
function takeNew(line: ContactChange, newer: Set<Contact>): Contact | undefined {
  const wanted = new Map<string, string>(line.fields.map(({ field, after }) => [field, after]));
  const email = foldKey(wanted.get('email') ?? '');
  const name = nameKey(wanted.get('first_name') ?? '', wanted.get('last_name') ?? '');
  const named = [...newer].filter((contact) => nameKey(contact.first_name, contact.last_name) === name);
  const found =
    named.find((contact) => foldKey(contact.email) === email) ??
    [...newer].find((contact) => email !== '' && foldKey(contact.email) === email) ??
    (name === '' ? undefined : named[0]);
  if (found !== undefined) newer.delete(found);
  return found;
}

function nameKey(first: string, last: string): string {
  return foldKey(`${first} ${last}`.trim());
}

function wholeContact(label: string, sides: Pick<Difference, 'wanted' | 'stored'>): Difference {
  return { field: 'contact', contact: label, ...sides };
}

const SHOWN_MAX = 3;

/** One sentence that names the first three. @param differences one at least */
export function describeDifferences(differences: readonly Difference[]): string {
  const shown = differences.slice(0, SHOWN_MAX).map(describeDifference);
  if (differences.length > SHOWN_MAX) shown.push(`and ${differences.length - SHOWN_MAX} more`);
  const sentence = shown.join('; ');
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`;
}

function describeDifference({ field, contact, wanted, stored }: Difference): string {
  if (field === 'state') return `the client is ${stored} and not ${wanted}`;
  if (field === 'contact') return `the contact ${contact ?? ''} is ${stored === '' ? 'not there' : 'still there'}`;
  if (field === 'document') return describeDocument(wanted, stored.replace(/\.$/, ''));
  const what = contact === null ? field : `${field.replace('contacts.', '')} of ${contact}`;
  return `the server stored "${shorten(stored)}" instead of "${shorten(wanted)}" for ${what}`;
}

/** @param why about the document, which it calls "It"; or about the server */
function describeDocument(name: string, why: string): string {
  if (why.startsWith('It ')) return `the document ${name} ${why.slice('It '.length)}`;
  return `the document ${name} is not there${why === '' ? '' : `: ${why}`}`;
}

const TEXT_MAX = 60;

function shorten(text: string): string {
  return text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX - 1)}…` : text;
}
