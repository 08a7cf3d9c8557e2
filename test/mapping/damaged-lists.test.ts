/**
 * What is wrong with a list as a whole, not with one of its cells: suppliers and people of the vendor among the clients,
 * a company that stands twice, secrets in a column.
 */

import { describe, expect, it } from 'vitest';
import { namedColumns } from '../../src/mapping/evaluate.js';
import type { Expression } from '../../src/mapping/expression.js';
import { CLIENT_FIELDS, CONTACT_FIELDS } from '../../src/mapping/fields.js';
import { LAYOUTS } from '../../src/mapping/layouts/index.js';
import { suggestColumns } from '../../src/mapping/suggest.js';
import { SyncError } from '../../src/errors.js';
import { EXPORTS, withCells, writeCsv } from '../property/damages/exports.js';
import { readExport } from '../property/damages/judge.js';
import type { Reading } from '../property/damages/judge.js';

async function read(text: string): Promise<Reading> {
  const outcome = await readExport(Buffer.from(text), 'export.csv');
  if (outcome instanceof SyncError) throw outcome;
  return outcome;
}

/** Two rows: a client, and somebody who is none. */
const SUPPLIERS: readonly (readonly [layout: string, rows: readonly string[]])[] = [
  [
    'zoho-books-contacts',
    [
      'Contact ID,Display Name,EmailID,Contact Type,Company Name',
      '48768760001,Acme,a@acme.example,customer,Acme',
      '48768760002,Paper Mill,b@mill.example,vendor,Paper Mill',
    ],
  ],
  [
    'sevdesk-contacts',
    [
      'Kunden-Nr.;Nachname;Vorname;Organisation;Kategorie;Umsatzsteuer-ID;E-Mail',
      '1000;Sommerfeld;Greta;Lindenhof GmbH;Kunde;;greta@lindenhof.example',
      '1001;Papier;Paul;Papierfabrik AG;Lieferant;;paul@papier.example',
    ],
  ],
  [
    'hubspot-companies',
    [
      'Record ID,Company name,Company owner,Create Date,Phone Number,City,Type',
      '17204502238,Acme,Mia,2021-01-01,,Bonn,Prospect',
      '17204502239,Paper Mill,Mia,2021-01-01,,Bonn,Vendor',
    ],
  ],
  [
    'quickbooks-online-contacts',
    [
      'Customer,Phone Numbers,Email,Full Name,Billing Address,Shipping Address',
      'Acme,,a@acme.example,Ada Byron,,',
      'Foo (deleted),,b@foo.example,Bob Foo,,',
    ],
  ],
];

describe('suppliers and deleted ones among the clients', () => {
  it.each(SUPPLIERS)('are left out: %s', async (layout, rows) => {
    const { records, rejects, layout: found } = await read(`${rows.join('\n')}\n`);
    expect(found).toBe(layout);
    expect(rejects).toEqual([]);
    expect(records).toHaveLength(1);
  });
});

describe('a company that stands twice', () => {
  it.each(EXPORTS.filter(({ roles }) => roles.name !== undefined && roles.id !== undefined))(
    'spelt otherwise, with another id, stays two, and is said: $layout',
    async (sound) => {
      const name = sound.roles.name!;
      const first = sound.rows[0]?.[sound.columns.indexOf(name)] ?? '';
      const { records, warnings } = await read(writeCsv(withCells(sound, { name: `${first.toUpperCase()} Ltd.` })));
      expect(records).toHaveLength(sound.rows.length);
      expect(warnings).toMatchObject([{ code: 'same-name', value: `${first.toUpperCase()} Ltd.` }]);
      expect(warnings[0]?.hint).toContain(`"${first}"`);
    },
  );

  it.each([
    ['the company first', ['1,Greta Sommerfeld,,,a@x.example', '2,,Greta,Sommerfeld,b@x.example']],
    ['the person first', ['1,,Greta,Sommerfeld,a@x.example', '2,GRETA SOMMERFELD e.K.,,,b@x.example']],
  ])('as a company and as a person, stays two, and is said: %s', async (_, rows) => {
    const { records, warnings } = await read(`Customer No,Company,First Name,Last Name,Email\n${rows.join('\n')}\n`);
    expect(records).toHaveLength(2);
    expect(warnings).toMatchObject([{ code: 'same-name', row: { line: 3 } }]);
    expect(warnings[0]?.hint).toContain('line 2');
  });

  it('two people of one name are nothing to tell of', async () => {
    const rows = '1,,Ada,Byron,a@x.example\n2,,Ada,Byron,b@x.example\n';
    const { records, warnings } = await read(`Customer No,Company,First Name,Last Name,Email\n${rows}`);
    expect(records).toHaveLength(2);
    expect(warnings).toEqual([]);
  });
});

