/**
 * Recorded requests sent again, in their order, to a sandbox: the answers are compared value by value. Ids that the real server gave are
 * translated into those of the sandbox, and the sandbox's clock is where the recording's was.
 */

import type { Sandbox } from '../../src/sandbox/server.js';

export interface Recording {
  readonly number: number;
  readonly name: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>> | null;
    readonly body: unknown;
  };
  readonly response: { readonly status: number; readonly body?: unknown };
}

export interface Difference {
  readonly number: number;
  /** Dotted; list positions are left out: `data.contacts.email`. */
  readonly path: string;
  readonly recorded: unknown;
  readonly answered: unknown;
}

export interface Stage {
  readonly sandbox: Sandbox;
  /** The sandbox's clock, in milliseconds. */
  readonly clock: { nowMs: number };
  /** Ids of clients and contacts: recorded, then the sandbox's. */
  readonly clients: Map<string, string>;
  readonly contacts: Map<string, string>;
  /** Are times to be equal, rather than set or not? */
  readonly exactTimes: boolean;
}

const ROLES: Readonly<Record<string, keyof Sandbox['tokens']>> = {
  TOKEN_admin: 'admin',
  TOKEN_no_permissions: 'none',
  TOKEN_view_client_only: 'view_only',
  TOKEN_other_company_admin: 'other_company',
  TOKEN_locked: 'locked',
};

/** What the recordings left out of long texts and lists. */
const isCut = (value: unknown): boolean => typeof value === 'string' && /\[cut\]|…/.test(value);

export async function replay(stage: Stage, recording: Recording): Promise<readonly Difference[]> {
  const { request, response } = recording;
  stage.clock.nowMs = Math.max(stage.clock.nowMs, newestTime(response.body) * 1000);
  const reply = await fetch(`${stage.sandbox.url}${translate(request.path, stage.clients)}`, {
    method: request.method,
    headers: translateHeaders(stage, request.headers ?? {}),
    body: translateBody(stage, request.body),
    redirect: 'manual',
  });
  const text = await reply.text();
  const differences: Difference[] = [];
  const note = (path: string, recorded: unknown, answered: unknown): void => {
    differences.push({ number: recording.number, path, recorded, answered });
  };
  if (reply.status !== response.status) note('status', response.status, reply.status);
  if (typeof response.body === 'object' && response.body !== null) {
    compare(stage, response.body, parse(text), [], note);
  }
  return differences;
}

type Note = (path: string, recorded: unknown, answered: unknown) => void;

function compare(stage: Stage, recorded: unknown, answered: unknown, path: readonly string[], note: Note): void {
  if (isCut(recorded)) return;
  const at = path.join('.');
  if (Array.isArray(recorded)) {
    if (!Array.isArray(answered)) return note(at, recorded, answered);
    const known = recorded.filter((item) => !isCut(item));
    if (known.length === recorded.length && known.length !== answered.length)
      note(`${at}.length`, known.length, answered.length);
    known.forEach((item, i) => compare(stage, item, answered[i], path, note));
    return;
  }
  if (typeof recorded === 'object' && recorded !== null) {
    if (typeof answered !== 'object' || answered === null) return note(at, recorded, answered);
    const [wanted, given] = [recorded as Record<string, unknown>, answered as Record<string, unknown>];
    for (const key of Object.keys(given)) {
      if (!(key in wanted) && !Object.keys(wanted).some(isCut)) note([...path, key].join('.'), undefined, given[key]);
    }
    for (const [key, value] of Object.entries(wanted)) {
      if (!isCut(key)) compare(stage, value, given[key], [...path, key], note);
    }
    return;
  }
  if (!isEqual(stage, recorded, answered, path)) note(at, recorded, answered);
}

/** Made up by each server for itself: only blank or not can be compared. */
const OWN = new Set([
  'user_id',
  'client_hash',
  'contact_key',
  'link',
  'hash',
  'url',
  'company_id',
  'token_id',
  'client_id',
]);

function isEqual(stage: Stage, recorded: unknown, answered: unknown, path: readonly string[]): boolean {
  const key = path.at(-1) ?? '';
  const isBlankAlike = (recorded === '' || recorded === 0) === (answered === '' || answered === 0);
  if (['updated_at', 'created_at', 'archived_at'].includes(key))
    return stage.exactTimes ? recorded === answered : isBlankAlike;
  if (OWN.has(key)) return isBlankAlike;
  if (key === 'id' && typeof recorded === 'string' && typeof answered === 'string') {
    if (path.includes('activities') || path.includes('documents')) return isBlankAlike;
    return learn(path.includes('contacts') ? stage.contacts : stage.clients, recorded, answered);
  }
  if (path.includes('links')) return withoutOrigin(recorded) === withoutOrigin(answered);
  return recorded === answered;
}

/** The first time that an id shows, the sandbox's takes its place; from then on it has to stay the same. */
function learn(ids: Map<string, string>, recorded: string, answered: string): boolean {
  if (recorded === '' || recorded === 'WjnegYbwZ1') return recorded === answered;
  const known = ids.get(recorded);
  if (known === undefined) ids.set(recorded, answered);
  return known === undefined || known === answered;
}

const withoutOrigin = (link: unknown): string => String(link).replace(/^http:\/\/[^/]*/, '');

function translate(text: string, ids: ReadonlyMap<string, string>): string {
  return text.replaceAll(/\b[A-Za-z0-9]{10}\b/g, (id) => ids.get(id) ?? id);
}

function translateHeaders(stage: Stage, headers: Readonly<Record<string, string>>): Record<string, string> {
  const { tokens } = stage.sandbox;
  const sent = { ...headers };
  for (const name of ['X-API-TOKEN', 'Authorization']) {
    if (sent[name] === undefined) continue;
    sent[name] = sent[name].replaceAll(/TOKEN_\w+/g, (text) => {
      const role = ROLES[text];
      return role === undefined ? text : tokens[role];
    });
    // The admin's own token in lower case was not replaced by its name [007].
    if (/^[a-z0-9]{64}$/.test(sent[name])) sent[name] = tokens.admin.toLowerCase();
  }
  if (sent['X-API-PASSWORD'] !== undefined) sent['X-API-PASSWORD'] = 'sandbox-password';
  return sent;
}

function translateBody(stage: Stage, body: unknown): string | null {
  if (body === null || body === undefined) return null;
  if (typeof body === 'string') return body;
  const sent = structuredClone(body) as { ids?: unknown; contacts?: unknown };
  if (Array.isArray(sent.ids)) {
    sent.ids = sent.ids.map((id: unknown) => (typeof id === 'string' ? (stage.clients.get(id) ?? id) : id));
  }
  if (Array.isArray(sent.contacts)) {
    for (const contact of sent.contacts as { id?: string }[]) {
      if (typeof contact === 'object' && contact !== null && typeof contact.id === 'string')
        contact.id = stage.contacts.get(contact.id) ?? contact.id;
    }
  }
  return JSON.stringify(sent);
}

/** The latest time that an answer shows, in Unix seconds: what moved something did it then. */
function newestTime(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let newest = 0;
  for (const [key, part] of Object.entries(value)) {
    if (typeof part === 'number' && /^(updated|created|archived)_at$/.test(key)) newest = Math.max(newest, part);
    else newest = Math.max(newest, newestTime(part));
  }
  return newest;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
