/** What a person does to clients in the web application while a synchronisation runs. */

import assert from 'node:assert';

import type { ContactText } from './columns.js';
import { CONTACT_TEXTS, cutText } from './columns.js';
import { finishContacts } from './contacts.js';
import { createClient, readSettings, readTexts } from './create.js';
import type { ClientText } from './columns.js';
import type { SeedClient } from './seed.js';
import { idOf } from './shelf.js';
import type { Company, Store, StoredClient, StoredContact } from './store.js';
import { setText } from './store.js';
import { archiveClient, deleteClient, restoreClient } from './update.js';
import type { Input } from './value.js';
import { cleanInput, toText } from './value.js';

export interface PersonEdit {
  /** Fields of the API that are texts, e.g. `{"city": "Ulm"}`; blank clears. */
  readonly fields?: Input;
  /** Merged into the settings. */
  readonly settings?: Input;
  readonly addContact?: Input;
  /** `id` and the texts to set; blank clears. */
  readonly changeContact?: Input & { readonly id: string };
  /** Id of a contact. */
  readonly removeContact?: string;
  readonly balance?: number;
  readonly state?: 'archived' | 'deleted' | 'active';
}

/** Always moves the client's `updatedAt`. Throws an `Error` when there is no such client or contact. */
export function editClient(store: Store, id: string, edit: PersonEdit, now: number): void {
  const client = store.findClient(id);
  if (client === undefined) throw new Error(`There is no client "${id}".`);
  const texts = readTexts(cleanInput(edit.fields ?? {}) as Input);
  for (const [column, text] of Object.entries(texts) as [ClientText, string][]) {
    setText(client, column, cutText(column, text));
  }
  if (edit.settings !== undefined) {
    store.setSettings(client, { ...(JSON.parse(client.settings) as object), ...readSettings(edit.settings) });
  }
  if (edit.addContact !== undefined) addContact(store, client, cleanInput(edit.addContact) as Input, now);
  if (edit.changeContact !== undefined) changeContact(store, client, edit.changeContact, now);
  if (edit.removeContact !== undefined) removeContact(store, client, edit.removeContact, now);
  if (edit.balance !== undefined) client.balance = edit.balance;
  if (edit.state === 'archived') archiveClient(client, now);
  if (edit.state === 'deleted') deleteClient(client, now);
  if (edit.state === 'active') restoreClient(client, now);
  client.updatedAt = now;
}

function addContact(store: Store, client: StoredClient, entry: Input, now: number): void {
  const contact = store.addContact(client, now);
  for (const column of CONTACT_TEXTS) {
    const text = cutText(column, toText(entry[column]));
    if (text !== '') contact.texts[column satisfies ContactText] = text;
  }
  contact.isPrimary = client.contacts.length === 1;
  finishContacts(client);
}

function findContact(store: Store, client: StoredClient, id: string): StoredContact {
  const contact = store.findContact(id);
  if (contact?.client !== client) throw new Error(`The client has no contact "${id}".`);
  return contact;
}

function changeContact(
  store: Store,
  client: StoredClient,
  { id, ...entry }: Input & { id: string },
  now: number,
): void {
  const contact = findContact(store, client, id);
  const input = cleanInput(entry) as Input;
  for (const column of CONTACT_TEXTS) {
    if (!(column in input)) continue;
    const text = cutText(column, toText(input[column]));
    if (text === '') delete contact.texts[column satisfies ContactText];
    else contact.texts[column satisfies ContactText] = text;
  }
  contact.updatedAt = now;
}

/** A client is never without a contact, nor without a primary one [125, 431]. */
function removeContact(store: Store, client: StoredClient, id: string, now: number): void {
  const contact = findContact(store, client, id);
  store.removeContact(contact);
  if (client.contacts.length === 0) store.addContact(client, now);
  if (contact.isPrimary && client.contacts[0] !== undefined) client.contacts[0].isPrimary = true;
  finishContacts(client);
}

/** Creates a client with the rules of a POST, then puts it into its state. Returns the id. Throws the `Refusal` of the POST. */
export function seedClient(store: Store, company: Company, seed: SeedClient, now: number): string {
  const { client } = createClient(store, company, cleanInput(seed) as Input, now);
  assert(client.company === company);
  client.balance = seed.balance ?? 0;
  if (seed.archived === true) archiveClient(client, now);
  if (seed.deleted === true) deleteClient(client, now);
  return idOf(client);
}
