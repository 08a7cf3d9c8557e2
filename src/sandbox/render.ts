/**
 * Clients as JSON texts, written piece by piece: a page of a thousand is one joined text of about 1.7 MB. Keys, their order and the
 * defaults are those of FACTS.md [019].
 */

import type { ClientText, ContactText } from './columns.js';
import { CLIENT_TEXTS, CONTACT_TEXTS } from './columns.js';
import { encodeId, encodeKey } from './ids.js';
import { idOf } from './shelf.js';
import type { Origin, StoredClient, StoredContact, StoredDocument } from './store.js';
import type { Input } from './value.js';
import { isTruthy } from './value.js';

/** Values that are shown in place of the stored ones: those of a POST as they were sent [346, 348], or what a user may not see [304]. */
export type Echo = Readonly<Record<string, unknown>>;

const NO_ECHO: Echo = {};

const MIDDLE: readonly ClientText[] = [
  'address1',
  'address2',
  'phone',
  'city',
  'state',
  'postal_code',
  'country_id',
  'industry_id',
  'custom_value1',
  'custom_value2',
  'custom_value3',
  'custom_value4',
  'shipping_address1',
  'shipping_address2',
  'shipping_city',
  'shipping_state',
  'shipping_postal_code',
  'shipping_country_id',
];

/** `base` is the server's address without a trailing slash; `extra` ends the object, e.g. `,"activities":[]`. */
export function renderClient(client: StoredClient, base: string, echo: Echo = NO_ECHO, extra = ''): string {
  const { texts } = client;
  const text = (column: ClientText): string => pair(column, column in echo ? echo[column] : texts[column]);
  let middle = '';
  for (const column of MIDDLE) middle += text(column);
  const exempt = 'is_tax_exempt' in echo ? isTruthy(echo['is_tax_exempt']) : client.isTaxExempt;
  const valid = 'has_valid_vat_number' in echo ? isTruthy(echo['has_valid_vat_number']) : client.hasValidVatNumber;
  const assigned = 'assigned_user_id' in echo ? echo['assigned_user_id'] : client.assignedUserId;
  const group = 'group_settings_id' in echo ? echo['group_settings_id'] : client.groupSettingsId;
  const balance = 'balance' in echo ? Number(echo['balance']) : client.balance;
  const own = client.origin?.shown;
  const hash = 'client_hash' in echo ? echo['client_hash'] : (own?.['client_hash'] ?? encodeKey(client.id, 8));
  const user = own === undefined ? `"${encodeId(client.company.userId)}"` : quote(own['user_id']);
  return (
    `{"id":"${idOf(client)}","user_id":${user}` +
    `,"assigned_user_id":${quote(assigned)}${text('name')}${text('website')}${text('private_notes')}` +
    `,"balance":${balance},"group_settings_id":${quote(group)}` +
    `${own === undefined ? NO_AMOUNTS : show(own, AMOUNTS)}${text('size_id')}${text('public_notes')}` +
    `,"client_hash":${quote(hash)}${middle},"settings":${client.settings}` +
    `,"is_deleted":${client.isDeleted}${text('vat_number')}${text('id_number')}` +
    `,"updated_at":${client.updatedAt},"archived_at":${client.archivedAt},"created_at":${client.createdAt}` +
    `,"display_name":${quote(nameClient(client, echo['name']))}${text('number')}` +
    `,"has_valid_vat_number":${valid},"is_tax_exempt":${exempt}${text('routing_id')}` +
    `,"tax_info":${embed(own, 'tax_info', '{}')}${text('classification')},"e_invoice":${embed(own, 'e_invoice', '{}')}` +
    `${renderParts(client, base)}${own === undefined ? '' : showRest(own)}${extra}}`
  );
}

const AMOUNTS = ['paid_to_date', 'payment_balance', 'credit_balance', 'last_login'] as const;
const NO_AMOUNTS = AMOUNTS.map((name) => `,"${name}":0`).join('');

/** Fields of a copied client that have their place in the answer; what it has beyond them comes at the end. */
const PLACED: ReadonlySet<string> = new Set([
  'user_id',
  'client_hash',
  ...AMOUNTS,
  'tax_info',
  'e_invoice',
  'documents',
  'gateway_tokens',
]);

function show(own: Input, names: Iterable<string>): string {
  let text = '';
  for (const name of names) text += `,"${name}":${JSON.stringify(own[name] ?? 0)}`;
  return text;
}

