/** A folder of a bucket: what lies in it, fetched and put away. */

import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { isOfDisk } from '../disk-trouble.js';
import { SyncError } from '../errors.js';
import { showSize } from '../job/size.js';
import { isMissingObject, openS3, parseS3Address, translateS3Error } from '../s3/client.js';
import type { S3Settings } from '../s3/client.js';

export interface BucketObject {
  readonly name: string;
  /** `s3://BUCKET/KEY` */
  readonly url: string;
  readonly key: string;
  readonly etag: string;
  readonly size: number;
  readonly mtimeMs: number;
}

/** So many objects of one folder are looked at, a thousand a request. */
const PAGES_MAX = 100;
/** The answer when the version that was asked for is not the one that is there. */
const CHANGED = 412;

/** @throws SyncError `config-invalid` for an address that is none; what is asked later, `source-…` */
export function openBucket(settings: S3Settings, url: string, signal: AbortSignal): Bucket {
  const { bucket, prefix } = parseS3Address(url);
  return new Bucket(openS3(settings), bucket, prefix, signal);
}

export class Bucket {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #prefix: string;
  readonly #signal: AbortSignal;

  constructor(client: S3Client, bucket: string, prefix: string, signal: AbortSignal) {
    this.#client = client;
    this.#bucket = bucket;
    this.#prefix = prefix;
    this.#signal = signal;
  }

  /** Objects right in the folder, not those in folders of it. */
  async list(): Promise<readonly BucketObject[]> {
    const found: BucketObject[] = [];
    let token: string | undefined;
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const wish = { Bucket: this.#bucket, Prefix: this.#prefix, Delimiter: '/', ContinuationToken: token };
      const answer = await this.#ask('list', null, () =>
        this.#client.send(new ListObjectsV2Command(wish), { abortSignal: this.#signal }),
      );
      for (const { Key: key = '', ETag: etag = '', Size: size = 0, LastModified: at } of answer.Contents ?? []) {
        const name = key.slice(this.#prefix.length);
        if (name === '' || name.includes('/')) continue;
        found.push({ name, url: `s3://${this.#bucket}/${key}`, key, etag, size, mtimeMs: at?.getTime() ?? 0 });
      }
      token = answer.NextContinuationToken;
      if (token === undefined) return found;
    }
    // What is not seen may be the newest.
    throw new SyncError('source-unusable', `s3://${this.#bucket}/${this.#prefix} holds more than can be looked at.`, {
      hint: `At most ${PAGES_MAX} pages of 1,000 objects: put away what is old, or use a folder of its own.`,
    });
  }

  /**
   * This version of it, whole.
   *
   * @throws SyncError `source-too-large`; `source-incomplete` when it changed meanwhile, `source-missing` when it went
   */
  async download({ key, etag, size, url }: BucketObject, file: string, bytesMax: number): Promise<void> {
    if (size > bytesMax)
      throw new SyncError('source-too-large', `${url} is larger than ${showSize(bytesMax)}.`, {
        hint: 'Is it the right file? source.from.max-size in the job allows more.',
      });
    await this.#ask('read', key, async () => {
      const wish = new GetObjectCommand({ Bucket: this.#bucket, Key: key, IfMatch: etag });
      const answer = await this.#client.send(wish, { abortSignal: this.#signal });
      await pipeline(answer.Body as Readable, createWriteStream(file), { signal: this.#signal });
    });
  }

  /**
   * Moves it within the folder, with a reason beside it. One that changed meanwhile stays: it is a new one. One that is
   * gone was moved by another worker.
   *
   * @param to name behind the folder
   */
  async move({ key, etag }: BucketObject, to: string, reason: string | null): Promise<void> {
    const target = `${this.#prefix}${to}`;
    const source = [this.#bucket, ...key.split('/')].map(encodeURIComponent).join('/');
    await this.#ask('write', target, async () => {
      const abort = { abortSignal: this.#signal };
      const copy = { Bucket: this.#bucket, Key: target, CopySource: source, CopySourceIfMatch: etag };
      if ((await nullIfOther(this.#client.send(new CopyObjectCommand(copy), abort))) === null) return;
      if (reason !== null) {
        const note = { Bucket: this.#bucket, Key: `${target}.reason.txt`, Body: `${reason}\n` };
        await this.#client.send(new PutObjectCommand(note), abort);
      }
      const now = await nullIfOther(
        this.#client.send(new HeadObjectCommand({ Bucket: this.#bucket, Key: key }), abort),
      );
      if (now?.ETag === etag)
        await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: key }), abort);
    });
  }

  close(): void {
    this.#client.destroy();
  }

  async #ask<Answer>(what: string, key: string | null, ask: () => Promise<Answer>): Promise<Answer> {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof SyncError || isOfDisk(error)) throw error;
      const shown = `s3://${this.#bucket}${key === null ? '' : `/${key}`}`;
      if (this.#signal.aborted)
        throw new SyncError('interrupted', `${shown} was not fetched to its end: somebody stopped it.`, {
          retry: 'later',
        });
      throw asSourceError(translateS3Error(error, what, { bucket: this.#bucket, key }));
    }
  }
}

/** `null`: the object is not there, or is another version. */
async function nullIfOther<Answer>(asked: Promise<Answer>): Promise<Answer | null> {
  try {
    return await asked;
  } catch (error) {
    const isOther = error instanceof S3ServiceException && error.$metadata.httpStatusCode === CHANGED;
    if (isOther || isMissingObject(error)) return null;
    throw error;
  }
}

function asSourceError({ message, hint, retry, details }: SyncError): SyncError {
  const { status } = details;
  const changed = status === CHANGED;
  const code =
    changed || retry === 'later'
      ? changed
        ? 'source-incomplete'
        : 'source-unreachable'
      : status === 404
        ? 'source-missing'
        : 'source-refused';
  return new SyncError(code, message, {
    retry: changed ? 'later' : retry,
    details,
    ...(hint === undefined ? {} : { hint }),
  });
}
