/** A value followed from its cell: every step is told, and the end is what the mapping takes. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileMapping } from '../../src/mapping/compile.js';
import type { MappingInput } from '../../src/mapping/compile.js';
import { namedColumns } from '../../src/mapping/evaluate.js';
import type { Expression } from '../../src/mapping/expression.js';
import { readHeader } from '../../src/mapping/header.js';
import type { Layout } from '../../src/mapping/layout.js';
import { LAYOUTS } from '../../src/mapping/layouts/index.js';
import { compileTrace } from '../../src/mapping/trace.js';
import type { FieldTrace, RowTrace } from '../../src/mapping/trace.js';
import { PROPERTY_SEED } from '../support/property.js';

const ROWS_EACH = 25;

function inputOf(columns: readonly string[], changes: Partial<MappingInput> = {}): MappingInput {
  return {
    spec: { client: {}, contacts: [] },
    role: 'clients',
    keys: [],
    links: [],
    person: {},
    header: readHeader(columns),
    file: 0,
    blank: { default: 'keep', fields: {}, clearToken: '[clear]' },
    ignore: [],
    ...changes,
  };
}

function columnsOf({ mapping, keys = [], links = [], person = {} }: Layout): readonly string[] {
  const parent = mapping.parent === undefined ? [] : [mapping.parent.client, ...mapping.parent.contacts];
  const expressions: (Expression | undefined)[] = [
    ...[mapping.client, person, ...mapping.contacts, ...parent].flatMap((fields) => Object.values(fields)),
    mapping.group,
    mapping.parent?.name,
    mapping.lifecycle?.from,
    ...keys,
    ...links,
  ];
  const names = expressions.flatMap((expression) => (expression === undefined ? [] : namedColumns(expression)));
  // `Phone#2` is the second `Phone` of a header, and there is a first one then.
  return [...new Set(names)].flatMap((name) => name.replace(/#\d+$/, ''));
}

const CELLS: readonly string[] = [
  'Acme GmbH',
  '1067',
  'D-80331',
  'DE',
  ' Ada  Lovelace ',
  'Lovelace, Ada',
  "'0042",
  '="007"',
  "'+49 30 1",
  '4930123456.0',
  '1234.0',
  'ada@x.de',
  'Ada <ada@x.de>',
  'mailto:ada@x.de',
  'a@x.de; b@x.de ::: c@x.de',
  'none@none.com',
  'no address',
  'Deutschland',
  'Germany (DE)',
  'US',
  'Atlantis',
  'EUR',
  '€',
  '$',
  'de_DE',
  'Net 30',
  '30',
  'true',
  'Nein',

  'n/a',
  '-',
  'NULL',
  '[clear]',
  ' [clear] ',
  'line 1\r\nline 2',
  'a<br>b',
  '<b>Bold</b>',
  'x\u200by\u00a0',
  '50',

  'Individual',
  'Business',
  '0015000000abcDE',
  'Parent:Child',
  '1E+18',
  'https://x.example',
  'x'.repeat(300),
];

const cell = fc.oneof(
  { weight: 3, arbitrary: fc.constant('') },
  {
    weight: 6,
    arbitrary: fc.constantFrom(...CELLS),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme' }) },
);

function valuesOf(fields: readonly FieldTrace<string>[]): Readonly<Record<string, string>> {
  return Object.fromEntries(fields.flatMap(({ field, value }) => (value === undefined ? [] : [[field, value]])));
}

/** Without a remark the steps lead from the cell to the value. */
function expectChain({ cells, steps, value, rejects, warnings }: FieldTrace<string>): void {
  if (rejects.length + warnings.length > 0) return;
  expect(steps.at(-1)?.value ?? cells.at(-1)?.raw ?? '').toBe(value ?? '');
}

function expectSame(input: MappingInput, cells: readonly string[]): RowTrace | null {
  const { fragment } = compileMapping(input).map(2, cells);
  if (fragment === null) return null;
  const trace = compileTrace(input)(2, cells);
  expect(valuesOf(trace.client)).toEqual(fragment.client);
  expect(trace.contacts.flatMap(({ contacts }) => contacts)).toEqual(fragment.contacts);
  for (const field of [...trace.client, ...trace.contacts.flatMap(({ fields }) => fields)]) expectChain(field);
  return trace;
}

