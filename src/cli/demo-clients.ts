/**
 * What the demo's sandbox holds before the first run: most of the export's clients as they should be, some as people
 * and time leave them. Which client is which depends on its position alone, so every demo is the same.
 */

import { openSources } from '../run/sources.js';
import { collectRecords } from '../run/records.js';
import type { Job } from '../job/schema.js';
import type { CodeTable } from '../ninja/codes.js';
import { planRecord } from '../plan/diff.js';
import type { Change } from '../plan/change.js';
import { createBody } from '../push/payload.js';
import type { SeedClient } from '../sandbox/seed.js';
import type { Sandbox } from '../sandbox/server.js';

export interface FilledSandbox {
  readonly clients: number;
  readonly equal: number;
  readonly drifted: number;
  readonly archived: number;
  readonly withOwnContacts: number;
  readonly unknown: number;
}

/** Clients that the export does not know: the company had customers before it had a CRM. */
const UNKNOWN_CLIENTS = 60;

export async function fillSandbox(
  sandbox: Sandbox,
  codes: CodeTable,
  job: Job,
  paths: readonly string[],
  folder: string,
): Promise<FilledSandbox> {
  const sources = await openSources(paths, job);
  const records = await collectRecords(sources, folder);
  const seeds: SeedClient[] = [];
  const counts = { equal: 0, drifted: 0, archived: 0, withOwnContacts: 0 };
  for (let group = 0; group < records.count; group += 1) {
    const { record } = records.assemble(group);
    // Every eighth client is new to the sandbox.
    if (record === null || group % 8 === 7) continue;
    const verdict = planRecord({ ...record, lifecycle: 'active' }, null, { ...job.policy, create: true }, null);
    if (verdict.kind !== 'change') continue;
    const body = createBody({ seq: 1, ...verdict.change } satisfies Change, codes);
    const kind =
      group % 10 === 3 ? 'drifted' : group % 25 === 5 ? 'archived' : group % 12 === 4 ? 'withOwnContacts' : 'equal';
    counts[kind] += 1;
    seeds.push(age(body as SeedClient, kind));
  }
  records.close();
  for (let nth = 1; nth <= UNKNOWN_CLIENTS; nth += 1) seeds.push(unknownClient(nth));
  sandbox.seed(seeds);
  return { ...counts, clients: seeds.length, unknown: UNKNOWN_CLIENTS };
}

function age(client: SeedClient, kind: 'drifted' | 'archived' | 'withOwnContacts' | 'equal'): SeedClient {
  const contacts = (client['contacts'] ?? []) as readonly Readonly<Record<string, unknown>>[];
  if (kind === 'archived') return { ...client, archived: true };
  if (kind === 'withOwnContacts') {
    const bookkeeper = {
      first_name: 'Accounts',
      last_name: 'Payable',
      email: `invoices+${String(client['id_number'])}@example.org`,
      send_email: true,
    };
    return { ...client, contacts: [...contacts, bookkeeper] };
  }
  if (kind === 'equal') return client;
  const [first, ...rest] = contacts;
  return {
    ...client,
    city: 'Old Town',
    phone: '+1 555 0100',
    contacts: first === undefined ? [] : [{ ...first, phone: '+1 555 0199' }, ...rest.slice(0, -1)],
  };
}

function unknownClient(nth: number): SeedClient {
  return {
    name: `Walk-in customer ${nth}`,
    id_number: `W-${String(nth).padStart(4, '0')}`,
    city: 'Springfield',
    contacts: [{ first_name: 'Walk-in', last_name: String(nth), email: `walkin${nth}@example.net` }],
  };
}
