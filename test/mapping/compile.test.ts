import { describe, expect, it } from 'vitest';
import { assembleRecord } from '../../src/mapping/assemble.js';
import type { MappedRow } from '../../src/mapping/fragment.js';
import { mapOne, mapTable } from '../support/mapping.js';
import type { MappingWish } from '../support/mapping.js';

const CLIENT: MappingWish['spec'] = {
  client: { id_number: 'Id', name: 'Name', city: 'City', country_code: 'Country', is_tax_exempt: 'Exempt' },
  contacts: [{ first_name: 'First', email: 'Mail', phone: 'Tel' }],
};
const codesOf = (row: MappedRow): readonly string[] => row.rejects.map((reject) => reject.code);
const warningsOf = (row: MappedRow): readonly string[] => row.warnings.map((warning) => warning.code);

describe('a blank cell', () => {
  const columns = ['Id', 'Name', 'City', 'Country', 'First', 'Mail'];
  const cells = ['1', 'Acme', ' ', '', '', 'a@b.de'];

  it('is left alone by default', () => {
    const { fragment } = mapOne(columns, cells, { spec: CLIENT });
    expect(fragment?.client).toEqual({ id_number: '1', name: 'Acme' });
    expect(fragment?.contacts).toEqual([{ email: 'a@b.de' }]);
  });

  it('clears where the job says so, except what the server would fill with a value of its own', () => {
    const { fragment } = mapOne(columns, cells, { spec: CLIENT, blank: { default: 'clear' } });
    expect(fragment?.client).toEqual({ id_number: '1', name: 'Acme', city: '' });
    expect(fragment?.contacts).toEqual([{ first_name: '', email: 'a@b.de' }]);
  });

  it('clears one field alone', () => {
    const blank = { fields: { city: 'clear' } } as const;
    expect(mapOne(columns, ['1', 'Acme', '', '', '', ''], { spec: CLIENT, blank }).fragment?.client['city']).toBe('');
    expect(mapOne(columns, ['', 'Acme', '', '', '', ''], { spec: CLIENT, blank }).fragment?.client).toEqual({
      name: 'Acme',
      city: '',
    });
  });

  it('does not clear a field that the file has no column for', () => {
    const { fragment } = mapOne(['Id', 'Name'], ['1', 'Acme'], { spec: CLIENT, blank: { default: 'clear' } });
    expect(fragment?.client).toEqual({ id_number: '1', name: 'Acme' });
  });
});

describe('the clear token', () => {
  it.each(['[clear]', ' [clear]', '[clear]\t'])('%j empties the field', (cell) => {
    const { fragment, warnings } = mapOne(['Id', 'City', 'Mail', 'Tel'], ['1', cell, 'a@b.de', cell], { spec: CLIENT });
    expect(fragment?.client).toEqual({ id_number: '1', city: '' });
    expect(fragment?.contacts).toEqual([{ email: 'a@b.de', phone: '' }]);
    expect(warnings).toEqual([]);
  });

  it('inside other text is text', () => {
    expect(mapOne(['Id', 'City'], ['1', 'a [clear] sky'], { spec: CLIENT }).fragment?.client.city).toBe(
      'a [clear] sky',
    );
  });

  it('is told where the field cannot be empty', () => {
    const row = mapOne(['Id', 'Name', 'Country', 'Mail'], ['1', 'Acme', '[clear]', '[clear]'], { spec: CLIENT });
    expect(row.fragment?.client).toEqual({ id_number: '1', name: 'Acme' });
    expect(row.fragment?.contacts).toEqual([]);
    expect(row.rejects).toEqual([]);
    expect(row.warnings.map(({ code, column, value }) => [code, column, value])).toEqual([
      ['not-clearable', 'Country', '[clear]'],
      ['not-clearable', 'Mail', '[clear]'],
    ]);
  });

  it('can be another text', () => {
    const wish = { spec: CLIENT, blank: { clearToken: 'NIL' } };
    expect(mapOne(['Id', 'City'], ['1', 'NIL'], wish).fragment?.client.city).toBe('');
    expect(mapOne(['Id', 'City'], ['1', '[clear]'], wish).fragment?.client.city).toBe('[clear]');
  });
});

