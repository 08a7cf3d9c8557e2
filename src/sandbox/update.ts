/**
 * PUT, PATCH and DELETE of a client. FACTS.md "PUT / PATCH update": what is left out stays, except the settings, which every PUT replaces.
 */

import { cutText } from './columns.js';
import type { ClientText } from './columns.js';
import { saveContacts } from './contacts.js';
import { readReference, readSettings, readTexts, REFERENCES } from './create.js';
import { breakDown, Refusal } from './refusal.js';
import type { Store, StoredClient } from './store.js';
import { setText, sortContacts, takeNumber } from './store.js';
import type { Input } from './value.js';
import { isObject, toFlag } from './value.js';
import { validateClient } from './validate.js';

/**
 * `input` is cleaned; `{}` for a body that could not be read, which still resets the settings [429, 442]. `updatedAt` moves when
 * anything changes [150, 361-375]. A 500 while contacts are saved has stored the fields and removed the old contacts [426, 427].
 */
export function updateClient(store: Store, client: StoredClient, input: Input, now: number): void {
  validateClient(input, client.company, client);
  if (client.isDeleted) {
    throw new Refusal('request', 'Record is deleted and cannot be edited. Restore the record to enable editing');
  }
  const texts = readTexts(input);
  if (texts.country_id === '') texts.country_id = client.company.countryId;
  if (texts.number === '') texts.number = takeNumber(client.company);
  if (client.company.numbers.findOther(cutText('number', texts.number ?? ''), client) !== undefined) throw breakDown();

  let isChanged = false;
  for (const [column, text] of Object.entries(texts) as [ClientText, string][]) {
    if (setText(client, column, cutText(column, text))) isChanged = true;
  }
  for (const [field, property] of [
    ['is_tax_exempt', 'isTaxExempt'],
    ['has_valid_vat_number', 'hasValidVatNumber'],
  ] as const) {
    if (input[field] === undefined || toFlag(input[field]) === client[property]) continue;
    client[property] = !client[property];
    isChanged = true;
  }
  for (const [field, property] of REFERENCES) {
    if (input[field] === undefined) continue;
    const id = input[field] === null ? '' : readReference(store, input[field]);
    if (id === client[property]) continue;
    client[property] = id;
    isChanged = true;
  }
  const settings = isObject(input['settings']) ? readSettings(input['settings']) : {};
  settings['currency_id'] ??= client.company.currencyId;
  if (store.setSettings(client, settings)) isChanged = true;

  if (isChanged) client.updatedAt = now;
  if ('contacts' in input) saveContacts(store, client, input['contacts'], now);
}

/** Each contact that moves keeps its mark as the primary one [340]. */
export function mergeClients(store: Store, client: StoredClient, other: StoredClient, now: number): void {
  for (const contact of other.contacts) {
    store.moveContact(contact, client);
    contact.updatedAt = now;
  }
  sortContacts(client);
  store.purgeClient(other);
  client.updatedAt = now;
}

/** Again and again without effect, as the archiving of what is archived or deleted [279-285, 333]. */
export function archiveClient(client: StoredClient, now: number): void {
  if (client.archivedAt !== 0) return;
  client.archivedAt = now;
  client.updatedAt = now;
}

export function deleteClient(client: StoredClient, now: number): void {
  if (client.isDeleted) return;
  client.isDeleted = true;
  client.archivedAt = now;
  client.updatedAt = now;
}

/** Undoes both. */
export function restoreClient(client: StoredClient, now: number): void {
  if (client.archivedAt === 0) return;
  client.isDeleted = false;
  client.archivedAt = 0;
  client.updatedAt = now;
}
