/** Clients as short texts for the spill file: a contact is a list instead of an object, cut where only blanks follow. */

import type { Client, Contact, HeldDocument } from '../plan/client.js';

type ContactCode = readonly (string | number)[];
type Code = readonly [
  id: string,
  state: Client['state'],
  updatedAt: number,
  createdAt: number,
  balance: number,
  fields: Client['fields'],
  settings: Client['settings'],
  documents: readonly HeldDocument[] | 0,
  ...contacts: ContactCode[],
];

export function encodeClient(client: Client): string {
  const { id, state, updatedAt, createdAt, balance, fields, settings, documents = 0, contacts } = client;
  const code: Code = [
    id,
    state,
    updatedAt,
    createdAt,
    balance,
    fields,
    settings,
    documents,
    ...contacts.map(encodeContact),
  ];
  return JSON.stringify(code);
}

export function decodeClient(text: string): Client {
  const [id, state, updatedAt, createdAt, balance, fields, settings, documents, ...contacts] = JSON.parse(text) as Code;
  const client = { id, state, updatedAt, createdAt, balance, fields, settings, contacts: contacts.map(decodeContact) };
  return documents === 0 ? client : { ...client, documents };
}

function encodeContact(contact: Contact): ContactCode {
  const code = [
    contact.id,
    Number(contact.is_primary) + 2 * Number(contact.send_email),
    contact.email,
    contact.first_name,
    contact.last_name,
    contact.phone,
    contact.custom_value1,
    contact.custom_value2,
    contact.custom_value3,
    contact.custom_value4,
  ];
  while (code.at(-1) === '') code.pop();
  return code;
}

function decodeContact(code: ContactCode): Contact {
  const [id, flags, email, first, last, phone, custom1, custom2, custom3, custom4] = code;
  return {
    id: textOf(id),
    first_name: textOf(first),
    last_name: textOf(last),
    email: textOf(email),
    phone: textOf(phone),
    custom_value1: textOf(custom1),
    custom_value2: textOf(custom2),
    custom_value3: textOf(custom3),
    custom_value4: textOf(custom4),
    is_primary: flags === 1 || flags === 3,
    send_email: flags === 2 || flags === 3,
  };
}

function textOf(value: string | number | undefined): string {
  return typeof value === 'string' ? value : '';
}
