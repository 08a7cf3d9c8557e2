/** A file store in which nobody removes what is being stored: each file is claimed in the state before it is looked for. */

import { setTimeout as delay } from 'node:timers/promises';
import { SyncError } from '../../errors.js';
import { REMOVAL_MAX_MS } from '../file-book.js';
import type { FileBook } from '../file-book.js';
import type { FileStore, MeasuredFile } from './file-store.js';

const LOOK_MS = 200;

export function claimFiles(files: FileStore, book: Pick<FileBook, 'claimFile'>): FileStore {
  return { ...files, put: (file) => files.put(file, (measured) => claim(book, measured, files.place)) };
}

/** Waits while it is being removed, and then stores it anew. */
async function claim(book: Pick<FileBook, 'claimFile'>, file: MeasuredFile, place: string): Promise<void> {
  const end = Date.now() + 2 * REMOVAL_MAX_MS;
  while (!(await book.claimFile(file, Date.now()))) {
    if (Date.now() > end) {
      throw new SyncError('state-unusable', `The file ${file.digest.slice(0, 12)} is being removed from ${place}.`, {
        hint: 'Do the clocks of all machines agree? Try again in a while.',
        retry: 'later',
      });
    }
    await delay(LOOK_MS);
  }
}
