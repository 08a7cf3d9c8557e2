/**
 * What two targets must have in common to be the same: everything that people see, but not what a server invents anew
 * each time (ids, keys and numbers of what is created, times, links).
 */

import type { WireClient } from '../../src/sandbox/server.js';

/** Ids of the clients and contacts that were there before: those stay what they are, numbers and keys too. */
export interface KnownIds {
  readonly clients: ReadonlySet<string>;
  readonly contacts: ReadonlySet<string>;
}

type Entry = Readonly<Record<string, unknown>>;

const OF_EACH_SERVER = new Set(['created_at', 'updated_at', 'archived_at', 'link', 'url', 'hash', 'gateway_tokens']);
const OF_NEW_CLIENTS = new Set(['id', 'number', 'client_hash']);
const OF_NEW_CONTACTS = new Set(['id', 'contact_key']);

export function knownIds(clients: readonly WireClient[]): KnownIds {
  return {
    clients: new Set(clients.map(({ id }) => id)),
    contacts: new Set(clients.flatMap(({ contacts }) => contacts.map((contact) => String(contact['id'])))),
  };
}

/** Sorted by what names a client to people; two targets are equal when these are (`toEqual`). */
export function comparable(clients: readonly WireClient[], known: KnownIds): readonly Entry[] {
  return clients
    .map((client) => comparableClient(client, known))
    .sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
}

function comparableClient(client: WireClient, known: KnownIds): Entry {
  const isKnown = known.clients.has(client.id);
  const documents = (client['documents'] as readonly Entry[]).map(({ name, size }) => ({ name, size }));
  return {
    ...without(client, OF_EACH_SERVER, isKnown ? new Set() : OF_NEW_CLIENTS),
    // The server drops blank settings from whatever it is sent (FACTS.md [030, 139]).
    settings: without(
      client.settings,
      new Set(Object.keys(client.settings).filter((key) => client.settings[key] === '')),
    ),
    state: client.is_deleted ? 'deleted' : client.archived_at > 0 ? 'archived' : 'active',
    contacts: sorted(
      client.contacts.map((contact) => {
        const kept = known.contacts.has(String(contact['id']));
        return without(contact, OF_EACH_SERVER, kept ? new Set() : OF_NEW_CONTACTS);
      }),
    ),
    documents: sorted(documents),
  };
}

function without(entry: Entry, ...dropped: readonly ReadonlySet<string>[]): Entry {
  return Object.fromEntries(Object.entries(entry).filter(([key]) => !dropped.some((keys) => keys.has(key))));
}

/** New contacts may be stored in another order when a request is sent again. */
function sorted(entries: readonly Entry[]): readonly Entry[] {
  return entries.toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
}

function nameOf(client: Entry): string {
  return JSON.stringify([client['id_number'], client['name'], client['contacts']]);
}
