/** `ninja-sync sandbox` with its copies, faults and data file, and `ninja-sync rehearse`, as a user types them. */

import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/server.js';
import type { Sandbox } from '../../src/sandbox/server.js';
import { readLines, runCli, startCli } from './cli.js';
import type { Ended, Environment } from './cli.js';

let real: Sandbox;
let folder: string;
let env: Environment;
const stops: (() => Promise<number | null>)[] = [];

beforeEach(async () => {
  real = await startSandbox();
  folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-rehearse-'));
  env = { DATA_DIR: path.join(folder, 'data') };
});

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  await real.close();
  rmSync(folder, { recursive: true, force: true });
});

const cli = (...args: readonly string[]): Promise<Ended> => runCli(args, env, folder);

interface Listening {
  readonly url: string;
  readonly clients: number;
  readonly tokens: Readonly<Record<string, string>>;
  readonly stop: () => Promise<number | null>;
  readonly get: (route: string) => Promise<Response>;
}

async function listen(...args: readonly string[]): Promise<Listening> {
  const child = startCli(['sandbox', '--json', ...args], env, folder);
  const ended = once(child, 'close');
  const stop = async (): Promise<number | null> => {
    child.kill('SIGINT');
    const [code] = (await ended) as [number | null];
    return code;
  };
  stops.push(stop);
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const listening = JSON.parse(line) as Omit<Listening, 'stop' | 'get'>;
  const headers = { 'X-API-TOKEN': listening.tokens['admin'] ?? '' };
  return { ...listening, stop, get: (route) => fetch(`${listening.url}/api/v1${route}`, { headers }) };
}

describe('sandbox', () => {
  it('copies a server with --from, and keeps the copy with --data', async () => {
    real.seed([
      { name: 'Acme', id_number: 'A' },
      { name: 'Gone', deleted: true },
    ]);
    const copied = ['--from', real.url, '--token', real.tokens.admin, '--data', 'kept.json'];
    const first = await listen(...copied);
    expect(first.clients).toBe(2);
    expect(Object.keys(first.tokens)).toEqual(['admin', 'view_only', 'none', 'locked', 'other_company']);
    expect(new Set(real.requests.map(({ method }) => method))).toEqual(new Set(['GET']));
    const page = await (await first.get('/clients')).text();
    expect(await first.stop()).toBe(0);
    const second = await listen('--data', 'kept.json');
    expect(await (await second.get('/clients')).text()).toBe(page.replaceAll(first.url, second.url));
    await second.stop();
    const again = await cli('sandbox', ...copied);
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('kept.json holds clients already')]);
  });

  it('leaves no half copy in the file when the source fails', async () => {
    real.seed([{ name: 'Acme' }]);
    const { code } = await cli('sandbox', '--from', real.url, '--token', 'wrong', '--data', 'kept.json');
    expect([code, existsSync(path.join(folder, 'kept.json'))]).toEqual([1, false]);
  });

  it('takes faults from the command line, and a latency', async () => {
    const fault = JSON.stringify({ kind: 'status', status: 503, path: 'ping', nth: 1 });
    const chance = JSON.stringify([{ kind: 'status', status: 502, path: 'statics', probability: 0.5, seed: 7 }]);
    const { get } = await listen('--fault', fault, '--fault', chance, '--latency', '30');
    const begin = performance.now();
    expect([(await get('/ping')).status, (await get('/ping')).status]).toEqual([503, 200]);
    expect(performance.now() - begin).toBeGreaterThanOrEqual(60);
    const seen: number[] = [];
    for (let i = 0; i < 12; i++) seen.push((await get('/statics')).status);
    expect(new Set(seen)).toEqual(new Set([200, 502]));
  });

  it.each([
    [['--fault', '{'], 'this is no JSON'],
    [['--fault', '{"kind":"nonsense"}'], 'is no kind of fault'],
    [['--fault', '{"kind":"status","probability":2}'], 'from 0 to 1'],
    [['--latency', 'slow'], 'whole number'],
    [['--from', 'http://127.0.0.1:1', '--clients', '3'], 'has no invented clients'],
    [['--from', 'http://127.0.0.1:1'], 'no token for it'],
  ])('refuses %j', async (args, text) => {
    const { code, stderr } = await cli('sandbox', ...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(text)]);
  });

  it('refuses a damaged file and leaves it alone', async () => {
    writeFileSync(path.join(folder, 'kept.json'), '{"sandbox":1,');
    const { code, stderr } = await cli('sandbox', '--data', 'kept.json');
    expect([code, stderr]).toEqual([1, expect.stringContaining('does not hold the state of a sandbox')]);
    expect(readFileSync(path.join(folder, 'kept.json'), 'utf8')).toBe('{"sandbox":1,');
  });
});

