/**
 * The clients API of one company.
 *
 * Invariant: a write resolves only when the answer proves what was asked for; it fails as `target-in-doubt` when the
 * server may have acted and its answer does not say how.
 */

import { assert, SyncError } from '../errors.js';
import { readAccess } from './access.js';
import type { Access } from './access.js';
import { assertCreate, assertUpdate } from './bodies.js';
import type { CreateBody, Update } from './bodies.js';
import { inDoubt, unexpected } from './errors.js';
import { openHttp } from './http.js';
import type { Http, HttpAnswer, HttpOptions, HttpRequest } from './http.js';
import { readItem, readListPage, readPing, readStatics } from './wire.js';
import type { ListPage, Statics, WireClient } from './wire.js';

export type NinjaOptions = HttpOptions;

/** Filters combine with AND. No status filter: archived and deleted clients come along (FACTS.md [310]). */
export interface ListQuery {
  /** From 1. */
  readonly page?: number;
  /** At most 5000, and up to 1000 is safe on servers with little memory (FACTS.md [418]). */
  readonly perPage?: number;
  /** Ascending; by id is the order of creation. */
  readonly sort?: 'id' | 'updated_at';
  /** Exact, in any case; finds deleted clients too (FACTS.md [205-213, 324]). */
  readonly email?: string;
  readonly idNumber?: string;
  readonly number?: string;
  /** Contains it; `%` and `_` are wildcards (FACTS.md [214-216]). */
  readonly name?: string;
  /** Unix seconds, inclusive. */
  readonly createdSince?: number;
  readonly updatedSince?: number;
  /** Attempts that a failing page is worth; default 4. */
  readonly attempts?: number;
}

export type BulkAction = 'archive' | 'restore' | 'delete';

interface Ping {
  readonly companyName: string;
  readonly userName: string;
  /** Of the application, e.g. `5.10.17`. */
  readonly version: string | null;
}

export interface Ninja {
  readonly url: string;
  list(query: ListQuery): Promise<ListPage>;
  show(id: string): Promise<WireClient>;
  /** The answer echoes what was sent, not what was stored (FACTS.md [346-349]): `show` tells the truth. */
  create(body: CreateBody): Promise<WireClient>;
  update(id: string, update: Update): Promise<WireClient>;
  remove(id: string): Promise<WireClient>;
  /** @throws SyncError `target-permission` when the server answered 200 and did nothing (FACTS.md [303, 304]) */
  bulk(action: BulkAction, ids: readonly string[]): Promise<readonly WireClient[]>;
  statics(): Promise<Statics>;
  ping(): Promise<Ping>;
  access(): Promise<Access>;
  close(): Promise<void>;
}

/** More in one call run into PHP's time limit with half of them done (FACTS.md [417]). */
export const BULK_IDS_MAX = 100;

export function connectNinja(options: NinjaOptions): Ninja {
  const http = openHttp(options);
  return {
    url: http.url,
    list: async (query) => readListPage((await http.send(listRequest(query))).json),
    show: async (id) => {
      const { json } = await http.send({ method: 'GET', path: clientPath(id), reads: true });
      return sameClient(readItem(json), id);
    },
    create: (body) => {
      assertCreate(body);
      return write(http, { method: 'POST', path: '/clients', body, reads: false }, readItem);
    },
    update: (id, { body, before, removed }) => {
      assert(id === before.id, 'an update goes to the client that was read');
      assertUpdate(body, before, removed);
      return write(http, { method: 'PUT', path: clientPath(id), body, reads: false }, (json) =>
        sameClient(readItem(json), id),
      );
    },
    remove: (id) =>
      write(http, { method: 'DELETE', path: clientPath(id), reads: false }, (json) => {
        const client = sameClient(readItem(json), id);
        if (!client.is_deleted) throw unexpected('"data.is_deleted" is not true after a delete');
        return client;
      }),
    bulk: (action, ids) => bulk(http, action, ids),
    statics: async () => readStatics((await http.send({ method: 'GET', path: '/statics', reads: true })).json),
    ping: async () => {
      const { json, header } = await http.send({ method: 'GET', path: '/ping', reads: true });
      return { ...readPing(json), version: header('x-app-version') };
    },
    access: () => readAccess(http, Math.floor(Date.now() / 1000)),
    close: () => http.close(),
  };
}

