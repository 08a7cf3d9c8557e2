/** Clients as a CSV: the layout that is read again, a row for each contact, and no cell that a spreadsheet would run. */

import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { compileMapping } from '../../src/mapping/compile.js';
import { detectLayout } from '../../src/mapping/detect.js';
import { readHeader } from '../../src/mapping/header.js';
import { LAYOUTS } from '../../src/mapping/layouts/index.js';
import { invoiceninjaContacts } from '../../src/mapping/layouts/invoiceninja-contacts.js';
import type { Client, Contact } from '../../src/plan/client.js';
import { clientCsvRows, clientsCsvHeader } from '../../src/run/clients-csv.js';

const contact = (values: Partial<Contact>): Contact => ({
  id: 'k',
  first_name: '',
  last_name: '',
  email: '',
  phone: '',
  custom_value1: '',
  custom_value2: '',
  custom_value3: '',
  custom_value4: '',
  is_primary: true,
  send_email: true,
  ...values,
});

const client = (fields: Client['fields'], contacts: readonly Contact[] = [contact({})]): Client => ({
  id: 'c',
  state: 'active',
  updatedAt: 1,
  createdAt: 1,
  balance: -5.5,
  fields,
  settings: {},
  contacts,
});

function readBack(clients: readonly Client[]) {
  const table: string[][] = parse(clientsCsvHeader() + clients.map(clientCsvRows).join(''));
  const [columns = [], ...rows] = table;
  const mapping = compileMapping({
    spec: invoiceninjaContacts.mapping,
    role: 'clients',
    keys: [],
    links: [],
    person: {},
    header: readHeader(columns),
    file: 0,
    blank: { default: 'keep', fields: {}, clearToken: '[clear]' },
    ignore: [],
  });
  return { columns, rows, mapped: rows.map((cells, index) => mapping.map(index + 2, cells)) };
}

describe('the CSV of clients', () => {
  it('is recognised as the contact export of Invoice Ninja', () => {
    const { columns } = readBack([]);
    expect(detectLayout(columns, LAYOUTS)?.layout.name).toBe('invoiceninja-contacts');
    expect(new Set(columns).size).toBe(columns.length);
  });

  it('has a row for each contact, with the client in each', () => {
    const contacts = [contact({ email: 'a@x.example' }), contact({ first_name: 'B', last_name: 'C, "D"' })];
    const { rows, mapped } = readBack([
      client({ name: 'Acme', number: '0001' }, contacts),
      client({ number: '0002' }, []),
    ]);
    expect(rows).toHaveLength(3);
    expect(mapped.map(({ fragment }) => fragment?.client.number)).toEqual(['0001', '0001', '0002']);
    expect(mapped[1]?.fragment?.contacts).toMatchObject([{ first_name: 'B', last_name: 'C, "D"' }]);
    expect(rows[0]).toContain('-5.5');
    expect(rows[0]).toContain('active');
  });

  it('reads back as it was written, code by code and line by line', () => {
    const fields = {
      'name': 'Größe & Söhne',
      'number': '007',
      'id_number': 'A-1',
      'website': 'https://x.example',
      'public_notes': 'line 1\nline 2',
      'industry_id': '7',
      'size_id': '3',
      'country_code': 'DE',
      'settings.currency_code': 'EUR',
      'settings.payment_terms': '14',
      'classification': 'company',
      'custom_value4': 'x',
    } as const;
    const { mapped } = readBack([client(fields)]);
    expect(mapped[0]).toMatchObject({ rejects: [], warnings: [] });
    expect(mapped[0]?.fragment?.client).toEqual(fields);
  });

  it('leaves out a code that the target does not explain', () => {
    const { mapped } = readBack([client({ name: '#1 Shop', country_code: '#999' })]);
    expect(mapped[0]?.fragment?.client).toEqual({ name: '#1 Shop' });
    expect(mapped[0]?.rejects).toEqual([]);
  });

  it.each([
    ['=1+1', "'=1+1"],
    ['+49 30 1', "'+49 30 1"],
    ['-x', "'-x"],
    ['@me', "'@me"],
    ["'=1", "''=1"],
    ["''+1", "'''+1"],
    ["'t Hooft", "'t Hooft"],
    ["'s-Hertogenbosch", "'s-Hertogenbosch"],
    ['-5', "'-5"],
    ["'-5", "''-5"],
    ['"=1"', `'"=1"`],
    ['＝1+1', "'＝1+1"],
    ["' =1", "'' =1"],
    ['a=b', 'a=b'],
  ])('writes %s as %s and reads it back', (value, cell) => {
    const { columns, rows, mapped } = readBack([client({ name: 'Acme', custom_value1: value })]);
    expect(rows[0]?.[columns.indexOf('Client Custom Value 1')]).toBe(cell);
    expect(mapped[0]?.fragment?.client.custom_value1).toBe(value);
  });
});