describe('what is traced is what the mapping takes', () => {
  it.each(LAYOUTS.map((layout) => [layout.name, layout] as const))('in %s', (_, layout) => {
    const columns = columnsOf(layout);
    const { role, mapping: spec, keys = [], links = [], person = {} } = layout;
    let traced = 0;
    fc.assert(
      fc.property(
        fc.array(cell, { minLength: columns.length, maxLength: columns.length }),
        fc.constantFrom('keep' as const, 'clear' as const),
        (cells, blank) => {
          const rule = { default: blank, fields: {}, clearToken: '[clear]' };
          const input = inputOf(columns, { role, spec, keys, links, person, blank: rule });
          if (expectSame(input, cells) !== null) traced += 1;
        },
      ),
      { numRuns: ROWS_EACH, seed: PROPERTY_SEED },
    );
    expect(traced).toBeGreaterThan(0);
  });
});

describe('the steps', () => {
  const columns = ['Company', 'Name', 'First', 'Last', 'Id', 'Country', 'Mail', 'Type', 'Empty'];
  const cells = [' ', ' Acme ', 'Ada', 'Lovelace', "'0042", 'Deutschland', 'Ada <ada@x.de>; b@x.de', 'Firma', ''];
  const stepsOf = (expression: Expression, field = 'name') => {
    const spec = { client: { [field]: expression }, contacts: [], apostropheGuard: true } as const;
    const trace = expectSame(inputOf(columns, { spec }), cells);
    const { steps = [], value } = trace?.client[0] ?? {};
    return [...steps.map((step) => `${step.what} → ${step.value}`), value];
  };

  it.each<[string, Expression, string, readonly (string | undefined)[]]>([
    [
      'say which column was taken',
      { 'first-of': ['Company', 'Name'] },
      'name',
      ['first-of: "Company" is blank, "Name" is taken →  Acme ', 'trimmed → Acme', 'Acme'],
    ],
    [
      'say what was joined',
      { join: ['First', 'Empty', 'Last'] },
      'name',
      ['join with " ": "First", "Last" → Ada Lovelace', 'Ada Lovelace'],
    ],
    ['say what was cut', { split: 'Mail', by: ';', part: 2 }, 'name', ['split by ";": part 2 → b@x.de', 'b@x.de']],
    [
      'say that a guard was taken off',
      'Id',
      'id_number',
      ['the apostrophe that the product writes in front is taken off → 0042', '0042'],
    ],
    ['say that a code was found', 'Country', 'country_code', ['country name → code → DE', 'DE']],
    [
      'say that a value was translated',
      { map: 'Type', values: { firma: 'company' } },
      'classification',
      ['map: another value for it → company', 'company'],
    ],
    ['say nothing of a blank', 'Empty', 'city', [undefined]],
  ])('%s', (_, expression, field, expected) => {
    expect(stepsOf(expression, field)).toEqual(expected);
  });

  it('tell of each address in a cell', () => {
    const trace = expectSame(inputOf(columns, { spec: { client: {}, contacts: [{ email: 'Mail' }] } }), cells);
    const [contact] = trace?.contacts ?? [];
    expect(contact?.contacts).toEqual([{ email: 'ada@x.de' }, { email: 'b@x.de' }]);
    expect(contact?.fields[0]?.steps.map(({ what }) => what)).toEqual([
      'the address is taken out of the cell',
      'the cell holds 2 addresses: each other one is a contact of its own',
    ]);
  });

  it('tell of the country that settled a postal code', () => {
    const spec = { client: { postal_code: 'Zip', country_code: 'Country' }, contacts: [] } as const;
    const trace = expectSame(inputOf(['Zip', 'Country'], { spec }), ['1067', 'DE']);
    const postal = trace?.client.find(({ field }) => field === 'postal_code');
    expect(postal?.value).toBe('01067');
    expect(postal?.steps.at(-1)).toEqual({ what: 'as its country writes it', value: '01067' });
  });

  it('keep the cell as it stands in the file, and the reason why it was refused', () => {
    const spec = { client: { country_code: 'Country' }, contacts: [] } as const;
    const [field] = compileTrace(inputOf(['Country'], { spec }))(2, ['Atlantis']).client;
    expect(field).toMatchObject({ cells: [{ column: 'Country', raw: 'Atlantis' }], steps: [], value: undefined });
    expect(field?.rejects[0]?.code).toBe('unknown-country');
  });
});
