/** One suite over both: a folder, and a bucket at a real S3 server. */

import { createHash, randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openFileStore } from '../../../src/run/files/open-files.js';
import type { FileStore } from '../../../src/run/files/file-store.js';
import { locateInputs, storeInputs } from '../../../src/run/files/inputs.js';
import { openS3 } from '../../../src/s3/client.js';
import { runAsRoot } from '../../support/root.js';
import { openTestS3 } from '../../support/s3.js';
import type { TestS3 } from '../../support/s3.js';

const NOTHING = { region: 'us-east-1', pathStyle: false };
/** More than two parts of an upload. */
const LARGE_BYTES = 20 * 1024 * 1024 + 7;

let s3: TestS3;
let folder: string;

beforeAll(async () => {
  s3 = await openTestS3();
}, 60_000);

afterAll(() => s3.close());

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-files-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Place {
  readonly files: FileStore;
  /** Everything that is there, whatever it is called. */
  readonly names: () => Promise<readonly string[]>;
  readonly damage: (digest: string) => Promise<void>;
}

async function openFolder(): Promise<Place> {
  const files = (await openFileStore({ filesUrl: `file:${path.join(folder, 'store')}`, s3: NOTHING }))!;
  return {
    files,
    names: () => Promise.resolve(readdirSync(files.place)),
    damage: (digest) => Promise.resolve(appendFileSync(path.join(files.place, digest), 'x')),
  };
}

async function openBucket(): Promise<Place> {
  const bucket = await s3.createBucket();
  const files = (await openFileStore({ filesUrl: `s3://${bucket}/ninja`, s3: s3.settings }))!;
  const client = openS3(s3.settings);
  return {
    files,
    names: async () => {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
      return Contents.map(({ Key = '' }) => Key.replace('ninja/sha256/', ''));
    },
    damage: async (digest) => {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: `ninja/sha256/${digest}`, Body: 'x' }));
    },
  };
}

function write(name: string, content: string | Buffer): string {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
}

const digestOf = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');

describe.each([
  ['a folder', openFolder],
  ['a bucket', openBucket],
])('files in %s', (_, open) => {
  let place: Place;

  beforeEach(async () => {
    place = await open();
  });

  afterEach(() => place.files.close());

  it('are found by what they hold, whatever they were called', async () => {
    const { files } = place;
    const stored = await files.put(write('one.csv', 'a;b\n'));
    expect(stored).toEqual({ digest: digestOf('a;b\n'), bytes: 4 });
    expect(await files.put(write('two.csv', 'a;b\n'))).toEqual(stored);
    expect(await place.names()).toEqual([stored.digest]);
    expect([await files.has(stored.digest), await files.has('0'.repeat(64))]).toEqual([true, false]);
    const to = write('back.csv', 'what was there');
    await files.fetch(stored.digest, to);
    expect(readFileSync(to, 'utf8')).toBe('a;b\n');
  });

  it('of many parts and of no byte come back as they were', async () => {
    const large = randomBytes(LARGE_BYTES);
    for (const content of [large, Buffer.alloc(0)]) {
      const { digest, bytes } = await place.files.put(write('file', content));
      expect(bytes).toBe(content.length);
      await place.files.fetch(digest, path.join(folder, 'back'));
      expect(digestOf(readFileSync(path.join(folder, 'back')))).toBe(digestOf(content));
    }
  });

  it('are removed, also when they are gone already', async () => {
    const one = await place.files.put(write('one', 'one'));
    const two = await place.files.put(write('two', 'longer'));
    await place.files.remove(one.digest);
    await place.files.remove(one.digest);
    expect(await place.names()).toEqual([two.digest]);
  });

  it('that are not there, or are damaged, are refused, and leave what was at their place', async () => {
    const to = write('back', 'what was there');
    await expect(place.files.fetch('0'.repeat(64), to)).rejects.toMatchObject({ code: 'file-missing' });
    const { digest } = await place.files.put(write('one', 'one'));
    await place.damage(digest);
    await expect(place.files.fetch(digest, to)).rejects.toMatchObject({ code: 'file-changed' });
    expect(readFileSync(to, 'utf8')).toBe('what was there');
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('that do not fit on the disk are tried again later, and leave nothing', async (context) => {
    const { files } = place;
    const { digest } = await files.put(write('one.csv', randomBytes(200_000)));
    const full = path.join(folder, 'full');
    mkdirSync(full);
    if (!runAsRoot('mount', '-t', 'tmpfs', '-o', 'size=64k,mode=777', 'tmpfs', full))
      context.skip('a small disk needs the right to mount one');
    try {
      await expect(files.fetch(digest, path.join(full, 'one.csv'))).rejects.toMatchObject({
        code: 'state-unusable',
        retry: 'later',
        message: expect.stringMatching(/^Files cannot be written to .*full: ENOSPC: no space left/) as string,
      });
      expect(readdirSync(full)).toEqual([]);
    } finally {
      runAsRoot('umount', full);
    }
  });

  it('that are written to while they are stored leave nothing', async () => {
    const file = write('growing', randomBytes(LARGE_BYTES));
    const { files } = place;
    const putting = files.put(file);
    const growing = setInterval(() => appendFileSync(file, 'x'));
    try {
      await expect(putting).rejects.toMatchObject({ code: 'file-changed' });
    } finally {
      clearInterval(growing);
    }
    expect(await place.names()).toEqual([]);
  });

  it('give a run its input on a machine that does not have it', async () => {
    const file = write('export.csv', 'a;b\n');
    const inputs = await storeInputs(place.files, [file]);
    const fetched = path.join(folder, 'fetched');
    expect(await locateInputs(place.files, inputs, fetched)).toEqual([file]);
    // The next export is there under the same name: the run still means the one that it was made for.
    writeFileSync(file, 'another;one\n');
    const [elsewhere = ''] = await locateInputs(place.files, inputs, fetched);
    expect(path.basename(elsewhere)).toBe('export.csv');
    expect(readFileSync(elsewhere, 'utf8')).toBe('a;b\n');
    await place.files.remove(inputs[0]!.digest);
    expect(await locateInputs(place.files, inputs, fetched)).toEqual([elsewhere]);
  });
});

describe('FILES_URL', () => {
  it('is none, a folder or a bucket', async () => {
    expect(await openFileStore({ filesUrl: undefined, s3: NOTHING })).toBeNull();
    expect((await openFileStore({ filesUrl: 'file:///srv/files', s3: NOTHING }))?.place).toBe('/srv/files');
    expect((await openFileStore({ filesUrl: 's3://exports/a', s3: NOTHING }))?.place).toBe('s3://exports/a/sha256/');
  });

  it.each(['http://somewhere', 'file:', 'file://host/path', '/srv/files', 's3://'])(
    '%s is neither',
    async (filesUrl) => {
      await expect(openFileStore({ filesUrl, s3: NOTHING })).rejects.toMatchObject({ code: 'config-invalid' });
    },
  );
});
