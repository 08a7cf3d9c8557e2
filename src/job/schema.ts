/**
 * A job file, as people write it. One schema checks it, gives the defaults, and makes the JSON Schema for editors.
 */

import { z } from 'zod';
import { expressionSchema } from '../mapping/expression.js';
import { CLIENT_FIELD_NAMES, MATCH_KEYS } from '../mapping/fields.js';
import type { ClientField } from '../mapping/fields.js';
import { clientColumnsSchema, contactColumnsSchema, lifecycleSchema } from '../mapping/spec.js';

const clientFieldSchema = z.enum(CLIENT_FIELD_NAMES as [ClientField, ...ClientField[]]);

const ratio = z.number().min(0).max(1);
const cap = (countMax: number, ratioMax: number) =>
  z
    .strictObject({
      count: z.int().min(0).default(countMax).describe('stop when more than this many'),
      ratio: ratio.default(ratioMax).describe('or more than this share'),
    })
    .prefault({});

const targetSchema = z
  .strictObject({
    'url': z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('base URL of the Invoice Ninja server; NINJA_URL and --url win'),
    'requests-per-minute': z
      .int()
      .min(1)
      .optional()
      .describe("keep below this many requests a minute; by default the server's own limit is learnt from its answers"),
    'concurrency': z.int().min(1).max(16).default(4).describe('requests under way at once'),
  })
  .prefault({});

const sourceSchema = z.strictObject({
  'files': z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .optional()
    .describe(
      'a file, a glob (`exports/*.csv`), or a list of files that belong together; FILE on the command line wins',
    ),
  'layout': z.string().default('auto').describe('`auto`, the name of a known layout, or `none`'),
  'encoding': z.enum(['utf-8', 'utf-16le', 'utf-16be', 'windows-1252']).optional(),
  'delimiter': z.enum([',', ';', '\t', '|']).optional(),
  'header-line': z.int().min(1).optional(),
});

const policySchema = z
  .strictObject({
    create: z.boolean().default(true),
    update: z.boolean().default(true),
    restore: z
      .boolean()
      .default(false)
      .describe('bring back a client that is archived or deleted when the file holds it'),
    missing: z
      .enum(['keep', 'archive', 'delete'])
      .default('keep')
      .describe('what happens to a client of this job that the file no longer holds'),
    contacts: z
      .enum(['merge', 'mirror'])
      .default('merge')
      .describe('`merge` never removes a contact; `mirror` removes those that the file no longer holds'),
  })
  .prefault({});

const blankSchema = z
  .strictObject({
    'default': z.enum(['keep', 'clear']).default('keep'),
    'fields': z.partialRecord(clientFieldSchema, z.enum(['keep', 'clear'])).default({}),
    'clear-token': z.string().min(1).default('[clear]').describe('a cell with this text empties the field'),
  })
  .prefault({});

const guardsSchema = z
  .strictObject({
    archive: cap(50, 0.05).describe("archives, of the job's own clients"),
    delete: cap(50, 0.05).describe("deletes, of the job's own clients"),
    update: cap(1_000_000, 1).describe("updates, of the target's clients"),
    create: cap(1_000_000, 1).describe("creates, of the file's records"),
    rejects: cap(1_000_000, 1).describe("rejected rows, of the file's rows"),
  })
  .prefault({});

export const jobSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'lower-case letters, digits, dots, dashes and underscores, at most 63')
    .optional()
    .describe('by default the name of the file'),
  description: z.string().optional(),
  target: targetSchema,
  source: sourceSchema.prefault({}),
  columns: clientColumnsSchema.default({}).describe('field → column; adds to the layout and wins over it'),
  contacts: z.array(contactColumnsSchema).optional().describe("the contacts of a row; replaces the layout's"),
  group: expressionSchema.optional().describe('rows with an equal value become one client'),
  conflicts: z.enum(['reject', 'first']).optional().describe('rows of one client that disagree'),
  lifecycle: lifecycleSchema.optional(),
  ignore: z.array(clientFieldSchema).default([]).describe('fields that the layout fills and this job leaves alone'),
  match: z
    .array(z.enum(MATCH_KEYS))
    .min(1)
    .optional()
    .describe('how a record finds its client; by default `id_number`, then `email`'),
  policy: policySchema,
  blank: blankSchema,
  guards: guardsSchema,
  schedule: z.strictObject({ cron: z.string().min(1), timezone: z.string().default('UTC') }).optional(),
  drop: z
    .strictObject({
      folder: z.string().min(1),
      pattern: z.string().default('*.csv'),
      complete: z.enum(['rename', 'marker', 'settle']).default('settle'),
    })
    .optional(),
});

type JobSettings = z.output<typeof jobSchema>;

/** A job file that was read: its settings with the defaults filled in. */
export interface Job extends JobSettings {
  readonly name: string;
  /** Absolute path; relative paths in the job are relative to its folder's parent (the project). */
  readonly path: string;
}
