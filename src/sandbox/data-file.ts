/**
 * The file that keeps the sandbox's state between starts.
 *
 * Invariant: at any moment the file is whole; a file that is not a sandbox's state is never written to.
 */

import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';

import { SyncError } from '../errors.js';
import { dumpStore, restoreStore } from './state.js';
import type { Store } from './store.js';

/** `undefined` when there is no such file yet. @throws SyncError `state-unusable` */
export async function loadState(file: string): Promise<Store | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw unusable(file, `cannot be read (${codeOf(error)})`, error);
  }
  try {
    return restoreStore(JSON.parse(text));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw unusable(file, `does not hold the state of a sandbox (${reason})`, error);
  }
}

/** Writes beside the file, then takes its place. @throws SyncError `state-unusable` */
export async function saveState(file: string, store: Store): Promise<void> {
  const partPath = `${file}.part`;
  try {
    const text = JSON.stringify(dumpStore(store));
    await mkdir(path.dirname(file), { recursive: true });
    const part = await open(partPath, 'w');
    try {
      await part.writeFile(text);
      await part.sync();
    } finally {
      await part.close();
    }
    await rename(partPath, file);
  } catch (error) {
    await rm(partPath, { force: true }).catch(() => undefined);
    throw unusable(file, `cannot be written (${error instanceof Error ? error.message : String(error)})`, error);
  }
}

export interface Saver {
  /** Something has changed. */
  touch(): void;
  /** Writes what has changed since the last time. @throws SyncError `state-unusable` */
  close(): Promise<void>;
}

/** How often the file is written at most. */
const SAVE_EVERY_MS = 3000;

/** `onProblem` hears of each failure in between; it is tried again. */
export function openSaver(file: string, read: () => Store, onProblem: (error: unknown) => void): Saver {
  let isDirty = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const save = async (): Promise<void> => {
    if (!isDirty) return;
    isDirty = false;
    try {
      await saveState(file, read());
    } catch (error) {
      isDirty = true;
      throw error;
    }
  };
  const schedule = (): void => {
    timer ??= setTimeout(() => {
      running = save()
        .catch(onProblem)
        .finally(() => {
          timer = undefined;
          if (isDirty) schedule();
        });
    }, SAVE_EVERY_MS).unref();
  };
  return {
    touch: () => {
      isDirty = true;
      schedule();
    },
    close: async () => {
      clearTimeout(timer);
      await running;
      clearTimeout(timer);
      await save();
    },
  };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

function unusable(file: string, what: string, cause: unknown): SyncError {
  const hint = 'It was left as it is. Move it away to start with an empty sandbox, or name another file.';
  return new SyncError('state-unusable', `${file} ${what}.`, { hint, cause });
}
