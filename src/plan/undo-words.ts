/** What an undo says about a value that somebody changed, and what the server made of one that was sent. */

import type { ClientField, ContactField } from '../mapping/fields.js';
import type { Outcome } from './change.js';
import { nameValue } from './value-name.js';

/** What the server stored in place of the value that was sent, as far as the run saw it. */
export function storedInstead(
  outcome: Outcome,
  field: ClientField | ContactField,
  contact: string | null,
): string | undefined {
  const name = contact === null ? field : `contacts.${field}`;
  return outcome.differences?.find((one) => one.field === name && one.contact === contact)?.stored;
}

export interface Sides {
  readonly held: string;
  readonly before: string;
  readonly after: string;
}

/** @param what the field, or `phone of Ada` */
export function describeSince(what: string, field: ClientField | ContactField, { held, before, after }: Sides): string {
  const show = (text: string): string => (text === '' ? 'empty' : `"${nameValue(field, text)}"`);
  return `${what} was changed since by somebody: it stays ${show(held)} (it was ${show(before)}, the run made it ${show(after)}).`;
}
