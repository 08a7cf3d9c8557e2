/** Whether anybody worked on a client between two looks at it. */

import type { Client } from './client.js';

/** `updated_at` counts whole seconds: an edit within the second of the first look shows in the values alone. */
export function isSameClient(one: Client, other: Client): boolean {
  const text = ({ state, balance, fields, settings, contacts }: Client): string =>
    JSON.stringify([state, balance, fields, settings, contacts]);
  return one.updatedAt === other.updatedAt && text(one) === text(other);
}
