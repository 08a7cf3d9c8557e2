/**
 * What the API answers, cut to the fields that are used. Unknown keys are ignored, `null` and numbers are accepted where
 * text is expected (FACTS.md "POST create": an answer echoes what was sent).
 *
 * Clients are read by hand-written code, not by schemas: a snapshot holds a million of them, and checking must cost less
 * than parsing the JSON did.
 */

import { SyncError } from '../errors.js';
import { unexpected } from './errors.js';

export interface WireContact {
  readonly id: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly email: string;
  readonly phone: string;
  readonly custom_value1: string;
  readonly custom_value2: string;
  readonly custom_value3: string;
  readonly custom_value4: string;
  readonly is_primary: boolean;
  readonly send_email: boolean;
}

export interface WireClient {
  readonly id: string;
  readonly number: string;
  readonly name: string;
  readonly id_number: string;
  readonly vat_number: string;
  readonly website: string;
  readonly phone: string;
  readonly address1: string;
  readonly address2: string;
  readonly city: string;
  readonly state: string;
  readonly postal_code: string;
  readonly country_id: string;
  readonly shipping_address1: string;
  readonly shipping_address2: string;
  readonly shipping_city: string;
  readonly shipping_state: string;
  readonly shipping_postal_code: string;
  readonly shipping_country_id: string;
  readonly private_notes: string;
  readonly public_notes: string;
  readonly industry_id: string;
  readonly size_id: string;
  readonly classification: string;
  readonly routing_id: string;
  readonly group_settings_id: string;
  readonly custom_value1: string;
  readonly custom_value2: string;
  readonly custom_value3: string;
  readonly custom_value4: string;
  readonly is_tax_exempt: boolean;
  readonly is_deleted: boolean;
  /** Unix seconds; 0: never. */
  readonly archived_at: number;
  readonly updated_at: number;
  readonly created_at: number;
  readonly balance: number;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly contacts: readonly WireContact[];
  readonly documents: readonly WireDocument[];
}

/** A file of a client. `hash` is the random name of the stored copy and says nothing of its bytes (FACTS.md [164, 167]). */
export interface WireDocument {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly hash: string;
  /** Bytes. */
  readonly size: number;
  readonly is_public: boolean;
}

/** One client by itself. */
export interface ShownClient extends WireClient {
  /** As the server sent it, with what `include` added. */
  readonly raw: Json;
}

export interface ListPage {
  readonly clients: readonly WireClient[];
  /** The same clients as the server sent them, with what `include` added. */
  readonly raw: readonly Json[];
  /** Clients that the query finds, on all pages. */
  readonly total: number;
  /** From 1. */
  readonly page: number;
  readonly pages: number;
  /** What the server made of the wish: at most 5000 (FACTS.md [191-193]). */
  readonly perPage: number;
}

export type Json = Readonly<Record<string, unknown>>;

/**
 * Checks one client and picks its fields.
 *
 * @throws SyncError `target-answer-unexpected`, naming what is missing
 */
export function readWireClient(value: unknown, at = 'data'): WireClient {
  const from = object(value, at);
  return {
    id: identity(from['id'], at),
    number: text(from['number'], at, 'number'),
    name: text(from['name'], at, 'name'),
    id_number: text(from['id_number'], at, 'id_number'),
    vat_number: text(from['vat_number'], at, 'vat_number'),
    website: text(from['website'], at, 'website'),
    phone: text(from['phone'], at, 'phone'),
    address1: text(from['address1'], at, 'address1'),
    address2: text(from['address2'], at, 'address2'),
    city: text(from['city'], at, 'city'),
    state: text(from['state'], at, 'state'),
    postal_code: text(from['postal_code'], at, 'postal_code'),
    country_id: text(from['country_id'], at, 'country_id'),
    shipping_address1: text(from['shipping_address1'], at, 'shipping_address1'),
    shipping_address2: text(from['shipping_address2'], at, 'shipping_address2'),
    shipping_city: text(from['shipping_city'], at, 'shipping_city'),
    shipping_state: text(from['shipping_state'], at, 'shipping_state'),
    shipping_postal_code: text(from['shipping_postal_code'], at, 'shipping_postal_code'),
    shipping_country_id: text(from['shipping_country_id'], at, 'shipping_country_id'),
    private_notes: text(from['private_notes'], at, 'private_notes'),
    public_notes: text(from['public_notes'], at, 'public_notes'),
    industry_id: text(from['industry_id'], at, 'industry_id'),
    size_id: text(from['size_id'], at, 'size_id'),
    classification: text(from['classification'], at, 'classification'),
    routing_id: text(from['routing_id'], at, 'routing_id'),
    group_settings_id: text(from['group_settings_id'], at, 'group_settings_id'),
    custom_value1: text(from['custom_value1'], at, 'custom_value1'),
    custom_value2: text(from['custom_value2'], at, 'custom_value2'),
    custom_value3: text(from['custom_value3'], at, 'custom_value3'),
    custom_value4: text(from['custom_value4'], at, 'custom_value4'),
    is_tax_exempt: flag(from['is_tax_exempt']),
    is_deleted: flag(from['is_deleted']),
    archived_at: number(from['archived_at'], at, 'archived_at'),
    updated_at: number(from['updated_at'], at, 'updated_at'),
    created_at: number(from['created_at'], at, 'created_at'),
    balance: number(from['balance'], at, 'balance'),
    settings: settings(from['settings'], at),
    contacts: contacts(from['contacts'], at),
    documents: documents(from['documents'], at),
  };
}

