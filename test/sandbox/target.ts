/**
 * The server that the contract cases talk to: a sandbox of their own, or a real Invoice Ninja where NINJA_URL and NINJA_TOKEN are set. The cases use
 * HTTP only and make what they need under names of their own, so they do not care what else a company holds.
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
  close(): Promise<void>;
}

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

export async function openTarget(): Promise<Target> {
  const real = process.env['NINJA_URL'];
  if (real !== undefined) {
    const token = process.env['NINJA_TOKEN'] ?? '';
    const tokens = {
      admin: token,
      view_only: process.env['NINJA_TOKEN_VIEW_ONLY'] ?? '',
      none: process.env['NINJA_TOKEN_NONE'] ?? '',
      locked: process.env['NINJA_TOKEN_LOCKED'] ?? '',
      other_company: process.env['NINJA_TOKEN_OTHER_COMPANY'] ?? '',
    };
    return talkTo(real, tokens, process.env['NINJA_PASSWORD'] ?? '', () => Promise.resolve());
  }
  const sandbox = await startSandbox();
  return talkTo(sandbox.url, sandbox.tokens, 'sandbox-password', () => sandbox.close());
}

export function talkTo(url: string, tokens: Tokens, password: string, close: () => Promise<void>): Target {
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
    const response = await fetch(`${url}${path}`, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: sent,
      body: body ?? null,
      redirect: 'manual',
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parse(text) };
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
