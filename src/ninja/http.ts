/**
 * Requests to one target: connections, headers, time-outs, rate limit, and which failures are worth a second attempt.
 *
 * Invariant: a write is sent again only after a 429 (the server refused to execute it, FACTS.md "Throttling"). After a
 * reset, a time-out or a 5xx nobody knows whether it acted (FACTS.md [423-427]), so it fails as `target-in-doubt`.
 */

import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import type { FormData } from 'undici';
import { assert, SyncError } from '../errors.js';
import { createThrottle } from '../push/throttle.js';
import type { Throttle } from '../push/throttle.js';
import { describeSpan } from '../tracing.js';
import { parseAddress } from './address.js';
import { count, pick, readText } from './answer.js';
import type { Headers } from './answer.js';
import { judge, neverLeft, UNSENT } from './attempt.js';
import type { Attempt } from './attempt.js';
import { inDoubt } from './errors.js';
import type { Asked } from './errors.js';
import { leavingInTime, LeftLate, readMoment } from './leave-in-time.js';
import type { Moment, TimedRequest } from './leave-in-time.js';
import { explainNetwork } from './network.js';
import { fullPath, kindOf } from './route.js';
import { traceAttempt } from './trace-attempt.js';

export interface RequestReport {
  readonly method: string;
  readonly path: string;
  /** `null`: no answer, or none to the end. */
  readonly status: number | null;
  readonly ms: number;
}

export interface HttpOptions {
  readonly url: string;
  readonly token: string;
  /**
   * Asked when the server does not know the token: it may have been replaced since. The request is sent again with another
   * one, which it may be: who is not known is refused before anything is done (FACTS.md [004]).
   */
  readonly renewToken?: () => Promise<string | undefined>;
  /** Sent as `X-API-SECRET`. */
  readonly secret?: string | undefined;
  /** Connections that are kept open; default 4. */
  readonly concurrency?: number;
  /** Shared by all that use the same target in this process; by default one of its own. */
  readonly throttle?: Throttle;
  /** How long the server may think, and how long it may take to send the answer; default 60 s each. */
  readonly requestTimeoutMs?: number;
  /** A write that has not left so long after `beforeWrite` is checked again; default 5 s. */
  readonly leaveWithinMs?: number;
  /** Called for each attempt. */
  readonly onRequest?: (report: RequestReport) => void;
  readonly sleep?: (ms: number) => Promise<void>;
}

/** What a run asks of each of its requests. */
export interface Passage {
  /** Ends the waiting for the rate limit; its reason is thrown when it is a `SyncError`, else `interrupted`. */
  readonly signal: AbortSignal;
  /**
   * Called when the rate limit has let a write through, right before it leaves: the wait may have been long. What it
   * throws is thrown, and nothing is sent.
   *
   * @param uploads the request carries a file and nothing else
   */
  readonly beforeWrite: (uploads: boolean) => Promise<void>;
}

interface AnyRequest {
  /** Below `/api/v1`, e.g. `/clients`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Does it change nothing at the target? True for every GET. */
  readonly reads: boolean;
  /** For reads; default 4. */
  readonly attempts?: number;
  /** False where the route has a limit of its own, whose headers say nothing about the others. */
  readonly announcesLimit?: boolean;
}

interface JsonRequest extends AnyRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly body?: unknown;
  readonly form?: never;
}

/** Only by POST: a PUT with a multipart body is answered with 200 and changes nothing (FACTS.md [160, 170]). */
interface FormRequest extends AnyRequest {
  readonly method: 'POST';
  readonly form: FormData;
  readonly body?: never;
}

export type HttpRequest = JsonRequest | FormRequest;

export interface HttpAnswer {
  readonly json: unknown;
  readonly asked: Asked;
  readonly header: (name: string) => string | null;
}

export interface Http {
  readonly url: string;
  /**
   * Sends it until it is answered, as often as that is safe.
   *
   * @throws SyncError a code of the table in errors.ts; `target-in-doubt` for a write whose fate is unknown
   */
  send(request: HttpRequest): Promise<HttpAnswer>;
  /** The same connections, with these terms for each request. */
  under(passage: Passage): Http;
  close(): Promise<void>;
}

const READ_ATTEMPTS = 4;
/** Answers with 429 that one request may get; each waits for a window's end. */
const THROTTLED_MAX = 5;
/** How often a write may miss its time to leave, each time checked anew. */
const LATE_MAX = 20;
/** Much shorter than a lease: nobody else can have begun to write meanwhile. */
const LEAVE_WITHIN_MS = 5000;
const RETRY_DELAY_MS = 250;
const CONNECT_TIMEOUT_MS = 10_000;
/** A page of 1000 clients has 3.3 MB; this is a page of 5000 with long notes. */
const ANSWER_BYTES_MAX = 512 * 1024 * 1024;

