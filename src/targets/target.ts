/** A target of `targets.yaml`, with the defaults of the file filled in. */

import { readFile } from 'node:fs/promises';
import { readNamedSecret } from '../config.js';
import { SyncError } from '../errors.js';

/** Where a secret is. `file` is absolute. */
export type SecretPlace = { readonly env: string } | { readonly file: string };

export interface NamedTarget {
  readonly name: string;
  /** Base URL, in the form of `parseAddress`. */
  readonly url: string;
  readonly token: SecretPlace;
  readonly secret: SecretPlace | null;
  /** `null`: only what the server says. */
  readonly requestsPerMinute: number | null;
  readonly concurrency: number;
  readonly headroom: number;
  readonly labels: readonly string[];
}

/**
 * The token as it is now: somebody may have put another one in its place.
 *
 * @throws SyncError `target-unset` when there is none
 */
export async function readTargetToken({ name, token }: NamedTarget): Promise<string> {
  return await readPlace(name, 'token', token);
}

/** @throws SyncError `target-unset` when there should be one, and is none */
export async function readTargetSecret({ name, secret }: NamedTarget): Promise<string | undefined> {
  return secret === null ? undefined : await readPlace(name, 'API secret', secret);
}

async function readPlace(target: string, what: string, place: SecretPlace): Promise<string> {
  if ('env' in place) {
    const value = readNamedSecret(place.env);
    if (value !== undefined) return value;
    throw unset(`${target}: no ${what}: the environment variable ${place.env} is not set.`);
  }
  let text: string;
  try {
    text = (await readFile(place.file, 'utf8')).trim();
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw unset(`${target}: no ${what}: cannot read ${place.file} (${reason}).`);
  }
  if (text === '') throw unset(`${target}: no ${what}: ${place.file} is empty.`);
  return text;
}

function unset(message: string): SyncError {
  return new SyncError('target-unset', message, {
    hint: 'Make a token in Invoice Ninja (Settings, Account Management, API Tokens) and put it there.',
  });
}

/** For people: where the token is, never the token. */
export function describePlace(place: SecretPlace): string {
  return 'env' in place ? `variable ${place.env}` : `file ${place.file}`;
}
