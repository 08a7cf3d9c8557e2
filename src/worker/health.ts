/**
 * Tells a supervisor how the worker is, over plain HTTP:
 *
 *     /healthz   the process answers
 *     /readyz    Redis, the state and the drop folders can be used; 503 names what cannot
 *     /metrics   for Prometheus
 *
 * It says nothing else to anybody: no versions, no addresses, no names but those of jobs.
 */

import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SyncError } from '../errors.js';

export interface HealthOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly readiness: () => Promise<Readiness>;
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
}

/** By what is needed: `ok`, or what is wrong in a few words. */
export type Readiness = Readonly<Record<string, string>>;

export interface HealthServer {
  /** `http://127.0.0.1:9464` */
  readonly url: string;
  close(): Promise<void>;
}

/** Supervisors ask one at a time; whoever opens more has no business here. */
const CONNECTIONS_MAX = 50;
const REQUEST_MS = 5000;
const HEADER_BYTES_MAX = 8 * 1024;

/** @throws SyncError `config-invalid` when nobody can listen there */
export async function startHealth(options: HealthOptions): Promise<HealthServer> {
  const server = createServer(
    { maxHeaderSize: HEADER_BYTES_MAX, requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS },
    (request, response) => void respond(options, request, response),
  );
  server.maxConnections = CONNECTIONS_MAX;
  await listen(server, options);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, { host, port }: HealthOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'is taken' : `cannot be used (${error.code ?? error.message})`;
      reject(
        new SyncError('config-invalid', `Port ${port} of ${host}, where the worker tells how it is, ${why}.`, {
          hint: 'Give each worker of a machine its own HEALTH_PORT; 0 is none.',
        }),
      );
    });
    server.listen(port, host, resolve);
  });
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

async function respond(options: HealthOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, type, text } = await answerTo(options, request).catch(() => json(500, { error: 'internal' }));
  const body = Buffer.from(text);
  response.writeHead(status, {
    'content-type': type,
    'content-length': body.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(status === 405 ? { allow: 'GET, HEAD' } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

async function answerTo(options: HealthOptions, { method, url = '/' }: IncomingMessage): Promise<Answer> {
  if (method !== 'GET' && method !== 'HEAD') return json(405, { error: 'GET and HEAD only' });
  switch (url.split('?')[0]) {
    case '/healthz':
      return json(200, { status: 'ok' });
    case '/readyz': {
      const needs = await options.readiness();
      const ready = Object.values(needs).every((state) => state === 'ok');
      return json(ready ? 200 : 503, { ready, ...needs });
    }
    case '/metrics': {
      const { contentType, text } = await options.metrics();
      return { status: 200, type: contentType, text };
    }
    default:
      return json(404, { error: 'there are /healthz, /readyz and /metrics' });
  }
}

function json(status: number, body: Readonly<Record<string, unknown>>): Answer {
  return { status, type: 'application/json', text: `${JSON.stringify(body)}\n` };
}
