/**
 * The clients API of one company.
 *
 * Invariant: a write resolves only when the answer proves what was asked for; it fails as `target-in-doubt` when the
 * server may have acted and its answer does not say how.
 */

import { Blob } from 'node:buffer';
import { FormData } from 'undici';
import { assert, SyncError } from '../errors.js';
import { readAccess } from './access.js';
import type { Access } from './access.js';
import { assertCreate, assertUpdate, bulkCall } from './bodies.js';
import type { BulkAction, CreateBody, Update } from './bodies.js';
import { inDoubt, unexpected } from './errors.js';
import { openHttp } from './http.js';
import type { Http, HttpAnswer, HttpOptions, HttpRequest, Passage } from './http.js';
import { listParameters } from './query.js';
import type { Include, ListQuery } from './query.js';
import { readHealth, readPing, readStatics } from './server-facts.js';
import type { Statics } from './server-facts.js';
import { readItem, readListPage, readShown } from './wire.js';
import type { ListPage, ShownClient, WireClient } from './wire.js';

export type NinjaOptions = HttpOptions;

/** A file as it is sent: `name` is the one that people will see. */
export interface UploadFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

interface Ping {
  readonly companyName: string;
  readonly userName: string;
  /** When the server answered, by its own clock. */
  readonly date: string | null;
  /** Of the application, e.g. `5.10.17`. */
  readonly version: string | null;
}

interface Health {
  readonly healthy: boolean;
  /** `sync`, `database`, `redis`: with `sync`, e-mails and webhooks are sent within the request. */
  readonly queue: string | null;
  /** Of the application, e.g. `5.10.17`. */
  readonly version: string | null;
}

/**
 * Every call of the clients API, and the few beside it that a sync needs. Where the document and the measured server
 * disagree, the docstrings say what is right, with the number of the recording.
 *
 * All reject with a `SyncError` of the table in errors.ts.
 */
export interface Ninja {
  readonly url: string;
  /**
   * One page. The document says 20 by default and no maximum; 5000 is the maximum (FACTS.md [191-193]). The links in an
   * answer lose every filter and are never followed (FACTS.md [195]): count the pages.
   *
   * @param options.attempts that a failing page is worth; default 4
   * @throws SyncError `usage` for a wish that the server would misread
   */
  list(query: ListQuery, options?: { readonly attempts?: number }): Promise<ListPage>;
  /** An unknown id is `target-not-found`; one of another company `target-forbidden` (FACTS.md [086-090, 092]). */
  show(id: string, include?: readonly Include[]): Promise<ShownClient>;
  /**
   * Answered with 200, never 201. Not in the document: the same body twice makes two clients (FACTS.md [019, 020]), and
   * a client without a contact gets a blank one (FACTS.md [021, 023]). `industry_id` and `size_id` that the server does
   * not know are 500 (FACTS.md [060, 061]); text that is too long is cut without a word (FACTS.md [346-349]).
   *
   * The answer echoes what was sent, not what was stored: `show` tells the truth.
   */
  create(body: CreateBody): Promise<WireClient>;
  /**
   * As the document says, a contact that is left out of `contacts` is removed (FACTS.md [104]). It does not say that
   * without `contacts` they stay (FACTS.md [099]), nor that without all `settings` the others are reset (FACTS.md [099,
   * 139-141]). A deleted client is `target-deleted` (FACTS.md [328]).
   */
  update(id: string, update: Update): Promise<WireClient>;
  /** Marks it as deleted; `restore` undoes it (FACTS.md [285, 332]). */
  remove(id: string): Promise<WireClient>;
  /**
   * The document has `PUT …/upload`: a real PUT is answered with 200 and stores nothing (FACTS.md [170]). It is a POST
   * with `_method` PUT and the field `documents[]` (FACTS.md [164]); the same file twice is there twice (FACTS.md [167]).
   * Callers use `uploadDocuments`, which knows what is there already.
   */
  upload(id: string, file: UploadFile): Promise<ShownClient>;
  /**
   * Archive, restore, delete, assign a group or set one column, of up to 100 clients. The document names the route only.
   *
   * @throws SyncError `target-invalid` when one id is wrong: nothing is done (FACTS.md [290-294]); `target-permission`
   *   when the server answered 200 and did nothing (FACTS.md [303, 304])
   */
  bulk(action: BulkAction, ids: readonly string[]): Promise<readonly WireClient[]>;
  statics(): Promise<Statics>;
  ping(): Promise<Ping>;
  health(): Promise<Health>;
  access(): Promise<Access>;
  /** The same target, with these terms for each request. */
  under(passage: Passage): Ninja;
  close(): Promise<void>;
}

