/** Exports in a bucket of a real S3 server, fetched when the schedule of a job comes due. */

import { readFileSync } from 'node:fs';
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadJob } from '../../src/job/load.js';
import { openBucket } from '../../src/remote/bucket.js';
import type { Poll } from '../../src/run/content-store.js';
import type { Run } from '../../src/run/store.js';
import { openS3 } from '../../src/s3/client.js';
import { openSource } from '../../src/worker/remote/open.js';
import type { Fate, RemoteSource } from '../../src/worker/remote/source.js';
import { openTestS3 } from '../support/s3.js';
import type { TestS3 } from '../support/s3.js';
import { listAllRuns, lookAtSource } from './looking.js';
import { openStage } from './stage.js';
import type { Stage } from './stage.js';

let s3: TestS3;
let client: S3Client;
let stage: Stage;
let bucket: string;

beforeAll(async () => {
  s3 = await openTestS3();
  client = openS3(s3.settings);
});
afterAll(async () => {
  client.destroy();
  await s3.close();
});
beforeEach(async () => {
  bucket = await s3.createBucket();
  stage = await openStage();
});
afterEach(() => stage.close());

const exportOf = (city: string): string => readFileSync(stage.exportOf(2, { city }), 'utf8');

async function put(key: string, body: string): Promise<void> {
  await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
}

async function keys(): Promise<readonly string[]> {
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
  return Contents.map(({ Key = '' }) => Key).toSorted();
}

function job(settings: object = {}): void {
  const from = { url: `s3://${bucket}/crm`, ...settings };
  stage.job('acme', { schedule: { cron: '0 0 1 1 *' }, source: { from } });
}

const USED: Fate = { kind: 'refused', reason: 'a test' };

/** The source by itself, with what a worker would give it. */
async function openedSource<Result>(use: (source: RemoteSource) => Promise<Result>): Promise<Result> {
  const { store, dataDir, jobsDir } = stage;
  const deps = { store, dataDir, s3: s3.settings, variables: () => undefined, signal: AbortSignal.timeout(20_000) };
  const source = await openSource(
    { ...deps, now: () => new Date().toISOString() },
    await loadJob('acme', jobsDir, { layouts: [] }),
  );
  try {
    return await use(source);
  } finally {
    await source.close();
  }
}

const look = (): Promise<Poll> => lookAtSource(stage);
const runs = (): Promise<readonly Run[]> => listAllRuns(stage);

