/**
 * A folder at an SSH server, over ssh2-sftp-client.
 *
 * Invariant: nothing, no password either, goes to a server whose host key is not the one that the job names.
 */

import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import Client from 'ssh2-sftp-client';
import { isOfDisk } from '../disk-trouble.js';
import { SyncError } from '../errors.js';
import { showSize } from '../job/size.js';

export interface SftpWish {
  /** `sftp://USER@HOST:PORT/FOLDER`; `/~/FOLDER` begins in the user's home. */
  readonly url: string;
  /** `SHA256:…`; `undefined`: the server is refused, and its key is said. */
  readonly hostKey: string | undefined;
  readonly key: string | undefined;
  readonly password: string | undefined;
  readonly signal: AbortSignal;
  /** For the connection, and without any sign of life later; in ms. */
  readonly timeoutMs?: number;
}

export interface SftpEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'other';
  readonly size: number;
  /** Whole seconds, as ms since 1970, by the server's clock. */
  readonly mtimeMs: number;
}

const PORT = 22;
const TIMEOUT_MS = 20_000;
const END_MS = 1000;

/** @throws SyncError `source-…`, `config-invalid` for a key that cannot be read */
export async function openSftp(wish: SftpWish): Promise<SftpFolder> {
  const { key, password, hostKey, timeoutMs = TIMEOUT_MS } = wish;
  const at = new URL(wish.url);
  const client = new Client('source', { error: () => undefined, end: () => undefined, close: () => undefined });
  let seen = '';
  try {
    await client.connect({
      host: at.hostname.replace(/^\[|\]$/g, ''),
      port: Number(at.port || PORT),
      username: decodeURIComponent(at.username),
      ...(key === undefined ? {} : { privateKey: key }),
      ...(password === undefined ? {} : { password }),
      hostVerifier: (offered: Buffer) => {
        seen = fingerprint(offered);
        return hostKey !== undefined && seen === hostKey.replace(/=$/, '');
      },
      readyTimeout: timeoutMs,
      keepaliveInterval: Math.ceil(timeoutMs / 3),
      keepaliveCountMax: 3,
    });
  } catch (error) {
    throw explainConnect(wish, at, seen, error);
  }
  // Each small request would wait for the other side's delayed acknowledgement: 40 ms.
  (client as unknown as { readonly client: { setNoDelay(on: boolean): void } }).client.setNoDelay(true);
  return new SftpFolder(client, wish.url, folderOf(at), wish.signal);
}

