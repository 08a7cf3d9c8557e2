/** A real S3 server for tests: OpenStack Swift with its S3 API, on a free port of the loopback. */

import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { openS3 } from '../../src/s3/client.js';
import type { S3Settings } from '../../src/s3/client.js';
import { findPort } from './port.js';
import { runAsRoot } from './root.js';

const SERVER = fileURLToPath(new URL('s3-server.py', import.meta.url));
/** Debian's, for which the package is made. */
const PYTHON = '/usr/bin/python3';
const CREDENTIALS = { accessKeyId: 'test:tester', secretAccessKey: 'a-secret-that-must-not-leak' };

export interface TestS3 {
  readonly settings: Required<S3Settings> & { readonly endpoint: string };
  /** The same as a process gets them. */
  readonly env: Readonly<Record<string, string>>;
  /** A new, empty bucket; its name. */
  createBucket(): Promise<string>;
  /** What is stored stays. */
  stop(): Promise<void>;
  /** At the same port, with what was stored. */
  start(): Promise<void>;
  close(): Promise<void>;
}

export async function openTestS3(): Promise<TestS3> {
  const port = await findPort();
  const folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-s3-'));
  const endpoint = `http://127.0.0.1:${port}`;
  const settings = { endpoint, region: 'us-east-1', pathStyle: true, ...CREDENTIALS };
  let server: ChildProcess | null = null;
  const killIt = (): void => void server?.kill('SIGKILL');
  process.on('exit', killIt);

  async function start(): Promise<void> {
    const { accessKeyId, secretAccessKey } = CREDENTIALS;
    const started = spawn(PYTHON, [SERVER, folder, String(port), accessKeyId, secretAccessKey], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    server = started;
    let said = '';
    started.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)));
    const ended = once(started, 'exit').then(() => {
      throw new Error(`the S3 server did not start:\n${said}`);
    });
    await Promise.race([once(started.stdout, 'data'), ended]);
    ended.catch(() => undefined);
    started.stdout.resume();
  }
  async function stop(): Promise<void> {
    const ended = server;
    server = null;
    if (ended === null || ended.exitCode !== null || ended.signalCode !== null) return;
    const exit = once(ended, 'exit');
    ended.kill('SIGKILL');
    await exit;
  }
  await start();
  let made = 0;
  return {
    settings,
    env: {
      S3_ENDPOINT: endpoint,
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    },
    createBucket: async () => {
      made += 1;
      const bucket = `bucket-${made}`;
      const client = openS3(settings);
      try {
        await client.send(new CreateBucketCommand({ Bucket: bucket }));
      } finally {
        client.destroy();
      }
      return bucket;
    },
    start,
    stop,
    close: async () => {
      await stop();
      process.off('exit', killIt);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Is there an S3 server to test with? Tries to install one where that needs nobody's password. */
export function findS3(): string | null {
  if (isThere()) return null;
  process.stderr.write('An S3 server is missing: installing it (apt-get install -y python3-swift).\n');
  const install = ['apt-get', 'install', '-y', '--no-install-recommends', 'python3-swift'];
  if (!runAsRoot(...install) && runAsRoot('apt-get', 'update')) runAsRoot(...install);
  return isThere() ? null : 'no S3 server: install it (Debian: apt-get install -y python3-swift)';
}

function isThere(): boolean {
  const find = 'import importlib.util, sys; sys.exit(importlib.util.find_spec("swift") is None)';
  return spawnSync(PYTHON, ['-c', find]).status === 0;
}
