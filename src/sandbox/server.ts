/**
 * The sandbox: a local Invoice Ninja v5 clients API over HTTP that behaves like the measured server (FACTS.md), with its limits and
 * oddities, to rehearse against. Everything lives in memory and is gone at the end.
 */

import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Answer } from './answer.js';
import { answerJson } from './answer.js';
import type { PersonEdit } from './edit.js';
import { editClient, seedClient } from './edit.js';
import type { FaultRule } from './faults.js';
import { Faults, readFaultRules } from './faults.js';
import { renderClient } from './render.js';
import { respond } from './respond.js';
import type { App } from './routes.js';
import { inventClients } from './seed.js';
import type { SeedClient } from './seed.js';
import { sendAnswer } from './send.js';
import { Store } from './store.js';
import { Throttle } from './throttle.js';
import type { Tokens } from './users.js';
import { nameTokens } from './users.js';

export interface SandboxOptions {
  /** 0 = any. */
  readonly port?: number;
  /** The admin's token. */
  readonly token?: string;
  /** How many invented clients to start with. */
  readonly clients?: number;
  readonly mode?: 'selfhost' | 'hosted';
  /** Requests per window and address. Default: none in selfhost, 500 in hosted mode. */
  readonly rateLimit?: number;
  /** Milliseconds; default Date.now. */
  readonly now?: () => number;
  /** Length of the throttle's window; default 60,000. */
  readonly windowMs?: number;
}

interface LoggedRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** 0: no answer was sent. */
  readonly status: number;
  readonly atMs: number;
}

/** A client as the API shows it. */
interface WireClient {
  readonly id: string;
  readonly name: string;
  readonly number: string;
  readonly id_number: string;
  readonly is_deleted: boolean;
  readonly archived_at: number;
  readonly created_at: number;
  readonly updated_at: number;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly contacts: readonly Readonly<Record<string, unknown>>[];
  readonly [field: string]: unknown;
}

export interface Sandbox {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly tokens: Tokens;
  /** The last ten thousand, newest last. Control requests are not among them. */
  readonly requests: readonly LoggedRequest[];
  /** All clients of the admin's company, in all states. */
  clients(): readonly WireClient[];
  /** Creates clients with the rules of a POST, plus `archived`, `deleted` and `balance`. Returns the ids; throws what the POST would refuse. */
  seed(clients: readonly SeedClient[]): readonly string[];
  /** An edit by a person in the web application. */
  edit(id: string, edit: PersonEdit): void;
  fault(rule: FaultRule): void;
  /** Empties everything: clients, numbers, faults, throttle, log. */
  reset(): void;
  close(): Promise<void>;
}

const DEFAULT_TOKEN = 'sandbox-admin-token';
const LOG_MAX = 10_000;
const BODY_BYTES_MAX = 64 * 1024 * 1024;

export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const world = createWorld(options);
  const stop = new AbortController();
  const server = createServer((request, response) => {
    serve(world, request, response, stop.signal).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 60_000;
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  seedWorld(world, inventClients(options.clients ?? 0));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tokens: world.tokens,
    get requests() {
      return world.requests;
    },
    clients: () => showClients(world),
    seed: (clients) => seedWorld(world, clients),
    edit: (id, edit) => editClient(world.app.store, id, edit, Math.floor(world.now() / 1000)),
    fault: (rule) => world.faults.add(rule),
    reset: () => resetWorld(world),
    close: async () => {
      stop.abort();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

interface World {
  readonly options: SandboxOptions;
  readonly tokens: Tokens;
  readonly faults: Faults;
  readonly now: () => number;
  app: App;
  requests: LoggedRequest[];
}

function createWorld(options: SandboxOptions): World {
  const tokens = nameTokens(options.token ?? DEFAULT_TOKEN);
  const now = options.now ?? Date.now;
  return { options, tokens, faults: new Faults(), now, app: createApp(options, tokens, now), requests: [] };
}

function createApp(options: SandboxOptions, tokens: Tokens, now: () => number): App {
  const isHosted = options.mode === 'hosted';
  return {
    store: new Store(),
    throttle: new Throttle(options.windowMs ?? 60_000),
    tokens,
    isHosted,
    rateLimit: options.rateLimit ?? (isHosted ? 500 : undefined),
    now,
  };
}

function resetWorld(world: World): void {
  world.app = createApp(world.options, world.tokens, world.now);
  world.faults.clear();
  world.requests = [];
}

function seedWorld(world: World, clients: Iterable<SeedClient>): readonly string[] {
  const { store } = world.app;
  const now = Math.floor(world.now() / 1000);
  const ids: string[] = [];
  for (const client of clients) ids.push(seedClient(store, store.companies[0], client, now));
  return ids;
}

function showClients(world: World): readonly WireClient[] {
  const { clients } = world.app.store.companies[0];
  return clients.map((client) => JSON.parse(renderClient(client, 'http://127.0.0.1')) as WireClient);
}

async function serve(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  stop: AbortSignal,
): Promise<void> {
  const method = request.method ?? 'GET';
  const path = request.url ?? '/';
  const body = await readBody(request);
  if (path.startsWith('/_sandbox/')) {
    await sendAnswer(request, response, () => control(world, method, path, body), [], stop);
    return;
  }
  const faults = world.faults.strike(method, path);
  const ip = request.socket.remoteAddress ?? '';
  const call = { method, path, headers: request.headers, body, ip };
  const status = await sendAnswer(request, response, () => respond(world.app, call), faults, stop);
  world.requests.push({ method, path, status, atMs: world.now() });
  if (world.requests.length > 2 * LOG_MAX) world.requests = world.requests.slice(-LOG_MAX);
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new Error('The request is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The control endpoints: no token, a plain 400 with a text for what cannot be done. */
function control(world: World, method: string, path: string, body: Buffer): Answer {
  try {
    if (method !== 'POST') return refuseControl('Control requests are POST.');
    const value: unknown = body.length === 0 ? {} : JSON.parse(body.toString('utf8'));
    switch (path) {
      case '/_sandbox/reset': {
        resetWorld(world);
        const { clients = 0 } = value as { readonly clients?: number };
        return answerJson(JSON.stringify({ clients: seedWorld(world, inventClients(clients)).length }));
      }
      case '/_sandbox/faults': {
        const rules = readFaultRules(value);
        if (typeof rules === 'string') return refuseControl(rules);
        if (rules.length === 0) world.faults.clear();
        for (const rule of rules) world.faults.add(rule);
        return answerJson(JSON.stringify({ added: rules.length }));
      }
      case '/_sandbox/edit': {
        const { id, ...edit } = value as PersonEdit & { readonly id: string };
        editClient(world.app.store, id, edit, Math.floor(world.now() / 1000));
        return answerJson('{}');
      }
      default:
        return refuseControl('There are /_sandbox/reset, /_sandbox/faults and /_sandbox/edit.');
    }
  } catch (error) {
    return refuseControl(error instanceof Error ? error.message : String(error));
  }
}

function refuseControl(message: string): Answer {
  return answerJson(JSON.stringify({ message }), 400);
}
