/** A disk that takes no more: a person makes room, and the same is tried again. */

import { SyncError } from './errors.js';

const OF_DISK: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS', 'EACCES', 'EIO', 'EMFILE']);

/** Does it come from writing files here, not from the network? */
export function isOfDisk(error: unknown): boolean {
  return error instanceof Error && 'code' in error && OF_DISK.has(String(error.code));
}

/** Is the disk full? Somebody may make room at any time. */
export function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}

/** `state-unusable`, which may pass. @param folder in which something was to be written */
export function diskTrouble(folder: string, cause: unknown): SyncError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new SyncError('state-unusable', `Files cannot be written to ${folder}: ${why}.`, {
    hint: 'Make the folder writable and see that the disk has room.',
    retry: 'later',
    cause,
  });
}
