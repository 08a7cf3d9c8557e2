/** The span of one request: which route was asked, how long it had to wait for the rate limit, what came of it. */

import { failSpan, inSpan, isTracing } from '../tracing.js';
import type { Failure } from './errors.js';
import { routeOf } from './route.js';

interface TracedAttempt {
  readonly request: { readonly method: string; readonly path: string };
  /** Base URL of the target. */
  readonly url: string;
  /** Of the attempt, from 1. */
  readonly number: number;
  /** For the rate limit. */
  readonly waitMs: number;
}

type Sent<Answer> = { readonly answer: Answer } | { readonly failure: Failure } | 'late';

/** @param send resolves with `late` when nothing was sent */
export async function traceAttempt<Answer>(
  { request, url, number, waitMs }: TracedAttempt,
  send: () => Promise<Sent<Answer>>,
): Promise<Sent<Answer>> {
  if (!isTracing()) return await send();
  const { hostname, port, protocol } = new URL(url);
  const route = routeOf(request);
  const attributes = {
    'http.request.method': request.method,
    'url.template': route,
    'server.address': hostname,
    'server.port': Number(port || (protocol === 'https:' ? 443 : 80)),
    'ninja_sync.attempt': number,
    'ninja_sync.throttle_wait_ms': Math.round(waitMs),
  };
  const act = async (): Promise<Sent<Answer>> => {
    const sent = await send();
    if (sent === 'late') failSpan('late');
    else if ('failure' in sent) failSpan(sent.failure.error.code);
    return sent;
  };
  return await inSpan(`${request.method} ${route}`, act, { kind: 'client', attributes });
}