export function openHttp(options: HttpOptions): Http {
  const address = parseAddress(options.url);
  const throttle = options.throttle ?? createThrottle();
  const sleep = options.sleep ?? ((ms: number) => delay(ms));
  const timeoutMs = options.requestTimeoutMs ?? 60_000;
  const closing = new AbortController();
  // One listener for each request that waits for the rate limit: callers bound those, not we.
  setMaxListeners(0, closing.signal);
  const pool = new Pool(address.origin, {
    connections: options.concurrency ?? 4,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxResponseSize: ANSWER_BYTES_MAX,
    connect: { timeout: Math.min(timeoutMs, CONNECT_TIMEOUT_MS) },
  });
  const sender = pool.compose(leavingInTime);
  const leaveWithinMs = options.leaveWithinMs ?? LEAVE_WITHIN_MS;
  const headers: Record<string, string> = {
    'x-api-token': options.token,
    'x-requested-with': 'XMLHttpRequest',
    'accept': 'application/json',
    ...(options.secret === undefined ? {} : { 'x-api-secret': options.secret }),
  };

  /**
   * Waits for the rate limit. What is not sent then is told to it as a request without an answer.
   *
   * @returns when the write was checked, from before it was asked; `null` where nothing is
   */
  async function enter(request: HttpRequest, terms: Passage | null): Promise<Moment | null> {
    if (terms === null) {
      await throttle.acquire(closing.signal);
      return null;
    }
    try {
      await throttle.acquire(terms.signal);
    } catch (reason) {
      if (reason instanceof SyncError) throw reason;
      throw new SyncError('interrupted', 'Stopped while waiting for the rate limit; the request was not sent.');
    }
    if (request.reads) return null;
    const checkedAt = readMoment();
    try {
      await terms.beforeWrite(request.form !== undefined);
    } catch (error) {
      throttle.observe(UNSENT);
      throw error;
    }
    return checkedAt;
  }

  let renewing: Promise<void> | null = null;
  /** Is there another token than the one that was refused? Requests that are refused together ask once. */
  async function renew(refused: string | undefined): Promise<boolean> {
    if (options.renewToken === undefined) return false;
    if (headers['x-api-token'] === refused) {
      renewing ??= takeNew(options.renewToken);
      await renewing.finally(() => (renewing = null));
    }
    return headers['x-api-token'] !== refused;
  }

  async function takeNew(read: () => Promise<string | undefined>): Promise<void> {
    const token = await read();
    if (token !== undefined) headers['x-api-token'] = token;
  }

  /** One attempt, from the rate limit to the last byte. @param number of the attempt, from 1 */
  async function attempt(request: HttpRequest, asked: Asked, terms: Passage | null, number: number): Promise<Attempt> {
    const waitsSince = performance.now();
    const checkedAt = await enter(request, terms);
    const waitMs = performance.now() - waitsSince;
    return await traceAttempt({ request, url: address.url, number, waitMs }, () => exchange(request, asked, checkedAt));
  }

  async function exchange(request: HttpRequest, asked: Asked, checkedAt: Moment | null): Promise<Attempt> {
    const begin = performance.now();
    let status = 0;
    let late = false;
    let received: Headers = {};
    try {
      const timed: TimedRequest = {
        method: request.method,
        path: `${address.basePath}${asked.path}`,
        headers: request.body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
        body: request.form ?? (request.body === undefined ? null : JSON.stringify(request.body)),
        ...(checkedAt === null ? {} : { checkedAt, leaveWithinMs }),
      };
      const answer = await sender.request(timed);
      received = answer.headers;
      const text = await readText(answer.body, timeoutMs);
      status = answer.statusCode;
      return judge(
        asked,
        {
          status,
          text,
          contentType: pick(received, 'content-type') ?? '',
          location: pick(received, 'location'),
        },
        received,
      );
    } catch (cause) {
      late = cause instanceof LeftLate;
      return late ? 'late' : { failure: explainNetwork(asked, cause) };
    } finally {
      if (late) throttle.observe(UNSENT);
      else observe(request, asked, status, received, performance.now() - begin);
    }
  }

  function observe(request: HttpRequest, asked: Asked, status: number, received: Headers, ms: number): void {
    const counts = request.announcesLimit !== false;
    if (status !== 0) describeSpan({ 'http.response.status_code': status });
    throttle.observe({
      status,
      limit: counts ? count(received, 'x-ratelimit-limit') : null,
      remaining: counts ? count(received, 'x-ratelimit-remaining') : null,
      retryAfterSeconds: count(received, 'retry-after'),
      ms,
      kind: kindOf(request),
    });
    options.onRequest?.({ method: asked.method, path: asked.path, status: status === 0 ? null : status, ms });
  }

  async function send(request: HttpRequest, terms: Passage | null): Promise<HttpAnswer> {
    assert(request.form === undefined || request.method === 'POST', 'a form goes by POST');
    const asked: Asked = { method: request.method, path: fullPath(request), url: address.url };
    const attemptsMax = request.reads ? (request.attempts ?? READ_ATTEMPTS) : 1;
    let throttled = 0;
    let late = 0;
    let isRenewed = false;
    for (let attempts = 1; ;) {
      const token = headers['x-api-token'];
      const result = await attempt(request, asked, terms, attempts + throttled);
      if (result === 'late') {
        late += 1;
        if (late > LATE_MAX) throw neverLeft(asked);
        continue;
      }
      if ('answer' in result) return result.answer;
      const { error, acted, again } = result.failure;
      if (error.code === 'target-throttled' && throttled < THROTTLED_MAX) {
        throttled += 1;
        continue;
      }
      if (error.code === 'target-unauthorised' && !isRenewed && (await renew(token))) {
        isRenewed = true;
        continue;
      }
      if (!request.reads && acted === 'maybe') throw inDoubt(asked, error);
      if (!again || attempts >= attemptsMax) throw error;
      await sleep(RETRY_DELAY_MS * 2 ** (attempts - 1) * (0.5 + Math.random()));
      attempts += 1;
    }
  }

  const open = (terms: Passage | null): Http => ({
    url: address.url,
    send: (request) => send(request, terms),
    under: open,
    close: async () => {
      closing.abort(new SyncError('interrupted', 'The connection to the target was closed.'));
      if (!pool.closed) await pool.close();
    },
  });
  return open(null);
}
