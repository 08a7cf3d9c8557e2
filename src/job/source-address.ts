/** `source.from`: where an export is fetched. Secrets are names of variables or files, never their values. */

import { z } from 'zod';
import { duration, size } from './scalars.js';

/** A value that stands elsewhere. */
const secretSchema = z.union([
  z.strictObject({
    env: z
      .string()
      .regex(/^[A-Za-z_]\w*$/, 'the name of a variable, such as CRM_TOKEN')
      .describe('variable of the environment (or the same name with _FILE: a file with the value)'),
  }),
  z.strictObject({ file: z.string().min(1).describe('file with the value; relative to the project') }),
]);

const placeSchema = z.strictObject({
  'url': z
    .string()
    .min(1)
    .describe('`https://…`, `s3://BUCKET/FOLDER` or `sftp://USER@HOST:PORT/FOLDER`; `${NAME}` is a variable'),
  'headers': z
    .record(z.string(), z.union([z.string(), secretSchema]))
    .default({})
    .describe('of the request (https): a text, in which `${NAME}` is a variable; `{ env: NAME }` or `{ file: PATH }`'),
  'max-size': size.prefault('1 GB').describe('a larger file is not taken'),
  'allow-private': z.boolean().default(false).describe('fetch from addresses of the own network, too (https)'),
  'pattern': z.string().min(1).default('*.csv').describe('names that count (s3, sftp)'),
  'together': z
    .array(z.string().min(1))
    .min(2)
    .optional()
    .describe('patterns of files that belong together, in a folder or in an archive: one of each makes a run'),
  'take': z
    .enum(['all', 'newest'])
    .default('all')
    .describe('each file is a run, oldest first; or only the newest (s3)'),
  'mark': z
    .enum(['state', 'move'])
    .default('state')
    .describe(
      'nothing is written to the bucket and the state knows what was used; or it moves to done/ or failed/ (s3)',
    ),
  'complete': z
    .enum(['rename', 'marker', 'settle'])
    .default('settle')
    .describe('how the end of a file is known (sftp); as in `drop`'),
  'settle': duration.prefault('5s').describe('how long a file has to stand still (sftp)'),
  'host-key': z
    .string()
    .regex(/^SHA256:[\w+/]{43}=?$/, 'the fingerprint of a host key, such as SHA256: and 43 letters')
    .optional()
    .describe('fingerprint of the server (sftp): another server is not talked to'),
  'key': secretSchema.optional().describe('private key of the user (sftp)'),
  'password': secretSchema.optional().describe('of the user (sftp)'),
});

/** An address alone, or with its settings; or several. */
export const sourceFromSchema = z.union([
  z.string().min(1),
  placeSchema,
  z.array(z.union([z.string().min(1), placeSchema])).min(1),
]);

/** One place with the defaults filled in. */
export type SourcePlace = z.output<typeof placeSchema>;

/** The places of a job, in their order; none when it names files, or nothing. */
export function placesOf(from: z.output<typeof sourceFromSchema> | undefined): readonly SourcePlace[] {
  if (from === undefined) return [];
  return [from].flat().map((place) => (typeof place === 'string' ? placeSchema.parse({ url: place }) : place));
}
