/**
 * A job file, as people write it. One schema checks it, gives the defaults, and makes the JSON Schema for editors.
 */

import { z } from 'zod';
import { expressionSchema } from '../mapping/expression.js';
import { CLIENT_FIELD_NAMES, MATCH_KEYS } from '../mapping/fields.js';
import type { ClientField } from '../mapping/fields.js';
import { clientColumnsSchema, contactColumnsSchema, lifecycleSchema } from '../mapping/spec.js';
import { adviseName, findEncoding } from '../source/encoding-names.js';
import { expectSchema, notifySchema } from './notify-keys.js';
import { duration } from './scalars.js';
import { sourceFromSchema } from './source-address.js';
import { TARGET_NAME } from './target-name.js';

const DAY_MS = 24 * 60 * 60 * 1000;

const clientFieldSchema = z.enum(CLIENT_FIELD_NAMES as [ClientField, ...ClientField[]]);

const ratio = z.number().min(0).max(1);
const cap = (countMax: number, ratioMax: number) =>
  z
    .strictObject({
      count: z.int().min(0).default(countMax).describe('stop when more than this many'),
      ratio: ratio.default(ratioMax).describe('or more than this share'),
    })
    .prefault({});

const targetNameSchema = z
  .string()
  .regex(TARGET_NAME, 'the name of a target in targets.yaml: lower-case letters, digits, dots, dashes and underscores');

const targetSettingsSchema = z.strictObject({
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
  'headroom': ratio.max(0.9).default(0.1).describe('share of the rate limit that workers leave to others'),
});

interface TargetSettings extends z.output<typeof targetSettingsSchema> {
  /** In targets.yaml, which says the rest. */
  readonly name?: string;
}

const targetSchema = z
  .union([targetNameSchema, targetSettingsSchema])
  .prefault({})
  .transform((target): TargetSettings =>
    typeof target === 'string' ? { ...targetSettingsSchema.parse({}), name: target } : target,
  )
  .describe('the name of a target in targets.yaml, or one that stands here');

const targetsSchema = z
  .union([
    z.literal('all'),
    z.array(targetNameSchema).min(1),
    z.strictObject({ labels: z.array(z.string().min(1)).min(1).describe('targets that have all of them') }),
  ])
  .optional()
  .describe(
    'targets of targets.yaml: the file is a template, and a job for each of them, called JOB@TARGET; `{target}` in source.files, source.from, drop.folder, drop.pattern, drop.together and description is its name',
  );

const sourceSchema = z.strictObject({
  'files': z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .optional()
    .describe(
      'a file, a glob (`exports/*.csv`), or a list of files that belong together; FILE on the command line wins',
    ),
  'from': sourceFromSchema
    .optional()
    .describe('where the export is fetched: https://, s3:// or sftp://; a list of https addresses belongs together'),
  'layout': z.string().default('auto').describe('`auto`, the name of a known layout, or `none`'),
  'encoding': z
    .string()
    .refine((name) => findEncoding(name) !== undefined, {
      error: ({ input }) => `is no encoding that can be read. ${adviseName(String(input))}`,
    })
    .optional()
    .describe('instead of the detected one: any name that is in use, such as `utf-8`, `windows-1252` or `shift_jis`'),
  'delimiter': z.enum([',', ';', '\t', '|']).optional(),
  'header-line': z.int().min(1).optional(),
  'sheet': z
    .string()
    .min(1)
    .optional()
    .describe('of a workbook (.xlsx, .ods): its name; by default the first one with a table that is not hidden'),
});

/** `archive`, or how often in a row the client has to be absent before that happens. */
const missingSchema = z
  .union([
    z.enum(['keep', 'archive', 'delete']),
    z.strictObject({
      then: z.enum(['keep', 'archive', 'delete']),
      after: z.int().min(1).max(100).default(1).describe('exports in a row that lack the client'),
    }),
  ])
  .default('keep')
  .transform((missing) => (typeof missing === 'string' ? { then: missing, after: 1 } : missing))
  .describe('what happens to a client of this job that the file no longer holds');

const winnerSchema = z.enum(['source', 'target', 'reject']);

