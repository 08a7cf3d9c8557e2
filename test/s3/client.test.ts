import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config.js';
import type { SyncError } from '../../src/errors.js';
import { isMissingObject, openS3, parseS3Address, translateS3Error } from '../../src/s3/client.js';
import type { S3Settings } from '../../src/s3/client.js';
import { findPort } from '../support/port.js';
import { openTestS3 } from '../support/s3.js';
import type { TestS3 } from '../support/s3.js';

describe('the address of a bucket', () => {
  it.each([
    ['s3://exports', { bucket: 'exports', prefix: '' }],
    ['s3://exports/', { bucket: 'exports', prefix: '' }],
    ['s3://exports/ninja-sync', { bucket: 'exports', prefix: 'ninja-sync/' }],
    ['s3://exports//a/b/', { bucket: 'exports', prefix: 'a/b/' }],
  ])('%s', (url, address) => {
    expect(parseS3Address(url)).toEqual(address);
  });

  it.each(['s3://', 's3:/exports', 's3://Exports', 'https://exports', 's3://key:secret@exports', 's3://a?b'])(
    '%s is none, and what stands in it is not repeated',
    (url) => {
      expect(() => parseS3Address(url)).toThrow(expect.objectContaining({ code: 'config-invalid' }));
      expect(() => parseS3Address(url)).not.toThrow(/secret@/);
    },
  );
});

describe('the settings of S3', () => {
  it('come from the environment; with an endpoint the bucket stands in the path', () => {
    const env = { S3_ENDPOINT: 'http://127.0.0.1:9000', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };
    expect(loadConfig({}, { ...env, AWS_REGION: 'eu-central-1' }).s3).toEqual({
      endpoint: 'http://127.0.0.1:9000',
      region: 'eu-central-1',
      accessKeyId: 'a',
      secretAccessKey: 'b',
      pathStyle: true,
    });
    expect(loadConfig({}, {}).s3).toMatchObject({ endpoint: undefined, region: 'us-east-1', pathStyle: false });
  });

  it('half a key and an endpoint with a path are problems', () => {
    expect(() => loadConfig({}, { AWS_ACCESS_KEY_ID: 'a' })).toThrow(/AWS_SECRET_ACCESS_KEY: not set/);
    expect(() => loadConfig({}, { S3_ENDPOINT: 'localhost:9000' })).toThrow(/S3_ENDPOINT: write/);
  });
});

describe('a server that falls silent', () => {
  it('in the middle of an object is given up', async () => {
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-length': '10' }).write('half');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const settings = { endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', pathStyle: true };
    const client = openS3({ ...settings, accessKeyId: 'a', secretAccessKey: 'b' }, 200);
    try {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: 'exports', Key: 'a.csv' }));
      const error = await (Body as Readable).toArray().catch((cause: unknown) => cause);
      expect(translateS3Error(error, 'read', { bucket: 'exports', key: 'a.csv' })).toMatchObject({
        message: expect.stringContaining('the server does not answer') as string,
        retry: 'later',
      });
    } finally {
      client.destroy();
      server.closeAllConnections();
      server.close();
    }
  }, 10_000);
});

describe('errors of a real server', () => {
  let s3: TestS3;
  let bucket: string;

  beforeAll(async () => {
    s3 = await openTestS3();
    bucket = await s3.createBucket();
  }, 60_000);

  afterAll(() => s3.close());

  async function ask(settings: S3Settings, over: { readonly bucket?: string } = {}): Promise<SyncError> {
    const client = openS3(settings);
    const place = { bucket: over.bucket ?? bucket, key: null };
    try {
      await client.send(new ListObjectsV2Command({ Bucket: place.bucket }));
      throw new Error('it was listed');
    } catch (error) {
      return translateS3Error(error, 'list', place);
    } finally {
      client.destroy();
    }
  }

  it('an object that is not there is told from a bucket that is not there', async () => {
    const client = openS3(s3.settings);
    const read = (Bucket: string): Promise<unknown> =>
      client.send(new GetObjectCommand({ Bucket, Key: 'none' })).catch((error: unknown) => error);
    expect(isMissingObject(await read(bucket))).toBe(true);
    expect(isMissingObject(await read('no-such-bucket'))).toBe(false);
    client.destroy();
    expect(await ask(s3.settings, { bucket: 'no-such-bucket' })).toMatchObject({
      code: 's3-failed',
      retry: 'never',
      message: 'S3 could not list s3://no-such-bucket: there is no such bucket.',
    });
  });

  it('wrong credentials are named as such, and not repeated', async () => {
    const error = await ask({ ...s3.settings, secretAccessKey: 'another-secret' });
    expect(error).toMatchObject({ code: 's3-failed', retry: 'never', details: { status: 403 } });
    expect(error.message).toContain('the server refuses these credentials (403 SignatureDoesNotMatch)');
    expect(JSON.stringify([error.message, error.hint, error.details])).not.toMatch(/another-secret|tester/);
  });

  it('a server that is away may be there later', async () => {
    const error = await ask({ ...s3.settings, endpoint: `http://127.0.0.1:${await findPort()}` });
    expect(error).toMatchObject({ code: 's3-failed', retry: 'later' });
    expect(error.message).toContain('the server does not answer (ECONNREFUSED)');
  });
});
