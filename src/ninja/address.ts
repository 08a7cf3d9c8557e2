/** The address of a target, as people paste it, brought to one form: origin and path, no trailing slash, no `/api/v1`. */

import { SyncError } from '../errors.js';

export interface Address {
  /** What people see and what plans are bound to, e.g. `https://ninja.example/billing`. */
  readonly url: string;
  readonly origin: string;
  /** Path before `/api/v1`, `''` or `/billing`. */
  readonly basePath: string;
}

/**
 * @throws SyncError `config-invalid` when it is no http(s) address or carries a user name
 */
export function parseAddress(text: string): Address {
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    throw refuse(`"${text.trim()}" is not an address`);
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw refuse(`"${url.protocol}//${url.host}" is neither http nor https`);
  }
  if (url.username !== '' || url.password !== '') {
    throw refuse(`the address of ${url.host} holds a user name or password`);
  }
  const basePath = url.pathname.replace(/\/+$/, '').replace(/\/api\/v1(\/.*)?$/, '');
  return { url: `${url.origin}${basePath}`, origin: url.origin, basePath };
}

function refuse(what: string): SyncError {
  return new SyncError('config-invalid', `The target's address cannot be used: ${what}.`, {
    hint: 'Set NINJA_URL to the address of the server, such as https://invoicing.co.',
  });
}
