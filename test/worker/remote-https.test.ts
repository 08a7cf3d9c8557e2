/** Exports at https addresses, fetched when the schedule of a job comes due. */

import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadJob } from '../../src/job/load.js';
import type { Poll } from '../../src/run/content-store.js';
import type { Run } from '../../src/run/store.js';
import type { RunningWorker, WorkerOptions } from '../../src/worker/options.js';
import { pollSource } from '../../src/worker/remote/poll.js';
import { CERTIFICATE, startHttps } from '../source/https-server.js';
import type { HttpsServer } from '../source/https-server.js';
import { listAllRuns, lookAtSource } from './looking.js';
import { openStage } from './stage.js';
import type { Stage } from './stage.js';

const SECRET = 'a-secret-that-must-not-leak';
const NEVER = { cron: '0 0 1 1 *' };

let server: HttpsServer;
let stage: Stage;
/** Path → what is sent, with its ETag. */
let files: Map<string, { readonly body: string | Buffer; readonly etag?: string }>;
let asked: { readonly url: string; readonly status: number; readonly authorization: string | undefined }[];
let isDown: boolean;

beforeAll(async () => {
  server = await startHttps(answer);
});
afterAll(() => server.close());
beforeEach(async () => {
  files = new Map();
  asked = [];
  isDown = false;
  stage = await openStage();
});
afterEach(() => stage.close());

function answer({ url = '', headers }: IncomingMessage, response: ServerResponse): void {
  const file = files.get(new URL(url, 'https://x').pathname);
  const isSame = file?.etag !== undefined && headers['if-none-match'] === file.etag;
  const status = isDown ? 503 : file === undefined ? 404 : isSame ? 304 : 200;
  asked.push({ url, status, authorization: headers.authorization });
  if (url === '/drips.csv') return drip(response);
  response.writeHead(status, file?.etag === undefined ? {} : { etag: file.etag });
  response.end(status === 200 ? file?.body : undefined);
}

/** A byte now and then, so that it never falls silent, and never ends. */
function drip(response: ServerResponse): void {
  response.writeHead(200);
  const dripping = setInterval(() => response.write('x'), 20);
  response.on('close', () => clearInterval(dripping));
}

function put(name: string, count: number, { from = 1, city = 'Ulm', etag = '' } = {}): void {
  const body = readFileSync(stage.exportOf(count, { from, city }));
  files.set(`/${name}`, { body, ...(etag === '' ? {} : { etag }) });
}

function job(from: unknown, settings: object = {}): void {
  stage.job('acme', { schedule: NEVER, source: { from }, ...settings });
}

const place = (name: string, over: object = {}) => ({
  'url': `https://127.0.0.1:${server.port}/${name}`,
  'allow-private': true,
  'headers': { Authorization: 'Bearer ${CRM_TOKEN}' },
  ...over,
});

function worker(over: Partial<WorkerOptions> = {}): Promise<RunningWorker> {
  return stage.worker({
    sourceCa: CERTIFICATE,
    variables: (name) => (name === 'CRM_TOKEN' ? SECRET : undefined),
    ...over,
  });
}

const look = (): Promise<Poll> => lookAtSource(stage);
const runs = (): Promise<readonly Run[]> => listAllRuns(stage);

