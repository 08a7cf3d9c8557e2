/** The text columns of a client and of a contact: their names in the order of an answer and what they keep. */

import { cutBytes, cutCharacters } from './value.js';

export const CLIENT_TEXTS = [
  'name',
  'website',
  'private_notes',
  'size_id',
  'public_notes',
  'address1',
  'address2',
  'phone',
  'city',
  'state',
  'postal_code',
  'country_id',
  'industry_id',
  'custom_value1',
  'custom_value2',
  'custom_value3',
  'custom_value4',
  'shipping_address1',
  'shipping_address2',
  'shipping_city',
  'shipping_state',
  'shipping_postal_code',
  'shipping_country_id',
  'vat_number',
  'id_number',
  'number',
  'routing_id',
  'classification',
] as const;

export type ClientText = (typeof CLIENT_TEXTS)[number];

export const CONTACT_TEXTS = [
  'first_name',
  'last_name',
  'email',
  'phone',
  'custom_value1',
  'custom_value2',
  'custom_value3',
  'custom_value4',
] as const;

export type ContactText = (typeof CONTACT_TEXTS)[number];

/** The columns that `bulk_update` may set [017, 306]. */
export const BULK_COLUMNS: readonly ClientText[] = [
  'public_notes',
  'industry_id',
  'size_id',
  'country_id',
  'custom_value1',
  'custom_value2',
  'custom_value3',
  'custom_value4',
];

const NOTES: ReadonlySet<string> = new Set(['private_notes', 'public_notes']);

/** The part of a text that the column keeps, cut without an error: FACTS.md [045, 067-069, 075, 076, 346-349]. */
export function cutText(column: ClientText | ContactText, text: string): string {
  if (NOTES.has(column)) return cutBytes(text, 65_535);
  if (column === 'phone') return cutCharacters(text, 255);
  if (column === 'email') return cutCharacters(text, 100);
  return cutCharacters(text, 191);
}
