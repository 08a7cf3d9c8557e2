/** The server's part of a change, without a server: what a client becomes when the change is sent (FACTS.md "PUT / PATCH update"). */

import type { ClientField } from '../../src/mapping/fields.js';
import type { Change, ContactChange, FieldChange } from '../../src/plan/change.js';
import type { Client, Contact } from '../../src/plan/client.js';
import { aClient, aContact } from './clients.js';

type Sent = Omit<Change, 'seq'>;

/** Ids of new contacts are `<prefix>1`, `<prefix>2`, … */
export function applyChange(client: Client, change: Sent, prefix = 'new'): Client {
  const updatedAt = client.updatedAt + 1;
  if (change.kind === 'archive') return { ...client, updatedAt, state: 'archived' };
  if (change.kind === 'delete') return { ...client, updatedAt, state: 'deleted' };
  const state = change.kind === 'restore' ? 'active' : client.state;
  const contacts = change.contacts.some(({ kind }) => kind !== 'keep')
    ? storeContacts(client.contacts, change.contacts, prefix)
    : client.contacts;
  return { ...client, updatedAt, state, fields: storeFields(client.fields, change.fields), contacts };
}

export function applyCreate(change: Sent): Client {
  const createdAt = aClient().updatedAt;
  const blank = aClient({ id: 'made', createdAt, fields: { number: '0042', country_code: 'US' }, contacts: [] });
  const made = applyChange(blank, change);
  return made.contacts.length > 0 ? made : { ...made, contacts: [aContact('blank', { is_primary: true })] };
}

/** A request that broke while it saved contacts: fields are stored, removed contacts are gone, some are saved ([426, 427]). */
export function applyHalf(client: Client, change: Sent, savedContacts: number): Client {
  const fields = storeFields(client.fields, change.fields);
  if (change.contacts.every(({ kind }) => kind === 'keep')) return { ...client, fields };
  const lines = change.contacts.filter(({ kind }) => kind !== 'remove');
  const saved = storeLines(client.contacts, lines.slice(0, savedContacts), 'half');
  const unsaved = lines.slice(savedContacts).flatMap(({ id }) => client.contacts.filter((one) => one.id === id));
  return { ...client, updatedAt: client.updatedAt + 1, fields, contacts: [...saved, ...unsaved] };
}

/** What can be compared after contacts were made again: everything but ids and times. */
export function withoutIds(client: Client): unknown {
  const contacts = client.contacts.map((contact) => JSON.stringify({ ...contact, id: '' }));
  return { state: client.state, fields: client.fields, contacts: contacts.toSorted() };
}

function storeFields(held: Client['fields'], changes: readonly FieldChange[]): Client['fields'] {
  const fields: Partial<Record<ClientField, string>> = { ...held };
  for (const { field, after } of changes) {
    if (after === '' || (field === 'is_tax_exempt' && after === 'false')) delete fields[field];
    else fields[field] = after;
  }
  return fields;
}

/** The first one that is marked becomes the only primary contact; somebody receives e-mail ([026, 431, 441]). */
function storeContacts(held: readonly Contact[], lines: readonly ContactChange[], prefix: string): readonly Contact[] {
  const listed = lines.filter(({ kind }) => kind !== 'remove');
  if (listed.length === 0) return [aContact(`${prefix}-blank`, { is_primary: true })];
  const stored = storeLines(held, listed, prefix);
  const primary = stored.find((contact) => contact.is_primary) ?? stored[0];
  const ordered = stored.toSorted((a, b) => Number(b === primary) - Number(a === primary));
  const receives = stored.some((contact) => contact.send_email);
  return ordered.map((contact, index) => ({
    ...contact,
    is_primary: index === 0,
    send_email: contact.send_email || (!receives && index === 0),
  }));
}

function storeLines(held: readonly Contact[], lines: readonly ContactChange[], prefix: string): readonly Contact[] {
  return lines.map((line, index) => {
    const old = held.find((contact) => contact.id === line.id);
    if (line.id !== null && old === undefined) throw new Error(`${line.id} is nobody of the client`);
    const values = line.fields.map(({ field, after }) => [
      field,
      field === 'is_primary' || field === 'send_email' ? after === 'true' : after,
    ]);
    return { ...(old ?? aContact(`${prefix}${index + 1}`, { send_email: false })), ...Object.fromEntries(values) };
  });
}