/** What has no place of its own. */
function showRest(own: Input, placed: ReadonlySet<string> = PLACED): string {
  const names = Object.keys(own).filter((name) => !placed.has(name));
  return names.map((name) => `,${JSON.stringify(name)}:${JSON.stringify(own[name])}`).join('');
}

function embed(own: Input | undefined, name: string, otherwise: string): string {
  const value = own?.[name];
  return value === undefined ? otherwise : JSON.stringify(value);
}

/** The same shape with almost everything blank: what `filter_details=true` gives [202]. */
export function renderBriefly(client: StoredClient, base: string): string {
  const { name = '', id_number: idNumber = '', number = '' } = client.texts;
  const blanks = (columns: readonly string[]): string => columns.map((column) => `,"${column}":""`).join('');
  return (
    `{"id":"${idOf(client)}"${blanks(['user_id', 'assigned_user_id'])},"name":${quote(name)}` +
    `${blanks(['website', 'private_notes'])},"balance":0,"group_settings_id":"","paid_to_date":0,"payment_balance":0` +
    `,"credit_balance":0,"last_login":0${blanks(['size_id', 'public_notes', 'client_hash', ...MIDDLE])}` +
    `,"settings":{},"is_deleted":false,"vat_number":"","id_number":${quote(idNumber)}` +
    `,"updated_at":0,"archived_at":0,"created_at":0,"display_name":${quote(nameClient(client))},"number":${quote(number)}` +
    `,"has_valid_vat_number":false,"is_tax_exempt":false,"routing_id":"","tax_info":{},"classification":""` +
    `,"e_invoice":{}${renderParts(client, base)}}`
  );
}

/** The form for a new client: no id, no contacts [097]. */
export function renderBlankClient(userId: number, seed: number): string {
  const blanks = (columns: readonly string[]): string => columns.map((column) => `,"${column}":""`).join('');
  return (
    `{"id":"","user_id":"${encodeId(userId)}"${blanks(['assigned_user_id', 'name', 'website', 'private_notes'])}` +
    `,"balance":0,"group_settings_id":"","paid_to_date":0,"payment_balance":0,"credit_balance":0,"last_login":0` +
    `,"size_id":"","public_notes":"","client_hash":"${encodeKey(seed, 8)}"${blanks(MIDDLE)}` +
    `,"settings":{"entity":"App\\\\Models\\\\Client","industry_id":"","size_id":""},"is_deleted":false` +
    `${blanks(['vat_number', 'id_number'])},"updated_at":0,"archived_at":0,"created_at":0` +
    `,"display_name":"No Contact Set","number":"","has_valid_vat_number":false,"is_tax_exempt":false,"routing_id":""` +
    `,"tax_info":{},"classification":"","e_invoice":{},"contacts":[],"documents":[],"gateway_tokens":[]}`
  );
}

/**
 * The name if it has more than one character, otherwise the primary contact's name (with its blank) or e-mail
 * [023, 047, 055, 076, 419].
 */
function nameClient(client: StoredClient, echoedName?: unknown): string {
  const name = typeof echoedName === 'string' ? echoedName : (client.texts.name ?? '');
  if (name.length > 1) return name;
  const contact = client.contacts[0];
  if (contact === undefined) return 'No Contact Set';
  const { first_name: first = '', last_name: last = '', email = '' } = contact.texts;
  if (first !== '' || last !== '') return `${first} ${last}`;
  return email === '' ? 'No Contact Set' : email;
}

/** Only one thing ever happens to a client here: it was created [085]. */
export function renderActivities(client: StoredClient): string {
  const none = (columns: readonly string[]): string => columns.map((column) => `"${column}":"",`).join('');
  return (
    `[{"id":"${encodeId(client.id)}","activity_type_id":"1","client_id":"${idOf(client)}",` +
    none(['recurring_invoice_id', 'recurring_expense_id', 'purchase_order_id', 'vendor_id', 'vendor_contact_id']) +
    `"company_id":"${encodeId(client.company.id)}","user_id":"${encodeId(client.company.userId)}",` +
    none(['invoice_id', 'quote_id', 'payment_id', 'credit_id']) +
    `"updated_at":${client.createdAt},"created_at":${client.createdAt},"expense_id":"","is_system":false,` +
    `"contact_id":"","task_id":"","token_id":"${encodeId(client.company.userId)}","notes":"","ip":"127.0.0.1"}]`
  );
}

