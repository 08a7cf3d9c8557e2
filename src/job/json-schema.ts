/**
 * The JSON Schema of job files, for editors and for the words in error messages. It is made from the zod schema, so the
 * two cannot differ. `node dist/job/json-schema.js` prints it; `npm run schema` renews jobs/job.schema.json.
 */

import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { expressionSchema } from '../mapping/expression.js';
import { jobSchema } from './schema.js';

/** The part of JSON Schema that is used here. */
export interface SchemaNode {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, SchemaNode>>;
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: boolean | SchemaNode;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly required?: readonly string[];
  readonly enum?: readonly string[];
}

// The name of the recursive part; without it zod counts its definitions.
z.globalRegistry.add(expressionSchema, { id: 'expression' });

/** Job files as people write them (defaults may be left out), JSON Schema draft 2020-12. */
export const JOB_JSON_SCHEMA = {
  title: 'ninja-sync job',
  ...z.toJSONSchema(jobSchema, {
    target: 'draft-2020-12',
    io: 'input',
    override: ({ jsonSchema }) => {
      nameProperties(jsonSchema);
      // zod writes the largest safe integer as a limit of whole numbers: noise to a reader.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  }),
} as unknown as SchemaNode;

/** A record with a closed set of keys becomes an object with these properties: editors complete only those. */
function nameProperties(node: z.core.JSONSchema.BaseSchema): void {
  const names = typeof node.propertyNames === 'object' ? node.propertyNames.enum : undefined;
  const value = node.additionalProperties;
  if (names === undefined || value === undefined) return;
  node.properties = Object.fromEntries(names.map((name) => [String(name), value]));
  node.additionalProperties = false;
  delete node.propertyNames;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(`${JSON.stringify(JOB_JSON_SCHEMA, null, 2)}\n`);
}
