/** The documents that the cells of a row name, and those of the rows of a client. */

import { describe, expect, it } from 'vitest';
import { assembleRecord } from '../../src/mapping/assemble.js';
import type { Fragment } from '../../src/mapping/fragment.js';
import { aFragment, mapOne } from '../support/mapping.js';
import type { MappingWish } from '../support/mapping.js';

const COLUMNS = ['Company', 'Files', 'Scan'];
const WISH: MappingWish = { spec: { client: { name: 'Company' }, documents: 'Files' } };

function referencesOf(cell: string, wish: MappingWish = WISH): readonly string[] | undefined {
  const { fragment } = mapOne(COLUMNS, ['Acme', cell, 'scan.png'], wish);
  return fragment?.documents?.map((document) => document.reference);
}

describe('a cell names documents', () => {
  it.each<readonly [string, readonly string[] | undefined]>([
    ['a.pdf', ['a.pdf']],
    [' a.pdf ; docs/b, c.pdf|a.pdf\n', ['a.pdf', 'docs/b, c.pdf']],
    ['a.pdf\r\nhttps://example.com/b.pdf?v=1,2', ['a.pdf', 'https://example.com/b.pdf?v=1,2']],
    ['', undefined],
    [' ; |\n', undefined],
  ])('%j names %j', (cell, references) => {
    expect(referencesOf(cell)).toEqual(references);
  });

  it('with row and column, and says nothing of the row without any', () => {
    const { fragment } = mapOne(COLUMNS, ['Acme', 'a.pdf', ''], { ...WISH, file: 1 });
    expect(fragment?.documents).toEqual([{ row: { file: 1, line: 2 }, column: 'Files', reference: 'a.pdf' }]);
    expect(mapOne(COLUMNS, ['Acme', '', ''], WISH).fragment).not.toHaveProperty('documents');
    expect(
      mapOne(COLUMNS, ['Acme', 'a.pdf', ''], { spec: { client: { name: 'Company' } } }).fragment,
    ).not.toHaveProperty('documents');
  });

  it('by any expression', () => {
    const joined = { ...WISH, spec: { ...WISH.spec, documents: { join: ['Files', 'Scan'], with: ';' } } };
    expect(referencesOf('a.pdf', joined)).toEqual(['a.pdf', 'scan.png']);
    const prefixed = { ...WISH, spec: { ...WISH.spec, documents: { 'add-prefix': 'docs/', 'from': 'Files' } } };
    expect(referencesOf('a.pdf', prefixed)).toEqual(['docs/a.pdf']);
  });

  it('in a column that another file of the run has', () => {
    const elsewhere = { ...WISH, spec: { ...WISH.spec, documents: 'Contracts' } };
    expect(referencesOf('a.pdf', elsewhere)).toBeUndefined();
  });

  it('twenty at most', () => {
    const cell = (count: number): string => Array.from({ length: count }, (_, nth) => `${nth}.pdf`).join(';');
    expect(referencesOf(cell(20))).toHaveLength(20);
    const { fragment, warnings } = mapOne(COLUMNS, ['Acme', cell(21), ''], WISH);
    expect(fragment).not.toHaveProperty('documents');
    expect(warnings).toMatchObject([
      { column: 'Files', code: 'document-unusable', hint: expect.stringMatching(/21 documents.*up to 20/) },
    ]);
  });

  it('and never takes one away', () => {
    const { fragment, warnings } = mapOne(COLUMNS, ['Acme', '[clear]', ''], WISH);
    expect(fragment).not.toHaveProperty('documents');
    expect(warnings).toMatchObject([{ column: 'Files', code: 'not-clearable', value: '[clear]' }]);
  });

  it('also where the row of a contact does', () => {
    const { fragment } = mapOne(['Company', 'Mail', 'Files'], ['Acme', 'jane@acme.example', 'cv.pdf'], {
      role: 'contacts',
      links: ['Company'],
      spec: { contacts: [{ email: 'Mail' }], documents: 'Files' },
    });
    expect(fragment).toMatchObject({ links: ['acme'], documents: [{ reference: 'cv.pdf' }] });
  });

  it('which do not tell two rows apart that are the same otherwise', () => {
    const keys = ['a.pdf', 'b.pdf'].map((cell) => mapOne(COLUMNS, ['Acme', cell, ''], WISH).fragment?.key);
    expect(new Set(keys).size).toBe(1);
  });
});

describe('the documents of a client', () => {
  const named = (line: number, references: readonly string[], more: Partial<Fragment> = {}): Fragment => {
    const row = more.row ?? { file: 0, line };
    return aFragment({
      row,
      documents: references.map((reference) => ({ row, column: 'Files', reference })),
      ...more,
    });
  };
  const documentsOf = (...fragments: readonly Fragment[]): readonly string[] | undefined =>
    assembleRecord(fragments, 'reject').record?.documents?.map(({ row, reference }) => `${row.line} ${reference}`);

  it('are those of all its rows, each once, in their order', () => {
    const rows = [named(2, ['b.pdf', 'a.pdf']), aFragment(), named(4, ['a.pdf', 'c.pdf'])];
    expect(documentsOf(...rows)).toEqual(['2 b.pdf', '2 a.pdf', '4 c.pdf']);
  });

  it('are also those of its contacts in another file, which may lie in another folder', () => {
    const contact = { client: {}, contacts: [{ email: 'jane@acme.example' }], links: ['acme'] };
    const rows = [named(2, ['a.pdf']), named(9, ['a.pdf', 'cv.pdf'], { ...contact, row: { file: 1, line: 9 } })];
    expect(documentsOf(...rows)).toEqual(['2 a.pdf', '9 a.pdf', '9 cv.pdf']);
  });

  it('are not those of a rejected row', () => {
    expect(documentsOf(named(2, ['a.pdf']), named(3, ['b.pdf'], { rejected: true }))).toEqual(['2 a.pdf']);
  });

  it('are no part of a record without any', () => {
    expect(assembleRecord([aFragment()], 'reject').record).not.toHaveProperty('documents');
  });
});
