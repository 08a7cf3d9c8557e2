/** The contacts of one row. A cell with several addresses makes several contacts: each can hold one only. */

import type { ContactField } from './fields.js';
import { normaliseEmail, splitEmails } from './normalise/email.js';
import { isClearToken, readField, settleProblem, warnIfLost, warnNotClearable } from './read-field.js';
import type { CompiledField, RowRemarks } from './read-field.js';
import type { ContactValues } from './record.js';

export type CompiledContact = readonly CompiledField<ContactField>[];

/** What may stand between two addresses, or around one. */
const SEVERAL_ADDRESSES = /[;,|\n\r<>/]|\s\S|:::/;

const NO_CONTACTS: readonly ContactValues[] = [];

export function mapContacts(
  compiled: readonly CompiledContact[],
  cells: readonly string[],
  clearToken: string,
  remarks: RowRemarks,
): readonly ContactValues[] {
  if (compiled.length === 0) return NO_CONTACTS;
  const contacts: ContactValues[] = [];
  for (const fields of compiled) {
    const contact: Partial<Record<ContactField, string>> = {};
    let further: readonly string[] = [];
    for (const field of fields) {
      const value = field.field === 'email' ? undefined : readField(field, cells, clearToken, remarks);
      if (value !== undefined) contact[field.field] = value;
      if (field.field === 'email') {
        const [first, ...rest] = readEmails(field, cells, clearToken, remarks);
        if (first !== undefined) contact.email = first;
        further = rest;
      }
    }
    if (isFilled(contact)) contacts.push(contact);
    for (const email of further) contacts.push({ email });
  }
  return contacts;
}

function readEmails(
  field: CompiledField<ContactField>,
  cells: readonly string[],
  clearToken: string,
  remarks: RowRemarks,
): readonly string[] {
  const { evaluator } = field;
  const raw = evaluator.position === null ? evaluator.read(cells) : (cells[evaluator.position] ?? '');
  if (raw === '') return [];
  if (isClearToken(raw, clearToken)) {
    warnNotClearable(field, raw, remarks);
    return [];
  }
  const addresses = SEVERAL_ADDRESSES.test(raw.trim()) ? splitEmails(raw) : [raw];
  const emails: string[] = [];
  if (addresses.length < 2) warnIfLost(remarks, evaluator.column, raw);
  for (const address of addresses) {
    const normalised = normaliseEmail(address);
    const value =
      typeof normalised === 'string' ? normalised : settleProblem(remarks, normalised, evaluator.column, raw);
    if (value !== undefined && value !== '' && !emails.some((email) => email.toLowerCase() === value.toLowerCase()))
      emails.push(value);
  }
  return emails;
}

function isFilled(contact: ContactValues): boolean {
  return Boolean(contact.email) || Boolean(contact.first_name) || Boolean(contact.last_name) || Boolean(contact.phone);
}
