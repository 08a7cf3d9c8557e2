import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { detectLayout } from '../../src/mapping/detect.js';
import type { Layout } from '../../src/mapping/layout.js';
import { LAYOUTS, layoutNamed } from '../../src/mapping/layouts/index.js';

/** A layout whose French calls the company and the surname the same. */
const LAYOUT: Layout = {
  name: 'a-layout',
  title: 'A layout',
  product: 'a',
  evidence: 'R',
  role: 'clients',
  detect: { required: [['Company'], ['Town']], typical: ['Surname'] },
  languages: {
    fr: { Company: 'Nom#1', Town: 'Ville', Surname: 'Nom#2' },
    de: { Company: ['Firma', 'Unternehmen'], Town: 'Ort' },
  },
  mapping: {
    client: { name: { 'first-of': ['Company', { join: ['Surname', 'Town'] }] }, city: 'Town' },
    contacts: [{ last_name: 'Surname' }],
    group: 'Company',
    skip: [{ column: 'Town', values: ['-'], code: 'not-a-customer' }],
  },
  keys: ['Company'],
  source: 'this test',
};

const localised = (columns: readonly string[]): Layout | undefined => detectLayout(columns, [LAYOUT])?.layout;

describe('a layout in the language of a header', () => {
  it('stays as it is where the header is in its own', () => {
    expect(localised(['Company', 'Town'])).toBe(LAYOUT);
  });

  it('is rewritten everywhere, in the spelling that is there', () => {
    expect(localised(['Unternehmen', 'ORT', 'Surname'])).toMatchObject({
      mapping: {
        client: { name: { 'first-of': ['Unternehmen', { join: ['Surname', 'Ort'] }] }, city: 'Ort' },
        contacts: [{ last_name: 'Surname' }],
        group: 'Unternehmen',
        skip: [{ column: 'Ort' }],
      },
      keys: ['Unternehmen'],
    });
  });

  it('tells columns of one name by their position, when all of them are there', () => {
    expect(localised(['Nom', 'Ville', 'Nom'])?.mapping.contacts).toEqual([{ last_name: 'Nom#2' }]);
  });

  it('does not guess which of them a single one is, nor a third', () => {
    expect(localised(['Nom', 'Ville'])).toBeUndefined();
    expect(localised(['Nom', 'Ville', 'Nom', 'Nom'])).toBeUndefined();
  });

  it('never mixes two languages', () => {
    expect(localised(['Firma', 'Ville'])).toBeUndefined();
    expect(localised(['Company', 'Ort'])).toBeUndefined();
  });

  it('takes the language that says more when two of them fit', () => {
    const invoiceninja = layoutNamed('invoiceninja-clients');
    const { fr = {} } = invoiceninja.languages ?? {};
    const columns = Object.values(fr)
      .flat()
      .map((name) => name.replace(/#\d$/, ''));
    const found = detectLayout(columns, [invoiceninja]);
    expect(found?.layout.mapping.client).toMatchObject({
      name: 'Nom#1',
      address1: 'Rue#1',
      shipping_address1: 'Rue#2',
    });
    expect(found?.layout.mapping.contacts[0]).toMatchObject({ last_name: 'Nom#2' });
  });
});

const LOOKUPS = path.resolve(import.meta.dirname, '../../../shared/formats/lookups');
const hasLookups = existsSync(LOOKUPS);

function readTable(name: string): readonly (readonly string[])[] {
  if (!hasLookups) return [];
  const lines = readFileSync(path.join(LOOKUPS, name), 'utf8').trimEnd().split('\n');
  const unquote = (cell: string): string =>
    cell.startsWith('"') ? cell.replaceAll(/^"|"$/g, '').replaceAll('""', '"') : cell;
  return lines.map((line) => line.replace(/\r$/, '').split('\t').map(unquote));
}

describe.skipIf(!hasLookups)('every language of the client export of Invoice Ninja', () => {
  const [[, ...languages] = [], ...rows] = readTable('in_client_export_headers_i18n.tsv');
  const english = languages.indexOf('en') + 1;

  it.each(languages.map((language, index) => [language, index + 1] as const))('%s', (_, at) => {
    const columns = rows.map((row) => row[at] ?? '');
    const found = detectLayout(columns, LAYOUTS);
    expect(found?.layout.name).toBe('invoiceninja-clients');
    expect(found?.confidence).toBeGreaterThan(0.95);
    // What it takes for city and postal code stands where the English header has them.
    for (const [column, field] of [
      ['City', 'city'],
      ['Postal Code', 'postal_code'],
      ['VAT Number', 'vat_number'],
    ] as const) {
      const position = rows.findIndex((row) => row[english] === column);
      const taken = found?.layout.mapping.client[field];
      expect(typeof taken === 'string' ? taken.replace(/#\d+$/, '') : taken).toBe(columns[position]?.trim());
    }
  });

  it('is all 41 and English twice', () => {
    expect(hasLookups ? languages.length : 42).toBe(42);
  });
});

describe.skipIf(!hasLookups)('every language in which the headers of Outlook and Thunderbird are known', () => {
  const rows = readTable('outlook_thunderbird_headers_i18n.tsv').slice(1);
  const locales = [...new Set(rows.map(([locale = '']) => locale))];
  // In each locale the columns of Outlook stand first; the day of birth is the first one of Thunderbird.
  const partsOf = (locale: string): readonly [readonly string[], readonly string[]] => {
    const own = rows.filter((row) => row[0] === locale);
    const first = own.findIndex((row) => row[2] === 'birthday-d');
    const columns = own.map((row) => row[1] ?? '');
    return first === -1 ? [columns, []] : [columns.slice(0, first), columns.slice(first)];
  };

  it.each(locales.filter((locale) => !['ru_RU', 'fi_FI'].includes(locale)))('Outlook in %s', (locale) => {
    expect(detectLayout(partsOf(locale)[0], LAYOUTS)?.layout.name).toBe('outlook-contacts');
  });

  // Of these the table has no columns of Thunderbird, or says of none what its first name is called.
  it.each(locales.filter((locale) => locale !== 'pl_PL'))('Thunderbird in %s', (locale) => {
    const [outlook, thunderbird] = partsOf(locale);
    // Names that both share are listed once.
    const shared = outlook.filter((column) => SHARED.test(column));
    expect(detectLayout([...shared, ...thunderbird], LAYOUTS)?.layout.name).toBe('thunderbird-contacts');
  });
});

/** First and last name, and the company, as Thunderbird and Outlook both call them. */
const SHARED =
  /^(?:First Name|Last Name|Vorname|Nachname|Prénom|Nom|Nome|Cognome|Nombre|Apellidos|Etunimi|Sukunimi|Primeiro nome|Último nome|Krstné meno|Priezvisko|名字|姓氏|Имя|Фамилия|Organización|Organisation)$/u;
