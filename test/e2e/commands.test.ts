/** The commands that look at a file, write a job, rehearse and check, as a user types them; and what is no command. */

import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/server.js';
import type { Sandbox } from '../../src/sandbox/server.js';
import { ROOT, endCli, readLines, runCli, startCli } from './cli.js';
import type { Ended, Environment } from './cli.js';

const KUNDEN = path.join(ROOT, 'samples/generic/kunden.csv');
const KUNDEN_JOB = path.join(ROOT, 'samples/generic/job.yaml');

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
  folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-commands-'));
  env = { NINJA_URL: sandbox.url, NINJA_TOKEN: sandbox.tokens.admin, DATA_DIR: path.join(folder, 'data') };
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const cli = (...args: readonly string[]): Promise<Ended> => runCli(args, env, folder);

/** A file of new clients that needs no job of its own, and the job that reads it. */
function writeClients(count: number): void {
  const rows = Array.from({ length: count }, (_, nth) => `C-${nth},Client ${nth},client${nth}@example.com`);
  mkdirSync(path.join(folder, 'jobs'), { recursive: true });
  writeFileSync(path.join(folder, 'clients.csv'), ['ID,Company,Email', ...rows, ''].join('\n'));
  writeFileSync(path.join(folder, 'jobs/clients.yaml'), 'source:\n  files: clients.csv\n');
}

describe('--help', () => {
  it('lists the commands and exit codes; that of each command ends with an example that begins with it', async () => {
    const { code, text } = await cli('--help');
    expect(code).toBe(0);
    expect(text).toContain(
      'Exit codes: 0 done, 1 failed, 2 usage or configuration, 3 done with rejects, 4 stopped by a limit, 130 interrupted.',
    );
    const listed = text.slice(text.indexOf('\nCommands:'), text.indexOf('\nExit codes:'));
    const commands = [...listed.matchAll(/^ {2}([a-z]+) /gm)]
      .map(([, name = '']) => name)
      .filter((name) => name !== 'help');
    expect(commands).toEqual(
      expect.arrayContaining(
        'inspect rows records init plan apply resume retry run undo unlock runs show rejects sandbox doctor demo'.split(
          ' ',
        ),
      ),
    );
    const helps = await Promise.all(commands.map((command) => cli(command, '--help')));
    for (const [nth, command] of commands.entries()) {
      expect(helps[nth]?.code).toBe(0);
      expect(helps[nth]?.text).toMatch(new RegExp(`\\nExamples?:\\n {2}.*ninja-sync ${command}\\b`));
    }
  });
});

describe('looking at a file', () => {
  it('inspect says what it is, and where each column goes', async () => {
    const people = await cli('inspect', KUNDEN);
    expect(people).toMatchObject({ code: 0 });
    expect(people.text).toContain('windows-1252');
    expect(people.text).toMatch(/Firma +client\.name/);
    const { lines } = readLines(await cli('inspect', path.join(ROOT, 'samples/salesforce/Account.csv'), '--json'));
    expect(lines.find((line) => line.type === 'file')).toMatchObject({ layout: 'salesforce-accounts' });
  });

  it('rows gives the cells of each row with its line; rows that cannot be read are exit code 3', async () => {
    const sound = await cli('rows', KUNDEN, '--json');
    expect(sound.code).toBe(0);
    expect(readLines(sound).summary).toMatchObject({ rows: 15, rejects: 0 });
    const damaged = await cli('rows', path.join(ROOT, 'samples/pipe/clients.csv'), '--json');
    expect(damaged.code).toBe(3);
    expect(
      readLines(damaged)
        .lines.filter((line) => line.type === 'reject')
        .map((line) => line['line']),
    ).toEqual([9, 12]);
    expect((await cli('rows', KUNDEN)).text).toContain('     6  10004 │ Schreinerei "Holz & Herz" │');
  });

  it('records gives the clients that the rows become', async () => {
    const records = await cli('records', KUNDEN, '--job', KUNDEN_JOB, '--json');
    const { lines, summary } = readLines(records);
    expect(records.code).toBe(3);
    expect(lines.find((line) => line.type === 'record')).toMatchObject({
      lines: [2, 3],
      client: { id_number: '10001' },
    });
    expect(summary).toMatchObject({ rows: 15, records: 13, rejects: 1 });
    expect((await cli('records', path.join(ROOT, 'samples/backfill/all-customers.csv'))).code).toBe(0);
  });
});