const policySchema = z
  .strictObject({
    create: z.boolean().default(true),
    update: z.boolean().default(true),
    restore: z
      .boolean()
      .default(false)
      .describe('bring back a client that is archived or deleted when the file holds it'),
    missing: missingSchema,
    contacts: z
      .enum(['merge', 'mirror'])
      .default('merge')
      .describe('`merge` never removes a contact; `mirror` removes those that the file no longer holds'),
    winner: z
      .strictObject({
        default: winnerSchema.default('source'),
        fields: z.partialRecord(clientFieldSchema, winnerSchema).default({}),
        contacts: winnerSchema.optional().describe('for all fields of contacts; else the default'),
      })
      .prefault({})
      .describe('who wins where somebody changed a value in Invoice Ninja since this job last pushed it'),
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
    update: cap(1_000_000, 0.5).describe("updates, of the target's clients"),
    create: cap(1_000_000, 0.5).describe("creates, of the file's records, when the target is not empty"),
    namesakes: ratio
      .default(0.2)
      .describe(
        'creates that are called like a client which is there and which no row names, as a share of the creates',
      ),
    rejects: cap(1_000_000, 0.05).describe("rejected rows, of the file's rows"),
    rows: ratio.default(0.2).describe('rows fewer than the median of the last runs, as a share of it'),
    fields: z
      .int()
      .min(0)
      .default(10)
      .describe('clients whose currency, country, VAT number or e-mail address of the primary contact changes'),
    failures: cap(1_000_000, 0.02).describe('failed changes while pushing, of all changes: the rest stays unsent'),
  })
  .prefault({});

const approvalSchema = z
  .union([
    z.enum(['none', 'required']),
    z.strictObject({
      required: z.boolean().default(true),
      expires: duration.prefault('24h').describe('a plan that waited longer is made again'),
    }),
  ])
  .default('none')
  .transform((approval) =>
    typeof approval === 'string' ? { required: approval === 'required', expires: DAY_MS } : approval,
  )
  .describe('`required`: a worker shows the plan and waits for `ninja-sync approve RUN`');

/** Hours of the day, which may pass midnight. */
const windowSchema = z
  .strictObject({
    hours: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/, 'hours such as 22:00-06:00'),
    timezone: z.string().default('UTC'),
  })
  .describe('a worker sends changes in these hours only');

const dropSchema = z.strictObject({
  folder: z.string().min(1).describe('exports that land here are taken; relative to the project'),
  pattern: z.string().default('*.csv'),
  complete: z
    .enum(['rename', 'marker', 'settle'])
    .default('settle')
    .describe(
      '`rename`: a file is whole when it has its name; `marker`: when NAME.done or NAME.ok is beside it; `settle`: when it stood still',
    ),
  settle: duration.prefault('5s').describe('how long a file has to stand still'),
  together: z
    .array(z.string().min(1))
    .min(2)
    .optional()
    .describe('patterns of files that belong together, such as companies and contacts: one of each makes a run'),
  wait: duration.prefault('10m').describe('how long a file waits for those that belong to it'),
  poll: duration.optional().describe('look again this often: for network shares, which do not tell of changes'),
});

const keepSchema = z
  .strictObject({
    runs: z.int().min(1).optional().describe('the newest so many of each target'),
    days: z.int().min(1).max(36_500).optional().describe('those of the last so many days'),
  })
  .describe(
    'runs whose plan, outcomes, rejects, report and files are kept; others are deleted, but for their line. By default all are kept',
  );

export const jobSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'lower-case letters, digits, dots, dashes and underscores, at most 63')
    .optional()
    .describe('by default the name of the file'),
  description: z.string().optional(),
  target: targetSchema,
  targets: targetsSchema,
  source: sourceSchema.prefault({}),
  columns: clientColumnsSchema.default({}).describe('field → column; adds to the layout and wins over it'),
  contacts: z.array(contactColumnsSchema).optional().describe("the contacts of a row; replaces the layout's"),
  documents: expressionSchema
    .optional()
    .describe(
      'column with documents for the client: paths beside the export or https addresses, several parted by ; or |',
    ),
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
  canary: z
    .union([
      z.boolean(),
      z.strictObject({
        ratio: ratio.default(0.01),
        min: z.int().min(1).default(5),
        max: z.int().min(1).default(50),
      }),
    ])
    .default(false)
    .transform((canary) => (canary === true ? { ratio: 0.01, min: 5, max: 50 } : canary === false ? null : canary))
    .describe('send so many of the changes first and read them back; the rest goes only when they are as meant'),
  approval: approvalSchema,
  window: windowSchema.optional(),
  share: ratio.min(0.01).default(1).describe("share of the target's rate limit that a run of this job may use"),
  schedule: z
    .strictObject({
      cron: z.string().min(1),
      timezone: z.string().default('UTC'),
      spread: duration
        .optional()
        .describe('runs begin up to so much later, each job always by the same time; by default 15m with `targets`'),
    })
    .optional(),
  drop: dropSchema.optional(),
  expect: expectSchema.optional(),
  notify: notifySchema.optional(),
  keep: keepSchema.optional(),
});

type JobSettings = z.output<typeof jobSchema>;

/** A job file that was read: its settings with the defaults filled in. */
export interface Job extends JobSettings {
  readonly name: string;
  /** Absolute path; relative paths in the job are relative to its folder's parent (the project). */
  readonly path: string;
}
