/** What a worker logs about a whole run, at its most talkative: nothing that is secret, and nobody's address or number. */

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from '../../src/log.js';
import { csv } from '../support/rehearsal.js';
import { openStage, TOKEN } from './stage.js';
import type { Stage } from './stage.js';

const REDIS_PASSWORD = 'word-of-the-queue';

let stage: Stage;
let lines: string[];

beforeEach(async () => {
  lines = [];
  stage = await openStage({ redis: { password: REDIS_PASSWORD } });
});
afterEach(() => stage.close());

const COLUMNS = {
  columns: { id_number: 'ID', name: 'Company', phone: 'Phone' },
  contacts: [{ first_name: 'First', email: 'Email', phone: 'Mobile' }],
};
const OPEN = { count: 1000, ratio: 1 };
const HEADER = ['ID', 'Company', 'Phone', 'First', 'Email', 'Mobile'];
const ROWS = [
  ['C-1', 'Alpha', '+49 30 5550101', 'Anna', 'anna.alpha@kunde.example', '0171/5550102'],
  ['C-2', 'Beta', '(555) 555-0103', 'Bob', 'bob+beta@kunde.example', '004917155501'],
  // Refused, with their values: no address, and an address that another record has.
  ['C-3', 'Gamma', '+49 30 5550105', 'Eve', 'eve.gamma@', '5550106'],
  ['C-4', 'Delta', '+49 30 5550107', 'Dan', 'dan delta@kunde.example', '+49 171 5550108'],
];

async function work(wanted: 'done' | 'failed', settings: Readonly<Record<string, unknown>> = COLUMNS): Promise<void> {
  const log = createLogger(
    { logLevel: 'trace', token: TOKEN, secret: undefined, redisUrl: stage.redis.url },
    { destination: { write: (line) => void lines.push(line) } },
  );
  stage.job('acme', settings);
  const file = path.join(stage.folder, 'people.csv');
  writeFileSync(file, csv([HEADER, ...ROWS]));
  await stage.worker({ log });
  await stage.until(await stage.enqueue('acme', [file]), wanted);
  await stage.untilIdle();
}

/** Everything that somebody could be recognised by, and whatever opens a door. */
function findLeaks(): readonly string[] {
  const values = ROWS.flatMap(([, , phone, , email, mobile]) => [phone, email, mobile]).filter(
    (text) => text !== undefined,
  );
  const logged = lines.join('');
  return [...values, TOKEN, REDIS_PASSWORD].filter((value) => logged.includes(value));
}

describe('the logs of a run', () => {
  it('that is done name run and job, and nobody', async () => {
    await work('done');
    const legs = lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ run }) => run === 1);
    expect(legs.length).toBeGreaterThan(2);
    expect(legs.some(({ job }) => job === 'acme')).toBe(true);
    expect(lines.join('')).toContain('/api/v1/clients');
    expect(findLeaks()).toEqual([]);
  });

  it('that fails at a client whose name is an address say so, without the address', async () => {
    stage.sandbox.fault({ kind: 'status', method: 'POST', path: '/clients$', status: 500 });
    const nameless = { columns: { id_number: 'ID' }, contacts: [{ email: 'Email', phone: 'Mobile' }] };
    const guards = { create: OPEN, rejects: OPEN, failures: { count: 0, ratio: 0 }, rows: 1 };
    await work('failed', { ...nameless, guards, canary: true });
    expect(lines.join('')).toMatch(/create of \w\*{3}@kunde\.example/);
    expect(findLeaks()).toEqual([]);
  });

  it('that stops in the middle of its plan', async () => {
    stage.sandbox.fault({ kind: 'status', method: 'GET', path: '/statics', status: 401 });
    await work('failed');
    expect(lines.join('')).toContain('the run failed');
    expect(findLeaks()).toEqual([]);
  });
});
