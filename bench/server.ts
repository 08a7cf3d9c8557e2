/**
 * A server with the formula's clients, in a process of its own. It answers what `plan` asks: the list, the statics, and
 * what the token may do. Tells its parent the port and the time of every page.
 *
 *     node server.js CLIENTS
 */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { COUNTRIES } from '../src/mapping/data/countries.js';
import { renderStatics } from '../src/sandbox/statics.js';
import { buildTemplates, renderPage } from './clients.js';

const total = Number(process.argv[2]);
const templates = buildTemplates(new Map(COUNTRIES.map(([id, alpha2]) => [alpha2, id])));
const company = { settings: { country_id: '276', currency_id: '3' } };
const refresh = JSON.stringify({ data: [{ is_owner: true, is_admin: true, permissions: '', company }] });

const server = createServer((request, response) => {
  const address = new URL(request.url ?? '/', 'http://127.0.0.1');
  const answer = (body: string | Buffer): void => {
    const bytes = Buffer.from(body);
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length });
    response.end(bytes);
  };
  if (address.pathname === '/api/v1/clients') {
    const page = Number(address.searchParams.get('page') ?? 1);
    process.send?.({ page });
    answer(renderPage(templates, total, page, Number(address.searchParams.get('per_page') ?? 20)));
  } else if (address.pathname === '/api/v1/refresh') answer(refresh);
  else if (address.pathname === '/api/v1/statics') answer(renderStatics());
  else answer('{}');
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('disconnect', () => process.exit());
