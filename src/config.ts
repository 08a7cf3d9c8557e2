/**
 * Configuration of the process: the only file that reads the environment. Order: flag, environment, job file, default.
 * All problems are reported together.
 */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { SyncError } from './errors.js';

const optionalText = z
  .string()
  .trim()
  .transform((value) => (value === '' ? undefined : value))
  .optional();

const environmentSchema = z.object({
  NINJA_URL: optionalText,
  NINJA_TOKEN: optionalText,
  NINJA_TOKEN_FILE: optionalText,
  NINJA_SECRET: optionalText,
  NINJA_SECRET_FILE: optionalText,
  STATE_URL: optionalText,
  DATA_DIR: optionalText,
  JOBS_DIR: optionalText,
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).optional(),
  NO_COLOR: optionalText,
});

export interface Config {
  readonly url: string | undefined;
  readonly token: string | undefined;
  readonly secret: string | undefined;
  /** Folder of the state store, spill files and reports, absolute. */
  readonly dataDir: string;
  readonly jobsDir: string;
  readonly stateUrl: string | undefined;
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly color: boolean;
}

export interface ConfigFlags {
  readonly url?: string | undefined;
  readonly token?: string | undefined;
}

/**
 * Reads flags and environment into one checked value.
 *
 * @throws SyncError `config-invalid` with every problem in the message
 */
export function loadConfig(flags: ConfigFlags = {}, environment: NodeJS.ProcessEnv = process.env): Config {
  const parsed = environmentSchema.safeParse(environment);
  const problems: string[] = [];
  if (!parsed.success) {
    for (const issue of parsed.error.issues) problems.push(`${issue.path.join('.')}: ${issue.message}`);
  }
  const values = parsed.success ? parsed.data : environmentSchema.partial().parse({});
  const secretOf = (name: 'NINJA_TOKEN' | 'NINJA_SECRET'): string | undefined => {
    const file = values[`${name}_FILE`];
    if (values[name] !== undefined) return values[name];
    if (file === undefined) return undefined;
    try {
      return readFileSync(file, 'utf8').trim() || undefined;
    } catch {
      problems.push(`${name}_FILE: cannot read ${file}`);
      return undefined;
    }
  };
  const config: Config = {
    url: flags.url ?? values.NINJA_URL,
    token: flags.token ?? secretOf('NINJA_TOKEN'),
    secret: secretOf('NINJA_SECRET'),
    dataDir: path.resolve(values.DATA_DIR ?? '.ninja-sync'),
    jobsDir: path.resolve(values.JOBS_DIR ?? 'jobs'),
    stateUrl: values.STATE_URL,
    logLevel: values.LOG_LEVEL ?? 'warn',
    color: values.NO_COLOR === undefined,
  };
  if (problems.length > 0) {
    throw new SyncError('config-invalid', `The environment cannot be used:\n  ${problems.join('\n  ')}`);
  }
  return config;
}
