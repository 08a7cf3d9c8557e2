/** The commands as people use them on a run at work: SIGTERM while it waits for the rate limit, and `unlock --force`. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/server.js';
import type { Sandbox, SandboxOptions } from '../../src/sandbox/server.js';
import { endCli, runCli, startCli } from '../e2e/cli.js';
import type { Ended, Environment } from '../e2e/cli.js';

const CLIENTS = 50;
/** Of the hosted service's kind: enough for a plan, and for some of the creates. */
const LIMIT = 40;
/** A process has to end, too; the window lasts a minute. */
const SOON_MS = 5000;
const CONCURRENCY = 4;
/** Creates within the first group of intents. */
const SLOW = 16;

let sandbox: Sandbox;
let folder: string;
let offsetMs: number;

beforeEach(() => {
  offsetMs = 0;
  folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-stop-'));
  writeFileSync(path.join(folder, 'job.yaml'), `name: stop\ntarget:\n  concurrency: ${CONCURRENCY}\n`);
  const rows = Array.from({ length: CLIENTS }, (_, n) => `K-${n},Client ${n},client${n}@example.com`);
  writeFileSync(path.join(folder, 'clients.csv'), ['ID,Company,Email', ...rows, ''].join('\n'));
});
afterEach(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

const open = async (options: SandboxOptions): Promise<void> => {
  sandbox = await startSandbox({ ...options, now: () => Date.now() + offsetMs });
};
const environment = (): Environment => ({
  NINJA_URL: sandbox.url,
  NINJA_TOKEN: sandbox.tokens.admin,
  DATA_DIR: path.join(folder, 'data'),
});
const cli = (...args: readonly string[]): Promise<Ended> => runCli(args, environment(), folder);
const creates = (): number =>
  sandbox.requests.filter(({ method, path: asked, status }) => {
    return method === 'POST' && asked.endsWith('/clients') && status !== 429;
  }).length;
const untilCreates = async (count: number): Promise<void> => {
  while (creates() < count) await new Promise((resolve) => setImmediate(resolve));
};
/** Resolves when nothing came for a while. */
async function untilQuiet(): Promise<void> {
  for (let seen = -1; seen !== sandbox.requests.length;) {
    seen = sandbox.requests.length;
    await new Promise((resolve) => {
      setTimeout(resolve, 500);
    });
  }
}

describe('SIGTERM while a run waits for the rate limit', () => {
  it('ends it within seconds, and resume sends the rest, once', async () => {
    await open({ mode: 'hosted', rateLimit: LIMIT });
    expect((await cli('plan', 'clients.csv', '--job', './job.yaml')).code).toBe(0);
    const child = startCli(['apply', '1'], environment(), folder);
    const ended = endCli(child);
    await untilCreates(10);
    await untilQuiet();
    const sent = creates();
    expect(sent).toBeLessThan(CLIENTS);
    const stoppedAt = performance.now();
    child.kill('SIGTERM');
    const { code, stderr } = await ended;
    expect(performance.now() - stoppedAt).toBeLessThan(SOON_MS);
    expect(code).toBe(130);
    expect(stderr).toContain('ninja-sync resume 1');
    expect(creates()).toBe(sent);

    offsetMs += 61_000;
    expect((await cli('resume', '1')).code).toBe(0);
    expect(creates()).toBe(CLIENTS);
    expect(new Set(sandbox.clients().map(({ name }) => name)).size).toBe(CLIENTS);
  });
});

describe('unlock --force while a run writes', () => {
  it('lets nothing more of it through but what was under way; resume sends the rest, once', async () => {
    await open({});
    expect((await cli('plan', 'clients.csv', '--job', './job.yaml')).code).toBe(0);
    // Slow enough for another process to come in between, within the group whose intents are noted already.
    sandbox.fault({ kind: 'latency', method: 'POST', path: '/clients$', when: 'after', delayMs: 1500, times: SLOW });
    const ended = endCli(startCli(['apply', '1'], environment(), folder));
    await untilCreates(1);
    const unlocked = await cli('unlock', sandbox.url, '--force');
    expect(unlocked.code).toBe(0);
    const sent = sandbox.clients().length;
    const { code, stderr } = await ended;
    expect(code).toBe(1);
    expect(stderr).toContain('Run 1 no longer holds');
    // Everything that is at the server by now has been carried out, answered or not.
    expect(sandbox.clients()).toHaveLength(sent);
    expect(sent).toBeLessThan(SLOW);

    expect((await cli('resume', '1')).code).toBe(0);
    expect(creates()).toBe(CLIENTS);
    expect(new Set(sandbox.clients().map(({ name }) => name)).size).toBe(CLIENTS);
  });
});