describe('init', () => {
  it('writes a job that loads and plans, and does not replace one', async () => {
    copyFileSync(KUNDEN, path.join(folder, 'Kunden 2026.csv'));
    const written = await cli('init', 'Kunden 2026.csv', '--json');
    expect(written.code).toBe(0);
    expect(readLines(written).summary).toMatchObject({ job: 'kunden-2026' });
    const job = path.join(folder, 'jobs/kunden-2026.yaml');
    const text = readFileSync(job, 'utf8');

    const planned = await cli('plan', '--job', 'kunden-2026', '--json');
    expect(readLines(planned).summary).toMatchObject({ job: 'kunden-2026', rows: 15, create: 14, rejectedRows: 0 });

    const again = await cli('init', 'Kunden 2026.csv');
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('exists already');
    writeFileSync(job, 'changed');
    expect((await cli('init', 'Kunden 2026.csv')).code).toBe(2);
    expect(readFileSync(job, 'utf8')).toBe('changed');
    expect((await cli('init', 'Kunden 2026.csv', '--force')).code).toBe(0);
    expect(readFileSync(job, 'utf8')).toBe(text);
    expect((await cli('init', 'Kunden 2026.csv', '--out', '-')).text).toBe(text);
  });

  it('says of each of several files what it is, and names a column that both have once', async () => {
    const [companies, contacts] = ['companies.csv', 'contacts.csv'].map((name) =>
      path.join(ROOT, 'samples/hubspot', name),
    );
    const { text } = await cli('init', companies ?? '', contacts ?? '', '--name', 'crm', '--out', '-');
    expect(text).toContain('companies.csv": recognised as "HubSpot companies"');
    expect(text).toContain('contacts.csv": recognised as "HubSpot contacts"');
    expect(text.match(/"Record ID"/g)).toHaveLength(1);
    expect(text).not.toContain('Record ID#2');
  });
});

describe('sandbox', () => {
  it('listens where it says, keeps its rate limit, is emptied by a reset, and stops at a signal', async () => {
    const child = startCli(
      ['sandbox', '--json', '--clients', '5', '--rate-limit', '9', '--token', 'rehearsal'],
      {},
      folder,
    );
    const ended = endCli(child);
    const [first] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    const listening = JSON.parse(first) as { type: string; url: string; tokens: { admin: string } };
    expect(listening).toMatchObject({ type: 'listening', tokens: { admin: 'rehearsal' } });
    const ask = (): Promise<Response> =>
      fetch(`${listening.url}/api/v1/clients`, {
        headers: { 'X-Api-Token': 'rehearsal', 'X-Requested-With': 'XMLHttpRequest' },
      });
    const answer = await ask();
    expect(answer.headers.get('x-ratelimit-limit')).toBe('9');
    expect(((await answer.json()) as { data: unknown[] }).data).toHaveLength(5);
    for (let nth = 0; nth < 8; nth += 1) await ask();
    expect((await ask()).status).toBe(429);
    expect((await fetch(`${listening.url}/_sandbox/reset`, { method: 'POST' })).ok).toBe(true);
    expect(((await (await ask()).json()) as { data: unknown[] }).data).toHaveLength(0);
    child.kill('SIGINT');
    const { code, text } = await ended;
    expect(code).toBe(0);
    expect(readLines({ text }).lines).toHaveLength(2);
  });
});

describe('doctor', () => {
  it('finds everything there, or says what is missing and where to get it', async () => {
    writeClients(1);
    const sound = await cli('doctor', '--json');
    expect(sound.code).toBe(0);
    const { lines, summary } = readLines(sound);
    expect(summary).toMatchObject({ failed: 0 });
    expect(lines.map((line) => line['name'])).toEqual([
      'node',
      'state',
      'jobs',
      'notify',
      'target',
      'permissions',
      'clients',
      'rate limit',
      undefined,
    ]);

    const unset = await runCli(['doctor'], { DATA_DIR: path.join(folder, 'data') }, folder);
    expect(unset.code).toBe(1);
    expect(unset.text).toMatch(/PROBLEM +target +not configured: NINJA_URL/);
    expect(unset.text).toContain('A token is made in Invoice Ninja under Settings');
    const reader = await runCli(['doctor'], { ...env, NINJA_TOKEN: sandbox.tokens.view_only }, folder);
    expect(reader.code).toBe(1);
    expect(reader.text).toMatch(/PROBLEM +permissions +the token may read but not write/);
  });
});

describe('usage', () => {
  it('is refused with exit code 2 and a message that names the nearest thing', async () => {
    writeClients(1);
    const cases: readonly (readonly [readonly string[], string])[] = [
      [['plna', 'clients.csv'], 'Did you mean plan?'],
      [['plan', 'clients.csv'], '--job'],
      [['plan', 'clients.csv', '--job', 'client'], 'clients'],
      [['show', '99'], 'There is no run "99"'],
      [['show', 'seven'], 'There is no run "seven"'],
      [['rows', 'clients.csv', '--delimiter', '#'], '"#" is no delimiter'],
      [['rows', 'clients.csv', '--encoding', 'utf-7'], '"utf-7" is no encoding'],
      [['sandbox', '--port', 'x'], '--port x'],
      [['runs', '--limit', '0'], '--limit 0'],
      [['resume', '99'], 'There is no run "99"'],
      [['undo', 'last'], 'There is no run "last"'],
      [['apply', '1', '--wait', 'soon'], '--wait "soon"'],
      [['retry', '1', '--patience', '10'], '--patience "10"'],
      [['apply', '1', '--allow', 'archives'], 'Allowed choices are'],
      [['unlock', 'example'], '"example" is not an address'],
    ];
    for (const [args, message] of cases) {
      const { code, stderr, text } = await cli(...args);
      expect([args, code, text]).toEqual([args, 2, '']);
      expect(stderr).toContain(message);
      expect(stderr).not.toMatch(/\n\s+at /);
    }
    expect(sandbox.requests).toEqual([]);
  });
});
