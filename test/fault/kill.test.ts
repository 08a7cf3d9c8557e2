/** `kill -9` in the middle of a push: nothing is lost, nothing is doubled, and the run goes on where it was. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/server.js';
import type { Sandbox } from '../../src/sandbox/server.js';
import { endCli, readLines, runCli, startCli } from '../e2e/cli.js';
import type { Ended, Environment } from '../e2e/cli.js';

const NEW_CLIENTS = 60;

let sandbox: Sandbox;
let folder: string;

beforeEach(async () => {
  sandbox = await startSandbox();
  folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-kill-'));
  writeFileSync(path.join(folder, 'job.yaml'), 'name: kill\n');
  // Each create takes a while, so that some are under way when the process dies, acted upon and unanswered.
  sandbox.fault({ kind: 'latency', method: 'POST', path: '/clients$', when: 'after', delayMs: 15 });
});

afterEach(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

const environment = (): Environment => ({
  NINJA_URL: sandbox.url,
  NINJA_TOKEN: sandbox.tokens.admin,
  DATA_DIR: path.join(folder, 'data'),
});
const cli = (...args: readonly string[]): Promise<Ended> => runCli(args, environment(), folder);
const writeFile = (id: (n: number) => string): void => {
  const rows = Array.from({ length: NEW_CLIENTS }, (_, n) => `${id(n)},Client ${n},client${n}@example.com`);
  writeFileSync(path.join(folder, 'clients.csv'), ['ID,Company,Email', ...rows, ''].join('\n'));
};
const countCreates = (): number =>
  sandbox.requests.filter(({ method, path: asked }) => method === 'POST' && asked.endsWith('/clients')).length;

/** Starts it and kills it when the sandbox has seen that many creates. */
async function killAfterCreates(creates: number, ...args: readonly string[]): Promise<void> {
  const child = startCli(args, environment(), folder);
  const ended = endCli(child);
  while (countCreates() < creates) await new Promise((resolve) => setImmediate(resolve));
  child.kill('SIGKILL');
  await ended;
}

describe('a process that is killed while it applies', () => {
  it.each([
    [1, 'with ids', (n: number) => `K-${n}`],
    [30, 'with ids', (n: number) => `K-${n}`],
    [30, 'without any unique key', () => ''],
  ] as const)('after %i creates %s: resume does the rest, once', async (creates, _, id) => {
    writeFile(id);
    expect((await cli('plan', 'clients.csv', '--job', './job.yaml')).code).toBe(0);
    await killAfterCreates(creates, 'apply', '1');
    const made = sandbox.clients().length;
    expect(made).toBeGreaterThanOrEqual(creates);
    expect(made).toBeLessThan(NEW_CLIENTS);

    const resumed = await cli('resume', '1');
    expect(resumed.text + resumed.stderr).toContain('done');
    expect(resumed.code).toBe(0);
    const names = sandbox.clients().map(({ name }) => name);
    expect(new Set(names).size).toBe(NEW_CLIENTS);
    expect(names).toHaveLength(NEW_CLIENTS);
    expect(countCreates()).toBe(NEW_CLIENTS);

    const { summary } = readLines(await cli('plan', 'clients.csv', '--job', './job.yaml', '--json'));
    expect(summary).toMatchObject({ create: 0, update: 0, unchanged: NEW_CLIENTS });
  });

  it('and again while it resumes: the run still ends as it should', async () => {
    writeFile((n) => `K-${n}`);
    await cli('plan', 'clients.csv', '--job', './job.yaml');
    await killAfterCreates(10, 'apply', '1');
    await killAfterCreates(35, 'resume', '1');
    expect((await cli('resume', '1')).code).toBe(0);
    expect(sandbox.clients()).toHaveLength(NEW_CLIENTS);
    expect(countCreates()).toBe(NEW_CLIENTS);
  });

  it('does not keep the target for itself', async () => {
    writeFile((n) => `K-${n}`);
    await cli('plan', 'clients.csv', '--job', './job.yaml');
    await killAfterCreates(2, 'apply', '1');
    expect((await cli('runs', '--json')).text).toContain('"status":"pushing"');
    const run = await cli('run', 'clients.csv', '--job', './job.yaml', '--allow', 'create');
    expect(run.code).toBe(0);
    expect(sandbox.clients()).toHaveLength(NEW_CLIENTS);
  });
});
