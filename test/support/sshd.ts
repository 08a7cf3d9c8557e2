/** A real SSH server for tests: Debian's sshd on a free port of the loopback, with keys of its own, for whoever runs the tests. */

import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findPort } from './port.js';
import { runAsRoot } from './root.js';

const SSHD = '/usr/sbin/sshd';
const PRIVILEGES = '/run/sshd';

export interface TestSshd {
  /** `sftp://USER@127.0.0.1:PORT/FOLDER` */
  readonly url: string;
  readonly port: number;
  /** The folder of `url`, on this machine. */
  readonly folder: string;
  /** Its fingerprint, `SHA256:…`. */
  readonly hostKey: string;
  /** Path of the user's private key. */
  readonly keyFile: string;
  /** Names of the files under a folder of `folder`, sorted; none when it is not there. */
  list(name: string): readonly string[];
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Another key of its own from now on. */
  changeHostKey(): void;
  close(): Promise<void>;
}

export async function openSshd(): Promise<TestSshd> {
  const home = mkdtempSync(path.join(tmpdir(), 'ninja-sync-sshd-'));
  const [hostKeyFile, keyFile] = [path.join(home, 'host'), path.join(home, 'user')];
  const folder = path.join(home, 'out');
  mkdirSync(folder);
  makeKey(hostKeyFile);
  makeKey(keyFile);
  const port = await findPort();
  const config = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${hostKeyFile}`,
    'PidFile none',
    `AuthorizedKeysFile ${keyFile}.pub`,
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'PermitRootLogin yes',
    'Subsystem sftp internal-sftp',
  ];
  const configFile = path.join(home, 'sshd_config');
  writeFileSync(configFile, config.join('\n'));
  // It asks for this folder when root starts it.
  if (process.getuid?.() === 0) mkdirSync(PRIVILEGES, { recursive: true });
  let server: ChildProcess | null = null;
  const killIt = (): void => void server?.kill('SIGKILL');
  process.on('exit', killIt);

  async function start(): Promise<void> {
    server = spawn(SSHD, ['-D', '-e', '-f', configFile], { stdio: 'ignore' });
    while (!(await listens(port))) {
      if (server.exitCode !== null) throw new Error(`sshd ended with ${server.exitCode}`);
      await delay(10);
    }
  }
  async function stop(): Promise<void> {
    const ended = server;
    server = null;
    if (ended === null || ended.exitCode !== null) return;
    await new Promise((resolve) => {
      ended.once('exit', resolve);
      ended.kill('SIGTERM');
    });
  }
  await start();
  return {
    url: `sftp://${userInfo().username}@127.0.0.1:${port}${folder}`,
    port,
    folder,
    get hostKey() {
      return fingerprintOf(hostKeyFile);
    },
    keyFile,
    list: (name) => {
      const at = path.join(folder, name);
      if (!existsSync(at)) return [];
      const found = readdirSync(at, { withFileTypes: true, recursive: true });
      return found.flatMap((entry) => (entry.isFile() ? [entry.name] : [])).toSorted();
    },
    stop,
    start,
    changeHostKey: () => {
      for (const file of [hostKeyFile, `${hostKeyFile}.pub`]) rmSync(file);
      makeKey(hostKeyFile);
    },
    close: async () => {
      await stop();
      process.off('exit', killIt);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Is there an SSH server to test with? Tries to install one where that needs nobody's password. */
export function findSshd(): string | null {
  if (existsSync(SSHD)) return null;
  process.stderr.write('The SSH server is missing: installing it (apt-get install -y openssh-server).\n');
  // A machine that never asked for its package lists has to do that first.
  if (!runAsRoot('apt-get', 'install', '-y', 'openssh-server') && runAsRoot('apt-get', 'update'))
    runAsRoot('apt-get', 'install', '-y', 'openssh-server');
  if (existsSync(SSHD)) return null;
  return `no ${SSHD}: install it (Debian: apt-get install -y openssh-server)`;
}

function makeKey(file: string): void {
  const { status } = spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
  if (status !== 0) throw new Error('ssh-keygen made no key');
}

function fingerprintOf(file: string): string {
  const { stdout } = spawnSync('ssh-keygen', ['-l', '-f', `${file}.pub`], { encoding: 'utf8' });
  const [, fingerprint = ''] = stdout.split(' ');
  if (!fingerprint.startsWith('SHA256:')) throw new Error(`no fingerprint of ${readFileSync(`${file}.pub`, 'utf8')}`);
  return fingerprint;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
