/** Exports in a folder at a real SSH server: taken by one worker, run, put away there. */

import {
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
  appendFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Poll } from '../../src/run/content-store.js';
import type { Run } from '../../src/run/store.js';
import type { WorkerOptions } from '../../src/worker/options.js';
import { openSshd } from '../support/sshd.js';
import type { TestSshd } from '../support/sshd.js';
import { listAllRuns, lookAtSource } from './looking.js';
import { openStage } from './stage.js';
import type { Stage } from './stage.js';

let sshd: TestSshd;
let stage: Stage;

beforeAll(async () => {
  sshd = await openSshd();
});
afterAll(() => sshd.close());
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

const NEVER = { cron: '0 0 1 1 *' };
let folders = 0;

/** A folder of its own for each test, and a job that reads it. */
function source(settings: Readonly<Record<string, unknown>> = {}, job: object = {}): string {
  folders += 1;
  const name = `box-${folders}`;
  mkdirSync(path.join(sshd.folder, name));
  const from = {
    'url': `${sshd.url}/${name}`,
    'host-key': sshd.hostKey,
    'key': { file: sshd.keyFile },
    'complete': 'rename',
    ...settings,
  };
  stage.job('acme', { schedule: NEVER, source: { from }, ...job });
  return name;
}

/** Puts an export of clients there, as its sender does; those of one content have one city. */
function send(box: string, name: string, count: number, { from = 1, city = 'Ulm' } = {}): string {
  const file = stage.exportOf(count, { from, city, name: `for-${name}` });
  const to = path.join(sshd.folder, box, name);
  writeFileSync(to, readFileSync(file));
  return to;
}

const look = (): Promise<Poll> => lookAtSource(stage);
const runs = (): Promise<readonly Run[]> => listAllRuns(stage);
/** Old enough to be found after a crash. */
const LATER: Partial<WorkerOptions> = { now: () => Date.now() + 60_000 };

