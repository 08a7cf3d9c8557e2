/** A page of clients with its envelope. FACTS.md "GET list" and [181-204]. */

import { Refusal } from './refusal.js';
import type { Echo } from './render.js';
import { renderAsJsonApi } from './json-api.js';
import { renderActivities, renderBriefly, renderClient, renderDocuments } from './render.js';
import { renderStatics } from './statics.js';
import type { StoredClient } from './store.js';
import type { User } from './users.js';
import type { Input } from './value.js';
import { toInteger } from './value.js';

const PER_PAGE_DEFAULT = 20;
const PER_PAGE_MAX = 5000;

/** What a list can include: those from `invoices` on are accepted and add nothing [199, 200, 422]. */
const INCLUDES: ReadonlySet<string> = new Set([
  'contacts',
  'documents',
  'gateway_tokens',
  'activities',
  'ledger',
  'system_logs',
  'group_settings',
  'invoices',
  'quotes',
  'credits',
  'payments',
  'projects',
  'tasks',
  'expenses',
  'recurring_invoices',
  'company',
  'user',
  'assigned_user',
  'country',
  'industry',
  'size',
  'primary_contact',
]);

/** Who looks at a list, and from where: the links keep nothing of `path` but the page [195]. */
interface ListView {
  readonly base: string;
  /** Without a query. */
  readonly path: string;
  readonly user: User;
}

/** Hidden from users who are no admins: measured for the list that answers a bulk call [304], a single client shows them [094]. */
const HIDDEN: Echo = { balance: 0, client_hash: '' };

export function renderPage(clients: readonly StoredClient[], query: Input, { base, path, user }: ListView): string {
  const perPage = readPerPage(query);
  const page = readPage(query['page']);
  const shown = clients.slice((page - 1) * perPage, page * perPage);
  const includes = readIncludes(query, true);
  const isBrief = query['filter_details'] === 'true';
  const echo = user.isAdmin ? undefined : HIDDEN;
  let data = '';
  for (const client of shown) {
    data +=
      (data === '' ? '' : ',') + (isBrief ? renderBriefly(client, base) : renderOne(client, base, includes, echo));
  }
  if (query['index'] === 'none') return `[${data}]`;

  const pages = Math.max(1, Math.ceil(clients.length / perPage));
  const links: Record<string, string> = {};
  if (page > 1) links['previous'] = `${base}${path}?page=${page - 1}`;
  if (page < pages) links['next'] = `${base}${path}?page=${page + 1}`;
  const pagination = {
    total: clients.length,
    count: shown.length,
    per_page: perPage,
    current_page: page,
    total_pages: pages,
    links,
  };
  if (query['serializer'] === 'json') return renderAsJsonApi(data, pagination, `${base}${path}`);
  const rest = query['include_static'] === 'true' ? `,"static":${renderStatics()}` : '';
  return `{"data":[${data}],"meta":{"pagination":${JSON.stringify(pagination)}}${rest}}`;
}

/** The documents of one client as a list: all of them on one page [345]. */
export function renderDocumentList(client: StoredClient, base: string): string {
  const data = renderDocuments(client, base);
  const total = (JSON.parse(`[${data}]`) as readonly unknown[]).length;
  const pagination = { total, count: total, per_page: PER_PAGE_DEFAULT, current_page: 1, total_pages: 1, links: {} };
  return `{"data":[${data}],"meta":{"pagination":${JSON.stringify(pagination)}}}`;
}

/** A single client; includes that are none are ignored here [420, 421]. */
export function renderItem(client: StoredClient, query: Input, base: string): string {
  return `{"data":${renderOne(client, base, readIncludes(query, false))}}`;
}

function renderOne(client: StoredClient, base: string, includes: readonly string[], echo?: Echo): string {
  let extra = '';
  if (includes.includes('activities')) extra += `,"activities":${renderActivities(client)}`;
  if (includes.includes('ledger')) extra += ',"ledger":[]';
  if (includes.includes('system_logs')) extra += ',"system_logs":[]';
  return renderClient(client, base, echo, extra);
}

function readIncludes(query: Input, isStrict: boolean): readonly string[] {
  const names = typeof query['include'] === 'string' ? query['include'].split(',').map((name) => name.trim()) : [];
  const unknown = names.find((name) => !INCLUDES.has(name.split('.')[0] ?? ''));
  if (isStrict && unknown !== undefined)
    throw new Refusal('request', `Relation \`${unknown}\` is not a valid include.`);
  return names;
}

/** [187-194, 276] */
function readPerPage(query: Input): number {
  const value = query['per_page'];
  if (value === undefined) return PER_PAGE_DEFAULT;
  const size = typeof value === 'object' && value !== null ? 1 : Math.abs(toInteger(value));
  return size === 0 ? 15 : Math.min(size, PER_PAGE_MAX);
}

/** [183-186] */
function readPage(value: unknown): number {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && /^[+]?\d{1,9}$/.test(text) ? Math.max(1, Number(text)) : 1;
}
