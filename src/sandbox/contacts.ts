/**
 * How the contacts of a request become the contacts of a client: the list replaces all that are there, the primary one
 * comes first, and a client is never left without any. Not atomic: a contact that breaks the server leaves its predecessors behind.
 */

import { CONTACT_TEXTS, cutText } from './columns.js';
import { breakDown } from './refusal.js';
import type { StoredClient, StoredContact, Store } from './store.js';
import { sortContacts } from './store.js';
import type { Input } from './value.js';
import { isObject, isTruthy, toFlag, toText } from './value.js';

/** The contacts of a request as a list: one object stands for a list of one [054]; without a single filled object it counts as empty [055, 428]. */
function listContacts(contacts: unknown): readonly unknown[] {
  if (!isObject(contacts)) return [];
  const entries = Array.isArray(contacts) ? contacts : Object.values(contacts);
  if (!Array.isArray(contacts) && !entries.some(isObject)) return Object.keys(contacts).length > 0 ? [contacts] : [];
  return entries.some((entry) => isObject(entry) && Object.keys(entry).length > 0) ? entries : [];
}

/**
 * FACTS.md [104-125, 431, 441]. Contacts that the list does not name by id are removed; an id of another client's contact
 * moves it here; an unknown id makes a new contact. Moves the client's `updatedAt`.
 */
export function saveContacts(store: Store, client: StoredClient, contacts: unknown, now: number): void {
  const entries = listContacts(contacts);
  const named = new Set(entries.map((entry) => (isObject(entry) ? store.findContact(entry['id']) : undefined)));
  for (const contact of client.contacts) {
    if (!named.has(contact)) store.removeContact(contact);
  }
  const isMarked = (entry: unknown): boolean => isObject(entry) && isTruthy(entry['is_primary']);
  const ordered = entries.toSorted((a, b) => Number(isMarked(b)) - Number(isMarked(a)));
  client.updatedAt = now;
  ordered.forEach((entry, i) => {
    if (!isObject(entry)) throw breakDown();
    saveContact(store, client, entry, i === 0, now);
  });
  if (client.contacts.length === 0) addBlankContact(store, client, '', now);
  finishContacts(client);
}

/** The contact that a client gets when the request says nothing about contacts: its e-mail is one blank [021, 023]. */
export function addAutomaticContact(store: Store, client: StoredClient, now: number): void {
  addBlankContact(store, client, ' ', now);
}

function addBlankContact(store: Store, client: StoredClient, email: string, now: number): void {
  const contact = store.addContact(client, now);
  contact.isPrimary = true;
  if (email !== '') contact.texts.email = email;
}

function saveContact(store: Store, client: StoredClient, entry: Input, isPrimary: boolean, now: number): void {
  const texts = CONTACT_TEXTS.filter((column) => column in entry).map(
    (column) => [column, cutText(column, toText(entry[column]))] as const,
  );
  const found = store.findContact(entry['id']);
  const isOurs = found !== undefined && found.client.company === client.company;
  const contact: StoredContact = isOurs ? found : store.addContact(client, now);
  store.moveContact(contact, client);
  for (const [column, text] of texts) {
    if (text === '') delete contact.texts[column];
    else contact.texts[column] = text;
  }
  contact.isPrimary = isPrimary;
  if ('send_email' in entry) contact.sendEmail = toFlag(entry['send_email']);
  const { password } = entry;
  if (typeof password === 'string' && password.length > 1 && (contact.texts.email ?? '').length > 3)
    contact.hasPassword = true;
  contact.updatedAt = now;
}

/** Somebody has to get the mails: the first one, if nobody else does [441]. */
export function finishContacts(client: StoredClient): void {
  sortContacts(client);
  const first = client.contacts[0];
  if (first !== undefined && !client.contacts.some((contact) => contact.sendEmail)) first.sendEmail = true;
}
