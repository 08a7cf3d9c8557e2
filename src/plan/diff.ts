/**
 * One record against its client: the change that makes them equal, or why there is none.
 *
 * ```
 * record says │ client is   │ outcome
 * ────────────┼─────────────┼──────────────────────────────────────────────────────────────
 * active      │ none        │ create                       (policy.create)
 * active      │ active      │ update, or unchanged         (policy.update)
 * active      │ archived or │ restore and update           (policy.restore, or the file states it)
 *             │ deleted     │ else left alone: a person did that
 * inactive    │ active      │ archive
 * deleted     │ not deleted │ delete
 * inactive or │ none        │ left alone: nothing to do
 * deleted     │             │
 * ```
 */

import type { ClientField } from '../mapping/fields.js';
import type { SyncRecord } from '../mapping/record.js';
import { contactLabel } from './change.js';
import type { Change, ChangeKind, FieldChange } from './change.js';
import type { Client } from './client.js';
import { mergeContacts } from './contacts.js';

export interface Policy {
  readonly create: boolean;
  readonly update: boolean;
  readonly restore: boolean;
  readonly missing: 'keep' | 'archive' | 'delete';
  readonly contacts: 'merge' | 'mirror';
}

export type DraftChange = Omit<Change, 'seq'>;

export type Verdict =
  | { readonly kind: 'change'; readonly change: DraftChange }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'leave'; readonly reason: string }
  | {
      readonly kind: 'reject';
      readonly code: 'ambiguous-match' | 'no-identity';
      readonly value: string;
      readonly hint: string;
    };

export function planRecord(record: SyncRecord, client: Client | null, policy: Policy): Verdict {
  if (client === null) return planUnmatched(record, policy);
  if (record.lifecycle === 'deleted') {
    return client.state === 'deleted'
      ? { kind: 'unchanged' }
      : stateChange('delete', record, client, 'The file says that the client is deleted.');
  }
  if (record.lifecycle === 'inactive') {
    return client.state === 'active'
      ? stateChange('archive', record, client, 'The file says that the client is inactive.')
      : { kind: 'unchanged' };
  }
  if (client.state === 'active') return planUpdate(record, client, policy);
  if (!policy.restore && !record.lifecycleStated) {
    return {
      kind: 'leave',
      reason: `The client is ${client.state} in Invoice Ninja, and the job does not restore clients.`,
    };
  }
  return planUpdate(record, client, policy);
}

function planUnmatched(record: SyncRecord, policy: Policy): Verdict {
  if (record.lifecycle !== 'active')
    return { kind: 'leave', reason: `The client is ${record.lifecycle} in the file and not in Invoice Ninja.` };
  if (!policy.create)
    return { kind: 'leave', reason: 'The client is not in Invoice Ninja, and the job does not create clients.' };
  const merged = mergeContacts([], record.contacts, { contacts: 'merge', complete: record.contactsComplete });
  const contacts = 'ambiguous' in merged ? [] : merged.changes;
  const fields = compareFields(record, {});
  if ((record.client.name ?? '') === '' && record.contacts.length === 0) {
    return {
      kind: 'reject',
      code: 'no-identity',
      value: '',
      hint: 'A new client needs a name, or a contact with a name or an e-mail address.',
    };
  }
  const label = labelOf(record, null);
  return {
    kind: 'change',
    change: {
      kind: 'create',
      clientId: null,
      label,
      rows: record.rows,
      reason: 'The client is new.',
      fields,
      contacts,
      before: null,
    },
  };
}

function planUpdate(record: SyncRecord, client: Client, policy: Policy): Verdict {
  const fields = compareFields(record, client.fields);
  const merged = mergeContacts(client.contacts, record.contacts, {
    contacts: policy.contacts,
    complete: record.contactsComplete,
  });
  if ('ambiguous' in merged) {
    const hint = `The client has ${merged.candidates.length} contacts that are "${merged.ambiguous}" (${merged.candidates.join('; ')}): give the e-mail address of the right one in the file, or merge them in Invoice Ninja.`;
    return { kind: 'reject', code: 'ambiguous-match', value: merged.ambiguous, hint };
  }
  const contactsChanged = merged.changes.some((contact) => contact.kind !== 'keep');
  const differs = fields.length > 0 || contactsChanged;
  const restores = client.state !== 'active';
  if (!differs && !restores) return { kind: 'unchanged' };
  if (!policy.update && !restores)
    return { kind: 'leave', reason: 'The client differs, and the job does not update clients.' };
  const kind: ChangeKind = restores ? 'restore' : 'update';
  const applied = policy.update
    ? { fields, contacts: contactsChanged ? merged.changes : [] }
    : { fields: [], contacts: [] };
  return {
    kind: 'change',
    change: {
      kind,
      clientId: client.id,
      label: labelOf(record, client),
      rows: record.rows,
      reason: restores
        ? `The client is ${client.state} in Invoice Ninja and in the file again.`
        : describeDifference(fields, contactsChanged),
      ...applied,
      before: client,
    },
  };
}

/** The archive or delete of a client that the file no longer holds. */
export function planMissing(client: Client, missing: 'archive' | 'delete'): DraftChange {
  return {
    kind: missing,
    clientId: client.id,
    label: labelOf(null, client),
    rows: [],
    reason: `The file no longer holds the client.${describeBalance(client)}`,
    fields: [],
    contacts: [],
    before: client,
  };
}

function stateChange(kind: 'archive' | 'delete', record: SyncRecord, client: Client, reason: string): Verdict {
  return {
    kind: 'change',
    change: {
      kind,
      clientId: client.id,
      label: labelOf(record, client),
      rows: record.rows,
      reason: `${reason}${describeBalance(client)}`,
      fields: [],
      contacts: [],
      before: client,
    },
  };
}

/** Open invoices are a reason to look twice before a client goes. */
function describeBalance({ balance }: Client): string {
  return balance === 0 ? '' : ` It has an open balance of ${balance.toFixed(2)}.`;
}

function compareFields(record: SyncRecord, held: Client['fields']): readonly FieldChange[] {
  const fields: FieldChange[] = [];
  for (const [name, after] of Object.entries(record.client)) {
    const field = name as ClientField;
    const before = held[field] ?? (field === 'is_tax_exempt' ? 'false' : '');
    if (after !== before) fields.push({ field, before: held[field] ?? '', after });
  }
  return fields;
}

function describeDifference(fields: readonly FieldChange[], contactsChanged: boolean): string {
  const parts = [
    ...(fields.length > 0 ? [`${fields.length} ${fields.length === 1 ? 'field' : 'fields'}`] : []),
    ...(contactsChanged ? ['the contacts'] : []),
  ];
  return `The file differs in ${parts.join(' and ')}.`;
}

export function labelOf(record: SyncRecord | null, client: Client | null): string {
  const name = record?.client.name || client?.fields.name;
  if (name) return name;
  const [contact] = client?.contacts ?? [];
  if (contact !== undefined) return contactLabel(contact);
  const [first] = record?.contacts ?? [];
  const label = first === undefined ? '' : contactLabel({ first_name: '', last_name: '', email: '', ...first });
  return label || record?.client.id_number || client?.fields.id_number || client?.id || '';
}
