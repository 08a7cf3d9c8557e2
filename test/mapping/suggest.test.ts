import { describe, expect, it } from 'vitest';
import {
  CLIENT_SYNONYMS,
  CONTACT_SYNONYMS,
  OPEN_NAME_SYNONYMS,
  PERSON_NAME_SYNONYMS,
} from '../../src/mapping/data/dictionary.js';
import { mappingFromSuggestions, suggestColumns, SURE_SCORE } from '../../src/mapping/suggest.js';
import type { MappingSpec } from '../../src/mapping/spec.js';

/** What is sure, as `column → field`; a contact's field with its prefix. */
function sure(columns: readonly string[], rows: readonly (readonly string[])[] = []): Readonly<Record<string, string>> {
  return Object.fromEntries(
    suggestColumns(columns, rows)
      .filter((suggestion) => suggestion.score >= SURE_SCORE)
      .map(({ reference, field, contactField }) => [reference, field ?? `contact.${contactField}`]),
  );
}

const mappingOf = (columns: readonly string[], rows: readonly (readonly string[])[] = []): MappingSpec | null =>
  mappingFromSuggestions(suggestColumns(columns, rows));

describe('columns are told by their names', () => {
  it.each([
    [
      'in English',
      ['Customer Number', 'Company Name', 'First Name', 'Last Name', 'E-mail Address', 'City', 'Country', 'Notes'],
      [
        'id_number',
        'name',
        'contact.first_name',
        'contact.last_name',
        'contact.email',
        'city',
        'country_code',
        'private_notes',
      ],
    ],
    [
      'in German',
      ['Kunden-Nr.', 'Firma', 'Vorname', 'Nachname', 'E-Mail-Adresse', 'PLZ', 'Ort', 'Land', 'USt-IdNr.'],
      [
        'id_number',
        'name',
        'contact.first_name',
        'contact.last_name',
        'contact.email',
        'postal_code',
        'city',
        'country_code',
        'vat_number',
      ],
    ],
    [
      'in French',
      ['Numéro client', 'Raison sociale', 'Prénom', 'Code postal', 'Ville', 'Pays'],
      ['id_number', 'name', 'contact.first_name', 'postal_code', 'city', 'country_code'],
    ],
    ['in French, abbreviated', ['N° client', 'N° TVA', 'C.P.'], ['id_number', 'vat_number', 'postal_code']],
    [
      'in Portuguese',
      ['Código do cliente', 'Morada', 'Localidade', 'Código Postal', 'País'],
      ['id_number', 'address1', 'city', 'postal_code', 'country_code'],
    ],
    [
      'in Swedish',
      ['Kundnr', 'Företag', 'Adress', 'Postnr', 'Ort'],
      ['id_number', 'name', 'address1', 'postal_code', 'city'],
    ],
    ['in Polish', ['Nr klienta', 'Nazwa firmy', 'Kod pocztowy'], ['id_number', 'name', 'postal_code']],
    [
      'in Spanish',
      ['Razón social', 'Ciudad', 'Código postal', 'País'],
      ['name', 'city', 'postal_code', 'country_code'],
    ],
    [
      'in Dutch',
      ['Bedrijfsnaam', 'Voornaam', 'Postcode', 'Plaats'],
      ['name', 'contact.first_name', 'postal_code', 'city'],
    ],
    [
      'by the names of the API',
      ['id_number', 'name', 'postal_code', 'vat_number'],
      ['id_number', 'name', 'postal_code', 'vat_number'],
    ],
  ])('%s', (_, columns, fields) => {
    expect(Object.entries(sure(columns))).toEqual(columns.map((column, index) => [column, fields[index]]));
  });

  it('and every name means one thing', () => {
    const fold = (name: string): string => name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
    const names = [
      ...Object.values(CLIENT_SYNONYMS).flat(),
      ...Object.values(CONTACT_SYNONYMS).flat(),
      ...PERSON_NAME_SYNONYMS,
      ...OPEN_NAME_SYNONYMS,
    ].map(fold);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('and a name that only contains one is shown but not used', () => {
    const [suggestion] = suggestColumns(['Main company name of record'], []);
    expect(suggestion).toMatchObject({ field: 'name', score: 0.6 });
    expect(mappingOf(['Main company name of record'])).toBeNull();
  });

  it('and the second column for one field is shown but not used', () => {
    const suggestions = suggestColumns(['Company', 'Firma', 'City', 'city'], []);
    expect(suggestions.map(({ score }) => score)).toEqual([1, 0.5, 1, 0.5]);
    expect(suggestions[3]?.reference).toBe('city#2');
  });

  it('and what nobody knows is left alone', () => {
    expect(suggestColumns(['Favourite colour', ''], [])).toMatchObject([
      { field: null, contactField: null, score: 0 },
      { field: null, contactField: null, score: 0 },
    ]);
  });
});

describe('values that contradict the name', () => {
  it.each([
    ['E-mail', ['yes', 'no', 'yes'], false],
    ['E-mail', ['a@b.de', 'c@d.de', 'none'], true],
    ['Country', ['12', '13', 'Bonn'], false],
    ['Country', ['DE', 'France', 'Atlantis'], true],
    ['Country', ['', ' ', ''], true],
  ])('%s with %j', (column, cells, isSure) => {
    expect(
      Object.keys(
        sure(
          [column],
          cells.map((cell) => [cell]),
        ),
      ).length > 0,
    ).toBe(isSure);
  });
});

/** A column under a name that says nothing, filled with `value(n)`. */
const filled = (value: (n: number) => string): readonly (readonly string[])[] =>
  Array.from({ length: 20 }, (_, n) => [value(n)]);

describe('a column that is called `Nr`', () => {
  const row = ['Acme', '12', 'Am Markt'];

  it('is the house number beside a street', () => {
    expect(sure(['Name', 'Nr', 'Straße'], [row])).toEqual({ Name: 'name', Nr: 'address2', Straße: 'address1' });
  });

  it('is asked about where there is no street: it may be the number of the client', () => {
    const [, found] = suggestColumns(['Name', 'Nr'], [row.slice(0, 2)]);
    expect(found).toMatchObject({ field: 'id_number', score: 0.6 });
    expect(found?.why).toContain('there is no street');
    expect(sure(['Name', 'Nr'], [row.slice(0, 2)])).toEqual({ Name: 'name' });
  });
});

describe('values whose column has a name that says nothing', () => {
  it.each<readonly [string, (n: number) => string, string, string]>([
    ['e-mail addresses', (n) => `person${n}@example.org`, 'contact.email', 'email'],
    ['VAT numbers', (n) => `DE${133_546_770 + n}`, 'vat_number', 'vat'],
    ['Swiss VAT numbers', (n) => `CHE-150.215.3${10 + n}`, 'vat_number', 'vat'],
    ['phone numbers', (n) => `+49 30 123456${n}`, 'phone', 'phone'],
    ['web addresses', (n) => `www.shop${n}.example`, 'website', 'url'],
    ['bare domains', (n) => `shop${n}.example.com`, 'website', 'url'],
    ['countries by code', (n) => ['DE', 'FR', 'AT', 'CH'][n % 4] ?? '', 'country_code', 'country'],
    ['countries by name', (n) => ['Deutschland', 'France', 'Österreich'][n % 3] ?? '', 'country_code', 'country'],
    ['currencies', (n) => ['EUR', 'USD', 'CHF'][n % 3] ?? '', 'settings.currency_code', 'currency'],
    ['UUIDs', (n) => `5880f9ce-fd33-495e-850e-9df673591c${10 + n}`, 'id_number', 'uuid'],
    ['numbers with a prefix', (n) => `C-00${10 + n}`, 'id_number', 'id'],
    ['postal codes', (n) => ['10115', '20095', '80331'][n % 3] ?? '', 'postal_code', 'postal'],
    ['British postal codes', (n) => ['SW1A 1AA', 'M1 1AE', 'G1 2FF'][n % 3] ?? '', 'postal_code', 'postal'],
    ['companies', (n) => (n % 2 === 0 ? `Hofladen ${'ABCDEFGHIJ'[n / 2]} GmbH` : 'Rhombus Group'), 'name', 'company'],
    [
      'people',
      (n) => ['Nora Whitfield', 'Jean-Luc Moreau', 'Piet van Dijk'][n % 3] ?? '',
      'contact.full_name',
      'person',
    ],
    ['dates', (n) => `2026-01-${10 + n}`, 'nothing', 'date'],
    ['dates of another kind', (n) => `${10 + n}.01.2026`, 'nothing', 'date'],
    ['yes and no', (n) => (n % 2 === 0 ? 'ja' : 'nein'), 'nothing', 'boolean'],
    ['amounts', (n) => `1.2${10 + n},50 €`, 'nothing', 'amount'],
    ['files', (n) => `contract${n}.pdf`, 'nothing', 'null'],
  ])('%s are a question at most', (_, value, field, looksLike) => {
    const [found] = suggestColumns(['Feld 7'], filled(value));
    const { field: client, contactField } = found!;
    expect(client ?? (contactField === null ? 'nothing' : `contact.${contactField}`)).toBe(field);
    expect(String(found?.looksLike)).toBe(looksLike);
    expect(found?.score).toBeLessThan(SURE_SCORE);
    expect(found?.score === 0).toBe(field === 'nothing');
    if (looksLike !== 'null') expect(found?.why).toMatch(/^its name says nothing, but \d+ of 20 values look like /);
  });

  it('guess no field that another column surely fills', () => {
    const rows = filled((n) => `person${n}@example.org`).map(([cell = '']) => [cell, `owner${cell}`]);
    const [, owner] = suggestColumns(['Email', 'Betreut'], rows);
    expect(owner).toMatchObject({ field: null, contactField: null, score: 0, looksLike: 'email' });
  });

  it('make a name that is nearly known, or has a known one in it, more likely, but never sure', () => {
    const mails = filled((n) => `person${n}@example.org`);
    expect(suggestColumns(['Emaill'], [])[0]).toMatchObject({ contactField: 'email', score: 0.5 });
    expect(suggestColumns(['Emaill'], mails)[0]).toMatchObject({ contactField: 'email', score: 0.75 });
    expect(suggestColumns(['Primary mail of them'], mails)[0]).toMatchObject({ contactField: 'email', score: 0.8 });
  });
});

describe('names with a slip', () => {
  it.each([
    ['Nmae', 'name'],
    ['Emial', 'email'],
    ['Phne', 'phone'],
    ['Compny', 'name'],
    ['Citty', 'city'],
  ])('%s is perhaps %s', (header, field) => {
    const [found] = suggestColumns([header], []);
    expect(found?.field ?? found?.contactField).toBe(field);
    expect(found?.score).toBe(0.5);
  });

  it.each(['Status', 'Owner', 'Source'])('%s is none of them', (header) => {
    expect(suggestColumns([header], [])[0]).toMatchObject({ field: null, contactField: null });
  });

  it('are nothing where the values say otherwise', () => {
    const [device] = suggestColumns(['Device'], [['Mobile'], ['Desktop']]);
    expect(device).toMatchObject({ field: null, contactField: null, score: 0 });
    const columns = ['Email', 'E-mail 2 Address'];
    const rows = filled((n) => `person${n}@example.org`).map(([cell = '']) => [cell, cell]);
    expect(suggestColumns(columns, rows)[1]).toMatchObject({ field: null, contactField: null });
  });
});

it('a display name is that of the company or of the person, as the other columns say', () => {
  expect(mappingOf(['Display Name', 'Company', 'Email'])).toMatchObject({
    client: { name: { 'first-of': ['Company', 'Display Name', 'Email'] } },
    group: 'Company',
  });
  expect(mappingOf(['Display Name', 'Email'])?.client.name).toEqual({ 'first-of': ['Display Name', 'Email'] });
  expect(mappingOf(['First name', 'Display Name', 'Email'])?.contacts[0]).not.toHaveProperty('last_name');
});

describe('a known name whose values look like something else', () => {
  it.each<readonly [string, (n: number) => string]>([
    ['Email', (n) => `+49 30 123456${n}`],
    ['Company', (n) => `person${n}@example.org`],
    ['Phone', (n) => `person${n}@example.org`],
    ['Phone', (n) => `Hofladen ${n} GmbH`],
    ['City', (n) => `2026-01-${10 + n}`],
    ['Website', (n) => `+49 30 123456${n}`],
    ['UID', (n) => `5880f9ce-fd33-495e-850e-9df673591c${10 + n}`],
    ['VAT', (n) => (n % 2 === 0 ? 'yes' : 'no')],
    ['Customer number', (n) => `2026-01-${10 + n}`],
    ['First name', (n) => `Hofladen ${n} GmbH`],
    ['PLZ', (n) => `shop${n}.example.com`],
  ])('%s is asked for', (header, value) => {
    const [found] = suggestColumns([header], filled(value));
    expect(found?.score).toBe(0.5);
    expect(found?.why).toMatch(/^its name is known, but 20 of 20 values /);
    expect(suggestColumns([header], [])[0]?.score).toBe(1);
  });

  it.each<readonly [string, (n: number) => string]>([
    ['Customer number', (n) => `person${n}@example.org`],
    ['Id', (n) => 'ABCDEFGHIJKLMNOPQRST'.charAt(n)],
    ['Id', (n) => String(n % 2)],
    ['Id', (n) => ['DE', 'FR', 'AT'][n % 3] ?? ''],
    ['Phone', (n) => `55501${10 + n}`],
    ['VAT', (n) => `1${133_546_770 + n}`],
    ['Name', (n) => `Group ${n}`],
    ['Postcode', () => 'none'],
  ])('%s is not, where the values are only unusual', (header, value) => {
    expect(suggestColumns([header], filled(value))[0]?.score).toBe(1);
  });
});

describe('names in languages that no list of ours was written for', () => {
  it.each([
    ['Polish', ['Miasto', 'Kod pocztowy', 'Kraj'], ['city', 'postal_code', 'country_code']],
    ['Czech', ['Město', 'PSČ', 'Země'], ['city', 'postal_code', 'country_code']],
    ['Finnish', ['Kaupunki', 'Postinumero', 'Maa'], ['city', 'postal_code', 'country_code']],
    ['Turkish', ['Şehir', 'Posta Kodu', 'Ülke'], ['city', 'postal_code', 'country_code']],
    ['Greek', ['Πόλη', 'Ταχ. Κώδικας', 'Χώρα'], ['city', 'postal_code', 'country_code']],
    ['Japanese', ['市区町村', '郵便番号', '国'], ['city', 'postal_code', 'country_code']],
  ])('%s', (_, columns, fields) => {
    expect(Object.values(sure(columns))).toEqual(fields);
  });
});

describe('the mapping from sure columns', () => {
  it('takes a person apart and uses the company as the name', () => {
    const spec = mappingOf(['Company', 'Contact', 'Email', 'Phone', 'City']);
    expect(spec?.client.name).toEqual({ 'first-of': ['Company', 'Contact', 'Email'] });
    expect(spec?.contacts).toEqual([
      {
        email: 'Email',
        first_name: { 'first-name': 'Contact' },
        last_name: { 'last-name': 'Contact' },
        phone: 'Phone',
      },
    ]);
    expect(spec?.group).toBe('Company');
  });

  it('groups by the company only where there is no id', () => {
    expect(mappingOf(['Customer ID', 'Company', 'First name'])?.group).toBeUndefined();
  });

  it('uses the person as the client where there is no company', () => {
    expect(mappingOf(['First name', 'Last name', 'Email'])?.client.name).toEqual({
      'first-of': [{ join: ['First name', 'Last name'] }, 'Email'],
    });
  });

  it('makes a last name of `Nom` beside `Prénom`, and a name of it alone', () => {
    expect(mappingOf(['Prénom', 'Nom', 'Email'])?.contacts[0]).toMatchObject({
      first_name: 'Prénom',
      last_name: 'Nom',
    });
    expect(mappingOf(['Nom', 'Email'])?.client.name).toEqual({ 'first-of': ['Nom', 'Email'] });
  });

  it('makes a first name of `Nome` beside `Cognome`, unless it holds companies or whole names', () => {
    expect(mappingOf(['Ragione sociale', 'Nome', 'Cognome'])).toMatchObject({
      client: { name: { 'first-of': ['Ragione sociale', { join: ['Nome', 'Cognome'] }] } },
      contacts: [{ first_name: 'Nome', last_name: 'Cognome' }],
    });
    expect(mappingOf(['Nombre', 'Apellidos'], [['Ana', 'López']])?.contacts).toEqual([
      { first_name: 'Nombre', last_name: 'Apellidos' },
    ]);
    expect(mappingOf(['Name', 'Surname', 'Email'])?.contacts[0]).toMatchObject({ first_name: 'Name' });
    for (const name of ['Acme GmbH', 'Ana López'])
      expect(mappingOf(['Name', 'Surname'], [[name, 'López']])).toMatchObject({
        client: { name: { 'first-of': ['Name', { join: ['Surname'] }] } },
      });
    expect(mappingOf(['Name', 'Contact last name'])?.contacts[0]).not.toHaveProperty('first_name');
    expect(mappingOf(['Name', 'Vorname', 'Nachname'])?.contacts[0]).toMatchObject({ first_name: 'Vorname' });
  });

  it('makes no last name of `name` beside the first names of a list of people', () => {
    const mapping = mappingOf(['id', 'name', 'email', 'contacts.1.first_name', 'contacts.1.email']);
    expect(mapping?.client.name).toEqual({ 'first-of': ['name', 'email'] });
    expect(mapping?.contacts).toEqual([{ email: 'email' }]);
  });

  it('takes a column whose cells hold several addresses each', () => {
    expect(sure(['Name', 'Emails'], [['A', 'a@x.de; b@x.de']])).toMatchObject({ Emails: 'contact.email' });
    expect(sure(['Name', 'Emails'], [['A', 'a@x.de; b']])).not.toHaveProperty('Emails');
  });

  it('is nothing without a name, a key or an address', () => {
    expect(mappingOf(['City', 'Country'])).toBeNull();
    expect(mappingOf(['City', 'Country', 'Email'])).not.toBeNull();
  });
});

describe('a column with files', () => {
  it.each<readonly [string, readonly string[]]>([
    ['Documents', ['contract.pdf']],
    ['Attachment', ['', 'https://files.example.com/a/b.docx']],
    ['Anhänge', ['a.pdf; b.png', 'c, d.jpg|e.pdf', 'x.pdf\ny.pdf']],
    ['Pièces jointes', ['contrats\\acme.pdf', 'à venir']],
    ['Contract', ['a.pdf']],
  ])('%s with %j is a question, never sure', (header, cells) => {
    const [found] = suggestColumns(
      [header],
      cells.map((cell) => [cell]),
    );
    expect(found).toMatchObject({ field: 'documents', score: 0.8 });
    expect(mappingFromSuggestions([found!])).toBeNull();
  });

  it.each<readonly [string, readonly string[]]>([
    ['Documents', []],
    ['Documents', ['3']],
    ['Document', ['2026-17', 'INV.2026']],
    ['File', ['archive', 'a.pdf', 'cabinet 7']],
    ['Remarks', ['see a.pdf']],
    ['Name of document', ['a.pdf']],
  ])('%s with %j is none', (header, cells) => {
    const [found] = suggestColumns(
      [header],
      cells.map((cell) => [cell]),
    );
    expect(found?.field).not.toBe('documents');
  });
});
