/** From a planned change to the body of its request. Pure: codes become the target's ids, and nothing is left out. */

import { assert } from '../errors.js';
import { CLIENT_FIELDS } from '../mapping/fields.js';
import type { ClientField } from '../mapping/fields.js';
import type { Reject, SyncRecord } from '../mapping/record.js';
import type { ContactBody, CreateBody, NewContactBody, Update } from '../ninja/bodies.js';
import type { CodeTable } from '../ninja/codes.js';
import type { Change, FieldChange } from '../plan/change.js';
import type { Contact } from '../plan/client.js';

/** The target's id for a field that holds a code; `undefined` when the target does not know the code. */
export function codeId(field: ClientField, value: string, codes: CodeTable): string | undefined {
  if (value === '') return '';
  const { kind } = CLIENT_FIELDS[field];
  if (kind === 'country') return codes.country.idOf(value);
  if (kind === 'currency') return codes.currency.idOf(value);
  if (kind === 'language') return codes.language.idOf(value);
  return value;
}

/** A code that is right in itself but that this target does not have, such as a currency of a newer release. */
export function findUnknownCode(
  record: Pick<SyncRecord, 'client'>,
  codes: CodeTable,
): Pick<Reject, 'code' | 'value' | 'hint'> | null {
  for (const [field, value] of Object.entries(record.client)) {
    if (codeId(field as ClientField, value, codes) !== undefined) continue;
    const code =
      field === 'settings.currency_code'
        ? 'unknown-currency'
        : field === 'settings.language_code'
          ? 'unknown-language'
          : 'unknown-country';
    return {
      code,
      value,
      hint: `${field} ${value} is not in the target's list: choose another, or update Invoice Ninja.`,
    };
  }
  return null;
}

/** @param change a create that no earlier attempt left a client of; one that did is completed by `updateOf` */
export function createBody(change: Change, codes: CodeTable): CreateBody {
  assert(change.before === null, `change ${change.seq} has no client yet`);
  const { plain, settings } = splitFields(change.fields, codes);
  return {
    ...plain,
    ...(Object.keys(settings).length > 0 ? { settings } : {}),
    contacts: contactBodies(change).map(asNew),
  };
}

function asNew({ id, ...values }: ContactBody): NewContactBody {
  assert(id === undefined, 'a new client has new contacts only');
  return values;
}

/**
 * Always with all settings, and with all contacts when one of them changes: what is not sent back is lost (FACTS.md
 * [104, 139]). When none changes the key is left out, and the server leaves every contact alone ([099]), also one that
 * somebody adds at this very moment.
 */
export function updateOf(change: Change, codes: CodeTable): Update {
  const { before } = change;
  assert(before !== null, `change ${change.seq} has the client that it updates`);
  const { plain, settings } = splitFields(change.fields, codes);
  const merged: Record<string, unknown> = { ...before.settings, ...settings };
  const contacts = change.contacts.every(({ kind }) => kind === 'keep') ? [] : contactBodies(change);
  const removed = change.contacts.flatMap(({ kind, id }) => (kind === 'remove' && id !== null ? [id] : []));
  const listed = new Set([...contacts.map(({ id }) => id), ...removed]);
  // An empty list would make the server add a blank contact ([125]).
  assert(contacts.length > 0 || removed.length === 0, `change ${change.seq} leaves a contact`);
  for (const { id } of contacts.length === 0 ? [] : before.contacts)
    assert(listed.has(id), `change ${change.seq} says what becomes of contact ${id}`);
  return {
    before,
    body: { ...plain, settings: merged, ...(contacts.length > 0 ? { contacts } : {}) },
    removed,
  };
}

const SETTING_KEYS: Readonly<Partial<Record<ClientField, string>>> = {
  'settings.currency_code': 'currency_id',
  'settings.language_code': 'language_id',
  'settings.payment_terms': 'payment_terms',
};

const ID_KEYS: Readonly<Partial<Record<ClientField, string>>> = {
  country_code: 'country_id',
  shipping_country_code: 'shipping_country_id',
};

function splitFields(
  fields: readonly FieldChange[],
  codes: CodeTable,
): { plain: Record<string, string | boolean>; settings: Record<string, string> } {
  const plain: Record<string, string | boolean> = {};
  const settings: Record<string, string> = {};
  for (const { field, after } of fields) {
    const value = codeId(field, after, codes);
    assert(value !== undefined, `the target knows ${field} ${after}`);
    const setting = SETTING_KEYS[field];
    if (setting !== undefined) settings[setting] = value;
    else plain[ID_KEYS[field] ?? field] = CLIENT_FIELDS[field].kind === 'boolean' ? value === 'true' : value;
  }
  return { plain, settings };
}

/** Every contact that the client shall have, in order; none when the plan changes none. */
function contactBodies(change: Change): readonly ContactBody[] {
  const held = change.before?.contacts ?? [];
  const byId = new Map<string, Contact>(held.map((contact) => [contact.id, contact]));
  return change.contacts
    .filter((contact) => contact.kind !== 'remove')
    .map((contact) => {
      const base = contact.id === null ? undefined : byId.get(contact.id);
      assert(contact.id === null || base !== undefined, `contact ${contact.id} is one of client ${change.clientId}`);
      const changed = Object.fromEntries(
        contact.fields.map(({ field, after }) => [
          field,
          field === 'is_primary' || field === 'send_email' ? after === 'true' : after,
        ]),
      );
      return { ...(base ?? { is_primary: false, send_email: false }), ...changed };
    });
}
