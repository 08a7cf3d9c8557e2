import { describe, expect, it } from 'vitest';
import { namedColumns } from '../../src/mapping/evaluate.js';
import type { Expression } from '../../src/mapping/expression.js';
import { expressionSchema } from '../../src/mapping/expression.js';
import { readHeader } from '../../src/mapping/header.js';
import type { Layout } from '../../src/mapping/layout.js';
import { LAYOUTS } from '../../src/mapping/layouts/index.js';
import { PRODUCTS } from '../../src/mapping/layouts/data/index.js';
import { productSchema } from '../../src/mapping/layouts/schema.js';
import { BLOCKS, HINT_OF_BLOCK, LAYOUT_OF_BLOCK, hasBlocks } from './blocks.js';

/** Formats that are no table: their columns are named by our reader. */
const NOT_A_TABLE: ReadonlySet<string> = new Set(['vcard-cards', 'thunderbird-ldif']);
/** Companies that only their name tells apart: without their contacts, or a column of the job, a plan rejects them. */
const WITHOUT_KEY: ReadonlySet<string> = new Set(['salesforce-import-accounts', 'harvest-clients']);

function expressionsOf({ mapping, keys = [], links = [], person = {} }: Layout): readonly Expression[] {
  return [
    ...Object.values(mapping.client),
    ...mapping.contacts.flatMap((contact) => Object.values(contact)),
    ...(mapping.group === undefined ? [] : [mapping.group]),
    ...(mapping.lifecycle === undefined ? [] : [mapping.lifecycle.from]),
    ...(mapping.parent === undefined
      ? []
      : [
          mapping.parent.name,
          ...[mapping.parent.client, ...mapping.parent.contacts].flatMap((part) => Object.values(part)),
        ]),
    ...keys,
    ...links,
    ...Object.values(person),
  ].filter((expression) => expression !== undefined);
}

describe.each(LAYOUTS.map((layout) => [layout.name, layout] as const))('layout %s', (name, layout) => {
  it('says where its facts come from, and who it is', () => {
    expect(layout.source.length).toBeGreaterThan(10);
    expect(layout.title).not.toBe('');
    expect(layout.name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$/);
  });

  it('is written in expressions that a job could hold', () => {
    for (const expression of expressionsOf(layout)) expect(() => expressionSchema.parse(expression)).not.toThrow();
  });

  it('fills a name and something to match by', () => {
    const { client, contacts } = layout.mapping;
    const fields = [
      ...Object.keys(client),
      ...Object.keys(layout.person ?? {}),
      ...contacts.flatMap((contact) => Object.keys(contact)),
    ];
    expect(fields).toContain('name');
    const hasKey = fields.some((field) => ['id_number', 'number', 'email'].includes(field));
    expect(hasKey).toBe(!WITHOUT_KEY.has(name));
  });

  it('has a key for each link, in the other file of its product', () => {
    if (layout.role !== 'contacts') return;
    // Products without companies have none to point to.
    const companies = LAYOUTS.find((other) => other.product === layout.product && other.role === 'clients');
    if (companies !== undefined) expect(companies.keys?.length).toBe(layout.links?.length);
    expect(layout.links?.length).toBeGreaterThan(0);
    expect(Object.keys(layout.person ?? {})).toContain('name');
  });

  it.skipIf(!hasBlocks || NOT_A_TABLE.has(name))(
    'reads columns that its exports are known to have, most of them at least',
    () => {
      const known = { ...LAYOUT_OF_BLOCK, ...HINT_OF_BLOCK };
      const names = new Set(LAYOUTS.filter((other) => other.product === layout.product).map((other) => other.name));
      const header = readHeader(
        BLOCKS.filter((block) => names.has(known[block.id] ?? '')).flatMap((block) => block.columns),
      );
      const expressions = expressionsOf(layout).filter((expression) => namedColumns(expression).length > 0);
      const unknown = expressions.filter((expression) =>
        namedColumns(expression).every((column) => header.find(column) === undefined),
      );
      const shown = unknown.flatMap(namedColumns).join(', ');
      expect(unknown.length / expressions.length, `not in any known header: ${shown}`).toBeLessThanOrEqual(0.5);
    },
  );
});

it('names are unique', () => {
  expect(new Set(LAYOUTS.map((layout) => layout.name)).size).toBe(LAYOUTS.length);
});

describe('what a product file may hold', () => {
  const [product] = PRODUCTS;
  const [layout] = product?.layouts ?? [];

  it('is all of it, and nothing else', () => {
    for (const one of PRODUCTS) expect(() => productSchema.parse(one)).not.toThrow();
    expect(() => productSchema.parse({ ...product, colour: 'blue' })).toThrow(/colour/);
    expect(() =>
      productSchema.parse({
        ...product,
        layouts: [{ ...layout, mapping: { client: { nmae: 'Name' }, contacts: [] } }],
      }),
    ).toThrow(/nmae|Invalid/);
  });

  it('is no code: it could as well be JSON', () => {
    for (const one of PRODUCTS) expect(JSON.parse(JSON.stringify(one))).toEqual(one);
  });
});
