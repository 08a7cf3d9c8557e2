/** A scripted server with an open connection to it; `closeAll` after each test ends both. */

import { SyncError } from '../../src/errors.js';
import { openHttp } from '../../src/ninja/http.js';
import type { Http, HttpOptions, HttpRequest, RequestReport } from '../../src/ninja/http.js';
import { createThrottle } from '../../src/push/throttle.js';
import { startScripted } from './scripted-server.js';
import type { Script, ScriptedServer, Step } from './scripted-server.js';

export const TOKEN = 'a-very-secret-token';
export const read: HttpRequest = { method: 'GET', path: '/clients', query: { per_page: '1' }, reads: true };
export const write: HttpRequest = { method: 'POST', path: '/clients', body: { name: 'Ä' }, reads: false };
const closers: (() => Promise<void>)[] = [];

export async function closeAll(): Promise<void> {
  for (const close of closers.splice(0).toReversed()) await close();
}

export interface Scene {
  readonly server: ScriptedServer;
  readonly http: Http;
  readonly reports: readonly RequestReport[];
}

export async function scene(
  script: Script,
  options: Partial<HttpOptions> & { readonly path?: string } = {},
): Promise<Scene> {
  const server = await startScripted(script);
  const reports: RequestReport[] = [];
  const { path = '', ...rest } = options;
  const http = connect(`${server.url}${path}`, { onRequest: (report) => reports.push(report), ...rest });
  closers.push(() => server.close());
  return { server, http, reports };
}

export function connect(url: string, options: Partial<HttpOptions> = {}): Http {
  const http = openHttp({
    url,
    token: TOKEN,
    requestTimeoutMs: 300,
    sleep: () => Promise.resolve(),
    throttle: createThrottle({ windowMs: 40 }),
    ...options,
  });
  closers.unshift(() => http.close());
  return http;
}

export async function failure(promise: Promise<unknown>): Promise<SyncError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof SyncError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

export const done: Step = { json: { data: [] } };
