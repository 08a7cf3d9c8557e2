/** Secrets that a job file names: looked up when they are used, and kept nowhere. */

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Variables } from '../config.js';
import { SyncError } from '../errors.js';
import type { Job } from '../job/schema.js';
import type { SecretName } from '../job/source-address.js';

/** Where values that are named come from. */
export interface SecretPlaces {
  readonly job: Pick<Job, 'name' | 'path'>;
  readonly variable: Variables;
}

/** @throws SyncError `config-invalid` when nobody set it, or the file cannot be read */
export async function readSecret({ job, variable }: SecretPlaces, name: SecretName): Promise<string> {
  if ('env' in name) return readVariable({ job, variable }, name.env);
  const file = path.resolve(path.dirname(path.dirname(job.path)), name.file);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new SyncError('config-invalid', `${job.name}: cannot read ${file}, which source.from names (${code}).`);
  });
  if (text.trim() === '')
    throw new SyncError('config-invalid', `${job.name}: ${file}, which source.from names, is empty.`);
  return text.trim();
}

/** The text with the values of its `${NAME}`s. */
export function fillIn(places: SecretPlaces, text: string): string {
  return text.replaceAll(/\$\{(\w+)\}/g, (_whole, name: string) => readVariable(places, name));
}

function readVariable({ job, variable }: SecretPlaces, name: string): string {
  const value = variable(name);
  if (value !== undefined) return value;
  throw new SyncError('config-invalid', `${job.name}: ${name}, which source.from names, is not set.`, {
    hint: `Set ${name}, or ${name}_FILE to a file that holds it, where this command or the worker is started.`,
  });
}
