/** What a column shows as a whole. */

import { describe, expect, it } from 'vitest';
import { ColumnWatch } from '../../src/mapping/column-watch.js';
import { compileTable } from '../support/mapping.js';

function watch(ids: readonly string[], phones: readonly string[] = []): ReturnType<ColumnWatch['findings']> {
  const column = new ColumnWatch('Id', [{ name: 'Tel', position: 0 }]);
  for (const [nth, id] of ids.entries()) column.note({ file: 0, line: nth + 2 }, id, []);
  for (const [nth, phone] of phones.entries()) column.note({ file: 0, line: nth + 2 }, undefined, [phone]);
  return column.findings();
}

describe('long ids', () => {
  it('that all end in zeros behind the fifteenth digit are rounded', () => {
    const rounded = ['487687600000011000', '487687600000012000', '487687600000013000'];
    expect(watch(rounded).rounded).toEqual({ column: 'Id', count: 3, example: '487687600000011000', line: 2 });
    expect(watch(rounded.toReversed()).rounded).toMatchObject({ count: 3 });
  });

  it('are sound when one of them does not, when there are few of them, and when they are short', () => {
    expect(watch(['487687600000011000', '487687600000012000', '487687600000013001']).rounded).toBeNull();
    expect(watch(['487687600000011000', '487687600000012000']).rounded).toBeNull();
    expect(watch(['1000000000000000', '2000000000000000', '3000000000000000']).rounded).toBeNull();
    expect(watch(['100000000000000', '200000000000000', '300000000000000']).rounded).toBeNull();
  });
});

describe('a number of five digits', () => {
  const PHONES = ['030/1234', '+49 30 1234', '089 12 34 56', '0761/9000910', '0049 30 12'];

  it('among phone numbers may be the serial number of a date', () => {
    const { warnings } = watch([], [...PHONES, '45123']);
    expect(warnings).toMatchObject([{ code: 'date-in-cell', column: 'Tel', value: '45123', row: { line: 7 } }]);
  });

  it('is told at its own column, and measured by that column alone', () => {
    const columns = ['Company', 'Phone', 'Mobile', 'Fax'];
    const spec = {
      client: { name: 'Company', phone: 'Phone' },
      contacts: [{ phone: { 'first-of': ['Mobile', 'Fax'] } }],
    } as const;
    const table = compileTable(columns, { spec });
    for (const [nth, phone] of PHONES.entries()) table.map(nth + 2, [`C${nth}`, '45123', phone, '']);
    table.map(7, ['C7', '45124', '45125', '']);
    table.map(8, ['C8', '45126', '', '45127']);
    expect(table.findings().warnings).toMatchObject([{ column: 'Mobile', value: '45125', row: { line: 7 } }]);
  });

  it('is none where others look like it', () => {
    expect(watch([], ['45123', '45124', '45125', '45126', '45127', '030/1234']).warnings).toEqual([]);
    expect(watch([], ['030/1234', '45123']).warnings).toEqual([]);
  });

  it('among ids with a hyphen is one as well, and not among others', () => {
    expect(watch(['1-2', '3-4', '5-6', '7-8', '9-1', '45123']).warnings).toHaveLength(1);
    expect(watch(['C12', 'C13', 'C14', 'C15', 'C16', '45123']).warnings).toEqual([]);
  });
});
