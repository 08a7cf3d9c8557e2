/** A target of `targets.yaml`, with the defaults of the file filled in. */

import { ENVIRONMENT } from '../config.js';
import { SyncError } from '../errors.js';
import { readSecret } from '../secret.js';
import type { SecretPlace } from '../secret.js';

export interface NamedTarget {
  readonly name: string;
  /** Base URL, in the form of `parseAddress`. */
  readonly url: string;
  /** A file is absolute. */
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
 * @throws SyncError `target-unset` when there is none, or it cannot be read
 */
export function readTargetToken({ name, token }: NamedTarget): string {
  return readPlace(name, 'token', token);
}

/** @throws SyncError `target-unset` when there should be one, and is none */
export function readTargetSecret({ name, secret }: NamedTarget): string | undefined {
  return secret === null ? undefined : readPlace(name, 'API secret', secret);
}

function readPlace(target: string, what: string, place: SecretPlace): string {
  const hint = 'Make a token in Invoice Ninja (Settings, Account Management, API Tokens) and put it there.';
  return readSecret(
    place,
    ENVIRONMENT,
    '',
    (problem) => new SyncError('target-unset', `${target}: no ${what}: ${problem}.`, { hint }),
  );
}