describe('a folder of a bucket', () => {
  it('gives a run for each new object, and nothing is written to it', async () => {
    job();
    await put('crm/a.csv', exportOf('Ulm'));
    await put('crm/old/x.csv', exportOf('Old'));
    await put('crm/notes.txt', 'no export');
    await put('other.csv', exportOf('Other'));
    await stage.worker({ s3: s3.settings });
    expect(await look()).toMatchObject({ ok: true, message: 'a.csv was fetched: run 1.' });
    await stage.until({ id: 1 }, 'done');
    expect((await look()).message).toContain('has no new file');
    await put('crm/a.csv', exportOf('Bonn'));
    await put('crm/b.csv', exportOf('Ulm'));
    const { message } = await look();
    expect(message).toContain('a.csv was fetched: run 2.');
    expect(message).toContain('b.csv has the content of run 1: nothing is to be done.');
    await stage.until({ id: 2 }, 'done');
    expect((await look()).message).toContain('has no new file');
    expect(await runs()).toHaveLength(2);
    expect(await keys()).toEqual(['crm/a.csv', 'crm/b.csv', 'crm/notes.txt', 'crm/old/x.csv', 'other.csv']);
  });

  it('takes the newest only, and marks by moving, when the job says so', async () => {
    job({ take: 'newest', mark: 'move' });
    await put('crm/1.csv', exportOf('Ulm'));
    // Times of objects are whole seconds.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await put('crm/2.csv', exportOf('Bonn'));
    await stage.worker({ s3: s3.settings });
    const { message } = await look();
    expect(message).toContain('2.csv was fetched: run 1.');
    expect(message).toContain('1.csv is not used: there is a newer one.');
    await stage.until({ id: 1 }, 'done');
    const after = await stage.eventually(async () => {
      const all = await keys();
      return all.includes('crm/done/run-1/2.csv') && !all.includes('crm/2.csv') ? all : null;
    });
    expect(after).toEqual([expect.stringMatching(/^crm\/done\/\d{8}T\d+Z\/1\.csv$/), 'crm/done/run-1/2.csv']);
  });

  it('is not read backwards when whoever used the newest one did not come to the older ones', async () => {
    job({ take: 'newest' });
    await put('crm/1.csv', exportOf('Ulm'));
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await put('crm/2.csv', exportOf('Bonn'));
    // It ends as soon as it has the newest one, as a command does, or a worker that dies.
    await openedSource(async (source) => {
      for await (const one of source.fetch('take')) if (one.kind === 'files') return await one.settle(USED);
    });
    await stage.worker({ s3: s3.settings });
    expect((await look()).message).toContain('has no new file');
    // The same for one worker that lists while the other one notes.
    await stage.store.forgetFetched('acme', `s3://${bucket}/crm/1.csv`);
    expect((await look()).message).toBe('1.csv is not used: there is a newer one.');
    await put('crm/3.csv', exportOf('Kiel'));
    expect((await look()).message).toBe('3.csv was fetched: run 1.');
  });

  it('is tidied by two at once, and goes on when another worker has what is in it', async () => {
    job();
    await put('crm/a.csv', exportOf('A'));
    await put('crm/b.csv', exportOf('B'));
    const folder = openBucket(s3.settings, `s3://${bucket}/crm`, AbortSignal.timeout(20_000));
    const [a] = await folder.list();
    if (a === undefined) throw new Error('there is an object');
    await Promise.all([folder.move(a, 'done/a.csv', 'why'), folder.move(a, 'done/a.csv', 'why')]);
    await folder.move(a, 'done/a.csv', 'why');
    await put('crm/a.csv', exportOf('Newer'));
    await folder.move(a, 'done/again.csv', null);
    expect(await keys()).toEqual(['crm/a.csv', 'crm/b.csv', 'crm/done/a.csv', 'crm/done/a.csv.reason.txt']);
    const looks = await openedSource(async (source) => {
      const seen: string[] = [];
      for await (const one of source.fetch('take')) {
        seen.push(one.kind === 'files' ? one.take.files.join() : one.message);
        const other = seen[0] === 'a.csv' ? 'b.csv' : 'a.csv';
        await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: `crm/${other}` }));
      }
      return seen;
    });
    const gone = expect.stringMatching(
      /^[ab]\.csv is gone: another worker used it, or somebody removed it\.$/,
    ) as string;
    expect(looks).toEqual([expect.stringMatching(/^[ab]\.csv$/), gone]);
    folder.close();
  });

  it('keeps what cannot be used in failed, with the reason beside it', async () => {
    job({ mark: 'move' });
    await put('crm/bad.csv', 'one\0binary\0');
    await put('crm/broken.csv.gz', 'no archive');
    await stage.worker({ s3: s3.settings });
    await look();
    const reason = 'crm/failed/run-1/bad.csv.reason.txt';
    await stage.eventually(async () => (await keys()).includes(reason));
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: reason }));
    expect(await Body?.transformToString()).toContain('Run 1 of acme failed: ');
    expect((await keys()).filter((key) => /broken\.csv\.gz(?:\.reason\.txt)?$/.test(key))).toHaveLength(2);
    expect((await keys()).every((key) => key.startsWith('crm/failed/'))).toBe(true);
  });

  it('is polled by two workers, and each object is one run', async () => {
    job({ mark: 'move' });
    for (const city of ['A', 'B', 'C']) await put(`crm/${city}.csv`, exportOf(city));
    await stage.worker({ s3: s3.settings });
    await stage.worker({ s3: s3.settings });
    await stage.queue.addBulk([1, 2, 3].map(() => ({ name: 'scheduled', data: { job: 'acme' } })));
    await stage.eventually(async () => {
      const all = await runs();
      return all.length === 3 && all.every(({ status }) => status === 'done');
    });
    await look();
    expect(await runs()).toHaveLength(3);
    await stage.eventually(async () => (await keys()).every((key) => key.startsWith('crm/done/run-')));
    expect(await keys()).toHaveLength(3);
  });

  it('says what cannot be read, and nothing of the secret', async () => {
    job({ url: 's3://no-such-bucket/crm' });
    const worker = await stage.worker({ s3: s3.settings });
    expect((await look()).message).toContain('there is no such bucket');
    await worker.close();
    job();
    await stage.worker({ s3: { ...s3.settings, secretAccessKey: 'wrong' } });
    expect((await look()).message).toContain('the server refuses these credentials');
    expect(stage.logs.join('')).not.toContain(s3.settings.secretAccessKey);
  });
});
