/**
 * Small sound exports in real layouts: the header is that of a sample of this project, the rows are made here, so that
 * every layout tells of the same twelve clients.
 */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';

const ROOT = path.resolve(import.meta.dirname, '../../..');

/** What a column is for; a layout has the ones that it has. */
export type Role =
  | 'id'
  | 'name'
  | 'first'
  | 'last'
  /** First and last name in one cell. */
  | 'person'
  | 'email'
  | 'phone'
  | 'street'
  | 'city'
  | 'state'
  | 'postal'
  | 'country'
  | 'website'
  | 'currency'
  | 'terms'
  | 'vat'
  /** Letters of the country, and the number behind them. */
  | 'vatCountry'
  | 'vatNumber'
  | 'exempt'
  | 'notes';

export type Cells = Readonly<Partial<Record<Role, string>>>;

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface Export extends Table {
  readonly layout: string;
  /** Header text by role. */
  readonly roles: Readonly<Partial<Record<Role, string>>>;
  /** The product writes an apostrophe before ids and phones. */
  readonly apostrophes: boolean;
  /** Ids are whole numbers. */
  readonly numericIds: boolean;
}

interface Sheet {
  readonly layout: string;
  readonly sample: string;
  readonly encoding?: BufferEncoding;
  readonly delimiter?: string;
  /** Lines above the header. */
  readonly above?: number;
  readonly roles: Readonly<Partial<Record<Role, string>>>;
  readonly idOf?: (nth: number) => string;
  /** Cells that every row has. */
  readonly always?: Readonly<Record<string, string>>;
  readonly apostrophes?: boolean;
}

