/** Exports that a job fetches, by the commands that work without workers. */

import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/server.js';
import type { Sandbox } from '../../src/sandbox/server.js';
import { CERTIFICATE, startHttps } from '../source/https-server.js';
import type { HttpsServer } from '../source/https-server.js';
import { openSshd } from '../support/sshd.js';
import type { TestSshd } from '../support/sshd.js';
import { runCli } from './cli.js';
import type { Ended } from './cli.js';

const TOKEN = 'a-token-of-the-target';
const SECRET = 'a-secret-that-must-not-leak';

let folder: string;
let sandbox: Sandbox;
let https: HttpsServer;
let sshd: TestSshd;
let body = 'ID,Company\nC-1,Acme\n';
let asked: (string | undefined)[] = [];

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-remote-'));
  sandbox = await startSandbox({ token: TOKEN });
  sshd = await openSshd();
  https = await startHttps(({ headers }, response) => {
    asked.push(headers['if-none-match']);
    const etag = `"${body.length}"`;
    const allowed = headers.authorization === `Bearer ${SECRET}`;
    const status = !allowed ? 401 : headers['if-none-match'] === etag ? 304 : 200;
    response.writeHead(status, { etag }).end(status === 200 ? body : undefined);
  });
  mkdirSync(path.join(folder, 'jobs'));
  writeFileSync(path.join(folder, 'ca.pem'), CERTIFICATE);
  job('crm', {
    'url': `https://127.0.0.1:${https.port}/clients.csv`,
    'allow-private': true,
    'headers': { Authorization: 'Bearer ${CRM_TOKEN}' },
  });
  const place = { url: sshd.url, key: { file: sshd.keyFile }, complete: 'rename' };
  job('box', { ...place, 'host-key': sshd.hostKey });
  job('unpinned', place);
});
afterAll(async () => {
  await https.close();
  await sshd.close();
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

function job(name: string, from: object): void {
  const guards = { create: { ratio: 1 }, update: { ratio: 1 } };
  writeFileSync(path.join(folder, 'jobs', `${name}.yaml`), JSON.stringify({ guards, source: { from } }));
}

async function cli(...args: readonly string[]): Promise<Ended> {
  const environment = {
    NINJA_URL: sandbox.url,
    NINJA_TOKEN: TOKEN,
    NODE_EXTRA_CA_CERTS: path.join(folder, 'ca.pem'),
    CRM_TOKEN: SECRET,
  };
  const ended = await runCli(args, environment, folder);
  expect(ended.text + ended.stderr).not.toContain(SECRET);
  return ended;
}

describe('a job that fetches its export over https', () => {
  it('plans a copy, runs what is new, and says when nothing is', async () => {
    const planned = await cli('plan', '--job', 'crm');
    expect(planned.stderr).toContain('Fetched: clients.csv.');
    expect(planned).toMatchObject({ code: 0, text: expect.stringContaining('Acme') as string });
    expect(sandbox.clients()).toEqual([]);

    const first = await cli('run', '--job', 'crm');
    expect(first.stderr).toContain('Verified: planning the same files again finds nothing left to do.');
    expect(first.code).toBe(0);
    expect(sandbox.clients().map(({ name }) => name)).toEqual(['Acme']);

    const second = await cli('run', '--job', 'crm');
    expect(second.stderr).toMatch(/did not change since .*: run 2 has it\.\nNothing is to be done: run 2 is done\./);
    expect(second.code).toBe(0);

    body += 'C-2,Other\n';
    expect((await cli('run', '--job', 'crm')).code).toBe(0);
    expect(sandbox.clients()).toHaveLength(2);
    expect(asked).toEqual([undefined, undefined, '"20"', '"20"']);
    asked = [];
    // A person who plans wants a plan.
    expect((await cli('plan', '--job', 'crm')).code).toBe(0);
    expect(asked).toEqual([undefined]);
  });

  it('is looked at by enqueue, which gives the workers what is new and says when nothing is', async () => {
    body += 'C-3,Third\n';
    const first = await cli('enqueue', '--job', 'crm', '--priority', '7', '--approve');
    expect(first.stderr).toContain('clients.csv was fetched: run ');
    expect(first.text).toMatch(/^Run (\d+) is queued: the files of job crm, priority 7, approved$/m);
    expect(first.code).toBe(0);
    const [, id = ''] = /Run (\d+)/.exec(first.text) ?? [];
    expect((await cli('status', id, '--json')).text).toContain('"origin":"remote"');

    const waiting = await cli('enqueue', '--job', 'crm');
    expect(waiting.stderr).toContain(`Nothing is fetched: run ${id} is queued. It stands for this one.`);
    expect(waiting.text).toBe('No run is queued: there is nothing new.\n');
  });

  it('is looked at in vain by enqueue', async () => {
    const nothing = await cli('enqueue', '--job', 'box', '--json');
    expect(JSON.parse(nothing.text.trim().split('\n').at(-1) ?? '')).toMatchObject({ run: null, queued: false });
    expect(nothing).toMatchObject({ code: 0, text: expect.stringContaining('has no new file') as string });
    const refused = await cli('enqueue', '--job', 'unpinned');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('host key');
    expect(refused.text).toBe('');
  });

  it('is checked by doctor', async () => {
    expect((await cli('doctor', '--job', 'crm')).text).toMatch(
      /source .*clients\.csv answers: clients\.csv, \d+ bytes/,
    );
  });
});

describe('a job that fetches its exports from an SSH server', () => {
  it('plans a copy, takes the next one, and puts it away', async () => {
    expect(await cli('run', '--job', 'box')).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('has no new file') as string,
    });
    writeFileSync(path.join(sshd.folder, 'a.csv'), 'ID,Company\nC-7,Seven\n');
    expect((await cli('plan', '--job', 'box')).stderr).toContain('Fetched: a.csv.');
    expect(readdirSync(sshd.folder)).toEqual(['a.csv']);
    expect((await cli('doctor', '--job', 'box')).text).toMatch(/source .* answers: 1 file for "\*\.csv"/);

    expect(await cli('run', '--job', 'box')).toMatchObject({ code: 0 });
    expect(sandbox.clients().map(({ name }) => name)).toContain('Seven');
    expect(sshd.list('processing')).toEqual([]);
    expect(sshd.list('done')).toContain('a.csv');
  });

  it('fails with a reason beside the file', async () => {
    writeFileSync(path.join(sshd.folder, 'bad.csv'), 'one\0binary\0');
    const ended = await cli('run', '--job', 'box');
    expect(ended.code).toBe(1);
    expect(sshd.list('failed')).toEqual(expect.arrayContaining(['bad.csv', 'bad.csv.reason.txt']));
    expect(sshd.list('processing')).toEqual([]);
  });

  it('sends nothing to a server whose key nobody pinned', async () => {
    const ended = await cli('plan', '--job', 'unpinned');
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining(`host-key: ${sshd.hostKey}`) as string });
  });
});
