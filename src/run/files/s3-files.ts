/** Files in a bucket, for workers that share no disk: `PREFIX/sha256/DIGEST`. */

import type { Readable } from 'node:stream';
import { DeleteObjectCommand, GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { isMissingObject, openS3, translateS3Error } from '../../s3/client.js';
import type { S3Address, S3Settings } from '../../s3/client.js';
import { fileGone, measureFile, readChecked } from './file-store.js';
import type { FileStore } from './file-store.js';
import { writeWhole } from './folder-files.js';

/** S3 takes 10,000 parts: files of up to 80 GB. */
const PART_BYTES = 8 * 1024 * 1024;
/** Parts in memory at once. */
const PARTS_AT_ONCE = 2;

/** Nothing is asked yet: the first use tells whether the bucket is there. */
export function openS3Files(settings: S3Settings, { bucket, prefix }: S3Address): FileStore {
  const client = openS3(settings);
  const folder = `${prefix}sha256/`;
  const keyOf = (digest: string): string => folder + digest;

  async function attempt<Answer>(what: string, key: string | null, ask: () => Promise<Answer>): Promise<Answer> {
    try {
      return await ask();
    } catch (error) {
      throw translateS3Error(error, what, { bucket, key });
    }
  }

  async function has(digest: string): Promise<boolean> {
    const Key = keyOf(digest);
    return await attempt('look for', Key, async () => {
      try {
        await client.send(new HeadObjectCommand({ Bucket: bucket, Key }));
        return true;
      } catch (error) {
        if (isMissingObject(error)) return false;
        throw error;
      }
    });
  }

  const put: FileStore['put'] = async (file, onMeasured) => {
    const measured = await measureFile(file);
    await onMeasured?.(measured);
    if (await has(measured.digest)) return measured;
    const Key = keyOf(measured.digest);
    // The bytes end with an error when they are others by now; the upload is aborted then.
    const upload = new Upload({
      client,
      params: { Bucket: bucket, Key, Body: readChecked(file, measured.digest) },
      partSize: PART_BYTES,
      queueSize: PARTS_AT_ONCE,
    });
    await attempt('write', Key, () => upload.done());
    return measured;
  };

  async function fetch(digest: string, to: string): Promise<void> {
    const Key = keyOf(digest);
    const { Body } = await attempt('read', Key, async () => {
      try {
        return await client.send(new GetObjectCommand({ Bucket: bucket, Key }));
      } catch (error) {
        if (isMissingObject(error)) throw fileGone(digest, place);
        throw error;
      }
    });
    await attempt('read', Key, () => writeWhole(Body as Readable, to, digest, `s3://${bucket}/${Key}`));
  }

  const place = `s3://${bucket}/${folder}`;
  return {
    place,
    put,
    has,
    fetch,
    remove: async (digest) => {
      const Key = keyOf(digest);
      await attempt('remove', Key, () => client.send(new DeleteObjectCommand({ Bucket: bucket, Key })));
    },
    close: () => client.destroy(),
  };
}
