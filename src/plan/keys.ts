/** The match keys of a record and of a client, folded as the server's collation compares them. */

import type { MatchKey } from '../mapping/fields.js';
import type { ClientValues, ContactValues } from '../mapping/record.js';
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
export function keysAt(
  level: MatchKey,
  client: ClientValues,
  contacts: readonly Pick<ContactValues, 'email'>[],
): readonly string[] {
  if (level !== 'email') return keyList(client[level]);
  const keys: string[] = [];
  for (const contact of contacts) {
    const [key] = keyList(contact.email);
    if (key !== undefined && !keys.includes(key)) keys.push(key);
  }
  return keys;
}

const NONE: readonly string[] = [];

function keyList(text: string | undefined): readonly string[] {
  const folded = text === undefined ? '' : foldKey(text.trim());
  return folded === '' ? NONE : [folded];
}
