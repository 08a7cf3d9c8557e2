/** Secrets that `source.from` names. Files are relative to the folder above the one of the job file. */

import path from 'node:path';
import { SyncError } from '../errors.js';
import type { Job } from '../job/schema.js';
import { readSecret } from '../secret.js';
import type { SecretPlace, Variables } from '../secret.js';

/** Where values that are named come from. */
export interface JobSecrets {
  readonly job: Pick<Job, 'name' | 'path'>;
  readonly variables: Variables;
}

/** @throws SyncError `config-invalid` when nobody set it, or it cannot be read */
export function readJobSecret({ job, variables }: JobSecrets, place: SecretPlace): string {
  const folder = path.dirname(path.dirname(job.path));
  return readSecret(
    place,
    variables,
    folder,
    (problem, hint) => new SyncError('config-invalid', `${job.name}: source.from: ${problem}.`, { hint }),
  );
}

/** The text with the values of its `${NAME}`s. @throws as `readJobSecret` does */
export function fillIn(secrets: JobSecrets, text: string): string {
  return text.replaceAll(/\$\{(\w+)\}/g, (_whole, env: string) => readJobSecret(secrets, { env }));
}
