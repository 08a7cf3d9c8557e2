/**
 * One POST to a receiver. Invariants: every connection goes to an address that was checked when it was made; a redirect
 * is a failure; the address, which may be a secret, is in no error.
 */

import { isIP } from 'node:net';
import { Agent, request } from 'undici';
import { SyncError } from '../errors.js';
import { ADDRESS_REFUSED, guardLookup, isPublic } from '../source/public-address.js';

export interface Posting {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** In the own network: http and private addresses are allowed. */
  readonly internal: boolean;
  readonly timeoutMs?: number;
  /** Certificate authority, PEM, beside the usual ones. */
  readonly ca?: string | undefined;
}

/** Receivers answer first and work then. */
const TIMEOUT_MS = 10_000;

/**
 * @throws SyncError `notify-failed`; `details.isOver` when the receiver wants nothing any more (410), `details.waitMs`:
 *   how long it wants to be left alone
 */
export async function post(posting: Posting): Promise<void> {
  const { internal, timeoutMs = TIMEOUT_MS, ca } = posting;
  const url = checkAddress(posting);
  const agent = new Agent({
    connect: {
      timeout: timeoutMs,
      ...(internal ? {} : { lookup: guardLookup(isPublic) }),
      ...(ca === undefined ? {} : { ca }),
    },
  });
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'ninja-sync', ...posting.headers },
      body: posting.body,
      dispatcher: agent,
      signal,
    });
    answer.body.on('error', () => undefined).destroy();
    checkStatus(answer.statusCode, answer.headers['retry-after']);
  } catch (error) {
    if (error instanceof SyncError) throw error;
    throw failure(signal.aborted ? `no answer within ${timeoutMs / 1000} s` : explain(error));
  } finally {
    await agent.destroy();
  }
}

function checkAddress({ url: text, internal }: Posting): URL {
  if (!URL.canParse(text)) throw failure('what should be its address is none');
  const url = new URL(text);
  const isAllowed = url.protocol === 'https:' || (internal && url.protocol === 'http:');
  if (!isAllowed) throw failure(`${url.protocol}// is not used for messages: give an https address`);
  // A literal address is never looked up.
  const host = url.hostname.replaceAll(/^\[|\]$/g, '');
  if (!internal && isIP(host) !== 0 && !isPublic(host)) throw failure(NOT_PUBLIC);
  return url;
}

const NOT_PUBLIC = 'its address is one of the own network; if that is right, add `internal: true`';

function checkStatus(status: number, retryAfter: string | string[] | undefined): void {
  if (status >= 200 && status < 300) return;
  if (status === 410) throw failure('it answered 410: it wants no messages any more', { details: { isOver: true } });
  if (status >= 300 && status < 400) throw failure(`it redirects (${status}): give the final address`);
  const seconds = /^\d{1,6}$/.test(String(retryAfter)) ? Number(retryAfter) : 0;
  throw failure(`it answered ${status}`, { details: { waitMs: seconds * 1000 } });
}

function explain(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === ADDRESS_REFUSED) return NOT_PUBLIC;
  if (code === 'ENOTFOUND') return 'there is no such host';
  if (code === 'ECONNREFUSED') return 'nobody listens there';
  if (/CERT|SELF_SIGNED|ALTNAME/.test(code)) return `its certificate is not accepted (${code})`;
  return `it cannot be reached${code === '' ? '' : ` (${code})`}`;
}

function failure(message: string, options: ConstructorParameters<typeof SyncError>[2] = {}): SyncError {
  return new SyncError('notify-failed', message, { retry: 'later', ...options });
}
