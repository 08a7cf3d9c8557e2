/** `ninja-sync clients` as a user types it: filters, tables, and a backup that is fed in again. */

import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SeedClient } from '../../src/sandbox/seed.js';
import { startSandbox } from '../../src/sandbox/server.js';
import type { Sandbox } from '../../src/sandbox/server.js';
import { readLines, runCli } from './cli.js';
import type { Ended, Environment } from './cli.js';

let sandbox: Sandbox;
let folder: string;
let env: Environment;

beforeAll(async () => {
  sandbox = await startSandbox();
});

afterAll(async () => {
  await sandbox.close();
});

beforeEach(() => {
  sandbox.reset();
  folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-clients-'));
  env = { NINJA_URL: sandbox.url, NINJA_TOKEN: sandbox.tokens.admin, DATA_DIR: path.join(folder, 'data') };
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const cli = (...args: readonly string[]): Promise<Ended> => runCli(['clients', ...args], env, folder);

const ODD: readonly SeedClient[] = [
  {
    name: '=HYPERLINK("https://evil.example")',
    id_number: '-1',
    phone: '+49 30 1234567',
    public_notes: 'first line\n"second", line',
    industry_id: '7',
    size_id: '3',
    classification: 'business',
    shipping_country_id: '250',
    settings: { currency_id: '3', language_id: '3', payment_terms: '14' },
    contacts: [
      { first_name: '@Home', last_name: "'t Hooft", email: 'a@x.example', phone: '-5' },
      { first_name: 'Zoë', last_name: 'Ünal', email: 'z@x.example' },
    ],
  },
  { name: "'s-Hertogenbosch BV", balance: -12.5 },
  { name: "'=1+1", postal_code: '01067', contacts: [{ first_name: 'Only', last_name: 'Name' }] },
];

const people = (): readonly SeedClient[] => [
  { name: 'Alpha', balance: 5, contacts: [{ email: 'a@x.example' }] },
  { name: 'Beta', balance: 50, contacts: [{ email: 'b@x.example' }, { email: 'b2@x.example' }] },
  { name: 'Gamma', balance: 7, archived: true },
  { name: 'Delta', balance: 70, deleted: true },
];

/** The names, in their order. */
async function names(...args: readonly string[]): Promise<readonly unknown[]> {
  const ended = await cli(...args, '--json');
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  const { lines, summary } = readLines(ended);
  const clients = lines.slice(0, -1).map((line) => (line['client'] as Readonly<Record<string, unknown>>)['name']);
  expect(summary['clients']).toBe(clients.length);
  return clients;
}

describe('the list', () => {
  it('is a table for people', async () => {
    sandbox.seed(people());
    const { code, text, stderr } = await cli();
    expect(code).toBe(0);
    const [head = '', ...rows] = text.trimEnd().split('\n');
    expect(head.trim().split(/ {2,}/)).toEqual(['Number', 'ID number', 'Name', 'State', 'Balance', 'Contacts']);
    expect(rows.map((row) => row.trim().split(/ {2,}/))).toEqual([
      ['0001', 'Alpha', 'active', '5.00', 'a@x.example'],
      ['0002', 'Beta', 'active', '50.00', 'b@x.example and 1 more'],
      ['0003', 'Gamma', 'archived', '7.00'],
      ['0004', 'Delta', 'deleted', '70.00'],
    ]);
    expect(stderr).toMatch(/^4 clients, 5 contacts\.$/m);
  });

  it('is narrowed by every filter, in the spelling of the document', async () => {
    sandbox.seed(people());
    const [alpha] = sandbox.clients();
    expect(await names()).toEqual(['Alpha', 'Beta', 'Gamma', 'Delta']);
    expect(await names('--balance', 'lt:10')).toEqual(['Alpha', 'Gamma']);
    expect(await names('--balance', 'gte:50', '--status', 'active')).toEqual(['Beta']);
    expect(await names('--between-balance', '5:7', '--is-deleted', 'false')).toEqual(['Alpha', 'Gamma']);
    expect(await names('--updated-since', '2020-01-01', '--sort', 'name:desc')).toEqual([
      'Gamma',
      'Delta',
      'Beta',
      'Alpha',
    ]);
    expect(await names('--client-id', alpha?.id ?? '', '--email', 'A@x.example')).toEqual(['Alpha']);
    expect(await names('--id-number', 'nobody')).toEqual([]);
  });

  it('comes from all pages', async () => {
    sandbox.seed(Array.from({ length: 23 }, (_, nth) => ({ name: `Client ${nth}`, archived: nth % 2 === 0 })));
    expect(await names('--per-page', '5')).toHaveLength(23);
    expect(await names('--per-page', '5', '--status', 'archived')).toHaveLength(12);
    const lists = sandbox.requests.filter((request) => request.path.includes('/clients?'));
    expect(lists).toHaveLength(5 + 3);
  });

  it('holds the whole objects in JSON, with what is included', async () => {
    sandbox.seed(people().slice(0, 1));
    const { lines } = readLines(await cli('--json', '--include', 'activities'));
    expect(lines[0]).toMatchObject({
      type: 'client',
      client: { gateway_tokens: [], documents: [], activities: [{}], contacts: [{ email: 'a@x.example' }] },
    });
    const { lines: plain } = readLines(await cli('--json'));
    expect(plain[0]?.['client']).not.toHaveProperty('activities');
  });

  it.each<readonly [readonly string[], RegExp]>([
    [['--balance', '10:lt'], /--balance "10:lt" is not understood.*lt:10/s],
    [['--csv', '--email', ''], /email is blank.*every client/s],
    [['--include', 'activities'], /--include needs --json/],
    [['--per-page', '0'], /--per-page 0/],
    [['--csv', '--json'], /only one of them/],
    [['--out', 'x.csv'], /--out needs --csv or --json/],
  ])('%j is a mistake that is explained before anybody is asked', async (args, message) => {
    const { code, stderr, text } = await cli(...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('    at ');
    if (!args.includes('--json')) expect(text).toBe('');
    expect(sandbox.requests).toEqual([]);
  });
});

describe('the backup', () => {
  const plan = async (file: string): Promise<Ended> => {
    writeFileSync(path.join(folder, 'job.yaml'), 'name: back\npolicy:\n  restore: true\n');
    return await runCli(['plan', file, '--job', './job.yaml', '--json'], env, folder);
  };

  it('is fed in again without a single change, and an edit of it is one change', async () => {
    sandbox.seed(ODD);
    const { code, stderr } = await cli('--csv', '--out', 'backup.csv');
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('Next: ninja-sync inspect backup.csv'),
    });
    const file = path.join(folder, 'backup.csv');
    const same = await plan('backup.csv');
    expect(same.code).toBe(0);
    expect(readLines(same).summary).toMatchObject({ create: 0, update: 0, restore: 0, unchanged: 3 });

    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('+49 30 1234567', '+49 30 7654321'));
    expect(readLines(await plan('backup.csv')).summary).toMatchObject({ create: 0, update: 1, unchanged: 2 });
  });

  it('of many clients in all states is fed in again without a change', async () => {
    await fetch(`${sandbox.url}/_sandbox/reset`, { method: 'POST', body: JSON.stringify({ clients: 400 }) });
    const active = await cli('--csv', '--status', 'active');
    writeFileSync(path.join(folder, 'active.csv'), active.stdout);
    const { summary } = readLines(await plan('active.csv'));
    const count = sandbox.clients().filter((client) => client.archived_at === 0).length;
    expect(summary).toMatchObject({ create: 0, update: 0, restore: 0, unchanged: count, rejectedRows: 0 });
    await cli('--csv', '--out', 'all.csv');
    expect(readLines(await plan('all.csv')).summary).toMatchObject({ create: 0, update: 0, restore: 400 - count });
  });

  it('makes the same clients at an empty target', async () => {
    sandbox.seed(ODD);
    const { stdout } = await cli('--csv');
    writeFileSync(path.join(folder, 'backup.csv'), stdout);
    const [odd] = sandbox.clients();
    sandbox.reset();
    writeFileSync(path.join(folder, 'job.yaml'), 'name: back\n');
    const { code } = await runCli(['run', 'backup.csv', '--job', './job.yaml'], env, folder);
    expect(code).toBe(0);
    expect(sandbox.clients()).toHaveLength(3);
    const [again] = sandbox.clients();
    for (const field of ['name', 'id_number', 'number', 'phone', 'public_notes', 'industry_id', 'shipping_country_id'])
      expect(again?.[field]).toBe(odd?.[field]);
    expect(again?.contacts).toMatchObject([{ first_name: '@Home', last_name: "'t Hooft" }, { email: 'z@x.example' }]);
  });

  it('holds no cell that a spreadsheet would take for a formula', async () => {
    sandbox.seed(ODD);
    const { stdout } = await cli('--csv');
    const cells = parse(stdout).flat();
    expect(cells.filter((cell) => /^[=+@\t\r]/.test(cell))).toEqual([]);
    expect(cells.filter((cell) => cell.startsWith('-'))).toEqual(
      ['-1', '-5', '-1', '-12.5'].filter((cell) => cells.includes(cell)),
    );
    expect(cells).toContain('\'=HYPERLINK("https://evil.example")');
  });

  it('is written completely or not at all', async () => {
    sandbox.seed(people());
    writeFileSync(path.join(folder, 'backup.csv'), 'the old one');
    sandbox.fault({ kind: 'status', path: 'page=2&', status: 403 });
    const { code } = await cli('--csv', '--out', 'backup.csv', '--per-page', '2');
    expect(code).toBe(1);
    expect(readFileSync(path.join(folder, 'backup.csv'), 'utf8')).toBe('the old one');
    expect(readdirSync(folder)).toEqual(['backup.csv']);
    sandbox.reset();
    expect((await cli('--csv', '--out', 'backup.csv')).code).toBe(0);
    expect(readFileSync(path.join(folder, 'backup.csv'), 'utf8')).toMatch(/^Client Name,/);
    const nowhere = await cli('--csv', '--out', 'no/such/folder.csv');
    expect(nowhere).toMatchObject({ code: 2, stderr: expect.stringContaining('no/such/folder.csv cannot be written') });
  });

  it('as JSON lines goes to the file, and the summary to both', async () => {
    sandbox.seed(people());
    const { summary } = readLines(await cli('--json', '--out', 'all.jsonl'));
    expect(summary).toMatchObject({ clients: 4, contacts: 5, out: 'all.jsonl' });
    const { lines } = readLines({ text: readFileSync(path.join(folder, 'all.jsonl'), 'utf8') });
    expect(lines.map((line) => line.type)).toEqual(['client', 'client', 'client', 'client', 'summary']);
  });
});

describe('without a target, or without permission', () => {
  it('says what is missing', async () => {
    const { code, stderr } = await runCli(['clients'], {}, folder);
    expect(code).toBe(2);
    expect(stderr).toContain('NINJA_URL');
    const stranger = await runCli(['clients'], { ...env, NINJA_TOKEN: sandbox.tokens.none }, folder);
    expect(stranger.code).toBe(1);
    expect(stranger.stderr).toContain('may not see all clients');
  });
});
