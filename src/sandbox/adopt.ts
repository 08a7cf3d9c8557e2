/**
 * A client of another server becomes one of the sandbox's: ids, keys, numbers, settings, state and times stay as they are.
 *
 * Invariant: shown by the sandbox, it looks as it did there, also in fields that the sandbox knows nothing of.
 */

import { CLIENT_TEXTS, CONTACT_TEXTS } from './columns.js';
import type { Company, Origin, Store, StoredClient, StoredContact } from './store.js';
import { setText, sortContacts } from './store.js';
import type { Input } from './value.js';
import { isObject, isTruthy, toText } from './value.js';

/** Fields that the sandbox keeps itself or works out. */
const KEPT_OF_CLIENT: ReadonlySet<string> = new Set([
  'id',
  'assigned_user_id',
  'group_settings_id',
  'balance',
  'settings',
  'is_deleted',
  'updated_at',
  'archived_at',
  'created_at',
  'display_name',
  'has_valid_vat_number',
  'is_tax_exempt',
  'contacts',
  ...CLIENT_TEXTS,
]);

const KEPT_OF_CONTACT: ReadonlySet<string> = new Set([
  'id',
  'created_at',
  'updated_at',
  'is_primary',
  'send_email',
  'password',
  ...CONTACT_TEXTS,
]);

/** `raw` is a client as a list of the API shows it. Throws an `Error` when it is none, or when an id is taken. */
export function adoptClient(store: Store, company: Company, raw: Input): void {
  const contacts = raw['contacts'];
  if (!Array.isArray(contacts)) throw new Error(`The client "${String(raw['id'])}" has no list of contacts.`);
  const client: StoredClient = {
    id: store.clients.next,
    origin: readOrigin(raw, KEPT_OF_CLIENT),
    company,
    texts: {},
    settings: '{}',
    isTaxExempt: isTruthy(raw['is_tax_exempt']),
    hasValidVatNumber: isTruthy(raw['has_valid_vat_number']),
    assignedUserId: readReference(store, raw['assigned_user_id']),
    groupSettingsId: readReference(store, raw['group_settings_id']),
    balance: readNumber(raw['balance']),
    isDeleted: isTruthy(raw['is_deleted']),
    archivedAt: readNumber(raw['archived_at']),
    createdAt: readNumber(raw['created_at']),
    updatedAt: readNumber(raw['updated_at']),
    contacts: [],
  };
  store.clients.put(client);
  company.clients.push(client);
  for (const column of CLIENT_TEXTS) setText(client, column, toText(raw[column]));
  store.setSettings(client, isObject(raw['settings']) ? raw['settings'] : {});
  for (const contact of contacts as unknown[]) {
    if (isObject(contact)) adoptContact(store, client, contact);
  }
  sortContacts(client);
  countOn(company, client.texts.number ?? '');
}

function adoptContact(store: Store, client: StoredClient, raw: Input): void {
  const contact: StoredContact = {
    id: store.contacts.next,
    origin: readOrigin(raw, KEPT_OF_CONTACT),
    client,
    texts: {},
    isPrimary: isTruthy(raw['is_primary']),
    sendEmail: isTruthy(raw['send_email']),
    hasPassword: isTruthy(raw['password']),
    createdAt: readNumber(raw['created_at']),
    updatedAt: readNumber(raw['updated_at']),
  };
  for (const column of CONTACT_TEXTS) {
    const text = toText(raw[column]);
    if (text !== '') contact.texts[column] = text;
  }
  store.contacts.put(contact);
  client.contacts.push(contact);
}

function readOrigin(raw: Input, kept: ReadonlySet<string>): Origin {
  const { id } = raw;
  if (typeof id !== 'string' || id === '') throw new Error('A client or contact to be copied has no id.');
  return { id, shown: Object.fromEntries(Object.entries(raw).filter(([field]) => !kept.has(field))) };
}

function readReference(store: Store, value: unknown): string {
  const id = toText(value);
  if (id !== '') store.references.add(id);
  return id;
}

function readNumber(value: unknown): number {
  return typeof value === 'number' || typeof value === 'string' ? Number(value) || 0 : 0;
}

/** Automatic numbers go on behind the highest that is nothing but digits. */
function countOn(company: Company, number: string): void {
  if (/^\d{1,9}$/.test(number)) company.nextNumber = Math.max(company.nextNumber, Number(number) + 1);
}