/** The server ignores a filter that is blank and answers with everything (FACTS.md [224, 237]), so none may be. */
function listRequest(query: ListQuery): HttpRequest {
  const { page, perPage, sort, email, idNumber, number, name, createdSince, updatedSince, attempts } = query;
  const parameters: Record<string, string> = { page: String(page ?? 1), per_page: String(perPage ?? 1000) };
  const put = (key: string, value: string | number | undefined): void => {
    if (value === undefined) return;
    assert(value !== '' && !Number.isNaN(value), `the filter ${key} is not blank`);
    parameters[key] = String(value);
  };
  put('sort', sort === undefined ? undefined : `${sort}|asc`);
  put('email', email);
  put('id_number', idNumber);
  put('number', number);
  put('name', name);
  put('created_at', createdSince);
  put('updated_at', updatedSince);
  const path = '/clients';
  return { method: 'GET', path, query: parameters, reads: true, ...(attempts === undefined ? {} : { attempts }) };
}

/** The answer of a write that cannot be read leaves open what the server did. */
async function write<T>(http: Http, request: HttpRequest, read: (json: unknown) => T): Promise<T> {
  const answer = await http.send(request);
  return readWritten(answer, read);
}

function readWritten<T>({ json, asked }: HttpAnswer, read: (json: unknown) => T): T {
  try {
    return read(json);
  } catch (error) {
    if (error instanceof SyncError && error.code === 'target-answer-unexpected') throw inDoubt(asked, error);
    throw error;
  }
}

async function bulk(http: Http, action: BulkAction, ids: readonly string[]): Promise<readonly WireClient[]> {
  const asked = new Set(ids);
  assert(
    asked.size === ids.length && ids.length > 0 && ids.length <= BULK_IDS_MAX,
    `1 to ${BULK_IDS_MAX} different ids`,
  );
  // The answer has pages too, of 20 unless it is told otherwise (FACTS.md [286-288]).
  const answer = await http.send({
    method: 'POST',
    path: '/clients/bulk',
    query: { per_page: String(BULK_IDS_MAX) },
    body: { action, ids },
    reads: false,
  });
  const { clients } = readWritten(answer, readListPage);
  const done = clients.filter((client) => asked.has(client.id) && isReached(action, client));
  if (done.length === ids.length) return done;
  const reached = new Set(done.map((client) => client.id));
  const missing = ids.filter((id) => !reached.has(id));
  const details = { action, missing };
  const what = `${action} of ${ids.length} clients was answered with success, but ${missing.length} did not change`;
  if (done.length === 0) {
    throw new SyncError('target-permission', `${answer.asked.url}: ${what}.`, {
      hint: "The token's user lacks the permission to edit clients.",
      details,
    });
  }
  throw inDoubt(answer.asked, new SyncError('target-answer-unexpected', `${answer.asked.url}: ${what}.`, { details }));
}

/** A deleted client stays deleted when it is archived (FACTS.md [284]). */
function isReached(action: BulkAction, client: WireClient): boolean {
  if (action === 'restore') return !client.is_deleted && client.archived_at === 0;
  return action === 'delete' ? client.is_deleted : client.archived_at > 0 || client.is_deleted;
}

function sameClient(client: WireClient, id: string): WireClient {
  if (client.id !== id) throw unexpected(`"data.id" is ${client.id}, asked for was ${id}`);
  return client;
}

function clientPath(id: string): string {
  assert(/^[\w-]+$/.test(id), `${id} is an id of a client`);
  return `/clients/${id}`;
}
