/** `kill -9` in the middle of a push: nothing is lost, nothing is doubled, and the plan can be finished. */

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/server.js';
import type { Sandbox } from '../../src/sandbox/server.js';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const NEW_CLIENTS = 30;

let sandbox: Sandbox;
let folder: string;

beforeEach(async () => {
  sandbox = await startSandbox();
  folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-kill-'));
  const rows = Array.from({ length: NEW_CLIENTS }, (_, nth) => `K-${nth},Client ${nth},client${nth}@example.com`);
  writeFileSync(path.join(folder, 'clients.csv'), ['ID,Company,Email', ...rows, ''].join('\n'));
  writeFileSync(path.join(folder, 'job.yaml'), 'name: kill\n');
});

afterEach(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

const environment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  NINJA_URL: sandbox.url,
  NINJA_TOKEN: sandbox.tokens.admin,
  DATA_DIR: path.join(folder, 'data'),
});

async function run(...args: readonly string[]): Promise<{ code: number | null; stdout: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: environment(),
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout };
}

/** Starts an apply and kills it when the sandbox has seen that many creates. */
async function killAfterCreates(creates: number): Promise<void> {
  const child = spawn(process.execPath, [MAIN, 'apply', '1'], { env: environment(), stdio: 'ignore' });
  const closed = once(child, 'close');
  const countCreates = (): number =>
    sandbox.requests.filter((request) => request.method === 'POST' && request.path.endsWith('/clients')).length;
  while (countCreates() < creates) await new Promise((resolve) => setImmediate(resolve));
  child.kill('SIGKILL');
  await closed;
}

describe('a process that is killed while it applies', () => {
  it.each([1, 7, 20])('after %i creates, leaves a plan that is finished without doubling a client', async (creates) => {
    // Each create takes a while, so that some are under way when the process dies, acted upon and unanswered.
    sandbox.fault({ kind: 'latency', method: 'POST', path: '/clients$', when: 'after', delayMs: 15 });
    expect((await run('plan', 'clients.csv', '--job', './job.yaml')).code).toBe(0);

    await killAfterCreates(creates);
    const afterKill = sandbox.clients().length;
    expect(afterKill).toBeGreaterThanOrEqual(creates - 4);
    expect(afterKill).toBeLessThan(NEW_CLIENTS);

    await run('apply', '1');
    // What was under way when the process died is not sent again blindly; planning finds what is missing.
    await run('run', 'clients.csv', '--job', './job.yaml');
    const numbers = sandbox.clients().map((client) => client.id_number);
    expect(numbers.toSorted()).toEqual(Array.from({ length: NEW_CLIENTS }, (_, nth) => `K-${nth}`).toSorted());

    const { stdout } = await run('plan', 'clients.csv', '--job', './job.yaml', '--json');
    const summary = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
    expect(summary).toMatchObject({ create: 0, update: 0, unchanged: NEW_CLIENTS });
  });

  it('does not keep the lock of the target', async () => {
    sandbox.fault({ kind: 'latency', method: 'POST', path: '/clients$', when: 'after', delayMs: 15 });
    await run('plan', 'clients.csv', '--job', './job.yaml');
    await killAfterCreates(2);
    const second = spawnSync(process.execPath, [MAIN, 'runs', '--json'], { env: environment(), encoding: 'utf8' });
    expect(second.stdout).toContain('"status":"pushing"');
    expect((await run('apply', '1')).stdout).toContain('is done');
  });
});
