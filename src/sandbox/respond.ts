/**
 * From a request to an answer, without the network: token, throttle, route, action. All of it is synchronous, so requests
 * never interleave.
 */

import type { IncomingHttpHeaders } from 'node:http';

import type { Answer } from './answer.js';
import * as answer from './answer.js';
import type { Form } from './form.js';
import { parseForm, parseMultipart } from './form.js';
import { Refusal, refuseMethod } from './refusal.js';
import type { App, Context, Route } from './routes.js';
import { readHeader, ROUTES } from './routes.js';
import { findUser } from './users.js';
import type { Input } from './value.js';
import { cleanInput, isObject } from './value.js';

export interface Call {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly ip: string;
}

/** Never throws for anything that a client can send; a bug of the sandbox says so in a 500. */
export function respond(app: App, call: Call): Answer {
  const base = `http://${call.headers.host ?? '127.0.0.1'}`;
  const isJson = answer.expectsJson(call.headers);
  try {
    return route(app, call, base, isJson);
  } catch (error) {
    if (error instanceof Refusal) return answer.answerRefusal(error, isJson, base);
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return answer.answerJson(JSON.stringify({ message: `A bug of the sandbox: ${text}` }), 500);
  }
}

function route(app: App, call: Call, base: string, isJson: boolean): Answer {
  if (call.method === 'OPTIONS') return { ...answer.answerHtml(''), body: 'OK' };
  const question = call.path.indexOf('?');
  const path = (question < 0 ? call.path : call.path.slice(0, question)).replace(/(.)\/+$/, '$1');
  const query = cleanInput(parseForm(question < 0 ? '' : call.path.slice(question + 1))) as Input;
  const form = readBody(call);
  const input = cleanInput(form.fields) as Input;
  const method = readMethod(call, input, query);

  const routePath = path.startsWith('/api/v1/') ? path.slice('/api/v1'.length) : '';
  const found = ROUTES.find((candidate) => candidate.methods.includes(method) && candidate.pattern.test(routePath));
  if (found === undefined) return answerUnknown(app, call, method, isJson);

  const user = findUser(app.store, app.tokens, readHeader(call.headers, 'x-api-token'));
  const own = app.isHosted || found.limit?.everywhere === true ? found.limit : undefined;
  const limit = own?.requests ?? app.rateLimit;
  const admission =
    limit === undefined ? undefined : app.throttle.admit(`${own?.name ?? 'api'} ${call.ip}`, limit, app.now());
  if (admission?.isAllowed === false) return answer.answerThrottled(admission, isJson);

  const context: Context = {
    app,
    user,
    now: Math.floor(app.now() / 1000),
    base,
    path,
    query,
    input,
    documents: form.documents,
    headers: call.headers,
  };
  const result = act(found, context, routePath, isJson);
  if (admission === undefined) return result;
  return { ...result, headers: { ...result.headers, ...answer.countHeaders(admission) } };
}

/** Refusals below the throttle are answered here, because they too say how many requests are left. */
function act(found: Route, context: Context, routePath: string, isJson: boolean): Answer {
  try {
    const [, id = '', otherId = ''] = found.pattern.exec(routePath) ?? [];
    return found.action(context, decodePart(id), decodePart(otherId));
  } catch (error) {
    if (error instanceof Refusal) return answer.answerRefusal(error, isJson, context.base);
    throw error;
  }
}

/** Any GET of an unknown address is the web application's page, in self-hosted mode with 200 [013, 342, 405]. */
function answerUnknown(app: App, call: Call, method: string, isJson: boolean): Answer {
  if (method !== 'GET') throw refuseMethod();
  if (!app.isHosted) return answer.answerHtml('Invoice Ninja');
  const admission = app.throttle.admit(`404 ${call.ip}`, 25, app.now());
  if (!admission.isAllowed) return answer.answerThrottled(admission, isJson);
  return {
    ...answer.answerJson('{"message":"Route does not exist"}', 404),
    headers: answer.countHeaders(admission),
  };
}

/** What cannot be read is an empty request: malformed JSON, JSON as text/plain, a multipart body of a real PUT [036-038, 160, 170]. */
function readBody(call: Call): Form {
  const type = (call.headers['content-type'] ?? '').toLowerCase();
  const nothing: Form = { fields: {}, documents: [] };
  if (call.body.length === 0) return nothing;
  if (type.includes('/json') || type.includes('+json')) {
    try {
      const value: unknown = JSON.parse(call.body.toString('utf8'));
      return isObject(value) && !Array.isArray(value) ? { ...nothing, fields: value } : nothing;
    } catch {
      return nothing;
    }
  }
  if (type.startsWith('application/x-www-form-urlencoded'))
    return { ...nothing, fields: parseForm(call.body.toString('utf8')) };
  if (type.startsWith('multipart/form-data') && call.method === 'POST') {
    return parseMultipart(call.body, call.headers['content-type'] ?? '');
  }
  return nothing;
}

/** A POST can stand for another method [161-163]. HEAD is a GET without its body. */
function readMethod(call: Call, input: Input, query: Input): string {
  if (call.method === 'HEAD') return 'GET';
  if (call.method !== 'POST') return call.method;
  const override = readHeader(call.headers, 'x-http-method-override') ?? input['_method'] ?? query['_method'];
  return typeof override === 'string' ? override.toUpperCase() : 'POST';
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
