/** `kill -9` of a worker that took a file at an SSH server and has not fetched it yet: the next one goes on with it. */

import { randomBytes } from 'node:crypto';
import { readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openLink } from '../support/link.js';
import type { Link } from '../support/link.js';
import { openSshd } from '../support/sshd.js';
import type { TestSshd } from '../support/sshd.js';
import { buildZip } from '../support/zip.js';
import { askToLook } from '../worker/looking.js';
import { openStage } from '../worker/stage.js';
import type { Stage } from '../worker/stage.js';
import { killWorker, startWorkerProcess } from './worker-process.js';
import type { WorkerProcess } from './worker-process.js';

const FILLER_BYTES = 12_000_000;

let stage: Stage;
let sshd: TestSshd;
let link: Link;
let child: WorkerProcess;

beforeEach(async () => {
  stage = await openStage({ redis: { own: true } });
  sshd = await openSshd();
  link = await openLink(sshd.url);
});
afterEach(async () => {
  child.kill('SIGKILL');
  await stage.close();
  await link.close();
  await sshd.close();
});

it('goes on with a file that a killed worker had taken', async () => {
  const source = { 'url': link.url, 'key': { file: sshd.keyFile }, 'host-key': sshd.hostKey, 'complete': 'rename' };
  stage.job('acme', { schedule: { cron: '0 0 1 1 *' }, source: { from: source } });
  const clients = readFileSync(stage.exportOf(2));
  // Large enough that it is on its way for a while.
  const members = [
    { name: 'clients.csv', content: clients },
    { name: 'scans/all.pdf', content: randomBytes(FILLER_BYTES) },
  ];
  const zip = buildZip(members);
  writeFileSync(path.join(sshd.folder, '.coming'), zip);
  renameSync(path.join(sshd.folder, '.coming'), path.join(sshd.folder, 'clients.csv.zip'));
  child = startWorkerProcess(stage);
  await askToLook(stage);
  // All of its bytes come through the link of this process, so they cannot be there before this is seen.
  await stage.eventually(() => sshd.list('processing').includes('clients.csv.zip'));
  link.cut();
  await killWorker(child);
  expect(await stage.store.listRuns(10)).toEqual([]);
  expect(readdirSync(sshd.folder).filter((name) => name.endsWith('.zip'))).toEqual([]);

  link.mend();
  // A minute later, as far as the next worker knows.
  await stage.worker({ now: () => Date.now() + 60_000 });
  await askToLook(stage);
  await stage.eventually(async () => (await stage.store.listRuns(10)).length === 1);
  await stage.until({ id: 1 }, 'done');
  expect(stage.names()).toHaveLength(2);
  await stage.eventually(() => sshd.list('done').includes('clients.csv.zip'));
  expect(sshd.list('processing')).toEqual([]);
});