describe('a row that is left out', () => {
  const spec: MappingWish['spec'] = {
    ...CLIENT,
    skip: [
      { column: 'Deleted', values: ['1', 'True'], code: 'deleted-in-source' },
      { column: 'Type', values: ['Vendor'], code: 'not-a-customer' },
      { column: 'Not there', values: ['x'], code: 'not-a-customer' },
    ],
  };
  const columns = ['Id', 'Name', 'Deleted', 'Type'];

  it.each([
    ['of blanks', ['', ' ', '\t', ''], 'blank-row'],
    ['that repeats the header', ['Id ', 'Name', 'Deleted', 'Type'], 'repeated-header'],
    ['that the source deleted', ['1', 'Acme', ' true ', ''], 'deleted-in-source'],
    ['of somebody who is no customer', ['1', 'Acme', '0', 'VENDOR'], 'not-a-customer'],
  ])('%s is a skip and nothing else', (_, cells, code) => {
    const row = mapOne(columns, cells, { spec });
    expect(row.skip?.code).toBe(code);
    expect(row.skip?.row).toEqual({ file: 0, line: 2 });
    expect([row.fragment, row.rejects, row.warnings]).toEqual([null, [], []]);
  });

  it('stands beside rows that stay', () => {
    const rows = mapTable([columns, ['1', 'Name', '0', 'Customer'], ['Id', 'Name', 'Deleted', '']], { spec });
    expect(rows.map((row) => row.skip)).toEqual([null, null]);
  });
});

describe("the life cycle's column", () => {
  const spec: MappingWish['spec'] = {
    ...CLIENT,
    lifecycle: { from: 'State', active: ['Active', 'Aktiv'], inactive: ['Geschlossen'], deleted: ['Gelöscht'] },
  };

  it.each([
    ['active', 'active'],
    [' AKTIV ', 'active'],
    ['geschlossen', 'inactive'],
    ['GELOSCHT', 'deleted'],
    ['', null],
    ['  ', null],
  ])('%j means %s', (cell, lifecycle) => {
    expect(mapOne(['Id', 'State'], ['1', cell], { spec }).fragment?.lifecycle).toBe(lifecycle);
  });

  it('rejects a word that nobody explained', () => {
    const row = mapOne(['Id', 'State'], ['1', 'dormant'], { spec });
    expect(row.rejects[0]).toMatchObject({ code: 'unknown-lifecycle', column: 'State', value: 'dormant' });
    expect(row.fragment?.rejected).toBe(true);
    expect(row.fragment?.client.id_number).toBe('1');
  });

  it('says nothing when the file has no such column', () => {
    expect(mapOne(['Id'], ['1'], { spec }).fragment?.lifecycle).toBeNull();
  });
});

describe('rows of one client', () => {
  const keysOf = (table: readonly (readonly string[])[], spec: MappingWish['spec'] = CLIENT): readonly unknown[] =>
    mapTable(table, { spec }).map((row) => row.fragment?.key);

  it('have the same id, in any case', () => {
    const [one, other, third] = keysOf([
      ['Id', 'Name'],
      ['c-1', 'Acme'],
      ['C-1 ', 'Acme'],
      ['C-2', 'Acme'],
    ]);
    expect(one).toBe(other);
    expect(one).not.toBe(third);
  });

  it('have the same group before the id, and the id where the group is blank', () => {
    const [one, other, third] = keysOf(
      [
        ['Id', 'Name', 'Group'],
        ['1', 'Acme', 'G'],
        ['2', 'Acme', 'g'],
        ['1', 'Acme', ''],
      ],
      { ...CLIENT, group: 'Group' },
    );
    expect(one).toBe(other);
    expect(third).not.toBe(one);
  });

  it('without an id are one client only when they say exactly the same', () => {
    const [one, other, third] = keysOf([
      ['Name', 'City'],
      ['Acme', 'Ulm'],
      ['Acme', 'Ulm'],
      ['Acme', 'Bonn'],
    ]);
    expect(one).toBe(other);
    expect(one).not.toBe(third);
  });
});

