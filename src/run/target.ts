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

export interface TargetOptions {
  /** What the state calls it; by default the base URL. */
  readonly key?: string;
  readonly url: string | undefined;
  readonly token: string | undefined;
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
  const ninja = connectNinja({
    url,
    token,
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
    const access = await ninja.access();
    if (access.seesAll === false || (access.seesAll === null && access.writes === false)) throw seesTooLittle(url);
    const codes = buildCodeTable(await ninja.statics());
    return { key: options.key ?? ninja.url, ninja, throttle, meter, access, codes };
  } catch (error) {
    await ninja.close();
    throw error;
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
