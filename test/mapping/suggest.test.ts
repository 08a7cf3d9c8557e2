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

describe('the mapping from sure columns', () => {
  it('takes a person apart and uses the company as the name', () => {
    const spec = mappingOf(['Company', 'Contact', 'Email', 'Phone', 'City']);
    expect(spec?.client.name).toEqual({ 'first-of': ['Company', 'Contact', 'Email'] });
    expect(spec?.contacts).toEqual([
      {
        email: 'Email',
        first_name: { split: 'Contact', by: ' ', part: 1 },
        last_name: { split: 'Contact', by: ' ', part: 2, rest: true },
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