describe('a row of a person', () => {
  const wish: MappingWish = {
    role: 'contacts',
    links: ['Company Id', 'Company'],
    person: { id_number: { 'add-prefix': 'contact-', 'from': 'Id' }, name: { join: ['First', 'Last'] } },
    spec: {
      client: { name: 'Company' },
      contacts: [{ first_name: 'First', last_name: 'Last', email: 'Mail' }],
    },
  };
  const columns = ['Id', 'First', 'Last', 'Mail', 'Company Id', 'Company'];

  it('points to its company by every name that it has', () => {
    const { fragment } = mapOne(columns, ['7', 'Ada', 'Byron', 'a@b.de', ' 55 ', 'ACME'], wish);
    expect(fragment?.links).toEqual(['55', 'acme']);
    expect(fragment?.key).toBe('l0:55');
    expect(fragment?.client).toEqual({ name: 'ACME' });
  });

  it('of several companies belongs to the first, and that is said', () => {
    const listed = { ...wish, links: [{ split: 'Company Id', by: ';', part: 1 }, 'Company'] };
    const { fragment, warnings } = mapOne(columns, ['7', 'Ada', 'Byron', 'a@b.de', '55; 56', 'ACME'], listed);
    expect(fragment?.links).toEqual(['55', 'acme']);
    expect(warnings).toMatchObject([{ code: 'several-companies', column: 'Company Id', value: '55; 56' }]);
    expect(mapOne(columns, ['7', 'Ada', 'Byron', 'a@b.de', '55;', 'ACME'], listed).warnings).toEqual([]);
  });

  it('keeps the place of a name that the header lacks', () => {
    const { fragment } = mapOne(['Id', 'First', 'Company'], ['7', 'Ada', 'Acme'], wish);
    expect(fragment?.links).toEqual(['', 'acme']);
    expect(fragment?.key).toBe('l1:acme');
  });

  it('without a company is a client', () => {
    const { fragment } = mapOne(columns, ['7', 'Ada', 'Byron', 'a@b.de', '', ' '], wish);
    expect(fragment).toMatchObject({
      links: null,
      key: 'i:contact-7',
      client: { id_number: 'contact-7', name: 'Ada Byron' },
      contacts: [{ first_name: 'Ada', last_name: 'Byron', email: 'a@b.de' }],
    });
  });

  it('without a name and an address is fine with a company and a reject without', () => {
    expect(mapOne(columns, ['7', '', '', '', '55', ''], wish).rejects).toEqual([]);
    expect(codesOf(mapOne(columns, ['7', '', '', '', '', ''], { ...wish, person: { name: 'First' } }))).toEqual([
      'no-identity',
    ]);
  });
});

describe('what a cell cannot be', () => {
  it('rejects the row with every reason, and keeps what names its client', () => {
    const row = mapOne(
      ['Id', 'Name', 'Country', 'Mail', 'Exempt'],
      ['C-1', 'Acme', 'Atlantis', 'no address', 'perhaps'],
      { spec: CLIENT },
    );
    expect(row.rejects.map(({ code, column, value }) => [code, column, value])).toEqual([
      ['unknown-country', 'Country', 'Atlantis'],
      ['invalid-boolean', 'Exempt', 'perhaps'],
      ['invalid-email', 'Mail', 'no address'],
    ]);
    expect(row.fragment).toMatchObject({ rejected: true, client: { id_number: 'C-1', name: 'Acme' } });
  });

  it('rejects a key that a spreadsheet has damaged', () => {
    expect(codesOf(mapOne(['Id', 'Name'], ['4.87688E+10', 'Acme'], { spec: CLIENT }))).toEqual(['damaged-key']);
  });

  it('warns and goes on where only the description suffers', () => {
    const spec = { client: { id_number: 'Id', name: 'Name', industry_id: 'Branch', city: 'City' }, contacts: [] };
    const row = mapOne(['Id', 'Name', 'Branch', 'City'], ['12.0', 'A<b>c</b>me', 'Alchemy', 'x'.repeat(200)], { spec });
    expect(warningsOf(row).toSorted()).toEqual([
      'html-removed',
      'number-guard-removed',
      'text-cut',
      'unknown-industry',
    ]);
    expect(row.rejects).toEqual([]);
    expect(row.fragment?.client).toEqual({ id_number: '12', name: 'Acme', city: 'x'.repeat(191) });
  });

  it('needs a name or an address, or a key in a file that has no names', () => {
    expect(codesOf(mapOne(['Id', 'Name', 'City'], ['1', '', 'Ulm'], { spec: CLIENT }))).toEqual(['no-identity']);
    expect(codesOf(mapOne(['Id', 'City'], ['1', 'Ulm'], { spec: CLIENT }))).toEqual([]);
    expect(codesOf(mapOne(['City'], ['Ulm'], { spec: CLIENT }))).toEqual(['no-identity']);
    expect(codesOf(mapOne(['Id', 'Name', 'Mail'], ['1', '', 'a@b.de'], { spec: CLIENT }))).toEqual([]);
  });
});

describe('contacts of a row', () => {
  const spec: MappingWish['spec'] = {
    client: { id_number: 'Id' },
    contacts: [
      { first_name: 'First', email: 'Mail', phone: 'Tel' },
      { first_name: 'First 2', email: 'Mail 2' },
      { email: 'Not there' },
    ],
  };
  const columns = ['Id', 'First', 'Mail', 'Tel', 'First 2', 'Mail 2'];
  const contactsOf = (...cells: readonly string[]): unknown =>
    mapOne(columns, ['1', ...cells], { spec }).fragment?.contacts;

  it('are as many as are filled', () => {
    expect(contactsOf('Ada', 'a@b.de', '', 'Bob', 'b@b.de')).toEqual([
      { first_name: 'Ada', email: 'a@b.de' },
      { first_name: 'Bob', email: 'b@b.de' },
    ]);
    expect(contactsOf('', '', '', 'Bob', '')).toEqual([{ first_name: 'Bob' }]);
    expect(contactsOf('', '', '5', '', '')).toEqual([{ phone: '5' }]);
    expect(contactsOf('', ' ', '', '', '')).toEqual([]);
    expect(contactsOf('[clear]', '', '[clear]', '', '')).toEqual([]);
  });

  it('are several for a cell with several addresses: the first one has the name', () => {
    expect(contactsOf('Ada', 'a@b.de; <x@b.de>, A@B.de', '5', '', '')).toEqual([
      { first_name: 'Ada', email: 'a@b.de', phone: '5' },
      { email: 'x@b.de' },
    ]);
  });

  it('make the whole row a reject when one of several addresses is wrong', () => {
    const row = mapOne(columns, ['1', 'Ada', 'a@b.de; nonsense', '', '', ''], { spec });
    expect(codesOf(row)).toEqual(['invalid-email']);
  });
});

