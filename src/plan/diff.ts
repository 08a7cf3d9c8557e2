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
 *
 * A phone number or VAT id that is only written otherwise is no difference: see `same-value.ts`.
 * An update compares three ways where it is known what this job last pushed: see `edits.ts`.
 */

import type { ClientField } from '../mapping/fields.js';
import type { SyncRecord } from '../mapping/record.js';
import type { Baseline } from './baseline.js';
import { contactLabel } from './change.js';
import type { Change, ChangeKind, ContactChange, FieldChange, KeptEdit } from './change.js';
import type { Client } from './client.js';
import { mergeContacts } from './contacts.js';
import { isEdited, listEdits, rejectEdits } from './edits.js';
import type { Winner } from './edits.js';
import { fillFlag } from './held-value.js';
import { isSameValue } from './same-value.js';

export interface Policy {
  readonly create: boolean;
  readonly update: boolean;
  readonly restore: boolean;
  readonly missing: Missing;
  readonly contacts: 'merge' | 'mirror';
  readonly winner: Winners;
}

interface Missing {
  readonly then: 'keep' | 'archive' | 'delete';
  /** Exports in a row that have to lack the client. */
  readonly after: number;
}

export interface Winners {
  readonly default: Winner;
  readonly fields: Readonly<Partial<Record<ClientField, Winner>>>;
  /** For all fields of contacts; absent: the default. */
  readonly contacts?: Winner | undefined;
}

export type DraftChange = Omit<Change, 'seq'>;

export type Verdict =
  | { readonly kind: 'change'; readonly change: DraftChange }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'leave'; readonly reason: string }
  | {
      readonly kind: 'reject';
      readonly code: 'ambiguous-match' | 'no-identity' | 'edited-in-target';
      readonly value: string;
      readonly hint: string;
    };

/** @param then what the job last pushed for the client; `null`: nothing, or it is not known */
export function planRecord(record: SyncRecord, client: Client | null, policy: Policy, then: Baseline | null): Verdict {
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
  if (client.state === 'active') return planUpdate(record, client, policy, then);
  if (!policy.restore && !record.lifecycleStated) {
    return {
      kind: 'leave',
      reason: `The client is ${client.state} in Invoice Ninja, and the job does not restore clients.`,
    };
  }
  return planUpdate(record, client, policy, then);
}

function planUnmatched(record: SyncRecord, policy: Policy): Verdict {
  if (record.lifecycle !== 'active')
    return { kind: 'leave', reason: `The client is ${record.lifecycle} in the file and not in Invoice Ninja.` };
  if (!policy.create)
    return { kind: 'leave', reason: 'The client is not in Invoice Ninja, and the job does not create clients.' };
  const merged = mergeContacts([], record.contacts, { contacts: 'merge', complete: record.contactsComplete });
  const contacts = 'changes' in merged ? merged.changes : [];
  const { fields } = compareFields(record, {}, policy.winner, null);
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

function planUpdate(record: SyncRecord, client: Client, policy: Policy, then: Baseline | null): Verdict {
  // Without updates nothing is overwritten, so nothing has to be settled.
  const known = policy.update ? then : null;
  const { winner } = policy;
  const compared = compareFields(record, client.fields, winner, known);
  const merged = mergeContacts(
    client.contacts,
    record.contacts,
    { contacts: policy.contacts, complete: record.contactsComplete, country: countryOf(record, client.fields) },
    known === null ? null : { contacts: known.contacts, winner: winner.contacts ?? winner.default },
  );
  if ('ambiguous' in merged) {
    const hint = `The client has ${merged.candidates.length} contacts that are "${merged.ambiguous}" (${merged.candidates.join('; ')}): give the e-mail address of the right one in the file, or merge them in Invoice Ninja.`;
    return { kind: 'reject', code: 'ambiguous-match', value: merged.ambiguous, hint };
  }
  const refused = [...compared.refused, ...('edited' in merged ? merged.edited : [])];
  if (refused.length > 0 || 'edited' in merged) return { kind: 'reject', ...rejectEdits(refused) };

  const { fields } = compared;
  const contacts = merged.changes.some((contact) => contact.kind !== 'keep') ? merged.changes : [];
  const kept = [...compared.kept, ...merged.kept];
  const restores = client.state !== 'active';
  if (fields.length === 0 && contacts.length === 0 && !restores) {
    if (kept.length === 0) return { kind: 'unchanged' };
    const reason = `Somebody changed ${listEdits(kept)} in Invoice Ninja, and the job lets the target win.`;
    return { kind: 'leave', reason };
  }
  if (!policy.update && !restores)
    return { kind: 'leave', reason: 'The client differs, and the job does not update clients.' };
  const kind: ChangeKind = restores ? 'restore' : 'update';
  return {
    kind: 'change',
    change: {
      kind,
      clientId: client.id,
      label: labelOf(record, client),
      rows: record.rows,
      reason: restores
        ? `The client is ${client.state} in Invoice Ninja and in the file again.`
        : describeDifference(fields, contacts),
      fields: policy.update ? fields : [],
      contacts: policy.update ? contacts : [],
      before: client,
      ...(kept.length === 0 ? {} : { kept }),
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

interface ComparedFields {
  readonly fields: readonly FieldChange[];
  /** Differences that the target wins. */
  readonly kept: readonly KeptEdit[];
  /** Differences that a person has to settle. */
  readonly refused: readonly KeptEdit[];
}

function compareFields(
  record: SyncRecord,
  held: Client['fields'],
  winner: Winners,
  then: Baseline | null,
): ComparedFields {
  const fields: FieldChange[] = [];
  const kept: KeptEdit[] = [];
  const refused: KeptEdit[] = [];
  const country = countryOf(record, held);
  for (const [name, after] of Object.entries(record.client)) {
    const field = name as ClientField;
    const before = held[field] ?? '';
    const target = fillFlag(field, before);
    if (after === target || isSameValue(field, after, target, country)) continue;
    const pushed = then?.client[field];
    if (!isEdited(field, pushed, target, country)) fields.push({ field, before, after });
    else {
      const wins = winner.fields[field] ?? winner.default;
      const edit: KeptEdit = { field, contact: null, then: pushed, source: after, target: before };
      if (wins === 'source') fields.push({ field, before, after, then: pushed });
      else (wins === 'target' ? kept : refused).push(edit);
    }
  }
  return { fields, kept, refused };
}

/** ISO alpha-2, `''` when nobody says it. */
function countryOf(record: SyncRecord, held: Client['fields']): string {
  return record.client.country_code || held.country_code || '';
}

/** `The file differs in 2 fields and the contacts, 1 of these values was changed in Invoice Ninja since.` */
function describeDifference(fields: readonly FieldChange[], contacts: readonly ContactChange[]): string {
  const parts = [
    ...(fields.length > 0 ? [`${fields.length} ${fields.length === 1 ? 'field' : 'fields'}`] : []),
    ...(contacts.length > 0 ? ['the contacts'] : []),
  ];
  const values = [...fields, ...contacts.flatMap((contact) => contact.fields)];
  const edited = values.filter((value) => value.then !== undefined).length;
  const whose = contacts.length > 0 ? 'of these values' : 'of them';
  const since = `, ${edited} ${whose} ${edited === 1 ? 'was' : 'were'} changed in Invoice Ninja since`;
  return `The file differs in ${parts.join(' and ')}${edited === 0 ? '' : since}.`;
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
