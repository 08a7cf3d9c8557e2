/** Sends an answer, or spoils it the way the faults of this call say. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

import type { Answer } from './answer.js';
import { answerHtml, answerJson } from './answer.js';
import type { FaultRule } from './faults.js';

const ALWAYS_ACT: ReadonlySet<FaultRule['kind']> = new Set([
  'half-body',
  'two-documents',
  'bad-json',
  'half-write',
  'refuse',
]);

/**
 * `act` makes the answer, and with it the change that was asked for; a fault before the action means that it is never called. Returns the status that
 * was sent, 0 for none. The first fault other than latency decides; latencies add up.
 */
export async function sendAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  act: () => Answer,
  faults: readonly FaultRule[],
  stop: AbortSignal,
): Promise<number> {
  const fault = faults.find(({ kind }) => kind !== 'latency');
  await wait(faults, 'before', stop);
  const mustAct = fault === undefined || fault.when === 'after' || ALWAYS_ACT.has(fault.kind);
  const answer = mustAct ? act() : answerJson('{}');
  await wait(faults, 'after', stop);
  switch (fault?.kind) {
    case 'status':
      return send(request, response, answerJson('{"message":"Server Error"}', fault.status ?? 500));
    case 'html':
      return send(request, response, answerHtml('Please stand by', fault.status ?? 200));
    case 'two-documents':
      return send(request, response, { ...answer, body: `${answer.body.toString()}{"message":"Server Error"}` });
    case 'bad-json': {
      const text = answer.body.toString();
      return send(request, response, { ...answer, body: text.slice(0, Math.ceil(text.length / 2)) });
    }
    case 'half-body': {
      const bytes = Buffer.from(answer.body);
      response.writeHead(answer.status, { 'Content-Type': answer.type, 'Content-Length': bytes.length });
      response.write(bytes.subarray(0, Math.ceil(bytes.length / 2)), () => response.destroy());
      return answer.status;
    }
    case 'reset':
      request.socket.resetAndDestroy();
      return 0;
    case 'stall':
      return 0;
    case 'half-write':
      // What the server refuses it does not begin.
      return send(request, response, answer.status < 400 ? answerJson('{"message":"Server Error"}', 500) : answer);
    default:
      return send(request, response, answer);
  }
}

function send(request: IncomingMessage, response: ServerResponse, answer: Answer): number {
  const bytes = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body;
  response.writeHead(answer.status, {
    'Content-Type': answer.type,
    'Content-Length': bytes.length,
    'Cache-Control': 'no-cache, private',
    'X-APP-VERSION': '5.10.17',
    'X-MINIMUM-CLIENT-VERSION': '5.0.16',
    'Access-Control-Allow-Origin': '*',
    ...answer.headers,
  });
  response.end(request.method === 'HEAD' ? undefined : bytes);
  return answer.status;
}

/** The latencies of one side of the action. A sandbox that closes stops waiting. */
async function wait(faults: readonly FaultRule[], when: 'before' | 'after', stop: AbortSignal): Promise<void> {
  const delayMs = faults
    .filter((fault) => fault.kind === 'latency' && (fault.when ?? 'before') === when)
    .reduce((sum, fault) => sum + (fault.delayMs ?? 0), 0);
  if (delayMs > 0) await delay(delayMs, undefined, { signal: stop, ref: false });
}
