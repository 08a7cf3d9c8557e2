/** Where a result goes: to stdout, or into a file that is there completely or not at all. */

import { open, rename, rm } from 'node:fs/promises';
import { SyncError } from '../errors.js';
import type { Io } from './io.js';

export interface Output {
  write(text: string): Promise<void>;
  /** All is written: the file takes its place. */
  finish(): Promise<void>;
  /** Removes what is not finished; nothing after `finish`. */
  discard(): Promise<void>;
}

/**
 * @param path `undefined`: stdout
 * @throws SyncError `file-unreadable` when the file cannot be written
 */
export async function openOutput(io: Io, path: string | undefined): Promise<Output> {
  if (path === undefined) {
    return {
      write: async (text) => {
        if (text !== '') io.write(Buffer.from(text));
      },
      finish: async () => undefined,
      discard: async () => undefined,
    };
  }
  const partPath = `${path}.${process.pid}.part`;
  const attempt = async <T>(act: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new SyncError('file-unreadable', `${path} cannot be written: ${reason}.`, { cause });
    }
  };
  // Clients are nobody else's business.
  const file = await attempt(() => open(partPath, 'w', 0o600));
  let finished = false;
  return {
    write: async (text) => {
      await attempt(() => file.appendFile(text));
    },
    finish: async () => {
      await attempt(async () => {
        await file.sync();
        await file.close();
        await rename(partPath, path);
      });
      finished = true;
    },
    discard: async () => {
      if (finished) return;
      await file.close().catch(() => undefined);
      await rm(partPath, { force: true });
    },
  };
}
