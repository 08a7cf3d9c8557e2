/** What commands tell people of the runs that they carry, and `notify` itself. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/server.js';
import type { Sandbox } from '../../src/sandbox/server.js';
import { openReceiver } from '../notify/receivers.js';
import type { Receiver } from '../notify/receivers.js';
import { readLines, runCli } from './cli.js';
import type { Ended } from './cli.js';

let sandbox: Sandbox;
let receiver: Receiver;
let folder: string;

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

beforeEach(async () => {
  sandbox.reset();
  receiver = await openReceiver();
  folder = mkdtempSync(path.join(tmpdir(), 'ninja-sync-notify-'));
  mkdirSync(path.join(folder, 'jobs'));
  writeFileSync(path.join(folder, 'jobs', 'crm.yaml'), 'columns: { id_number: ID, name: Company }\n');
  writeFileSync(path.join(folder, 'clients.csv'), 'ID,Company\nC-1,Acme\nC-2,Beta\n');
  const ops = { slack: { url: { env: 'OPS_URL' }, internal: true } };
  writeFileSync(path.join(folder, 'notify.yaml'), JSON.stringify({ channels: { ops } }));
});
afterEach(async () => {
  await receiver.close();
  rmSync(folder, { recursive: true, force: true });
});

const cli = (...args: readonly string[]): Promise<Ended> =>
  runCli(
    args,
    {
      NINJA_URL: sandbox.url,
      NINJA_TOKEN: sandbox.tokens.admin,
      DATA_DIR: path.join(folder, 'data'),
      OPS_URL: receiver.url,
      NOTIFY_FILE: '',
    },
    folder,
  );

const texts = (): readonly string[] =>
  receiver.taken.map(({ body }) => (JSON.parse(body) as { readonly text: string }).text);

describe('a run by a command', () => {
  it('that cannot begin is told, as is the first good one after it; one that is just planned is not', async () => {
    expect((await cli('run', 'nowhere.csv', '--job', 'crm')).code).toBe(2);
    expect(texts()).toEqual(['*crm: no run could begin*\nnowhere.csv: there is no such file']);
    expect((await cli('plan', 'clients.csv', '--job', 'crm')).code).toBe(0);
    expect(receiver.received).toHaveLength(1);
    expect((await cli('run', 'clients.csv', '--job', 'crm')).code).toBe(0);
    expect(texts()).toHaveLength(2);
    expect(texts()[1]).toContain('*crm: run 2 is good again*');
  });

  it('ends as it would when nobody can be told, and says so; the next command tells it', async () => {
    receiver.answer(503);
    const failed = await cli('run', 'nowhere.csv', '--job', 'crm');
    expect(failed.code).toBe(2);
    expect(failed.stderr).toContain('ops was not told: it answered 503. Next: ninja-sync notify list');
    expect(failed.stderr).not.toContain('secret-path');
    const { lines } = readLines(await cli('notify', 'list', '--json'));
    expect(lines[0]).toMatchObject({ channel: 'ops', event: 'failed', state: 'waiting', error: 'it answered 503' });
    expect((await cli('status')).stderr).toContain('1 message could not be delivered: ninja-sync notify list');
  });
});

describe('notify test', () => {
  it('tries each channel and says what came back', async () => {
    const good = await cli('notify', 'test');
    expect([good.code, good.text]).toEqual([0, 'ok       ops\n']);
    expect(texts()[0]).toContain('*ninja-sync: a test message*');
    receiver.answer(404);
    const bad = await cli('notify', 'test', '--channel', 'ops');
    expect([bad.code, bad.text]).toEqual([1, 'PROBLEM  ops: it answered 404\n']);
  });

  it('refuses a file with mistakes, and so does doctor', async () => {
    writeFileSync(path.join(folder, 'notify.yaml'), 'channels:\n  ops: { slakc: {} }\n');
    const refused = await cli('notify', 'test');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('2:10 unknown key `slakc` in `channels.ops`: did you mean `slack`?');
    const doctor = await cli('doctor');
    expect(doctor.text).toMatch(/PROBLEM {2}notify [^]*slakc/);
  });
});
