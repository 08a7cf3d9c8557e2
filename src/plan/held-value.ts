/** A client's field as it is compared: with the default that stands for blank. */

import type { ClientField } from '../mapping/fields.js';
import type { Client } from './client.js';

/** `''` is blank; a flag that is not set is `false`. */
export function heldValue(client: Pick<Client, 'fields'>, field: ClientField): string {
  return fillFlag(field, client.fields[field] ?? '');
}

export function fillFlag(field: ClientField, value: string): string {
  return field === 'is_tax_exempt' && value === '' ? 'false' : value;
}
