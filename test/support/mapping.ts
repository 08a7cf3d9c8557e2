/** A mapping over a small table, as a file would give it. */

import { compileMapping } from '../../src/mapping/compile.js';
import type { BlankRule, CompiledMapping, MappingInput } from '../../src/mapping/compile.js';
import type { Fragment, MappedRow } from '../../src/mapping/fragment.js';
import { readHeader } from '../../src/mapping/header.js';
import type { MappingSpec } from '../../src/mapping/spec.js';

const KEEP_BLANKS: BlankRule = { default: 'keep', fields: {}, clearToken: '[clear]' };

export interface MappingWish extends Partial<Omit<MappingInput, 'spec' | 'header' | 'blank'>> {
  readonly spec?: Partial<MappingSpec>;
  readonly blank?: Partial<BlankRule>;
}

export function compileTable(columns: readonly string[], wish: MappingWish = {}): CompiledMapping {
  const { spec, blank, ...rest } = wish;
  return compileMapping({
    role: 'clients',
    keys: [],
    links: [],
    person: {},
    file: 0,
    ignore: [],
    ...rest,
    spec: { client: {}, contacts: [], ...spec },
    header: readHeader(columns),
    blank: { ...KEEP_BLANKS, ...blank },
  });
}

/** Maps a table: its first row is the header, the rows stand in lines 2, 3 … */
export function mapTable(table: readonly (readonly string[])[], wish: MappingWish = {}): readonly MappedRow[] {
  const [columns = [], ...rows] = table;
  const mapping = compileTable(columns, wish);
  return rows.map((cells, index) => mapping.map(index + 2, cells));
}

/** The only row of a table with one. */
export function mapOne(columns: readonly string[], cells: readonly string[], wish: MappingWish = {}): MappedRow {
  const [row] = mapTable([columns, cells], wish);
  if (row === undefined) throw new Error('the table has a row');
  return row;
}

let line = 1;

/** A usable row of client `C-1`, in the next line. */
export function aFragment(values: Partial<Fragment> = {}): Fragment {
  line += 1;
  return {
    row: { file: 0, line },
    key: 'i:c-1',
    names: [],
    links: null,
    client: { id_number: 'C-1' },
    contacts: [],
    lifecycle: null,
    rejected: false,
    ...values,
  };
}