function renderParts(client: StoredClient, base: string): string {
  let contacts = '';
  for (const contact of client.contacts) contacts += (contacts === '' ? '' : ',') + renderContact(contact, base);
  const documents = renderDocuments(client, base);
  const tokens = embed(client.origin?.shown, 'gateway_tokens', '[]');
  return `,"contacts":[${contacts}],"documents":[${documents}],"gateway_tokens":${tokens}`;
}

/** JSON of the documents, with commas: copied ones as they were, then those that were stored here. */
export function renderDocuments(client: StoredClient, base: string): string {
  if (client.documents === undefined && client.origin === undefined) return '';
  const copied = client.origin?.shown['documents'];
  const texts = Array.isArray(copied) ? copied.map((document: unknown) => JSON.stringify(document)) : [];
  for (const document of client.documents ?? []) texts.push(renderDocument(document, idOf(client), base));
  return texts.join(',');
}

const LATE_CONTACT_TEXTS: readonly ContactText[] = CONTACT_TEXTS.slice(3);

function renderContact(contact: StoredContact, base: string): string {
  const { texts } = contact;
  let late = '';
  for (const column of LATE_CONTACT_TEXTS) late += pair(column, texts[column]);
  if (contact.origin !== undefined) return renderCopiedContact(contact, contact.origin, late);
  const key = encodeKey(contact.id, 7);
  return (
    `{"id":"${encodeId(contact.id)}"${renderPerson(contact)},"archived_at":0` +
    `,"is_primary":${contact.isPrimary},"is_locked":false${late},"contact_key":"${key}"` +
    `,"send_email":${contact.sendEmail},"last_login":0,"password":"${contact.hasPassword ? STARS : ''}"` +
    `,"link":"${base}/client/key_login/${key}"}`
  );
}

const STARS = '**********';

function renderPerson({ texts, createdAt, updatedAt }: StoredContact): string {
  return (
    `,"first_name":${quote(texts.first_name)},"last_name":${quote(texts.last_name)},"email":${quote(texts.email)}` +
    `,"created_at":${createdAt},"updated_at":${updatedAt}`
  );
}

/** Fields of a copied contact that have their place in the answer. */
const PLACED_IN_CONTACT: ReadonlySet<string> = new Set([
  'contact_key',
  'archived_at',
  'is_locked',
  'last_login',
  'link',
]);

function renderCopiedContact(contact: StoredContact, { id, shown }: Origin, late: string): string {
  return (
    `{"id":"${id}"${renderPerson(contact)},"archived_at":${embed(shown, 'archived_at', '0')}` +
    `,"is_primary":${contact.isPrimary},"is_locked":${embed(shown, 'is_locked', 'false')}${late}` +
    `,"contact_key":${embed(shown, 'contact_key', '""')},"send_email":${contact.sendEmail}` +
    `,"last_login":${embed(shown, 'last_login', '0')},"password":"${contact.hasPassword ? STARS : ''}"` +
    `,"link":${embed(shown, 'link', '""')}${showRest(shown, PLACED_IN_CONTACT)}}`
  );
}

/** [164, 168] */
function renderDocument(document: StoredDocument, owner: string, base: string): string {
  const id = encodeId(document.id);
  return JSON.stringify({
    id,
    user_id: encodeId(document.userId),
    assigned_user_id: '',
    project_id: '',
    vendor_id: '',
    url: `${base}/api/v1/documents/${id}/download`,
    preview: '',
    name: document.name,
    type: document.type,
    disk: 'public',
    hash: `${encodeKey(document.id, 8)}.${document.type}`,
    size: document.bytes.length,
    width: document.width,
    height: document.height,
    is_default: false,
    updated_at: document.createdAt,
    archived_at: 0,
    created_at: document.createdAt,
    is_deleted: false,
    is_public: document.isPublic,
    link: `/clients/${owner}`,
  });
}

/** `,"name":""` of each column: most columns are blank, and joining ready texts is what makes a page fast. */
const BLANK_PAIRS: ReadonlyMap<string, string> = new Map(
  [...CLIENT_TEXTS, ...CONTACT_TEXTS].map((column) => [column, `,"${column}":""`]),
);

function pair(column: ClientText | ContactText, value: unknown): string {
  if (value === undefined) return BLANK_PAIRS.get(column) ?? '';
  return `,"${column}":${quote(value)}`;
}

function quote(value: unknown): string {
  return value === undefined || value === null || value === '' ? '""' : JSON.stringify(value);
}
