/** A connected target: reachable, its token valid, its codes read. */

import { SyncError } from '../errors.js';
import { connectNinja } from '../ninja/client.js';
import { buildCodeTable } from '../ninja/codes.js';
import { createThrottle } from '../push/throttle.js';
import type { RequestReport } from '../ninja/http.js';
import type { Throttle } from '../push/throttle.js';
import type { Target } from './context.js';
import { createMeter } from './meter.js';
import type { Logger } from '../log.js';
import type { Access } from '../ninja/access.js';

export interface TargetOptions {
  /** What the state calls it; by default the base URL. */
  readonly key?: string;
  readonly url: string | undefined;
  readonly token: string | undefined;
  /** The token as it is now: asked when the server does not know the one that was given. */
  readonly readToken?: () => Promise<string | undefined> | string | undefined;
  readonly secret?: string | undefined;
  readonly concurrency?: number;
  readonly requestsPerMinute?: number | undefined;
  readonly log?: Logger;
  /** Length of the server's throttle window; 60 s unless a rehearsal shortens it. */
  readonly windowMs?: number;
  /** Instead of one of its own: what several processes share. */
  readonly throttle?: Throttle;
  /** Hears of each attempt. */
  readonly onRequest?: (report: RequestReport) => void;
}

/**
 * Connects, and asks what is needed before anything is planned.
 *
 * @throws SyncError `target-unset` without URL or token; `target-permission` when the token cannot see all clients
 */
export async function openTarget(options: TargetOptions): Promise<Target> {
  const { url, token } = options;
  if (url === undefined) {
    throw new SyncError('target-unset', 'No target: nobody said which Invoice Ninja server is meant.', {
      hint: 'Set NINJA_URL, or give --url, or write target.url in the job file.',
    });
  }
  if (token === undefined) {
    throw new SyncError('target-unset', `No token for ${url}.`, {
      hint: 'Make one in Invoice Ninja (Settings, Account Management, API Tokens) and set NINJA_TOKEN or NINJA_TOKEN_FILE.',
    });
  }
  const meter = createMeter(() => Date.now());
  const throttle =
    options.throttle ??
    createThrottle({
      requestsPerMinute: options.requestsPerMinute,
      ...(options.windowMs === undefined ? {} : { windowMs: options.windowMs }),
    });
  let access: Access | null = null;
  const ninja = connectNinja({
    url,
    token,
    ...(options.readToken === undefined ? {} : { renewToken: () => renewToken(options, throttle, access) }),
    secret: options.secret,
    throttle,
    onRequest: (report) => {
      const { method, path, status, ms } = report;
      meter.count();
      options.onRequest?.(report);
      // Queries may hold e-mail addresses.
      options.log?.debug({ method, path: path.split('?')[0], status, ms }, 'request');
    },
    ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }),
  });
  try {
    access = await ninja.access();
    if (access.seesAll === false || (access.seesAll === null && access.writes === false)) throw seesTooLittle(url);
    const codes = buildCodeTable(await ninja.statics());
    return { key: options.key ?? ninja.url, ninja, throttle, meter, access, codes };
  } catch (error) {
    await ninja.close();
    throw error;
  }
}

/**
 * The new token, when it is one of the same company: what the run planned is meant for no other one.
 *
 * @param known what the token may do that was there before; `null`: it was never accepted
 * @throws SyncError `target-company`
 */
async function renewToken(
  { url = '', secret, readToken }: TargetOptions,
  throttle: Throttle,
  known: Access | null,
): Promise<string | undefined> {
  const token = await readToken?.();
  if (token === undefined || known === null) return token;
  const ninja = connectNinja({ url, token, secret, throttle });
  try {
    const { company } = await ninja.access();
    if (company?.key === known.company?.key) return token;
    throw new SyncError(
      'target-company',
      `${url}: the token was replaced by one of another company, ${JSON.stringify(company?.name ?? '')}, while a run was at work for ${JSON.stringify(known.company?.name ?? '')}. Nothing was sent with it.`,
      { hint: 'Put a token of the right company in its place; then the run goes on with: ninja-sync resume RUN' },
    );
  } catch (error) {
    // The new one is as good as the old one: the answer to the old one says it.
    if (error instanceof SyncError && error.code === 'target-unauthorised') return undefined;
    throw error;
  } finally {
    await ninja.close();
  }
}

function seesTooLittle(url: string): SyncError {
  return new SyncError(
    'target-permission',
    `${url}: the token's user may not see all clients, so clients that exist would be created a second time.`,
    {
      hint: 'Use a token of an administrator, or of a user with the permissions to view, create and edit all clients.',
    },
  );
}
