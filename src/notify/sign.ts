/** Signatures of webhooks, as Standard Webhooks has them (standardwebhooks.com, version 1). */

import { createHmac } from 'node:crypto';
import { SyncError } from '../errors.js';

/**
 * Headers that prove who sent a body and when: a receiver refuses what is too old, and what it had before (`webhook-id`).
 *
 * @param secret `whsec_` and base64, or any text
 * @param now milliseconds since 1970
 */
export function signBody(secret: string, id: string, now: number, body: string): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(now / 1000));
  const signature = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}

const PREFIX = 'whsec_';
/** A shorter one can be guessed. */
const KEY_BYTES_MIN = 16;

function keyOf(secret: string): Buffer {
  const key = secret.startsWith(PREFIX) ? Buffer.from(secret.slice(PREFIX.length), 'base64') : Buffer.from(secret);
  if (key.length >= KEY_BYTES_MIN) return key;
  throw new SyncError('notify-failed', `The secret of sign-with has less than ${KEY_BYTES_MIN} bytes.`, {
    hint: 'Make one: echo "whsec_$(openssl rand -base64 32)"',
  });
}
