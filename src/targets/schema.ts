/**
 * `targets.yaml`, as people write it: every company of an agency in one place. One schema checks it, gives the defaults,
 * and makes the JSON Schema for editors (`node dist/targets/schema.js` prints it; `npm run schema` renews it). Invariant: it
 * says where a token is, never what it is.
 */

import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { SchemaNode } from '../job/json-schema.js';

const reference = z.union([
  z.strictObject({ env: z.string().describe('name of an environment variable; `{TARGET}` is the name in capitals') }),
  z.strictObject({
    file: z.string().min(1).describe('path, relative to the folder of this file; `{target}` is the name'),
  }),
]);

const settings = {
  'url': z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('base URL of the Invoice Ninja server'),
  'token': reference.optional().describe('where the API token is: it is read whenever it is used'),
  'secret': reference.optional().describe('where the API secret of the server is, when it has one'),
  'requests-per-minute': z.int().min(1).optional().describe('keep below this many requests a minute for a target'),
  'concurrency': z.int().min(1).max(16).optional().describe('requests under way at once; by default 4'),
  'headroom': z.number().min(0).max(0.9).optional().describe("share of the server's rate limit that is left to others"),
};

const targetSchema = z.strictObject({
  ...settings,
  labels: z.array(z.string().min(1)).optional().describe('for jobs that name targets by their labels'),
  description: z.string().optional(),
});

export const targetsSchema = z.strictObject({
  defaults: z.strictObject(settings).prefault({}).describe('for all targets that do not say otherwise'),
  targets: z
    .record(z.string(), z.union([targetSchema, z.null()]))
    .describe('name → target; the name goes into the names of jobs, into folders, and into the state'),
});

export type TargetSettings = z.output<typeof targetSchema>;
export type SecretSetting = z.output<typeof reference>;

/** `targets.yaml`, JSON Schema draft 2020-12. */
export const TARGETS_JSON_SCHEMA = {
  title: 'ninja-sync targets',
  ...z.toJSONSchema(targetsSchema, {
    target: 'draft-2020-12',
    io: 'input',
    override: ({ jsonSchema }) => {
      // zod writes the largest safe integer as a limit of whole numbers: noise to a reader.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  }),
} as unknown as SchemaNode;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(`${JSON.stringify(TARGETS_JSON_SCHEMA, null, 2)}\n`);
}