describe('a folder at an SSH server', () => {
  it('gives a run for each file, oldest first, and keeps the files in done', async () => {
    const box = source();
    const [second, first] = [send(box, 'b.csv', 3, { city: 'Bonn' }), send(box, 'a.csv', 3)];
    utimesSync(first, 1_700_000_000, 1_700_000_000);
    utimesSync(second, 1_700_000_100, 1_700_000_100);
    send(box, 'notes.txt', 1);
    await stage.worker();
    expect(await look()).toMatchObject({ ok: true, message: 'a.csv was fetched: run 1. b.csv was fetched: run 2.' });
    for (const run of await runs()) await stage.until(run, 'done');
    expect(stage.names()).toHaveLength(3);
    await stage.eventually(() => sshd.list(`${box}/processing`).length === 0);
    expect(sshd.list(`${box}/done`).filter((name) => name.endsWith('.csv'))).toEqual(['a.csv', 'b.csv']);
    expect(sshd.list(box).filter((name) => name === 'notes.txt')).toEqual(['notes.txt']);
    expect((await runs()).map(({ request }) => request?.origin)).toEqual(['remote', 'remote']);
    expect(await look()).toMatchObject({ ok: true, message: expect.stringContaining('has no new file') as string });
  });

  it('runs the same content once, and says so beside the second file', async () => {
    const box = source();
    send(box, 'a.csv', 2);
    await stage.worker();
    await look();
    await stage.until({ id: 1 }, 'done');
    send(box, 'again.csv', 2);
    expect(await look()).toMatchObject({ message: 'again.csv has the content of run 1: nothing is to be done.' });
    expect(await runs()).toHaveLength(1);
    expect(sshd.list(`${box}/done`)).toContain('again.csv.note.txt');
    expect(readdirSync(path.join(stage.dataDir, 'incoming/acme/processing'))).toEqual([]);
  });

  it('keeps a file that cannot be used in failed, with the reason beside it, and takes it again from there', async () => {
    const box = source();
    writeFileSync(path.join(sshd.folder, box, 'bad.csv.gz'), 'no archive');
    writeFileSync(path.join(sshd.folder, box, 'page.csv'), '<html><body>no table</body></html>');
    await stage.worker();
    await look();
    const [run] = await stage.eventually(async () => {
      const all = await runs();
      return all[0]?.status === 'failed' ? all : null;
    });
    await stage.eventually(() => sshd.list(`${box}/failed`).includes('page.csv.reason.txt'));
    expect(sshd.list(`${box}/failed`)).toEqual(
      expect.arrayContaining(['bad.csv.gz', 'bad.csv.gz.reason.txt', 'page.csv']),
    );
    const [take = ''] = readdirSync(path.join(sshd.folder, box, 'failed')).filter((name) => name.endsWith('page'));
    const at = path.join(sshd.folder, box, 'failed', take);
    expect(readFileSync(path.join(at, 'page.csv.reason.txt'), 'utf8')).toContain(`Run ${run?.id} of acme failed: `);
    renameSync(path.join(at, 'page.csv'), path.join(sshd.folder, box, 'page.csv'));
    await look();
    expect(await runs()).toHaveLength(2);
  });

  it('waits for the one that belongs to it', async () => {
    const box = source({ together: ['companies*.csv', 'people*.csv'] });
    send(box, 'people.csv', 1, { from: 7 });
    await stage.worker();
    expect(await look()).toMatchObject({ message: 'people.csv waits for the file that belongs to it.' });
    send(box, 'companies.csv', 2);
    expect(await look()).toMatchObject({ message: 'companies.csv and people.csv was fetched: run 1.' });
    expect((await stage.until({ id: 1 }, 'done')).files).toHaveLength(2);
  });

  it('takes a file when its marker is there, and holds it against what the marker says', async () => {
    const box = source({ complete: 'marker' });
    send(box, 'a.csv', 2);
    send(box, 'b.csv', 3, { from: 5 });
    await stage.worker();
    expect(await look()).toMatchObject({ message: expect.stringContaining('has no new file') as string });
    writeFileSync(path.join(sshd.folder, box, 'a.csv.done'), 'rows=2');
    writeFileSync(path.join(sshd.folder, box, 'b.csv.ok'), 'rows=30');
    const { message } = await look();
    expect(message).toContain('a.csv was fetched: run 1.');
    expect(message).toContain('b.csv cannot be used: b.csv has 3 rows behind its header, b.csv.ok says 30.');
    await stage.until({ id: 1 }, 'done');
    expect(sshd.list(`${box}/failed`)).toEqual(expect.arrayContaining(['b.csv', 'b.csv.ok', 'b.csv.reason.txt']));
  });

  it('leaves a file alone that still grows', async () => {
    const box = source({ complete: 'settle', settle: '1s' });
    const file = send(box, 'a.csv', 2);
    utimesSync(file, 1_700_000_000, 1_700_000_000);
    const growing = setInterval(() => appendFileSync(file, 'C-9,Late,Ulm,late@people.example\n'), 100);
    await stage.worker();
    try {
      expect(await look()).toMatchObject({ message: expect.stringContaining('has no new file') as string });
    } finally {
      clearInterval(growing);
    }
    utimesSync(file, 1_700_000_000, 1_700_000_000);
    expect(await look()).toMatchObject({ message: 'a.csv was fetched: run 1.' });
  });

  it('puts a file back that ends in the middle and changed a moment ago', async () => {
    const box = source({ complete: 'settle', settle: '1s' });
    const file = path.join(sshd.folder, box, 'a.csv');
    writeFileSync(file, 'ID,Company\nC-1,"Acme');
    await stage.worker();
    expect(await look()).toMatchObject({ message: 'a.csv is not whole yet: it is looked at again.' });
    expect(readdirSync(path.join(sshd.folder, box)).toSorted()).toEqual(['a.csv', 'processing']);
    expect(readdirSync(path.join(sshd.folder, box, 'processing'))).toEqual([]);
    const hourAgo = Date.now() / 1000 - 3600;
    utimesSync(file, hourAgo, hourAgo);
    expect(await look()).toMatchObject({ message: 'a.csv was fetched: run 1.' });
  });

  it('is polled by two workers, and each file is one run', async () => {
    const box = source();
    for (let n = 0; n < 6; n += 1) send(box, `f${n}.csv`, 1, { city: `Town ${n}` });
    await stage.worker();
    await stage.worker();
    await stage.queue.addBulk(
      [1, 2, 3, 4].map(() => ({ name: 'scheduled', data: { job: 'acme' }, opts: { removeOnComplete: true } })),
    );
    await stage.eventually(async () => {
      const all = await runs();
      return all.length === 6 && all.every(({ status }) => status === 'done');
    });
    await look();
    expect(await runs()).toHaveLength(6);
    await stage.eventually(() => sshd.list(`${box}/processing`).length === 0);
    expect(sshd.list(`${box}/done`).filter((name) => name.endsWith('.csv'))).toHaveLength(6);
  });

  it('is put right by the next look when the server was away at the end of a run', async () => {
    const box = source();
    send(box, 'a.csv', 1);
    stage.sandbox.fault({ kind: 'latency', method: 'GET', path: '/statics', delayMs: 500 });
    await stage.worker();
    await look();
    await sshd.stop();
    try {
      await stage.until({ id: 1 }, 'done');
    } finally {
      await sshd.start();
    }
    await look();
    expect(sshd.list(`${box}/processing`)).toEqual([]);
    expect(sshd.list(`${box}/done`)).toContain('a.csv');
  });
});

