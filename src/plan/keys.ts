/** The match keys of a record and of a client, folded as the server's collation compares them. */

import type { MatchKey } from '../mapping/fields.js';
import type { ClientValues, ContactValues, SyncRecord } from '../mapping/record.js';
import { compactVat } from '../mapping/normalise/vat.js';
import type { Client } from './client.js';
import { foldKey } from './fold.js';
import type { Keys } from './match.js';

export function keysOf(
  levels: readonly MatchKey[],
  client: ClientValues,
  contacts: readonly Pick<ContactValues, 'email'>[],
): Keys {
  return levels.map((level) => keysAt(level, client, contacts));
}

/** The keys of one level. */
function keysAt(
  level: MatchKey,
  client: ClientValues,
  contacts: readonly Pick<ContactValues, 'email'>[],
): readonly string[] {
  if (level === 'vat_number')
    return keyList(client.vat_number === undefined ? undefined : compactVat(client.vat_number));
  if (level !== 'email') return keyList(client[level]);
  const keys: string[] = [];
  for (const contact of contacts) {
    const [key] = keyList(contact.email);
    if (key !== undefined && !keys.includes(key)) keys.push(key);
  }
  return keys;
}

/** Whether a record and a client have a text of this key in common. */
export function sharesKey(key: MatchKey, record: Pick<SyncRecord, 'client' | 'contacts'>, client: Client): boolean {
  const held = keysAt(key, client.fields, client.contacts);
  return keysAt(key, record.client, record.contacts).some((text) => held.includes(text));
}

const NONE: readonly string[] = [];

function keyList(text: string | undefined): readonly string[] {
  const folded = text === undefined ? '' : foldKey(text.trim());
  return folded === '' ? NONE : [folded];
}
