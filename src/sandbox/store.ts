/**
 * The sandbox's database: two companies, their clients in order of creation, and the indexes that their unique rules
 * need. Blank columns are absent and settings are shared texts, so that a million clients fit into memory.
 */

import assert from 'node:assert';

import type { ClientText, ContactText } from './columns.js';
import { decodeId } from './ids.js';
import { KeyIndex } from './key-index.js';
import { Shelf } from './shelf.js';

export interface StoredDocument {
  readonly id: number;
  readonly userId: number;
  readonly clientId: number;
  readonly name: string;
  readonly type: string;
  readonly bytes: Buffer;
  readonly width: number;
  readonly height: number;
  readonly isPublic: boolean;
  readonly createdAt: number;
}

/** What a client or a contact brought along from another server and the sandbox only shows. */
export interface Origin {
  readonly id: string;
  /** By the name of the field. */
  readonly shown: Readonly<Record<string, unknown>>;
}

export interface StoredContact {
  readonly id: number;
  readonly origin?: Origin;
  client: StoredClient;
  readonly texts: Partial<Record<ContactText, string>>;
  isPrimary: boolean;
  sendEmail: boolean;
  hasPassword: boolean;
  readonly createdAt: number;
  updatedAt: number;
}

export interface StoredClient {
  readonly id: number;
  readonly origin?: Origin;
  readonly company: Company;
  /** Blank ones are absent. Numbers go through `setText`, which keeps the indexes. */
  readonly texts: Readonly<Partial<Record<ClientText, string>>>;
  /** JSON of an object. */
  settings: string;
  isTaxExempt: boolean;
  hasValidVatNumber: boolean;
  /** As shown: an id, or blank. */
  assignedUserId: string;
  groupSettingsId: string;
  balance: number;
  isDeleted: boolean;
  /** Unix seconds; 0 while it is active. */
  archivedAt: number;
  readonly createdAt: number;
  updatedAt: number;
  /** The primary one first, then by id. */
  contacts: StoredContact[];
  documents?: StoredDocument[];
}

export interface Company {
  readonly id: number;
  /** The owner, who creates everything. */
  readonly userId: number;
  currencyId: string;
  countryId: string;
  /** By id, in all states. */
  clients: StoredClient[];
  readonly numbers: KeyIndex;
  readonly idNumbers: KeyIndex;
  /** The next automatic number to try. */
  nextNumber: number;
}

export interface CompanySettings {
  /** Ids as in the statics. */
  readonly countryId: string;
  readonly currencyId: string;
}

export class Store {
  readonly companies: readonly [Company, Company];
  readonly clients = new Shelf<StoredClient>();
  readonly contacts = new Shelf<StoredContact>();
  readonly documents = new Shelf<StoredDocument>();
  /** Users and groups that copied clients name: ids, though nobody here can decode them. */
  readonly references = new Set<string>();
  readonly #settings = new Map<string, string>();

  constructor(settings: CompanySettings = { countryId: '840', currencyId: '1' }) {
    this.companies = [createCompany(1, 1, settings), createCompany(2, 5, settings)];
  }

  findClient(id: string): StoredClient | undefined {
    return this.clients.find(id);
  }

  findContact(id: unknown): StoredContact | undefined {
    return typeof id === 'string' ? this.contacts.find(id) : undefined;
  }

  findDocument(id: string): StoredDocument | undefined {
    return this.documents.find(id);
  }

  isReference(id: string): boolean {
    return decodeId(id) !== undefined || this.references.has(id);
  }

  addClient(company: Company, texts: Partial<Record<ClientText, string>>, now: number): StoredClient {
    const client: StoredClient = {
      id: this.clients.next,
      company,
      texts: {},
      settings: '{}',
      isTaxExempt: false,
      hasValidVatNumber: false,
      assignedUserId: '',
      groupSettingsId: '',
      balance: 0,
      isDeleted: false,
      archivedAt: 0,
      createdAt: now,
      updatedAt: now,
      contacts: [],
    };
    this.clients.put(client);
    company.clients.push(client);
    for (const [column, text] of Object.entries(texts)) setText(client, column as ClientText, text);
    return client;
  }