const SHEETS: readonly Sheet[] = [
  {
    layout: 'hubspot-companies',
    sample: 'hubspot/companies.csv',
    roles: {
      id: 'Record ID',
      name: 'Company name',
      phone: 'Phone Number',
      street: 'Street Address',
      city: 'City',
      state: 'State/Region',
      postal: 'Postal Code',
      country: 'Country/Region',
      website: 'Website URL',
    },
    idOf: (nth) => String(17_210_000_431 + nth * 7919),
  },
  {
    layout: 'salesforce-accounts',
    sample: 'salesforce/Account.csv',
    roles: {
      id: 'Id',
      name: 'Name',
      phone: 'Phone',
      street: 'BillingStreet',
      city: 'BillingCity',
      state: 'BillingState',
      postal: 'BillingPostalCode',
      country: 'BillingCountry',
      website: 'Website',
      notes: 'Description',
    },
    idOf: (nth) => `001Qx00000${String(100 + nth)}maIAC`,
    always: { IsDeleted: '0', MasterRecordId: '000000000000000AAA', Type: 'Customer - Direct' },
  },
  {
    layout: 'lexoffice-contacts',
    sample: 'layouts/lexoffice/kontakte.csv',
    encoding: 'latin1',
    delimiter: ';',
    roles: {
      id: 'Kundennummer',
      name: 'Firmenname',
      first: 'Vorname',
      last: 'Nachname',
      email: 'E-Mail 1',
      phone: 'Telefon 1',
      street: 'Straße 1',
      city: 'Ort 1',
      postal: 'PLZ 1',
      country: 'Land 1',
      vat: 'Umsatzsteuer ID',
    },
    idOf: (nth) => String(10_017 + nth * 3),
  },
  {
    layout: 'shopify-customers',
    sample: 'layouts/shopify/customers_export.csv',
    roles: {
      id: 'Customer ID',
      name: 'Default Address Company',
      first: 'First Name',
      last: 'Last Name',
      email: 'Email',
      phone: 'Phone',
      street: 'Default Address Address1',
      city: 'Default Address City',
      state: 'Default Address Province Code',
      postal: 'Default Address Zip',
      country: 'Default Address Country Code',
      exempt: 'Tax Exempt',
      notes: 'Note',
    },
    idOf: (nth) => String(7_210_448_301_122 + nth * 17),
    always: { 'Accepts Email Marketing': 'yes', 'Total Spent': '120.00', 'Total Orders': '2' },
    apostrophes: true,
  },
  {
    layout: 'xero-contacts',
    sample: 'layouts/xero/Contacts.csv',
    roles: {
      id: 'AccountNumber',
      name: '*ContactName',
      first: 'FirstName',
      last: 'LastName',
      email: 'EmailAddress',
      phone: 'PhoneNumber',
      street: 'POAddressLine1',
      city: 'POCity',
      state: 'PORegion',
      postal: 'POPostalCode',
      country: 'POCountry',
      website: 'Website',
      vat: 'TaxNumber',
    },
    idOf: (nth) => `C-${String(12 + nth).padStart(4, '0')}`,
  },
  {
    layout: 'invoiceninja-clients',
    sample: 'invoiceninja/clients.csv',
    roles: {
      id: 'ID Number',
      name: 'Name',
      first: 'First Name',
      last: 'Last Name',
      email: 'Email',
      phone: 'Client Phone',
      street: 'Street',
      city: 'City',
      state: 'State/Province',
      postal: 'Postal Code',
      country: 'Country',
      website: 'Website',
      currency: 'Client Currency',
      terms: 'Client Payment Terms',
      vat: 'VAT Number',
      notes: 'Public Notes',
    },
    idOf: (nth) => String(4_711 + nth * 13),
  },
  {
    layout: 'outlook-contacts',
    sample: 'layouts/outlook/contacts.csv',
    roles: {
      name: 'Company',
      first: 'First Name',
      last: 'Last Name',
      email: 'E-mail Address',
      phone: 'Business Phone',
      street: 'Business Street',
      city: 'Business City',
      state: 'Business State',
      postal: 'Business Postal Code',
      country: 'Business Country/Region',
    },
  },
  {
    layout: 'zoho-books-contacts',
    sample: 'layouts/zoho-books/Contacts.csv',
    roles: {
      id: 'Customer ID',
      name: 'Display Name',
      first: 'First Name',
      last: 'Last Name',
      email: 'EmailID',
      phone: 'Phone',
      street: 'Billing Address',
      city: 'Billing City',
      state: 'Billing State',
      postal: 'Billing Code',
      country: 'Billing Country',
      website: 'Website',
      currency: 'Currency Code',
      terms: 'Payment Terms',
      notes: 'Notes',
    },
    idOf: (nth) => `236465000000${String(70_123 + nth * 211).padStart(6, '0')}`,
    always: { 'Contact Type': 'customer', 'Status': 'Active' },
  },
  {
    layout: 'dynamics-accounts',
    sample: 'layouts/dynamics/Active Accounts.csv',
    roles: {
      name: 'Account Name',
      person: 'Primary Contact',
      email: 'Email (Primary Contact) (Contact)',
      phone: 'Main Phone',
      street: 'Address 1: Street 1',
      city: 'Address 1: City',
      state: 'Address 1: State/Province',
      postal: 'Address 1: ZIP/Postal Code',
      country: 'Address 1: Country/Region',
      website: 'Website',
    },
  },
  {
    layout: 'sage50-customers',
    sample: 'layouts/sage50/customers.csv',
    roles: {
      id: 'Account Reference',
      name: 'Account Name',
      person: 'Contact Name',
      email: 'E-mail',
      phone: 'Telephone',
      street: 'Address 1',
      city: 'Address 3',
      vat: 'VAT Registration Number',
    },
    idOf: (nth) => String(12 + nth).padStart(4, '0'),
  },
  {
    layout: 'datev-debitors',
    sample: 'layouts/datev/EXTF_DebKred.csv',
    encoding: 'latin1',
    delimiter: ';',
    above: 1,
    roles: {
      id: 'Konto',
      name: 'Name (Adressattyp Unternehmen)',
      email: 'E-Mail',
      phone: 'Telefon',
      street: 'Straße',
      city: 'Ort',
      postal: 'Postleitzahl',
      country: 'Land',
      vatCountry: 'EU-Land',
      vatNumber: 'EU-UStID',
    },
    idOf: (nth) => String(10_000 + nth * 3),
    always: { Adressattyp: '2' },
  },
];

