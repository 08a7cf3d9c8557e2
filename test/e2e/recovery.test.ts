/** What docs/recovery.md says, typed as it stands there: resume, retry, undo, unlock, and rejects that come back. */

import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '../../src/run/open-store.js';
import type { Lease } from '../../src/run/lease-store.js';
import { startSandbox } from '../../src/sandbox/server.js';
import type { Sandbox } from '../../src/sandbox/server.js';
import { endCli, readLines, runCli, startCli } from './cli.js';
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
  folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-recovery-'));
  env = { NINJA_URL: sandbox.url, NINJA_TOKEN: sandbox.tokens.admin, DATA_DIR: path.join(folder, 'data') };
  mkdirSync(path.join(folder, 'jobs'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const cli = (...args: readonly string[]): Promise<Ended> => runCli(args, env, folder);

/** Guards that stop nothing: what they stop is tested elsewhere. */
const JOB = `guards:
  update: { ratio: 1 }
  create: { ratio: 1 }
  rejects: { ratio: 1 }
`;

function writeClients(count: number, city = 'Ulm', name = 'clients'): void {
  const rows = Array.from({ length: count }, (_, nth) => `C-${nth},Client ${nth},${city},client${nth}@example.com`);
  writeFileSync(path.join(folder, `${name}.csv`), ['ID,Company,City,Email', ...rows, ''].join('\n'));
  writeFileSync(path.join(folder, 'jobs/clients.yaml'), `source:\n  files: clients.csv\n${JOB}`);
}

const numbersOf = (): readonly string[] =>
  sandbox
    .clients()
    .map((client) => client.id_number)
    .sort();

/** Starts a command and waits until at least so many clients are there; the rest takes its time. */
async function startSlowly(count: number, ...args: readonly string[]): Promise<ReturnType<typeof startCli>> {
  sandbox.fault({ kind: 'latency', method: 'POST', path: '/clients', delayMs: 40 });
  const child = startCli(args, env, folder);
  while (sandbox.clients().length < count) {
    if (child.exitCode !== null) throw new Error(`the command ended with ${child.exitCode}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return child;
}

describe('resume', () => {
  it('goes on where a killed process was, and doubles nothing', async () => {
    writeClients(30);
    expect((await cli('plan', '--job', 'clients')).code).toBe(0);
    const child = await startSlowly(5, 'apply', '1');
    const ended = endCli(child);
    child.kill('SIGKILL');
    await ended;
    const [line] = readLines(await cli('runs', '--json')).lines;
    expect(line).toMatchObject({ run: 1, status: 'pushing' });
    expect((await cli('show', '1')).stderr).toMatch(/^Next: .*ninja-sync resume 1$/m);

    const resumed = await cli('resume', '1', '--json');
    expect(resumed).toMatchObject({ code: 0 });
    expect(readLines(resumed).summary).toMatchObject({ status: 'done', rowOutcomes: { created: 30 } });
    expect(sandbox.clients()).toHaveLength(30);
    expect(new Set(numbersOf()).size).toBe(30);

    const requests = sandbox.requests.length;
    const again = await cli('resume', '1');
    expect([again.code, again.stderr]).toEqual([0, expect.stringContaining('Run 1 is done: nothing of it is left')]);
    expect(sandbox.requests).toHaveLength(requests);
  });

  it('is what a run names that was stopped in the middle', async () => {
    writeClients(30);
    const child = await startSlowly(3, 'run', '--job', 'clients');
    const ended = endCli(child);
    child.kill('SIGINT');
    const stopped = await ended;
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toMatch(/^Next: .*ninja-sync resume 1$/m);
    expect((await cli('resume', '1')).code).toBe(0);
    expect(new Set(numbersOf()).size).toBe(30);
  });

  it('of a run that was never begun names the command that begins it', async () => {
    writeClients(1);
    await cli('plan', '--job', 'clients');
    const { code, stderr } = await cli('resume', '1');
    expect([code, stderr]).toEqual([1, expect.stringContaining('ninja-sync apply 1')]);
    expect(sandbox.clients()).toEqual([]);
  });
});

describe('retry', () => {
  it('sends again what the server refused, and only that', async () => {
    writeClients(3);
    await cli('plan', '--job', 'clients');
    sandbox.fault({ kind: 'status', status: 422, method: 'POST', path: '/clients$', nth: 2 });
    const applied = await cli('apply', '1');
    expect([1, 3]).toContain(applied.code);
    expect(applied.stderr).toMatch(/^Next: .*ninja-sync retry 1$/m);
    expect((await cli('show', '1')).text).toMatch(/^\+ create "Client \d" \(line \d\): (failed|rejected): /m);
    expect(sandbox.clients()).toHaveLength(2);

    const retried = await cli('retry', '1', '--json');
    expect(retried).toMatchObject({ code: 0 });
    expect(readLines(retried).summary).toMatchObject({ status: 'done', rowOutcomes: { created: 3 } });
    expect(numbersOf()).toEqual(['C-0', 'C-1', 'C-2']);
    const { code, stderr } = await cli('retry', '1');
    expect([code, stderr]).toEqual([1, expect.stringMatching(/nothing|no change/i)]);
  });
});

describe('undo', () => {
  beforeEach(async () => {
    sandbox.seed([
      { name: 'Client 0', id_number: 'C-0', city: 'Bonn', contacts: [{ email: 'client0@example.com' }] },
      { name: 'Client 1', id_number: 'C-1', city: 'Bonn', contacts: [{ email: 'client1@example.com' }] },
    ]);
    writeClients(3);
    expect((await cli('run', '--job', 'clients')).code).toBe(0);
  });

  const cities = (): Readonly<Record<string, unknown>> =>
    Object.fromEntries(
      sandbox.clients().map((client) => [client.id_number, client.archived_at > 0 ? 'archived' : client['city']]),
    );

  it('plans the way back, which is applied like any plan', async () => {
    const planned = await cli('undo', '1', '--allow', 'archive');
    expect(planned.text).toContain('~ update "Client 0"');
    expect(planned.text).toContain('    city                     Ulm → Bonn');
    expect(planned.text).toContain('- archive "Client 2"');
    expect(planned.text).toMatch(/^Plan \d, which undoes run 1: 2 to update, 1 to archive/m);
    expect(cities()).toEqual({ 'C-0': 'Ulm', 'C-1': 'Ulm', 'C-2': 'Ulm' });
    const [, number = ''] = /^Plan (\d)/m.exec(planned.text) ?? [];

    const guards = ['--allow', 'archive', 'update'];
    expect(await cli('apply', number, ...guards)).toMatchObject({ code: 0 });
    expect(cities()).toEqual({ 'C-0': 'Bonn', 'C-1': 'Bonn', 'C-2': 'archived' });
    expect((await cli('runs')).text).toContain('undoes run 1');
    expect(readLines(await cli('show', number, '--json')).summary).toMatchObject({ undoes: 1, status: 'done' });
  });

  it('goes at once with --apply, and leaves alone what a person changed since', async () => {
    const touched = sandbox.clients().find(({ id_number }) => id_number === 'C-1');
    sandbox.edit(touched?.id ?? '', { fields: { city: 'Kiel' } });
    const done = await cli('undo', '1', '--apply', '--allow', 'archive', 'update');
    expect(done).toMatchObject({ code: 0 });
    expect(done.text).toMatch(/Left alone:\n {2}"Client 1": .*city/);
    expect(cities()).toEqual({ 'C-0': 'Bonn', 'C-1': 'Kiel', 'C-2': 'archived' });
  });

  it('is stopped by the guards of the job', async () => {
    const stopped = await cli('undo', '1', '--apply');
    expect(stopped.code).toBe(4);
    expect(stopped.text).toContain('Stopped by the archive limit');
    expect(stopped.stderr).toContain('--allow archive');
    expect(cities()).toEqual({ 'C-0': 'Ulm', 'C-1': 'Ulm', 'C-2': 'Ulm' });
  });

  it('refuses a run that was never applied', async () => {
    writeClients(4);
    await cli('plan', '--job', 'clients');
    const runs = readLines(await cli('runs', '--json')).lines;
    const { code, stderr } = await cli('undo', String(runs[0]?.['run']));
    expect([code, stderr]).toEqual([1, expect.stringContaining('there is nothing to undo')]);
  });
});

describe('a target that another run holds', () => {
  /** A process number that nobody has any more. */
  const gone = (): number => spawnSync(process.execPath, ['-e', '']).pid;

  async function hold(pid: number, host = hostname()): Promise<{ release: () => Promise<void> }> {
    const store = await openStore({ dataDir: env['DATA_DIR'] ?? '' });
    const wish = { target: sandbox.url, runId: 1, host, pid, ttlMs: 600_000 };
    const answer = await store.acquireLease(wish);
    const lease: Lease | null = 'taken' in answer ? answer.taken : null;
    return {
      release: async () => {
        if (lease !== null) await store.releaseLease(lease);
        await store.close();
      },
    };
  }

  beforeEach(async () => {
    writeClients(2);
    expect((await cli('plan', '--job', 'clients')).code).toBe(0);
  });

  it('is named with its holder, is not taken from a process that lives, and is broken by force', async () => {
    const held = await hold(process.pid);
    const busy = await cli('apply', '1');
    expect(busy.code).toBe(1);
    for (const part of [sandbox.url, 'run 1', String(process.pid), 'ninja-sync unlock'])
      expect(busy.stderr).toContain(part);
    expect(sandbox.clients()).toEqual([]);

    const listed = await cli('unlock');
    expect(listed.text).toMatch(new RegExp(`run 1 \\(process ${process.pid} on .*, since 20.* UTC\\), which is alive`));
    const refused = await cli('unlock', sandbox.url);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('which is alive')]);
    const broken = await cli('unlock', `${sandbox.url}/`, '--force');
    expect(broken).toMatchObject({ code: 0, text: expect.stringContaining(`process ${process.pid}`) });
    await held.release();
    expect((await cli('apply', '1')).code).toBe(0);
    expect(sandbox.clients()).toHaveLength(2);
  });

  it('is taken over from a process of this machine that is gone; unlock needs no force either', async () => {
    const pid = gone();
    const dead = await hold(pid);
    expect(await cli('apply', '1')).toMatchObject({ code: 0 });
    await dead.release();
    const held = await hold(pid);
    const listed = readLines(await cli('unlock', '--json'));
    expect(listed.lines[0]).toMatchObject({ type: 'lease', target: sandbox.url, pid, process: 'gone' });
    expect((await cli('unlock', sandbox.url)).code).toBe(0);
    expect((await cli('unlock')).stderr).toContain('No run writes to any target.');
    await held.release();
  });

  it('of another machine is not broken without force before it ends', async () => {
    const held = await hold(1, 'elsewhere');
    const refused = await cli('unlock', sandbox.url);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('which is on another machine')]);
    expect((await cli('unlock', sandbox.url, '--force')).code).toBe(0);
    await held.release();
  });

  it('is waited for with --wait, and the waiting is said', async () => {
    const held = await hold(process.pid);
    const child = startCli(['apply', '1', '--wait', '1m', '--json'], env, folder);
    const ended = endCli(child);
    await once(child.stderr, 'data');
    expect(sandbox.clients()).toEqual([]);
    await held.release();
    const done = await ended;
    expect(done).toMatchObject({ code: 0, stderr: expect.stringContaining('waiting up to') });
    expect(readLines(done).lines[0]).toMatchObject({ type: 'notice', message: expect.stringContaining('run 1') });
    expect(sandbox.clients()).toHaveLength(2);
  });
});

describe('rejects that come back', () => {
  it('are a part of the export: nobody who is not among them counts as missing', async () => {
    writeClients(3);
    const job = `source:\n  files: clients.csv\npolicy:\n  missing: archive\n${JOB}  archive: { ratio: 1 }\n`;
    writeFileSync(path.join(folder, 'jobs/clients.yaml'), job);
    expect((await cli('run', '--job', 'clients')).code).toBe(0);
    const lines = [
      'ID,Company,City,Email',
      'C-0,Client 0,Ulm,client0@example.com',
      'C-1,Client 1,Ulm,not an address',
      '',
    ];
    writeFileSync(path.join(folder, 'clients.csv'), lines.join('\n'));
    const planned = await cli('plan', '--job', 'clients', '--json');
    const { summary } = readLines(planned);
    expect(summary).toMatchObject({ rejectedRows: 1 });
    // The same clients are missing from the whole export.
    expect(summary['archive']).toBe(1);

    const rejects = await cli('rejects', String(summary['run']));
    expect(rejects.stderr).toContain('ninja-sync run rejects.csv --job clients');
    writeFileSync(path.join(folder, 'rejects.csv'), rejects.text.replaceAll('not an address', 'new1@example.com'));
    const ran = await cli('run', 'rejects.csv', '--job', 'clients', '--json');
    expect(ran).toMatchObject({ code: 0 });
    expect(readLines(ran).summary).toMatchObject({ rows: 1, update: 1, archive: 0 });
    expect(sandbox.clients().filter((client) => client.archived_at > 0)).toEqual([]);
  });
});
