/** From a plan to what it became: plan, apply, run, runs, show, rejects, and an apply that somebody interrupts. */

import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/server.js';
import type { Sandbox, SeedClient } from '../../src/sandbox/server.js';
import { ROOT, endCli, readLines, runCli, startCli } from './cli.js';
import type { Ended, Environment } from './cli.js';

const KUNDEN = path.join(ROOT, 'samples/generic/kunden.csv');
/** The guards of the sample's job would stop a list of which every fifth row is rejected. */
const KUNDEN_JOB = readFileSync(path.join(ROOT, 'samples/generic/job.yaml'), 'utf8').replace(
  /^guards:[^]*/m,
  'guards:\n  archive: { ratio: 1 }\n  delete: { ratio: 1 }\n  update: { ratio: 1 }\n  create: { ratio: 1 }\n  rejects: { ratio: 1 }\n',
);
const kundenTarget = JSON.parse(readFileSync(path.join(ROOT, 'samples/generic/target.json'), 'utf8')) as SeedClient[];

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

describe('plan, apply, run, runs and show', () => {
  it('plan writes nothing; apply does what it showed; then nothing is left', async () => {
    writeClients(3);
    const planned = await cli('plan', '--job', 'clients');
    expect(planned.code).toBe(0);
    expect(planned.text).toContain('+ create "Client 0" (line 2)');
    expect(planned.text).toContain('Plan 1: 3 to create; 0 unchanged; 0 clients at the target.');
    expect(planned.stderr).toMatch(/^Next: .*ninja-sync apply 1$/m);
    expect(sandbox.clients()).toEqual([]);
    expect(
      sandbox.requests.filter(({ method, path: requested }) => method !== 'GET' && !requested.includes('/refresh?')),
    ).toEqual([]);

    const applied = await cli('apply', '1', '--json');
    expect(applied.code).toBe(0);
    expect(readLines(applied).summary).toMatchObject({ status: 'done', rowOutcomes: { created: 3 } });
    expect(
      sandbox
        .clients()
        .map((client) => client.id_number)
        .sort(),
    ).toEqual(['C-0', 'C-1', 'C-2']);

    const twice = await cli('apply', '1');
    expect(twice.code).toBe(1);
    expect(twice.stderr).toContain('Run 1 is done: there is nothing to apply.');
    expect(sandbox.clients()).toHaveLength(3);

    const ran = await cli('run', 'clients.csv', '--job', 'clients', '--json');
    expect(ran.code).toBe(0);
    expect(readLines(ran).summary).toMatchObject({ unchanged: 3, create: 0, rowOutcomes: { unchanged: 3 } });

    const { lines, summary } = readLines(await cli('runs', '--json'));
    expect(summary).toMatchObject({ runs: 2 });
    expect(lines.filter((line) => line.type === 'run').map((line) => [line['run'], line['status']])).toEqual([
      [2, 'done'],
      [1, 'done'],
    ]);
    expect((await cli('runs', '--limit', '1')).text.trim().split('\n')).toHaveLength(1);
    const shown = await cli('show', '1');
    expect(shown.text).toContain('+ create "Client 0" (line 2): created');
    expect(readLines(await cli('show', '1', '--json')).lines.filter((line) => line.type === 'change')).toHaveLength(3);
  });

  it('run plans, applies and verifies in one go', async () => {
    writeClients(2);
    const ran = await cli('run', '--job', 'clients');
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stderr).toContain('Verified: planning the same files again finds nothing left to do.');
    expect(sandbox.clients()).toHaveLength(2);
  });

  it('a guard stops a run with exit code 4 until somebody allows it', async () => {
    sandbox.seed(JSON.parse(readFileSync(path.join(ROOT, 'samples/backfill/target.json'), 'utf8')) as SeedClient[]);
    const before = sandbox.clients();
    const args = ['run', '--job', path.join(ROOT, 'jobs/backfill.yaml')];
    const stopped = await cli(...args);
    expect(stopped.code).toBe(4);
    expect(stopped.text).toContain('Stopped by the update limit');
    expect(stopped.stderr).toContain('--allow update');
    expect(sandbox.clients()).toEqual(before);
    const refused = await cli('apply', '1');
    expect(refused.code).toBe(4);
    expect(sandbox.clients()).toEqual(before);
    expect((await cli('apply', '1', '--allow', 'update')).code).toBe(0);
    expect(sandbox.clients()).toHaveLength(before.length + 5);
  });
});