/** As `ssh-keygen -l` shows it. */
function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=$/, '')}`;
}

function folderOf(at: URL): string {
  const folder = decodeURIComponent(at.pathname).replace(/\/+$/, '');
  return folder === '/~' ? '.' : folder.startsWith('/~/') ? folder.slice(3) : folder || '/';
}

/** Names are relative to the folder. What is missing is an answer, everything else that goes wrong is an error. */
export class SftpFolder {
  readonly #client: Client;
  readonly #shown: string;
  readonly #folder: string;
  readonly #signal: AbortSignal;

  constructor(client: Client, shown: string, folder: string, signal: AbortSignal) {
    this.#client = client;
    this.#shown = shown;
    this.#folder = folder;
    this.#signal = signal;
  }

  /** `null`: there is no such folder. */
  async list(name = ''): Promise<readonly SftpEntry[] | null> {
    const entries = await this.#ask(name, () => this.#client.list(this.#at(name)));
    return (
      entries?.map(({ name: entry, type, size, modifyTime }) => ({
        name: entry,
        kind: type === '-' ? 'file' : type === 'd' ? 'folder' : 'other',
        size,
        mtimeMs: modifyTime,
      })) ?? null
    );
  }

  /** `null`: it is not there. */
  async look(name: string): Promise<Pick<SftpEntry, 'size' | 'mtimeMs'> | null> {
    const found = await this.#ask(name, () => this.#client.stat(this.#at(name)));
    return found === null ? null : { size: found.size, mtimeMs: found.modifyTime };
  }

  /** One that is there stays. */
  async makeFolder(name: string): Promise<void> {
    try {
      await this.#ask(name, () => this.#client.mkdir(this.#at(name)));
    } catch (error) {
      if ((await this.look(name)) === null) throw error;
    }
  }

  async removeFolder(name: string): Promise<void> {
    await this.#ask(name, () => this.#client.rmdir(this.#at(name)));
  }

  async remove(name: string): Promise<void> {
    await this.#ask(name, () => this.#client.delete(this.#at(name)));
  }

  async write(name: string, text: string): Promise<void> {
    await this.#ask(name, () => this.#client.put(Buffer.from(text), this.#at(name)));
  }

  /** A small file; `null`: it is not there. */
  async read(name: string): Promise<string | null> {
    const bytes = await this.#ask(name, () => this.#client.get(this.#at(name)));
    return bytes === null ? null : (bytes as Buffer).toString('utf8');
  }

  /** Never replaces a file. @returns false when there is nothing to move, or something has the new name already */
  async move(from: string, to: string): Promise<boolean> {
    try {
      return (await this.#ask(from, () => this.#client.rename(this.#at(from), this.#at(to)))) !== null;
    } catch (error) {
      if ((await this.look(to)) !== null) return false;
      throw error;
    }
  }

  /** @returns bytes; `null` when it is not there */
  async download(name: string, file: string, bytesMax: number): Promise<number | null> {
    let bytes = 0;
    const count = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        bytes += chunk.length;
        if (bytes > bytesMax) done(this.tooLarge(name, bytesMax));
        else done(null, chunk);
      },
    });
    const done = await this.#ask(name, async () => {
      await pipeline(this.#client.createReadStream(this.#at(name)), count, createWriteStream(file), {
        signal: this.#signal,
      });
      return true;
    });
    return done === null ? null : bytes;
  }

  tooLarge(name: string, bytesMax: number): SyncError {
    return new SyncError('source-too-large', `${this.#shown}: ${name} is larger than ${showSize(bytesMax)}.`, {
      hint: 'Is it the right file? source.from.max-size in the job allows more.',
    });
  }

  async close(): Promise<void> {
    const ended = this.#client.end().catch(() => undefined);
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, END_MS).unref())]);
  }

  #at(name: string): string {
    return name === '' ? this.#folder : path.posix.join(this.#folder, name);
  }

  async #ask<Answer>(name: string, ask: () => Promise<Answer>): Promise<Answer | null> {
    const { aborted, stop } = whenAborted(this.#signal, this.#shown);
    try {
      return await Promise.race([ask(), aborted]);
    } catch (error) {
      if (error instanceof SyncError) throw error;
      const code = codeOf(error);
      if (code === '2' || code === 'ENOENT') return null;
      if (this.#signal.aborted) throw interrupted(this.#shown);
      if (code === '3' || code === 'EACCES')
        throw new SyncError('source-refused', `${this.#shown}: the server does not allow it (${this.#at(name)}).`, {
          hint: 'The user needs the right to read there and to rename: files are moved to processing/, done/ and failed/ in that folder.',
        });
      if (isOfDisk(error)) throw error;
      throw new SyncError('source-incomplete', `${this.#shown}: ${this.#at(name)}: ${messageOf(error)}`, {
        retry: 'later',
        hint: 'Is the server still up? Try again later.',
      });
    } finally {
      stop();
    }
  }
}

function whenAborted(
  signal: AbortSignal,
  shown: string,
): { readonly aborted: Promise<never>; readonly stop: () => void } {
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = (): void => reject(interrupted(shown));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort);
  });
  aborted.catch(() => undefined);
  return { aborted, stop: () => signal.removeEventListener('abort', onAbort) };
}

function interrupted(shown: string): SyncError {
  return new SyncError('interrupted', `${shown} was not fetched to its end: somebody stopped it.`, { retry: 'later' });
}

function explainConnect({ url, hostKey }: SftpWish, at: URL, seen: string, error: unknown): SyncError {
  const message = messageOf(error);
  if (hostKey === undefined && seen !== '')
    return new SyncError(
      'source-host-key',
      `${url}: the job does not say which host key the server has. It showed ${seen}.`,
      {
        hint: `Ask its owner whether that is right, then write host-key: ${seen} under source.from.`,
      },
    );
  if (hostKey !== undefined && seen !== '' && seen !== hostKey.replace(/=$/, ''))
    return new SyncError(
      'source-host-key',
      `${url}: the server showed the host key ${seen}, and the job says ${hostKey}. Nothing was sent to it.`,
      {
        hint: 'It is another server, or got a new key: ask its owner before you change host-key in the job.',
      },
    );
  if (/authentication methods failed/i.test(message))
    return new SyncError('source-refused', `${url}: the server does not let ${at.username} in.`, {
      hint: 'Check the user, and the key or password that source.from names.',
    });
  if (/privateKey/i.test(message))
    return new SyncError(
      'config-invalid',
      `${url}: the private key cannot be used: ${message.replace(/^.*privateKey:? ?/i, '')}.`,
      {
        hint: 'A key without passphrase in the OpenSSH or PEM format is needed: ssh-keygen -t ed25519',
      },
    );
  return new SyncError('source-unreachable', `${url} does not answer: ${message}.`, {
    retry: 'later',
    hint: 'Is the server up, and its name and port right? Try again later.',
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/^(?:[\w>-]+: )+/, '').replace(/\.$/, '');
}
