/** Workers with many targets: apart from each other, and with files that change while they run. */

import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectNinja } from '../../src/ninja/client.js';
import { openTargetsFile } from '../../src/targets/file.js';
import { listSchedules } from '../../src/worker/schedules.js';
import type { RunningWorker, WorkerOptions } from '../../src/worker/worker.js';
import { openStage } from './stage.js';
import type { Stage } from './stage.js';

let stage: Stage;
let problems: string[];
beforeEach(async () => {
  stage = await openStage();
  problems = [];
  mkdirSync(path.join(stage.folder, 'tokens'));
  token('acme', stage.sandbox.tokens.admin);
  token('globex', stage.sandbox.tokens.other_company);
});
afterEach(() => stage.close());

/** As tools write files that others read: whole, or not at all. */
function replace(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}
const token = (name: string, text: string): void => replace(path.join(stage.folder, 'tokens', name), `${text}\n`);
const targets = (...names: readonly string[]): void =>
  replace(
    path.join(stage.folder, 'targets.yaml'),
    JSON.stringify({
      defaults: { url: stage.sandbox.url, token: { file: 'tokens/{target}' } },
      targets: Object.fromEntries(names.map((name) => [name, {}])),
    }),
  );
/** By how much `crm@acme` begins later when an hour is there. */
const STAGGER_MS = 876_000;
/** Guards stop nothing. */
const job = (name: string, settings: object): void => {
  const cap = { count: 1_000_000, ratio: 1 };
  const guards = { create: cap, update: cap, archive: cap, rejects: cap, failures: cap, rows: 1 };
  replace(path.join(stage.jobsDir, `${name}.yaml`), JSON.stringify({ guards, ...settings }));
};
const worker = (over: Partial<WorkerOptions> = {}): Promise<RunningWorker> =>
  stage.worker({
    token: undefined,
    targets: openTargetsFile({ path: path.join(stage.folder, 'targets.yaml'), isGiven: true }, ({ message }) =>
      problems.push(message),
    ),
    ...over,
  });
async function namesOf(which: 'admin' | 'other_company'): Promise<readonly string[]> {
  const ninja = connectNinja({ url: stage.sandbox.url, token: stage.sandbox.tokens[which] });
  const { clients } = await ninja.list({});
  await ninja.close();
  return clients.map(({ name }) => name).toSorted();
}

describe('one job for several targets', () => {
  it('is a job for each, with a schedule, a folder and clients of its own', async () => {
    targets('acme', 'globex');
    const schedule = { cron: '0 0 1 1 *', timezone: 'UTC' };
    job('crm', { targets: 'all', schedule, drop: { folder: 'drop/{target}', settle: '100ms', poll: '100ms' } });
    await worker();
    const held = await stage.eventually(async () => {
      const schedules = await listSchedules(stage.queue);
      return schedules.length === 2 && schedules;
    });
    expect(held.map((one) => one.job).toSorted()).toEqual(['crm@acme', 'crm@globex']);
    for (const [name, city] of [
      ['acme', 'Ulm'],
      ['globex', 'Bonn'],
    ] as const) {
      const file = stage.exportOf(2, { name: `${name}.csv`, city });
      const folder = path.join(stage.folder, 'drop', name);
      await stage.eventually(() => existsSync(folder));
      renameSync(file, path.join(folder, 'clients.csv'));
    }
    const runs = await stage.eventually(async () => {
      const all = await stage.store.listRuns(9);
      return all.length === 2 && all.every(({ status }) => status === 'done') && all;
    });
    expect(runs.map(({ job: of, target }) => `${of} ${target}`).toSorted()).toEqual([
      'crm@acme acme',
      'crm@globex globex',
    ]);
    expect(await namesOf('admin')).toEqual(['Client 1', 'Client 2']);
    expect(await namesOf('other_company')).toEqual(['Client 1', 'Client 2']);
    expect((await stage.store.readOwned('acme', 'crm@acme')).size).toBe(2);
    expect((await stage.store.readOwned('acme', 'crm@globex')).size).toBe(0);
  });

  it('goes on for one while another one is being written', async () => {
    targets('acme', 'globex');
    job('crm', { targets: ['acme', 'globex'] });
    const held = await stage.ask('crm@acme', [stage.exportOf(1)], { target: 'acme' });
    const wish = { target: 'acme', runId: held.id, host: 'elsewhere', pid: 1, ttlMs: 60_000 };
    const lease = await stage.store.acquireLease(wish);
    const waits = await stage.enqueue('crm@acme', [stage.exportOf(1)], { target: 'acme' });
    await worker();
    const goes = await stage.enqueue('crm@globex', [stage.exportOf(1)], { target: 'globex' });
    await stage.until(goes, 'done');
    expect((await stage.find(waits)).status).not.toBe('done');
    expect(lease).toHaveProperty('taken');
  });
});

