/** What the changes of a plan add up to, for its counts and for the guards that look at what changes. */

import type { ClientField } from '../mapping/fields.js';
import type { DraftChange } from './diff.js';

/** A wrong one of these sends invoices to the wrong place or with the wrong tax. */
const GUARDED_FIELDS: ReadonlySet<ClientField> = new Set(['settings.currency_code', 'country_code', 'vat_number']);

export class ChangeTally {
  /** Files that go to clients, and how many changes bring any. */
  documents = 0;
  withDocuments = 0;
  /** Values that somebody changed in Invoice Ninja since the job last pushed them, whoever wins. */
  conflicts = 0;
  /** Clients that get another currency, country, VAT number or e-mail address of the primary contact. */
  guardedFields = 0;
  /** Clients with an open balance that are archived or deleted. */
  balances = 0;

  add(change: DraftChange): void {
    const { kind, fields, contacts, before, kept = [], documents = [] } = change;
    this.documents += documents.length;
    if (documents.length > 0) this.withDocuments += 1;
    this.conflicts += kept.length;
    for (const { then } of [...fields, ...contacts.flatMap((contact) => contact.fields)])
      if (then !== undefined) this.conflicts += 1;
    if (kind === 'archive' || kind === 'delete') this.balances += before !== null && before.balance !== 0 ? 1 : 0;
    else if (kind !== 'create' && (changesGuardedField(change) || changesAddress(change))) this.guardedFields += 1;
  }
}

/** A value where there was none harms nobody. */
function changesGuardedField({ fields }: DraftChange): boolean {
  return fields.some(({ field, before }) => GUARDED_FIELDS.has(field) && before !== '');
}

/** The contact that is primary now gets another e-mail address, or goes. */
function changesAddress({ before, contacts }: DraftChange): boolean {
  const primary = before?.contacts.find((contact) => contact.is_primary && contact.email !== '');
  if (primary === undefined) return false;
  const change = contacts.find((contact) => contact.id === primary.id);
  return change?.kind === 'remove' || change?.fields.some(({ field }) => field === 'email') === true;
}
