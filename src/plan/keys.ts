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
  return levels.map((level) => {
    if (level !== 'email') return keyList(client[level]);
    return [...new Set(contacts.flatMap((contact) => keyList(contact.email)))];
  });
}

function keyList(text: string | undefined): readonly string[] {
  const folded = text === undefined ? '' : foldKey(text.trim());
  return folded === '' ? [] : [folded];
}