describe('files that change while a worker runs', () => {
  it('a token is read whenever it is used: a new one goes on where the old one ended', async () => {
    targets('acme');
    job('crm', { targets: 'all' });
    await worker();
    await stage.until(await stage.enqueue('crm@acme', [stage.exportOf(1)], { target: 'acme' }), 'done');
    token('acme', 'a token that nobody knows');
    const refused = await stage.enqueue('crm@acme', [stage.exportOf(2)], { target: 'acme' });
    await expect(stage.until(refused, 'done')).rejects.toThrow('the token is not valid');
    token('acme', stage.sandbox.tokens.admin);
    await stage.until(await stage.enqueue('crm@acme', [stage.exportOf(2)], { target: 'acme' }), 'done');
    expect(await namesOf('admin')).toEqual(['Client 1', 'Client 2']);
  });

  it('a token of another company is refused, and nothing is written there', async () => {
    targets('acme');
    job('crm', { targets: 'all' });
    await worker();
    await stage.until(await stage.enqueue('crm@acme', [stage.exportOf(1)], { target: 'acme' }), 'done');
    token('acme', stage.sandbox.tokens.other_company);
    const swapped = await stage.enqueue('crm@acme', [stage.exportOf(2)], { target: 'acme' });
    await expect(stage.until(swapped, 'done')).rejects.toThrow('one of the company "Other Company"');
    expect(await namesOf('other_company')).toEqual([]);
  });

  it('a new target and a new job are noticed', async () => {
    targets('acme');
    job('crm', { targets: 'all', schedule: { cron: '0 0 1 1 *' } });
    await worker();
    const names = async (): Promise<string> =>
      (await listSchedules(stage.queue))
        .map((one) => one.job)
        .toSorted()
        .join(' ');
    await stage.eventually(async () => (await names()) === 'crm@acme');
    targets('acme', 'globex');
    await stage.eventually(async () => (await names()) === 'crm@acme crm@globex');
    job('more', { target: 'globex', schedule: { cron: '0 0 1 1 *' } });
    await stage.eventually(async () => (await names()) === 'crm@acme crm@globex more');
    targets('globex');
    job('crm', { targets: 'all' });
    await stage.eventually(async () => (await names()) === 'more');
  });

  it('targets.yaml that cannot be used leaves the targets as they were, and says so once', async () => {
    targets('acme');
    job('crm', { targets: 'all', schedule: { cron: '0 0 1 1 *' } });
    const running = await worker();
    replace(path.join(stage.folder, 'targets.yaml'), 'targets: {acme: {urll: 1}}');
    await stage.eventually(() => problems.length > 0);
    await running.reconcile();
    await running.reconcile();
    expect(problems).toEqual([expect.stringContaining('unknown key `urll`')]);
    await stage.until(await stage.enqueue('crm@acme', [stage.exportOf(1)], { target: 'acme' }), 'done');
    expect((await listSchedules(stage.queue)).map((one) => one.job)).toEqual(['crm@acme']);
  });
});

describe('a schedule that is spread', () => {
  it('begins later, by a time that is the same each time', async () => {
    targets('acme');
    const schedule = { cron: '0 0 1 1 *', spread: '1h' };
    job('crm', { targets: 'all', schedule, source: { files: stage.exportOf(1) } });
    await worker();
    await stage.eventually(async () => (await listSchedules(stage.queue)).length === 1);
    const before = Date.now();
    await stage.promoteAll();
    const run = await stage.eventually(async () => (await stage.store.listRuns(1))[0] ?? null);
    const delayMs = Date.parse(run.request?.notBefore ?? '') - before;
    expect(run.status).toBe('queued');
    expect(delayMs).toBeGreaterThan(STAGGER_MS - 1000);
    expect(delayMs).toBeLessThan(STAGGER_MS + 25_000);
  });
});