describe('rehearse', () => {
  beforeEach(() => {
    env = { ...env, NINJA_URL: real.url, NINJA_TOKEN: real.tokens.admin, JOBS_DIR: folder };
    writeFileSync(path.join(folder, 'crm.yaml'), 'source:\n  files: clients.csv\nguards:\n  update: { ratio: 1 }\n');
    writeFileSync(
      path.join(folder, 'clients.csv'),
      'ID,Company,Email\nC-1,Acme,a@example.com\nC-2,Bolt,b@example.com\n',
    );
  });

  it('says what the real run would do, and leaves the real target alone', async () => {
    real.seed([{ name: 'Acme Ltd', id_number: 'C-1' }]);
    const before = real.clients();
    const ended = await cli('rehearse', path.join(folder, 'clients.csv'), '--job', 'crm', '--json');
    const { lines, summary } = readLines(ended);
    expect([ended.code, summary['status']]).toEqual([0, 'done']);
    const rehearsal = lines.find(({ type }) => type === 'rehearsal');
    const report = path.join(env['DATA_DIR'] ?? '', 'rehearsals', 'runs', '1', 'report.html');
    expect(rehearsal).toMatchObject({ source: real.url, copied: 1, remaining: 0, minutes: null, report });
    expect(rehearsal?.['requests']).toBeGreaterThan(1);
    expect(existsSync(report)).toBe(true);
    expect(ended.stderr).toContain(`Rehearsed on a copy of 1 clients of ${real.url}. Nothing was written there.`);
    expect(real.clients()).toEqual(before);
    const methods = real.requests.map((request) => `${request.method} ${request.path.split('?')[0]}`);
    expect(methods.filter((method) => !method.startsWith('GET'))).toEqual(['POST /api/v1/refresh']);
    expect(readLines(await cli('runs', '--json')).lines.filter(({ type }) => type === 'run')).toEqual([]);
    const run = await cli('run', path.join(folder, 'clients.csv'), '--job', 'crm');
    expect([run.code, real.clients().length]).toEqual([0, 2]);
  });

  it('ends with the codes of run', async () => {
    writeFileSync(
      path.join(folder, 'clients.csv'),
      'ID,Company,Email\nC-1,Acme,not an address\nC-2,Bolt,b@example.com\n',
    );
    const guards = 'guards:\n  rejects: { count: 10, ratio: 1 }\n';
    writeFileSync(path.join(folder, 'crm.yaml'), guards);
    const file = path.join(folder, 'clients.csv');
    expect((await cli('rehearse', file, '--job', 'crm')).code).toBe(3);
    real.seed([{ name: 'Old name', id_number: 'C-2', contacts: [{ email: 'b@example.com' }] }]);
    const before = real.clients();
    writeFileSync(path.join(folder, 'crm.yaml'), `${guards}  update: { count: 0, ratio: 0 }\n`);
    const breached = await cli('rehearse', file, '--job', 'crm');
    expect([breached.code, breached.stderr]).toEqual([4, expect.stringContaining('The real run would stop here')]);
    expect((await cli('rehearse', file, '--job', 'crm', '--allow', 'update')).code).toBe(3);
    expect((await cli('rehearse', file, '--job', 'nosuch')).code).toBe(2);
    expect(real.clients()).toEqual(before);
  });
});
