/**
 * A client of the wire in canonical form: the one form in which the two sides of the comparison meet.
 *
 * Invariant: only reads. `settings` stays as it came, since an update has to send all of it back.
 */

import type { ClientField } from '../mapping/fields.js';
import type { Client, ClientState, Contact, HeldDocument } from '../plan/client.js';
import type { CodeList, CodeTable } from './codes.js';
import { documentName } from './document.js';
import type { WireClient, WireContact, WireDocument } from './wire.js';

/** Fields whose names and values are the same on both sides. */
const TEXT_FIELDS = [
  'name',
  'id_number',
  'number',
  'vat_number',
  'website',
  'phone',
  'address1',
  'address2',
  'city',
  'state',
  'postal_code',
  'shipping_address1',
  'shipping_address2',
  'shipping_city',
  'shipping_state',
  'shipping_postal_code',
  'private_notes',
  'public_notes',
  'industry_id',
  'size_id',
  'classification',
  'routing_id',
  'group_settings_id',
  'custom_value1',
  'custom_value2',
  'custom_value3',
  'custom_value4',
] as const satisfies readonly (ClientField & keyof WireClient)[];

export function toClient(wire: WireClient, codes: CodeTable): Client {
  const fields: Partial<Record<ClientField, string>> = {};
  for (const field of TEXT_FIELDS) {
    const value = trim(wire[field]);
    if (value !== '') fields[field] = value;
  }
  const { settings } = wire;
  const put = (field: ClientField, value: string): void => {
    if (value !== '') fields[field] = value;
  };
  put('country_code', codeOf(wire.country_id, codes.country));
  put('shipping_country_code', codeOf(wire.shipping_country_id, codes.country));
  put('settings.currency_code', codeOf(settings['currency_id'], codes.currency));
  put('settings.language_code', codeOf(settings['language_id'], codes.language));
  put('settings.payment_terms', scalar(settings['payment_terms']));
  if (wire.is_tax_exempt) fields['is_tax_exempt'] = 'true';
  const client = {
    id: wire.id,
    state: stateOf(wire),
    updatedAt: wire.updated_at,
    createdAt: wire.created_at,
    balance: wire.balance,
    fields,
    settings,
    contacts: wire.contacts.map(toContact),
  };
  return wire.documents.length === 0 ? client : { ...client, documents: wire.documents.map(toHeld) };
}

/** A deleted client has `archived_at` as well (FACTS.md [332]). */
function stateOf(wire: WireClient): ClientState {
  if (wire.is_deleted) return 'deleted';
  return wire.archived_at > 0 ? 'archived' : 'active';
}

/** The automatic contact's e-mail is one space (FACTS.md [021, 023]): trimmed, that is blank. */
function toContact(wire: WireContact): Contact {
  return {
    id: wire.id,
    first_name: trim(wire.first_name),
    last_name: trim(wire.last_name),
    email: trim(wire.email),
    phone: trim(wire.phone),
    custom_value1: trim(wire.custom_value1),
    custom_value2: trim(wire.custom_value2),
    custom_value3: trim(wire.custom_value3),
    custom_value4: trim(wire.custom_value4),
    is_primary: wire.is_primary,
    send_email: wire.send_email,
  };
}

/** Under the name that this program would have given it: two forms of `é` are one file. */
function toHeld({ name, size }: WireDocument): HeldDocument {
  return { name: documentName(name), bytes: size };
}

const OUTER_SPACE = /^[\s\u200B]+|[\s\u200B]+$/g;

/** As the server trims what it is sent: white space of Unicode, byte order mark and zero-width space. */
function trim(text: string): string {
  const first = text.charCodeAt(0);
  const last = text.charCodeAt(text.length - 1);
  const plain = first > 0x20 && first < 0x7f && last > 0x20 && last < 0x7f;
  return plain || text === '' ? text : text.replaceAll(OUTER_SPACE, '');
}

function scalar(value: unknown): string {
  if (typeof value === 'string') return trim(value);
  return typeof value === 'number' ? String(value) : '';
}

function codeOf(id: unknown, list: CodeList): string {
  const known = scalar(id);
  return known === '' || known === '0' ? '' : list.codeOf(known);
}