  addContact(client: StoredClient, now: number): StoredContact {
    const contact: StoredContact = {
      id: this.contacts.next,
      client,
      texts: {},
      isPrimary: false,
      sendEmail: true,
      hasPassword: false,
      createdAt: now,
      updatedAt: now,
    };
    this.contacts.put(contact);
    client.contacts.push(contact);
    return contact;
  }

  removeContact(contact: StoredContact): void {
    this.contacts.remove(contact);
    contact.client.contacts = contact.client.contacts.filter((other) => other !== contact);
  }

  moveContact(contact: StoredContact, client: StoredClient): void {
    if (contact.client === client) return;
    contact.client.contacts = contact.client.contacts.filter((other) => other !== contact);
    contact.client = client;
    client.contacts.push(contact);
  }

  addDocument(client: StoredClient, document: Omit<StoredDocument, 'id' | 'clientId'>): void {
    const stored = { ...document, id: this.documents.next, clientId: client.id };
    this.documents.put(stored);
    client.documents = [...(client.documents ?? []), stored];
  }

  findOwner(document: StoredDocument): StoredClient {
    const client = this.clients.at(document.clientId);
    assert(client !== undefined, 'a document belongs to a client');
    return client;
  }

  removeDocument(document: StoredDocument): void {
    this.documents.remove(document);
    const client = this.findOwner(document);
    client.documents = client.documents?.filter((other) => other !== document) ?? [];
  }

  /** Gone without a trace; its numbers are free again. */
  purgeClient(client: StoredClient): void {
    setText(client, 'number', '');
    setText(client, 'id_number', '');
    for (const contact of client.contacts) this.contacts.remove(contact);
    for (const document of client.documents ?? []) this.documents.remove(document);
    this.clients.remove(client);
    client.company.clients = client.company.clients.filter((other) => other !== client);
  }

  /** Sets the settings; true when that changes anything. */
  setSettings(client: StoredClient, settings: object): boolean {
    const text = JSON.stringify(settings);
    if (client.settings === text) return false;
    let shared = this.#settings.get(text);
    if (shared === undefined) {
      shared = text;
      this.#settings.set(text, text);
    }
    client.settings = shared;
    return true;
  }
}

function createCompany(id: number, userId: number, settings: CompanySettings): Company {
  return {
    id,
    userId,
    ...settings,
    clients: [],
    numbers: new KeyIndex(),
    idNumbers: new KeyIndex(),
    nextNumber: 1,
  };
}

/** Sets a column of a client, the indexes with it; true when that changes anything. */
export function setText(client: StoredClient, column: ClientText, text: string): boolean {
  const texts: Partial<Record<ClientText, string>> = client.texts;
  const before = texts[column] ?? '';
  if (before === text) return false;
  if (column === 'number' || column === 'id_number') {
    const index = column === 'number' ? client.company.numbers : client.company.idNumbers;
    if (before !== '') index.remove(before, client);
    if (text !== '') index.add(text, client);
  }
  if (text === '') delete texts[column];
  else texts[column] = text;
  return true;
}

/** The next automatic number: at least four digits, skipping those that are taken in any state [039, 133, 447-455]. */
export function takeNumber(company: Company): string {
  for (;;) {
    const number = String(company.nextNumber).padStart(4, '0');
    company.nextNumber++;
    if (company.numbers.find(number).length === 0) return number;
  }
}

/** The primary one first, then by id: the order of every answer [116]. */
export function sortContacts(client: StoredClient): void {
  client.contacts.sort((a, b) => Number(b.isPrimary) - Number(a.isPrimary) || a.id - b.id);
}
