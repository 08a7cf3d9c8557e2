/**
 * Clients as a CSV in the layout of Invoice Ninja's own contact export: a row for each contact, the client's columns
 * repeated. It is read again like any export, so it is a backup that can be fed in.
 *
 * Invariant: the columns are those that the layout reads, so what is written here is understood there; a cell never
 * begins as a formula of a spreadsheet, and the layout takes the guarding apostrophe away again.
 */

import { guardCell } from '../csv-cell.js';
import { assert } from '../errors.js';
import type { Expression } from '../mapping/expression.js';
import type { ClientField, ContactField } from '../mapping/fields.js';
import { invoiceninjaContacts } from '../mapping/layouts/invoiceninja-contacts.js';
import type { Client, Contact } from '../plan/client.js';

interface Column {
  readonly name: string;
  readonly read: (client: Client, contact: Contact | undefined) => string;
  /** A number of ours: `-5` is no formula, and stays a number to a spreadsheet. */
  readonly isNumber?: true;
}

const { client: clientColumns, contacts: contactColumns } = invoiceninjaContacts.mapping;

/** The last two say more than the layout reads; it leaves them alone. */
const COLUMNS: readonly Column[] = [
  ...Object.entries(clientColumns).map(([field, expression]) => ({
    name: columnOf(expression),
    read: (client: Client) => cellOf(field as ClientField, client.fields[field as ClientField]),
  })),
  ...Object.entries(contactColumns[0] ?? {}).map(([field, expression]) => ({
    name: columnOf(expression),
    read: (_client: Client, contact: Contact | undefined) => String(contact?.[field as ContactField] ?? ''),
  })),
  { name: 'Client Balance', read: (client) => String(client.balance), isNumber: true },
  { name: 'Client Status', read: (client) => client.state },
];

function columnOf(expression: Expression): string {
  if (typeof expression === 'string') return expression;
  assert('map' in expression && typeof expression.map === 'string', 'each column of the layout has one name');
  return expression.map;
}

/** An id that the target's lists lack reads as `#id`: no code that could be read again. */
function cellOf(field: ClientField, value = ''): string {
  const isCode = field.endsWith('_code');
  return isCode && value.startsWith('#') ? '' : value;
}

export function clientsCsvHeader(): string {
  return writeRow(COLUMNS.map((column) => column.name));
}

/** One line for each contact, at least one. */
export function clientCsvRows(client: Client): string {
  const contacts = client.contacts.length === 0 ? [undefined] : client.contacts;
  return contacts.map((contact) => writeRow(COLUMNS.map((column) => cellFor(column, client, contact)))).join('');
}

function cellFor({ read, isNumber }: Column, client: Client, contact: Contact | undefined): string {
  const text = read(client, contact);
  return isNumber === true ? text : guardCell(text);
}

function writeRow(cells: readonly string[]): string {
  return `${cells.map(quoteCell).join(',')}\n`;
}

function quoteCell(cell: string): string {
  return /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
