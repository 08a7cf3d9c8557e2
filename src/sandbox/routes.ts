/** The routes of the API and what each does, once the token is known: find the client, check the permission, act, answer. */

import type { IncomingHttpHeaders } from 'node:http';

import type { Answer } from './answer.js';
import * as answer from './answer.js';
import { applyBulk } from './bulk.js';
import { createClient } from './create.js';
import type { UploadedFile } from './form.js';
import { filterClients } from './filter.js';
import { renderDocumentList, renderItem, renderPage } from './list.js';
import { breakDown, refuseId, refusePassword } from './refusal.js';
import { renderBlankClient, renderClient } from './render.js';
import { sortClients } from './sort.js';
import { renderStatics } from './statics.js';
import type { Store, StoredClient } from './store.js';
import type { Throttle } from './throttle.js';
import { deleteClient, mergeClients, updateClient } from './update.js';
import { storeDocuments } from './upload.js';
import type { Tokens, User } from './users.js';
import { checkEdit, checkView, nameCompany, renderCompanyUser, SANDBOX_PASSWORD } from './users.js';
import type { Input } from './value.js';
import { toFlag } from './value.js';

export interface App {
  readonly store: Store;
  readonly throttle: Throttle;
  readonly tokens: Tokens;
  readonly isHosted: boolean;
  /** Requests per window and address. */
  readonly rateLimit: number | undefined;
  readonly now: () => number;
}

export interface Context {
  readonly app: App;
  readonly user: User;
  /** Unix seconds. */
  readonly now: number;
  readonly base: string;
  readonly path: string;
  readonly query: Input;
  readonly input: Input;
  readonly documents: readonly UploadedFile[];
  readonly headers: IncomingHttpHeaders;
}

/** `otherId` is there where the address has two. */
type Action = (context: Context, id: string, otherId: string) => Answer;

export interface Route {
  readonly methods: readonly string[];
  /** The groups are ids. */
  readonly pattern: RegExp;
  readonly action: Action;
  /** A limit of its own, in requests per window; `everywhere`: also self-hosted. */
  readonly limit?: { readonly name: string; readonly requests: number; readonly everywhere?: boolean };
}

export const ROUTES: readonly Route[] = [
  { methods: ['GET'], pattern: /^\/ping$/, action: ping },
  { methods: ['GET'], pattern: /^\/health_check$/, action: checkHealth },
  { methods: ['GET'], pattern: /^\/statics$/, action: () => answer.answerJson(renderStatics()) },
  {
    methods: ['POST'],
    pattern: /^\/refresh$/,
    action: ({ app, user }) => answer.answerData(renderCompanyUser(user, app.tokens)),
    limit: { name: 'refresh', requests: 200 },
  },
  { methods: ['GET'], pattern: /^\/clients$/, action: listClients },
  { methods: ['POST'], pattern: /^\/clients$/, action: postClient },
  { methods: ['GET'], pattern: /^\/clients\/create$/, action: showForm },
  { methods: ['POST'], pattern: /^\/clients\/bulk$/, action: postBulk },
  { methods: ['GET'], pattern: /^\/clients\/([^/]+)(?:\/edit)?$/, action: showClient },
  { methods: ['PUT', 'PATCH'], pattern: /^\/clients\/([^/]+)$/, action: putClient },
  { methods: ['DELETE'], pattern: /^\/clients\/([^/]+)$/, action: removeClient },
  { methods: ['PUT'], pattern: /^\/clients\/([^/]+)\/upload$/, action: upload },
  { methods: ['POST'], pattern: /^\/clients\/([^/]+)\/purge$/, action: purge },
  { methods: ['POST'], pattern: /^\/clients\/([^/]+)\/([^/]+)\/merge$/, action: merge },
  { methods: ['POST'], pattern: /^\/clients\/([^/]+)\/documents$/, action: listDocuments },
  {
    methods: ['POST'],
    pattern: /^\/clients\/([^/]+)\/updateTaxData$/,
    action: updateTaxData,
    limit: { name: 'updateTaxData', requests: 3, everywhere: true },
  },
  { methods: ['GET'], pattern: /^\/documents\/([^/]+)\/download$/, action: download },
  { methods: ['DELETE'], pattern: /^\/documents\/([^/]+)$/, action: removeDocument },
];

/** Throws a `Refusal` of kind 'missing'. */
function findClient({ app }: Context, id: string): StoredClient {
  const client = app.store.findClient(id);
  if (client === undefined) throw refuseId(id);
  return client;
}

