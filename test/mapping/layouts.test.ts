import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { namedColumns } from '../../src/mapping/evaluate.js';
import type { Expression } from '../../src/mapping/expression.js';
import { expressionSchema } from '../../src/mapping/expression.js';
import { readHeader } from '../../src/mapping/header.js';
import type { Layout } from '../../src/mapping/layout.js';
import { LAYOUTS } from '../../src/mapping/layouts/index.js';

const HEADERS = path.resolve(import.meta.dirname, '../../../shared/formats/headers.json');

function expressionsOf({ mapping, keys = [], links = [], person = {} }: Layout): readonly Expression[] {
  return [
    ...Object.values(mapping.client),
    ...mapping.contacts.flatMap((contact) => Object.values(contact)),
    ...(mapping.group === undefined ? [] : [mapping.group]),
    ...(mapping.lifecycle === undefined ? [] : [mapping.lifecycle.from]),
    ...keys,
    ...links,
    ...Object.values(person),
  ].filter((expression) => expression !== undefined);
}

describe.each(LAYOUTS.map((layout) => [layout.name, layout] as const))('layout %s', (_, layout) => {
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
    expect(fields.some((field) => ['id_number', 'number', 'email'].includes(field))).toBe(true);
  });

  it('has a key for each link, in the other file of its product', () => {
    if (layout.role !== 'contacts') return;
    const companies = LAYOUTS.find((other) => other.product === layout.product && other.role === 'clients');
    expect(companies?.keys?.length).toBeGreaterThanOrEqual(layout.links?.length ?? 0);
    expect(layout.links?.length).toBeGreaterThan(0);
    expect(Object.keys(layout.person ?? {})).toContain('name');
  });

  it.skipIf(!existsSync(HEADERS))('reads only columns that the product is known to have, most of them at least', () => {
    const blocks = (
      JSON.parse(readFileSync(HEADERS, 'utf8')) as { readonly product: string; readonly columns: readonly string[] }[]
    ).filter((block) => block.product.startsWith(layout.product));
    const header = readHeader(blocks.flatMap((block) => block.columns));
    const columns = [...new Set(expressionsOf(layout).flatMap(namedColumns))];
    const unknown = columns.filter((column) => header.find(column) === undefined);
    expect(unknown.length / columns.length, `not in any known header: ${unknown.join(', ')}`).toBeLessThan(0.5);
  });
});

it('names are unique', () => {
  expect(new Set(LAYOUTS.map((layout) => layout.name)).size).toBe(LAYOUTS.length);
});
