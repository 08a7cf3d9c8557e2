/** A real PostgreSQL for tests: a private cluster on a free port of the loopback, with a database for each place. */

import { spawnSync } from 'node:child_process';
import type { SpawnSyncReturns } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { findPort } from './port.js';
import { runAsRoot } from './root.js';

const DEBIAN = '/usr/lib/postgresql';
const PASSWORD = 'hunter2';

export interface TestPostgres {
  /** Of the database that is always there. */
  readonly url: string;
  /** A new database, with its URL. */
  createDatabase(): Promise<string>;
  dropDatabase(url: string): Promise<void>;
  start(): void;
  stop(mode?: 'fast' | 'immediate'): void;
  close(): void;
}

/** @param settings of the server, such as `fsync=on`; they win over those for tests */
export async function openPostgres(settings: readonly string[] = []): Promise<TestPostgres> {
  const port = await findPort();
  const folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-postgres-'));
  const data = path.join(folder, 'data');
  const owner = ownerOf(folder);
  const run = (program: string, ...args: readonly string[]): void => {
    const { status, stderr, stdout, error } = spawnSync(path.join(programs() ?? '', program), args, {
      ...owner,
      cwd: folder,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`${program} ended with ${status}: ${error?.message ?? ''}${stdout}${stderr}`);
  };
  run('initdb', '-D', data, '--username=sync', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync');
  const options = [
    `-p ${port}`,
    '-c listen_addresses=127.0.0.1',
    `-c unix_socket_directories=${folder}`,
    // A test kills processes, never the machine.
    '-c fsync=off',
    '-c max_connections=60',
    ...settings.map((setting) => `-c ${setting}`),
  ].join(' ');
  const start = (): void => run('pg_ctl', '-D', data, '-w', '-l', path.join(folder, 'log'), '-o', options, 'start');
  const stop = (mode: 'fast' | 'immediate' = 'fast'): void => run('pg_ctl', '-D', data, '-w', '-m', mode, 'stop');
  const killIt = (): void => {
    spawnSync(path.join(programs() ?? '', 'pg_ctl'), ['-D', data, '-m', 'immediate', 'stop'], owner);
    rmSync(folder, { recursive: true, force: true });
  };
  process.on('exit', killIt);
  start();
  const urlOf = (name: string): string => `postgres://sync:${PASSWORD}@127.0.0.1:${port}/${name}`;
  let made = 0;
  const ask = async (text: string): Promise<void> => {
    const client = new Client({ connectionString: urlOf('postgres') });
    await client.connect();
    try {
      await client.query(text);
    } finally {
      await client.end();
    }
  };
  return {
    url: urlOf('postgres'),
    createDatabase: async () => {
      made += 1;
      const name = `test_${made}`;
      await ask(`create database ${name}`);
      return urlOf(name);
    },
    dropDatabase: (url) => ask(`drop database ${new URL(url).pathname.slice(1)} with (force)`),
    start,
    stop,
    close: () => {
      process.off('exit', killIt);
      killIt();
    },
  };
}

/** Is there a PostgreSQL to test with? Tries to install one where that needs nobody's password. */
export function findPostgres(): string | null {
  if (programs() !== null) return null;
  process.stderr.write('PostgreSQL is missing: installing it (apt-get install -y postgresql).\n');
  if (!runAsRoot('apt-get', 'install', '-y', 'postgresql') && runAsRoot('apt-get', 'update'))
    runAsRoot('apt-get', 'install', '-y', 'postgresql');
  return programs() === null ? 'no PostgreSQL: install it (Debian: apt-get install -y postgresql)' : null;
}

/** Folder of `initdb` and `pg_ctl`; Debian does not put it on the path. */
function programs(): string | null {
  const folders = [
    ...(process.env['PATH'] ?? '').split(path.delimiter),
    ...(existsSync(DEBIAN) ? readdirSync(DEBIAN).map((version) => path.join(DEBIAN, version, 'bin')) : []),
  ];
  return folders.find((folder) => existsSync(path.join(folder, 'initdb'))) ?? null;
}

/** The server refuses to run as root: then it runs as the user that its package made. */
function ownerOf(folder: string): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag: string): number => {
    const { stdout }: SpawnSyncReturns<string> = spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' });
    return Number(stdout.trim());
  };
  const owner = { uid: idOf('-u'), gid: idOf('-g') };
  chownSync(folder, owner.uid, owner.gid);
  return owner;
}
