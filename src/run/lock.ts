/**
 * One writer at a time for each target: a lock file with the number of the process that writes.
 *
 * A process that died leaves its file behind; the next one sees that nobody has that number any more and takes over.
 * It holds within one machine, as the embedded state store does.
 */

import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { SyncError } from '../errors.js';

const ATTEMPTS_MAX = 3;

/**
 * Takes the lock; the returned function gives it back.
 *
 * @throws SyncError `run-not-appliable` while another process writes to the target
 */
export async function lockTarget(dataDir: string, target: string): Promise<() => Promise<void>> {
  const folder = path.join(dataDir, 'locks');
  const file = path.join(folder, `${createHash('sha256').update(target).digest('hex').slice(0, 16)}.lock`);
  await mkdir(folder, { recursive: true });
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    try {
      await writeFile(file, String(process.pid), { flag: 'wx' });
      return () => rm(file, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw unusable(folder, error);
    }
    const holder = Number(await readFile(file, 'utf8').catch(() => ''));
    if (isAlive(holder)) {
      throw new SyncError('run-not-appliable', `Process ${holder} is writing to ${target} at this moment.`, {
        retry: 'later',
        hint: 'Wait until it is through: two runs at once could undo each other.',
      });
    }
    await rm(file, { force: true });
  }
  throw new SyncError('run-not-appliable', `The lock of ${target} changes hands all the time (${file}).`, {
    retry: 'later',
  });
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process: alive, but not ours to signal.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function unusable(folder: string, cause: unknown): SyncError {
  return new SyncError(
    'state-unusable',
    `${folder} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}.`,
    {
      hint: 'Make DATA_DIR writable.',
      cause,
    },
  );
}