describe('a server that cannot be used', () => {
  it('is tried again by itself while it is away, and says so', async () => {
    const box = source();
    send(box, 'a.csv', 1);
    await sshd.stop();
    await stage.worker();
    try {
      const poll = await look();
      expect(poll).toMatchObject({ ok: false, message: expect.stringContaining('does not answer') as string });
    } finally {
      await sshd.start();
    }
    await stage.eventually(async () => (await stage.queue.getJob('again-acme-1')) !== undefined);
    await stage.eventually(async () => {
      const again = await stage.queue.getJob('again-acme-1');
      return (await again?.isDelayed()) === true;
    });
    await (await stage.queue.getJob('again-acme-1'))?.promote();
    await stage.eventually(async () => (await runs()).length === 1);
    await stage.until({ id: 1 }, 'done');
  });

  it('is told nothing when its key is another one, or none is pinned', async () => {
    const box = source({ 'host-key': undefined });
    send(box, 'a.csv', 1);
    await stage.worker();
    expect((await look()).message).toContain(`write host-key: ${sshd.hostKey}`);
    const other = `SHA256:${'A'.repeat(43)}`;
    const from = { 'url': `${sshd.url}/${box}`, 'host-key': other, 'key': { file: sshd.keyFile } };
    stage.job('acme', { schedule: NEVER, source: { from } });
    const poll = await look();
    expect(poll.message).toContain(`showed the host key ${sshd.hostKey}, and the job says ${other}`);
    expect(sshd.list(box)).toEqual(['a.csv']);
    expect(stage.logs.join('')).toContain('source-host-key');
  });

  it('says what it does not allow', async () => {
    const box = source({ key: { env: 'SFTP_KEY' } });
    await stage.worker({ variables: (name) => (name === 'SFTP_KEY' ? 'no key' : undefined) });
    expect((await look()).message).toContain('the private key cannot be used');
    stage.job('acme', {
      schedule: NEVER,
      source: { from: { 'url': `${sshd.url}/${box}`, 'host-key': sshd.hostKey, 'password': { env: 'NOBODY_SET_IT' } } },
    });
    expect((await look()).message).toContain('source.from: NOBODY_SET_IT is not set, nor is NOBODY_SET_IT_FILE.');
    source({ url: `${sshd.url}/no-such-folder` });
    expect((await look()).message).toContain('there is no such folder');
  });

  it('lets nobody in with a wrong password, which nobody hears of', async () => {
    source({ key: undefined, password: { env: 'SFTP_PASSWORD' } });
    await stage.worker({ variables: () => 'a-password-that-must-not-leak' });
    expect((await look()).message).toContain('the server does not let');
    expect(stage.logs.join('')).not.toContain('must-not-leak');
    expect(JSON.stringify(await stage.store.listPolls())).not.toContain('must-not-leak');
  });

  it('has a file that is too large: it fails, and the others go on', async () => {
    const box = source({ 'max-size': '0.0005 MB' });
    send(box, 'large.csv', 100);
    send(box, 'small.csv', 2);
    expect(statSync(path.join(sshd.folder, box, 'large.csv')).size).toBeGreaterThan(500);
    await stage.worker();
    expect((await look()).message).toContain('large.csv is larger than 1 kB.');
    await stage.until({ id: 1 }, 'done');
    expect(stage.names()).toHaveLength(2);
    expect(sshd.list(`${box}/failed`)).toContain('large.csv.reason.txt');
  });
});

describe('a worker that died between taking and the run', () => {
  it('is followed by one that goes on, with whole takes and with halves', async () => {
    const box = source({ together: ['a*.csv', 'b*.csv'] });
    const make = (id: string, files: readonly string[], there: readonly string[]): void => {
      const at = path.join(sshd.folder, box, 'processing', id);
      mkdirSync(at, { recursive: true });
      writeFileSync(path.join(at, '.take.json'), JSON.stringify({ job: 'acme', files, markers: [] }));
      for (const name of there) renameSync(path.join(sshd.folder, box, name), path.join(at, name));
    };
    for (const [index, name] of ['a1.csv', 'b1.csv', 'a2.csv', 'b2.csv'].entries())
      send(box, name, 1, { from: 1 + (index % 2), city: `Town ${index}` });
    make('20261122T212310123Z-3f9a1c2e-a1', ['a1.csv', 'b1.csv'], ['a1.csv', 'b1.csv']);
    make('20261122T212311123Z-3f9a1c2f-a2', ['a2.csv', 'b2.csv'], ['a2.csv']);
    await stage.worker(LATER);
    await look();
    await stage.until({ id: 1 }, 'done');
    await stage.until({ id: 2 }, 'done');
    expect(stage.names()).toHaveLength(2);
    await stage.eventually(() => sshd.list(`${box}/processing`).length === 0);
    expect(sshd.list(`${box}/done`).filter((name) => name.endsWith('.csv'))).toHaveLength(4);
    expect(await runs()).toHaveLength(2);
  });
});
