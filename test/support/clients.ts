/** Builders that read like the domain: clients that a target holds, and records that a file asks for. */

import type { ContactValues, SyncRecord } from '../../src/mapping/record.js';
import type { Client, Contact } from '../../src/plan/client.js';

/** A held contact; by default it is neither primary nor blank in its e-mail address. */
export function aContact(id: string, values: Partial<Omit<Contact, 'id'>> = {}): Contact {
  return {
    id,
    first_name: '',
    last_name: '',
    email: '',
    phone: '',
    custom_value1: '',
    custom_value2: '',
    custom_value3: '',
    custom_value4: '',
    is_primary: false,
    send_email: true,
    ...values,
  };
}

/** The contact that the server makes for a client without any. */
export function aBlankContact(id = 'blank'): Contact {
  return aContact(id, { is_primary: true });
}

export function aClient(values: Partial<Client> = {}): Client {
  return {
    id: 'client1',
    state: 'active',
    updatedAt: 1_700_000_000,
    createdAt: 1_600_000_000,
    balance: 0,
    fields: { name: 'Acme', number: '0001', id_number: 'C-1' },
    settings: { currency_id: '3', entity: 'App\\Models\\Client' },
    contacts: [aBlankContact()],
    ...values,
  };
}

export function aRecord(values: Partial<SyncRecord> = {}): SyncRecord {
  return {
    rows: [{ file: 0, line: 2 }],
    client: { name: 'Acme', id_number: 'C-1' },
    contacts: [],
    lifecycle: 'active',
    lifecycleStated: false,
    contactsComplete: true,
    ...values,
  };
}

/** `Jane Doe <jane@acme.example>`, `Jane Doe` or `<jane@acme.example>` as a wanted contact. */
export function wants(text: string, more: ContactValues = {}): ContactValues {
  const email = /<(.*)>/.exec(text)?.[1];
  const [first = '', ...last] = text.replace(/<.*>/, '').trim().split(' ');
  return {
    ...(first === '' ? {} : { first_name: first }),
    ...(last.length === 0 ? {} : { last_name: last.join(' ') }),
    ...(email === undefined ? {} : { email }),
    ...more,
  };
}