export function connectNinja(options: NinjaOptions): Ninja {
  return useHttp(openHttp(options));
}

function useHttp(http: Http): Ninja {
  return {
    under: (passage) => useHttp(http.under(passage)),
    url: http.url,
    list: async (query, attempts = {}) => {
      const request = { method: 'GET', path: '/clients', query: listParameters(query), reads: true } as const;
      return readListPage((await http.send({ ...request, ...attempts })).json);
    },
    show: async (id, include = []) => {
      const query = include.length === 0 ? {} : { include: include.join(',') };
      const { json } = await http.send({ method: 'GET', path: clientPath(id), query, reads: true });
      return sameClient(readShown(json), id);
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
    upload: (id, file) => {
      const form = new FormData();
      form.set('_method', 'PUT');
      form.append('documents[]', new Blob([file.bytes]), file.name);
      return write(http, { method: 'POST', path: `${clientPath(id)}/upload`, form, reads: false }, (json) =>
        sameClient(readShown(json), id),
      );
    },
    bulk: (action, ids) => bulk(http, action, ids),
    statics: async () => readStatics((await http.send({ method: 'GET', path: '/statics', reads: true })).json),
    ping: async () => {
      const { json, header } = await http.send({ method: 'GET', path: '/ping', reads: true });
      return { ...readPing(json), date: header('date'), version: header('x-app-version') };
    },
    health: async () => readHealth((await http.send({ method: 'GET', path: '/health_check', reads: true })).json),
    access: () => readAccess(http, Math.floor(Date.now() / 1000)),
    close: () => http.close(),
  };
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
  const call = bulkCall(action, ids);
  const answer = await http.send({ method: 'POST', path: '/clients/bulk', ...call, reads: false });
  const asked = new Set(ids);
  const { clients } = readWritten(answer, readListPage);
  const done = clients.filter((client) => asked.has(client.id) && isReached(action, client));
  if (done.length === ids.length) return done;
  const reached = new Set(done.map((client) => client.id));
  const missing = ids.filter((id) => !reached.has(id));
  const name = call.body.action;
  const details = { action: name, missing };
  const what = `${name} of ${ids.length} clients was answered with success, but ${missing.length} did not change`;
  if (done.length === 0) {
    throw new SyncError('target-permission', `${answer.asked.url}: ${what}.`, {
      hint: `The token's user lacks the permission to edit clients${typeof action === 'string' ? '' : ', or the server has no such value'}.`,
      details,
    });
  }
  throw inDoubt(answer.asked, new SyncError('target-answer-unexpected', `${answer.asked.url}: ${what}.`, { details }));
}

/** A deleted client stays deleted when it is archived (FACTS.md [284]). */
function isReached(action: BulkAction, client: WireClient): boolean {
  if (action === 'restore') return !client.is_deleted && client.archived_at === 0;
  if (action === 'delete') return client.is_deleted;
  if (action === 'archive') return client.archived_at > 0 || client.is_deleted;
  if (action.action === 'assign_group') return client.group_settings_id === action.groupSettingsId;
  const [has, wanted] = [client[action.column].trim(), action.value.trim()];
  // The server cuts and disarms texts (FACTS.md [043, 346-349]): of such a one the beginning is compared.
  const isRewritten = wanted.length > 191 || wanted.includes('<');
  return isRewritten ? has.startsWith(wanted.slice(0, 191).split('<')[0] ?? '') : has === wanted;
}

function sameClient<T extends WireClient>(client: T, id: string): T {
  if (client.id !== id) throw unexpected(`"data.id" is ${client.id}, asked for was ${id}`);
  return client;
}

function clientPath(id: string): string {
  assert(/^[\w-]+$/.test(id), `${id} is an id of a client`);
  return `/clients/${id}`;
}
