/**
 * The sandbox's database as JSON, and back: clients with contacts and documents, numbers and times, exactly as they are. Faults, the throttle
 * and the log are not part of it.
 */

import { z } from 'zod';

import type { ClientText, ContactText } from './columns.js';
import { CLIENT_TEXTS, CONTACT_TEXTS } from './columns.js';
import type { Company, StoredClient, StoredContact, StoredDocument } from './store.js';
import { setText, Store } from './store.js';

const VERSION = 1;

const count = z.number().int().nonnegative();
const textsOf = <Column extends string>(columns: readonly Column[]) => z.partialRecord(z.enum(columns), z.string());
const origin = z.object({ id: z.string().min(1), shown: z.record(z.string(), z.unknown()) }).optional();

const contactSchema = z.object({
  id: count.min(1),
  origin,
  texts: textsOf<ContactText>(CONTACT_TEXTS),
  isPrimary: z.boolean(),
  sendEmail: z.boolean(),
  hasPassword: z.boolean(),
  createdAt: count,
  updatedAt: count,
});

const documentSchema = z.object({
  id: count.min(1),
  userId: count,
  name: z.string(),
  type: z.string(),
  /** Base64. */
  bytes: z.string(),
  width: count,
  height: count,
  isPublic: z.boolean(),
  createdAt: count,
});

const clientSchema = z.object({
  id: count.min(1),
  origin,
  texts: textsOf<ClientText>(CLIENT_TEXTS),
  settings: z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]),
  isTaxExempt: z.boolean(),
  hasValidVatNumber: z.boolean(),
  assignedUserId: z.string(),
  groupSettingsId: z.string(),
  balance: z.number(),
  isDeleted: z.boolean(),
  archivedAt: count,
  createdAt: count,
  updatedAt: count,
  contacts: z.array(contactSchema),
  documents: z.array(documentSchema),
});

const companySchema = z.object({
  countryId: z.string(),
  currencyId: z.string(),
  nextNumber: count,
  clients: z.array(clientSchema),
});

const stateSchema = z.object({
  sandbox: z.literal(VERSION),
  /** The next number of each kind: numbers of rows that are gone are not given again. */
  next: z.object({ client: count, contact: count, document: count }),
  references: z.array(z.string()),
  companies: z.tuple([companySchema, companySchema]),
});

type ClientState = z.infer<typeof clientSchema>;
type CompanyState = z.infer<typeof companySchema>;

export type State = z.infer<typeof stateSchema>;

export function dumpStore(store: Store): State {
  const [main, other] = store.companies;
  return {
    sandbox: VERSION,
    next: { client: store.clients.next, contact: store.contacts.next, document: store.documents.next },
    references: [...store.references],
    companies: [dumpCompany(main), dumpCompany(other)],
  };
}

function dumpCompany({ countryId, currencyId, nextNumber, clients }: Company): CompanyState {
  return { countryId, currencyId, nextNumber, clients: clients.map(dumpClient) };
}

function dumpClient(client: StoredClient): ClientState {
  const { company: _, contacts, documents = [], settings, ...rest } = client;
  return {
    ...rest,
    settings: JSON.parse(settings) as ClientState['settings'],
    contacts: contacts.map(({ client: __, ...contact }) => contact),
    documents: documents.map(({ clientId: __, bytes, ...document }) => ({
      ...document,
      bytes: bytes.toString('base64'),
    })),
  };
}

/** Throws an `Error` that says what is wrong with the value. */
export function restoreStore(value: unknown): Store {
  const parsed = stateSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Error(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not understood'}`);
  }
  const { next, references, companies } = parsed.data;
  const store = new Store();
  for (const id of references) store.references.add(id);
  companies.forEach((state, i) => restoreCompany(store, store.companies[i] as Company, state));
  store.clients.skipTo(next.client);
  store.contacts.skipTo(next.contact);
  store.documents.skipTo(next.document);
  return store;
}

function restoreCompany(store: Store, company: Company, state: CompanyState): void {
  company.countryId = state.countryId;
  company.currencyId = state.currencyId;
  company.nextNumber = state.nextNumber;
  for (const { contacts, documents, settings, texts, origin: from, ...rest } of state.clients) {
    const client: StoredClient = {
      ...rest,
      ...(from === undefined ? {} : { origin: from }),
      company,
      texts: {},
      settings: '{}',
      contacts: [],
    };
    store.clients.put(client);
    company.clients.push(client);
    for (const [column, text] of Object.entries(texts)) setText(client, column as ClientText, text);
    store.setSettings(client, settings);
    client.contacts = contacts.map((contact) => restoreContact(store, client, contact));
    if (documents.length > 0) client.documents = documents.map((document) => restoreDocument(store, client, document));
  }
}

function restoreContact(store: Store, client: StoredClient, state: ClientState['contacts'][number]): StoredContact {
  const { origin: from, ...rest } = state;
  const contact: StoredContact = { ...rest, ...(from === undefined ? {} : { origin: from }), client };
  store.contacts.put(contact);
  return contact;
}

function restoreDocument(store: Store, client: StoredClient, state: ClientState['documents'][number]): StoredDocument {
  const document = { ...state, clientId: client.id, bytes: Buffer.from(state.bytes, 'base64') };
  store.documents.put(document);
  return document;
}
