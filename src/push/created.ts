/** Which client an attempt of a create left behind. Pure. */

import type { Change } from '../plan/change.js';
import type { Client, Contact } from '../plan/client.js';
import { foldKey } from '../plan/fold.js';

export type Found =
  | { readonly kind: 'none' }
  | { readonly kind: 'one'; readonly client: Client }
  | { readonly kind: 'several'; readonly clients: readonly Client[] };

/** @param candidates created since the plan was made, by others or in doubt; more than can be meant do no harm */
export function findCreated(change: Change, candidates: Iterable<Client>): Found {
  const key = (['id_number', 'number'] as const).find((field) => wantedField(change, field) !== '');
  const pool = [...candidates];
  const keyed =
    key === undefined
      ? pool.filter((client) => sharesContacts(change, client))
      : pool.filter((client) => foldKey(client.fields[key] ?? '') === foldKey(wantedField(change, key)));
  const name = foldKey(wantedField(change, 'name'));
  const named = keyed.filter(({ fields }) => foldKey(fields.name ?? '') === name);
  // With the key and without the name it is somebody else's, and whoever completes the create says so.
  const [client, ...others] = named.length > 0 || key === undefined ? named : keyed;
  if (client === undefined) return { kind: 'none' };
  return others.length === 0 ? { kind: 'one', client } : { kind: 'several', clients: [client, ...others] };
}

/** A half-made client has no contact at all, which no other way of making one leads to (FACTS.md [021, 023, 425]). */
function sharesContacts(change: Change, client: Client): boolean {
  if (client.contacts.length === 0) return true;
  const wanted = new Set(
    change.contacts.map((contact) => contactKey(wantedContact(contact))).filter((key) => key !== ''),
  );
  const held = client.contacts.map(contactKey).filter((key) => key !== '');
  if (wanted.size === 0) return held.length === 0 && wantedField(change, 'name') !== '';
  return held.some((key) => wanted.has(key));
}

type Identity = Pick<Contact, 'first_name' | 'last_name' | 'email'>;

function contactKey({ first_name: first, last_name: last, email }: Identity): string {
  return foldKey(email) || foldKey(`${first} ${last}`.trim());
}

function wantedContact({ fields }: Change['contacts'][number]): Identity {
  const of = (name: string): string => fields.find(({ field }) => field === name)?.after ?? '';
  return { first_name: of('first_name'), last_name: of('last_name'), email: of('email') };
}

export function wantedField(change: Change, field: 'id_number' | 'number' | 'name'): string {
  return change.fields.find((entry) => entry.field === field)?.after ?? '';
}

export function wantedEmails(change: Change): readonly string[] {
  const emails = change.contacts.map((contact) => foldKey(wantedContact(contact).email));
  return emails.filter((email) => email !== '');
}
