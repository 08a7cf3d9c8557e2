/**
 * The sandbox: a local Invoice Ninja v5 clients API over HTTP that behaves like the measured server (FACTS.md), with its limits and
 * oddities, to rehearse against. Everything lives in memory; with a data file it is there again at the next start.
 */

import { once, setMaxListeners } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { adoptClient } from './adopt.js';
import type { Answer } from './answer.js';
import type { Controls } from './control.js';
import { control } from './control.js';
import type { Saver } from './data-file.js';
import { loadState, openSaver, saveState } from './data-file.js';
import type { PersonEdit } from './edit.js';
import { editClient, seedClient } from './edit.js';
import type { FaultRule } from './faults.js';
import { Faults } from './faults.js';
import { halve } from './half-write.js';
import { Outage } from './outage.js';
import { renderClient } from './render.js';
import { respond } from './respond.js';
import type { App } from './routes.js';
import { inventClients } from './seed.js';
import type { SeedClient } from './seed.js';
import { sendAnswer } from './send.js';
import type { CompanySettings } from './store.js';
import { Store } from './store.js';
import { Throttle } from './throttle.js';
import type { Tokens } from './users.js';
import { nameTokens } from './users.js';
import type { Input } from './value.js';

export type { SeedClient } from './seed.js';

export interface SandboxOptions {
  /** 0 = any. */
  readonly port?: number;
  /** Where it listens; by default where only this machine can reach it. */
  readonly host?: string;
  /** The admin's token. */
  readonly token?: string;
  /** How many invented clients to start with; none when the data file has a state already. */
  readonly clients?: number;
  /** Keeps the state between starts: written at the end, and every few seconds while something changes. */
  readonly dataFile?: string;
  /** Hears of what goes wrong with the data file in between; at the end `close` throws it. */
  readonly onProblem?: (error: unknown) => void;
  /** What clients without a country or currency of their own get. */
  readonly company?: CompanySettings;
  readonly mode?: 'selfhost' | 'hosted';
  /** Requests per window and address. Default: none in selfhost, 500 in hosted mode. */
  readonly rateLimit?: number;
  /** Milliseconds; default Date.now. */
  readonly now?: () => number;
  /** Length of the throttle's window; default 60,000. */
  readonly windowMs?: number;
  /** Hears of each request just before the server acts on it. */
  readonly onRequest?: (request: Pick<LoggedRequest, 'method' | 'path'>) => void;
  /** Hears of each request when the server has acted on it and sent its answer, or failed to. */
  readonly onAnswered?: (request: LoggedRequest) => void;
}

export interface LoggedRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** 0: no answer was sent. */
  readonly status: number;
  readonly atMs: number;
}

/** A client as the API shows it. */
export interface WireClient {
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
  /** `http://HOST:PORT` */
  readonly url: string;
  readonly tokens: Tokens;
  /** The last ten thousand, newest last. Control requests are not among them. */
  readonly requests: readonly LoggedRequest[];
  /** Of the admin's company, in all states. */
  readonly clientCount: number;
  /** All clients of the admin's company, in all states. */
  clients(): readonly WireClient[];
  /** Creates clients with the rules of a POST, plus `archived`, `deleted` and `balance`. Returns the ids; throws what the POST would refuse. */
  seed(clients: readonly SeedClient[]): readonly string[];
  /**
   * Takes over clients of another server as its lists show them: ids, keys, numbers, settings, state and times stay as they are.
   * Throws an `Error` for what is no client, or when an id is taken.
   */
  adopt(clients: Iterable<Input>): void;
  /** From now on keeps the state in this file, as with `dataFile`, whatever the file held. @throws SyncError `state-unusable` */
  keepIn(file: string): Promise<void>;
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
const REFUSE_MS = 100;

/** @throws SyncError `state-unusable` when the data file cannot be used */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const world = await createWorld(options);
  const stop = new AbortController();
  // One listener for each answer that is delayed.
  setMaxListeners(0, stop.signal);
  const { port = 0, host = '127.0.0.1' } = options;
  const server = createServer((request, response) => {
    serve(world, request, response, outage, stop.signal).catch(() => response.destroy());
  });
  const outage = new Outage(server);
  server.keepAliveTimeout = 60_000;
  server.listen(port, host);
  await once(server, 'listening');
  let closed: Promise<void> | undefined;
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    tokens: world.tokens,
    get requests() {
      return world.requests;
    },
    get clientCount() {
      return world.app.store.companies[0].clients.length;
    },
    clients: () => showClients(world),
    seed: (clients) => seedWorld(world, clients),
    adopt: (clients) => adoptAll(world, clients),
    keepIn: (file) => keepWorld(world, file),
    edit: (id, edit) => editWorld(world, id, edit),
    fault: (rule) => world.faults.add(rule),
    reset: () => resetWorld(world),
    close: () => (closed ??= closeServer(world, server, outage, stop)),
  };
}