function checkPassword(context: Context): void {
  if (readHeader(context.headers, 'x-api-password') !== SANDBOX_PASSWORD) throw refusePassword();
}

function ping({ user }: Context): Answer {
  return answer.answerJson(JSON.stringify({ company_name: nameCompany(user.company), user_name: 'Sandbox User' }));
}

function checkHealth(): Answer {
  return answer.answerJson('{"system_health":true,"queue":"sync","api_version":"5.10.17","is_docker":false}');
}

function listClients({ user, query, base, path }: Context): Answer {
  const selected = filterClients(user.company, query);
  const shown = user.mayView ? sortClients(selected, query) : [];
  return answer.answerData(renderPage(shown, query, { base, path, user }));
}

function postClient({ app, user, input, documents, now, base }: Context): Answer {
  checkEdit(user);
  if (documents.length > 0) throw breakDown();
  const { client, echo } = createClient(app.store, user.company, input, now);
  return answer.answerData(`{"data":${renderClient(client, base, echo)}}`);
}

function showForm({ user, now }: Context): Answer {
  checkEdit(user);
  return answer.answerData(`{"data":${renderBlankClient(user.id, now)}}`);
}

/** The answer has 20 to a page; `per_page` may stand in the query or in the body [286-289]. */
function postBulk({ app, user, query, input, now, base, path }: Context): Answer {
  const clients = applyBulk(app.store, user.company, input, user.isAdmin, now);
  return answer.answerData(renderPage(user.mayView ? clients : [], { ...query, ...input }, { base, path, user }));
}

function showClient(context: Context, id: string): Answer {
  const client = findClient(context, id);
  checkView(context.user, client);
  return answer.answerData(renderItem(client, context.query, context.base));
}

/** With documents everything else in the request is ignored [174]. */
function putClient(context: Context, id: string): Answer {
  const client = findClient(context, id);
  checkEdit(context.user, client);
  if (context.documents.length > 0) return upload(context, id);
  updateClient(context.app.store, client, context.input, context.now);
  return answer.answerData(renderItem(client, context.query, context.base));
}

function removeClient(context: Context, id: string): Answer {
  const client = findClient(context, id);
  checkEdit(context.user, client);
  deleteClient(client, context.now);
  return answer.answerData(renderItem(client, context.query, context.base));
}

function upload(context: Context, id: string): Answer {
  const client = findClient(context, id);
  checkEdit(context.user, client);
  const { is_public: isPublic = true } = context.input;
  storeDocuments(context.app.store, client, context.documents, isPublic === true || toFlag(isPublic), context.now);
  return answer.answerData(renderItem(client, context.query, context.base));
}

function purge(context: Context, id: string): Answer {
  checkPassword(context);
  const client = findClient(context, id);
  checkEdit(context.user, client);
  context.app.store.purgeClient(client);
  return answer.answerJson('{"message":"Success"}');
}

/** The contacts of the second client come to the first, which keeps its own fields; the second is gone [340]. */
function merge(context: Context, id: string, otherId: string): Answer {
  checkPassword(context);
  const client = findClient(context, id);
  const other = findClient(context, otherId);
  checkEdit(context.user, client);
  checkEdit(context.user, other);
  if (client !== other) mergeClients(context.app.store, client, other, context.now);
  return answer.answerData(renderItem(client, context.query, context.base));
}

/** [345] */
function listDocuments(context: Context, id: string): Answer {
  const client = findClient(context, id);
  checkView(context.user, client);
  return answer.answerData(renderDocumentList(client, context.base));
}

/** There is nobody here to ask about taxes: the client as it is [398-403]. */
function updateTaxData(context: Context, id: string): Answer {
  const client = findClient(context, id);
  checkEdit(context.user, client);
  return answer.answerData(renderItem(client, context.query, context.base));
}

/** Says that a file is HTML [177, 178]. */
function download({ app, user }: Context, id: string): Answer {
  const document = app.store.findDocument(id);
  if (document === undefined) throw refuseId(id, 'Document');
  checkView(user, app.store.findOwner(document));
  return answer.answerBytes(document.bytes);
}

function removeDocument(context: Context, id: string): Answer {
  checkPassword(context);
  const document = context.app.store.findDocument(id);
  if (document === undefined) throw refuseId(id, 'Document');
  checkEdit(context.user, context.app.store.findOwner(document));
  context.app.store.removeDocument(document);
  return answer.answerJson('{"message":"Success"}');
}

/** A header that comes once. */
export function readHeader(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}
