/**
 * What this job last pushed for each contact of a client, and which of it the server can have decided instead.
 *
 * Terms: *pushed* contacts are those of the baseline, without ids; each is one person, so it is paired once.
 * Algorithm: pushed contacts go to the wanted ones and to the held ones that nobody wants, by e-mail address first (for a
 * wanted one also that of the held contact that it is), then by full name, then for somebody without either by phone.
 * Two of one name are told apart by everything that they say, else not at all: what is not known is no edit.
 */

import type { ContactField } from '../mapping/fields.js';
import type { ContactValues } from '../mapping/record.js';
import type { Contact } from './client.js';
import { foldKey } from './fold.js';
import { nameOf } from './pairing.js';

/** One contact of the file with the held one that it is, if any. */
interface Pair {
  readonly values: ContactValues;
  readonly partner: Contact | null;
}

type Person = Pick<ContactValues, 'first_name' | 'last_name' | 'email' | 'phone'>;

/** For each wanted contact, and for each of the others, what was pushed for it. */
export function findPushed(
  pushed: readonly ContactValues[],
  wanted: readonly Pair[],
  others: readonly Contact[],
): ReadonlyMap<Pair | Contact, ContactValues> {
  const found = new Map<Pair | Contact, ContactValues>();
  const free = new Set(pushed);
  const sides: readonly (readonly [Pair | Contact, Person])[] = [
    ...wanted.map((one) => [one, one.values] as const),
    ...wanted.flatMap((one) => (one.partner === null ? [] : [[one, one.partner] as const])),
    ...others.map((one) => [one, one] as const),
  ];
  for (const keyOf of [emailOf, nameOf, phoneAloneOf]) {
    for (const [side, person] of sides) {
      const key = found.has(side) ? '' : keyOf(person);
      if (key === '') continue;
      const matches = [...free].filter((values) => keyOf(values) === key);
      const match = matches.length > 1 ? matches.find((values) => saysAll(values, person)) : matches[0];
      if (match === undefined) continue;
      found.set(side, match);
      free.delete(match);
    }
  }
  return found;
}

function emailOf({ email }: Person): string {
  return foldKey(email ?? '');
}

function phoneAloneOf(person: Person): string {
  return emailOf(person) === '' && nameOf(person) === '' ? (person.phone ?? '') : '';
}

function saysAll(values: ContactValues, person: Person): boolean {
  const texts = (['first_name', 'last_name', 'email', 'phone'] as const).filter((field) => values[field] !== undefined);
  return texts.every((field) => (person[field] ?? '') === values[field]);
}

/**
 * What was pushed for a field of a held contact, as far as the target must have held it afterwards. Who is primary is not
 * a matter of one contact: see `movedPrimary`.
 */
export function pushedValue(
  values: ContactValues,
  field: ContactField,
  partner: Contact,
  held: readonly Contact[],
): string | undefined {
  if (field === 'is_primary') return undefined;
  // Where nobody was to receive e-mail the server made the primary one receive it (FACTS.md [441]).
  const alone = !held.some((contact) => contact !== partner && contact.send_email);
  const forced = field === 'send_email' && values.send_email === 'false' && partner.is_primary && alone;
  return forced ? undefined : values[field];
}

/** Whether somebody made another contact primary than the one that was pushed as primary. */
export function movedPrimary(
  pushed: readonly ContactValues[],
  found: ReadonlyMap<Pair | Contact, ContactValues>,
): boolean {
  const asked = pushed.find((values) => values.is_primary === 'true');
  const side = [...found.keys()].find((one) => found.get(one) === asked);
  if (side === undefined) return false;
  const contact = 'partner' in side ? side.partner : side;
  return contact !== null && !contact.is_primary;
}