describe('rejects', () => {
  it('gives the rejected rows byte by byte with their reasons; corrected and fed in again they work', async () => {
    // One who goes has an open balance: a guard of its own.
    sandbox.seed(kundenTarget.map((client) => ({ ...client, balance: 0 })));
    mkdirSync(path.join(folder, 'jobs'));
    writeFileSync(path.join(folder, 'jobs/kunden.yaml'), KUNDEN_JOB);
    const planned = await cli('plan', KUNDEN, '--job', 'kunden');
    expect(planned.code).toBe(3);
    expect(planned.stderr).toMatch(/^Next: .*ninja-sync rejects 1 > rejects\.csv$/m);

    const rejects = await cli('rejects', '1');
    expect(rejects.code).toBe(0);
    const source = readFileSync(KUNDEN).toString('latin1').split('\r\n');
    const [header, ...rows] = rejects.stdout.toString('latin1').trimEnd().split('\r\n');
    expect(header).toBe(
      `${source[0]};ninja_sync_line;ninja_sync_column;ninja_sync_code;ninja_sync_value;ninja_sync_hint`,
    );
    expect(rows.map((row, nth) => row.startsWith(`${source[[10, 12, 15][nth] ?? 0]};`))).toEqual([true, true, true]);

    const corrected = rejects.stdout
      .toString('latin1')
      .replace('ruhend', 'aktiv')
      .replace('tabea@sonnenfleck', 'post@sonnenschein')
      .replace('kai@fernweh', 'kai.j@fernweh');
    writeFileSync(path.join(folder, 'corrected.csv'), Buffer.from(corrected, 'latin1'));
    const again = await cli('plan', 'corrected.csv', '--job', 'kunden', '--json');
    expect(again.code).toBe(0);
    expect(readLines(again).summary).toMatchObject({ rows: 3, rejectedRows: 0, create: 2, update: 1 });

    const none = await cli('rejects', '2');
    expect(none).toMatchObject({ code: 0, text: '' });
    expect(none.stderr).toContain('Run 2 has no rejects');

    // As on another machine than the one that planned.
    rmSync(path.join(folder, 'data/runs/1'), { recursive: true });
    const elsewhere = await cli('rejects', '1');
    expect(elsewhere).toMatchObject({ code: 2, text: '' });
    expect(elsewhere.stderr).toContain('The rejects of run 1 are not on this machine.');
  });
});

describe('an interrupted apply', () => {
  it('ends with 130 at once at the second signal', async () => {
    writeClients(3);
    expect((await cli('plan', '--job', 'clients')).code).toBe(0);
    sandbox.fault({ kind: 'latency', method: 'POST', path: '/clients$', when: 'after', delayMs: 30_000 });
    const child = startCli(['apply', '1'], env, folder);
    const ended = once(child, 'exit');
    let log = '';
    const first = new Promise<void>((resolve) => {
      child.stderr.on('data', (chunk: Buffer) => {
        log += chunk.toString();
        if (log.includes('The next signal ends at once.')) resolve();
      });
    });
    while (sandbox.clients().length === 0) await new Promise((resolve) => setImmediate(resolve));
    child.kill('SIGINT');
    await first;
    child.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
    expect(readLines(await cli('runs', '--json')).lines[0]).toMatchObject({ run: 1, status: 'pushing' });
  });

  it('ends with 130 between two changes, and apply does the rest like resume and doubles nothing', async () => {
    writeClients(30);
    expect((await cli('plan', '--job', 'clients')).code).toBe(0);
    sandbox.fault({ kind: 'latency', method: 'POST', path: '/clients', delayMs: 40 });
    const child = startCli(['apply', '1', '--json'], env, folder);
    const ended = endCli(child);
    while (sandbox.clients().length < 3) await new Promise((resolve) => setImmediate(resolve));
    child.kill('SIGINT');
    const stopped = await ended;
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toContain('SIGINT: stopping after the requests that are under way.');
    expect(stopped.stderr).not.toMatch(/\n\s+at /);
    const created = sandbox.clients().length;
    expect(created).toBeLessThan(30);
    expect(readLines(await cli('runs', '--json')).lines[0]).toMatchObject({ run: 1, status: 'interrupted' });

    const rest = await cli('apply', '1', '--json');
    expect(rest.code).toBe(0);
    expect(readLines(rest).summary).toMatchObject({ status: 'done', rowOutcomes: { created: 30 } });
    expect(new Set(sandbox.clients().map((client) => client.id_number)).size).toBe(30);
    expect(sandbox.clients()).toHaveLength(30);
  });
});