async function closeServer(world: World, server: Server, outage: Outage, stop: AbortController): Promise<void> {
  stop.abort();
  outage.forget();
  const ended = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await ended;
  await world.saver?.close();
}

interface World {
  readonly options: SandboxOptions;
  readonly tokens: Tokens;
  readonly faults: Faults;
  readonly now: () => number;
  app: App;
  requests: LoggedRequest[];
  saver: Saver | undefined;
}

async function createWorld(options: SandboxOptions): Promise<World> {
  const { dataFile } = options;
  const tokens = nameTokens(options.token ?? DEFAULT_TOKEN);
  const now = options.now ?? Date.now;
  const kept = dataFile === undefined ? undefined : await loadState(dataFile);
  const app = createApp(options, tokens, now, kept ?? new Store(options.company));
  const world: World = { options, tokens, faults: new Faults(), now, app, requests: [], saver: undefined };
  if (kept === undefined) seedWorld(world, inventClients(options.clients ?? 0));
  if (dataFile !== undefined) await keepWorld(world, dataFile);
  return world;
}

async function keepWorld(world: World, file: string): Promise<void> {
  const { onProblem = () => undefined } = world.options;
  // Now rather than at the end: a folder that cannot be written to is found before anybody works.
  await saveState(file, world.app.store);
  world.saver = openSaver(file, () => world.app.store, onProblem);
}

function createApp(options: SandboxOptions, tokens: Tokens, now: () => number, store: Store): App {
  const isHosted = options.mode === 'hosted';
  return {
    store,
    throttle: new Throttle(options.windowMs ?? 60_000),
    tokens,
    isHosted,
    rateLimit: options.rateLimit ?? (isHosted ? 500 : undefined),
    now,
  };
}

function resetWorld(world: World): void {
  const store = new Store(world.options.company);
  world.app = createApp(world.options, world.tokens, world.now, store);
  world.faults.clear();
  world.requests = [];
  world.saver?.touch();
}

function seedWorld(world: World, clients: Iterable<SeedClient>): readonly string[] {
  const { store } = world.app;
  const now = Math.floor(world.now() / 1000);
  const ids: string[] = [];
  for (const client of clients) ids.push(seedClient(store, store.companies[0], client, now));
  world.saver?.touch();
  return ids;
}

function adoptAll(world: World, clients: Iterable<Input>): void {
  const { store } = world.app;
  for (const client of clients) adoptClient(store, store.companies[0], client);
  world.saver?.touch();
}

function editWorld(world: World, id: string, edit: PersonEdit): void {
  editClient(world.app.store, id, edit, Math.floor(world.now() / 1000));
  world.saver?.touch();
}

function showClients(world: World): readonly WireClient[] {
  const { clients } = world.app.store.companies[0];
  return clients.map((client) => JSON.parse(renderClient(client, 'http://127.0.0.1')) as WireClient);
}

async function serve(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  outage: Outage,
  stop: AbortSignal,
): Promise<void> {
  const method = request.method ?? 'GET';
  const path = request.url ?? '/';
  const body = await readBody(request);
  if (path.startsWith('/_sandbox/')) {
    await sendAnswer(request, response, () => control(controlsOf(world), method, path, body), [], stop);
    return;
  }
  const faults = world.faults.strike(method, path);
  const ip = request.socket.remoteAddress ?? '';
  const received = { method, path, headers: request.headers, body, ip };
  const call = faults.some(({ kind }) => kind === 'half-write') ? halve(received) : received;
  const refusal = faults.find(({ kind }) => kind === 'refuse');
  if (refusal !== undefined) outage.begin(refusal.delayMs ?? REFUSE_MS);
  if (outage.isOn) response.shouldKeepAlive = false;
  const act = (): Answer => {
    world.options.onRequest?.({ method, path });
    const answer = respond(world.app, call);
    if (method !== 'GET' && method !== 'HEAD') world.saver?.touch();
    return answer;
  };
  const status = await sendAnswer(request, response, act, faults, stop);
  const logged = { method, path, status, atMs: world.now() };
  world.requests.push(logged);
  if (world.requests.length > 2 * LOG_MAX) world.requests = world.requests.slice(-LOG_MAX);
  world.options.onAnswered?.(logged);
}

function controlsOf(world: World): Controls {
  return {
    reset: (clients) => {
      resetWorld(world);
      return seedWorld(world, inventClients(clients)).length;
    },
    addFaults: (rules) => rules.forEach((rule) => world.faults.add(rule)),
    clearFaults: () => world.faults.clear(),
    edit: (id, edit) => editWorld(world, id, edit),
  };
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
