/**
 * One way to S3 for whatever needs it: the client, addresses, and errors that a person can act upon.
 *
 * Invariant: what leaves this file as an error names bucket and key, and never a credential.
 */

import { S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { SyncError } from '../errors.js';

export interface S3Settings {
  /** Of a server that is not Amazon's: `https://minio.example.com:9000`. */
  readonly endpoint?: string | undefined;
  readonly region: string;
  /** Without the two the SDK looks where it always does: profiles, roles of the machine. */
  readonly accessKeyId?: string | undefined;
  readonly secretAccessKey?: string | undefined;
  /** `https://HOST/BUCKET/KEY` instead of `https://BUCKET.HOST/KEY`. */
  readonly pathStyle: boolean;
}

export interface S3Address {
  readonly bucket: string;
  /** In front of each key: blank, or with a slash at its end. */
  readonly prefix: string;
}

/** What a request was about, for its error. */
export interface S3Place {
  readonly bucket: string;
  /** `null`: the bucket as a whole. */
  readonly key: string | null;
}

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
/** The SDK tries so often by itself, for some seconds in all. */
const ATTEMPTS_MAX = 4;
const CONNECT_MS = 5000;
/** Nothing was heard for so long, also in the middle of an object. */
const SILENCE_MS = 60_000;
/** Until the answer to a whole request begins: a part of an upload goes over a slow line first. */
const ANSWER_MS = 600_000;

/**
 * Nothing is asked yet. Close it with `destroy()`.
 *
 * @param silenceMs after which a server that says nothing more is given up
 */
export function openS3(settings: S3Settings, silenceMs = SILENCE_MS): S3Client {
  const { endpoint, region, accessKeyId, secretAccessKey, pathStyle } = settings;
  return new S3Client({
    region,
    forcePathStyle: pathStyle,
    maxAttempts: ATTEMPTS_MAX,
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      requestTimeout: ANSWER_MS,
      socketTimeout: silenceMs,
      throwOnRequestTimeout: true,
    },
    // Many servers know no trailing checksums, and some store them as a part of the object.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(accessKeyId === undefined || secretAccessKey === undefined
      ? {}
      : { credentials: { accessKeyId, secretAccessKey } }),
  });
}

/**
 * `s3://BUCKET` or `s3://BUCKET/PREFIX`, with or without a slash at the end.
 *
 * @throws SyncError `config-invalid`
 */
export function parseS3Address(url: string): S3Address {
  const [, bucket = '', path = ''] = /^s3:\/\/([^/?#@]*)(?:\/([^?#]*))?$/i.exec(url) ?? [];
  if (!BUCKET.test(bucket)) {
    throw new SyncError('config-invalid', 'This is no address of an S3 bucket.', {
      hint: 'Write s3://BUCKET or s3://BUCKET/FOLDER: small letters, digits, "-" and "."; keys go into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
    });
  }
  const parts = path.split('/').filter((part) => part !== '');
  return { bucket, prefix: parts.length === 0 ? '' : `${parts.join('/')}/` };
}

/** Is this the answer that there is no such object? (A bucket that is not there is another matter.) */
export function isMissingObject(error: unknown): boolean {
  return error instanceof S3ServiceException && (error.name === 'NoSuchKey' || error.name === 'NotFound');
}

/**
 * What went wrong with S3, in one sentence.
 *
 * @param what was to be done: `read`, `write`, `list`
 * @returns `s3-failed`; `retry: 'later'` when the same request may succeed without anybody doing something
 */
export function translateS3Error(error: unknown, what: string, { bucket, key }: S3Place): SyncError {
  if (error instanceof SyncError) return error;
  const where = key === null ? `s3://${bucket}` : `s3://${bucket}/${key}`;
  const status = statusOf(error);
  const name = error instanceof Error ? error.name : 'Error';
  const { why, hint, retry } = explain(name, status, error);
  return new SyncError('s3-failed', `S3 could not ${what} ${where}: ${why}.`, {
    hint,
    retry,
    details: { bucket, key, status, name },
  });
}

interface Explanation {
  readonly why: string;
  readonly hint: string;
  readonly retry: 'never' | 'later';
}

/** The server's own sentence is left out where it may repeat the key that was sent. */
function explain(name: string, status: number | null, error: unknown): Explanation {
  if (name === 'NoSuchBucket')
    return { why: 'there is no such bucket', hint: 'Make the bucket, or correct its name.', retry: 'never' };
  if (name === 'NoSuchKey' || name === 'NotFound' || status === 404) {
    return { why: 'it is not there', hint: 'Check the bucket, the folder in it and S3_ENDPOINT.', retry: 'never' };
  }
  if (name === 'CredentialsProviderError') {
    return {
      why: 'there are no credentials',
      hint: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (or their _FILE forms).',
      retry: 'never',
    };
  }
  if (status === 401 || status === 403) {
    return {
      why: `the server refuses these credentials (${status} ${name})`,
      hint: 'Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, what they may do in this bucket, and the clock of this machine.',
      retry: 'never',
    };
  }
  if (status === null) {
    return {
      why: `the server does not answer (${codeOf(error) ?? name})`,
      hint: 'Check S3_ENDPOINT and the network.',
      retry: 'later',
    };
  }
  const isPassing = status >= 500 || status === 429 || status === 408;
  return {
    why: `the server answered ${status} ${name}`,
    hint: isPassing ? 'Try again in a while.' : 'Check S3_ENDPOINT and S3_REGION.',
    retry: isPassing ? 'later' : 'never',
  };
}

function statusOf(error: unknown): number | null {
  return error instanceof S3ServiceException ? (error.$metadata.httpStatusCode ?? null) : null;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
