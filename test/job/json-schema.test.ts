import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { JOB_JSON_SCHEMA } from '../../src/job/json-schema.js';
import type { SchemaNode } from '../../src/job/json-schema.js';
import { jobSchema } from '../../src/job/schema.js';
import { CLIENT_FIELD_NAMES, CONTACT_FIELD_NAMES } from '../../src/mapping/fields.js';

function* walk(node: SchemaNode): Generator<SchemaNode> {
  yield node;
  const inner = [
    ...Object.values(node.properties ?? {}),
    ...Object.values(node.$defs ?? {}),
    ...(node.anyOf ?? []),
    ...(node.items === undefined ? [] : [node.items]),
  ];
  for (const child of inner) yield* walk(child);
}

describe('the JSON Schema of job files', () => {
  it('is up to date in jobs/job.schema.json', () => {
    const file: unknown = JSON.parse(readFileSync(new URL('../../jobs/job.schema.json', import.meta.url), 'utf8'));
    expect(file, 'jobs/job.schema.json is out of date: run "npm run schema"').toEqual(JOB_JSON_SCHEMA);
  });

  it('is draft 2020-12, with the keys of a job and no others', () => {
    expect(JOB_JSON_SCHEMA).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      additionalProperties: false,
    });
    expect(Object.keys(JOB_JSON_SCHEMA.properties ?? {})).toEqual(Object.keys(jobSchema.shape));
  });

  it('needs no key at the top: everything has a default or may be left out', () => {
    expect(JOB_JSON_SCHEMA.required ?? []).toEqual([]);
  });

  it('completes the fields of clients and of contacts', () => {
    expect(Object.keys(JOB_JSON_SCHEMA.properties?.['columns']?.properties ?? {})).toEqual(CLIENT_FIELD_NAMES);
    expect(Object.keys(JOB_JSON_SCHEMA.properties?.['contacts']?.items?.properties ?? {})).toEqual(CONTACT_FIELD_NAMES);
  });

  it('allows unknown keys nowhere but among the values of `map` and among headers', () => {
    const open = [...walk(JOB_JSON_SCHEMA)].filter(
      (node) => node.type === 'object' && node.additionalProperties !== false,
    );
    const headers = JOB_JSON_SCHEMA.properties?.['source']?.properties?.['from']?.anyOf?.[1]?.properties?.['headers'];
    const others = open.filter((node) => JSON.stringify(node) !== JSON.stringify(headers));
    expect(others.map((node) => node.additionalProperties)).toEqual([{ type: 'string' }]);
  });

  it('refers to nothing but the expressions, which refer to themselves', () => {
    const references = [...walk(JOB_JSON_SCHEMA)].flatMap((node) => node.$ref ?? []);
    expect(new Set(references)).toEqual(new Set(['#/$defs/expression']));
    expect(Object.keys(JOB_JSON_SCHEMA.$defs ?? {})).toEqual(['expression']);
    expect(JSON.stringify(JOB_JSON_SCHEMA.$defs)).toContain('"$ref":"#/$defs/expression"');
  });
});
