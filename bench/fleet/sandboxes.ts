/**
 * A sandbox for each target of the fleet, all of them in one process of its own, each with its own limit and clients. It
 * counts by itself what it is asked, and compares in the end what it holds with the last exports.
 *
 *     node sandboxes.js TARGETS RUNS LATENCY_MS
 */

import { startSandbox } from '../../src/sandbox/server.js';
import type { Sandbox, SeedClient, WireClient } from '../../src/sandbox/server.js';
import { describeFleet, rowOf } from './world.js';
import type { FleetTarget } from './world.js';

/** What a target was asked, by its own clock and count. */
export interface TargetCount {
  /** Milliseconds since 1970, of requests that it carried out. */
  readonly sentAt: readonly number[];
  /** Answers 429. */
  readonly throttled: number;
  readonly creates: number;
  readonly updates: number;
  /** Pages of its list of clients. */
  readonly pages: number;
  /** Clients that are missing, twice there, or not as in the last export; empty when all is well. */
  readonly wrong: readonly string[];
}

interface Watched {
  readonly target: FleetTarget;
  readonly sandbox: Sandbox;
  readonly sentAt: number[];
  throttled: number;
  creates: number;
  updates: number;
  pages: number;
}

const WRONG_MAX = 5;
const [targets, runs, latencyMs] = process.argv.slice(2).map(Number);

async function start(target: FleetTarget): Promise<Watched> {
  const counts = { sentAt: [] as number[], throttled: 0, creates: 0, updates: 0, pages: 0 };
  const sandbox = await startSandbox({
    token: 'bench',
    rateLimit: target.limit,
    onAnswered: ({ method, path, status }) => {
      if (status === 429) watched.throttled += 1;
      else watched.sentAt.push(Date.now());
      const [route = ''] = path.split('?');
      if (route === '/api/v1/clients' && method === 'POST' && status === 200) watched.creates += 1;
      if (route.startsWith('/api/v1/clients/') && method === 'PUT' && status === 200) watched.updates += 1;
      if (route === '/api/v1/clients' && method === 'GET') watched.pages += 1;
    },
  });
  const watched: Watched = { target, sandbox, ...counts };
  sandbox.seed(seedsOf(target));
  if (latencyMs !== undefined && latencyMs > 0) sandbox.fault({ kind: 'latency', delayMs: latencyMs });
  return watched;
}

function seedsOf({ jobs }: FleetTarget): readonly SeedClient[] {
  return jobs.flatMap((job) =>
    Array.from({ length: job.seeded }, (_, row) => {
      const { id, name, city, email } = rowOf(job, row, 0);
      return { name, id_number: id, city, contacts: [{ email }] };
    }),
  );
}

function count({ target, sandbox, sentAt, throttled, creates, updates, pages }: Watched): TargetCount {
  return { sentAt, throttled, creates, updates, pages, wrong: compare(target, sandbox.clients()) };
}

function compare({ jobs }: FleetTarget, clients: readonly WireClient[]): readonly string[] {
  const wrong: string[] = [];
  const byId = new Map<string, WireClient>();
  for (const client of clients) {
    if (byId.has(client.id_number)) wrong.push(`${client.id_number} is there twice`);
    byId.set(client.id_number, client);
  }
  for (const job of jobs) {
    for (let row = 0; row < job.rows; row += 1) {
      const wanted = rowOf(job, row, job.runs);
      const client = byId.get(wanted.id);
      byId.delete(wanted.id);
      if (client === undefined) wrong.push(`${wanted.id} is missing`);
      else if (!isEqual(client, wanted)) wrong.push(`${wanted.id} is not as in the last export`);
    }
  }
  for (const id of byId.keys()) wrong.push(`${id} is in no export`);
  return wrong.slice(0, WRONG_MAX);
}

function isEqual(client: WireClient, { name, city, email, note }: ReturnType<typeof rowOf>): boolean {
  const emails = client.contacts.map((contact) => contact['email']);
  return (
    client.name === name &&
    client['city'] === city &&
    client['private_notes'] === note &&
    emails.length === 1 &&
    emails[0] === email &&
    client.archived_at === 0 &&
    !client.is_deleted
  );
}

const all: Watched[] = [];
for (const target of describeFleet({ targets: targets ?? 0, runs: runs ?? 0 })) all.push(await start(target));
process.send?.({ urls: all.map(({ sandbox }) => sandbox.url) });
process.on('message', () => process.send?.({ counts: all.map(count) }));
process.on('disconnect', () => process.exit());
