/** A real Redis for tests: the one of `REDIS_URL`, else a private server on a free port of the loopback. */

import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { findPort } from './port.js';
import { runAsRoot } from './root.js';

export interface TestRedis {
  readonly url: string;
  /** In front of every key: tests that share a server do not see each other. */
  readonly prefix: string;
  /** Only of a private server. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param options.args for the server; a test that gives some, or a password, or that stops the server, has one of its own
 */
export async function openRedis(
  options: { readonly args?: readonly string[]; readonly password?: string; readonly own?: boolean } = {},
): Promise<TestRedis> {
  const { REDIS_URL } = process.env;
  const { args, password } = options;
  const isOwn = options.own === true || args !== undefined || password !== undefined;
  const prefix = `test-${process.pid}-${Math.random().toString(36).slice(2, 8)}`;
  if (REDIS_URL !== undefined && REDIS_URL !== '' && !isOwn) {
    return { url: REDIS_URL, prefix, stop: refuse, start: refuse, close: () => removeKeys(REDIS_URL, prefix) };
  }
  const port = await findPort();
  const folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-redis-'));
  const url = `redis://${password === undefined ? '' : `:${password}@`}127.0.0.1:${port}`;
  let server: ChildProcess | null = null;
  const killIt = (): void => void server?.kill('SIGKILL');
  process.on('exit', killIt);

  async function start(): Promise<void> {
    server = spawn(
      'redis-server',
      [
        '--port',
        String(port),
        '--bind',
        '127.0.0.1',
        '--dir',
        folder,
        '--save',
        '',
        ...(args ?? ['--appendonly', 'yes']),
        ...(password === undefined ? [] : ['--requirepass', password]),
      ],
      { stdio: 'ignore' },
    );
    const client = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: () => 20, lazyConnect: true });
    client.on('error', () => undefined);
    try {
      await client.connect().catch(() => undefined);
      await client.ping();
    } finally {
      client.disconnect();
    }
  }
  async function stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const ended = server;
    server = null;
    if (ended === null || ended.exitCode !== null) return;
    await new Promise((resolve) => {
      ended.once('exit', resolve);
      ended.kill(signal);
    });
  }
  await start();
  return {
    url,
    prefix,
    start,
    stop,
    close: async () => {
      await stop('SIGKILL');
      process.off('exit', killIt);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Is there a Redis to test with? Tries to install one where that needs nobody's password. */
export function findRedis(): string | null {
  if (process.env['REDIS_URL'] !== undefined && process.env['REDIS_URL'] !== '') return null;
  if (spawnSync('redis-server', ['--version']).status === 0) return null;
  process.stderr.write('Redis is missing: installing it (apt-get install -y redis-server).\n');
  // A machine that never asked for its package lists has to do that first.
  if (!runAsRoot('apt-get', 'install', '-y', 'redis-server') && runAsRoot('apt-get', 'update'))
    runAsRoot('apt-get', 'install', '-y', 'redis-server');
  if (spawnSync('redis-server', ['--version']).status === 0) return null;
  return 'no redis-server: install it (Debian: apt-get install -y redis-server), or set REDIS_URL';
}

function refuse(): Promise<never> {
  return Promise.reject(new Error('the Redis of REDIS_URL is not ours to stop'));
}

async function removeKeys(url: string, prefix: string): Promise<void> {
  const client = new Redis(url);
  try {
    for await (const keys of client.scanStream({ match: `${prefix}*`, count: 1000 }) as AsyncIterable<string[]>) {
      if (keys.length > 0) await client.del(...keys);
    }
  } finally {
    client.disconnect();
  }
}