const FIRMS: readonly Cells[] = [
  firm('Lindenhof Möbel GmbH', 'Greta', 'Sommerfeld', 'Tannenweg 4', 'Freiburg', '79098', 'DE', '+49 761 9000910'),
  firm('Harbour Lane Books Ltd', 'Nora', 'Whitfield', '7 Harbour Lane', 'Whitby', 'YO21 3PU', 'GB', '+44 1632 960101'),
  firm('Prairie Sky Solar Inc.', 'Dana', 'Kessler', '480 Mesa Road', 'Boulder', '80302', 'US', '+1 303 555 0142'),
  firm('Bäckerei Öhlschläger', 'Käthe', 'Süß', 'Am Markt 7', 'Görlitz', '02826', 'DE', '+49 3581 9000123'),
  firm('Brasserie du Canal', 'Élodie', 'Marchand', '12 quai des Brumes', 'Nantes', '44000', 'FR', '+33 2 99 00 11 22'),
  firm('Azienda Fontechiara', 'Chiara', 'Benedetti', 'Via dei Mulini 18', 'Lucca', '55100', 'IT', '+39 0583 990011'),
  firm('Clínica Sonrisa Añil', 'Inés', 'Muñoz', 'Plaza Mayor 2', 'Logroño', '26001', 'ES', '+34 910 007 616'),
  firm('Uhrenatelier Juravallée', 'Reto', 'Ambühl', 'Limmatquai 1', 'Zürich', '8001', 'CH', '+41 44 000 80 64'),
  firm('Meubelmakerij Eik', 'Sanne', 'de Wit', 'Dijkstraat 33', 'Utrecht', '3511 AB', 'NL', '+31 20 000 5189'),
  firm('Wattle Creek Pottery', 'Ruby', 'Callaghan', '19 Banksia Street', 'Hobart', '7000', 'AU', '+61 3 5550 0144'),
  firm('Café Größenwahn', 'Jörg', 'Ahrens', 'Lenaustraße 97', 'Würzburg', '97070', 'DE', '+49 931 9000456'),
  firm('Seerundfahrten OG', 'Franz', 'Gruber', 'Lendkanal 8', 'Klagenfurt', '9020', 'AT', '+43 463 900123'),
];

function firm(
  name: string,
  first: string,
  last: string,
  street: string,
  city: string,
  postal: string,
  country: string,
  phone: string,
): Cells {
  const plain = last.normalize('NFD').replaceAll(/[^a-zA-Z]/g, '');
  const email = `${plain.toLowerCase()}@example.org`;
  return { name, first, last, person: `${first} ${last}`, street, city, postal, country, phone, email, exempt: 'no' };
}

export const EXPORTS: readonly Export[] = SHEETS.map(openSheet);

function openSheet(sheet: Sheet): Export {
  const { layout, roles, idOf, apostrophes = false } = sheet;
  const text = readFileSync(path.join(ROOT, 'samples', sheet.sample)).toString(sheet.encoding ?? 'utf8');
  const table = text
    .split('\n')
    .slice(sheet.above ?? 0)
    .join('\n');
  const [columns = []] = parse(table, { delimiter: sheet.delimiter ?? ',', to: 1, bom: true });
  const rows = FIRMS.map((one, nth) => {
    const cells = idOf === undefined ? one : { ...one, id: idOf(nth) };
    return columns.map((column) => cellOf(column, cells, roles) ?? sheet.always?.[column] ?? '');
  });
  const numericIds = idOf !== undefined && /^\d+$/.test(idOf(0));
  return { layout, columns, rows, roles, apostrophes, numericIds };
}

function cellOf(column: string, cells: Cells, roles: Export['roles']): string | undefined {
  for (const [role, header] of Object.entries(roles)) if (header === column) return cells[role as Role];
  return undefined;
}

/** The row in which cells are damaged: neither the first nor the last. */
const DAMAGED_ROW = 3;

/** The export with other cells in one row. */
export function withCells(sound: Export, cells: Cells, row = DAMAGED_ROW): Export {
  const rows = sound.rows.map((old, nth) =>
    nth === row ? old.map((cell, at) => cellOf(sound.columns[at] ?? '', cells, sound.roles) ?? cell) : old,
  );
  return { ...sound, rows };
}

/** As the program that writes the soundest files would: UTF-8, LF, commas, quotes where they are needed. */
export function writeCsv(table: Table, delimiter = ',', lineEnd = '\n'): string {
  const quote = (cell: string): string =>
    /["\r\n]/.test(cell) || cell.includes(delimiter) ? `"${cell.replaceAll('"', '""')}"` : cell;
  return [table.columns, ...table.rows].map((cells) => cells.map(quote).join(delimiter) + lineEnd).join('');
}
