/** A local HTTP server whose n-th answer is what the test says: a status, a reset, silence, half a body. */

import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly text?: string;
}

/** `half`: headers and a part of the body, then a reset. `silence`: the connection stays open without an answer. */
export type Step = Answer | 'reset' | 'half' | 'silence';
export type Script = readonly Step[] | ((received: Received, index: number) => Step);

export interface ScriptedServer {
  readonly url: string;
  readonly received: readonly Received[];
  close(): Promise<void>;
}

/** The last step of a list is repeated. */
export async function startScripted(script: Script): Promise<ScriptedServer> {
  const received: Received[] = [];
  const stepOf = (request: Received, index: number): Step =>
    typeof script === 'function' ? script(request, index) : (script[index] ?? script.at(-1) ?? 'reset');
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const index = received.length;
      const one: Received = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      };
      received.push(one);
      perform(stepOf(one, index), request, response);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function perform(step: Step, request: IncomingMessage, response: ServerResponse): void {
  if (step === 'silence') return;
  if (step === 'reset') {
    request.socket.resetAndDestroy();
    return;
  }
  if (step === 'half') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('{"data":', () => request.socket.resetAndDestroy());
    return;
  }
  const type = step.text === undefined ? 'application/json' : 'text/html; charset=UTF-8';
  response.writeHead(step.status ?? 200, { 'content-type': type, ...step.headers });
  response.end(step.text ?? JSON.stringify(step.json ?? {}, null, 4));
}
