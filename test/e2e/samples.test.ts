/** Each sample through the command line to its golden plan, then applied, then planned again: nothing is left to do. */

import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/server.js';
import type { Sandbox, SeedClient, WireClient } from '../../src/sandbox/server.js';
import { ROOT, readLines, runCli } from './cli.js';
import type { Environment, JsonLine } from './cli.js';

const SAMPLES = path.join(ROOT, 'samples');
const README = readFileSync(path.join(SAMPLES, 'README.md'), 'utf8');

/** Folder and arguments, as the table of samples/README.md has them. */
const samples = [...README.matchAll(/^\| `([a-z-]+)\/` \|.*\| `ninja-sync (.+)` \|$/gm)].map(
  ([, folder = '', command = '']) => ({ folder, args: command.split(' ') }),
);

let sandbox: Sandbox;
let dataDir: string;
let env: Environment;

beforeAll(async () => {
  sandbox = await startSandbox();
});

afterAll(async () => {
  await sandbox.close();
});

beforeEach(() => {
  sandbox.reset();
  dataDir = mkdtempSync(path.join(tmpdir(), 'ninja-sync-samples-'));
  env = { NINJA_URL: sandbox.url, NINJA_TOKEN: sandbox.tokens.admin, DATA_DIR: dataDir };
  return () => rmSync(dataDir, { recursive: true, force: true });
});

function nameContact(contact: Readonly<Record<string, unknown>>): string {
  const [email, first, last] = [contact['email'], contact['first_name'], contact['last_name']].map(String);
  return email || `${first} ${last}`.trim() || 'blank';
}

/** What differs from run to run is replaced by what it stands for. */
function settle(line: JsonLine, clients: readonly WireClient[]): string {
  const clientNames = new Map<unknown, string>(clients.map((client) => [client.id, `<client ${client.name}>`]));
  const contactNames = new Map<unknown, string>(
    clients.flatMap(({ contacts }) =>
      contacts.map((contact) => [contact['id'], `<contact ${nameContact(contact)}>`] as const),
    ),
  );
  const volatile = new Set(['run', 'digest', 'folder', 'statistics']);
  return JSON.stringify(line, (key, value: unknown) => {
    if (volatile.has(key) && value !== null) return `<${key}>`;
    if (key === 'clientId') return clientNames.get(value) ?? value;
    if (key === 'id') return contactNames.get(value) ?? value;
    return value === sandbox.url ? '<url>' : value;
  });
}

const contactIds = (clients: readonly WireClient[]): readonly string[] =>
  clients.flatMap((client) => client.contacts.map((contact) => `${client.id} ${String(contact['id'])}`));

describe('samples/', () => {
  it('has a row in README.md for every folder', () => {
    // `layouts/` has records instead of plans: see test/cli/layouts.test.ts.
    const folders = readdirSync(SAMPLES, { withFileTypes: true }).filter(
      (entry) => entry.isDirectory() && entry.name !== 'layouts',
    );
    expect(samples.map((sample) => sample.folder).sort()).toEqual(folders.map((entry) => entry.name).sort());
  });

  it.each(samples)('$folder gives its golden plan, and nothing is left after it', async ({ folder, args }) => {
    sandbox.seed(JSON.parse(readFileSync(path.join(SAMPLES, folder, 'target.json'), 'utf8')) as SeedClient[]);
    const before = sandbox.clients();

    const planned = await runCli([...args, '--json'], env);
    const { lines, summary } = readLines(planned);
    const breached = lines.filter((line) => line.type === 'guard' && line['ok'] === false);
    expect(planned.code).toBe(breached.length > 0 ? 4 : Number(summary['rejectedRows']) > 0 ? 3 : 0);
    expect(sandbox.clients()).toEqual(before);

    const golden = path.join(SAMPLES, folder, 'plan.golden.jsonl');
    const text = lines.map((line) => `${settle(line, before)}\n`).join('');
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(golden, text);
    expect(text.split('\n')).toEqual(readFileSync(golden, 'utf8').split('\n'));

    const allow = breached.flatMap((line) => ['--allow', String(line['guard'])]);
    const applied = await runCli(['apply', '1', ...allow, '--json'], env);
    expect(applied.code).toBe(Number(summary['rejectedRows']) > 0 ? 3 : 0);
    const outcomes = readLines(applied).summary['rowOutcomes'] as Readonly<Record<string, number>>;
    expect(Object.values(outcomes).reduce((sum, count) => sum + count, 0)).toBe(summary['rows']);
    expect(outcomes['failed']).toBe(0);
    expect(contactIds(sandbox.clients())).toEqual(expect.arrayContaining([...contactIds(before)]));

    const again = readLines(await runCli([...args, '--json'], env));
    expect(again.lines.filter((line) => line.type === 'change')).toEqual([]);
    expect(again.summary).toMatchObject({
      create: 0,
      update: 0,
      restore: 0,
      archive: 0,
      delete: 0,
      rows: summary['rows'],
    });
    expect(Number(summary['create']) + Number(summary['update'])).toBeGreaterThan(0);
  });
});
