/**
 * `notify.yaml`, as people write it. One schema checks it, gives the defaults, and makes the JSON Schema for editors
 * (`node dist/notify/schema.js` prints it; `npm run schema` renews it). Invariant: it says where a secret is, never what it is.
 */

import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { parseDuration } from '../job/duration.js';
import type { SchemaNode } from '../job/json-schema.js';
import { channelNamesSchema, eventsSchema } from '../job/notify-keys.js';
import type { SecretPlace } from '../secret.js';

const secretSchema = z
  .strictObject({
    env: z
      .string()
      .regex(/^[A-Za-z_]\w*$/, 'the name of an environment variable')
      .optional()
      .describe('variable of the environment (or the same name with _FILE: a file with the value)'),
    file: z.string().min(1).optional().describe('file with the value; relative to the folder of this file'),
  })
  // That it is one of the two is looked at with what else the schema cannot say.
  .transform(({ env, file = '' }): SecretPlace => (env === undefined ? { file } : { env }));

const email = z.email('an e-mail address, such as ops@example.com');
const addressSchema = z.union([z.string().min(1), secretSchema]);

const channelSchema = z.strictObject({
  slack: z
    .strictObject({
      url: addressSchema.describe('incoming webhook of Slack, Mattermost, or Discord with /slack at its end'),
      internal: z.boolean().default(false).describe('in the own network: http and private addresses are allowed'),
    })
    .optional(),
  webhook: z
    .strictObject({
      'url': addressSchema.describe('a message is posted there as JSON'),
      'sign-with': secretSchema
        .optional()
        .describe('secret by which the receiver knows who sent it (Standard Webhooks)'),
      'internal': z.boolean().default(false).describe('in the own network: http and private addresses are allowed'),
    })
    .optional(),
  email: z
    .strictObject({
      to: z.union([email, z.array(email).min(1)]),
      from: email,
      smtp: secretSchema
        .prefault({ env: 'SMTP_URL' })
        .describe('where the address of the mail server is: `smtps://USER:PASSWORD@HOST`'),
    })
    .optional(),
});

export const notifyFileSchema = z.strictObject({
  channels: z.record(z.string(), channelSchema).describe('name → the way by which somebody is told'),
  to: channelNamesSchema.optional().describe('channels of jobs that name none; by default all'),
  on: eventsSchema.optional().describe('what is told; by default what somebody has to act on'),
  repeat: z
    .string()
    .refine((text) => parseDuration(text) !== null, 'a duration such as 30m or 1h')
    .transform((text) => parseDuration(text) ?? 0)
    .prefault('1h')
    .describe('two messages of the same event of a job are at least so far apart'),
  link: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('address where one can act, for messages'),
});

export type ChannelSettings = z.output<typeof channelSchema>;

/** `notify.yaml`, JSON Schema draft 2020-12. */
export const NOTIFY_JSON_SCHEMA = {
  title: 'ninja-sync notifications',
  ...z.toJSONSchema(notifyFileSchema, { target: 'draft-2020-12', io: 'input' }),
} as unknown as SchemaNode;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(`${JSON.stringify(NOTIFY_JSON_SCHEMA, null, 2)}\n`);
}
