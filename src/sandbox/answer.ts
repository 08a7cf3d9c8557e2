/** What goes back over the wire, and the two faces of a refusal: JSON for API clients, HTML or a redirect for everybody else. */

import type { IncomingHttpHeaders } from 'node:http';

import type { Refusal } from './refusal.js';
import type { Admission } from './throttle.js';

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

const JSON_TYPE = 'application/json';
const HTML_TYPE = 'text/html; charset=UTF-8';

export function answerJson(body: string, status = 200): Answer {
  return { status, type: JSON_TYPE, body, headers: {} };
}

/** Items and lists carry the version of the API [019]. */
export function answerData(body: string): Answer {
  return { status: 200, type: JSON_TYPE, body, headers: { 'X-Api-Version': '5.0.16' } };
}

export function answerHtml(title: string, status = 200, headers: Readonly<Record<string, string>> = {}): Answer {
  const body = `<!DOCTYPE html>\n<html lang="en">\n<head><title>${title}</title></head>\n<body><h1>${title}</h1></body>\n</html>\n`;
  return { status, type: HTML_TYPE, body, headers };
}

export function answerBytes(body: Buffer): Answer {
  return { status: 200, type: HTML_TYPE, body, headers: {} };
}

/** `X-Requested-With: XMLHttpRequest` or a JSON type as the first in Accept; either suffices [077, 078]. */
export function expectsJson(headers: IncomingHttpHeaders): boolean {
  const accept = (headers.accept ?? '').split(',')[0]?.trim().toLowerCase() ?? '';
  if (accept.includes('/json') || accept.includes('+json')) return true;
  const takesAnything = accept === '' || accept === '*/*' || accept === '*';
  return headers['x-requested-with'] === 'XMLHttpRequest' && takesAnything;
}

const JSON_STATUS = {
  token: 403,
  permission: 401,
  missing: 400,
  request: 400,
  method: 404,
  password: 412,
  validation: 422,
  broken: 500,
} as const satisfies Record<Refusal['kind'], number>;

const HTML_FACES = {
  permission: ['This action is unauthorized.', 403],
  missing: ['Not Found', 404],
  method: ['Method Not Allowed', 405],
  broken: ['Server Error', 500],
} as const;

/** `base` is the address to which a validation error sends a browser [077]. */
export function answerRefusal(refusal: Refusal, isJson: boolean, base: string): Answer {
  const { kind, message, errors } = refusal;
  if (isJson || kind === 'token' || kind === 'password' || kind === 'request') {
    return answerJson(JSON.stringify({ message, errors }), JSON_STATUS[kind]);
  }
  if (kind === 'validation') return { ...answerHtml(`Redirecting to ${base}`, 302), headers: { Location: base } };
  const [title, status] = HTML_FACES[kind];
  return answerHtml(title, status);
}

/** Without a word about when to come back for API clients; HTML says it [401-403, 407, 408]. */
export function answerThrottled(admission: Admission, isJson: boolean): Answer {
  if (isJson) return answerJson('{"message":"Too many requests"}', 429);
  return answerHtml('Too Many Requests', 429, {
    'retry-after': String(admission.retryAfterS),
    'x-ratelimit-limit': String(admission.limit),
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': String(admission.resetAt),
  });
}

export function countHeaders(admission: Admission): Readonly<Record<string, string>> {
  return { 'X-RateLimit-Limit': String(admission.limit), 'X-RateLimit-Remaining': String(admission.remaining) };
}