describe('an export at an https address', () => {
  it('is a run, and is not fetched again while it is the same', async () => {
    job(place('clients.csv'));
    put('clients.csv', 2, { etag: '"1"' });
    await worker();
    expect(await look()).toMatchObject({ ok: true, message: 'clients.csv was fetched: run 1.' });
    expect(await stage.until({ id: 1 }, 'done')).toMatchObject({ request: { origin: 'remote' } });
    const unchanged = await look();
    expect(unchanged.message).toMatch(/clients\.csv did not change since .*: run 1 has it\./);
    put('clients.csv', 2, { etag: '"2"' });
    expect((await look()).message).toBe('clients.csv has the content of run 1: nothing is to be done.');
    expect((await look()).message).toContain('did not change');
    put('clients.csv', 2, { city: 'Bonn', etag: '"3"' });
    expect((await look()).message).toBe('clients.csv was fetched: run 2.');
    await stage.until({ id: 2 }, 'done');
    expect(asked.map(({ status }) => status)).toEqual([200, 304, 200, 304, 200]);
    expect(new Set(asked.map(({ authorization }) => authorization))).toEqual(new Set([`Bearer ${SECRET}`]));
    const kept = JSON.stringify([await runs(), await stage.store.listPolls(), await stage.queue.getJobs()]);
    expect(stage.logs.join('') + kept).not.toContain(SECRET);
  });

  it('is used again when it goes back to what it was before', async () => {
    job(place('clients.csv'));
    await worker();
    for (const [run, city] of ['Ulm', 'Bonn', 'Ulm'].entries()) {
      put('clients.csv', 2, { city });
      expect((await look()).message).toBe(`clients.csv was fetched: run ${run + 1}.`);
      await stage.until({ id: run + 1 }, 'done');
      expect(new Set(stage.sandbox.clients().map((client) => client.city))).toEqual(new Set([city]));
      expect((await look()).message).toBe(`clients.csv has the content of run ${run + 1}: nothing is to be done.`);
    }
    expect(await runs()).toHaveLength(3);
  });

  it('is fetched again when its run failed before it wrote anything', async () => {
    job(place('clients.csv'));
    files.set('/clients.csv', { body: 'one\0binary\0', etag: '"1"' });
    await worker();
    await look();
    await stage.eventually(async () => (await stage.find({ id: 1 })).status === 'failed');
    await stage.eventually(async () => (await stage.store.findContent('acme', { runId: 1 })) === undefined);
    expect((await look()).message).toBe('clients.csv was fetched: run 2.');
    expect(asked.map(({ status }) => status)).toEqual([200, 200]);
  });

  it('comes with the one that belongs to it, also when only one of them changed', async () => {
    job([place('companies.csv'), place('people.csv')]);
    put('companies.csv', 2, { etag: '"1"' });
    put('people.csv', 2, { from: 5, etag: '"1"' });
    await worker();
    expect((await look()).message).toBe('1-companies.csv and 2-people.csv was fetched: run 1.');
    expect((await stage.until({ id: 1 }, 'done')).files).toHaveLength(2);
    put('people.csv', 2, { from: 5, city: 'Bonn', etag: '"2"' });
    expect((await look()).message).toContain('run 2');
    expect((await stage.until({ id: 2 }, 'done')).files).toHaveLength(2);
    expect((await look()).message).toContain('did not change');
  });

  it('takes the place of one whose plan waits for a person', async () => {
    job(place('clients.csv'), { approval: 'required' });
    put('clients.csv', 2, { etag: '"1"' });
    await worker();
    await look();
    await stage.until({ id: 1 }, 'awaiting-approval');
    expect((await look()).message).toContain('did not change');
    expect((await stage.find({ id: 1 })).status).toBe('awaiting-approval');
    put('clients.csv', 2, { city: 'Bonn', etag: '"2"' });
    await look();
    await stage.until({ id: 2 }, 'awaiting-approval');
    expect(await stage.find({ id: 1 })).toMatchObject({ status: 'cancelled' });
  });

  it('is asked for again by itself while the server is away, three times at most', async () => {
    job(place('clients.csv'));
    put('clients.csv', 1);
    isDown = true;
    await worker();
    expect(await look()).toMatchObject({ ok: false, message: expect.stringContaining('status 503') as string });
    for (const attempt of [1, 2, 3]) {
      const again = await stage.eventually(async () => {
        const found = await stage.queue.getJob(`again-acme-${attempt}`);
        return found !== undefined && (await found.isDelayed()) ? found : null;
      });
      if (attempt === 3) isDown = false;
      await again.promote();
    }
    await stage.eventually(async () => (await runs()).length === 1);
    await stage.until({ id: 1 }, 'done');
    await stage.untilIdle();
    expect(stage.logs.filter((line) => line.includes('tried again by itself'))).toHaveLength(3);
  });

  it('that never ends is given up, and holds one slot of a worker', async () => {
    job(place('drips.csv'));
    const { store, dataDir, jobsDir } = stage;
    const deps = {
      store,
      dataDir,
      files: null,
      ca: CERTIFICATE,
      s3: { region: 'us-east-1', pathStyle: false },
      variables: () => SECRET,
      signal: new AbortController().signal,
      now: () => new Date().toISOString(),
      targetOf: () => stage.sandbox.url,
      log: { info: () => undefined, warn: () => undefined },
    };
    const acme = await loadJob('acme', jobsDir, { layouts: [] });
    await expect(pollSource(deps, acme, 200)).rejects.toMatchObject({ code: 'source-unreachable', retry: 'later' });
    const message = expect.stringContaining('acme: its source took longer than 0 s.') as string;
    expect(await store.listPolls()).toMatchObject([{ ok: false, message }]);
    await worker();
    for (const _ of [1, 2, 3]) await stage.queue.add('scheduled', { job: 'acme' }, { removeOnComplete: true });
    await stage.eventually(() => stage.logs.filter((line) => line.includes('stands for this one')).length === 2);
    expect(asked).toHaveLength(2);
  });

  it('says what nobody can mend by waiting', async () => {
    job(place('clients.csv', { 'allow-private': false }));
    await worker();
    expect((await look()).message).toContain('which is no address of the public internet');
    job(place('clients.csv', { headers: { Authorization: { env: 'NOBODY_SET_IT' } } }));
    expect((await look()).message).toContain('source.from: NOBODY_SET_IT is not set, nor is NOBODY_SET_IT_FILE.');
    job(place('gone.csv'));
    expect((await look()).message).toContain('answered with status 404');
    expect(await runs()).toEqual([]);
    expect((await stage.queue.getDelayed()).filter(({ id = '' }) => id.startsWith('again'))).toEqual([]);
  });
});
