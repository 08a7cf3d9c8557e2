/** What a job last pushed for a client: the third side of a three-way comparison. */

import { CLIENT_FIELD_NAMES, CONTACT_FIELD_NAMES } from '../mapping/fields.js';
import type { ClientValues, ContactValues, SyncRecord } from '../mapping/record.js';

export interface Baseline {
  readonly client: ClientValues;
  readonly contacts: readonly ContactValues[];
}

/** In the order of the field lists, so that equal records give equal JSON. */
export function baselineOf({ client, contacts }: Pick<SyncRecord, 'client' | 'contacts'>): Baseline {
  return {
    client: pick(CLIENT_FIELD_NAMES, client),
    contacts: contacts.map((contact) => pick(CONTACT_FIELD_NAMES, contact)),
  };
}

function pick<Field extends string>(
  names: readonly Field[],
  values: Readonly<Partial<Record<Field, string>>>,
): Readonly<Partial<Record<Field, string>>> {
  const picked: Partial<Record<Field, string>> = {};
  for (const name of names) {
    const value = values[name];
    if (value !== undefined) picked[name] = value;
  }
  return picked;
}

/**
 * FNV-1a over the UTF-16 units, mixed once more so that all bits depend on all of the text: 1 … 2^31, never 0, which
 * stands for "no baseline". It tells texts of one client apart; it is no proof against somebody who wants two to be equal.
 */
export function hashText(text: string): number {
  let hash = 0x81_1c_9d_c5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01_00_01_93);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85_eb_ca_6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2_b2_ae_35);
  return ((hash ^ (hash >>> 16)) >>> 1) + 1;
}
