/**
 * Secrets that a file of the user or the configuration names: looked up whenever they are used, and kept nowhere, so that
 * somebody may put another value in their place meanwhile.
 *
 * Invariant: a value that is named and cannot be read is a problem with a name and a path, never "not set"; and no problem
 * holds the value.
 */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { SyncError } from './errors.js';

/** Where a secret is: `NAME` of the environment or the file that `NAME_FILE` names; or a file. */
export type SecretPlace = { readonly env: string } | { readonly file: string };

/** What stands in the environment under a name, as it is. */
export type Variables = (name: string) => string | undefined;

/** `problem` is half a sentence; `isUnset`: nobody named a value, which may be just as well. */
export type FoundSecret =
  | { readonly value: string }
  | { readonly problem: string; readonly hint: string; readonly isUnset: boolean };

/**
 * The value without blanks around it.
 *
 * @param folder that the path of a file is relative to
 */
export function findSecret(place: SecretPlace, variables: Variables, folder = '.'): FoundSecret {
  if ('file' in place) return readSecretFile(path.resolve(folder, place.file));
  const value = variables(place.env)?.trim() ?? '';
  if (value !== '') return { value };
  const fileName = `${place.env}_FILE`;
  const file = variables(fileName)?.trim() ?? '';
  if (file !== '') return readSecretFile(file, `${fileName}: `);
  const hint = `Set ${place.env}, or ${fileName} to a file that holds it, where this command or the worker is started.`;
  return { problem: `${place.env} is not set, nor is ${fileName}`, hint, isUnset: true };
}

/**
 * As `findSecret`.
 *
 * @throws what `refuse` makes of a problem
 */
export function readSecret(
  place: SecretPlace,
  variables: Variables,
  folder: string,
  refuse: (problem: string, hint: string) => SyncError,
): string {
  const found = findSecret(place, variables, folder);
  if ('value' in found) return found.value;
  throw refuse(found.problem, found.hint);
}

function readSecretFile(file: string, named = ''): FoundSecret {
  const hint = 'Put the value there, readable for the user of this command or of the worker.';
  try {
    const value = readFileSync(file, 'utf8').trim();
    if (value !== '') return { value };
    return { problem: `${named}${file} is empty`, hint, isUnset: false };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    return { problem: `${named}cannot read ${file} (${code})`, hint, isUnset: false };
  }
}

/** For people: where the secret is, never the secret. */
export function describeSecret(place: SecretPlace): string {
  return 'env' in place ? `variable ${place.env}` : `file ${place.file}`;
}
