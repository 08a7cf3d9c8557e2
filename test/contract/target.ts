/**
 * The server that the contract cases talk to: a sandbox of their own, or a real Invoice Ninja where NINJA_URL and NINJA_TOKEN are set. The cases use
 * HTTP only and make what they need under names of their own, so they do not care what else a company holds.
 *
 * Invariant: a real server ends up as it was: what an answer showed as created is deleted or purged at the end.
 */

import { startSandbox } from '../../src/sandbox/server.js';
import type { Tokens } from '../../src/sandbox/users.js';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; `undefined` when it is not JSON. */
  readonly body: unknown;
}

interface Ask {
  readonly method?: string;
  readonly json?: unknown;
  readonly raw?: string | Uint8Array | FormData;
  /** `null` drops a header that is sent otherwise. */
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly token?: string;
}

interface Contact {
  readonly id: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly email: string;
  readonly phone: string;
  readonly custom_value1: string;
  readonly is_primary: boolean;
  readonly send_email: boolean;
  readonly password: string;
  readonly contact_key: string;
  readonly created_at: number;
  readonly updated_at: number;
}

export interface Client {
  readonly id: string;
  readonly name: string;
  readonly display_name: string;
  readonly number: string;
  readonly id_number: string;
  readonly city: string;
  readonly phone: unknown;
  readonly country_id: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly is_deleted: boolean;
  readonly archived_at: number;
  readonly created_at: number;
  readonly updated_at: number;
  readonly contacts: readonly Contact[];
  readonly documents: readonly Readonly<Record<string, unknown>>[];
  readonly [field: string]: unknown;
}

export interface Page {
  readonly data: readonly Client[];
  readonly meta: {
    readonly pagination: {
      readonly total: number;
      readonly count: number;
      readonly per_page: number;
      readonly current_page: number;
      readonly total_pages: number;
      readonly links: Readonly<Record<string, string>>;
    };
  };
}

export interface Target {
  readonly url: string;
  readonly tokens: Tokens;
  readonly password: string;
  ask(path: string, ask?: Ask): Promise<Reply>;
  /** POST of a client that must succeed: the answer. */
  create(client?: object): Promise<Client>;
  read(id: string): Promise<Client>;
  put(id: string, change: object): Promise<Reply>;
  list(query?: string): Promise<Page>;
  bulk(action: string, ids: readonly string[], more?: object): Promise<Reply>;
  /** With the password. */
  purge(id: string): Promise<Reply>;
  /** Ids of the clients that answers to a POST have shown, and that were not purged. */
  readonly created: Set<string>;
  close(): Promise<void>;
}

type CreatedAnswer = { readonly data?: { readonly id?: string } } | undefined;

let count = 0;

/** A text that nothing else on the server has. */
export function unique(prefix: string): string {
  count++;
  return `${prefix}-${Date.now().toString(36)}-${count}`;
}

export function clientOf(reply: Reply): Client {
  return (reply.body as { readonly data: Client }).data;
}

export function pageOf(reply: Reply): Page {
  return reply.body as Page;
}

export function errorsOf(reply: Reply): unknown {
  return (reply.body as { readonly errors?: unknown } | undefined)?.errors;
}

export function messageOf(reply: Reply): unknown {
  return (reply.body as { readonly message?: unknown } | undefined)?.message;
}

/** The server of this run. */
export let target: Target;
let isOpen = false;

/** The other users' tokens and a user's password are given for a sandbox and may be missing for a real server. */
const REAL = process.env['NINJA_URL'] !== undefined && process.env['NINJA_TOKEN'] !== undefined;
const ROLES = ['VIEW_ONLY', 'NONE', 'LOCKED', 'OTHER_COMPANY'] as const;
/** Cases of other users are left out without NINJA_TOKEN_VIEW_ONLY, _NONE, _LOCKED and _OTHER_COMPANY. */
export const LACKS_ROLES = REAL && ROLES.some((role) => process.env[`NINJA_TOKEN_${role}`] === undefined);
/** Cases that ask for a password are left out without NINJA_PASSWORD. */
export const LACKS_PASSWORD = REAL && process.env['NINJA_PASSWORD'] === undefined;

