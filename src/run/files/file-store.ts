/**
 * Files that every worker can get, by what they hold: the name of a file is the SHA-256 of its bytes.
 *
 * Invariants: under a name there is the whole file or nothing, whatever was cut off on the way; and what is fetched has the
 * digest that was asked for. Bytes stream: memory does not grow with a file.
 */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Transform } from 'node:stream';
import { SyncError } from '../../errors.js';

export interface MeasuredFile {
  /** SHA-256, hex. */
  readonly digest: string;
  readonly bytes: number;
}

export interface FileStore {
  /** Where it is, for people. */
  readonly place: string;
  /**
   * Stores a local file; one that is there already is not sent again.
   *
   * @param onMeasured called before anybody looks whether it is there
   * @throws SyncError `file-missing`, `file-changed` when it is written to meanwhile, `s3-failed`, `state-unusable`
   */
  put(file: string, onMeasured?: (measured: MeasuredFile) => Promise<void>): Promise<MeasuredFile>;
  has(digest: string): Promise<boolean>;
  /**
   * Writes the file to `to`, whose folder is there; what was there is replaced.
   *
   * @throws SyncError `file-missing` when it is not stored, `file-changed` when what is stored is damaged
   */
  fetch(digest: string, to: string): Promise<void>;
  /** Nothing happens when it is not there. */
  remove(digest: string): Promise<void>;
  close(): void;
}

/** @throws SyncError `file-missing` */
export async function measureFile(file: string): Promise<MeasuredFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const block of createReadStream(file) as AsyncIterable<Buffer>) {
      hash.update(block);
      bytes += block.length;
    }
  } catch (cause) {
    throw new SyncError('file-missing', `${file} is not there, or cannot be read.`, { hint: 'Check the path.', cause });
  }
  return { digest: hash.digest('hex'), bytes };
}

/** Passes bytes on, and fails before the end is passed on when they are not those of the digest. */
export function checkDigest(digest: string, what: string): Transform {
  const hash = createHash('sha256');
  return new Transform({
    transform(block: Buffer, _, done) {
      hash.update(block);
      done(null, block);
    },
    flush(done) {
      const found = hash.digest('hex');
      if (found === digest) return done();
      done(
        new SyncError('file-changed', `${what} is not what it was: SHA-256 ${found} instead of ${digest}.`, {
          hint: 'A file that is being written: wait for its end. One that was stored: enqueue it again.',
        }),
      );
    },
  });
}

/** Not `pipe`: an error of the file has to reach who reads the bytes. */
export function readChecked(file: string, digest: string): Transform {
  const checked = checkDigest(digest, file);
  void pipeline(createReadStream(file), checked).catch(() => undefined);
  return checked;
}

export function fileGone(digest: string, place: string): SyncError {
  return new SyncError('file-missing', `The file ${digest.slice(0, 12)} is not in ${place} any more.`, {
    hint: 'Enqueue it again.',
  });
}