describe('people and companies that the vendor puts into every account', () => {
  it.each([
    ['hubspot-companies', 'Azure Interior'],
    ['salesforce-accounts', 'GenePoint'],
  ])('%s: %s is a warning', async (layout, name) => {
    const sound = EXPORTS.find((one) => one.layout === layout)!;
    const { warnings } = await read(writeCsv(withCells(sound, { name })));
    expect(warnings.map(({ code }) => code)).toEqual(['sample-record']);
  });
});

describe('secrets', () => {
  const SECRET = /passwor[dt]|passwd|iban|\bbic\b|swift|card number|kartennummer|\bpan\b|secret|token|bank/i;

  it.each(LAYOUTS.map((layout) => [layout.name, layout] as const))('are no field of %s', (_, layout) => {
    const { client, contacts, parent } = layout.mapping;
    const expressions: readonly Expression[] = [client, ...contacts, layout.person ?? {}, parent?.client ?? {}]
      .flatMap((fields) => Object.values(fields))
      .filter((expression) => expression !== undefined);
    expect(expressions.flatMap(namedColumns).filter((column) => SECRET.test(column))).toEqual([]);
  });

  it('are never taken by name or value', () => {
    const columns = ['Name', 'Email', 'IBAN', 'BIC', 'Portal Password', 'Card Number', 'Kontonummer', 'API token'];
    const row = [
      'Acme',
      'a@x.de',
      'DE89370400440532013000',
      'COBADEFFXXX',
      'hunter2',
      '4111111111111111',
      '532013000',
      'abc',
    ];
    const found = suggestColumns(columns, [row, row.with(0, 'Foo'), row.with(0, 'Bar')]).slice(2);
    expect(found.filter(({ score, field, contactField }) => score >= 0.9 && (field ?? contactField) !== null)).toEqual(
      [],
    );
  });
});

it('no field takes a date: whether the day or the month comes first never matters', () => {
  const kinds: readonly string[] = [...Object.values(CLIENT_FIELDS), ...Object.values(CONTACT_FIELDS)].map(
    ({ kind }) => kind,
  );
  expect(kinds.filter((kind) => /date|time/.test(kind))).toEqual([]);
});

describe('the same contact in two companies', () => {
  it.each(EXPORTS.filter(({ roles }) => roles.email !== undefined).map((one) => [one.layout, one] as const))(
    'stays in both, they are never merged, and it is said: %s',
    async (_, sound) => {
      const shared = { email: 'shared@example.org', first: 'Ada', last: 'Byron', person: 'Ada Byron' };
      const { records, warnings } = await read(writeCsv(withCells(withCells(sound, shared, 4), shared, 5)));
      expect(warnings).toMatchObject([{ code: 'same-contact', value: shared.email }]);
      expect(records).toHaveLength(sound.rows.length);
      const holders = records.filter(({ contacts }) => contacts.some(({ email }) => email === shared.email));
      expect(new Set(holders.map(({ client }) => client.name)).size).toBe(2);
    },
  );
});

describe('names that QuickBooks Online writes', () => {
  const list = (name: string): string =>
    `Customer,Phone Numbers,Email,Full Name,Billing Address,Shipping Address\nAcme,,a@acme.example,Ada Byron,,\n${name},,b@acme.example,"May, Bob",,\n`;

  it.each(['Acme:Kitchen', 'Smith - USD'])('are kept, and said: %s', async (name) => {
    const { records, warnings, layout } = await read(list(name));
    expect(layout).toBe('quickbooks-online-contacts');
    expect(records[1]).toMatchObject({ client: { name }, contacts: [{ first_name: 'Bob', last_name: 'May' }] });
    expect(warnings).toMatchObject([{ code: 'unclear-name', column: 'Customer', value: name, row: { line: 3 } }]);
  });
});