export async function openTarget(): Promise<void> {
  if (REAL) target = await openReal(process.env);
  else {
    const sandbox = await startSandbox();
    target = talkTo(sandbox.url, sandbox.tokens, 'sandbox-password', () => sandbox.close());
  }
  isOpen = true;
}

export async function closeTarget(): Promise<void> {
  if (isOpen) await target.close();
}

/**
 * A real server. Throws when its company holds clients: the suite creates, changes and purges some, and nobody should point it at a
 * company in use by mistake. Deleted ones do not count, as the suite leaves its own behind where it has no password to purge them.
 */
export async function openReal(environment: NodeJS.ProcessEnv): Promise<Target> {
  const read = (name: string): string => environment[name] ?? '';
  const [viewOnly = '', none = '', locked = '', other = ''] = ROLES.map((role) => read(`NINJA_TOKEN_${role}`));
  const tokens = { admin: read('NINJA_TOKEN'), view_only: viewOnly, none, locked, other_company: other };
  const url = read('NINJA_URL').replace(/\/+$/, '');
  const real: Target = talkTo(url, tokens, read('NINJA_PASSWORD'), () => cleanUp(real));
  const { total } = (await real.list('?is_deleted=0&per_page=1')).meta.pagination;
  if (total > 0 && read('NINJA_CONTRACT_FORCE') !== '1') {
    throw new Error(
      `${url}: the company holds clients (${total}) that this suite did not create, and it creates, changes and purges clients: use an empty company, or set NINJA_CONTRACT_FORCE=1.`,
    );
  }
  return real;
}

/** Deletes what the suite created, and purges it where there is a password. */
async function cleanUp(real: Target): Promise<void> {
  const ids = [...real.created];
  for (let i = 0; i < ids.length; i += 100) await real.bulk('delete', ids.slice(i, i + 100));
  if (real.password === '') return;
  for (const id of ids) await real.purge(id);
}

export function talkTo(url: string, tokens: Tokens, password: string, close: () => Promise<void>): Target {
  const created = new Set<string>();
  const ask = async (path: string, { method, json, raw, headers, token }: Ask = {}): Promise<Reply> => {
    const sent = new Headers({
      'Accept': 'application/json',
      'X-API-TOKEN': token ?? tokens.admin,
      'X-Requested-With': 'XMLHttpRequest',
    });
    if (json !== undefined) sent.set('Content-Type', 'application/json');
    for (const [name, value] of Object.entries(headers ?? {})) {
      if (value === null) sent.delete(name);
      else sent.set(name, value);
    }
    const body = json === undefined ? (raw as RequestInit['body']) : JSON.stringify(json);
    const used = method ?? (body === undefined ? 'GET' : 'POST');
    const response = await fetch(`${url}${path}`, {
      method: used,
      headers: sent,
      body: body ?? null,
      redirect: 'manual',
    });
    const text = await response.text();
    const reply = { status: response.status, headers: response.headers, text, body: parse(text) };
    const made = used === 'POST' && path === '/api/v1/clients' ? (reply.body as CreatedAnswer)?.data?.id : undefined;
    if (made !== undefined) created.add(made);
    return reply;
  };
  return {
    url,
    tokens,
    password,
    ask,
    create: async (client = {}) => clientOf(await ask('/api/v1/clients', { json: client })),
    read: async (id) => clientOf(await ask(`/api/v1/clients/${id}`)),
    put: (id, change) => ask(`/api/v1/clients/${id}`, { method: 'PUT', json: change }),
    list: async (query = '') => pageOf(await ask(`/api/v1/clients${query}`)),
    created,
    purge: async (id) => {
      const headers = { 'X-API-PASSWORD': password };
      const reply = await ask(`/api/v1/clients/${id}/purge`, { json: {}, headers });
      if (reply.status === 200) created.delete(id);
      return reply;
    },
    bulk: (action, ids, more = {}) => ask('/api/v1/clients/bulk', { json: { action, ids, ...more } }),
    close,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