function readWireContact(value: unknown, at: string): WireContact {
  const from = object(value, at);
  return {
    id: identity(from['id'], at),
    first_name: text(from['first_name'], at, 'first_name'),
    last_name: text(from['last_name'], at, 'last_name'),
    email: text(from['email'], at, 'email'),
    phone: text(from['phone'], at, 'phone'),
    custom_value1: text(from['custom_value1'], at, 'custom_value1'),
    custom_value2: text(from['custom_value2'], at, 'custom_value2'),
    custom_value3: text(from['custom_value3'], at, 'custom_value3'),
    custom_value4: text(from['custom_value4'], at, 'custom_value4'),
    is_primary: flag(from['is_primary']),
    send_email: flag(from['send_email']),
  };
}

/** Answer of a list. @throws SyncError `target-answer-unexpected` */
export function readListPage(json: unknown): ListPage {
  const answer = object(json, 'the answer');
  const { data } = answer;
  if (!Array.isArray(data)) throw unexpected('"data" is no list');
  const meta = object(answer['meta'], 'meta');
  const pagination = object(meta['pagination'], 'meta.pagination');
  return {
    clients: data.map((item: unknown, index) => readWireClientAt(item, index)),
    // Each is an object, or it would have been refused.
    raw: data as readonly Json[],
    total: count(pagination, 'total'),
    page: count(pagination, 'current_page'),
    pages: count(pagination, 'total_pages'),
    perPage: count(pagination, 'per_page'),
  };
}

/** The place is put into words only when something is wrong with the client. */
function readWireClientAt(item: unknown, index: number): WireClient {
  try {
    return readWireClient(item, '');
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    return readWireClient(item, `data[${index}]`);
  }
}

/** Answer of one client. @throws SyncError `target-answer-unexpected` */
export function readItem(json: unknown): WireClient {
  return readWireClient(object(json, 'the answer')['data']);
}

/** Answer of one client with its documents. @throws SyncError `target-answer-unexpected` */
export function readShown(json: unknown): ShownClient {
  const raw = object(object(json, 'the answer')['data'], 'data');
  // Without the list an upload could not be told from one that stored nothing.
  if (!Array.isArray(raw['documents'])) throw unexpected('"data.documents" is no list');
  return { ...readWireClient(raw), raw };
}

function readWireDocument(value: unknown, at: string): WireDocument {
  const from = object(value, at);
  return {
    id: identity(from['id'], at),
    name: text(from['name'], at, 'name'),
    type: text(from['type'], at, 'type'),
    hash: text(from['hash'], at, 'hash'),
    size: number(from['size'], at, 'size'),
    is_public: flag(from['is_public']),
  };
}

function object(value: unknown, at: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unexpected(`"${at}" is no object`);
  return value as Json;
}

function identity(value: unknown, at: string): string {
  if (typeof value !== 'string' || value === '') throw unexpected(`"${at}.id" is missing`);
  return value;
}

function text(value: unknown, at: string, key: string): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw unexpected(`"${at}.${key}" is no text`);
}

function number(value: unknown, at: string, key: string): number {
  if (typeof value === 'number') return value;
  if (value === null || value === undefined || value === '') return 0;
  const read = typeof value === 'string' ? Number(value) : Number.NaN;
  if (Number.isNaN(read)) throw unexpected(`"${at}.${key}" is no number`);
  return read;
}

function flag(value: unknown): boolean {
  return value === true || value === 1 || value === '1' || value === 'true';
}

/** PHP writes an empty object as `[]`. */
function settings(value: unknown, at: string): Json {
  if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) return {};
  return object(value, `${at}.settings`);
}

function contacts(value: unknown, at: string): readonly WireContact[] {
  // Without the list nothing may be written to this client: an update would remove contacts that nobody saw.
  if (!Array.isArray(value)) throw unexpected(`"${at}.contacts" is no list`);
  return value.map((item: unknown, index) => readWireContact(item, `${at}.contacts[${index}]`));
}

const NO_DOCUMENTS: readonly WireDocument[] = [];

/** They come along with every client (FACTS.md "GET list"); who uploads asks for them again (`readShown`). */
function documents(value: unknown, at: string): readonly WireDocument[] {
  if (value === null || value === undefined) return NO_DOCUMENTS;
  if (!Array.isArray(value)) throw unexpected(`"${at}.documents" is no list`);
  if (value.length === 0) return NO_DOCUMENTS;
  return value.map((item: unknown, index) => readWireDocument(item, `${at}.documents[${index}]`));
}

function count(pagination: Json, key: string): number {
  const value = Number(pagination[key]);
  if (!Number.isSafeInteger(value) || value < 0) throw unexpected(`"meta.pagination.${key}" is no count`);
  return value;
}