describe('the apostrophe guard', () => {
  const columns = ['Id', 'Name', 'Tel'];
  const cells = ["'0042", "'s Graven", "'+49 30"];
  const spec: MappingWish['spec'] = { client: { id_number: 'Id', name: 'Name', phone: 'Tel' }, contacts: [] };

  it('is taken off where the product writes one', () => {
    const { fragment } = mapOne(columns, cells, { spec: { ...spec, apostropheGuard: true } });
    expect(fragment?.client).toMatchObject({ id_number: '0042', phone: '+49 30' });
  });

  it('is left in texts where it does not, and taken off numbers, where it means nothing else', () => {
    expect(mapOne(columns, cells, { spec }).fragment?.client).toEqual({
      id_number: '0042',
      name: "'s Graven",
      phone: '+49 30',
    });
  });
});

describe('fields that the job ignores', () => {
  it('are neither read nor checked', () => {
    const row = mapOne(['Id', 'Name', 'Country'], ['1', 'Acme', 'Atlantis'], {
      spec: CLIENT,
      ignore: ['country_code'],
    });
    expect(row.rejects).toEqual([]);
    expect(row.fragment?.client).toEqual({ id_number: '1', name: 'Acme' });
  });
});

describe('companies and their people in one table', () => {
  const spec = {
    client: { id_number: 'Id', name: 'Name', city: 'City' },
    contacts: [{ email: 'Mail' }],
    group: 'Name',
    parent: { name: 'Company', client: { name: 'Company' }, contacts: [{ last_name: 'Name', email: 'Mail' }] },
  };
  const table = [
    ['Id', 'Name', 'City', 'Mail', 'Company'],
    ['1', 'Acme', 'Ulm', 'info@example.org', ''],
    ['2', 'Berg', 'Bonn', 'berg@example.org', 'ACME'],
  ];

  it('are one client, of which the person says nothing but its name', () => {
    const [company, person] = mapTable(table, { spec }).map((row) => row.fragment);
    expect(person?.key).toBe(company?.key);
    expect(company).toMatchObject({
      client: { id_number: '1', name: 'Acme', city: 'Ulm' },
      contacts: [{ email: 'info@example.org' }],
    });
    expect(person).toMatchObject({
      client: { name: 'ACME' },
      contacts: [{ last_name: 'Berg', email: 'berg@example.org' }],
    });
    expect(Object.keys(person?.client ?? {})).toEqual(['name']);
  });

  it('are called as the company is, however its people spell it, and by them when it is not there', () => {
    const fragments = mapTable(table, { spec }).flatMap((row) => (row.fragment === null ? [] : [row.fragment]));
    const { record, rejects } = assembleRecord(fragments, 'reject');
    expect(rejects).toEqual([]);
    expect(record?.client).toEqual({ id_number: '1', name: 'Acme', city: 'Ulm' });
    expect(record?.contacts).toHaveLength(2);
    expect(assembleRecord(fragments.slice(1), 'reject').record?.client).toEqual({ name: 'ACME' });
  });
});

describe('rows that a pattern leaves out', () => {
  const spec = {
    client: { name: 'Name' },
    skip: [
      { column: 'Number', pattern: '^[7-9]\\d{4}$', code: 'not-a-customer' as const },
      {
        column: 'Supplier no.',
        from: {
          'first-of': [
            { 'add-prefix': 'c', 'from': 'Number' },
            { 'add-prefix': 's', 'from': 'Supplier no.' },
          ],
        },
        pattern: '^s',
        code: 'not-a-customer' as const,
      },
    ],
  };

  it.each([
    ['69999', '', null],
    ['70000', '', 'Number is "70000".'],
    ['7000', '', null],
    ['', '70001', 'Supplier no. is "70001".'],
    ['10000', '70001', null],
  ])('number %s and supplier %s: %s', (number, supplier, reason) => {
    const row = mapOne(['Name', 'Number', 'Supplier no.'], ['Acme', number, supplier], { spec });
    expect(row.skip?.reason ?? null).toBe(reason);
  });
});
